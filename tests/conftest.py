"""What many tests need: the command line in this process, quick voices, and scripts that render in a moment."""

from __future__ import annotations

import functools
import itertools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Before any library reads them. Several workers run side by side; and sums over several threads are added in another
# order now and then, so that nothing is equal to the bit. Two jobs, since one would hide what goes wrong between them.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
os.environ["TALKSHOW_JOBS"] = "2"
# Dozens of commands run in processes of their own, and would compile everything anew.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    sys.dont_write_bytecode = False
# A shell that starts tests in the background lets them ignore Ctrl-C; those who are started here would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import pytest
from hypothesis import HealthCheck, settings

from talkshow.cli import main
from talkshow.engines.weights import FOLDER_VARIABLE, Weights
from talkshow.speech.engines import onnx_model

os.fsync = lambda _: None  # no power cut in tests: waiting for the disk after every file would only take time
_open_session, _session_kept = onnx_model.open_session, functools.cache(onnx_model.open_session)


def _shared_session(entry: Weights, threads: int, folder: Path | None = None) -> Any:
    """The network of a bundled voice, loaded once for all tests; from a test's own folder, as ever."""
    if folder is not None or os.environ.get(FOLDER_VARIABLE):
        return _open_session(entry, threads, folder)
    return _session_kept(entry, threads)


onnx_model.open_session = _shared_session  # before the engines import it: loading takes longer than most tests


@pytest.fixture
def unloaded_voices() -> None:
    """The next who speaks loads the network, as in a new process."""
    _session_kept.cache_clear()


STATE = ("XDG_STATE_HOME", "LOCALAPPDATA")  # where talkshow remembers things of a user

# Nothing here measures time: a busy machine is no failure. How many examples a property is tried on, where a test does
# not say fewer: TALKSHOW_EXAMPLES.
settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("TALKSHOW_EXAMPLES", "50")),
)
settings.load_profile("untimed")


SERIAL = "serial"
# Groups that take longest are begun first: a long one begun last is waited for by everybody.
LONG = (
    SERIAL,
    *(f"tests/talkshow/test_{name}.py" for name in ("synccheck", "convert", "portrait", "convert_heard", "ownership")),
    *(f"tests/talkshow/test_{name}.py" for name in ("multitalk_bridge", "multitalk_ready")),
    "tests/multitalk/test_golden.py",
    *(f"tests/talkshow/test_{name}.py" for name in ("bad_input", "cartoon_look", "speech_voices", "episode_parts")),
    *(f"tests/talkshow/test_{name}.py" for name in ("kept_broken", "director", "motion_life", "docs", "hostile_media")),
    *(f"tests/talkshow/test_{name}.py" for name in ("caches", "speech_endpoint", "scene", "settings", "convert_input")),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays on one worker, which makes its fixtures once; all tests that are marked `serial` share one."""
    groups = {}
    for item in items:
        groups[item] = SERIAL if item.get_closest_marker("serial") else item.location[0]
        item.add_marker(pytest.mark.xdist_group(groups[item]))
    items.sort(key=lambda item: LONG.index(groups[item]) if groups[item] in LONG else len(LONG))


@pytest.fixture(scope="session")
def state_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Names of folders that are not there yet."""
    folder = tmp_path_factory.mktemp("states")
    return (str(folder / str(number)) for number in itertools.count())


@pytest.fixture(autouse=True)
def state_of_its_own(state_folders: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What talkshow remembers of a user is forgotten after each test."""
    folder = next(state_folders)
    for variable in STATE:
        monkeypatch.setenv(variable, folder)


@pytest.fixture(scope="session", autouse=True)
def state_of_the_user(state_folders: Iterator[str]) -> Iterator[None]:
    """Fixtures that tests share remember elsewhere as well. One key signs whatever is made."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CONFIG_HOME", next(state_folders))
        for variable in STATE:
            patched.setenv(variable, next(state_folders))
        yield


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


def succeed(*arguments: object) -> None:
    """Run `talkshow ARGUMENTS` for what it makes; what it prints is of no interest."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert not ended.value.code


@pytest.fixture(scope="session", name="succeed")
def _succeed() -> Callable[..., None]:
    """`succeed`, for fixtures that tests share."""
    return succeed


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
  MAYA: voice=hum_a, speed=1.5
  LEO: voice=hum_b, speed=1.5
MAYA: Why do cats knock things over?
LEO: Power. And (beat) boredom.
MAYA: Or power over boredom --
LEO: Exactly that.
MAYA {backchannel}: Mm-hm.
LEO (pause 0.8s): Good night.
"""


def quick_render(folder: Path, voices: Path) -> tuple[object, ...]:
    """Arguments that render `folder`/quick.txt into `folder`/outputs/quick."""
    return (
        *("render", folder / "quick.txt", "--voices", voices, "--renderer", "stills", "--size", "160x90"),
        *("--no-check", "--out", folder / "outputs"),
    )


@pytest.fixture
def quick(tmp_path: Path, tone_voices: Path) -> tuple[object, ...]:
    """Arguments of a render that takes a second: a short script, humming voices, tiny pictures of lamps, no check."""
    (tmp_path / "quick.txt").write_text(QUICK_SCRIPT, encoding="utf-8")
    return quick_render(tmp_path, tone_voices)


@pytest.fixture(scope="session")
def quick_episode(tmp_path_factory: pytest.TempPathFactory, tone_voices: Path) -> Path:
    """The folder of what `quick` renders, made once."""
    folder = tmp_path_factory.mktemp("quick")
    (folder / "quick.txt").write_text(QUICK_SCRIPT, encoding="utf-8")
    succeed(*quick_render(folder, tone_voices))
    return folder / "outputs/quick"


@pytest.fixture
def rendered(quick: tuple[object, ...], quick_episode: Path, tmp_path: Path) -> Path:  # noqa: ARG001
    """The folder of an episode as `run(*quick)` leaves it: a copy."""
    return Path(shutil.copytree(quick_episode, tmp_path / "outputs/quick"))
