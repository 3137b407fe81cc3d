"""Which columns of a table say who speaks, what, how and when, by the names that people give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


def _words(text: str) -> list[str]:
    return text.split()


# names of columns in the order in which they are preferred
WHO = _words(
    """
    speaker character speakername charactername figur sprecher sprecherin personnage locuteur locutor karakter
    talent 인물 intervenant personaje hablante interlocutor personaggio parlante personagem falante orador spreker
    personage talare karaktär postać mówca 角色 说话人 說話人 人物 发言人 發言人 話者 キャラクター 役 役名 発言者
    배역 화자 등장인물 персонаж говорящий роль role rolle rôle rol ruolo papel actor person who participant author
    name nom nombre nome naam namn voice voicename voiceid speakerid 姓名 名前 이름
"""
)
WHAT = _words(
    """
    dialogue dialog text line utterance words speech spoken says said transcript transcription sentence subtitle
    caption content message quote dialogtext replik zeile satz texte réplique replique dialoghi parlato testo
    battuta texto diálogo dialogo línea linea fala tekst kwestia 台词 台詞 對白 对白 文本 内容 內容 セリフ せりふ
    テキスト 発言 대사 текст реплика script audio narration voiceover lines copy
"""
)
_HOW = _words(
    """
    direction directions emotion mood delivery parenthetical tone regie didascalie acotación acotacion émotion emoción
"""
)
_BEGINS = ["start", "starttime", "begin", "from", "in", "timein", "startseconds"]
_ENDS = ["end", "endtime", "to", "out", "timeout", "endseconds"]


@dataclass(frozen=True)
class Columns:
    """Which column is what, from 0."""

    who: int
    what: int
    how: int | None = None
    begins: int | None = None
    ends: int | None = None

    @property
    def used(self) -> set[int]:
        return {self.who, self.what, *(at for at in (self.how, self.begins, self.ends) if at is not None)}


def find_columns(cells: Sequence[str]) -> Columns | None:
    """The columns that the first row of a table names."""
    names = [re.sub(r"[\W_]+", "", cell.casefold()) for cell in cells]
    words = [re.findall(r"[^\W_]+", cell.casefold()) for cell in cells]

    def find(wanted: Sequence[str], taken: set[int] = frozenset()) -> int | None:  # type: ignore[assignment]
        free = [at for at in range(len(names)) if at not in taken]
        whole = [(wanted.index(names[at]), at) for at in free if names[at] in wanted]
        part = [(wanted.index(word), at) for at in free if len(words[at]) <= 3 for word in words[at] if word in wanted]
        best = min(whole, default=None) or min(part, default=None)
        return best[1] if best else None

    who = find(WHO)
    what = find(WHAT, set() if who is None else {who})
    if who is None or what is None:
        return None
    taken = {who, what}
    return Columns(who, what, find(_HOW, taken), find(_BEGINS, taken), find(_ENDS, taken))
