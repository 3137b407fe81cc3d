"""Texts with and without spaces: how wide they are, where a line may break, how pieces are put together again.

Chinese and Japanese have no spaces. Their lines break between the words that a voice found in them, and each of their
characters is as wide as two Latin letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

_OPENING = "([{“‘「『《〈【（"


def columns(text: str) -> int:
    """The width of a text in Latin letters (Unicode Standard Annex 11: wide characters count as two)."""
    return len(text) if text.isascii() else sum(2 if is_wide(ch) else 1 for ch in text)


def is_wide(ch: str) -> bool:
    """Whether a character is Chinese, Japanese or Korean, or a mark of their width."""
    return unicodedata.east_asian_width(ch) in "WF"


def glued(pieces: Iterable[str]) -> str:
    """Pieces as one text: with spaces between them, but for those that a character without spaces meets.

    A name with its colon stands apart.
    """
    text = ""
    for piece in pieces:
        apart = text and piece and (text[-1] == ":" or not (is_wide(text[-1]) or is_wide(piece[0])))
        text += f" {piece}" if apart else piece
    return text


def phrases(written: Sequence[str], words: Sequence[str]) -> list[str]:
    """Written words; those of a text without spaces cut where the words that were heard begin in them.

    Marks stay with the word before them, opening ones with the word after. What does not hold the words stays whole.
    """
    text = " ".join(written)
    if not any(map(is_wide, text)):
        return list(written)
    cut = [piece.strip() for piece in _cut(text, words)]
    return [piece for piece in cut if piece] if len(cut) > len(written) else list(written)


def _cut(token: str, words: Sequence[str]) -> list[str]:
    cuts, at = [], 0
    for word in words:
        letters = [ch for ch in _plain(word) if ch.isalnum()]
        start = at
        while letters and at < len(token):
            if _plain(token[at]) and _plain(token[at])[0] == letters[0]:
                del letters[: len(_plain(token[at]))]
            elif token[at].isalnum():
                return [token]
            at += 1
        if letters:
            return [token]
        if start and at > start:
            cuts.append(start)
    return [piece for piece in _at(token, [_with_marks(token, cut) for cut in cuts]) if piece]


def pieces(text: str, width: int) -> list[str]:
    """A text that is too wide for a line in pieces that are not."""
    found, current = [], ""
    for ch in text:
        if current and columns(current + ch) > width:
            found.append(current)
            current = ""
        current += ch
    return [*found, current] if current else found


def _with_marks(token: str, cut: int) -> int:
    """A cut moved behind the marks that follow it, but for opening ones."""
    while cut < len(token) and not token[cut].isalnum() and token[cut] not in _OPENING:
        cut += 1
    return cut


def _at(text: str, cuts: Sequence[int]) -> list[str]:
    edges = [0, *cuts, len(text)]
    return [text[begin:end] for begin, end in pairwise(edges)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
