"""Transcripts and captions that exist already, of every format: what is said, when, and by whom.

Names in front of what is said (`MAYA: ...`, `<v Maya>`, `"speaker": ...`) are kept apart from the words.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

from talkshow.errors import ScriptError, choose
from talkshow.span import Span
from talkshow.store.inputs import LONG_TEXT, read_bytes
from talkshow.transcribe.base import Transcript
from talkshow.transcribe.caption import Remarks, Spoken, caption_words, split_name
from talkshow.transcribe.cues import read_cues
from talkshow.transcribe.laying import over_turns
from talkshow.transcribe.subtitles import read_sami, read_substation
from talkshow.transcribe.ttml import read_ttml
from talkshow.transcribe.word_json import read_word_json
from talkshow.words import Word

ENDINGS = (".srt", ".vtt", ".ass", ".ssa", ".ttml", ".dfxp", ".xml", ".sami", ".smi", ".txt", ".json")
_MARKS = (  # the longer ones first: UTF-32 begins as UTF-16 does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_transcript(path: Path, turns: Sequence[tuple[str, Span]], offset_s: float = 0.0) -> Transcript:
    """Words with times from a file.

    turns: (who, when) of speech, by start. Text without times is laid over them: a paragraph each where there
    are as many as changes of speaker, else evenly.
    offset_s: where the part that is used begins in the recording to which the file belongs; words before it are left
    out.
    Raises ScriptError when the file cannot be read or is none of these.
    """
    kind = path.suffix.casefold()
    if kind not in ENDINGS:
        raise ScriptError(f"a transcript cannot be a '{kind}' file. {choose(kind, ENDINGS)}", path)
    text = _text(path)
    remarks = Remarks()
    spoken, warnings = _spoken(path, kind, text, turns, remarks)
    kept = [
        (Word(word.text, Span(max(0.0, word.span.start_s - offset_s), word.span.end_s - offset_s)), name)
        for word, name in spoken
        if word.span.end_s > offset_s
    ]
    kept.sort(key=lambda row: row[0].span.start_s)
    warnings += remarks.warnings()
    warnings += [] if kept else [f"{path.name}: there are no words in this transcript"]
    return Transcript(tuple(word for word, _ in kept), tuple(name for _, name in kept), warnings=tuple(warnings))


def _spoken(
    path: Path, kind: str, text: str, turns: Sequence[tuple[str, Span]], remarks: Remarks
) -> tuple[Spoken, list[str]]:
    """Words and warnings by the reader of the file's kind."""
    if kind == ".json":
        return read_word_json(path, text, remarks)
    if kind == ".txt":
        return over_turns(_plain(text, remarks), turns), []
    if kind in (".ttml", ".dfxp", ".xml"):
        captions, warnings = read_ttml(path, text)
    elif kind in (".sami", ".smi"):
        captions, warnings = read_sami(path, text)
    else:
        read = read_substation if kind in (".ass", ".ssa") else read_cues
        captions, warnings = read(path, text), []
    return caption_words(captions, remarks), warnings


def _text(path: Path) -> str:
    try:
        data = read_bytes(path, LONG_TEXT, pipes=True)
    except OSError as exc:
        raise ScriptError(f"cannot read this transcript: {exc.strerror}", path) from exc
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as exc:
        raise ScriptError(
            "this transcript is not written in UTF-8, nor in UTF-16 with its mark. Save it again as UTF-8", path
        ) from exc
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _plain(text: str, remarks: Remarks) -> list[tuple[str, str]]:
    """(what is said, speaker) of lines without times; who is named speaks until another is."""
    said, speaker = [], ""
    for line in text.split("\n"):
        name, words = split_name(line.strip())
        speaker = name or speaker
        words = " ".join(remarks.taken_out(words).split())
        if words:
            said.append((words, speaker))
    return said
