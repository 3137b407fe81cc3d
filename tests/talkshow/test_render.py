"""The whole road through the command line, on tiny inputs, judged by the files it leaves."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

EPISODE_FILES = {
    "episode.mp4",
    "episode.srt",
    "episode.vtt",
    "episode.rttm",
    "timeline.json",
    "mix.wav",
    "poster.png",
    "seats.png",
    "manifest.json",
    "tracks",
    ".work",
}


def decoded(video: Path) -> tuple[np.ndarray, np.ndarray]:
    """(frames (n, H, W, 3) uint8, samples (n,) float32) of a finished video."""
    with av.open(str(video)) as container:
        frames = np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])
    with av.open(str(video)) as container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    return frames, sound


def test_episode_folder_is_complete_and_nothing_else_is_written(run, quick, tmp_path):
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    ran = run(*quick)
    assert ran.code == 0, ran.err
    video = Path(ran.out.strip())
    assert video == tmp_path / "outputs/quick/episode.mp4"
    assert {path.name for path in video.parent.iterdir()} == EPISODE_FILES
    assert {path.name for path in (video.parent / "tracks").iterdir()} == {"MAYA.wav", "LEO.wav"}
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all(video.parent in path.parents for path in made)
    assert not [path for path in made if path.name.startswith(".tmp")]


def test_video_is_what_players_expect(quick_episode):
    with av.open(str(quick_episode / "episode.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height, video.average_rate) == (160, 90, 25)
        assert (audio.codec_context.name, audio.rate) == ("aac", 48000)
    data = (quick_episode / "episode.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index must come first, so that it plays while it loads"


def test_picture_and_sound_last_equally_long_and_agree_with_every_file(quick_episode):
    folder = quick_episode
    frames, sound = decoded(folder / "episode.mp4")
    timeline, manifest = (json.loads((folder / name).read_text()) for name in ("timeline.json", "manifest.json"))
    assert len(frames) == manifest["num_frames"] == round(timeline["duration_s"] * 25)
    assert abs(len(sound) / 48000 - len(frames) / 25) <= 1 / 25
    mix = soundfile.info(folder / "mix.wav")
    assert (mix.frames, mix.samplerate) == (len(frames) * 1920, 48000)
    for track in (folder / "tracks").iterdir():
        info = soundfile.info(track)
        assert (info.frames, info.samplerate, info.channels) == (len(frames) * 1920, 48000, 1)


def test_tracks_add_up_to_the_mix_before_mastering(quick_episode):
    folder = quick_episode
    total = sum(soundfile.read(track)[0] for track in sorted((folder / "tracks").iterdir()))
    mix = soundfile.read(folder / "mix.wav", always_2d=True)[0].mean(1)
    gain = float(total @ mix / (total @ total))
    residue = mix - gain * total
    assert np.sqrt(np.mean(residue**2)) < 0.2 * np.sqrt(np.mean(mix**2)), "mastering may limit peaks, not remix"


def test_lamps_shine_for_whoever_speaks(quick_episode):
    """Measured on the decoded frames: each half of the picture is bright exactly while its speaker's track sounds."""
    folder = quick_episode
    frames, _ = decoded(folder / "episode.mp4")
    halves = {"MAYA": frames[:, 35:55, 30:50], "LEO": frames[:, 35:55, 110:130]}
    for name, region in halves.items():
        light = region.reshape(len(frames), -1).astype(float).mean(1)
        track = soundfile.read(folder / "tracks" / f"{name}.wav")[0].reshape(len(frames), 1920)
        loud = np.sqrt((track**2).mean(1)) > 0.005
        assert light[loud].mean() > light[~loud].mean() + 20


def test_captions_name_the_speakers(quick_episode):
    folder = quick_episode
    assert "LEO: " in (folder / "episode.srt").read_text(encoding="utf-8")
    vtt = (folder / "episode.vtt").read_text(encoding="utf-8")
    assert vtt.startswith("WEBVTT") and "<v MAYA>" in vtt
    speakers = {row.split()[7] for row in (folder / "episode.rttm").read_text().splitlines()}
    assert speakers == {"MAYA", "LEO"}


def test_manifest_says_how_it_was_made(quick_episode):
    folder = quick_episode
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tool"] == "talkshow" and manifest["seed"] == 0
    assert [row["name"] for row in manifest["characters"]] == ["MAYA", "LEO"]
    assert all(len(row["seat"]) == 4 for row in manifest["characters"])
    assert {row["voice"]: row["licence"] for row in manifest["stages"]["speak"]["voices"]} == {
        "hum_a": "CC0-1.0",
        "hum_b": "CC0-1.0",
    }
    assert any("fake" in warning for warning in manifest["warnings"])


def test_dry_run_prints_the_plan_and_makes_nothing(run, quick, tmp_path):
    ran = run(*quick, "--dry-run", "--json")
    assert ran.code == 0
    assert ran.json["num_lines"] == 6 and ran.json["estimated_duration_s"] > 3
    assert [row["voice"] for row in ran.json["characters"]] == ["hum_a", "hum_b"]
    assert [row["engine"] for row in ran.json["characters"]] == ["tone", "tone"]
    assert any("MAYA, LEO: the engine tone is a stand-in" in warning for warning in ran.json["warnings"])
    assert not (tmp_path / "outputs").exists()


def test_only_speak_and_the_speak_command_make_the_sound_alone(run, quick, tmp_path):
    ran = run(*quick, "--only", "speak")
    assert Path(ran.out.strip()) == tmp_path / "outputs/quick/mix.wav"
    assert not (tmp_path / "outputs/quick/episode.mp4").exists()
    script, voices = quick[1], quick[3]
    spoken = run("speak", script, "--voices", voices, "-o", tmp_path / "other")
    assert Path(spoken.out.strip()).read_bytes() == Path(ran.out.strip()).read_bytes()


@pytest.mark.parametrize(
    ("options", "texts"),
    [(("--lines", "2-3"), ["Power. And boredom.", "Or power over boredom"]), (("--lines", "6"), ["Good night."])],
)
def test_a_part_is_rendered_alone(run, quick, options, texts):
    folder = Path(run(*quick, *options, "--json").json["folder"])
    cues = json.loads((folder / "timeline.json").read_text())["cues"]
    assert [cue["text"].rstrip(" -") for cue in cues] == texts


def test_size_and_seed_and_captions_change_the_picture_only(run, quick, rendered):
    first, sound = decoded(rendered / "episode.mp4")
    burnt = Path(run(*quick, "--json", "--burn-captions", "--title", "Cats", "--size", "90x160").json["folder"])
    second, again = decoded(burnt / "episode.mp4")
    assert second.shape[1:3] == (160, 90) and len(second) == len(first)
    assert np.array_equal(sound, again)
    bottom = second[20, 100:].astype(float)
    assert (bottom > 200).mean() > 0.01, "white letters stand in the lower part"


def test_wave_files_open_in_the_standard_library(quick_episode):
    folder = quick_episode
    with wave.open(str(folder / "mix.wav")) as file:
        assert file.getframerate() == 48000
