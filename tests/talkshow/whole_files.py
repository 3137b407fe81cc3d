"""What the confined reader calls, for files of any kind."""

from __future__ import annotations

from pathlib import Path

from talkshow.film.reader import FilmPictures
from talkshow.recording.decode import open_sound
from talkshow.sound.waveform import TrackReader, load_wave, sound_blocks
from talkshow.writing.sources import read_source


def read_all(path: Path) -> int:
    """Samples of a recording."""
    with open_sound(path) as sound:
        return sum(len(block) for block in sound.blocks())


def read_first_frame(path: Path) -> None:
    """The frame with which a film begins."""
    with FilmPictures(path) as film:
        film.at(0.0)


def read_words(path: Path) -> str:
    """The text that a script is based on."""
    return read_source(str(path))


def read_track(path: Path) -> None:
    """A second of a track, in blocks and in one."""
    for _ in sound_blocks(path, 48_000):
        break
    with TrackReader(path) as track:
        track.read(0, track.sample_rate)


def read_waveform(path: Path) -> None:
    """A sound as a whole."""
    load_wave(path)
