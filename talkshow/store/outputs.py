"""The names of the files that a run leaves in an episode's folder."""

from __future__ import annotations

import re
from collections.abc import Iterable

from talkshow.store.naming import safe_name

VIDEO, MIX, POSTER, TIMELINE = "episode.mp4", "mix.wav", "poster.png", "timeline.json"
SRT, VTT, RTTM = "episode.srt", "episode.vtt", "episode.rttm"
MANIFEST, REPORT = "manifest.json", "report.json"
TRACKS = "tracks"
REVIEW = "speakers.toml"  # for people to edit: written once, read ever after, never replaced or removed
# Written last: where one of them is, all the files it speaks of belong together.
FINISHED = (MANIFEST, REPORT)
_FIXED = {VIDEO, MIX, POSTER, TIMELINE, SRT, VTT, RTTM, MANIFEST, REPORT}
_NUMBERED = re.compile(rf"{TRACKS}/[^/]+\.wav|seats(-\d+)?\.png")


def track_stems(speakers: Iterable[str]) -> dict[str, str]:
    """File names without an ending, one for each speaker; different also where case does not count."""
    stems: dict[str, str] = {}
    for speaker in speakers:
        stems[speaker] = safe_name(speaker, set(stems.values()))
    return stems


def track_files(speakers: Iterable[str]) -> tuple[str, ...]:
    """The tracks, as paths from the episode's folder."""
    return tuple(f"{TRACKS}/{stem}.wav" for stem in track_stems(speakers).values())


def seat_plans(num_pictures: int) -> tuple[str, ...]:
    """One plan for each picture."""
    return tuple("seats.png" if number == 1 else f"seats-{number}.png" for number in range(1, num_pictures + 1))


def episode_files(speakers: Iterable[str], num_pictures: int) -> tuple[str, ...]:
    """Everything that an episode leaves.  num_pictures: in which it plays; 0: only its sound is made."""
    film = (VIDEO, POSTER, *seat_plans(num_pictures)) if num_pictures else ()
    return (*film, MIX, *track_files(speakers), SRT, VTT, RTTM, TIMELINE, MANIFEST)


def diarization_files(speakers: Iterable[str]) -> tuple[str, ...]:
    """Everything that `diarize` leaves."""
    return (MIX, *track_files(speakers), RTTM, REPORT)


def is_episode_file(name: str) -> bool:
    """Whether some run could leave a file of this name, a path from the folder."""
    return name in _FIXED or _NUMBERED.fullmatch(name) is not None
