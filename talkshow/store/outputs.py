"""The names of the files that a run writes into an episode folder."""

from __future__ import annotations

import re
from collections.abc import Iterable

from talkshow.store.naming import safe_name

VIDEO, MIX, POSTER, TIMELINE = "episode.mp4", "mix.wav", "poster.png", "timeline.json"
SRT, VTT, RTTM = "episode.srt", "episode.vtt", "episode.rttm"
MANIFEST, REPORT = "manifest.json", "report.json"
TRACKS = "tracks"
REVIEW = "speakers.toml"  # for the user to edit: written once, then only read, never replaced or removed
# Written last: if one of them exists, all the files that it names belong together.
FINISHED = (MANIFEST, REPORT)
# Text files about an episode, and what each contains. `episode/outputs.py` writes them.
RECORDS = {
    SRT: "Captions with speaker names.",
    VTT: "Captions as WebVTT, with a voice tag for each speaker.",
    RTTM: "Who speaks when, as RTTM.",
    TIMELINE: "Every line with the times of its words, and every shot.",
}
_FIXED = {VIDEO, MIX, POSTER, MANIFEST, REPORT, *RECORDS}
_NUMBERED = re.compile(rf"{TRACKS}/[^/]+\.wav|seats(-\d+)?\.png")


def track_stems(speakers: Iterable[str]) -> dict[str, str]:
    """File names without an extension, one per speaker; distinct even if case is ignored."""
    stems: dict[str, str] = {}
    for speaker in speakers:
        stems[speaker] = safe_name(speaker, set(stems.values()))
    return stems


def track_files(speakers: Iterable[str]) -> tuple[str, ...]:
    """The tracks, as paths relative to the episode folder."""
    return tuple(f"{TRACKS}/{stem}.wav" for stem in track_stems(speakers).values())


def seat_plans(num_pictures: int) -> tuple[str, ...]:
    """One seat plan per picture."""
    return tuple("seats.png" if number == 1 else f"seats-{number}.png" for number in range(1, num_pictures + 1))


def episode_files(speakers: Iterable[str], num_pictures: int) -> tuple[str, ...]:
    """All files of an episode.  num_pictures: the number of reference pictures; 0: only the sound is made."""
    film = (VIDEO, POSTER, *seat_plans(num_pictures)) if num_pictures else ()
    return (*film, MIX, *track_files(speakers), *RECORDS, MANIFEST)


def diarization_files(speakers: Iterable[str]) -> tuple[str, ...]:
    """All files of `diarize`."""
    return (MIX, *track_files(speakers), RTTM, REPORT)


def is_episode_file(name: str) -> bool:
    """Whether a run could write a file of this name, a path relative to the folder."""
    return name in _FIXED or _NUMBERED.fullmatch(name) is not None
