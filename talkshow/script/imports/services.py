"""The JSON of transcription services as a script: WhisperX, whisper.cpp, AssemblyAI, Deepgram and their like."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from talkshow.script.builder import ScriptBuilder
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.store.inputs import parse_json
from talkshow.transcripts.caption import Remarks
from talkshow.transcripts.json_forms import Entry, form_of
from talkshow.transcripts.json_times import Time, unit_of

_KEYS = frozenset(
    ("segments", "utterances", "transcription", "results", "monologues", "items", "words", "channels",
     "recognizedPhrases", "phrases", "events", "transcripts", "tokens", "cues", "sentences")
)  # fmt: skip
_TIMES = re.compile(
    r'"(?:start|startMs|start_time|startTime|offsets|timestamp|ts|start_ms|tStartMs|offsetInTicks|offsetMilliseconds)"\s*:'
)
_PARAGRAPH_S = 1.0  # a longer rest between words begins a new line


def looks_like_service(text: str) -> bool:
    """Whether JSON is a transcript with times."""
    return bool(_TIMES.search(text))


def read_service(text: str, builder: ScriptBuilder) -> bool:
    """Give what a transcript says to the builder; False where it is none that is known."""
    value = parse_json(text)
    if isinstance(value, dict) and not _KEYS & value.keys():
        return False
    try:
        value = _by_utterances(value)
        form = form_of(value)
        entries = [] if form is None else [entry for row in form.rows for entry in form.read(row)]
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError):
        return False
    if form is None or not entries:
        return False
    unit_s = form.unit_s or unit_of(_sizes(entries), None, form.declared_s)[0]
    remarks = Remarks()
    add_turns(builder, list(_turns(entries, unit_s, remarks)))
    for warning in remarks.warnings():
        builder.warn(warning.replace("of the captions", "of the transcript"))
    return True


def _by_utterances(value: Any) -> Any:
    """Deepgram and others repeat all words; where they also give them turn by turn, those are taken."""
    results = value.get("results") if isinstance(value, Mapping) else None
    inner = results.get("utterances") if isinstance(results, Mapping) else None
    if inner:
        return {"utterances": [{**row, "text": row.get("transcript") or row.get("text")} for row in inner]}
    return value


def _sizes(entries: Iterable[Entry]) -> Iterator[tuple[int, Time | None, Time | None]]:
    for entry in entries:
        for part in (entry, *entry.words):
            yield len(part.text.split()), part.begin, part.end


def _turns(entries: list[Entry], unit_s: float, remarks: Remarks) -> Iterator[Turn]:
    """A turn per segment; single words are joined to what one person says without a rest."""
    words = sum(len(entry.text.split()) <= 1 for entry in entries) > 0.8 * len(entries) and len(entries) > 3
    for entry in _phrases(entries, unit_s) if words else entries:
        start_s, end_s = (None if time is None else time.seconds(unit_s) for time in (entry.begin, entry.end))
        text = entry.text.strip() or " ".join(word.text.strip() for word in entry.words)
        speaker = entry.speaker or _most(word.speaker for word in entry.words)
        yield Turn(speaker, remarks.taken_out(text).strip(), start_s=start_s, end_s=end_s, goes_on=True)


def _most(names: Iterable[str]) -> str:
    """The name that stands most often."""
    counted = [name for name in names if name]
    return max(dict.fromkeys(counted), key=counted.count, default="")


def _phrases(entries: list[Entry], unit_s: float) -> Iterator[Entry]:
    for _, group in itertools.groupby(_joined(entries), key=lambda entry: entry.speaker):
        phrase: list[Entry] = []
        for entry in group:
            last = phrase[-1].end if phrase else None
            if last and entry.begin and entry.begin.seconds(unit_s) - last.seconds(unit_s) > _PARAGRAPH_S:
                yield _phrase(phrase)
                phrase = []
            phrase.append(entry)
        if phrase:
            yield _phrase(phrase)


def _joined(entries: Iterable[Entry]) -> list[Entry]:
    """Words with the marks that are attached to them."""
    found: list[Entry] = []
    for entry in entries:
        if found and entry.attached:
            last = found[-1]
            found[-1] = Entry(last.text.rstrip() + entry.text, last.speaker, last.begin, entry.end or last.end)
        else:
            found.append(entry)
    return found


def _phrase(words: list[Entry]) -> Entry:
    end = next((word.end for word in reversed(words) if word.end), None)
    return Entry(" ".join(word.text.strip() for word in words), words[0].speaker, words[0].begin, end)
