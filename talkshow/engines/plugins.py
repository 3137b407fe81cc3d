"""Checks the engines of other packages, and attributes their errors to them.

A plug-in may raise any error and return any value. The message names its class, so that the user knows which package
to report it to. Errors inside talkshow are not translated, because a plug-in cannot cause them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, TypeVar

from talkshow.errors import BackendError, TalkshowError

# What an engine of each kind must have; `identity` is a str, the others are methods.
PROTOCOLS = {
    "voice_engines": ("identity", "speak"),
    "diarizers": ("identity", "diarize", "with_model"),
    "writers": ("write", "preview"),
    "renderers": ("open",),
    "transcribers": ("identity", "transcribe", "with_model"),
}
_CURE = "It comes from another package: update or remove that package, or choose another engine."
_T = TypeVar("_T")


def require_protocol(kind: str, name: str, engine: object) -> None:
    """Check that an engine has everything its kind requires. Raises BackendError."""
    with failures(engine, "being loaded"):
        missing = [wanted for wanted in PROTOCOLS[kind] if not hasattr(engine, wanted)]
        wrong = [
            wanted
            for wanted in PROTOCOLS[kind]
            if wanted not in missing
            and not (
                isinstance(getattr(engine, wanted), str) if wanted == "identity" else callable(getattr(engine, wanted))
            )
        ]
    if missing or wrong:
        lack = f"has no {' and no '.join(missing)}" if missing else f"has a wrong {' and '.join(wrong)}"
        raise BackendError(
            f"'{name}' ({_named(engine)}) is not a valid engine of the kind {kind}: it {lack}. docs/plugins.md "
            f"lists what it needs. {_CURE}"
        )


@contextlib.contextmanager
def failures(engine: object, doing: str) -> Iterator[None]:
    """Raise a plug-in's errors in this block as a BackendError.  doing: such as "speaking", for the message."""
    try:
        yield
    except TalkshowError:
        raise
    except (Exception, SystemExit) as exc:
        if is_own(engine) or isinstance(exc, MemoryError):
            raise
        raise BackendError(f"{_named(engine)} failed while {doing} ({type(exc).__name__}: {exc}). {_CURE}") from exc


def checked(engine: object, answer: Any, kind: type[_T], doing: str) -> _T:
    """The return value of an engine, if it is of the right kind. Raises BackendError."""
    if not isinstance(answer, kind):
        raise wrong_answer(engine, f"{doing} returned {_a(type(answer).__name__)} instead of {_a(kind.__name__)}")
    return answer


def wrong_answer(engine: object, what: str) -> BackendError:
    """The error for an engine that returned an unusable value."""
    return BackendError(f"{_named(engine)}: {what}. {_CURE}")


def is_own(engine: object) -> bool:
    """Whether an engine comes with talkshow."""
    return type(engine).__module__.partition(".")[0] == "talkshow"


def _named(engine: object) -> str:
    return f"{type(engine).__module__}.{type(engine).__qualname__}"


def _a(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
