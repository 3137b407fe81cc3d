"""Files that talkshow did not make are never deleted, moved or overwritten: every command that writes, every name."""

from __future__ import annotations

import base64
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from chat_server import streamed, whole
from drawn_people import save, two_people
from owned_files import Foreign, contents
from recordings import rttm, wav
from test_join import clip

EPISODE = (
    "episode.mp4",
    "mix.wav",
    "poster.png",
    "seats.png",
    "episode.srt",
    "episode.vtt",
    "episode.rttm",
    "timeline.json",
    "manifest.json",
    "tracks/MAYA.wav",
    "tracks/LEO.wav",
)
SOUND = tuple(name for name in EPISODE if name not in ("episode.mp4", "poster.png", "seats.png"))
DIARIZED = ("mix.wav", "episode.rttm", "report.json", "tracks/A.wav", "tracks/B.wav")
# Names that no command writes, and that older ones have swept away or written to.
BESIDE = (
    "notes.txt",
    "tracks/guest.wav",
    "tracks/maya.wav.bak",
    "tracks/.tmp-notes.wav",
    ".tmp-notes",
    ".tmp-1-notes",
    "seats-2.png",
    "seats-3.png",
    "episode.mp4.new",
    "poster-2.png",
    "mix.wav.part",
)


@pytest.fixture
def foreign() -> Foreign:
    return Foreign()


@pytest.fixture
def talk(tmp_path: Path) -> tuple[object, ...]:
    """A recording of two, and who speaks when."""
    return (wav(tmp_path / "in/talk.wav"), "--rttm", rttm(tmp_path / "in/truth.rttm"))


@pytest.fixture(autouse=True)
def inputs_have_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()


@pytest.fixture
def episodes(quick, talk, tmp_path, tone_voices) -> dict[str, tuple[tuple[object, ...], Path, tuple[str, ...]]]:
    """Commands that fill a folder: (arguments, the folder, what they write into it)."""
    script, out = quick[1], tmp_path / "outputs"
    small = ("--renderer", "stills", "--size", "160x90", "--no-check", "--out", out)
    voices = ("--characters", "MAYA, LEO", "--voices", tone_voices, "--voice", "MAYA=hum_a", "--voice", "LEO=hum_b")
    idea = ("scene", "why cats stare", "--writer", "template", "--lines", 2, *small, *voices)
    convert = ("convert", *talk, "--no-captions", "--names", "MAYA,LEO", *small)
    return {
        "render": (quick, out / "quick", EPISODE),
        "a part": ((*quick, "--lines", "2-3", "--draft"), out / "quick.lines-2-3.draft", EPISODE),
        "speak": (("speak", script, "--voices", tone_voices, "--out", out), out / "quick", SOUND),
        "demo": (("demo", "--draft", "--size", "160x90", "--out", out), out / "demo.draft", EPISODE),
        "convert": (convert, out / "talk", EPISODE),
        "diarize": (("diarize", *talk, "--out", out), out / "talk", DIARIZED),
        "scene": (
            (*idea, "--name", "cats"),
            out / "cats",
            (*(name for name in EPISODE if "tracks" not in name), "script.txt", "cast.json", "writing.json"),
        ),
    }


@pytest.mark.parametrize("command", ["render", "a part", "speak", "demo", "convert", "diarize", "scene"])
def test_a_folder_full_of_somebodys_files_is_left_as_it_is(run, episodes, foreign, command):
    arguments, folder, names = episodes[command]
    foreign.lay(*(folder / name for name in (*names, *BESIDE)))
    before = contents(folder)
    ran = run(*arguments)
    assert ran.code == 1 and "--name" in ran.err and "Traceback" not in ran.err, ran.err
    assert not foreign.harmed and contents(folder) == before


@pytest.mark.parametrize("command", ["render", "speak", "convert", "diarize", "scene"])
def test_one_file_in_the_way_is_named_before_any_work(run, episodes, foreign, command):
    arguments, folder, names = episodes[command]
    for name in names:
        foreign.lay(folder / name)
        ran = run(*arguments)
        assert ran.code == 1 and str(folder / name) in ran.err and "--name" in ran.err, (name, ran.err)
        assert not foreign.harmed and set(contents(folder)) <= {name, "idea.txt"}, name
        assert not list(folder.glob(".work/speech/*")) and not list(folder.glob(".work/frames/*"))
        shutil.rmtree(folder)
        foreign = Foreign()


@pytest.mark.parametrize("command", ["render", "speak", "convert", "diarize", "scene"])
def test_files_beside_an_episode_stay_and_its_own_are_replaced(run, episodes, foreign, command):
    arguments, folder, names = episodes[command]
    beside = [folder / name for name in BESIDE]
    foreign.lay(*beside)
    ran = run(*arguments, *(["--json"] if command != "scene" else []))
    assert ran.code == 0, ran.err
    assert not foreign.harmed
    assert {name for name in names if "tracks/" not in name} <= set(contents(folder))
    last = json.loads((folder / ("report.json" if command == "diarize" else "manifest.json")).read_text())
    warned = " ".join(last["warnings"])
    assert "tracks/guest.wav" in warned and "tracks/maya.wav.bak" in warned and "not a track" in warned
    assert "tracks/guest.wav" in ran.err
    tracks = last["tracks"].values() if command == "diarize" else last["stages"]["mix"]["tracks"]
    assert "tracks/guest.wav" not in tracks
    again = run(*arguments, *(["--seed", 7] if command != "diarize" else ["--names", "ANNA,TOM"]))
    assert again.code == 0, again.err
    assert not foreign.harmed
    if command == "diarize":
        assert {path.name for path in (folder / "tracks").glob("[!.]*")} == {
            "ANNA.wav",
            "TOM.wav",
            "guest.wav",
            "maya.wav.bak",
        }


def edit(path: Path) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["mix.wav", "episode.srt", "poster.png", "tracks/LEO.wav", "manifest.json"])
def test_what_was_edited_after_a_run_belongs_to_whoever_edited_it(run, quick, rendered, foreign, name):
    """Also where size and time are those of the file that talkshow wrote."""
    path = rendered / name
    written = path.stat()
    edit(path)
    os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))
    foreign.watch([path])
    ran = run(*quick, "--seed", 3)
    assert ran.code == 1 and str(path) in ran.err and not foreign.harmed
    path.unlink()
    assert run(*quick, "--seed", 3).code == 0


def test_an_edited_track_of_somebody_who_left_stays(run, quick, rendered, foreign):
    track = rendered / "tracks/LEO.wav"
    edit(track)
    foreign.watch([track])
    script = Path(str(quick[1]))
    script.write_text(script.read_text().replace("LEO", "IDA"))
    ran = run(*quick, "--json")
    assert ran.code == 0 and not foreign.harmed and "tracks/LEO.wav" in " ".join(ran.json["warnings"])
    assert {path.name for path in track.parent.iterdir()} == {"MAYA.wav", "IDA.wav", "LEO.wav"}


def test_what_a_run_no_longer_makes_is_removed(run, quick, tmp_path):
    """Tracks of those who left, plans of pictures that are not there any more."""
    script, folder = Path(str(quick[1])), tmp_path / "outputs/quick"
    scenes = script.read_text() + "== Outside ==\nIDA: And I?\n== Inside ==\nIDA: And now?\n"
    script.write_text(scenes)
    assert run(*quick).code == 0
    assert (folder / "seats-2.png").is_file() and (folder / "tracks/IDA.wav").is_file()
    script.write_text(scenes.split("== Outside")[0])
    assert run(*quick).code == 0
    assert set(contents(folder)) == set(EPISODE)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("name", ["mix.wav", "manifest.json", "tracks/MAYA.wav", "seats.png"])
def test_nothing_is_written_through_a_link(run, quick, tmp_path, foreign, name):
    path = tmp_path / "outputs/quick" / name
    path.parent.mkdir(parents=True)
    foreign.lay(tmp_path / "elsewhere.bin")
    path.symlink_to(tmp_path / "elsewhere.bin")
    ran = run(*quick)
    assert ran.code == 1 and str(path) in ran.err and path.is_symlink() and not foreign.harmed


def test_a_second_name_of_a_file_keeps_what_it_held(run, quick, rendered, tmp_path, foreign):
    for name in ("mix.wav", "manifest.json", "tracks/MAYA.wav", "seats.png"):
        linked = tmp_path / f"hard {Path(name).name}"
        os.link(rendered / name, linked)
        foreign.watch([linked])
    assert run(*quick, "--seed", 9, "--size", "90x160").code == 0
    assert not foreign.harmed


def test_names_that_differ_in_case_alone_are_one_name(run, quick, tmp_path, foreign):
    """On some systems they are the same file, and folders travel."""
    foreign.lay(tmp_path / "outputs/quick/tracks/maya.wav")
    ran = run(*quick)
    assert ran.code == 1 and "tracks/maya.wav" in ran.err and not foreign.harmed
    (tmp_path / "outputs/quick/tracks/maya.wav").unlink()
    assert run(*quick).code == 0
    script = Path(str(quick[1]))
    script.write_text(script.read_text().replace("MAYA", "Maya"))
    assert run(*quick).code == 0
    assert {path.name for path in (tmp_path / "outputs/quick/tracks").iterdir()} == {"Maya.wav", "LEO.wav"}


@pytest.mark.parametrize("role", ["recording", "track", "rttm", "transcript", "voice", "image"])
def test_inputs_in_the_folder_are_never_replaced(run, tmp_path, foreign, talk, role):
    """The natural way there: diarize, clean the tracks, convert them; or edit the RTTM where it lies."""
    folder = tmp_path / "outputs/talk"
    assert run("diarize", *talk, "--out", tmp_path / "outputs").code == 0
    (folder / "mine.srt").write_text("1\n00:00:00,400 --> 00:00:02,000\nHello.\n")
    save(two_people(640, 360), folder / "poster.png")
    shutil.copy(folder / "mine.srt", folder / "episode.srt")
    small = ("--size", "160x90", "--no-check", "--no-captions", "--out", tmp_path / "outputs", "--name", "talk")
    arguments = {
        "recording": ("convert", folder / "mix.wav", "--rttm", talk[2]),
        "track": (
            "convert",
            "--track",
            f"HOST={folder / 'tracks/A.wav'}",
            "--track",
            f"GUEST={folder / 'tracks/B.wav'}",
        ),
        "rttm": ("convert", talk[0], "--rttm", folder / "episode.rttm"),
        "transcript": ("convert", *talk, "--transcript", folder / "episode.srt"),
        "voice": ("convert", *talk, "--name", f"MAYA={folder / 'tracks/A.wav'}"),
        "image": ("convert", *talk, "--image", folder / "poster.png"),
    }[role]
    foreign.watch([path for path in folder.rglob("*") if path.is_file() and ".work" not in path.parts])
    ran = run(*arguments, *small)
    assert ran.code == 1 and "--name" in ran.err and not foreign.harmed, ran.err


def test_inputs_elsewhere_in_the_folder_are_used_and_kept(run, tmp_path, foreign):
    folder = tmp_path / "outputs/talk"
    folder.mkdir(parents=True)
    foreign.watch(
        [wav(folder / "talk.wav"), rttm(folder / "turns.rttm"), save(two_people(640, 360), folder / "people.png")]
    )
    for seed in (0, 1):
        ran = run(
            "convert",
            folder / "talk.wav",
            "--rttm",
            folder / "turns.rttm",
            "--image",
            folder / "people.png",
            "--renderer",
            "stills",
            "--size",
            "160x90",
            "--no-check",
            "--no-captions",
            "--seed",
            seed,
            "--out",
            tmp_path / "outputs",
        )
        assert ran.code == 0 and not foreign.harmed, ran.err


def test_the_names_of_speakers_are_never_overwritten(run, tmp_path, talk):
    assert run("convert", *talk, "--no-captions", "--dry-run", "--out", tmp_path / "outputs").code == 0
    review = tmp_path / "outputs/talk/speakers.toml"
    before = review.read_bytes()
    for arguments in (
        ("convert", "--no-captions", "--renderer", "stills", "--size", "160x90", "--no-check"),
        ("diarize",),
    ):
        assert run(arguments[0], *talk, *arguments[1:], "--out", tmp_path / "outputs").code == 0
        assert review.read_bytes() == before


def test_a_folder_of_work_that_is_not_ours_is_left_alone(run, quick, tmp_path, foreign):
    folder = tmp_path / "outputs/quick/.work"
    foreign.lay(folder / "plan.txt", folder / "recording/take.wav")
    ran = run(*quick)
    assert ran.code == 1 and ".work" in ran.err and not foreign.harmed
    shutil.rmtree(folder)
    foreign.lay(folder / "lock")
    assert run(*quick).code == 1


@pytest.mark.parametrize("lost", ["ledger", "work", "broken"])
def test_the_ledger_may_be_lost(run, quick, rendered, foreign, lost):
    """The manifest tells the rest. What was edited is still known as such."""
    folder = rendered
    if lost == "work":
        shutil.rmtree(folder / ".work")
    elif lost == "broken":
        (folder / ".work/ledger.json").write_text('{"files": 3')
    else:
        (folder / ".work/ledger.json").unlink()
    assert run(*quick, "--seed", 2).code == 0
    shutil.rmtree(folder / ".work")
    (folder / "episode.vtt").write_text("WEBVTT\n\nNOTE mine\n")
    foreign.watch([folder / "episode.vtt"])
    ran = run(*quick)
    assert ran.code == 1 and "episode.vtt" in ran.err and not foreign.harmed


def made_older(folder: Path) -> None:
    """Make a folder what the version before the ledger has left."""
    for name in ("ledger.json", "digests.json"):
        (folder / ".work" / name).unlink()
    for name in ("manifest.json", "report.json", "timeline.json"):
        path = folder / name
        if path.exists():
            value = json.loads(path.read_text())
            for key in ("schema", "seal", "outputs", "source", "part"):
                value.pop(key, None)
            if isinstance(value.get("inputs"), dict):
                value["inputs"] = {key: row["sha256"] for key, row in value["inputs"].items()}
            times = path.stat()
            path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("command", ["render", "speak", "convert", "diarize", "scene"])
def test_folders_of_the_previous_version_are_used_and_guarded(run, episodes, foreign, command):
    arguments, folder, _ = episodes[command]
    assert run(*arguments).code == 0
    made_older(folder)
    foreign.lay(folder / "tracks/guest.wav")
    again = (*arguments, *(["--seed", 5] if command != "diarize" else ["--names", "ANNA,TOM"]))
    ran = run(*again)
    assert ran.code == 0 and not foreign.harmed, ran.err
    made_older(folder)
    mix = folder / "mix.wav"
    edit(mix)
    foreign.watch([mix])
    ran = run(*again)
    assert ran.code == 1 and str(mix) in ran.err and not foreign.harmed


@pytest.fixture(scope="module")
def clips(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("clips")
    return [clip(folder, name, (200, 0, 0), (160, 90), 5) for name in ("red", "blue")]


@pytest.fixture
def single(
    tmp_path,
    quick,
    talk,
    clips,
    server,
    only_key,  # noqa: ARG001
) -> dict[str, tuple[Callable[[Path], tuple], str]]:
    """Commands that write one file: (arguments with it, its ending)."""
    people = save(two_people(640, 360), tmp_path / "in/people.png")
    red, blue = (Path(shutil.copy(made, tmp_path / "in")) for made in clips)
    script = quick[1]
    convert = ("convert", *talk, "--transcript", tmp_path / "in/words.srt", "--dry-run", "--out", tmp_path / "outputs")
    (tmp_path / "in/words.srt").write_text("1\n00:00:00,400 --> 00:00:02,000\nHello.\n")
    return {
        "seats": (lambda path: ("seats", people, "-o", path), ".png"),
        "join": (lambda path: ("join", red, blue, "-o", path), ".mp4"),
        "say": (lambda path: ("voices", "say", "hum_a", "Hello.", "--voices", quick[3], "-o", path), ".wav"),
        "format": (lambda path: ("format", script, "--to", "markdown", "-o", path), ".md"),
        "write": (lambda path: ("write", "cats", "--writer", "template", "-o", path), ".txt"),
        "revise": (
            lambda path: (
                "write",
                script,
                "--revise",
                "drier",
                "--voices",
                quick[3],
                "--base-url",
                server.url,
                "-o",
                path,
            ),
            ".txt",
        ),
        "convert --script": (lambda path: (*convert, "--script", path), ".txt"),
    }


ENDINGS = (".new", ".part", ".tmp", ".bak", "~", ".previous")
SINGLE = ["seats", "join", "say", "format", "write", "revise", "convert --script"]


@pytest.mark.parametrize("command", SINGLE)
def test_a_file_that_is_named_is_replaced_only_where_talkshow_wrote_it(run, single, tmp_path, foreign, server, command):
    build, ending = single[command]
    server.behaviours = [streamed(json.dumps({"changes": ["1 MAYA: Why?"], "cast": []}))]
    folder = tmp_path / "mine"
    path = folder / f"result{ending}"
    siblings = [folder / f"{path.name}{more}" for more in ENDINGS] + [
        folder / f"{path.stem}-2{ending}",
        folder / f".tmp-{path.name}",
    ]
    foreign.lay(path, *siblings)
    before = contents(folder)
    ran = run(*build(path))
    assert ran.code == 1 and str(path) in ran.err and "--overwrite" in ran.err, ran.err
    assert not foreign.harmed and contents(folder) == before
    path.unlink()
    foreign = Foreign().watch(siblings)
    for _ in range(2):
        ran = run(*build(path))
        assert ran.code == 0 and path.is_file() and not foreign.harmed, ran.err
    mine = path.read_bytes() + b"\n "
    path.write_bytes(mine)
    if command in ("write", "revise", "convert --script", "format"):  # scripts are written to be edited
        ran = run(*build(path))
        kept = folder / f"result.previous{ending}"
        assert ran.code == 0 and str(kept) in ran.err and kept.read_bytes() == mine and not foreign.harmed
        assert path.read_bytes() != mine
    else:
        assert run(*build(path)).code == 1 and path.read_bytes() == mine
        assert run(*build(path), "--overwrite").code == 0 and path.read_bytes() != mine
    assert not foreign.harmed


@pytest.mark.parametrize("command", SINGLE)
def test_a_file_that_is_read_or_is_no_file_is_never_the_result(run, single, tmp_path, foreign, command):
    build, ending = single[command]
    foreign.lay(tmp_path / "elsewhere")
    link = tmp_path / f"link{ending}"
    link.symlink_to(tmp_path / "elsewhere")
    foreign.watch(path for path in (tmp_path / "in").iterdir() if path.is_file())
    for path in (link, tmp_path / "in"):
        for more in ((), ("--overwrite",)):
            ran = run(*build(path), *more)
            assert ran.code == 1 and str(path) in ran.err and not foreign.harmed and link.is_symlink(), ran.err
    read = {"seats": "people.png", "join": "blue.mp4"}.get(command)
    if read:
        ran = run(*build(tmp_path / "in" / read), "--overwrite")
        assert ran.code == 1 and read in ran.err and not foreign.harmed


def test_without_a_home_a_file_that_is_there_is_somebody_elses(run, single, tmp_path, monkeypatch, foreign):
    (tmp_path / "no_folder").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "no_folder"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "no_folder"))
    build, _ = single["seats"]
    path = tmp_path / "seats.png"
    assert run(*build(path)).code == 0
    foreign.watch([path])
    assert run(*build(path)).code == 1 and not foreign.harmed
    assert run(*build(path), "--overwrite").code == 0


@pytest.mark.parametrize("arguments", [("format",), ("write", "--revise", "drier")])
def test_a_script_is_changed_in_place_and_kept(run, tmp_path, server, only_key, arguments):  # noqa: ARG001
    server.behaviours = [streamed(json.dumps({"changes": ["1 MAYA: Why?"], "cast": []}))]
    script = tmp_path / "mine.txt"
    script.write_text("# by hand\nMAYA:   Why do cats stare?\nLEO: Power.\n")
    before = script.read_bytes()
    ran = run(*arguments, script, "-o", script, *(("--base-url", server.url) if arguments[0] == "write" else ()))
    assert ran.code == 0, ran.err
    assert (tmp_path / "mine.previous.txt").read_bytes() == before and script.read_bytes() != before


def test_answers_and_parts_of_others_are_left_alone(run, server, tmp_path, only_key, foreign):  # noqa: ARG001
    server.behaviours = [streamed("No script at all.")]
    out = tmp_path / "script.txt"
    foreign.lay(*(tmp_path / f"script.{kind}.txt" for kind in ("answer", "partial")), tmp_path / "script.answer-2.txt")
    ran = run("write", "tea", "--base-url", server.url, "-o", out)
    assert ran.code == 1 and str(tmp_path / "script.answer-3.txt") in ran.err and not foreign.harmed
    assert (tmp_path / "script.answer-3.txt").read_text() == "No script at all."


def test_a_picture_of_a_script_takes_a_free_name(run, server, tmp_path, only_key, foreign):  # noqa: ARG001
    data = cv2.imencode(".png", np.full((64, 64, 3), 90, np.uint8))[1].tobytes()
    server.pictures = [whole({"data": [{"b64_json": base64.b64encode(data).decode()}]})]
    foreign.lay(tmp_path / "script.picture.png")
    ran = run("write", "tea", "--base-url", server.url, "--image-from-prompt", "-o", tmp_path / "script.txt")
    assert ran.code == 0 and not foreign.harmed, ran.err
    assert (tmp_path / "script.picture-2.png").read_bytes() == data
