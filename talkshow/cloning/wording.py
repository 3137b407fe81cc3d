"""Compares what was heard with the sentence of consent. Pure.

Names are spelled in many ways and Whisper's letters for a language differ (traditional or simplified Chinese, Urdu for
Hindi), so letters are compared after they are written in plain Latin ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.languages.language import Language
from talkshow.languages.registry import known

LEAST_SENTENCE = 0.72  # share of letters that agree
# The same of each word of a name, by its length: "Leo" is not "Lea", while "Lopes" may be how "Lopez" is heard.
_LEAST_NAME = ((3, 1.0), (5, 0.75), (1000, 0.65))
_LEAST_FULL_NAME, _LEAST_BLURRED = 0.75, 0.45  # "Thomas Burr" may be how "Thomas Berg" is heard
_NAME = "{name}"


@dataclass(frozen=True)
class Agreement:
    """How well what was heard agrees with a sentence of consent.

    sentence, name: shares of letters that agree, 0 to 1.  named: whether each word of the name is close enough.
    refusal: a word that was heard and turns the sentence round, or "".
    """

    language: str
    expected: str
    sentence: float
    name: float
    named: bool
    refusal: str = ""

    @property
    def good(self) -> bool:
        """Whether it is consent."""
        return self.sentence >= LEAST_SENTENCE and self.named and not self.refusal


def sentences() -> dict[str, str]:
    """The sentence of consent by language tag, with {name} for the person's name."""
    return {tag: language.consent for tag, language in known().items() if language.consent}


def agreement(heard: str, name: str, language: Language) -> Agreement:
    """How well the words that were heard agree with the sentence of a language."""
    found = _compared(heard, name, language, letters)
    if found.good or _is_latin(name):
        return found
    # Hindi that is heard as Urdu has no short vowels.
    return max(found, _compared(heard, name, language, consonants), key=lambda each: (each.good, each.sentence))


def _compared(heard: str, name: str, language: Language, spelled: Callable[[str], str]) -> Agreement:
    before, _, after = language.consent.partition(_NAME)
    begin, end = spelled(before), spelled(after)
    words = [spelled(word) for word in name.split()]
    expected, found = begin + "".join(words) + end, spelled(heard)
    same, owners = _aligned(expected, found)
    at, in_name, near_name = len(begin), 0, 0
    shares = []
    for word in words:
        right = int(same[at : at + len(word)].sum())
        near = int(((owners >= at) & (owners < at + len(word))).sum())
        shares.append(right / max(1, len(word), near))
        at, in_name, near_name = at + len(word), in_name + right, near_name + near
    in_all = in_name / max(1, sum(map(len, words)), near_name)
    outside = len(begin) + len(end)
    extra = max(0, len(found) - near_name - outside)  # said beside the sentence
    return Agreement(
        language.tag,
        language.consent.replace(_NAME, name),
        float((same.sum() - in_name) / max(1, outside + extra)),
        float(in_all),
        _is_named(words, shares, in_all),
        _refusal(heard, name, language),
    )


def consonants(text: str) -> str:
    """The consonants of `letters`."""
    return re.sub(r"[aeiouyhw]", "", letters(text))


def _is_latin(name: str) -> bool:
    return all("LATIN" in unicodedata.name(each, "") for each in name if each.isalpha())


def _is_named(words: Sequence[str], shares: Sequence[float], in_all: float) -> bool:
    """Whether a name was said: each word of it, or a full name in which one word is clear and the other is blurred."""
    each = all(share >= _least(len(word)) for word, share in zip(words, shares, strict=True))
    blurred = in_all >= _LEAST_FULL_NAME and min(shares, default=0.0) >= _LEAST_BLURRED and max(shares) == 1.0
    return in_all > 0 and (each or blurred)


def _least(num_letters: int) -> float:
    return next(share for longest, share in _LEAST_NAME if num_letters <= longest)


def letters(text: str) -> str:
    """Small Latin letters and digits of a text in any script, without accents, spaces and marks."""
    from anyascii import anyascii

    return re.sub(r"[^a-z0-9]", "", anyascii(unicodedata.normalize("NFKC", text)).lower())


def _aligned(expected: str, found: str) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Levenshtein's alignment: which expected letters were found, and to which expected letter each found one belongs.

    Wagner & Fischer, "The string-to-string correction problem", J. ACM 21 (1974).
    """
    rows, columns = len(expected), len(found)
    cost = np.zeros((rows + 1, columns + 1), np.int64)
    cost[:, 0], cost[0] = np.arange(rows + 1), np.arange(columns + 1)
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            change = cost[i - 1, j - 1] + (expected[i - 1] != found[j - 1])
            cost[i, j] = min(change, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    same, owners = np.zeros(rows, bool), np.zeros(columns, np.int64)
    i, j = rows, columns
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + (expected[i - 1] != found[j - 1]):
            i, j = i - 1, j - 1
            same[i], owners[j] = expected[i] == found[j], i
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
            owners[j] = i - 1
    return same, owners


def _refusal(heard: str, name: str, language: Language) -> str:
    """A word that turns the sentence into its opposite."""
    said, meant = heard.casefold(), f"{language.consent} {name}".casefold()
    if not language.spaces:
        return next((word for word in sorted(language.refusals) if word in said and word not in meant), "")
    return next(iter(sorted((_words(said) & language.refusals) - _words(meant))), "")


def _words(text: str) -> set[str]:
    """Letters with their accents and vowel signs, and apostrophes between them."""
    plain = unicodedata.normalize("NFC", text).replace("’", "'")
    parts = "".join(each if each == "'" or unicodedata.category(each)[0] in "LM" else " " for each in plain).split()
    return {part.strip("'") for part in parts}
