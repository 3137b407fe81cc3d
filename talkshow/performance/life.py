"""All channels but the mouth's: what is going on around somebody, and how face, head and hands take part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS
from talkshow.performance import idle
from talkshow.performance.floor import Turn
from talkshow.performance.idle import Events
from talkshow.performance.lattice import Array, hann, key_of, pulse, raised_cosine, smooth, smooth_noise, uniform
from talkshow.performance.moods import LAUGHING, SOFT_EDGE_S, Mood, moods_of

JAW_GAIN = "jaw gain"         # beside the channels: the factor of a mood on the mouth's opening
LAUGH_HZ = 3.2
INFECTION = 0.45              # how much of somebody's laugh the others share


@dataclass(frozen=True, eq=False)
class Moment:
    """What is going on around a block: a window of frames with a margin on either side.

    times_s, loud, speaking: (num,) centres of frames, own loudness 0..1, whether the turn is one's own;
    others: who else is seen; holder: (num,) index into `others` of who has the floor, -1 nobody seen, -2 self;
    turns: own turns; others_turns: those of everybody else.
    """

    key: int
    times_s: Array
    loud: Array
    speaking: Array
    x: float
    others_x: Array
    holder: NDArray[np.int64]
    turns: tuple[Turn, ...]
    others_turns: tuple[Turn, ...]

    @property
    def others_ends_s(self) -> Array:
        """When somebody else stops talking."""
        return np.array([turn.span.end_s for turn in self.others_turns])


def life(moment: Moment) -> dict[str, Array]:
    """Curves over the frames of a moment, by channel; the mouth's shapes are not among them."""
    key, times_s = moment.key, moment.times_s
    talk = smooth(np.minimum(moment.speaking, 1.0), hann(13))
    listening = smooth((moment.holder >= 0).astype(float), hann(15)) * (1 - talk)
    own_ends_s = np.array([turn.span.end_s for turn in moment.turns])
    own_starts_s = np.array([turn.span.start_s for turn in moment.turns if turn.span.duration_s > 0.8])
    mood = _moods(moment)
    energy = mood["energy"]

    target = idle.gaze(key_of(key, "gaze"), times_s, moment.x, moment.others_x, moment.holder)
    gaze_x, gaze_y = idle.eyes(key_of(key, "eyes"), times_s, target)
    turned = idle.follow(target)
    accents = _accents(moment)
    emphasis = _pulses(accents, times_s, lead_s=0.12, attack_s=0.16, hold_s=0.06, release_s=0.34) * talk * energy
    lift = _pulses(accents, times_s, lead_s=0.16, attack_s=0.20, hold_s=0.16, release_s=0.50) * talk * energy
    left, right = idle.gestures(key_of(key, "hands"), accents, times_s)
    hands = smooth((moment.speaking > 0.5).astype(float), hann(15)) * np.minimum(energy, 1.3)

    move = (0.55 + 0.75 * talk) * np.minimum(energy, 1.5)
    yaw, pitch, roll = idle.sway(key_of(key, "sway"), times_s)
    nod = idle.nods(key_of(key, "nods"), times_s, listening, moment.others_ends_s)
    chest = idle.breath(key, times_s, own_starts_s)
    bob = mood["laugh"] * np.sin(2 * np.pi * LAUGH_HZ * times_s + key % 7)
    pleased = _pleased(moment, listening)
    return {
        JAW_GAIN: mood["jaw"],
        "smile": np.maximum(mood["smile"], pleased) + mood["sorrow"],
        "squint": np.maximum(mood["squint"], 0.3 * pleased),
        "blink": idle.blinks(key_of(key, "blinks"), times_s,
                             np.concatenate([target.shifts_s(times_s), own_ends_s])),
        "brow": mood["brow"] + 0.45 * lift + 0.04 * smooth_noise(key_of(key, "brow"), times_s, 1.6),
        "gaze_x": gaze_x, "gaze_y": gaze_y,
        "yaw": 1.3 * move * yaw + 5.0 * turned,
        "pitch": 1.0 * move * pitch - 2.4 * emphasis ** 1.5 + nod + mood["pitch"] + 0.7 * bob + 0.12 * chest,
        "roll": 1.0 * move * roll + 0.8 * turned,
        "breath": chest,
        "lean": 0.30 * smooth_noise(key_of(key, "lean"), times_s, 5.0) + 0.30 * smooth(turned, hann(38)),
        "gesture_left": left * hands, "gesture_right": right * hands,
        "activity": smooth((moment.loud > 0.05).astype(float), hann(11)),
    }


def _accents(moment: Moment) -> Events:
    """Emphasised moments of one's own turns: stressed vowels where the sounds are known, else loud peaks."""
    times: list[Array] = []
    weight: list[Array] = []
    unknown = np.zeros(len(moment.times_s), bool)
    for turn in moment.turns:
        if (spoken := turn.articulation) is not None:
            stressed = spoken.stress > 0.25
            times.append((spoken.start_s[stressed] + spoken.end_s[stressed]) / 2)
            weight.append(spoken.stress[stressed])
        else:
            unknown[slice(*np.searchsorted(moment.times_s, (turn.span.start_s, turn.span.end_s)))] = True
    if unknown.any():
        heard = idle.accents_heard(moment.loud * unknown, moment.times_s)
        times.append(heard.times_s)
        weight.append(heard.strength)
    if not times:
        return Events(np.zeros(0), np.zeros(0))
    at, strength = np.concatenate(times), np.concatenate(weight)
    inside = (at > moment.times_s[0]) & (at < moment.times_s[-1])
    found = Events(at[inside], strength[inside])
    return idle.weighed(key_of(moment.key, "accents"), found, moment.loud, moment.times_s)


def _pulses(events: Events, times_s: Array, lead_s: float, attack_s: float, hold_s: float,
            release_s: float) -> Array:
    shapes = pulse(times_s, events.times_s - lead_s, attack_s, hold_s, release_s)
    return np.asarray((shapes * events.strength[:, None]).max(axis=0, initial=0.0))


def _moods(moment: Moment) -> dict[str, Array]:
    """Directions of one's own lines, and a share of the laughs of others, with soft edges."""
    num = len(moment.times_s)
    curves = {name: np.zeros(num) for name in ("smile", "sorrow", "squint", "brow", "pitch", "laugh")}
    factors = {name: np.ones(num) for name in ("jaw", "energy")}

    def add(mood: Mood, start_s: float, end_s: float, share: float) -> None:
        edge = raised_cosine((moment.times_s - start_s + SOFT_EDGE_S / 2) / SOFT_EDGE_S)
        hold = share * edge * (1 - raised_cosine((moment.times_s - end_s + SOFT_EDGE_S / 2) / SOFT_EDGE_S))
        for name in ("smile", "squint"):
            curves[name] = np.maximum(curves[name], hold * getattr(mood, name))
        curves["sorrow"] = np.minimum(curves["sorrow"], hold * mood.smile)       # corners of the mouth that fall
        for name in ("brow", "pitch"):
            curves[name] = curves[name] + hold * getattr(mood, name)
        bobbing = 1 - raised_cosine((moment.times_s - start_s - 1.2) / 0.8)        # a laugh does not last long
        curves["laugh"] = np.maximum(curves["laugh"], hold * bobbing * mood.laugh)
        for name in ("jaw", "energy"):
            factors[name] = factors[name] * (1 + hold * (getattr(mood, name) - 1))

    for turn in moment.turns:
        for mood, span in moods_of(turn.cue) if turn.cue is not None else ():
            add(mood, span.start_s, span.end_s, 1.0)
    for turn in moment.others_turns:
        for mood, span in moods_of(turn.cue) if turn.cue is not None else ():
            if mood.laugh:
                add(LAUGHING, span.start_s + 0.25, min(span.end_s, span.start_s + 2.5) + 0.5, INFECTION * mood.laugh)
    return curves | factors


def _pleased(moment: Moment, listening: Array) -> Array:
    """A listener's small smile, at times, when somebody has finished."""
    ends_s = moment.others_ends_s
    number = np.round(ends_s * FPS).astype(np.int64)
    chosen = uniform(key_of(moment.key, "pleased"), number) < 0.35
    heed = np.interp(ends_s[chosen], moment.times_s, listening)
    shapes = pulse(moment.times_s, ends_s[chosen] - 0.1, 0.45, 0.7, 0.9) * (0.28 * heed)[:, None]
    return np.asarray(shapes.max(axis=0, initial=0.0))
