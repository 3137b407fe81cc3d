"""Transcripts and captions that exist already, of every format: what is said, when, and by whom.

Names in front of what is said (`MAYA: ...`, `<v Maya>`, `"speaker": ...`) are kept apart from the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from talkshow.errors import ScriptError, choose
from talkshow.span import Span
from talkshow.store.inputs import LONG_TEXT, read_bytes
from talkshow.transcribe.base import Transcript
from talkshow.transcripts.caption import Caption, Remarks, Spoken, caption_words
from talkshow.transcripts.cues import read_cues
from talkshow.transcripts.encodings import decode
from talkshow.transcripts.laying import over_turns
from talkshow.transcripts.names import Names, without_mark
from talkshow.transcripts.rolling import unrolled
from talkshow.transcripts.stamped import read_lyrics, read_stamped, read_table, stamped_words
from talkshow.transcripts.subtitles import read_sami, read_substation
from talkshow.transcripts.ttml import read_ttml
from talkshow.transcripts.word_json import read_word_json
from talkshow.words import Word

_READERS = {
    ".srt": read_cues,
    ".vtt": read_cues,
    ".sbv": read_cues,
    ".ass": read_substation,
    ".ssa": read_substation,
    ".ttml": read_ttml,
    ".dfxp": read_ttml,
    ".xml": read_ttml,
    ".srv1": read_ttml,
    ".srv2": read_ttml,
    ".srv3": read_ttml,
    ".sami": read_sami,
    ".smi": read_sami,
    ".lrc": read_lyrics,
    ".tsv": read_table,
    ".csv": read_table,
}
_WORDS = (".json", ".json3", ".jsonl")
_CLOSING = re.compile(r"\s*(?:transcribed|recorded|created|generated) (?:by|with|using) \S.{0,60}", re.IGNORECASE)
ENDINGS = (*_READERS, ".txt", *_WORDS)


def read_transcript(
    path: Path, turns: Sequence[tuple[str, Span]], offset_s: float = 0.0, length_s: float | None = None
) -> Transcript:
    """Words with times from a file.

    turns: (who, when) of speech, by start. Text without times is laid over them: a paragraph each where there
    are as many as changes of speaker, else evenly.
    offset_s: where the part that is used begins in the recording to which the file belongs; words before it are left
    out.
    length_s: of the recording, or of its part, from its own beginning on; None if it is not known.
    Raises ScriptError when the file cannot be read or is none of these.
    """
    kind = path.suffix.casefold()
    if kind not in ENDINGS:
        raise ScriptError(f"a transcript cannot be a '{kind}' file. {choose(kind, ENDINGS)}", path)
    try:
        data = read_bytes(path, LONG_TEXT, pipes=True)
    except OSError as exc:
        raise ScriptError(f"cannot read this transcript: {exc.strerror}", path) from exc
    text, assumed = decode(path, data)
    remarks = Remarks()
    spoken, warnings = _spoken(path, kind, text, turns, remarks, length_s)
    kept = [
        (Word(word.text, Span(max(0.0, word.span.start_s - offset_s), word.span.end_s - offset_s)), name)
        for word, name in spoken
        if word.span.end_s > offset_s
    ]
    if kind not in _READERS:  # the words of two captions that are shown at once stay apart
        kept.sort(key=lambda row: row[0].span.start_s)
    warnings = [*assumed, *warnings, *remarks.warnings()]
    warnings += [] if kept else [f"{path.name}: there are no words in this transcript"]
    return Transcript(tuple(word for word, _ in kept), tuple(name for _, name in kept), warnings=tuple(warnings))


def _spoken(
    path: Path, kind: str, text: str, turns: Sequence[tuple[str, Span]], remarks: Remarks, length_s: float | None
) -> tuple[Spoken, list[str]]:
    """Words and warnings by the reader of the file's kind."""
    if kind in _WORDS:
        return read_word_json(path, text, remarks, length_s)
    if kind == ".txt":
        text, told = _without_closing(path, text)
        paragraphs = read_stamped(text)
        plain = over_turns(_plain(text, remarks), turns) if not paragraphs else []
        return plain or stamped_words(paragraphs, turns, remarks), told
    captions: list[Caption]
    captions, warnings = _READERS[kind](path, text)
    return caption_words(unrolled(captions), remarks), warnings


def _without_closing(path: Path, text: str) -> tuple[str, list[str]]:
    """The text without the line in which the program that wrote it names itself, and a warning about it."""
    body, _, last = text.rstrip().rpartition("\n")
    if not body or not _CLOSING.fullmatch(last):
        return text, []
    return body, [f"{path.name}: the last line is left out: '{last.strip()}'"]


def _plain(text: str, remarks: Remarks) -> list[tuple[str, str]]:
    """(what is said, speaker) of lines without times; who is named speaks until another is."""
    said, speaker = [], ""
    lines = [line.strip() for line in text.split("\n")]
    remarks.names = names = Names.of((line, bool(line)) for line in lines)
    for line in lines:
        bare, marked = without_mark(line)
        name, words = names.split(bare, first=True)
        speaker = name or speaker
        words = " ".join(remarks.taken_out(words if name or not marked else line).split())
        if words:
            said.append((words, speaker))
    return said
