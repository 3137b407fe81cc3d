"""What many tests need: the command line in this process, quick voices, and scripts that render in a moment."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Before any library reads them. Several workers run side by side; and sums over several threads are added in another
# order now and then, so that nothing is equal to the bit. Two jobs, since one would hide what goes wrong between them.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
os.environ["TALKSHOW_JOBS"] = "2"
# A shell that starts tests in the background lets them ignore Ctrl-C; those who are started here would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import pytest
from hypothesis import HealthCheck, settings

from talkshow.cli import main

# Nothing here measures time: a busy machine is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays on one worker, which makes its fixtures once; all tests that are marked `serial` share one."""
    for item in items:
        serial = item.get_closest_marker("serial") is not None
        item.add_marker(pytest.mark.xdist_group("serial" if serial else item.location[0]))


@pytest.fixture(autouse=True)
def state_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What talkshow remembers of a user is forgotten after each test."""
    folder = str(tmp_path_factory.mktemp("state"))
    for variable in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, folder)


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for machines."""
        return json.loads(self.out)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `talkshow ARGUMENTS` in this process."""

    def call(*arguments: object) -> Ran:
        capfd.readouterr()
        try:
            main([str(argument) for argument in arguments])
            code = 0
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else int(bool(exit_.code))
        out, err = capfd.readouterr()
        assert "Traceback" not in err, err
        return Ran(code, out, err)

    return call


@pytest.fixture(scope="session")
def tone_voices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two voices of the fake engine, which speaks a minute in a fraction of a second."""
    folder = tmp_path_factory.mktemp("voices")
    for name, gender in (("hum_a", "female"), ("hum_b", "male"), ("hum_c", "female")):
        (folder / name).mkdir()
        (folder / name / "voice.toml").write_text(
            f'name = "{name}"\nengine = "tone"\nlanguage = "en-US"\ngender = "{gender}"\n'
            'description = "hums"\nlicence = "CC0-1.0"\nconsent = "synthetic"\n',
            encoding="utf-8",
        )
    return folder


QUICK_SCRIPT = """\
title: Quick
cast:
  MAYA: voice=hum_a
  LEO: voice=hum_b
MAYA: Why do cats knock things over?
LEO: Power. And (beat) boredom.
MAYA: Or power over boredom --
LEO: Exactly that.
MAYA {backchannel}: Mm-hm.
LEO (pause 0.8s): Good night.
"""


@pytest.fixture
def quick(tmp_path: Path, tone_voices: Path) -> tuple[object, ...]:
    """Arguments of a render that takes a second: a short script, humming voices, tiny pictures of lamps, no check."""
    script = tmp_path / "quick.txt"
    script.write_text(QUICK_SCRIPT, encoding="utf-8")
    return (
        "render",
        script,
        "--voices",
        tone_voices,
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--no-check",
        "--out",
        tmp_path / "outputs",
    )
