"""The forms of English words: (angry) is also (angrily), (whisper) also (whispers), (whispering) and (whispered)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CONSONANT_VOWEL_CONSONANT = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")  # one syllable: the last letter is doubled


def of_adjective(word: str) -> Iterator[str]:
    """The word, its adverb, comparative and superlative, and its noun in -ness."""
    yield word
    if word.endswith("ly"):  # friendly has no adverb
        return
    yield _adverb(word)
    if not word.endswith(("ed", "ing", "ent", "ant", "ic", "al")):
        yield f"{_soft_y(word)}ness"
    if word.endswith("y") or len(re.findall(r"[aeiouy]+", word.removesuffix("e"))) == 1:
        yield from (_with_vowel(word, ending) for ending in ("er", "est"))


def of_act(verb: str) -> Iterator[str]:
    """Forms of an act at this moment: looks, looking."""
    yield _third_person(verb)
    yield _with_vowel(verb, "ing")


def of_verb(verb: str) -> Iterator[str]:
    """whispers, whispering, whisperingly, whispered; the verb itself is not a direction unless it is also a noun."""
    yield from of_act(verb)
    yield _with_vowel(verb, "ing") + "ly"
    yield _with_vowel(verb, "ed")


def _adverb(word: str) -> str:
    if word.endswith("le"):
        return word[:-1] + "y"
    if word.endswith("ic"):
        return word + "ally"
    return _soft_y(word) + ("y" if word.endswith("ll") else "ly")


def _third_person(verb: str) -> str:
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")


def _with_vowel(word: str, ending: str) -> str:
    """A word before an ending that begins with a vowel: smil-ing, sob-bing, panick-ing, cri-ed, angri-er."""
    if word.endswith("e"):
        return word[:-1] + ending
    if word.endswith("ic"):
        return word + "k" + ending
    if _CONSONANT_VOWEL_CONSONANT.fullmatch(word):
        return word + word[-1] + ending
    return (word if ending == "ing" else _soft_y(word)) + ending


def _soft_y(word: str) -> str:
    return re.sub(r"(?<=[^aeiou])y$", "i", word) if len(word) > 3 or word == "cry" else word  # shyly, cried
