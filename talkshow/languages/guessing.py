"""Which language a text in Latin letters is probably in, by its smallest words. A guess: for a warning, no more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from talkshow.languages.registry import known

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS = frozenset('.!?¿¡…:"“”„«»—–-([')
_FEWEST = 4  # different small words of a language that must be found
_SHARE = 0.22  # of all words that small ones must be
_LEAD = 1.9  # how many times more often than the small words of the language that it is taken for


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
