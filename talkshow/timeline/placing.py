"""Decides when every line is heard: gaps, pauses, overlaps, interruptions, backchannels, several at once. Pure.

    place(script, sounds, cast, seed) -> Timeline

All arithmetic is in whole video frames, so nothing drifts: a cue begins on the frame grid and ends on the
first grid point at or after the end of its sound. What is drawn by chance is keyed by the seed and the
line's position, so that editing one line moves the later ones but changes none of their gaps.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from talkshow.cast.types import Cast
from talkshow.clock import FPS, frames_to_seconds, to_frames
from talkshow.script.languages import line_language
from talkshow.script.model import Line, Script
from talkshow.span import Span
from talkshow.timeline.types import Cue, Sound, Timeline
from talkshow.words import Phoneme, Word

# How lines follow each other, in seconds; natural values lie between two.
LEAD_IN_S = 0.4  # before the first line
TAIL_S = 0.6  # after the last sound
GAP_S = (0.15, 0.5)  # between two turns
SCENE_GAP_S = 1.2  # where the scene changes
BACKCHANNEL_GAIN_DB = -6.0
CUT_LEAD_S = (0.25, 0.40)  # a cut-off line: how long before its end the other begins
CUT_LAG_S = (0.12, 0.20)  # ... and how long after that the cut speaker has fallen silent
CUT_FADE_S = (0.06, 0.12)  # ... of which the fade takes
PHRASE_ENDS = (".", ",", ";", ":", "?", "!", "…", "-", "–", "—")
PHRASE_REST_S = 0.12  # a silence between two words that also ends a phrase

_Part = TypeVar("_Part", Word, Phoneme)


def place(script: Script, sounds: Sequence[Sound], cast: Cast, seed: int = 0) -> Timeline:
    """Place every line of a script in time.

    sounds: one per line, in the script's order; each cue carries its own.  cast: all speakers, with their gains.
    What cannot be given as written (an overlap in which a speaker would talk over themself, a `--` that
    no one cuts off) is placed as near to it as possible and named in `Timeline.warnings`.
    Raises ValueError when there is not exactly one sound per line.
    """
    staged = [
        (scene, line, line_language(line, part, script))
        for scene, part in enumerate(script.scenes)
        for line in part.lines
    ]
    if len(staged) != len(sounds):
        raise ValueError(f"{len(staged)} lines, but {len(sounds)} sounds")
    floor = _Floor(seed)
    for index, ((scene, line, language), sound) in enumerate(zip(staged, sounds, strict=True)):
        floor.add(_Draft(line, index, scene, sound, language))
    floor.close()
    cues = [draft.cue(cast[draft.line.speaker].gain_db) for draft in floor.drafts]
    last = max((draft.end for draft in floor.drafts), default=to_frames(LEAD_IN_S))
    num_frames = last + to_frames(TAIL_S)
    return Timeline(
        cues=tuple(sorted(cues, key=lambda cue: (cue.span.start_s, cue.index))),
        speakers=script.speakers,
        scene_spans=_scene_spans(floor.drafts, len(script.scenes), num_frames, to_frames(LEAD_IN_S)),
        duration_s=frames_to_seconds(num_frames),
        warnings=tuple(floor.warnings),
    )


@dataclass
class _Draft:
    """A cue that is being placed, in frames."""

    line: Line
    index: int
    scene: int
    sound: Sound
    language: str
    start: int = 0
    end: int = 0
    backchannel: bool = False
    fade_s: float = 0.0  # > 0: cut off at `end`
    length: int = field(init=False)  # of the whole sound
    heard: int = field(init=False)  # frames to the end of the last word

    def __post_init__(self) -> None:
        # a sound of exactly n frames must not become n + 1 because its length in seconds is not exact
        self.length = math.ceil(self.sound.duration_s * FPS - 1e-6)
        words = self.sound.words
        self.heard = min(self.length, to_frames(words[-1].span.end_s)) if words else self.length

    def put(self, start: int) -> None:
        """Begin at a frame and play out."""
        self.start, self.end = start, start + self.length

    def cue(self, gain_db: float) -> Cue:
        """The finished cue."""
        span = Span(frames_to_seconds(self.start), frames_to_seconds(self.end))
        quieter = BACKCHANNEL_GAIN_DB if self.backchannel else 0.0
        words = tuple(Word(word.text, inside) for word, inside in _clipped(self.sound.words, span))
        phonemes = tuple(Phoneme(each.symbol, inside) for each, inside in _clipped(self.sound.phonemes, span))
        return Cue(
            self.line,
            self.index,
            self.scene,
            span,
            words,
            phonemes,
            kind="backchannel" if self.backchannel else "line",
            cut_off=self.fade_s > 0,
            gain_db=gain_db + quieter,
            fade_out_s=self.fade_s,
            language=self.language,
            source=self.sound,
        )


class _Floor:
    """Who has the floor while lines are added one by one: the state of placing."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.drafts: list[_Draft] = []
        self.warnings: list[str] = []
        self.turns: list[_Draft] = []  # the last line that is not a backchannel, and those said together with it
        self.free = 0  # the frame from which no one before `turns` speaks
        self.waiting: list[_Draft] = []  # backchannels that will be placed under `turn`
        self.silent_from: dict[str, int] = {}  # speaker -> end of their last placed cue

    @property
    def turn(self) -> _Draft | None:
        """The one of `turns` that ends last."""
        return max(self.turns, key=lambda draft: draft.end, default=None)

    def add(self, draft: _Draft) -> None:
        """Place the next line; a backchannel waits until the end of the turn above it is known."""
        timing = draft.line.timing
        if timing.backchannel and self._fits_under(draft):
            draft.backchannel = True
            if timing.cut_off:
                self._warn(draft, "a backchannel is not cut off: it plays out")
            if timing.gap_s is not None or timing.overlap_s is not None:
                self._warn(
                    draft, "a backchannel is placed where the turn leaves room: its pause or overlap is not used"
                )
            self.waiting.append(draft)
            self.drafts.append(draft)
            return
        if timing.together and self._joins(draft):
            self.turns.append(draft)
        else:
            draft.put(self._start(draft))
            self._end_turns(draft)
            self.turns = [draft]
        self.drafts.append(draft)

    def _joins(self, draft: _Draft) -> bool:
        """Put a line at the start of the line before it, if that is in the same scene and another speaker's."""
        if not self.turns or self.turns[0].scene != draft.scene:
            why = "there is no line before it in its scene"
        elif draft.line.speaker in self._speaking:
            why = f"{draft.line.speaker} says the line before it, too"
        else:
            turn = self.turns[0]
            if draft.line.timing.gap_s is not None or draft.line.timing.overlap_s is not None:
                self._warn(draft, "it begins together with the line before it: its pause or overlap is not used")
            draft.put(self._after_own(draft, turn, turn.start))
            return True
        self._warn(draft, f"it does not begin together with another line, because {why}")
        return False

    @property
    def _speaking(self) -> set[str]:
        """Who says the last line, and what is said together with it."""
        return {draft.line.speaker for draft in self.turns}

    def _end_turns(self, following: _Draft) -> None:
        """What is said together is over, or cut off, when another line begins."""
        for turn in self.turns:
            self._cut(turn, following)
        if longest := self.turn:
            self._settle(longest, following)
        for turn in self.turns:
            self.free = max(self.free, turn.end)
            self.silent_from[turn.line.speaker] = max(turn.end, self.silent_from.get(turn.line.speaker, 0))

    def close(self) -> None:
        """After the last line."""
        for turn in self.turns:
            if turn.line.timing.cut_off:
                self._warn(turn, "no one speaks after this line to cut it off: it plays out")
        if longest := self.turn:
            self._settle(longest, None)

    def _start(self, draft: _Draft) -> int:
        """The frame at which a line that is not a backchannel begins."""
        timing, turn = draft.line.timing, self.turn
        pause = None if timing.gap_s is None else to_frames(timing.gap_s)
        if turn is None:
            if timing.overlap_s is not None:
                self._warn(draft, "there is no line before it to overlap with")
            return to_frames(LEAD_IN_S) if pause is None else pause
        free = max(self.free, turn.end)
        if draft.scene != turn.scene:
            free = max(free, *self.silent_from.values(), 0)  # no backchannel reaches into the next scene
            if timing.overlap_s is not None:
                self._warn(draft, "an overlap does not reach into the scene before: it begins with its scene")
                return free
            return free + (to_frames(SCENE_GAP_S) if pause is None else pause)
        if timing.overlap_s is not None:
            start = self._overlap(draft, turn, timing.overlap_s)
        elif pause is not None:
            start = free + pause
        elif all(each.line.timing.cut_off for each in self.turns) and draft.line.speaker not in self._speaking:
            cut = min(self.turns, key=lambda each: each.start + each.heard)
            lead = to_frames(self._roll(cut, "cut lead", *CUT_LEAD_S))
            start = cut.start + max(cut.heard - lead, cut.heard // 2)
        elif draft.length == 0:
            start = free
        else:
            start = free + to_frames(self._roll(draft, "gap", *GAP_S))
        return self._after_own(draft, turn, start)

    def _overlap(self, draft: _Draft, turn: _Draft, seconds: float) -> int:
        """`seconds` before the turn ends; infinity means together with it."""
        if math.isinf(seconds):
            return turn.start
        start = turn.end - to_frames(seconds)
        if start < turn.start:
            self._warn(
                draft,
                f"an overlap of {seconds:g} s is longer than the line before it "
                f"({frames_to_seconds(turn.end - turn.start):g} s): both begin together",
            )
        return max(start, turn.start)

    def _after_own(self, draft: _Draft, turn: _Draft, start: int) -> int:
        """`start`, or the first frame at which the speaker has finished what they said before."""
        speaker = draft.line.speaker
        earliest = self._own_end(speaker, turn)
        earliest = max([earliest, *(each.end for each in self.turns if each.line.speaker == speaker)])
        if start >= earliest:
            return start
        self._warn(
            draft,
            f"this line would begin while {speaker} is still speaking: it begins "
            f"{frames_to_seconds(earliest - start):g} s later",
        )
        return earliest

    def _own_end(self, speaker: str, turn: _Draft) -> int:
        """The earliest frame at which a speaker's cues so far, backchannels in waiting included, can be over."""
        waiting = sum(draft.length for draft in self.waiting if draft.line.speaker == speaker)
        return max(self.silent_from.get(speaker, 0), turn.start if waiting else 0) + waiting

    def _cut(self, turn: _Draft, draft: _Draft) -> None:
        """Break a turn that ends with `--` off, shortly after the next speaker has begun."""
        if not turn.line.timing.cut_off:
            return
        lag = to_frames(self._roll(turn, "cut lag", *CUT_LAG_S))
        end = min(draft.start + lag, turn.start + turn.heard - 1)
        if turn.line.speaker == draft.line.speaker:
            why = "the next line is by the same speaker"
        elif turn.scene != draft.scene:
            why = "the next line is in another scene"
        elif draft.line.timing.gap_s is not None and draft.line.timing.overlap_s is None:
            why = "the next line waits for its pause"
        elif end <= draft.start:
            why = "there is no room for the next line to begin before its end"
        else:
            fade_s = self._roll(turn, "cut fade", *CUT_FADE_S)
            turn.end, turn.fade_s = end, min(fade_s, frames_to_seconds(end - turn.start))
            return
        self._warn(turn, f"this line is not cut off, because {why}: it plays out")

    def _fits_under(self, draft: _Draft) -> bool:
        """Whether a backchannel fits under the turn; if not, it is placed as an ordinary line."""
        turn, speaker = self.turn, draft.line.speaker
        if turn is None or turn.scene != draft.scene:
            why = "there is no turn before it in its scene"
        elif speaker in self._speaking:
            why = "the turn before it is by the same speaker"
        elif max(turn.start, self._own_end(speaker, turn)) + draft.length > turn.end:
            why = f"it is too long to fit under {turn.line.speaker}'s turn"
        else:
            return True
        self._warn(draft, f"this is not a backchannel, because {why}: placed as an ordinary line")
        return False

    def _settle(self, turn: _Draft, following: _Draft | None) -> None:
        """Lay the waiting backchannels under the turn, in order, at word ends from its middle on."""
        for position, draft in enumerate(self.waiting):
            speaker = draft.line.speaker
            first = max(turn.start, self.silent_from.get(speaker, 0))
            last = turn.end
            if following is not None and following.line.speaker == speaker:
                last = min(last, following.start)
            still_to_come = self.waiting[position + 1 :]
            last -= draft.length + sum(each.length for each in still_to_come if each.line.speaker == speaker)
            if position and draft.line.timing.together:
                draft.put(max(first, min(self.waiting[position - 1].start, last)))
                self.silent_from[speaker] = draft.end
                continue
            share = 0.5 + 0.35 * (position + 1) / (len(self.waiting) + 1)
            draft.put(_anchor(turn, first, last, share))
            self.silent_from[speaker] = draft.end
        self.waiting = []

    def _roll(self, draft: _Draft, what: str, low: float, high: float) -> float:
        digest = hashlib.sha256(f"{self.seed}\0{draft.index}\0{what}".encode()).digest()
        return low + (high - low) * int.from_bytes(digest[:8], "big") / 2**64

    def _warn(self, draft: _Draft, message: str) -> None:
        where = f"line {draft.line.source_line}: " if draft.line.source_line else ""
        self.warnings.append(f"{where}{draft.line.speaker}: {message}")


def _anchor(turn: _Draft, first: int, last: int, share: float) -> int:
    """The frame for a backchannel: a word end between `first` and `last`, near `share` of the turn.

    The end of a phrase wins over a word end that is up to a fifth of the turn nearer.
    """
    if last <= first:
        return first
    heard = min(turn.heard, turn.end - turn.start)
    target = turn.start + share * heard
    words = turn.sound.words
    best, best_cost = min(max(round(target), first), last), math.inf
    for word, following in itertools.pairwise(words):
        frame = turn.start + to_frames(word.span.end_s)
        if not first <= frame <= last:
            continue
        phrase_end = (
            word.text.rstrip("\"'”’)").endswith(PHRASE_ENDS)
            or following.span.start_s - word.span.end_s >= PHRASE_REST_S
        )
        cost = abs(frame - target) + (0.0 if phrase_end else 0.2 * heard)
        if cost < best_cost:
            best, best_cost = frame, cost
    return best


def _clipped(parts: Iterable[_Part], span: Span) -> list[tuple[_Part, Span]]:
    """Words or phonemes with their times in the episode, up to the end of the cue."""
    moved = ((part, part.span.shifted(span.start_s) & span) for part in parts)
    return [(part, inside) for part, inside in moved if inside]


def _scene_spans(drafts: Sequence[_Draft], num_scenes: int, num_frames: int, lead_in: int) -> tuple[Span, ...]:
    """One span per scene, end to end. A scene begins a lead-in before its first cue, if the scene before is over;
    a scene without lines is empty."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for draft in drafts:
        first[draft.scene] = min(first.get(draft.scene, draft.start), draft.start)
        last[draft.scene] = max(last.get(draft.scene, 0), draft.end)
    begins: dict[int, int] = {}
    over = 0  # the frame at which the scenes before are over
    for scene in sorted(first):
        begins[scene] = max(over, first[scene] - lead_in) if begins else 0
        over = last[scene]
    edges = [num_frames]  # from the last scene back: an empty one begins where it ends
    for scene in reversed(range(num_scenes)):
        edges.append(begins.get(scene, edges[-1]) if scene else 0)
    edges.reverse()
    return tuple(Span(frames_to_seconds(begin), frames_to_seconds(end)) for begin, end in itertools.pairwise(edges))
