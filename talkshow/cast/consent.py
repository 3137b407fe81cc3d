"""The record of a person's consent, in the folder of a voice that was made from a sample of their speech."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from talkshow.errors import CastError
from talkshow.store.digests import file_digest
from talkshow.store.inputs import LONG_TEXT, read_bytes

SPOKEN, STATEMENT = "spoken", "statement"
_SCHEMA = 1


@dataclass(frozen=True)
class ConsentRecord:
    """That a person agrees to a voice like theirs.

    kind:      `SPOKEN`: heard and compared with the sample; `STATEMENT`: a text that is not checked
    text:      what was to be said, or the statement word for word
    date:      ISO 8601, of the day it was given to talkshow
    of_file, of_sha256: the file of the voice that it is for, and its digest
    heard:     what Whisper heard; language: in which
    likeness:  cosine of the speaker embeddings of consent and sample, -1 to 1; sentence, name: how well the words
               agree, 0 to 1
    recording: the file of the spoken consent in the folder, and its digest
    """

    voice: str
    person: str
    kind: str
    text: str
    date: str
    of_file: str
    of_sha256: str
    heard: str = ""
    language: str = ""
    likeness: float = 0.0
    sentence: float = 0.0
    name: float = 0.0
    recording: str = ""
    recording_sha256: str = ""

    @property
    def verified(self) -> bool:
        """Whether talkshow compared it with the sample."""
        return self.kind == SPOKEN

    @property
    def summary(self) -> str:
        """For the manifest and the list of voices."""
        if self.verified:
            return f"{self.person} agreed in their own voice on {self.date} (likeness {self.likeness:.2f})"
        return f"not verified; statement of {self.date}: {' '.join(self.text.split())}"

    def json(self) -> str:
        """As it is stored."""
        about = {"schema": _SCHEMA, "verified": self.verified, **asdict(self)}
        return json.dumps(about, indent=1, ensure_ascii=False) + "\n"


def read_consent(path: Path, voice: str) -> ConsentRecord:
    """The record of a voice in the folder of `path`. Raises CastError where it is none, or for something else."""
    try:
        values: dict[str, Any] = json.loads(read_bytes(path, LONG_TEXT))
        if values.pop("schema") != _SCHEMA or values["kind"] not in (SPOKEN, STATEMENT):
            raise ValueError("another form")
        values.pop("verified", None)
        record = ConsentRecord(**values)
        numbers = (record.likeness, record.sentence, record.name)
        if not all(isinstance(each, (int, float)) for each in numbers) or not record.text.strip():
            raise ValueError("no consent")
        file = path.parent / record.of_file
        same = file.parent == path.parent and file.is_file() and file_digest(file) == record.of_sha256
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
        raise CastError(f"{path}: this record of consent cannot be read. {_CURE}") from exc
    if record.voice != voice or not same:
        raise CastError(f"{path}: this record of consent belongs to another voice, or the voice was changed. {_CURE}")
    return record


_CURE = "Make the voice again with  talkshow voices add  and the person's consent"
