"""Who is who: the speakers that were heard, their names and seats, from flags, from `speakers.toml`, or as detected.

Flags win over the file, the file over what was detected. The file is written by `--dry-run` for people to edit; it is
read ever after and never overwritten.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from talkshow.clock import clock_text
from talkshow.errors import CastError, SettingsError, printable
from talkshow.recording.lines import assign_words
from talkshow.recording.read import Part
from talkshow.schema.keys import Key, Schema
from talkshow.schema.toml_file import read_toml
from talkshow.schema.values import NAME, PROSE
from talkshow.script.seats import Seat
from talkshow.settings import SEAT
from talkshow.timeline.rttm import joined_turns
from talkshow.timeline.turns import Diarization, Embedding, Turn, ordered
from talkshow.transcribe.base import Transcript

_SCHEMA = Schema({"name": Key(NAME), "seat": Key(SEAT), "look": Key(PROSE)}, "key of a speaker")
_JOINED_S = 0.2  # turns of two labels that become one person: a shorter rest between them is none


@dataclass(frozen=True)
class Speaker:
    """A speaker who was heard.

    labels: as the diarizer calls them; several where they were merged.  microphone: one that is theirs alone.
    """

    name: str
    labels: tuple[str, ...]
    seat: Seat | None = None
    look: str = ""
    microphone: Part | None = None


@dataclass(frozen=True)
class Speakers:
    """All speakers in order of first speech, and the turns under their names."""

    members: tuple[Speaker, ...]
    diarization: Diarization
    warnings: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """In order of first speech."""
        return tuple(speaker.name for speaker in self.members)

    @property
    def microphones(self) -> dict[str, Part]:
        """Of speakers who have one of their own, by name."""
        return {speaker.name: speaker.microphone for speaker in self.members if speaker.microphone}


def name_speakers(
    heard: Diarization,
    file: Path,
    detected: Mapping[str, str] | None = None,
    in_order: Sequence[str] = (),
    by_voice: Mapping[str, str] | None = None,
    microphones: Mapping[str, Part] | None = None,
) -> Speakers:
    """Give everybody a name.

    file:     `speakers.toml`, which need not exist
    detected: label -> name, as a transcript has them
    in_order: names in order of first speech (--names)
    by_voice: label -> name, as matched by voice (--name)
    microphones: label -> part of the recording
    Raises SettingsError for a file that cannot be read, or more names than speakers.
    """
    labels = heard.speakers
    written, warnings = _read(file, labels) if file.exists() else ({}, [])
    if len(in_order) > len(labels):
        raise SettingsError(
            f"--names has {len(in_order)} names, but {len(labels)} "
            f"speaker{'s were' if len(labels) != 1 else ' was'} heard. If a speaker was missed, "
            f"say how many there are: --speakers {len(in_order)}."
        )
    names = {label: default_name(label) for label in labels} | dict(detected or {})
    names |= {label: row["name"] for label, row in written.items() if "name" in row and label in labels}
    names |= dict(zip(labels, in_order, strict=False))
    names |= by_voice or {}
    speakers: dict[str, Speaker] = {}
    for label in labels:
        row, name = written.get(label, {}), names[label]
        before = speakers.get(name)
        speakers[name] = (
            replace(before, labels=(*before.labels, label), microphone=None)
            if before
            else Speaker(
                name,
                (label,),
                Seat.parse(row["seat"]) if "seat" in row else None,
                row.get("look", ""),
                (microphones or {}).get(label),
            )
        )
    return Speakers(tuple(speakers.values()), renamed(heard, names), tuple(warnings))


def names_written(heard: Diarization, transcript: Transcript) -> dict[str, str]:
    """Names that a transcript gives, by label: of each speaker the one that stands most often before what they say."""
    if not any(transcript.speakers):
        return {}
    name_of = {id(word): name for word, name in zip(transcript.words, transcript.speakers, strict=True)}
    counts: dict[str, Counter[str]] = {}
    for word, turn in assign_words(transcript.words, heard.turns):
        if name_of[id(word)]:
            counts.setdefault(heard.turns[turn].speaker, Counter())[name_of[id(word)]] += 1
    names: dict[str, str] = {}
    for label, row in sorted(counts.items(), key=lambda entry: -max(entry[1].values())):
        best = row.most_common(1)[0][0]
        if best not in names.values():  # a transcript does not make one of two voices
            names[label] = best
    return names


def default_name(label: str) -> str:
    """S2 -> Speaker 2; a name that a user gave stays."""
    return re.sub(r"^S(\d+)$", r"Speaker \1", label)


def renamed(heard: Diarization, names: Mapping[str, str]) -> Diarization:
    """The turns under other names; those who get one name become one person."""
    turns = joined_turns((Turn(names[turn.speaker], turn.span) for turn in heard.turns), _JOINED_S)
    embeddings: dict[str, Embedding] = {}
    for label, embedding in heard.embeddings.items():
        embeddings.setdefault(names[label], embedding)
    return Diarization(ordered(turns), embeddings, heard.warnings)


def _read(file: Path, labels: Sequence[str]) -> tuple[dict[str, dict[str, str]], list[str]]:
    """({label: {name, seat, look}}, warnings)."""
    rows, warnings = read_toml(file, "who is who", SettingsError), []
    where, clean = rows.where(SettingsError), {}
    for label, row in rows.values.items():
        if not isinstance(row, dict):
            raise SettingsError(
                f"{where.place((label,))}'{printable(label)}' stands alone. A speaker is a table: "
                '[S1] and below it name = "MAYA".'
            )
        clean[label] = _SCHEMA.check(row, where, (label,))
        if "seat" in clean[label]:
            _check_seat(file, label, clean[label]["seat"])
        if label not in labels:
            warnings.append(
                f"{file.name}: [{printable(label)}] was not heard this time; those heard are "
                f"{', '.join(labels) or 'no one'}"
            )
    return clean, warnings


def _check_seat(file: Path, label: str, value: object) -> None:
    try:
        Seat.parse(value)
    except CastError as exc:
        raise SettingsError(f"{file}: [{printable(label)}] {exc}") from None


def describe(speakers: Speakers, samples: Mapping[str, Sequence[tuple[float, str]]], recording: str) -> str:
    """The text of `speakers.toml`.  samples: by label, (second, what is said there), at most three each."""
    parts = [
        f"# Who is heard in {printable(recording)}.\n"
        "# Edit names, seats and looks, then run talkshow convert again: this file is used and never overwritten.\n"
        "# Two labels with the same name become one person.\n"
        '# seat = "left", "center", "right", "2" (second face from the left), "left,top,right,bottom", or "off".\n'
        '# look = "woman, grey bun, round glasses": for the drawn cast.\n'
    ]
    for speaker in speakers.members:
        for label in speaker.labels:
            lines = [f"\n[{label}]"]
            lines += [f"# {clock_text(at)}  {_short(text)}".rstrip() for at, text in samples.get(label, ())]
            lines.append(f"name = {json.dumps(printable(speaker.name), ensure_ascii=False)}")
            lines += [
                f"{key} = {json.dumps(str(value), ensure_ascii=False)}"
                for key, value in (("seat", speaker.seat), ("look", speaker.look))
                if value
            ]
            parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def _short(text: str) -> str:
    words = printable(" ".join(text.split()))
    return words if len(words) <= 90 else words[:88].rstrip() + " …"
