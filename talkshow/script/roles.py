"""Names that belong to no one: roles that people have, and words before a colon that are not names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from talkshow.script.names import fold, looks_like_person


def _set(separator: str, text: str) -> frozenset[str]:
    return frozenset(" ".join(part.split()) for part in " ".join(text.split()).split(separator))


_ROLE = re.compile(
    r"(?:speaker|person|participant|voice|(?:co-?)?host|guest|narrator|interviewe[re]|moderator|presenter|anchor|caller"
    r"|panell?ist|announcer|reporter|expert|student|teacher|user|assistant|agent|customer|operator|witness|attorney"
    r"|judge|doctor|patient|client|sprecher(?:in)?|gast|intervenant|locuteur|hablante|orador)[ _-]?\d*",
    re.IGNORECASE,
)
_NOBODY = _set(
    ",",
    """
    act, action, ad break, ambience, applause, audio, background, background music, bgm, break, camera, caption,
    cast, chapter, characters, context, credits, cut, cut to, date, description, disclaimer, duration, end,
    ending, episode, example, fade in, fade out, format, fx, genre, graphic, image, important, instructions,
    intro, intro music, jingle, key points, laughter, link, links, location, logline, music, note, notes,
    outline, outro, outro music, part, pause, picture, ps, reference, references, runtime, scene, segment,
    setting, sfx, show notes, silence, sound, sound effect, sound effects, source, sources, stage direction,
    stage directions, subtitle, summary, takeaway, takeaways, theme, theme music, time, tip, title, todo, tone,
    topic, transcript, transition, video, visual, voice over, voiceover, vo, warning
""",
)
_TITLES = _set(
    " ",
    """
    dr doctor mr mrs ms miss mx prof professor sir lady lord dame rev reverend fr father sr sister capt captain
    col colonel gen general lt lieutenant sgt sergeant maj major pres president judge officer det detective insp
    inspector st nurse coach chef aunt auntie uncle grandma grandpa herr frau monsieur madame m mme señor señora
    don doña the
""",
)
_ORDINARY = _set(
    " ",
    """
    of and with from for in at no young old little big first second third other unknown
""",
)
_HIS = _set(" ", "mr sir lord father uncle grandpa herr monsieur señor don")
_HERS = _set(" ", "mrs ms miss lady dame sister aunt auntie grandma frau madame mme señora doña")
MANY = 200  # names beyond which names are not compared each with each


def is_role(name: str) -> bool:
    """Whether a name says what a person does, and not who they are: `Speaker 2`, `Host`."""
    return bool(_ROLE.fullmatch(name))


def is_nobody(name: str) -> bool:
    """Whether a word before a colon is unlikely to be a speaker: `NOTE`, `Scene 3`, `SFX`."""
    return re.sub(r"[\s_]*\d+$", "", name.casefold()).strip(" .") in _NOBODY


def names_somebody(words: str) -> bool:
    """Whether the words in parentheses after a role is the name of who has it: `Host (Priya)`, not `Host (Music)`."""
    return looks_like_person(words) and not is_nobody(words) and len(words.split()) <= 3


def may_be_one(one: str, other: str) -> bool:
    """Whether two names may be one person's: `ALEX` and `DR. ALEX WINTER`, `MR. CAVENDISH` and `JOHN CAVENDISH`."""
    if _titles(one) | _titles(other) >= {"he", "she"}:
        return False
    first, second = sorted((_words(one), _words(other)), key=len)
    if first == second:
        return bool(first)
    return bool(first) and first < second and not any(map(str.isdigit, second)) and not second & _ORDINARY


def alike(names: Sequence[str], others: Iterable[str]) -> dict[str, list[str]]:
    """For each of some names, those of others that may be the same person; none where there are MANY."""
    others = list(others)
    if len(names) * len(others) > MANY * MANY:
        return {}
    found = {
        name: [other for other in others if fold(other) != fold(name) and may_be_one(name, other)] for name in names
    }
    return {name: same for name, same in found.items() if same}


def _words(name: str) -> frozenset[str]:
    """The words of a name without titles and accents."""
    apart = unicodedata.normalize("NFD", fold(name).replace("_", " "))
    plain = unicodedata.normalize("NFC", "".join(ch for ch in apart if not "\u0300" <= ch <= "\u036f"))
    return frozenset(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", plain)) - _TITLES


def _titles(name: str) -> set[str]:
    """Whether the titles in a name are those of a man, "he", or of a woman, "she"."""
    words = set(re.findall(r"\w+", fold(name)))
    return {who for who, titles in (("he", _HIS), ("she", _HERS)) if words & titles}
