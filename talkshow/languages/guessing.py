"""Which language a text is in: by its letters, by its smallest words, and where those are few by py3langid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from talkshow.languages.letters import letters_of
from talkshow.languages.registry import DEFAULT, known, primary

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS = frozenset('.!?¿¡…:"“”„«»—–-([')
_FEWEST = 4  # different small words of a language that must be found
_SHARE = 0.22  # of all words that small ones must be
_LEAD = 1.9  # how many times more often than the small words of the language that it is taken for
_PLAINLY = 2  # different small words of English after which a text without more of another language is English
_SURE = 0.95  # probability from which py3langid is believed
_LONG_ENOUGH = 3  # words


def find_language(text: str) -> str:
    """The primary tag of the language that a text is in; DEFAULT in doubt. Names should not be part of the text."""
    letters = letters_of(text)
    if letters:  # the largest of their languages, if it is one that talkshow knows; several share Cyrillic letters
        return letters.languages[0] if letters.languages and letters.languages[0] in known() else DEFAULT
    if guess := guess_language(text, DEFAULT):
        return guess
    words = list(_words(text))
    english = known()[DEFAULT].small_words.intersection(words)
    if len(words) < _LONG_ENOUGH or len(english) >= _PLAINLY:
        return DEFAULT
    tag, probability = _identifier().rank(text)[0]
    return primary(tag) if probability >= _SURE else DEFAULT


@cache
def _identifier() -> Any:
    """py3langid, told to choose among the languages in Latin letters of which talkshow knows more than the name."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    tags = {"no" if tag == "nb" else tag for tag, language in known().items() if language.small_words}
    identifier.set_languages(sorted(tags & set(identifier.labels)))
    return identifier


def guess_language(text: str, taken_for: str) -> str | None:
    """The language that a text is in, where it is clearly not the one that it is taken for; None in doubt.

    taken_for: primary tag; one that is not in the table is left alone. Names do not count, and of a refrain each word
    once: a list of places is not Spanish, and la-la-la no French.
    """
    words = list(_words(text))
    table = {tag: language.small_words for tag, language in known().items() if language.small_words}
    if taken_for not in table or len(words) < _FEWEST:
        return None
    counts = {language: sum(word in small for word in words) for language, small in table.items()}
    best = max(counts, key=lambda language: counts[language])
    different = sum(len(word) > 1 for word in table[best].intersection(words))
    clear = different >= _FEWEST and counts[best] >= max(_SHARE * len(words), _LEAD * counts[taken_for])
    return best if clear else None


def _words(text: str) -> Iterator[str]:
    """The words of a text; those that begin a sentence, and the English `I`, in small letters, names as they stand."""
    end = 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()].strip()
        word = match[0].replace("’", "'")
        begins = end == 0 or (between and between[-1] in _ENDS)
        yield word.lower() if begins or word.split("'")[0] == "I" else word
        end = match.end()
