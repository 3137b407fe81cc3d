"""The words a script may use for timing and camera, and how a direction in parentheses is distinguished from prose."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from talkshow.script.directions import Direction, known_words
from talkshow.script.model import BEAT_S, OVERLAP_S, PAUSE_S
from talkshow.script.roles import is_nobody


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PROSE = _words("""
    and or but nor so yet if because which who whose that not no yes i we you it he she they is are was were be been has
    have had do does did can could will would now then here there at on by for from like as than or e.g i.e aka also
""")

_NUMBER = r"(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)"
_SECONDS = rf"\s*[:=]?\s*{_NUMBER}\s*(ms|s|sec|secs|seconds?)?"
_REST = re.compile(rf"(beat|pause)(?:{_SECONDS})?", re.IGNORECASE)
# the same as other voices and writers say it: (long pause), [silence 2s], [2 seconds of silence], (pause for 2 s)
_LENGTHS = {"short": 0.4, "brief": 0.4, "slight": 0.4, "quick": 0.4, "small": 0.4, "medium": 0.8, "long": 1.5}
_LENGTHS |= {"longer": 1.5, "very long": 2.5, "dramatic": 1.5, "awkward": 1.5}
_LONG_REST = re.compile(rf"(?:an? )?({'|'.join(_LENGTHS)}) (?:pause|silence|break|beat)", re.IGNORECASE)
_TIMED_REST = re.compile(rf"(?:silence|break|wait|rest|stop|pauses?)(?: (?:for|of))?{_SECONDS}", re.IGNORECASE)
_REST_AFTER = re.compile(rf"{_NUMBER}[ -]?(ms|s|sec|secs|seconds?) (?:of )?(?:silence|pause|break|rest)", re.IGNORECASE)
_BARE_TIME = re.compile(rf"{_NUMBER} ?(ms|s|sec|secs|seconds?)", re.IGNORECASE)
_BARE_REST = re.compile(r"pauses|silence|(?:a )?moment of silence", re.IGNORECASE)
_OVERLAP = re.compile(rf"overlap(?:s|ping)?(?:{_SECONDS})?", re.IGNORECASE)
_BACKCHANNEL = re.compile(r"back-?channel", re.IGNORECASE)
_LANGUAGE = re.compile(
    r"(?:lang|language)\s*[:=]?\s+([A-Za-z][\w-]*)|(?:lang|language)\s*[:=]\s*([A-Za-z][\w-]*)", re.IGNORECASE
)
_TOGETHER = re.compile(r"together|simultaneous(?:ly)?|at the same time", re.IGNORECASE)
_OFF_SCREEN = re.compile(
    r"(?:o[./]?\s?[sc]\.?|v[./]?\s?o\.?|off(?:[- ]?(?:screen|camera|stage))?|voice[- ]?over|pre-?lap|hors[- ]champ)",
    re.IGNORECASE,
)
_CONTINUED = re.compile(r"cont(?:['’]?d|inued)?\.?", re.IGNORECASE)
TAG_WORDS = ("beat", "pause", "overlap", "together", "backchannel", "lang es", "O.S.", "V.O.")

_SOUND_CUE = re.compile(r"(?:sfx|fx|bgm|music|sounds?(?: effects?)?|audio|jingle)\s*[:–-].*", re.IGNORECASE)

# what writers of transcripts could not hear, with its time
_UNHEARD = re.compile(
    r"(?:inaudible|unintelligible|indistinct|indiscernible|crosstalk|overlapping|unclear|foreign|silence|phonetic"
    r"|redacted)\b.{0,40}",
    re.IGNORECASE,
)

MOVES = Path(__file__).with_name("moves.toml")


@dataclass(frozen=True)
class CameraWords:
    """How a script asks for a move of the camera: an entry of `moves.toml`."""

    name: str
    words: str  # a regular expression
    of: Literal["one", "two", "all"]
    examples: tuple[str, ...]
    shows: str


def read_moves(path: Path = MOVES) -> tuple[CameraWords, ...]:
    """The entries of a table of moves, in its order."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        CameraWords(name, row["words"], row["of"], tuple(row["examples"]), row["shows"]) for name, row in rows.items()
    )


CAMERA_WORDS = read_moves()
SHOT_WORDS = tuple(example for entry in CAMERA_WORDS for example in entry.examples)


def _seconds(match: re.Match[str], number: int, default: float) -> float:
    if match[number] is None:
        return default
    return float(match[number]) / (1000 if (match[number + 1] or "").lower() == "ms" else 1)


def rest_seconds(tag: str) -> float | None:
    """Length of `beat`, `pause 1.5s`, `long pause`, `silence 300ms` in seconds; None for anything else."""
    if match := _REST.fullmatch(tag):
        return _seconds(match, 2, BEAT_S if match[1].lower() == "beat" else PAUSE_S)
    if match := _LONG_REST.fullmatch(tag):
        return _LENGTHS[match[1].lower()]
    if (match := _TIMED_REST.fullmatch(tag)) and match[1]:
        return _seconds(match, 1, PAUSE_S)
    if match := _REST_AFTER.fullmatch(tag) or _BARE_TIME.fullmatch(tag):
        return _seconds(match, 1, PAUSE_S)
    return PAUSE_S if _BARE_REST.fullmatch(tag) else None


def overlap_seconds(tag: str) -> float | None:
    """N of `overlap N` in seconds (0.5 where no number is given); None for anything else."""
    match = _OVERLAP.fullmatch(tag)
    return _seconds(match, 1, OVERLAP_S) if match else None


def is_backchannel(tag: str) -> bool:
    """Whether the tag is `backchannel`."""
    return bool(_BACKCHANNEL.fullmatch(tag))


def is_together(tag: str) -> bool:
    """Whether the tag says that the line starts with the line before it."""
    return bool(_TOGETHER.fullmatch(tag))


def declared_language(tag: str) -> str | None:
    """The language that `lang es` declares for a line, as written; None for another tag."""
    match = _LANGUAGE.fullmatch(tag.strip())
    return (match[1] or match[2]) if match else None


def is_off_screen(tag: str) -> bool:
    """Whether the tag says that the speaker is heard but not seen: O.S., O.C., V.O."""
    return bool(_OFF_SCREEN.fullmatch(tag))


def is_continued(tag: str) -> bool:
    """Whether the tag is a screenwriting program's (CONT'D), which says nothing that the lines do not."""
    return bool(_CONTINUED.fullmatch(tag))


def extensions(tag: str) -> list[str]:
    """`V.O. CONT'D` as the two tags that it holds; any other tag as it is."""
    parts = re.split(r"\s*[/&]\s*|\s+", tag.strip())
    return parts if len(parts) > 1 and all(is_off_screen(part) or is_continued(part) for part in parts) else [tag]


def is_timing(tag: str) -> bool:
    """Whether the tag rules when a line is heard or whether its speaker is seen."""
    return (
        rest_seconds(tag) is not None
        or overlap_seconds(tag) is not None
        or is_backchannel(tag)
        or is_together(tag)
        or is_off_screen(tag)
        or is_continued(tag)
        or declared_language(tag) is not None
    )


def reads_as_direction(content: str) -> bool:
    """Whether a parenthesis inside a text is a direction; otherwise it is prose and is spoken.

    A direction is a timing tag, the cue for a sound (`SFX: bell`), a known or negated direction of at most four words,
    or an unknown one of at most three words that starts with a small letter, not with a word such as `and`, `which` or
    `not`, and holds no digit and no sentence punctuation.
    """
    parts = [part.strip() for part in content.split(",")]
    if not all(parts):
        return False
    if (
        is_nobody(content)
        or _SOUND_CUE.fullmatch(content)
        or _UNHEARD.fullmatch(content)
        or all(is_timing(part) or _is_short_direction(part) for part in parts)
    ):
        return True
    words = content.split()
    return (
        len(words) <= 3
        and words[0].islower()
        and words[0].rstrip(",") not in _PROSE
        and not re.search(r"[\d.?!:;…\"“”]", content)
    )


def _is_short_direction(part: str) -> bool:
    """Whether a few words are a direction; one that is negated is not understood, but it is not prose."""
    meaning = Direction(part).meaning
    return (meaning.known or meaning.negated) and len(part.split()) <= 4


@lru_cache(maxsize=1024)
def near_direction(direction: str) -> str | None:
    """The known direction or tag most like an unknown one."""
    first = direction.casefold().split()[:1]
    known = (*known_words(), *TAG_WORDS)
    # closer than for other names: any English word is a little like some direction
    found = difflib.get_close_matches(first[0], known, n=1, cutoff=0.75) if first else []
    return found[0] if found else None


@dataclass(frozen=True)
class Camera:
    """What a camera tag asks for.

    move: a name of `moves.toml`; of: whom it shows, as there; target: a name as written, "" for the speaker.
    """

    move: str
    of: Literal["one", "two", "all"]
    target: str = ""


def read_camera(tag: str) -> Camera | None:
    """`CLOSE ON LEO` as a Camera; None for an unknown tag."""
    for entry in CAMERA_WORDS:  # without a name first, or CLOSE UP would be close on a character called UP
        if re.fullmatch(entry.words, tag, re.IGNORECASE):
            return Camera(entry.name, entry.of)
    for entry in CAMERA_WORDS:
        named = rf"(?:{entry.words})(?: ON| OF)? (?!(?:ON|OF)$)(?P<name>.+)"
        if entry.of == "one" and (match := re.fullmatch(named, tag, re.IGNORECASE)):
            return Camera(entry.name, entry.of, match["name"].strip())
    return None


def is_camera(tag: str) -> bool:
    """Whether a tag that stands among words is one for the camera: `CLOSE ON LEO`, but not `close to tears`."""
    if read_camera(tag) is None:
        return False
    named = re.search(r" (?:on|of) ", tag, re.IGNORECASE)
    return tag.split(" ")[0].isupper() or bool(named and not reads_as_direction(tag))
