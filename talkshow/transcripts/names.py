"""Names in front of what is said: `MAYA: hello`, `Maya (host): hello`, `[MAYA] hello`, `李雷:你好`.

One line alone does not tell `Maya: Yes.` from `Wait: what?`. So names are accepted for a whole file: those that cannot
be anything else, those that stand twice, and the others where most captions have a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_EAST = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # after such letters a colon needs no space
_NAME = re.compile(
    r"(?:\[(?P<bracket>[^\[\]]{1,60})\](?P<colon>:?)"
    r"|(?P<name>[^\W\d_][\w .'’&#/-]{0,39}?)(?P<role>\s*\([^()]{1,40}\)|\s*\[[^\[\]]{1,40}\])?"
    rf"(?::(?=\s)|(?<=[{_EAST}]):(?!\d)|：))\s*(?=\S)"
)
_LABEL = re.compile(r"(?:speaker|spk)[ _-]?\d+", re.IGNORECASE)
_PARTICLE = re.compile(r"(?:\w{1,2}['’]|(?:de|del|della|di|da|von|van|der|den|la|le|el|al|bin|ibn|ten)\b[ -])")
_LINKS = {"and", "of", "the", "de", "del", "della", "di", "da", "von", "van", "der", "den", "la", "le", "el", "al",
          "bin", "ibn", "ten", "und", "et", "y", "e"}  # fmt: skip
_SOUNDS = {
    "applause", "audio", "cheering", "cheers", "coughs", "crosstalk", "foreign", "inaudible", "laughing", "laughs",
    "laughter", "music", "noise", "playing", "silence", "sighs", "singing", "sound", "speech", "unintelligible",
    "掌声", "拍手", "笑", "笑い", "笑声", "音乐", "音楽", "음악", "웃음",
}  # fmt: skip
_TURN = re.compile(r"\s*(?:(?P<mark>>{2,3}|[-‐–—])\s*(?=\S))")
_CHEVRONS = re.compile(r"(?:^|(?<=\s))>{2,3}\s*")
_SURE, _LIKELY, _LOOSE = 3, 2, 1
_MANY = 6  # captions with names, among which a name that stands once is reported


def split_name(text: str) -> tuple[str, str]:
    """(name, what is said) of one line alone; the name is "" if there is none."""
    name, rest, sure = _split(text)
    return (name, rest) if sure >= _LIKELY else ("", text.strip())


def without_mark(text: str) -> tuple[str, bool]:
    """(the text, whether a mark of a new turn, `>>` or `-`, was in front of it)."""
    turn = _TURN.match(text)
    if turn and not (turn["mark"] == "-" and text[turn.end()].isdigit()):
        return text[turn.end() :], True
    return text, False


def is_sound(remark: str) -> bool:
    """Whether a remark names a sound."""
    return not _SOUNDS.isdisjoint(re.findall(r"[^\W_]+", remark.casefold()))


@dataclass(frozen=True)
class Names:
    """The names of a file.

    sure:     names that cannot be anything else, or stand twice
    likely:   the others that are accepted at the start of a caption
    rejected: what looks like a name and is read as words
    once:     accepted, but standing once among many
    """

    sure: frozenset[str] = frozenset()
    likely: frozenset[str] = frozenset()
    rejected: tuple[str, ...] = ()
    once: tuple[str, ...] = ()

    @classmethod
    def of(cls, lines: Iterable[tuple[str, bool]]) -> Names:
        """From (text, whether it is the first line of a caption) of all lines."""
        counts: Counter[str] = Counter()
        best: dict[str, int] = {}
        num_first = num_named = 0
        for text, first in lines:
            pieces = _CHEVRONS.split(text)
            for piece in pieces:
                bare, marked = without_mark(piece)
                name, _, sure = _split(bare.strip())
                num_first += first
                num_named += bool(name) and first
                if name:
                    counts[name] += 1
                    best[name] = max(best.get(name, 0), _SURE if marked or len(pieces) > 1 else sure)
        sure_names = {name for name, sure in best.items() if sure == _SURE or counts[name] > 1}
        rest = [name for name in best if name not in sure_names]
        mostly = 2 * num_named >= num_first
        likely = {name for name in rest if best[name] == _LIKELY and mostly}
        once = tuple(name for name in rest if name in likely) if sum(counts.values()) >= _MANY else ()
        return cls(frozenset(sure_names), frozenset(likely), tuple(n for n in rest if n not in likely), once)

    def split(self, text: str, *, first: bool) -> tuple[str, str]:
        """(name, what is said) of a line.  first: of a caption, or after a mark."""
        name, rest, _ = _split(text)
        if name in self.sure or (first and name in self.likely):
            return name, rest
        return "", text.strip()

    def parts(self, text: str) -> list[tuple[str | None, str]]:
        """A text where `>>` or a known name begins a new turn within it: (speaker or None for the same one, words)."""
        found: list[tuple[str | None, str]] = []
        speaker: str | None = None
        for index, piece in enumerate(_CHEVRONS.split(text)):
            if index:
                speaker, piece = self.split(piece, first=True)
            found.append((speaker, piece))
        return [part for each in found for part in self._named_within(*each)]

    def _named_within(self, speaker: str | None, text: str) -> list[tuple[str | None, str]]:
        """The text, cut before sure names that follow the end of a sentence."""
        if ":" not in text or not self.sure:
            return [(speaker, text)]
        found: list[tuple[str | None, str]] = []
        done = 0
        for match in _SENTENCE_END.finditer(text):
            name, rest, _ = _split(text[match.end() :])
            if name in self.sure and match.start() >= done:
                found.append((speaker, text[done : match.start()]))
                speaker, done = name, len(text) - len(rest)
        return [*found, (speaker, text[done:])]

    def warnings(self) -> list[str]:
        """What was assumed about names."""
        words = (f"'{name}:' stands once and is read as words, not as a name" for name in self.rejected[:1])
        return [*words, *(f"'{name}' is read as the name of a speaker who speaks once" for name in self.once[:3])]


_SENTENCE_END = re.compile(r"(?<=[.!?…。！？\"”])\s+(?:[-‐–—]\s*)?")


def _split(text: str) -> tuple[str, str, int]:
    """(name, what is said, how sure it is a name) by the form of a line; ("", ..., 0) without a name."""
    match = _NAME.match(text)
    if match is None:
        return "", text.strip(), 0
    name = (match["bracket"] or match["name"]).strip()
    rest = text[match.end() :].strip()
    if match["bracket"]:
        sure = _SURE if match["colon"] else _SURE * _is_name(name)
    else:
        sure = _looks(name)
        sure = _SURE if match["role"] and sure else sure
    return (name, rest, sure) if sure else ("", text.strip(), 0)


def _looks(name: str) -> int:
    """How sure a name without brackets is one, by its letters."""
    words = name.split()
    if _LABEL.fullmatch(name) or (is_capital(name) and name.upper() == name):
        return _SURE
    if not is_capital(name) or len(words) > 5:
        return 0
    return _LIKELY if all(is_capital(word) or word in _LINKS or not word[0].isalpha() for word in words) else _LOOSE


def is_capital(name: str) -> bool:
    """Whether a name begins as names do: with a capital, in a script that has none, or with a particle."""
    if match := _PARTICLE.match(name):
        name = name[match.end() :] or name
    first = name[:1]
    return first.lower() != first or first.upper() == first


def _is_name(bracket: str) -> bool:
    """Whether a bracket without a colon holds a name and no remark."""
    parts = bracket.split()
    return bool(parts) and not is_sound(bracket) and all(part[0].isdigit() or is_capital(part) for part in parts)
