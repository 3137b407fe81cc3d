"""Engines of other packages: what they lack, and what they do wrong, said as theirs.

A plug-in may raise anything anywhere and answer with anything. The message names its class, so that whoever installed
it knows whom to ask. Errors inside talkshow pass as they are: nobody outside can cause them.
"""

from __future__ import annotations

import contextlib
import numbers
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from talkshow.errors import BackendError, TalkshowError

if TYPE_CHECKING:
    from talkshow.render.base import StageView
    from talkshow.speech.base import Utterance

# What an engine of each kind has; `identity` is a text, the others are methods.
PROTOCOLS = {"voice_engines": ("identity", "speak"), "diarizers": ("identity", "diarize"),
             "writers": ("write", "preview"), "renderers": ("open",), "transcribers": ("identity", "transcribe")}
_CURE = "It comes from another package: update or remove that package, or choose another engine."
_T = TypeVar("_T")


def require_protocol(kind: str, name: str, engine: object) -> None:
    """Make sure that an engine has what its kind must have. Raises BackendError."""
    with failures(engine, "being loaded"):
        missing = [wanted for wanted in PROTOCOLS[kind] if not hasattr(engine, wanted)]
        wrong = [wanted for wanted in PROTOCOLS[kind] if wanted not in missing
                 and not (isinstance(getattr(engine, wanted), str) if wanted == "identity"
                          else callable(getattr(engine, wanted)))]
    if missing or wrong:
        lack = f"has no {' and no '.join(missing)}" if missing else f"has a wrong {' and '.join(wrong)}"
        raise BackendError(f"'{name}' ({_named(engine)}) is no engine of the kind {kind}: it {lack}. docs/plugins.md "
                           f"says what one needs. {_CURE}")


@contextlib.contextmanager
def failures(engine: object, doing: str) -> Iterator[None]:
    """Raise what a plug-in raises in this block as a BackendError.  doing: "speaking", for the message."""
    try:
        yield
    except TalkshowError:
        raise
    except (Exception, SystemExit) as exc:
        if _is_own(engine) or isinstance(exc, MemoryError):
            raise
        raise BackendError(f"{_named(engine)} failed while {doing} ({type(exc).__name__}: {exc}). {_CURE}") from exc


def checked(engine: object, answer: Any, kind: type[_T], doing: str) -> _T:
    """The answer of an engine, which must be of a kind. Raises BackendError."""
    if not isinstance(answer, kind):
        raise wrong_answer(engine, f"{doing} gave {_a(type(answer).__name__)} instead of {_a(kind.__name__)}")
    return answer


def wrong_answer(engine: object, what: str) -> BackendError:
    """The error about an engine that answered with something that cannot be used."""
    return BackendError(f"{_named(engine)}: {what}. {_CURE}")


def checked_speech(engine: object, answer: Any) -> Utterance:
    """The answer of a voice engine: mono sound of finite numbers, and words and phonemes with times."""
    import numpy as np

    from talkshow.sound.waveform import Waveform
    from talkshow.speech.base import Phoneme, Utterance, Word

    utterance = checked(engine, answer, Utterance, "speaking")
    waveform = checked(engine, utterance.waveform, Waveform, "speaking")
    samples = waveform.samples
    if not (isinstance(samples, np.ndarray) and samples.ndim == 1 and samples.dtype.kind == "f"
            and bool(np.isfinite(samples).all())):
        raise wrong_answer(engine, "the samples it speaks are not a row of finite floating-point numbers")
    if not (isinstance(waveform.sample_rate, numbers.Integral) and 1000 <= waveform.sample_rate <= 1_000_000):
        raise wrong_answer(engine, f"the sample rate {waveform.sample_rate} is not a number of Hz")
    for kind, rows in ((Word, utterance.words), (Phoneme, utterance.phonemes)):
        if not (isinstance(rows, Sequence) and all(isinstance(row, kind) for row in rows)):
            raise wrong_answer(engine, f"what it speaks has no list of {kind.__name__} with times")
    return utterance


def checked_view(renderer: object, answer: Any) -> StageView:
    """The answer of a renderer: what can be filmed."""
    import numpy as np

    from talkshow.render.base import Box

    wanted = ("identity", "seats", "crop", "warnings", "seat_picture", "frames")
    missing = [name for name in wanted if not hasattr(answer, name)]
    if missing:
        raise wrong_answer(renderer, f"the view it opens has no {' and no '.join(missing)}")
    if not _is_own(renderer):
        picture = answer.seat_picture()
        if not (isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.shape[2:] == (3,)):
            raise wrong_answer(renderer, "its seat_picture is not an array (height, width, 3) of bytes")
        if not (isinstance(answer.crop, Box) and isinstance(answer.seats, Mapping)
                and all(isinstance(box, Box) for box in answer.seats.values())):
            raise wrong_answer(renderer, "the crop and the seats of its view must be boxes")
        if not (isinstance(answer.warnings, (tuple, list)) and all(isinstance(row, str) for row in answer.warnings)):
            raise wrong_answer(renderer, "the warnings of its view must be texts")
    view: StageView = answer
    return view


def _is_own(engine: object) -> bool:
    return type(engine).__module__.partition(".")[0] == "talkshow"


def _named(engine: object) -> str:
    return f"{type(engine).__module__}.{type(engine).__qualname__}"


def _a(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
