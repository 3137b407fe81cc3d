"""Engines by kind and name. Built-in ones and those of other packages enter by the same door.

Another package adds an engine with an entry point in its own pyproject.toml:

    [project.entry-points."talkshow.voice_engines"]
    robot = "my_package:Robot"

Nothing is imported until an engine is loaded, so a listing costs nothing and a broken plug-in breaks only itself.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from talkshow.engines.plugins import require_protocol
from talkshow.errors import BackendError, MissingExtra, TalkshowError, choose


@dataclass(frozen=True)
class Entry:
    """An engine that can be asked for."""

    target: str  # "module:Class", called without arguments
    summary: str
    extra: str = ""  # what pip must install for it: talkshow[extra]
    weights: tuple[str, ...] = ()  # names in `models.REGISTRY`


BUILT_IN: dict[str, dict[str, Entry]] = {
    "voice_engines": {
        "kokoro": Entry(
            "talkshow.speech.engines.kokoro:Kokoro",
            "Kokoro-82M int8: natural voices, 2 to 4 times real time",
            weights=("kokoro-82m-int8",),
        ),
        "draft": Entry(
            "talkshow.speech.engines.draft:Draft",
            "one small voice, shifted per character: some 40 times real time",
            weights=("hibari-heart",),
        ),
        "tone": Entry("talkshow.speech.engines.tone:Tone", "a fake that hums the words, for tests and previews"),
    },
    "diarizers": {
        "embedded": Entry(
            "talkshow.diarize.embedded:Embedded",
            "who speaks when, on a CPU, with bundled weights",
            weights=("diarization/seg3.onnx", "diarization/campp.int8.onnx"),
        ),
        "pyannote": Entry(
            "talkshow.diarize.pyannote:Pyannote",
            "a pyannote.audio pipeline, from a folder or the hub",
            extra="pyannote",
        ),
    },
    "writers": {
        "endpoint": Entry(
            "talkshow.writing.writer:EndpointWriter", "a language model behind any OpenAI-compatible endpoint"
        ),
        "template": Entry(
            "talkshow.writing.template:TemplateWriter",
            "a fake that fits a topic into a fixed dialogue, for demos and tests",
        ),
    },
    "renderers": {
        "portrait": Entry(
            "talkshow.render.portrait.view:Portrait",
            "moves the faces of a picture",
            weights=(
                "face/centerface_dyn.onnx",
                "face/face_landmarks_detector.tflite",
                "face/selfie_segmentation.tflite",
                "face/canon.npz",
            ),
        ),
        "cartoon": Entry("talkshow.render.cartoon.view:Cartoon", "draws a cast and the place it sits in"),
        "multitalk": Entry(
            "talkshow.render.generator.view:MultiTalk",
            "generates the scene (MultiTalk on Wan2.1, a GPU)",
            extra="multitalk",
        ),
        "stills": Entry("talkshow.render.stills:Stills", "a fake that shows a lamp for each speaker, for tests"),
    },
    "transcribers": {
        "whisper": Entry(
            "talkshow.transcribe.whisper:Whisper",
            "Whisper base on the CPU, five times real time",
            extra="captions",
            weights=("whisper-base",),
        )
    },
    "languages": {},  # those of this package are files: talkshow/languages/
}


def entries(kind: str) -> dict[str, Entry]:
    """All engines of a kind by name; installed plug-ins are laid over the built-in ones."""
    found = dict(BUILT_IN[kind])
    for point in importlib.metadata.entry_points(group=f"talkshow.{kind}"):
        package = point.dist.name if point.dist else point.value
        found[point.name] = Entry(f"{point.module}:{point.attr}", f"from the package {package}")
    return found


def load(kind: str, name: str) -> Any:
    """Import and make the engine.

    Raises BackendError for a name that does not exist, and for a plug-in that does not load, does not start, or is no
    engine of this kind; MissingExtra when the packages of an optional engine are not installed.
    """
    entry = _entry(kind, name)
    made = _found(name, entry)
    try:
        engine = made()
    except ImportError as exc:
        raise _unloadable(name, entry, exc) from exc
    except (TalkshowError, MemoryError):
        raise
    except (Exception, SystemExit) as exc:  # a plug-in runs anything
        raise _broken(name, entry, "cannot be started", exc) from exc
    require_protocol(kind, name, engine)
    return engine


def find(kind: str, name: str) -> Any:
    """The class of an engine, imported and not made: what it declares of itself. Raises as `load` does."""
    return _found(name, _entry(kind, name))


def _entry(kind: str, name: str) -> Entry:
    known = entries(kind)
    if name not in known:
        raise BackendError(f"there is no {kind.replace('_', ' ')[:-1]} '{name}'. {choose(name, known)}")
    return known[name]


def _found(name: str, entry: Entry) -> Callable[[], Any]:
    """The class of an engine."""
    module, _, attribute = entry.target.partition(":")
    try:
        found: Callable[[], Any] = operator.attrgetter(attribute)(importlib.import_module(module))
    except ImportError as exc:
        raise _unloadable(name, entry, exc) from exc
    except (TalkshowError, MemoryError):
        raise
    except (Exception, SystemExit) as exc:  # so does its import
        raise _broken(name, entry, "does not load", exc) from exc
    return found


def _unloadable(name: str, entry: Entry, error: ImportError) -> BackendError:
    """Packages of an extra that are not installed, or a plug-in whose own are not."""
    return MissingExtra(f"'{name}'", entry.extra) if entry.extra else _broken(name, entry, "does not load", error)


def _broken(name: str, entry: Entry, how: str, error: BaseException) -> BackendError:
    reason = str(error) or type(error).__name__
    told = reason if isinstance(error, (ImportError, AttributeError)) else f"{type(error).__name__}: {reason}"
    return BackendError(
        f"'{name}' ({entry.target}), {entry.summary}, {how}: {told}. Update or remove that package, or "
        "choose another engine."
    )
