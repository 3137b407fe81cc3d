"""The JSON of transcription services: each has a shape of its own, read here as entries of one shape.

Known are Whisper (verbose_json, diarized_json), WhisperX, whisper.cpp, AssemblyAI, ElevenLabs Scribe, Deepgram, AWS
Transcribe, Google, Azure (batch, fast, SDK), Rev, Speechmatics, Gladia, Soniox, Vosk, IBM Watson, the podcast
namespace, json3 of video sites, and the `cues` of timeline.json.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from talkshow.transcripts.json_times import Time, begin_and_end

_LISTS = ("cues", "segments", "utterances", "words", "transcription", "sentences", "chunks", "captions", "paragraphs",
          "prediction")  # fmt: skip
_WRAPPERS = ("results", "result", "response", "transcription", "transcript", "output", "data")
_TEXTS = ("punctuated_word", "displayText", "text", "word", "transcript", "display", "Display", "DisplayText",
          "content", "value", "body", "sentence", "Word", "utf8")  # fmt: skip
_SPEAKERS = (
    "speaker",
    "speaker_id",
    "speaker_label",
    "speakerLabel",
    "speakerTag",
    "speaker_tag",
    "speaker_name",
    "speakerName",
)
_NOBODY = ("", "uu", "unknown", "none", "null", "speaker_unknown", "unidentified")
_NO_WORDS = ("spacing", "audio_event", "speaker_change", "unknown")
_MARKS = ("punctuation", "punct")
_LAST_WORD_MS = 1500.0  # of an event, whose words stay on screen
_DEEPEST = 5  # wrappers in each other


@dataclass(frozen=True)
class Entry:
    """A word, or a segment with words.  attached: part of the word before it."""

    text: str
    speaker: str = ""
    begin: Time | None = None
    end: Time | None = None
    words: tuple[Entry, ...] = ()
    attached: bool = False


@dataclass(frozen=True)
class Form:
    """The rows of a file, and what reads one. `read` raises TypeError, ValueError, KeyError or AttributeError.

    unit_s: of times whose keys do not say it; None: it is found by their size.  declared_s: length of the recording.
    """

    rows: Sequence[Any]
    read: Callable[[Any], list[Entry]]
    unit_s: float | None = None
    declared_s: float | None = None


def form_of(value: Any) -> Form | None:
    """How a file is read; None for a shape without words."""
    found = _form(value, _DEEPEST)
    if found is None or not isinstance(value, dict):
        return found
    declared = next((value[key] for key in ("audio_duration", "duration") if _is_number(value.get(key))), None)
    found = replace(found, declared_s=None if declared is None else float(declared))
    people = value.get("speakers")
    names = {str(row["id"]): str(row["name"]) for row in people or () if _is_person(row)} if _is_list(people) else {}
    return replace(found, read=lambda row: _renamed(found.read(row), names)) if names else found


def _form(value: Any, depth: int) -> Form | None:
    if not depth:
        return None
    if isinstance(value, list):
        return _of_list(value)
    if not isinstance(value, dict):
        return None
    special = next((made for key, make in _SPECIAL if _is_list(value.get(key)) and (made := make(value))), None)
    if special or (plain := _plain(value)):
        return special or plain
    inner = (_form(value[key], depth - 1) for key in _WRAPPERS if isinstance(value.get(key), dict | list))
    by_file = (_form(each, depth - 1) for each in value.values() if isinstance(each, dict) and len(value) == 1)
    return next((form for form in itertools.chain(inner, by_file) if form), None)


def _plain(value: Mapping[str, Any]) -> Form | None:
    """Lists of words, or of segments; those whose rows hold the times of words are preferred."""
    lists = [value[key] for key in _LISTS if _is_list(value.get(key)) and value[key]]
    timed = (
        rows for rows in lists if any(isinstance(row, dict) and (row.get("words") or "word" in row) for row in rows)
    )
    words = value.get("words")
    if not lists:
        empty = next((value[key] for key in _LISTS if _is_list(value.get(key))), None)
        return None if empty is None else Form(empty, entries)
    rows = next(timed, lists[0])
    if words is not None and rows is words and value.get("segments"):
        return Form(_with_marks(value["segments"], rows), entries)
    if isinstance(rows[0], dict) and "offsets" in rows[0]:  # whisper.cpp
        return Form(_pieces([{**row, **_offsets(row)} for row in rows if isinstance(row, dict)]), entries, 0.001)
    return Form(rows, entries)


def _of_list(rows: list[Any]) -> Form | None:
    """A list without a name: of words or segments, or of answers that each hold some."""
    if rows and all(isinstance(row, list) and len(row) == 3 for row in rows):
        return Form([{"start": row[0], "end": row[1], "text": row[2]} for row in rows], entries)
    if rows and all(isinstance(row, dict) and (_is_list(row.get("result")) or not _text_of(row)) for row in rows):
        forms = [_form(row, 2) for row in rows]
        if any(forms):
            inner = [(form, row) for form in forms if form for row in form.rows]
            return Form(inner, lambda pair: pair[0].read(pair[1]), next(form.unit_s for form in forms if form))
    return Form(rows, entries)


def entries(row: Any) -> list[Entry]:
    """A word or segment under the names that most services use."""
    if row.get("type") in _NO_WORDS:
        return []
    best: Mapping[str, Any] = next((row[key][0] for key in ("alternatives", "nBest", "NBest") if row.get(key)), {})
    merged = {**best, **{key: value for key, value in row.items() if value is not None}}
    inner = next((merged[key] for key in ("displayWords", "words", "Words") if merged.get(key)), ())
    begin, end = begin_and_end(row)
    attached = row.get("type") in _MARKS or row.get("attached", False)
    words = tuple(entry for word in inner for entry in entries(word)) if _is_list(inner) else ()
    text = _text_of(merged)
    if text is None and not words:
        raise KeyError("text")
    return [Entry(text or "", _speaker(merged), begin, end, words, attached)]


def _text_of(row: Mapping[str, Any]) -> str | None:
    return next((row[key] for key in _TEXTS if isinstance(row.get(key), str)), None)


def _speaker(row: Mapping[str, Any]) -> str:
    told = next((row[key] for key in _SPEAKERS if row.get(key) is not None), "")
    if isinstance(told, Mapping):
        told = told.get("name") or told.get("id") or ""
    if (isinstance(told, int) and not isinstance(told, bool)) or str(told).isdecimal():
        return f"Speaker {told}"
    return "" if str(told).strip().casefold() in _NOBODY else str(told).strip()


def _renamed(found: list[Entry], names: Mapping[str, str]) -> list[Entry]:
    def name(entry: Entry) -> Entry:
        known = names.get(entry.speaker, names.get(entry.speaker.removeprefix("Speaker "), entry.speaker))
        return replace(entry, speaker=known, words=tuple(name(word) for word in entry.words))

    return [name(entry) for entry in found]


def _channels(value: Mapping[str, Any]) -> Form | None:
    """Deepgram: the first alternative of each channel."""
    found = [
        (number, (channel.get("alternatives") or [{}])[0].get("words") or [])
        for number, channel in enumerate(value["channels"])
        if isinstance(channel, dict)
    ]
    if not any(words for _, words in found):
        found = [(number, _sentences(channel)) for number, channel in enumerate(value["channels"])]
    several = sum(bool(words) for _, words in found) > 1
    rows = [
        {**word, "speaker": f"Channel {number + 1}" if word.get("speaker") is None else word["speaker"]}
        if several
        else word
        for number, words in found
        for word in words
        if isinstance(word, dict)
    ]
    return Form(rows, entries, 1.0) if rows else None


def _sentences(channel: Any) -> list[Any]:
    """Sentences of a Deepgram channel without words, with the speakers of their paragraphs."""
    best = (channel.get("alternatives") or [{}])[0] if isinstance(channel, dict) else {}
    parts = (best.get("paragraphs") or {}).get("paragraphs") or ()
    return [{"speaker": part.get("speaker"), **each} for part in parts for each in part.get("sentences") or ()]


def _items(value: Mapping[str, Any]) -> Form:
    """AWS: words and marks; whose they are stands with them, or apart by their times."""
    labels, channels = value.get("speaker_labels") or {}, (value.get("channel_labels") or {}).get("channels") or []
    who = {
        item.get("start_time"): item.get("speaker_label")
        for segment in labels.get("segments") or ()
        for item in segment.get("items") or ()
    }
    if len(channels) > 1:
        rows = [{**item, "speaker": channel.get("channel_label")} for channel in channels for item in channel["items"]]
        return Form(rows, entries, 1.0)
    return Form([{"speaker_label": who.get(item.get("start_time")), **item} for item in value["items"]], entries, 1.0)


def _results(value: Mapping[str, Any]) -> Form | None:
    """Google, whose last result holds all words again with their speakers; Speechmatics."""
    rows = [row for row in value["results"] if isinstance(row, dict)]
    if not any("alternatives" in row for row in rows):
        return None
    if any("timestamps" in (row.get("alternatives") or [{}])[0] for row in rows):
        return _triples(rows, value.get("speaker_labels") or ())
    words = [(row.get("alternatives") or [{}])[0].get("words") or [] for row in rows]
    tagged = [bool(inner) and all(_speaker(word) not in ("", "Speaker 0") for word in inner) for inner in words]
    if len(rows) > 1 and tagged[-1] and not any(tagged[:-1]):
        return Form(rows[-1:], entries, 1.0)
    before = [row.get("resultEndTime") or row.get("resultEndOffset") for row in rows]
    begun = [
        {"start": last, **row} if last is not None and "resultEnd" in "".join(row) else row
        for row, last in zip(rows, [None, *before[:-1]], strict=True)
    ]
    return Form(begun, entries, 1.0)


def _triples(rows: Sequence[Mapping[str, Any]], labels: Sequence[Mapping[str, Any]]) -> Form:
    """IBM Watson: [word, begin, end], and whose they are apart by their begin."""
    who = {label.get("from"): label.get("speaker") for label in labels}
    triples = [each for row in rows for each in (row.get("alternatives") or [{}])[0].get("timestamps") or ()]
    words = [{"text": text, "start": begin, "end": end, "speaker": who.get(begin)} for text, begin, end in triples]
    return Form([word for word in words if word["text"] != "%HESITATION"], entries, 1.0)


def _monologues(value: Mapping[str, Any]) -> Form:
    rows = [
        {**element, "speaker": part.get("speaker_name") or part.get("speaker")}
        for part in value["monologues"]
        for element in part.get("elements") or ()
    ]
    starts = ({**row, "start": row["timestamp"]} if "timestamp" in row else row for row in rows)
    return Form(list(starts), entries, 1.0)


def _phrases(key: str) -> Callable[[Mapping[str, Any]], Form]:
    """Azure; numbers without a unit are milliseconds."""

    def form(value: Mapping[str, Any]) -> Form:
        rows = value[key]
        several = len({row.get("channel") for row in rows if isinstance(row, dict)}) > 1
        told = [{"speaker": f"Channel {int(row['channel']) + 1}", **row} if several else row for row in rows]
        return Form(told, entries, 0.001)

    return form


def _events(value: Mapping[str, Any]) -> Form:
    """json3 of video sites: an event ends where the next one with words begins, though it is shown longer."""
    rows = [row for row in value["events"] if any(str(seg.get("utf8", "")).strip() for seg in row.get("segs") or ())]
    followed = zip(rows, [*(row.get("tStartMs", 0) for row in rows[1:]), float("inf")], strict=True)

    def read(pair: tuple[Any, float]) -> list[Entry]:
        row, following = pair
        start = float(row.get("tStartMs") or 0)
        end = min(start + float(row.get("dDurationMs") or 0), max(float(following), start))
        words = [seg for seg in row["segs"] if seg["utf8"].strip()]
        timed = [Entry(seg["utf8"], "", Time((start + seg.get("tOffsetMs", 0)) / 1000, True)) for seg in words]
        if len(words) > 1:
            end = min(end, start + float(words[-1].get("tOffsetMs") or 0) + _LAST_WORD_MS)
        whole = Entry("".join(seg["utf8"] for seg in words), "", Time(start / 1000, True), Time(end / 1000, True))
        return [replace(whole, words=tuple(timed)) if len(timed) > 1 else whole]

    return Form(list(followed), read)


def _transcripts(value: Mapping[str, Any]) -> Form | None:
    """Scribe with a transcript per channel."""
    rows = [
        {**word, "speaker_id": word.get("speaker_id") or f"Channel {int(each.get('channel_index') or 0) + 1}"}
        for each in value["transcripts"]
        if isinstance(each, dict)
        for word in each.get("words") or ()
    ]
    return Form(rows, entries) if rows else None


def _tokens(value: Mapping[str, Any]) -> Form:
    """Soniox: pieces of words."""
    rows = [row for row in value["tokens"] if isinstance(row, dict) and str(row.get("text")) != "<end>"]
    return Form(_pieces(rows), entries)


def _pieces(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in which what has no space before it goes on with the word before, if most rows have one."""
    texts = [_text_of(row) or "" for row in rows]
    if 2 * sum(text[:1].isspace() for text in texts) < len(texts):
        return rows
    return [{**row, "attached": bool(text) and not text[0].isspace()} for row, text in zip(rows, texts, strict=True)]


def _offsets(row: Mapping[str, Any]) -> dict[str, Any]:
    """The times of whisper.cpp, in milliseconds."""
    return {"start": row["offsets"]["from"], "end": row["offsets"]["to"], "words": None} if row.get("offsets") else {}


def _with_marks(segments: Sequence[Any], words: list[Any]) -> list[Any]:
    """Words as the segments write them, with capitals and marks, where both say the same in the same order."""
    said = [token for row in segments if isinstance(row, dict) for token in str(row.get("text", "")).split()]
    same = len(said) == len(words) and all(
        isinstance(row, dict) and _letters(token) == _letters(str(row.get("word") or row.get("text")))
        for token, row in zip(said, words, strict=True)
    )
    return [{**row, "word": token, "text": token} for token, row in zip(said, words, strict=True)] if same else words


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_person(row: Any) -> bool:
    return isinstance(row, dict) and "id" in row and isinstance(row.get("name"), str)


_SPECIAL: tuple[tuple[str, Callable[[Mapping[str, Any]], Form | None]], ...] = (
    ("channels", _channels),
    ("items", _items),
    ("results", _results),
    ("monologues", _monologues),
    ("recognizedPhrases", _phrases("recognizedPhrases")),
    ("phrases", _phrases("phrases")),
    ("events", _events),
    ("transcripts", _transcripts),
    ("tokens", _tokens),
    ("NBest", lambda value: Form([value], entries)),
)
