"""What is said of the generator before it runs: what to install, to pull and to expect; when it is chosen."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from drawn_people import save, two_people
from tiny_checkpoints import TINY, tiny_states, write_layout

from multitalk.config import PRESETS
from talkshow.render.generator import ready as multitalk_ready
from talkshow.render.generator.ready import Card

SCRIPT = "cast:\n  MAYA: voice=hum_a\n  LEO: voice=hum_b\nMAYA: Hello there.\nLEO: Good day.\n"
# as if the packages were not installed
BARE = """
import sys
for name in ("torch", "diffusers", "transformers", "einops", "safetensors", "huggingface_hub", "ftfy", "skimage"):
    sys.modules[name] = None
from talkshow.cli import main
main(sys.argv[1:])
"""


@pytest.fixture
def arguments(tmp_path, tone_voices):
    script = tmp_path / "two.txt"
    script.write_text(SCRIPT, encoding="utf-8")
    return ("render", script, "--voices", tone_voices, "--size", "160x90", "--no-check", "-o", tmp_path / "outputs")


@pytest.fixture
def published(tmp_path, monkeypatch) -> Path:
    """A folder of tiny published weights, and the preset that fits them."""
    preset = replace(TINY, options=replace(TINY.options, num_steps=1))
    monkeypatch.setitem(PRESETS, preset.name, preset)
    return write_layout("repositories", tmp_path / "weights", tiny_states())


@pytest.fixture
def card(monkeypatch) -> None:
    """A machine with a GPU."""
    monkeypatch.setattr(multitalk_ready, "find_card", lambda: Card("NVIDIA GeForce RTX 4090", 25.4))


@pytest.fixture
def any_size(monkeypatch) -> None:
    """Tiny files, which have not the published sizes, are taken for the published ones."""
    monkeypatch.setattr(multitalk_ready, "weights_wrong", lambda *_: [])


def bare(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BARE, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_with_nothing_installed_it_says_what_to_install_pull_and_expect(arguments):
    ran = bare(*arguments, "--renderer", "multitalk", "--models", "/nowhere")
    assert ran.returncode == 1 and "Traceback" not in ran.stderr
    for said in (
        "pip install 'talkshow[multitalk]'",
        "talkshow models pull multitalk-480p",
        "92.6 GB",
        "memory on the",
        "for a second of video",
        "an H100",
        "estimates",
    ):
        assert said in ran.stderr


def test_without_packages_plans_lists_and_doctor_still_work(arguments, tmp_path):
    planned = bare(*arguments, "--image", save(two_people(), tmp_path / "people.png"), "--dry-run")
    assert planned.returncode == 0, planned.stderr
    assert "portrait (there is a picture, people.png, but no generator is installed)" in planned.stderr
    assert bare("models", "list", "multitalk-720p").returncode == 0
    assert "pip install" in bare("models", "pull", "multitalk-480p").stderr


@pytest.mark.parametrize(
    ("absent", "missing", "wrong", "card", "said"),
    [
        (["torch"], [], [], None, "portrait (there is a picture, people.png, but no generator is installed)"),
        (
            [],
            ["a"],
            [],
            None,
            "portrait (there is a picture, people.png, but the weights of multitalk-720p are not here)",
        ),
        (
            [],
            [],
            ["a"],
            None,
            "portrait (there is a picture, people.png, but the weights of multitalk-720p are damaged)",
        ),
        ([], [], [], None, "portrait (there is a picture, people.png, but no GPU for the generator)"),
        ([], [], [], Card("H100", 80), "multitalk (there is a picture, people.png, a GPU and the weights)"),
    ],
)
def test_the_plan_says_why_a_picture_is_filmed_as_it_is(
    run, arguments, tmp_path, monkeypatch, absent, missing, wrong, card, said
):
    for name, answer in (("packages", absent), ("weights", missing)):
        monkeypatch.setattr(multitalk_ready, f"{name}_missing", lambda *_, answer=answer: answer)
    monkeypatch.setattr(multitalk_ready, "weights_wrong", lambda *_: wrong)
    monkeypatch.setattr(multitalk_ready, "find_card", lambda: card)
    picture = ("--image", save(two_people(), tmp_path / "people.png"), "--preset", "multitalk-720p")
    planned = run(*arguments, *picture, "--dry-run", "--json")
    assert planned.code == 0, planned.err
    assert planned.json["renderers"] == [said]
    asked = run(*arguments, *picture, "--renderer", "cartoon", "--dry-run", "--json")
    assert asked.json["renderers"] == ["cartoon (asked for)"]
    assert run(*arguments, "--dry-run", "--json").json["renderers"] == ["cartoon (there is no picture)"]


def test_without_weights_it_says_what_to_pull_and_expect(run, arguments, tmp_path):
    ran = run(*arguments, "--renderer", "multitalk", "--models", tmp_path / "none")
    assert ran.code == 1
    for said in (
        f"talkshow models pull multitalk-480p --folder {tmp_path / 'none'}",
        "92.6 GB",
        "an RTX 4090",
        "--preset tiny",
    ):
        assert said in ran.err


def test_a_dry_run_counts_and_says_that_these_are_estimates(run, arguments):
    ran = run(*arguments, "--renderer", "multitalk", "--dry-run")
    for said in ("generator (estimates)", "chunks", "forwards", "pflop", "memory gb", "s for a second of video"):
        assert said in ran.err
    planned = ("--renderer", "multitalk", "--dry-run", "--json")
    one = run(*arguments, *planned).json["generator"]
    fewer = run(*arguments, *planned, "--steps", 20, "--text-guidance", 1).json["generator"]
    assert one["forwards"] == one["chunks"] * 40 * 3 and fewer["forwards"] == one["chunks"] * 20 * 2
    assert 2.5 < one["pflop"] / fewer["pflop"] <= 3
    assert set(one["s_for_a_second_of_video"]) == {"H100", "RTX 4090"} and one["estimated_s"] is None
    tiny = run(*arguments, *planned, "--preset", "tiny").json["generator"]
    assert set(tiny["s_for_a_second_of_video"]) == {"CPU"} and tiny["estimated_s"] is not None


@pytest.mark.usefixtures("card")
def test_this_card_is_reckoned_with(run, arguments, tmp_path):
    given = ("--renderer", "multitalk", "--models", tmp_path / "none")
    ran = run(*arguments, *given)
    assert "this NVIDIA GeForce RTX 4090" in ran.err and "which has 25.4 GB: try --offload block" in ran.err
    assert "which has" not in run(*arguments, *given, "--offload", "block").err
    planned = run(*arguments, *given, "--dry-run", "--json").json["generator"]
    assert planned["estimated_s"] > 100 and planned["device"] == "NVIDIA GeForce RTX 4090"


@pytest.mark.parametrize(
    ("gpu", "there", "chosen", "why"),
    [
        (True, True, "multitalk", "a GPU and the weights"),
        (False, True, "portrait", "no GPU"),
        (True, False, "portrait", "the weights of tiny-published are not here"),
    ],
)
@pytest.mark.usefixtures("any_size")
def test_auto_chooses_by_picture_card_and_weights(
    gpu, there, chosen, why, run, arguments, published, tmp_path, monkeypatch
):
    monkeypatch.setattr(multitalk_ready, "find_card", lambda: Card("H100", 80.0) if gpu else None)
    ran = run(
        *arguments,
        "--image",
        save(two_people(), tmp_path / "people.png"),
        "--preset",
        "tiny-published",
        "--models",
        published if there else tmp_path / "none",
        "--dry-run",
    )
    line = next(line for line in ran.err.splitlines() if line.startswith("renderer:"))
    assert chosen in line and "people.png" in line and why in line


def test_auto_without_a_picture_draws(run, arguments):
    assert "renderer: cartoon (there is no picture)" in run(*arguments, "--dry-run").err


@pytest.mark.usefixtures("card")
def test_weights_that_were_cut_short_are_not_chosen_nor_run(run, arguments, published, tmp_path):
    shard = published / "Wan2.1-I2V-14B-480P/diffusion_pytorch_model-00003-of-00007.safetensors"
    shard.write_bytes(shard.read_bytes()[:-100])
    given = ("--preset", "tiny-published", "--models", published)
    planned = run(*arguments, *given, "--image", save(two_people(), tmp_path / "people.png"), "--dry-run")
    assert "portrait" in planned.err and "are damaged" in planned.err
    ran = run(*arguments, *given, "--renderer", "multitalk")
    assert ran.code == 1 and shard.name in ran.err and "bytes instead of" in ran.err


@pytest.mark.usefixtures("any_size")
def test_an_episode_from_a_folder_of_published_weights(run, arguments, published):
    ran = run(*arguments, "--renderer", "multitalk", "--preset", "tiny-published", "--models", published, "--json")
    assert ran.code == 0, ran.err
    assert Path(ran.json["video"]).is_file() and "random weights" not in ran.err


def test_doctor_tries_the_generator(run, tmp_path):
    row = next(row for row in run("doctor", "--json", "--out", tmp_path).json if row["part"] == "generator")
    assert row["ok"] and "9 frames of noise" in row["detail"]
