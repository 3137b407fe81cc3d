"""Moods: the effect of a direction such as (warm), (angry), (whispers) or (laughs) on a face."""

from __future__ import annotations

from dataclasses import dataclass

from talkshow.script.directions import Direction
from talkshow.script.model import Say
from talkshow.span import Span
from talkshow.timeline.types import Cue

LAUGH_S = 2.0  # duration of a laugh that is written inside a line
SHORTEST_S = 0.8  # least time for a mood that begins with the last word of a line


@dataclass(frozen=True)
class Mood:
    """Offsets to the channels of a face while a direction lasts.

    smile: -1 (corners down) .. 1; squint, droop (upper lids): 0..1; brow: -1..1; pitch, roll: degrees; lean: toward
    the person spoken to, -1..1; jaw, energy: factors on the mouth's opening and on the motion of head and hands;
    laugh: 0..1, how much head and shoulders shake; catching: the share of the mood that listeners take on.
    """

    smile: float = 0.0
    squint: float = 0.0
    droop: float = 0.0
    brow: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    lean: float = 0.0
    jaw: float = 1.0
    energy: float = 1.0
    laugh: float = 0.0
    catching: float = 0.25


LAUGHING = Mood(smile=0.9, squint=0.6, brow=0.1, pitch=1.8, energy=1.2, laugh=1.0, catching=0.45)
# by the names of faces in script/directions.toml
MOODS: dict[str, Mood] = {
    "warm": Mood(smile=0.42, squint=0.25, brow=0.08, roll=1.2, lean=0.25),
    "happy": Mood(smile=0.62, squint=0.30, brow=0.18, pitch=0.6, energy=1.2, catching=0.35),
    "smile": Mood(smile=0.65, squint=0.30, catching=0.35),
    "excited": Mood(smile=0.45, brow=0.35, pitch=0.8, lean=0.3, jaw=1.1, energy=1.5, catching=0.35),
    "proud": Mood(smile=0.35, droop=0.08, brow=0.10, pitch=2.2, energy=0.9),
    "amused": Mood(smile=0.50, squint=0.35, brow=0.12, roll=1.5, catching=0.35),
    "laugh": LAUGHING,
    "chuckle": Mood(smile=0.65, squint=0.45, pitch=0.6, laugh=0.5, catching=0.40),
    "angry": Mood(smile=-0.22, squint=0.40, brow=-0.90, pitch=-1.6, lean=0.35, jaw=1.1, energy=1.4, catching=0.15),
    "stern": Mood(smile=-0.12, squint=0.20, brow=-0.50, pitch=-0.6, energy=0.75),
    "disgusted": Mood(smile=-0.35, squint=0.55, brow=-0.50, pitch=1.2, roll=-1.0, lean=-0.4),
    "sad": Mood(smile=-0.50, droop=0.16, brow=0.18, pitch=-3.0, roll=1.2, jaw=0.85, energy=0.55),
    "tired": Mood(smile=-0.12, squint=0.15, droop=0.26, pitch=-2.0, roll=1.5, jaw=0.85, energy=0.45),
    "surprised": Mood(brow=0.90, pitch=1.4, lean=-0.25, jaw=1.1, energy=1.2, catching=0.35),
    "scared": Mood(smile=-0.20, brow=0.75, pitch=0.6, lean=-0.4, jaw=0.95, energy=1.1, catching=0.35),
    "worried": Mood(smile=-0.18, brow=0.45, pitch=-1.0, roll=0.8, energy=0.9),
    "curious": Mood(brow=0.50, pitch=0.8, roll=2.2, lean=0.35),
    "puzzled": Mood(smile=-0.08, squint=0.25, brow=-0.35, pitch=0.6, roll=2.4),
    "thoughtful": Mood(squint=0.12, droop=0.08, brow=-0.18, pitch=-0.8, roll=1.4, energy=0.7),
    "whisper": Mood(squint=0.10, brow=0.22, pitch=-1.4, lean=0.6, jaw=0.65, energy=0.6),
    "soft": Mood(smile=0.10, droop=0.06, pitch=-0.5, lean=0.2, jaw=0.80, energy=0.7),
    "loud": Mood(brow=0.30, pitch=1.2, lean=0.2, jaw=1.2, energy=1.5),
    "deadpan": Mood(droop=0.14, brow=-0.08, jaw=0.90, energy=0.35, catching=0.0),
    "wry": Mood(smile=0.30, squint=0.28, droop=0.06, brow=0.25, roll=1.8, energy=0.8),
    "calm": Mood(smile=0.10, droop=0.05, energy=0.7),
}


def mood_of(direction: Direction) -> Mood | None:
    """The mood of a direction; None if none of its words affects the face."""
    return MOODS.get(direction.meaning.face)


def moods_of(cue: Cue) -> list[tuple[Mood, Span]]:
    """The moods of a line and their times: after the name for the full line, inside it from there on."""
    found = [(mood, cue.span) for direction in cue.line.opening_directions if (mood := mood_of(direction))]
    num_words = max(len(cue.line.text.split()), 1)
    said = 0
    for piece in cue.line.pieces:
        if isinstance(piece, Say):
            said += len(piece.text.split())
        elif isinstance(piece, Direction) and (mood := mood_of(piece)):
            start_s = _time_of_word(cue, said, num_words)
            end_s = min(start_s + LAUGH_S, cue.span.end_s + 0.5) if mood.laugh else cue.span.end_s
            found.append((mood, Span(start_s, max(end_s, start_s + SHORTEST_S))))
    return found


def _time_of_word(cue: Cue, index: int, num_words: int) -> float:
    if index < len(cue.words):
        return cue.words[index].span.start_s
    if cue.words:
        return cue.words[-1].span.end_s
    return cue.span.start_s + cue.span.duration_s * min(index / num_words, 1.0)
