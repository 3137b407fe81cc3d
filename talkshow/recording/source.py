"""What is to be converted: one file, or one file per speaker, and which part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.clock import clock_text
from talkshow.errors import AudioError, SettingsError, choose
from talkshow.settings import CHANNELS
from talkshow.store.inputs import is_address


@dataclass(frozen=True)
class SpeakerFile:
    """A file with one speaker's sound alone, from `start_s` on in the episode.  stream: which of its sounds, from 0."""

    name: str
    path: Path
    start_s: float = 0.0
    stream: int = 0


@dataclass(frozen=True)
class Source:
    """Where the sound comes from.

    file:     one recording of everybody, or None
    speakers: or one file per speaker
    part:     (from, to) in seconds; None: from the beginning, to the end
    channels: whether each channel of `file` holds one speaker: "auto" (heard), "mix" (no), "split" (yes)
    stream:   which of the file's streams of sound are used: numbers from 1 or titles, separated by commas; None: all

    Raises SettingsError for what does not fit together, AudioError for a file that is not there.
    """

    file: Path | None = None
    speakers: tuple[SpeakerFile, ...] = ()
    part: tuple[float | None, float | None] = (None, None)
    channels: str = "auto"
    stream: str | None = None

    def __post_init__(self) -> None:
        if bool(self.file) == bool(self.speakers):
            raise SettingsError(
                "give one recording, or one file per speaker: talkshow convert RECORDING, or "
                "talkshow convert --track MAYA=maya.wav --track LEO=leo.wav."
            )
        names = [speaker.name.casefold() for speaker in self.speakers]
        if len(set(names)) < len(names):
            raise SettingsError("each --track needs a name of its own. One person's files: join them first.")
        first, last = self.part
        if first is not None and last is not None and last <= first:
            raise SettingsError(
                f"the part ends at {clock_text(last)}, before it begins at {clock_text(first)}: "
                "write for example --from 1:20 --to 4:05."
            )
        if self.stream is not None and not self.file:
            raise SettingsError("--stream chooses among the sounds of one recording: leave it out with --track.")
        if self.channels not in CHANNELS:
            raise SettingsError(f"channels cannot be '{self.channels}'. {choose(self.channels, CHANNELS)}")
        for path in self.files:
            if not path.exists():
                cure = "This is an address: download it first." if is_address(path) else "Check the path."
                raise AudioError(f"{path}: there is no such recording. {cure}")

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that are read."""
        return (self.file,) if self.file else tuple(speaker.path for speaker in self.speakers)

    @property
    def stem(self) -> str:
        """What the episode is called unless it is given a name."""
        return self.files[0].stem if self.file else " and ".join(speaker.name for speaker in self.speakers)

    def key(self) -> list[Any]:
        """Everything but the content of the files that decides what is read, for a digest."""
        return [[speaker.start_s for speaker in self.speakers], self.part, self.channels == "mix", self.stream]


def parse_speaker_files(options: Sequence[str]) -> tuple[SpeakerFile, ...]:
    """From MAYA=maya.wav or LEO=leo.wav@0.25. Raises SettingsError."""
    found = []
    for option in options:
        name, _, rest = option.partition("=")
        match = re.fullmatch(r"(?P<path>.+?)(?:@(?P<start>\d+(?:\.\d+)?))?", rest.strip())
        if not name.strip() or not match:
            raise SettingsError(
                f"--track {option}: write NAME=FILE or NAME=FILE@SECONDS, for example --track LEO=leo.wav@0.25."
            )
        path, start = Path(match["path"]), match["start"]
        if start and not path.is_file() and Path(rest.strip()).is_file():  # an @ in the file's own name
            path, start = Path(rest.strip()), None
        found.append(SpeakerFile(name.strip(), path, float(start or 0.0)))
    return tuple(found)


def parse_clock(text: str, flag: str) -> float:
    """Seconds from 80, 1:20, 1:20.5 or 1:02:03. Raises SettingsError."""
    match = re.fullmatch(r"\s*(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)\s*", text)
    if not match:
        raise SettingsError(
            f"{flag} {text}: this is not a valid time. Write seconds, m:ss or h:mm:ss, for example {flag} 1:20."
        )
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
