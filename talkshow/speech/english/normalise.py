"""Written text to the words that are said, keeping account of who became what.

hibari's own normaliser reads most numbers, dates, times, units and abbreviations well. The rules here handle what it
misses or gets wrong, then its rules run, and then every spoken word is traced back to the written word it came from:
captions show "$1,234.50", the voice says nine words.

Characters that an English voice cannot say (emoji, other scripts) are left out with a warning, never silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from talkshow.speech.english.rules import RULES

_DIGIT_WEIGHT = 4  # letters a digit is worth when several written words share one stretch of spoken words

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        (
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "omicron",
            "pi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "chi",
            "psi",
            "omega",
        ),
        strict=True,
    )
)
_FIGURES = frozenset("µ½¼¾⅓⅔²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")  # those that the rules read in their own way


@dataclass(frozen=True)
class SpokenText:
    """What will be said.

    `written`: the words of the text, split at spaces. `spoken`: the text for the letter-to-sound step. `owners`:
    for each space-separated word of `spoken`, the index of the written word it belongs to, never decreasing.
    """

    written: tuple[str, ...]
    spoken: str
    owners: tuple[int, ...]
    warnings: tuple[str, ...] = ()


def normalise(text: str, pronunciations: Mapping[str, str], known: Callable[[str], bool]) -> SpokenText:
    """The words to say for `text`.

    `pronunciations` maps whole words to respellings: a key in small letters meets the word however it is written, a
    key with capitals meets it as it is or in capitals only. `known(word)` tells whether the dictionary has a word;
    it decides between "jalapeño" and "jalapeno".
    """
    written = tuple(text.split())
    warnings: list[str] = []
    cleaned = [_sayable(word, known, warnings) for word in written]
    before = [word for word in cleaned if word]
    sources = [index for index, word in enumerate(cleaned) if word]

    def rewrite(some: str) -> str:
        return _rewritten(_respell(some, pronunciations))

    spoken = rewrite(" ".join(before))
    owners = tuple(sources[index] for index in trace(before, spoken.split(), rewrite))
    return SpokenText(written, spoken, owners, tuple(warnings))


def applying(text: str, pronunciations: Mapping[str, str]) -> dict[str, str]:
    """The pronunciations whose words occur in `text`."""
    return {word: said for word, said in pronunciations.items() if _word_pattern(word).search(text)}


def trace(before: list[str], after: list[str], rewrite: Callable[[str], str]) -> list[int]:
    """For each word of `after` = rewrite(`before`) the index of the word of `before` it came from (non-decreasing).

    Beginnings of the text are rewritten by themselves: where one gives a beginning of `after`, both end at the same
    place. What lies between two such places hangs together ("3 March", "$5 billion") and is shared out.
    """
    keys_before, keys_after = [_key(word) for word in before], [_key(word) for word in after]
    same = 0
    while same < min(len(before), len(after)) and keys_before[same] == keys_after[same]:
        same += 1
    same_end = 0
    while same_end < min(len(before), len(after)) - same and keys_before[-1 - same_end] == keys_after[-1 - same_end]:
        same_end += 1
    places = [(same, same)]
    for num in range(same + 1, len(before) - same_end):
        head = [_key(word) for word in rewrite(" ".join(before[:num])).split()]
        if places[-1][1] < len(head) <= len(after) - same_end and head == keys_after[: len(head)]:
            places.append((num, len(head)))
    places.append((len(before) - same_end, len(after) - same_end))
    owners = list(range(same))
    for (b0, a0), (b1, a1) in pairwise(places):
        owners += [b0 + owner for owner in _share(before[b0:b1], after[a0:a1])]
    return [*owners, *range(len(before) - same_end, len(before))]


def _share(before: list[str], after: list[str]) -> list[int]:
    """Owners of `after` among `before`: words that both have are paired, the others go by length."""
    owners: list[int] = []
    keys = [_key(word) for word in before], [_key(word) for word in after]
    for kind, b0, b1, a0, a1 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and b1 - b0 == a1 - a0):
            owners += range(b0, b1)
        elif kind == "replace":
            owners += [b0 + owner for owner in _share_by_length(before[b0:b1], after[a0:a1])]
        elif kind == "insert":
            owners += [max(0, b0 - 1)] * (a1 - a0)
    return owners


def _share_by_length(before: list[str], after: list[str]) -> list[int]:
    """Owners of `after`, each word of `before` getting as much as it takes long to say."""
    weights = [sum(_DIGIT_WEIGHT if ch.isdigit() else 1 for ch in word) for word in before]
    edges = [sum(weights[: i + 1]) / sum(weights) for i in range(len(before))]
    owners, said, total = [], 0.0, sum(len(word) for word in after)
    for word in after:
        middle = (said + len(word) / 2) / total
        owners.append(next(i for i, edge in enumerate(edges) if middle < edge or i == len(edges) - 1))
        said += len(word)
    return owners


def _key(word: str) -> str:
    """What makes two forms of a word the same: letters and signs, without case, quotes and stops at the end."""
    return re.sub(r"[,;:!?\"“”'‘’()…]|(?<=.)\.", "", word).casefold() or word


def _sayable(word: str, known: Callable[[str], bool], warnings: list[str]) -> str:
    """`word` without what an English voice cannot say; "" if nothing is left."""
    kept, lost = [], []
    for ch in unicodedata.normalize("NFC", word).replace("μ", "µ"):  # Greek mu is mostly meant as micro
        plain = unicodedata.normalize("NFKC", ch).replace("⁄", "/")
        letter = ch.isascii() or (ch.isalpha() and unicodedata.name(ch, "").startswith("LATIN "))
        sign = unicodedata.category(ch)[0] in "PSZ" and not _is_picture(ch)
        if letter or sign or ch in _FIGURES or ch.lower() in _GREEK:
            kept.append(ch)
        elif unicodedata.category(ch) == "Nd":
            kept.append(str(unicodedata.decimal(ch)))  # digits of other scripts
        elif plain.isascii() and plain.strip().replace("/", "").isalnum():
            kept.append(plain)  # mathematical and full-width letters, ① and ⅛
        elif unicodedata.category(ch) not in ("Cf", "Mn", "Cc") and ch not in "\ufe0f\u20e3":
            lost.append(ch)
    letters_lost = any(ch.isalpha() for ch in lost)
    if lost:
        what = "a script this voice cannot read" if letters_lost else "no words"
        warnings.append(
            f"'{word}' is not spoken: {what}"
            if letters_lost or not any(map(str.isalnum, kept))
            else f"'{''.join(lost)}' in '{word}' is not spoken: {what}"
        )
    if letters_lost:
        return ""  # half a word would be another word
    rest = "".join(kept)
    if rest.strip(".,;:!?").replace("µ", "μ").lower() in _GREEK:
        return re.sub(r"\w", lambda match: _GREEK[match.group().replace("µ", "μ").lower()], rest)
    if any(ch.lower() in _GREEK for ch in rest):
        warnings.append(f"'{word}' is not spoken: a script this voice cannot read")
        return ""
    return re.sub(r"[^\W\d_]+", lambda match: _familiar(match.group(), known), rest)


def _is_picture(ch: str) -> bool:
    """Emoji and pictographs, as against the signs +, €, °, which have names."""
    return (unicodedata.category(ch) in ("So", "Sk", "Co", "Cn") and ch not in "°©®™^`") or ord(ch) >= 0x1F000


def _familiar(word: str, known: Callable[[str], bool]) -> str:
    """The spelling of `word` that the dictionary has: without accents, without stretched letters."""
    stretched = re.search(r"([A-Za-z])\1\1", word) and not re.fullmatch(r"(?i)[ivxlcm]+|w+", word)
    if (word.isascii() and not stretched) or known(word):
        return word
    bare = "".join(ch for ch in unicodedata.normalize("NFD", word) if unicodedata.category(ch) != "Mn")
    candidates = [
        bare,
        re.sub(r"(\w)\1\1+", r"\1\1", bare),
        re.sub(r"(\w)\1\1+", r"\1", bare),
        re.sub(r"(\w)\1+", r"\1", bare),
    ]
    return next((candidate for candidate in candidates if known(candidate.lower())), word)


def _word_pattern(word: str) -> re.Pattern[str]:
    escaped = re.escape(word)
    if word == word.lower():
        return re.compile(rf"(?<!\w){escaped}(?!\w)", re.IGNORECASE)
    return re.compile(rf"(?<!\w)(?:{escaped}|{re.escape(word.upper())})(?!\w)")


def _respell(text: str, pronunciations: Mapping[str, str]) -> str:
    """All words in one pass, longest first, so that a respelling is never respelled again."""
    if not (words := sorted(applying(text, pronunciations), key=len, reverse=True)):
        return text
    patterns = [_word_pattern(word) for word in words]
    together = re.compile("|".join(f"({'(?i:' if p.flags & re.IGNORECASE else '(?:'}{p.pattern}))" for p in patterns))
    return together.sub(lambda match: pronunciations[words[(match.lastindex or 1) - 1]], text)


def _rewritten(text: str) -> str:
    """`text` after our rules and hibari's."""
    from hibari.g2p.normalize import normalize

    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    # Square brackets with round ones are hibari's notation for given phonemes: no text may reach it by accident.
    return str(normalize(text.replace("[", "(").replace("]", ")")))
