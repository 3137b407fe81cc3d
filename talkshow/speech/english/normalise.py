"""Written English to the words that are said, keeping account of who became what.

hibari's own normaliser reads most numbers, dates, times, units and abbreviations well. The rules here handle what it
misses or gets wrong, then its rules run, and then every spoken word is traced back to the written word it came from:
captions show "$1,234.50", the voice says nine words.

Characters that an English voice cannot say (emoji, other scripts) are left out with a warning, never silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from talkshow.speech.english.rules import RULES
from talkshow.speech.respelling import respelled
from talkshow.speech.tracing import SpokenText, trace

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
        return _rewritten(respelled(some, pronunciations))

    spoken = rewrite(" ".join(before))
    owners = tuple(sources[index] for index in trace(before, spoken.split(), rewrite))
    return SpokenText(written, spoken, owners, tuple(warnings))


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


def _rewritten(text: str) -> str:
    """`text` after our rules and hibari's."""
    from hibari.g2p.normalize import normalize

    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    # Square brackets with round ones are hibari's notation for given phonemes: no text may reach it by accident.
    return str(normalize(text.replace("[", "(").replace("]", ")")))
