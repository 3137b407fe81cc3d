"""A part never takes the place of the whole: where episodes go, what a folder holds, nothing stale beside the new."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from owned_files import contents
from recordings import TURNS, hummed, rttm, wav

from talkshow.episode.parts import EpisodePart, may_follow, read_part
from talkshow.store.naming import safe_name

SECONDS = st.none() | st.integers(0, 36_000_000).map(lambda value: value / 1000)
PARTS = st.builds(
    EpisodePart,
    st.none() | st.integers(1, 40),
    st.none() | st.tuples(st.integers(1, 999), st.integers(0, 999)).map(lambda p: (p[0], p[0] + p[1])),
    SECONDS,
    SECONDS,
    st.booleans(),
)


@pytest.mark.parametrize(
    ("part", "label"),
    [
        (EpisodePart(), ""),
        (EpisodePart(draft=True), ".draft"),
        (EpisodePart(lines=(3, 5)), ".lines-3-5"),
        (EpisodePart(lines=(4, 4)), ".lines-4"),
        (EpisodePart(scene=2, draft=True), ".scene-2.draft"),
        (EpisodePart(2, (3, 5), draft=True), ".scene-2.lines-3-5.draft"),
        (EpisodePart(begin_s=65, end_s=120), ".from-1m05s-to-2m00s"),
        (EpisodePart(end_s=3723.25), ".to-1h02m03.25s"),
        (EpisodePart(begin_s=0.5), ".from-0m00.5s"),
    ],
)
def test_labels(part, label):
    assert part.label == label


@given(PARTS, PARTS)
def test_labels_tell_parts_apart_and_are_names(one, other):
    assume(one != other)
    assert one.label != other.label
    assert safe_name(f"x{one.label}"[:60]) == f"x{one.label}"[:60]


@given(PARTS)
def test_parts_are_read_back(part):
    assert read_part(json.loads(json.dumps(part.as_dict()))) == part


@given(PARTS, PARTS, st.booleans())
def test_only_a_draft_gives_way_and_only_where_its_script_lies(old, new, own):
    expected = new == old or (
        own and old.draft and not new.draft and EpisodePart(old.scene, old.lines, old.begin_s, old.end_s) == new
    )
    assert may_follow(old, new, own_script=own) == expected


@pytest.mark.parametrize("broken", [None, 3, [], {"lines": 3}, {"lines": ["a", "b"]}, {"lines": [1]}])
def test_what_is_no_part(broken):
    assert read_part(broken) is None


FLAGS = [("--lines", "2-3"), ("--draft",), ("--only", "speak"), ("--scene", "1")]
CHOICES = [choice for number in (1, 2, 4) for choice in itertools.combinations(FLAGS, number)]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: " ".join(itertools.chain(*choice)))
def test_a_finished_episode_is_not_touched_by_its_parts(run, quick, rendered, tmp_path, choice):
    before = contents(rendered)
    ran = run(*quick, *itertools.chain(*choice), "--json")
    assert ran.code == 0, ran.err
    flat = list(itertools.chain(*choice))
    label = ".scene-1" * ("--scene" in flat) + ".lines-2-3" * ("--lines" in flat) + ".draft" * ("--draft" in flat)
    name = f"quick{label}" + ".speak" * (not label)
    assert Path(ran.json["folder"]) == tmp_path / "outputs" / name
    assert f"outputs/{name}" in ran.err, "where it goes is told"
    assert contents(rendered) == before
    manifest = json.loads((tmp_path / "outputs" / name / "manifest.json").read_text())
    assert manifest["part"] == {
        "scene": 1 if "--scene" in flat else None,
        "draft": "--draft" in flat,
        "lines": [2, 3] if "--lines" in flat else None,
        "from_s": None,
        "to_s": None,
    }


def test_sound_alone_comes_before_its_video_and_not_after(run, quick, tmp_path):
    speak = ("speak", quick[1], "--voices", quick[3], "--out", tmp_path / "outputs")
    assert run(*speak).out.strip() == str(tmp_path / "outputs/quick/mix.wav")
    assert run(*quick).out.strip() == str(tmp_path / "outputs/quick/episode.mp4")
    before = contents(tmp_path / "outputs/quick")
    for _ in range(2):
        again = run(*speak, "--seed", 4)
        assert again.out.strip() == str(tmp_path / "outputs/quick.speak/mix.wav") and "quick.speak" in again.err
    named = run(*speak, "--name", "quick")
    assert named.code == 1 and "--name" in named.err
    assert contents(tmp_path / "outputs/quick") == before
    assert not (tmp_path / "outputs/quick.speak/episode.mp4").exists()


@pytest.mark.parametrize("other", [("--lines", "1"), ("--draft",), ("--scene", "1")])
def test_a_name_holds_one_part(run, quick, rendered, tmp_path, other):
    folder = rendered.rename(tmp_path / "outputs/mine")
    for first, second in (((), other), (other, ())):
        assert run(*quick, "--name", "mine", *first).code == 0
        before = contents(folder)
        ran = run(*quick, "--name", "mine", *second)
        assert ran.code == 1 and "--name" in ran.err and str(folder) in ran.err
        assert contents(folder) == before
        if first:
            assert run(*quick, "--name", "mine", *first, "--seed", 2).code == 0, "the same part again"
        shutil.rmtree(folder)


def test_two_scripts_of_one_name(run, quick, rendered, tmp_path):
    script = Path(str(quick[1]))
    other = tmp_path / "other/quick.txt"
    other.parent.mkdir()
    other.write_text(script.read_text().replace("cats", "dogs"))
    before = contents(rendered)
    for more in ((), ("--name", "quick")):
        ran = run("render", other, *quick[2:], *more)
        assert ran.code == 1 and "--name" in ran.err and "quick.txt" in ran.err
        assert contents(tmp_path / "outputs/quick") == before
        assert not list((tmp_path / "outputs/quick/.work/speech").glob(".tmp*"))
    assert run("render", other, *quick[2:], "--name", "dogs").code == 0
    assert run(*quick).code == 0


def test_a_recording_and_a_script_of_one_name(run, rendered, tmp_path):
    before = contents(rendered)
    talk = wav(tmp_path / "quick.wav")
    for command in ("convert", "diarize"):
        ran = run(command, talk, "--rttm", rttm(tmp_path / "t.rttm"), "--out", tmp_path / "outputs")
        assert ran.code == 1 and "--name" in ran.err and contents(tmp_path / "outputs/quick") == before


@pytest.mark.parametrize("keep_work", [True, False])
def test_a_project_that_is_moved_goes_on(run, quick, quick_episode, tmp_path, keep_work):
    """Script and outputs together; an edited script; then the script alone, unchanged."""
    script = Path(str(quick[1]))
    arguments = lambda place: ("render", place / script.name, *quick[2:-1], place / "outputs")  # noqa: E731
    moved = Path(shutil.copytree(quick_episode.parents[1], tmp_path / "elsewhere"))
    if not keep_work:
        shutil.rmtree(moved / "outputs/quick/.work")
    (moved / script.name).write_text((moved / script.name).read_text() + "LEO: One more.\n")
    ran = run(*arguments(moved))
    assert ran.code == 0, ran.err
    (moved / "scripts").mkdir()
    (moved / script.name).rename(moved / "scripts" / script.name)
    assert run("render", moved / "scripts" / script.name, *quick[2:-1], moved / "outputs").code == 0


@pytest.mark.parametrize("change", ["an edit", "another size"])
def test_a_run_that_is_broken_off_leaves_nothing_that_seems_finished(run, quick, rendered, monkeypatch, change):
    """Whatever a run has changed before it ends early: a manifest speaks of files that are there as it says."""
    script, folder = Path(str(quick[1])), rendered
    before = contents(folder)
    arguments = quick if change == "an edit" else tuple("90x160" if part == "160x90" else part for part in quick)
    if change == "an edit":
        script.write_text(script.read_text().replace("Good night.", "Good morning to everybody."))

    def broken_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("talkshow.episode.film.join_segments", broken_off)
        assert run(*arguments).code == 130
    after = contents(folder)
    assert after == before or "manifest.json" not in after
    assert run("check", folder).code == (1 if "manifest.json" not in after else 0)
    assert run(*arguments).code == 0
    listed = json.loads((folder / "manifest.json").read_text())["outputs"]
    assert {name: row["sha256"] for name, row in listed.items()} == {
        name: digest for name, digest in contents(folder).items() if name != "manifest.json"
    }


@pytest.fixture
def talk(tmp_path: Path) -> tuple[object, ...]:
    return (wav(tmp_path / "talk.wav"), "--rttm", rttm(tmp_path / "truth.rttm"), "--out", tmp_path / "outputs")


FILM = ("--no-captions", "--no-check", "--renderer", "stills", "--size", "160x90")


def test_a_cut_of_a_recording_goes_beside_it(run, talk, tmp_path):
    assert run("convert", *talk, *FILM).code == 0
    before = contents(tmp_path / "outputs/talk")
    part = rttm(tmp_path / "part.rttm", [("A", 0.1, 1.0), ("B", 1.1, 2.0)])
    for command in (("convert", *FILM), ("diarize",)):
        ran = run(command[0], talk[0], "--rttm", part, *talk[3:], "--from", "0:02.3", "--to", "4.5", *command[1:])
        assert ran.code == 0, ran.err
        assert Path(ran.out.strip()).parent == tmp_path / "outputs/talk.from-0m02.3s-to-0m04.5s"
    assert contents(tmp_path / "outputs/talk") == before


def test_diarizing_what_was_converted_leaves_its_video_alone(run, talk, tmp_path):
    assert run("convert", *talk, *FILM, "--names", "MAYA,LEO").code == 0
    before = contents(tmp_path / "outputs/talk")
    same = run("diarize", *talk, "--names", "MAYA,LEO", "--json")
    assert same.code == 0 and Path(same.json["rttm"]).parent == tmp_path / "outputs/talk"
    after = contents(tmp_path / "outputs/talk")
    assert after.pop("report.json") and after == before, "the sound is the same: it may stay where it is"
    other = run("diarize", *talk, "--names", "ANNA,TOM", "--json")
    assert other.code == 0 and Path(other.json["rttm"]).parent == tmp_path / "outputs/talk.diarize"
    assert (
        "talk.diarize" in other.err
        and {**after, "report.json": "x"}.keys() == contents(tmp_path / "outputs/talk").keys()
    )
    assert run("convert", *talk, *FILM, "--names", "ANNA,TOM").code == 0
    assert not (tmp_path / "outputs/talk/report.json").exists(), "it speaks of other names"


def test_two_recordings_of_one_name(run, talk, tmp_path):
    assert run("diarize", *talk).code == 0
    before = contents(tmp_path / "outputs/talk")
    (tmp_path / "other").mkdir()
    other = wav(tmp_path / "other/talk.wav", hummed(TURNS, 7.0).mix)
    for command in (("diarize",), ("convert", *FILM)):
        ran = run(command[0], other, *talk[1:], *command[1:])
        assert ran.code == 1 and "--name" in ran.err and contents(tmp_path / "outputs/talk") == before


def test_other_files_of_the_same_speakers(run, tmp_path):
    turns = rttm(tmp_path / "turns.rttm")
    sounds = {
        place: {name: wav(tmp_path / f"{place}{name}.wav", hummed().voices[name]) for name in "AB"}
        for place in ("one-", "two-")
    }

    def diarize(place: str):
        files = [f"{name}={sounds[place][name]}" for name in "AB"]
        return run("diarize", "--track", files[0], "--track", files[1], "--rttm", turns, "--out", tmp_path / "outputs")

    assert diarize("one-").code == 0
    before = contents(tmp_path / "outputs/A and B")
    sounds["two-"]["A"].write_bytes(sounds["two-"]["B"].read_bytes())
    assert diarize("two-").code == 1 and contents(tmp_path / "outputs/A and B") == before
    assert diarize("one-").code == 0


def test_an_idea_keeps_its_finished_episode(run, tmp_path, tone_voices):
    small = (
        "--writer",
        "template",
        "--lines",
        2,
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--no-check",
        "--json",
        "--characters",
        "MAYA, LEO",
        "--voices",
        tone_voices,
        "--voice",
        "MAYA=hum_a",
        "--voice",
        "LEO=hum_b",
        "--out",
        tmp_path,
    )
    idea = ("scene", "why owls stare")
    folder = tmp_path / "why owls stare"
    draft = run(*idea, *small, "--draft")
    assert Path(draft.json["folder"]) == folder
    whole = run(*idea, *small)
    assert whole.code == 0 and Path(whole.json["folder"]) == folder, "the whole takes the place of its draft"
    before = contents(folder)
    for flags, name in ((("--draft",), "why owls stare.draft"), (("--only", "speak"), "why owls stare.speak")):
        ran = run(*idea, *small, *flags)
        assert ran.code == 0 and Path(ran.json["folder"]) == tmp_path / name and name in ran.err
        assert contents(folder) == before
    other = run("scene", "why cats stare", *small, "--name", "why owls stare")
    assert other.code == 1 and "another idea" in other.err and "--name" in other.err


def test_a_script_in_memory_has_a_name_alone(tmp_path, tone_voices):
    from dataclasses import replace

    from talkshow import EpisodeSettings, make_episode, read_script
    from talkshow.errors import WorkspaceError

    path = tmp_path / "talk.txt"
    path.write_text("title: Owls\nMAYA: Why?\nLEO: Why not?\n")
    script = replace(read_script(path), path=None)
    settings = EpisodeSettings(only="speak", voices={"MAYA": "hum_a", "LEO": "hum_b"})
    assert make_episode(script, settings, out=tmp_path / "o", voices=[tone_voices]).folder == tmp_path / "o/Owls"
    make_episode(script, settings, out=tmp_path / "o", voices=[tone_voices])
    with pytest.raises(WorkspaceError, match="--name"):
        make_episode(path, settings, out=tmp_path / "o", name="Owls", voices=[tone_voices])


@pytest.mark.parametrize(
    ("part", "lines", "seen"),
    [
        ({"lines": (1, 1)}, {"ANN": 1}, [{"ANN", "BEN", "CLEO"}]),
        ({"lines": (3, 4)}, {"CLEO": 1, "DORA": 1}, [{"ANN", "BEN", "CLEO"}, {"ANN", "DORA"}]),
        ({"scene": 2}, {"DORA": 1, "ANN": 1}, [{"ANN", "DORA"}]),
        ({}, {"ANN": 2, "BEN": 1, "CLEO": 1, "DORA": 1, "EVE": 1}, [{"ANN", "BEN", "CLEO"}, {"ANN", "DORA"}]),
    ],
)
def test_a_part_shows_everybody_who_is_in_its_scene(tone_voices, part, lines, seen):
    """Also those who say nothing in it; whoever is only heard is not seen, and the plan counts what is said."""
    from talkshow import EpisodeSettings
    from talkshow.episode.make import prepare
    from talkshow.script import parse_script

    script = parse_script(
        "== One ==\nANN: One.\nBEN: Two.\nCLEO: Three.\n== Two ==\nDORA: Four.\nEVE (O.S.): Five.\nANN: Six.\n"
    )
    prepared = prepare(script, EpisodeSettings(renderer="stills", **part), [tone_voices])
    assert [{each.name for each in scene.stage.characters} for scene in prepared.staged] == seen
    rows = {row.name: row.num_lines for row in prepared.plan.characters}
    assert {name: count for name, count in rows.items() if count} == lines | ({"EVE": 1} if part.get("scene") else {})
    assert prepared.plan.num_lines == sum(rows.values()) and prepared.plan.num_scenes == len(seen)
