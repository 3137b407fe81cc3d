"""What models call the parts around a script, in the languages that they answer in: notes, casts, scenes, drafts."""

from __future__ import annotations

import re

from talkshow.writing.marks import THOUGHT_WORD

_NOTES = (
    *("note", "notes", "nb", "ps", "hinweis", "hinweise", "anmerkung", "anmerkungen", "bemerkung", "remarque"),
    *("remarques", "nota", "notas", "observación", "observação", "obs", "opmerking", "noot", "uwaga", "uwagi"),
    *("poznámka", "megjegyzés", "notă", "napomena", "opomba", "huomautus", "huom", "bemærk", "merk", "not", "σημείωση"),
    *("примечание", "заметка", "примітка", "бележка", "注", "注意", "注释", "備註", "备注", "附注", "说明", "說明"),
    *("注記", "補足", "メモ", "備考", "참고", "주의", "메모", "नोट", "टिप्पणी", "ملاحظة", "ملاحظات", "הערה"),
    *("یادداشت", "หมายเหตุ", "lưu ý", "ghi chú", "catatan", "disclaimer", "tip", "tips", "summary", "explanation"),
    *("changes", "next step", "next steps", "source", "sources", "key point", "key points", "key features"),
    *("why it works", "why this works"),
)
_FACTS = (
    *("word", "words", "line", "lines", "word count", "line count", "total words", "total lines", "total word count"),
    *("total", "length", "duration", "runtime", "run time", "setting", "genre", "tone", "mood", "style", "format"),
    *("länge", "dauer", "wortzahl", "ton", "stil", "durée", "longueur", "ton", "duración", "tono", "duração", "tom"),
    *("durata", "字数", "时长", "语气", "文字数", "长度", "длительность", "тон", "жанр", "voices", "stimmen"),
)
_WORDS_OF_SERVICE = (
    *("sure", "certainly", "of course", "absolutely", "here you go", "okay", "script", "final script", "dialogue"),
    *("final dialogue", "output", "answer", "final answer", "response", "version", "final version", "draft"),
    *("skript", "dialog", "scénario", "guion", "guión", "copione", "roteiro", "剧本", "台本", "대본", "сценарий"),
)
_CASTS = (
    *("characters", "character", "cast", "cast of characters", "dramatis personae", "speakers", "roles", "people"),
    *("personen", "figuren", "charaktere", "rollen", "sprecher", "besetzung", "personnages", "distribution"),
    *("personajes", "reparto", "personaggi", "personagens", "elenco", "personages", "rolverdeling", "postacie"),
    *("osoby", "personer", "karaktärer", "roller", "karakterler", "kişiler", "персонажи", "действующие лица"),
    *("角色", "人物", "登場人物", "登场人物", "등장인물", "पात्र", "الشخصيات", "nhân vật", "karakter", "postavy"),
)
_LABELS = frozenset((*_NOTES, *_FACTS, *_WORDS_OF_SERVICE, *_CASTS))
_LISTED = frozenset((*_NOTES, *_CASTS))
_EDGES = " \t\"'*_#>()[]-–—•:：.!！"
_SENTENCE = re.compile(
    r"\b(?:me|you|your|i|we|it|is|are|here|this|these|let|would|feel|hope|please|sure)\b", re.IGNORECASE
)
_ESTIMATE = re.compile(r"(?:estimated|approximate|total)\s\w+", re.IGNORECASE)
_PHRASE = re.compile(
    r"[。！？؟।；]|[!?,;]\s|\w+\s+(?:[\w'’]{4,}|[\w'’]+\s+[\w'’]+)\.\s"
)  # of a sentence that ends before the colon
_FINAL = re.compile(
    r"\W*(?:(?:so|and|ok(?:ay)?|now|here(?:'s| is)|the|my|this is)\W+)*"
    r"(?:(?:final|revised|improved|corrected|polished|second|better|finished)\b[^:\n]{0,60}"
    r"|(?:attempt|version|draft|take|try)\W{1,3}(?:[2-9]|two|three|b))(?::\W*|\W*$)",
    re.IGNORECASE,
)
_FINAL_TOLD = re.compile(
    r"[^:\n]{0,80}\b(?:final|revised|improved|finished|real|actual)\s+(?:version|script|dialogue|draft|answer)\b"
    r"[^:\n]{0,40}[.:!…]\W*",
    re.IGNORECASE,
)
_THOUGHTS = re.compile(rf"\W*(?:my\s+)?(?:{THOUGHT_WORD}|plan|notes?|first (?:try|attempt|version))\W*", re.IGNORECASE)
_SCENE_WORD = (
    r"(?:scene|act|part|szene|akt|teil|scène|acte|partie|escena|acto|parte|scena|atto|cena|scen|scène|сцена|часть"
    r"|シーン|场景|場景|장면|sahne|bölüm)"
)
_SCENE = re.compile(
    rf"[*_\[\s]*(?:{_SCENE_WORD}\s*(?P<number>\d+|[IVX]+|one|two|three)?\s*(?:[:：.–—-]\s*(?P<title>[^:]*?))?"
    r"|(?P<place>(?:INT|EXT|INT\.?/EXT)\.\s[^:]*?))[*_\]\s]*",
    re.IGNORECASE,
)


def plain_words(line: str) -> str:
    """A label without marks and numbers: `**Notes:**` is `notes`."""
    return line.strip(_EDGES).casefold()


def is_label(name: str) -> bool:
    """Whether what comes before a colon is a label rather than a name."""
    said = plain_words(name)
    return said in _LABELS or said.replace(".", "") in ("nb", "ps") or bool(_ESTIMATE.fullmatch(said))


def is_sentence(name: str) -> bool:
    """Whether what comes before a colon is the beginning of a sentence rather than a name."""
    num_words = len(name.split())
    return num_words > 6 or bool(_PHRASE.search(name)) or (num_words > 1 and bool(_SENTENCE.search(name)))


def begins_list(line: str) -> bool:
    """Whether a list of notes or of the cast follows: `Characters:`, `**Notes**`, `## Cast`."""
    marked = line.strip().startswith(("#", "**", "__")) or line.rstrip(" *_").endswith((":", "："))
    return marked and plain_words(line) in _LISTED


def is_final(line: str, *, after_thoughts: bool) -> bool:
    """Whether the last version follows, as the model calls it."""
    if _FINAL.fullmatch(line) or _FINAL_TOLD.fullmatch(line):
        return True
    return after_thoughts and _is_heading(line) and plain_words(line) in _WORDS_OF_SERVICE


def is_thoughts(line: str) -> bool:
    """Whether a heading begins thoughts or a draft."""
    return _is_heading(line) and bool(_THOUGHTS.fullmatch(line))


def _is_heading(line: str) -> bool:
    said = line.strip()
    return said.startswith(("#", "**", "__", "[")) or said.endswith(":")


def scene_title(line: str) -> str:
    """The title of a heading such as `SCENE 1: A lift` or `INT. LIFT - DAY`; "" for anything else."""
    match = _SCENE.fullmatch(line)
    if match is None or not (match["number"] or match["title"] or match["place"]):
        return ""
    title = match["title"] or match["place"] or line
    return re.sub(r"[={}*_\[\]#]+", " ", title).strip()
