"""The generator behind `--renderer multitalk`, end to end with the tiny preset: noise, but the whole road."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import av
import numpy as np
import pytest
from drawn_people import save, two_people

SCRIPT = """\
title: Tiny
cast:
  MAYA: voice=hum_a
  LEO: voice=hum_b
MAYA (warm): Hello.
LEO: Good day.
"""
THREE = SCRIPT.replace("  LEO: voice=hum_b\n", "  LEO: voice=hum_b\n  ANN: voice=hum_c\n") + "ANN: And to me.\n"


def pictures(video: Path) -> np.ndarray:
    with av.open(str(video)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def tiny_render(folder: Path, voices: Path) -> tuple[object, ...]:
    """Arguments that render `folder`/tiny.txt into `folder`/outputs/tiny."""
    return (
        *("render", folder / "tiny.txt", "--voices", voices, "--renderer", "multitalk", "--preset", "tiny"),
        *("--steps", 1, "--size", "160x90", "--no-check", "-o", folder / "outputs"),
    )


@pytest.fixture
def tiny(tmp_path, tone_voices):
    def arguments(text: str = SCRIPT, *more: object) -> tuple[object, ...]:
        (tmp_path / "tiny.txt").write_text(text, encoding="utf-8")
        return (*tiny_render(tmp_path, tone_voices), *more)

    return arguments


@pytest.fixture(scope="module")
def generated(succeed, tmp_path_factory, tone_voices) -> Path:
    """The folder of an episode with two people and a folder of weights."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "tiny.txt").write_text(SCRIPT, encoding="utf-8")
    succeed(*tiny_render(folder, tone_voices), "--models", folder / "weights")
    return folder / "outputs/tiny"


@pytest.fixture
def copied(generated, tiny, tmp_path):
    """A copy of it, and the arguments that make it."""
    folder = Path(shutil.copytree(generated, tmp_path / "outputs/tiny"))
    return folder, tiny(SCRIPT, "--models", tmp_path / "weights")


def test_an_episode_is_as_long_as_its_sound_and_says_that_it_is_noise(run, copied):
    folder, arguments = copied
    ran = run(*arguments)
    assert ran.code == 0, ran.err
    assert "random weights" in ran.err and "noise" in ran.err
    manifest = json.loads((folder / "manifest.json").read_text())
    generator = manifest["scenes"][0]["generator"]
    assert generator["preset"] == "tiny" and "random" in generator["weights"]
    assert [chunk["places"] for chunk in generator["chunks"]] == [["MAYA", "LEO"]] * len(generator["chunks"])
    frames = pictures(folder / "episode.mp4")
    assert frames.shape[1:] == (90, 160, 3) and len(frames) == manifest["num_frames"]
    assert frames.std() > 1


def test_a_folder_of_weights_is_written_into_the_manifest(generated):
    manifest = json.loads((generated / "manifest.json").read_text())
    assert manifest["settings"]["generator"]["models"] == "weights", "a name: paths tell where somebody's files are"


@pytest.mark.parametrize("lost", [False, True])
def test_without_its_segments_only_a_lost_chunk_is_made_again_and_the_same(run, copied, lost):
    folder, arguments = copied
    first = pictures(folder / "episode.mp4")
    chunks = sorted((folder / ".work/chunks").iterdir())
    kept = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (chunks[:-1] if lost else chunks)}
    assert kept
    if lost:
        chunks[-1].unlink()
    for segment in (folder / ".work/frames").glob("*.mp4"):
        segment.unlink()
    (folder / "episode.mp4").unlink()
    assert run(*arguments).code == 0
    assert chunks == sorted((folder / ".work/chunks").iterdir())
    assert kept == {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in kept}
    assert np.abs(first.astype(float) - pictures(folder / "episode.mp4")).mean() < 0.5  # x264 rounds


def test_three_people_share_two_places_and_the_plan_says_so(run, tiny):
    plan = run(*tiny(THREE, "--dry-run", "--json"))
    assert "each speaker in a chunk takes one" in plan.json["generator"]["places"]
    assert plan.json["generator"]["chunks"] >= 1 and plan.json["generator"]["pflop"] > 0
    folder = Path(run(*tiny(THREE, "--json")).json["folder"])
    chunks = json.loads((folder / "manifest.json").read_text())["scenes"][0]["generator"]["chunks"]
    assert all(len(chunk["places"]) == 2 for chunk in chunks) and any("ANN" in chunk["places"] for chunk in chunks)


def test_a_picture_is_the_reference_and_cuts_start_afresh(run, tiny, tmp_path):
    tagged = SCRIPT.replace("LEO: Good", "[CLOSE ON LEO]\nLEO: Good")
    ran = run(*tiny(tagged, "--image", save(two_people(640, 360), tmp_path / "people.png"), "--json"))
    assert ran.code == 0, ran.err
    folder = Path(ran.json["folder"])
    shots = json.loads((folder / "timeline.json").read_text())["shots"]
    firsts = {
        chunk["first"]
        for chunk in json.loads((folder / "manifest.json").read_text())["scenes"][0]["generator"]["chunks"]
    }
    assert len(shots) > 1 and {round(shot["start_s"] * 25) for shot in shots} <= firsts


def test_without_weights_it_says_what_to_pull_and_what_to_expect(run, tiny):
    ran = run(*tiny(SCRIPT, "--preset", "multitalk-480p", "--models", "/nowhere"))
    assert ran.code == 1
    for said in ("talkshow models pull multitalk-480p", "GB", "PFLOP", "--preset tiny"):
        assert said in ran.err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--preset", "tinny"), "tiny"),
        (("--steps", "0"), "steps"),
        (("--color-correction", "2"), "0 to 1"),
        (("--lora", "a.safetensors"), "FILE=SCALE"),
        (("--quantize", "int9"), "int8"),
        (("--offload", "blocks"), "block"),
        (("--offload", "block"), "random weights"),
    ],
)
def test_impossible_choices_are_explained(run, tiny, flags, said):
    ran = run(*tiny(SCRIPT, *flags))
    assert ran.code == 1 and said in ran.err
