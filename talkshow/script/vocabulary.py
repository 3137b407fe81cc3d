"""The words a script may use for directions, timing and camera, and how a parenthesis is told from prose."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from talkshow.script.model import BEAT_S, OVERLAP_S, PAUSE_S


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MOODS = _words("""
    warm friendly kind tender loving gentle happy cheerful joyful delighted amused playful teasing excited
    enthusiastic proud hopeful relieved grateful calm relaxed thoughtful curious surprised shocked amazed
    confused puzzled doubtful skeptical sceptical suspicious worried nervous anxious afraid scared sad sorry
    disappointed hurt lonely tired bored annoyed irritated impatient angry furious bitter cold stern serious
    solemn sarcastic ironic dry deadpan smug defensive embarrassed shy awkward guilty determined confident
    dramatic mysterious neutral flat dreamy grumpy wistful nostalgic tense bright sweet mischievous horrified disgusted
    jealous urgent
""")
MANNERS = _words("""
    whispers whispering whisper quietly quiet softly soft loudly loud shouts shouting yells yelling murmurs
    mutters muttering mumbles slowly slow quickly quick fast singing sings sing-song reading imitating
    interrupting breathless hoarse aside stammers hesitant hesitates matter-of-fact trailing
    smiling smiles grinning grins frowning frowns nodding nods winks winking shrugs shrugging
    shakes leans pointing points warmly happily sadly angrily calmly drily dryly gently nervously proudly
    excitedly seriously sarcastically thoughtfully cheerfully patiently firmly
""")
SOUNDS = _words("""
    laughs laughing laugh chuckles chuckling chuckle giggles giggling giggle snorts snickers sighs sighing
    sigh gasps gasping gasp coughs coughing cough sniffs sniffles sobs sobbing cries crying groans groaning
    groan hums humming yawns yawning yawn gulps inhales exhales breathes clears applause screams
""")
ACTIONS = _words("""
    looks looking glances glancing turns turning stands standing sits sitting enters entering leaves leaving
    drinks drinking sips eats eating chews waves waving claps clapping holds holding picks puts shows raises
    raising rolls stares staring checks checking listens listening thinks thinking pauses stops opens closes
""")
DIRECTIONS = MOODS | MANNERS | SOUNDS
_PROSE = _words("""
    and or but nor so yet if because which who whose that not no yes i we you it he she they is are was were be been has
    have had do does did can could will would now then here there at on by for from like as than or e.g i.e aka also
""")
_FILLERS = _words("""
    a an the very quite rather a-bit bit little slightly almost still more less so and then too
    with in her his their throat head eyes voice under breath beat to off up down
""")

_NUMBER = r"(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)"
_SECONDS = rf"\s*[:=]?\s*{_NUMBER}\s*(ms|s|sec|secs|seconds?)?"
_REST = re.compile(rf"(beat|pause)(?:{_SECONDS})?", re.IGNORECASE)
_OVERLAP = re.compile(rf"overlap(?:s|ping)?(?:{_SECONDS})?", re.IGNORECASE)
_BACKCHANNEL = re.compile(r"back-?channel", re.IGNORECASE)
_OFF_SCREEN = re.compile(r"(?:o\.?\s?[sc]\.?|v\.?\s?o\.?|off[- ]?screen)", re.IGNORECASE)
_CONTINUED = re.compile(r"cont(?:['’]?d|inued)?\.?", re.IGNORECASE)
TAG_WORDS = ("beat", "pause", "overlap", "backchannel", "O.S.", "V.O.")

_ONE = r"(?:(?:(?:EXTREME |MEDIUM )?CLOSE(?:[- ]?UP)?|MEDIUM|MID|SINGLE)(?: SHOT)?|ANGLE)"
_SHOT_OF_SPEAKER = re.compile(_ONE, re.IGNORECASE)
_SHOT_ON = re.compile(rf"{_ONE}(?: ON| OF)? (?!(?:ON|OF)$)(.+)", re.IGNORECASE)
_SHOT_ALL = re.compile(r"(?:WIDE|FULL|MASTER|ESTABLISHING|GROUP|TWO|THREE)(?:[- ]SHOT)?|(?:[23][- ]SHOT)"
                       r"|BACK TO (?:SCENE|WIDE)", re.IGNORECASE)
SHOT_WORDS = ("CLOSE ON NAME", "MEDIUM ON NAME", "ANGLE ON NAME", "WIDE", "TWO SHOT")


def _seconds(match: re.Match[str], number: int, default: float) -> float:
    if match[number] is None:
        return default
    return float(match[number]) / (1000 if (match[number + 1] or "").lower() == "ms" else 1)


def rest_seconds(tag: str) -> float | None:
    """Length of `beat`, `pause`, `pause 1.5s`, `pause 300ms` in seconds; None for anything else."""
    match = _REST.fullmatch(tag)
    if not match:
        return None
    return _seconds(match, 2, BEAT_S if match[1].lower() == "beat" else PAUSE_S)


def overlap_seconds(tag: str) -> float | None:
    """N of `overlap N` in seconds (0.5 where no number is given); None for anything else."""
    match = _OVERLAP.fullmatch(tag)
    return _seconds(match, 1, OVERLAP_S) if match else None


def is_backchannel(tag: str) -> bool:
    """Whether the tag is `backchannel`."""
    return bool(_BACKCHANNEL.fullmatch(tag))


def is_off_screen(tag: str) -> bool:
    """Whether the tag says that the speaker is heard but not seen: O.S., O.C., V.O."""
    return bool(_OFF_SCREEN.fullmatch(tag))


def is_continued(tag: str) -> bool:
    """Whether the tag is a screenwriting program's (CONT'D), which says nothing that the lines do not."""
    return bool(_CONTINUED.fullmatch(tag))


def is_timing(tag: str) -> bool:
    """Whether the tag rules when a line is heard or whether its speaker is seen."""
    return (rest_seconds(tag) is not None or overlap_seconds(tag) is not None or is_backchannel(tag)
            or is_off_screen(tag) or is_continued(tag))


def is_known_direction(direction: str) -> bool:
    """Whether a direction is understood: `very angry`, `looking at her watch`, `to Leo`.

    That is one to four words of which one is known and at most one is not (besides words such as `very`), or an
    action of at most eight words, or `to` and a name.
    """
    if re.fullmatch(r"to [^\W\d_a-z].*", direction):
        return True
    words = re.findall(r"[\w'-]+", direction.casefold())
    known = [word for word in words if word in DIRECTIONS]
    others = [word for word in words if word not in DIRECTIONS and word not in _FILLERS]
    return (bool(known) and len(words) <= 4 and len(others) <= 1) or (words[:1] != [] and words[0] in ACTIONS
                                                                     and len(words) <= 8)


def is_sound(direction: str) -> bool:
    """Whether a direction is a sound one makes, such as `laughs` or `clears her throat`."""
    words = direction.casefold().split()
    return bool(words) and words[0] in SOUNDS and is_known_direction(direction)


def reads_as_direction(content: str) -> bool:
    """Whether a parenthesis inside a text is a direction; otherwise it is prose and is spoken.

    A direction is a timing tag, a known direction of at most four words, or an unknown one of at most three
    words that starts with a small letter, not with a word such as `and`, `which` or `not`, and holds no digit and
    no sentence punctuation.
    """
    parts = [part.strip() for part in content.split(",")]
    if not all(parts):
        return False
    if all(is_timing(part) or (is_known_direction(part) and len(part.split()) <= 4) for part in parts):
        return True
    words = content.split()
    return (len(words) <= 3 and words[0].islower() and words[0].rstrip(",") not in _PROSE
            and not re.search(r"[\d.?!:;…\"“”]", content))


@lru_cache(maxsize=1024)
def near_direction(direction: str) -> str | None:
    """The known direction or tag most like an unknown one."""
    first = direction.casefold().split()[:1]
    known = (*sorted(DIRECTIONS | ACTIONS), *TAG_WORDS)
    # closer than for other names: any English word is a little like some direction
    found = difflib.get_close_matches(first[0], known, n=1, cutoff=0.75) if first else []
    return found[0] if found else None


@dataclass(frozen=True)
class Camera:
    """What a camera tag asks for.  kind: "wide", "two" or "single"; target: a name as written, "" for the speaker."""

    kind: str
    target: str = ""
    close: bool = False


def read_camera(tag: str) -> Camera | None:
    """`CLOSE ON LEO` as a Camera; None for an unknown tag."""
    close = tag.casefold().startswith(("close", "extreme"))
    if _SHOT_OF_SPEAKER.fullmatch(tag):           # first, or CLOSE UP would be close on somebody called UP
        return Camera("single", "", close)
    if match := _SHOT_ON.fullmatch(tag):
        return Camera("single", match[1].strip(), close)
    if not _SHOT_ALL.fullmatch(tag):
        return None
    return Camera("two" if re.match(r"TWO|2", tag, re.IGNORECASE) else "wide")


def is_camera(tag: str) -> bool:
    """Whether a tag that stands among words is one for the camera: `CLOSE ON LEO`, but not `close to tears`."""
    if read_camera(tag) is None:
        return False
    named = re.search(r" (?:on|of) ", tag, re.IGNORECASE)
    return tag.split(" ")[0].isupper() or bool(named and not reads_as_direction(tag))
