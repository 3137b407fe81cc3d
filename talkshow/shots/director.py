"""The director: who is on screen when, and how near.

Scenes open wide; then the picture goes to the speaker of the turn, a little before or after their voice (J- and
L-cuts), stays at least as long as a viewer needs, shows a listener in long turns and everybody after long
exchanges. Camera tags of the script rule the line that follows them, in every style. No cut falls on a plosive:
there the eye sees the lips jump. Everything is decided by the timeline, the seats and the seed.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from talkshow.clock import FPS, to_frames
from talkshow.performance.lattice import key_of, uniform
from talkshow.script.model import Script
from talkshow.script.vocabulary import read_camera
from talkshow.shots.composition import compose
from talkshow.shots.framing import SceneSet, pushed
from talkshow.shots.moves import MOVES, Move
from talkshow.shots.types import Shot
from talkshow.timeline.types import Cue, Timeline

_PLOSIVES = frozenset("pbtdkɡg")
_TURN_GAP = round(0.8 * FPS)  # a shorter silence does not end a turn, frames
_UNSEEN = 2  # short answers of people who are not on screen, before everybody is shown
_FLICKER = round(0.7 * FPS)  # a shot beside a tagged one is not shorter
_SEARCH = 10  # frames within which a cut looks for a better place


@dataclass(frozen=True)
class Style:
    """How a scene is cut. Seconds."""

    opening_s: float  # the first wide shot
    min_s: float  # no shot is shorter
    hold_s: float  # after so long on one speaker a listener is shown, or everybody
    reaction_s: float  # how long a listener is shown
    wide_every: int  # shots, after which everybody is shown again
    offset_s: tuple[float, float]  # how far a J- or L-cut lies from the change of voices
    push_share: float  # of the long shots, that move slowly nearer


STYLES = {
    "calm": Style(3.2, 3.0, 8.0, 2.4, 6, (0.20, 0.36), 0.6),
    "lively": Style(2.4, 1.7, 5.0, 1.7, 8, (0.16, 0.32), 0.4),
}
_PUSH_FROM_S = 4.0  # a shorter shot stays still


@dataclass(frozen=True)
class _Setup:
    """What a shot is of."""

    move: str  # of MOVES
    on: tuple[str, ...]


@dataclass(frozen=True)
class _SpeechRun:
    """Frames first..last-1 in which one person speaks.  others: who begins with them and says it, too."""

    speaker: str
    first: int
    last: int
    others: tuple[str, ...] = ()


_Plan = list[tuple[int, _Setup]]  # (first frame, what is shown from there on)


def direct(timeline: Timeline, scenes: Sequence[SceneSet], style: str = "off", seed: int = 0) -> tuple[Shot, ...]:
    """The shots of an episode, end to end.

    scenes: one per scene of the timeline.  style: "off" (one wide shot per scene, but for lines with camera tags),
    or one of STYLES.
    """
    shots: list[Shot] = []
    for index, (scene, span) in enumerate(zip(scenes, timeline.scene_spans, strict=True)):
        first, last = to_frames(span.start_s), to_frames(span.end_s)
        if first == last:
            continue
        cues = [cue for cue in timeline.cues if cue.scene == index]
        wide = _Setup("wide", scene.names)
        plan: _Plan = [(first, wide)]
        if style != "off" and scene.names:
            plan = _cut(plan, _turns(cues), last, scene.names, STYLES[style], key_of(seed, "shots", index))
        plan = _off_plosives(_tagged(plan, cues, scene, last), cues, last, STYLES.get(style))
        shots += _framed(plan, index, last, scene, STYLES.get(style), key_of(seed, "push", index))
    return tuple(shots)


def _turns(cues: Sequence[Cue]) -> list[_SpeechRun]:
    """Who speaks when; backchannels are heard under a turn and make none."""
    turns: list[_SpeechRun] = []
    for cue in cues:
        first, last = to_frames(cue.span.start_s), to_frames(cue.span.end_s)
        if cue.kind == "backchannel" or first == last:
            continue
        if turns and turns[-1].first == first and turns[-1].speaker != cue.speaker:
            turns[-1] = replace(turns[-1], last=max(last, turns[-1].last), others=(*turns[-1].others, cue.speaker))
        elif turns and not turns[-1].others and turns[-1].speaker == cue.speaker and first - turns[-1].last < _TURN_GAP:
            turns[-1] = replace(turns[-1], last=max(last, turns[-1].last))
        else:
            turns.append(_SpeechRun(cue.speaker, first, last))
    return turns


def _cut(plan: _Plan, turns: Sequence[_SpeechRun], end: int, names: tuple[str, ...], style: Style, key: int) -> _Plan:
    """Follow the conversation from the opening shot on."""
    since_wide = unseen = 0
    shortest = round(style.min_s * FPS)
    for number, turn in enumerate(turns):
        chance = uniform(key, 8 * number + np.arange(8))
        start, current = plan[-1]
        earliest = start + (round(style.opening_s * FPS) if len(plan) == 1 else shortest)
        cut = max(earliest, turn.first + _offset(chance, style))
        if min(turn.last, end) - cut < 0.6 * shortest:
            # over before it could be seen: stay, but not on one person while the other answers and answers
            unseen += turn.speaker not in current.on
            if unseen >= _UNSEEN and turn.first >= earliest and end - turn.first >= shortest:
                plan = [*plan, (turn.first - 2, _Setup("wide", names))]
                unseen = since_wide = 0
            continue
        unseen = 0
        wanted = _wanted(turns, number, names, style, since_wide, shortest)
        if wanted != current:
            plan = [*plan, (cut, wanted)]
            since_wide = 0 if wanted.move == "wide" else since_wide + 1
        plan += _long_turn(turn, plan[-1], names, style, chance[4:])
    return plan


def _offset(chance: np.ndarray, style: Style) -> int:
    """Frames from the change of voices to the cut: earlier (J), later (L), or just before the voice."""
    low, high = style.offset_s
    far = round((low + (high - low) * float(chance[1])) * FPS)
    return -far if chance[0] < 0.35 else far if chance[0] < 0.65 else -2


def _wanted(
    turns: Sequence[_SpeechRun], number: int, names: tuple[str, ...], style: Style, since_wide: int, shortest: int
) -> _Setup:
    """What a turn is best seen in."""
    turn, wide = turns[number], _Setup("wide", names)
    if turn.speaker not in names or since_wide >= style.wide_every:
        return wide
    if turn.others:
        return _all_of({turn.speaker, *turn.others}, names)
    quick = [t for t in turns[number : number + 3] if t.last - t.first < shortest]
    if len(quick) == 3 and len(names) > 1:  # a quick exchange: cutting to each would flicker
        return _all_of({t.speaker for t in quick}, names)
    return _Setup("single", (turn.speaker,))


def _all_of(speakers: Collection[str], names: tuple[str, ...]) -> _Setup:
    """Two of several people, or everybody."""
    pair = tuple(name for name in names if name in speakers)
    return _Setup("two", pair) if len(pair) == 2 < len(names) else _Setup("wide", names)


def _long_turn(
    turn: _SpeechRun, shown: tuple[int, _Setup], names: tuple[str, ...], style: Style, chance: np.ndarray
) -> _Plan:
    """Away from a speaker who goes on and on, and back: to a listener, or to everybody."""
    plan: _Plan = []
    hold, away, shortest = (round(seconds * FPS) for seconds in (style.hold_s, style.reaction_s, style.min_s))
    start, current = shown
    others = [name for name in names if name not in (turn.speaker, *turn.others)]
    at = max(start, turn.first) + round(hold * (0.75 + 0.25 * float(chance[0])))
    wide_next = not others
    while at + away + shortest <= turn.last:
        if wide_next:
            elsewhere = _Setup("single", (turn.speaker,)) if current.move == "wide" else _Setup("wide", names)
            stay = shortest
        else:
            listener = others[int(float(chance[1]) * len(others)) % len(others)]
            elsewhere, stay = _Setup("reaction", (listener,)), away
        plan += [(at, elsewhere), (at + stay, current)]
        at += stay + hold
        wide_next = not wide_next or not others
    return plan


def _off_plosives(plan: _Plan, cues: Sequence[Cue], end: int, style: Style | None) -> _Plan:
    """Cuts moved to the nearest frame without a plosive; no short shot becomes shorter for it.

    Long shots do: otherwise every cut would come later than the one before, and the last after the end.
    """
    shortest = round((style.min_s if style else 0.0) * FPS) or _FLICKER
    taken: set[int] = set()
    for cue in cues:
        for phoneme in cue.phonemes:
            if phoneme.symbol[-1:] in _PLOSIVES:
                low, high = to_frames(phoneme.span.start_s), to_frames(phoneme.span.end_s)
                taken.update(range(low - 1, high + 2))
    moved: _Plan = plan[:1]
    for (before, _), (cut, setup) in pairwise(plan):
        least = min(moved[-1][0] + min(cut - before, shortest), end)
        at = min(max(cut, least), end)
        near = (at + sign * step for step in range(_SEARCH + 1) for sign in (-1, 1))
        moved.append((next((frame for frame in near if frame not in taken and least <= frame < end), at), setup))
    return moved


def _tagged(plan: _Plan, cues: Sequence[Cue], scene: SceneSet, end: int) -> _Plan:
    """What the script itself asks for, from a line's start until the next line starts."""
    asked: set[int] = set()  # frames from which a tag rules: only another tag ends that soon
    for number, cue in enumerate(cues):
        setup = _asked_for(cue, scene)
        if setup is None:
            continue
        first = to_frames(cue.span.start_s) if number else plan[0][0]
        # no flicker: what would have been cut to just before or after makes way
        following = [
            to_frames(later.span.start_s)
            for later in cues[number + 1 :]
            if later.kind != "backchannel" and later.span.start_s > cue.span.start_s
        ]
        until = min(max(min([*following, end]), first + _FLICKER), end)
        starts = [frame for frame, _ in plan]
        resumed = plan[bisect.bisect_right(starts, until + _FLICKER) - 1][1]
        before = [
            entry
            for entry in plan
            if entry[0] <= first - _FLICKER or (entry[0] < first and (entry is plan[0] or entry[0] in asked))
        ]
        after = [entry for entry in plan if entry[0] > until + _FLICKER]
        asked.add(first)
        plan = before + [(first, setup)] + ([(until, resumed)] if until < end else []) + after
    return plan


def idle_tags(script: Script, seen: Sequence[Collection[str]]) -> list[str]:
    """Warnings about camera tags that ask for a character who is not on screen.  seen: who is, one per scene."""
    warnings = []
    names = {name.casefold(): name for name in script.speakers}
    for scene, here in zip(script.scenes, seen, strict=True):
        for line in scene.lines:
            for tag in line.shots:
                camera = read_camera(tag)
                name = names.get((camera.target or line.speaker).casefold()) if camera else None
                if camera and camera.of == "one" and name and name not in here:
                    company = f"On screen: {', '.join(here)}" if here else "Nobody is"
                    where = f"line {line.source_line}: " if line.source_line else ""
                    warnings.append(f"{where}[{tag}] does nothing: {name} is not on screen in this scene. {company}.")
    return warnings


def _asked_for(cue: Cue, scene: SceneSet) -> _Setup | None:
    """The setup of the last camera tag of a line that can be followed."""
    for tag in reversed(cue.line.shots):
        camera = read_camera(tag)
        if camera is None:
            continue
        if camera.of == "all":
            return _Setup(camera.move, scene.names)
        if camera.of == "two":
            near = sorted(scene.names, key=lambda name: _distance(name, cue.speaker, scene))[:2]
            return _Setup(camera.move, tuple(name for name in scene.names if name in near))
        name = next(
            (name for name in scene.names if name.casefold() == (camera.target or cue.speaker).casefold()), None
        )
        if name is not None:
            return _Setup(camera.move, (name,))
    return None


def _distance(name: str, speaker: str, scene: SceneSet) -> float:
    if speaker not in scene.seats:
        return 0.0
    return abs(scene.seats[name].center[0] - scene.seats[speaker].center[0])


def _framed(plan: _Plan, index: int, end: int, scene: SceneSet, style: Style | None, key: int) -> Iterator[Shot]:
    """Setups to shots: framed, equal neighbours joined, some moving slowly nearer."""
    merged: list[tuple[Shot, Move]] = []
    ends = [*(first for first, _ in plan[1:]), end]
    for (first, setup), last in zip(plan, ends, strict=True):
        if first >= last:
            continue
        panels = compose(setup.move, setup.on, scene, split=style is not None)
        is_followed = set(panels[0].on) == set(setup.on) and len(panels) == 1
        move = MOVES[setup.move if is_followed else "wide"]
        ending = move.end(panels[0].crop, scene) if move.end and is_followed else None
        shot = Shot(first, last, index, move.kind, panels, ending)
        if merged and merged[-1][0].panels == panels and ending is None and merged[-1][0].crop_end is None:
            merged[-1] = (replace(merged[-1][0], last=last), merged[-1][1])
        else:
            merged.append((shot, move))
    for number, (shot, move) in enumerate(merged):
        long = shot.last - shot.first >= _PUSH_FROM_S * FPS
        lucky = style is not None and float(uniform(key, np.array([number]))[0]) < style.push_share
        drifts = long and lucky and len(shot.panels) == 1 and shot.crop_end is None and move.may_drift
        yield replace(shot, crop_end=pushed(shot.panels[0].crop, scene)) if drifts else shot
