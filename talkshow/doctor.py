"""Trying every part of the program on this machine, small but for real."""

from __future__ import annotations

import importlib.metadata
import logging
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from talkshow.errors import TalkshowError
from talkshow.machine.errors import system_errors, translated_error

_LOG = logging.getLogger(__name__)
_ROOM_MB = 500
_BUNDLED = "af_heart"


@dataclass(frozen=True)
class Finding:
    """A part, whether it works, and the cure where it does not."""

    part: str
    ok: bool
    detail: str
    cure: str = ""


class _Broken(TalkshowError):
    """A part does not do what it should.  args: (detail, cure)."""


def examine(out: Path, voices: Sequence[Path] = ()) -> list[Finding]:
    """Try all parts; one that fails does not keep the others from being tried.  voices: folders of more voices."""
    parts: tuple[tuple[str, Callable[[], str]], ...] = (
        ("Python", _python),
        ("packages", _packages),
        ("model files", _weights),
        ("voices", lambda: _voices(voices)),
        ("speech", lambda: _say(_BUNDLED)),
        ("draft speech", lambda: _say(_BUNDLED, draft=True)),
        *((f"speech of {name}", partial(_say, name, voices)) for name in _to_try(voices)),
        ("face models", _faces),
        ("letters", _letters),
        ("video", _video),
        ("generator", _generator),
        ("outputs", lambda: _outputs(out)),
    )
    return [_try(part, check) for part, check in parts]


def _try(part: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, check())
    except _Broken as exc:
        return Finding(part, False, exc.args[0], exc.args[1])
    except TalkshowError as exc:
        return Finding(part, False, str(exc))
    except Exception as exc:  # whatever a broken installation throws must not hide the other parts
        _LOG.debug("%s", part, exc_info=exc)
        if (refused := translated_error(exc)) is not None:
            return Finding(part, False, str(refused))
        return Finding(
            part, False, f"{type(exc).__name__}: {exc}", "install again: pip install --force-reinstall talkshow"
        )


def _python() -> str:
    from talkshow.machine.workers import usable_cores

    return (
        f"{platform.python_version()} on {platform.system()} {platform.machine()}, {usable_cores()} of "
        f"{os.cpu_count()} cores usable"
    )


def _packages() -> str:
    names = ("av", "numpy", "onnxruntime", "opencv-python-headless", "hibari-tts", "librosa", "moviepy")
    missing = []
    found = []
    for name in names:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        raise _Broken(f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    return ", ".join(found)


def _weights() -> str:
    from talkshow.cast.catalogue import bundled_weights
    from talkshow.engines.weights import known, statuses

    found = statuses([*known().values(), *bundled_weights()], check=True)
    wrong = [s for s in found if s.problem]
    if wrong:
        raise _Broken("; ".join(s.problem for s in wrong), wrong[0].weights.cure)
    return f"{len(found)} files, all with the right digest"


def _voices(folders: Sequence[Path]) -> str:
    from talkshow.cast.choosing import load_all_voices

    return ", ".join(load_all_voices(folders))


def _to_try(folders: Sequence[Path]) -> list[str]:
    """One voice of each engine in some folders; none if they cannot be read, which the part `voices` reports."""
    from talkshow.cast.choosing import load_voices

    try:
        voices = list(load_voices(folders).values())
    except TalkshowError:
        return []
    return list({voice.engine: voice.name for voice in reversed(voices)}.values())


def _say(name: str, folders: Sequence[Path] = (), *, draft: bool = False) -> str:
    """Say two words and listen to whether anything comes out."""
    from talkshow.cast.choosing import find_voice, load_all_voices
    from talkshow.engines import registry
    from talkshow.speech.base import SpeechRequest

    voice = find_voice(name, load_all_voices(folders), draft=draft)
    utterance = registry.load("voice_engines", voice.engine).speak(SpeechRequest("All well.", voice))
    level = float(abs(utterance.waveform.samples).max())
    if level < 0.01:
        raise _Broken("the voice is silent", "install the weights again: see talkshow models verify")
    return f"{utterance.waveform.duration_s:.1f} s of {voice.name}"


def _faces() -> str:
    import numpy as np

    from talkshow.faces.detect import detect_faces
    from talkshow.faces.landmarks import landmark_net

    landmark_net()
    if detect_faces(np.full((256, 256, 3), 90, np.uint8)):
        raise _Broken("a face was found on an empty picture", "see talkshow models verify")
    return "loaded; nothing found on an empty picture, as it should be"


def _letters() -> str:
    import cv2

    *_, width, height = cv2.getTextSize((0, 0), "Ag", (0, 0), cv2.FontFace("sans"), 30, 400)
    if width < 10 or height < 10:
        raise _Broken("captions cannot be drawn", "pip install 'opencv-python-headless>=5'")
    return f"OpenCV {cv2.__version__}"


def _video() -> str:
    """Encode a second of sound and picture, and read it back."""
    import numpy as np

    from talkshow.clock import FPS, TRACK_RATE
    from talkshow.film.video import check_lengths, encode_segment, join_segments
    from talkshow.sound.waveform import Waveform, save_wave

    with tempfile.TemporaryDirectory() as folder:
        segment, mix, video = (Path(folder) / name for name in ("a.mp4", "mix.wav", "b.mp4"))
        encode_segment(segment, (np.full((64, 64, 3), i * 9, np.uint8) for i in range(FPS)), (64, 64))
        save_wave(mix, Waveform(np.zeros(TRACK_RATE, np.float32), TRACK_RATE))
        join_segments(video, [segment], mix, {})
        found = check_lengths(video)
    return f"{found.video_codec} {found.pixel_format} and {found.audio_codec} {found.sample_rate} Hz"


def _generator() -> str:
    """Optional: what is there of it is tried."""
    from talkshow.render.generator.ready import find_card, gigabytes_missing, packages_missing, tried
    from talkshow.settings import GeneratorSettings

    if absent := packages_missing():
        return f"optional, not installed ({', '.join(absent)}): pip install 'talkshow[multitalk]'"
    settings = GeneratorSettings()
    card, missing = find_card(), gigabytes_missing(settings)
    weights = (
        f"{missing:.1f} GB of the weights of {settings.preset} are missing (talkshow models pull {settings.preset})"
        if missing
        else f"the weights of {settings.preset} are here"
    )
    return f"{tried()}; {f'{card.name}, {card.memory_gb:.0f} GB' if card else 'no GPU'}; {weights}"


def _outputs(out: Path) -> str:
    place = next((folder for folder in (out, *out.parents) if os.path.lexists(folder)), Path())
    if not place.is_dir():
        raise _Broken(f"{place} is not a folder", "choose another one with --out")
    with system_errors(place), tempfile.TemporaryFile(dir=place):
        pass
    free = shutil.disk_usage(place).free // 1_000_000
    if free < _ROOM_MB:
        raise _Broken(f"{free} MB free in {place.resolve()}", f"make room: an episode needs up to {_ROOM_MB} MB")
    return f"{free} MB free in {place.resolve()}"
