"""Mandarin aloud: words by jieba, pinyin by pypinyin, numbers by cn2an; then pinyin as the networks' alphabet has it.

The sounds of initials and finals are those of the International Phonetic Alphabet as linguists note Standard Chinese; a
tone is an arrow behind the vowel: → high, ↗ rising, ↓ low, ↘ falling, none for the neutral tone.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from typing import Any

from talkshow.errors import MissingExtra
from talkshow.speech.reading import Reading, assemble, read
from talkshow.speech.respelling import respelled
from talkshow.store.digests import identity

REVISION = 1  # raise when the same text would be read differently
_INITIALS = {
    **{"b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k", "k": "kʰ"},
    **{"h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ"},
    **{"s": "s", "": ""},
}
# 0 is where the tone goes
_FINALS = {
    **{"a": "a0", "o": "wo0", "e": "ɤ0", "ê": "ɛ0", "i": "i0", "u": "u0", "v": "y0", "ai": "ai0", "ei": "ei0"},
    **{"ao": "au0", "ou": "ou0", "an": "a0n", "en": "ə0n", "ang": "a0ŋ", "eng": "ə0ŋ", "ong": "ʊ0ŋ", "er": "ɚ0"},
    **{"ia": "ja0", "ie": "je0", "iao": "jau0", "iou": "jou0", "ian": "jɛ0n", "in": "i0n", "iang": "ja0ŋ"},
    **{"ing": "i0ŋ", "iong": "jʊ0ŋ", "io": "jo0", "ua": "wa0", "uo": "wo0", "uai": "wai0", "uei": "wei0"},
    **{"uan": "wa0n", "uen": "wə0n", "uang": "wa0ŋ", "ueng": "wə0ŋ", "ve": "ɥe0", "van": "ɥɛ0n", "vn": "y0n"},
}
_WHOLE = {"o": "ɔ0", "m": "m0", "n": "n0", "ng": "ŋ0", "hm": "hm0", "hng": "hŋ0"}  # syllables that follow no rule
_BUZZED = "ɨ0"  # the i of zhi, chi, shi, ri, zi, ci, si
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": "", "": ""}
_MARKS = {
    **{"，": ",", "、": ",", "。": ".", "．": ".", "！": "!", "？": "?", "：": ":", "；": ";", "…": "…", "—": "—"},
    **{"“": "“", "”": "”", "「": "“", "」": "”", "『": "“", "』": "”", "《": "“", "》": "”", "（": "(", "）": ")"},
    **{"～": "—", "·": " "},
}
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"[{_HAN}]+|[A-Za-z][A-Za-z'’.&-]*|[^\s]", re.ASCII)
_IN_NUMBER = re.compile(r"[\d.,:/%％¥￥$€£°℃+-]+")
_BEGINS_NUMBER = re.compile(r"[\d.,:/¥￥$€£+-]*[\d¥￥$€£:.,/-]")
_lock = threading.Lock()


class Chinese:
    """Reads Mandarin; English words in a line are read as English."""

    @property
    def identity(self) -> str:
        """Our rules and the versions of the packages. Raises MissingExtra."""
        _packages()
        return identity("chinese", REVISION, *(f"{name}/{version(name)}" for name in ("jieba", "pypinyin", "cn2an")))

    def read(self, text: str, pronunciations: Mapping[str, str], language: str) -> Reading:
        """The phonemes of a text. Raises MissingExtra."""
        del language
        written, said = self._words(respelled(text, pronunciations))
        sounds: list[str] = []
        warnings: list[str] = []
        for word in said:
            sound, unread = self._sounds(word)
            sounds.append(sound)
            warnings += [f"'{unread}' is not spoken: it is not Chinese or English"] if unread else []
        return assemble(sounds, range(len(written)), written, tuple(warnings))

    def _words(self, text: str) -> tuple[list[str], list[str]]:
        """(words as written, what is said for each); marks stay with the word before them."""
        jieba, _, _ = _packages()
        with _lock:
            found = [token for token in jieba.cut(text) if token.strip()]
        written: list[str] = []
        for token in _rejoined(found):
            if written and not (_is_said(token) and _is_said(written[-1])):
                written[-1] += token
            else:
                written.append(token)
        return written, [_numbers_said(word) for word in written]

    def _sounds(self, word: str) -> tuple[str, str]:
        """(phonemes of a word, what of it cannot be read)."""
        _, pypinyin, _ = _packages()
        sound, unread = "", ""
        for piece in _PIECE.findall(word):
            if re.match(rf"[{_HAN}]", piece):
                syllables = pypinyin.lazy_pinyin(
                    piece, style=pypinyin.Style.TONE3, neutral_tone_with_five=True, v_to_u=False, tone_sandhi=True
                )
                sound += "".join(syllable_sounds(each) for each in syllables)
            elif piece[0].isascii() and piece[0].isalpha():
                sound += read(piece, {}, "en-US").tokens
            elif piece in _MARKS or piece in ",.!?:;…—“”()":
                sound += _MARKS.get(piece, piece)
            elif piece.isalnum():
                unread += piece
        return sound, unread


def _is_said(token: str) -> bool:
    return any(ch.isalnum() for ch in token)


def syllable_sounds(pinyin: str) -> str:
    """Phonemes of a syllable in pinyin with its tone as a number: "zhong1". "" for what is not pinyin."""
    from pypinyin.contrib.tone_convert import to_finals, to_initials

    tone = pinyin[-1] if pinyin[-1:].isdigit() else ""
    plain = pinyin.removesuffix(tone)
    if plain in _WHOLE:
        return _WHOLE[plain].replace("0", _TONES.get(tone, ""))
    initial = to_initials(plain, strict=True)
    final = to_finals(plain, strict=True, v_to_u=False)
    if not final or initial not in _INITIALS:
        return ""
    buzzed = final in ("i", "-i") and initial in ("zh", "ch", "sh", "r", "z", "c", "s")
    return _INITIALS[initial] + (_BUZZED if buzzed else _FINALS.get(final, "")).replace("0", _TONES.get(tone, ""))


def _rejoined(tokens: Sequence[str]) -> list[str]:
    """Numbers with what belongs to them, which jieba parts: 3.5 %, 10:30, ¥ 12.50, 2026-05-01, 2026年."""
    joined: list[str] = []
    for token, after in pairwise([*tokens, ""]):
        before = joined[-1] if joined else ""
        inside = bool(_IN_NUMBER.fullmatch(token) and _BEGINS_NUMBER.fullmatch(before))
        if token in (",", "."):  # of a number, or the end of a clause
            inside = before[-1:].isdecimal() and after.isdecimal() and (token == "." or len(after) == 3)
        if inside or (token[0] in "年月日号点" and before.isdecimal()):
            joined[-1] = before + token
        else:
            joined.append(token)
    return joined


_MONEY = {"¥": "元", "￥": "元", "$": "美元", "€": "欧元", "£": "英镑"}


def _numbers_said(word: str) -> str:
    """A written word with its numbers in characters."""
    if not any(ch.isdigit() for ch in word):
        return word
    _, _, cn2an = _packages()
    word = re.sub(r"(?<=\d),(?=\d{3})", "", word)
    word = re.sub(r"([¥￥$€£])(\d+(?:\.\d+)?)", lambda match: match[2] + _MONEY[match[1]], word)
    word = re.sub(
        r"(\d{1,2}):(\d{2})", lambda match: f"{match[1]}点{match[2]}分" if int(match[2]) else f"{match[1]}点", word
    )
    word = re.sub(
        r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})",
        lambda match: f"{_digit_by_digit(match[1])}年{int(match[2])}月{int(match[3])}日",
        word,
    )
    word = re.sub(r"(\d{4})(?=年)", lambda match: _digit_by_digit(match[1]), word)
    word = re.sub(r"(\d+(?:\.\d+)?)[%％]", lambda match: f"百分之{match[1]}", word)
    word = word.replace("℃", "摄氏度").replace("°", "度")
    return re.sub(r"\d+(?:\.\d+)?", lambda match: _number(match[0], cn2an), word)


def _digit_by_digit(number: str) -> str:
    return number.translate(str.maketrans("0123456789", "零一二三四五六七八九"))


def _number(number: str, cn2an: Any) -> str:
    """A number as it is read; one of more than twelve digits, or with a zero in front, digit by digit."""
    if len(number) > 12 or (number[0] == "0" and len(number) > 1 and number[1] != "."):
        return _digit_by_digit(number.replace(".", "点"))
    return str(cn2an.an2cn(number, "low"))


@cache
def _packages() -> tuple[Any, Any, Any]:
    try:
        import cn2an
        import jieba
        import pypinyin
    except ImportError as exc:
        raise MissingExtra("reading Chinese aloud", "zh") from exc
    jieba.setLogLevel(logging.WARNING)
    return jieba, pypinyin, cn2an
