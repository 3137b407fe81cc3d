"""Engines by kind and name. Built-in engines and those of other packages are registered in the same way.

Another package adds an engine with an entry point in its own pyproject.toml:

    [project.entry-points."talkshow.voice_engines"]
    robot = "my_package:Robot"

Nothing is imported until an engine is loaded, so a listing costs nothing and a broken plug-in breaks only itself.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talkshow.engines.plugins import require_protocol
from talkshow.errors import BackendError, MissingExtra, TalkshowError, choose

if TYPE_CHECKING:
    from talkshow.engines.weights import Weights


@dataclass(frozen=True)
class Entry:
    """An engine that can be selected by name."""

    target: str  # "module:Class", called without arguments
    package: str = ""  # the package that provides it; "": talkshow itself


@dataclass(frozen=True)
class Traits:
    """What the class of an engine declares, in class attributes of these names. All are optional.

    realtime_factor and megapixels_per_second are measured on one core of a 2020s laptop and used for the plan's
    estimate.
    """

    summary: str = ""
    extra: str = ""  # the extra that it needs: pip install talkshow[extra]
    weights: tuple[Weights, ...] = ()  # the model files that it needs
    pretends: bool = False  # a stand-in: used only on request
    languages: tuple[str, ...] | None = None  # voice engines: language tags, ("*",) for all; None: those of its voices
    thread_safe: bool = False  # voice engines: `speak` may be called from several threads at once
    realtime_factor: float = 1.0  # voice engines: seconds of work per second of sound
    megapixels_per_second: float = 10.0  # renderers: drawing and encoding
    memory_mb: int = 0  # its memory, besides that of the program


# To add a built-in engine, write its class and list it here.
BUILT_IN: dict[str, dict[str, str]] = {
    "voice_engines": {
        "kokoro": "talkshow.speech.engines.kokoro:Kokoro",
        "draft": "talkshow.speech.engines.draft:Draft",
        "endpoint": "talkshow.speech.engines.endpoint:Endpoint",
        "tone": "talkshow.speech.engines.tone:Tone",
    },
    "diarizers": {"embedded": "talkshow.diarize.embedded:Embedded", "pyannote": "talkshow.diarize.pyannote:Pyannote"},
    "writers": {
        "endpoint": "talkshow.writing.writer:EndpointWriter",
        "template": "talkshow.writing.template:TemplateWriter",
    },
    "renderers": {
        "portrait": "talkshow.render.portrait.view:Portrait",
        "cartoon": "talkshow.render.cartoon.view:Cartoon",
        "multitalk": "talkshow.render.generator.view:MultiTalk",
        "stills": "talkshow.render.stills:Stills",
    },
    "transcribers": {"whisper": "talkshow.transcribe.whisper:Whisper"},
    "languages": {},  # those of this package are files: talkshow/languages/
}


def entries(kind: str) -> dict[str, Entry]:
    """All engines of a kind by name; installed plug-ins override built-in engines of the same name."""
    found = {name: Entry(target) for name, target in BUILT_IN[kind].items()}
    for point in _plugins(kind, tuple((folder, _changed(folder)) for folder in sys.path)):
        package = point.dist.name if point.dist else point.value
        found[point.name] = Entry(f"{point.module}:{point.attr}", package)
    return found


@functools.lru_cache
def _plugins(kind: str, searched: tuple[tuple[str, int], ...]) -> tuple[importlib.metadata.EntryPoint, ...]:
    """The engines of other packages, from the metadata of all installed packages; read again if a folder changed."""
    del searched  # the key of the cache
    return tuple(importlib.metadata.entry_points(group=f"talkshow.{kind}"))


def _changed(folder: str) -> int:
    """The last time a package was added to a folder or removed from it."""
    try:
        return Path(folder).stat().st_mtime_ns
    except OSError:
        return 0


def load(kind: str, name: str) -> Any:
    """Import and make the engine.

    Raises BackendError for a name that does not exist, and for a plug-in that cannot be imported, cannot be started, or
    is not an engine of this kind. Raises MissingExtra when the packages of an optional engine are not installed.
    """
    entry = _entry(kind, name)
    made = _found(name, entry)
    try:
        engine = made()
    except ImportError as exc:
        extra = getattr(made, "extra", "")
        raise (MissingExtra(f"'{name}'", extra) if extra else _broken(name, entry, "does not load", exc)) from exc
    except (TalkshowError, MemoryError):
        raise
    except (Exception, SystemExit) as exc:  # a plug-in may run any code
        raise _broken(name, entry, "cannot be started", exc) from exc
    require_protocol(kind, name, engine)
    return engine


def find(kind: str, name: str) -> Any:
    """What is registered under a name, imported and not called. Raises as `load` does."""
    return _found(name, _entry(kind, name))


def traits(kind: str, name: str) -> Traits:
    """What an engine declares; it is imported but not created. Raises the same errors as `load`."""
    made = find(kind, name)
    declared: dict[str, Any] = {field.name: getattr(made, field.name, field.default) for field in fields(Traits)}
    return Traits(**declared)


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
        raise _broken(name, entry, "does not load", exc) from exc
    except (TalkshowError, MemoryError):
        raise
    except (Exception, SystemExit) as exc:  # so may its import
        raise _broken(name, entry, "does not load", exc) from exc
    return found


def _broken(name: str, entry: Entry, how: str, error: BaseException) -> BackendError:
    origin = f", from the package {entry.package}," if entry.package else ""
    reason = str(error) or type(error).__name__
    told = reason if isinstance(error, (ImportError, AttributeError)) else f"{type(error).__name__}: {reason}"
    return BackendError(
        f"'{name}' ({entry.target}){origin} {how}: {told}. Update or remove that package, or choose another engine."
    )
