"""How long lines are likely to last, before anything is spoken."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from talkshow.languages.language import Language
from talkshow.languages.registry import DEFAULT, find
from talkshow.script.languages import line_language
from talkshow.script.model import Line, Rest, Script

# with `Language.word_s` measured on English lines of one to seventeen words, spoken by the built-in voices at speed 1:
# mean error 0.2 s a line
STOP_S = 0.35  # silence after a full stop inside a line
LINE_S = 0.25  # attack and release of a line
GAP_S = 0.3  # usual silence between two turns
EDGES_S = 1.0  # before the first line and after the last
_WORD = re.compile(r"[\w'’-]+")
_WIDE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")  # a character each is about half a word
_LONG_NUMBER = re.compile(r"\d{3,}")


def count_words(text: str) -> float:
    """Words in a text; long numbers and scripts without spaces count by what they take to say."""
    bare = "".join(ch for ch in text if unicodedata.category(ch)[0] != "M")  # no word ends at the vowel sign of Hindi
    words = sum(1 for word in _WORD.findall(bare) if any(ch.isalnum() for ch in word))
    digits = sum(len(number) - 1 for number in _LONG_NUMBER.findall(text))
    return words + digits + 0.5 * len(_WIDE.findall(text))


def line_duration_s(line: Line, speed: float = 1.0, language: str = DEFAULT) -> float:
    """Seconds that a line is likely to last in a language and at a speed (1 = the voice's own pace)."""
    rests = sum(piece.seconds for piece in line.pieces if isinstance(piece, Rest))
    return said_s(line.text, find(language)) / speed + rests


def said_s(text: str, language: Language) -> float:
    """Seconds that a text takes at speed 1; 0 for none."""
    if not text:
        return 0.0
    return LINE_S + language.word_s * count_words(text) + STOP_S * len(_stop(language.sentence_ends).findall(text))


@lru_cache(maxsize=32)
def _stop(ends: str) -> re.Pattern[str]:
    """A silence inside a text."""
    return re.compile(rf"[{re.escape(ends)}:;]+[\"'”’)]*(?=\s)|[。！？](?=.)")


def estimated_duration_s(script: Script) -> float:
    """Seconds that the whole script is likely to last, with its gaps and overlaps."""
    speeds = {hint.name: hint.speed or 1.0 for hint in script.cast}
    total = before_s = EDGES_S
    lines = [(line, line_language(line, scene, script)) for scene in script.scenes for line in scene.lines]
    for index, (line, language) in enumerate(lines):
        if line.timing.backchannel:
            continue  # heard under a turn that goes on
        lasts_s = line_duration_s(line, speeds.get(line.speaker, 1.0), language)
        if line.timing.together:
            total = max(total, before_s + lasts_s)
            continue
        gap = 0.0 if index == 0 else GAP_S
        if line.timing.gap_s is not None:
            gap = line.timing.gap_s
        if line.timing.overlap_s is not None:
            gap = -min(line.timing.overlap_s, total - EDGES_S)
        before_s = total + gap
        total = max(total, before_s + lasts_s) if gap < 0 else before_s + lasts_s
    return total
