"""All channels except the mouth's: how eyes, head and body react to the conversation."""

from __future__ import annotations

import numpy as np

from talkshow.clock import FPS
from talkshow.performance import gaze, head, idle
from talkshow.performance.idle import Events
from talkshow.performance.lattice import Array, hann, key_of, pulse, smooth, smooth_noise, uniform
from talkshow.performance.moment import VOICED, Moment
from talkshow.performance.temper import temper

JAW_GAIN = "jaw gain"  # in addition to the channels: the factor of a mood on the mouth's opening
LAUGH_HZ = 4.2  # shakes per second of a laugh
QUESTION_S = 0.7  # time before the end of a question from which it shows
LEAN_S = 0.3  # time constant of the body


def life(moment: Moment) -> dict[str, Array]:
    """Curves over the frames of a moment, by channel, without the mouth shapes."""
    key, times_s, talk = moment.key, moment.times_s, moment.talk
    mood = temper(moment)
    energy = mood["energy"]

    target = gaze.look(moment)
    accents = _accents(moment)
    emphasis = _pulses(accents, times_s, lead_s=0.14, attack_s=0.20, hold_s=0.05, release_s=0.40) * talk * energy
    lift = _pulses(accents, times_s, lead_s=0.16, attack_s=0.20, hold_s=0.16, release_s=0.50) * talk * energy
    left, right = idle.gestures(key_of(key, "hands"), accents, times_s)
    hands = smooth((moment.speaking > 0.5).astype(float), hann(15)) * np.minimum(energy, 1.3)
    chest = idle.breath(key, times_s, talk, moment.phrases_s)
    question = _asked(moment)
    pleased = _pleased(moment)
    shake = mood["laugh"] * np.sin(2 * np.pi * LAUGH_HZ * times_s)
    turned = head.turned(target.x)
    yaw, pitch, roll = _head(moment, turned, accents, emphasis, mood, question, shake, chest)
    gaze_x, gaze_y = gaze.eyes(key_of(key, "eyes"), times_s, target, yaw, pitch)
    triggers_s = np.concatenate([target.shifts_s(times_s), moment.own_ends_s])
    lids = idle.blinks(key_of(key, "blinks"), times_s, triggers_s, talk)
    body = head.settle(0.75 * turned + mood["lean"] * np.sign(turned), LEAN_S)
    return {
        JAW_GAIN: mood["jaw"],
        "smile": mood["smile"] + (1 - np.abs(mood["smile"])) * pleased,
        "squint": np.maximum(mood["squint"], 0.3 * pleased),
        "blink": np.maximum(lids, mood["droop"]),
        "brow": mood["brow"]
        + 0.45 * lift.max(axis=0, initial=0.0)
        + 0.30 * question
        + 0.05 * smooth_noise(key_of(key, "brow"), times_s, 1.6),
        "gaze_x": gaze_x,
        "gaze_y": gaze_y,
        "yaw": yaw,
        "pitch": pitch,
        "roll": roll,
        "breath": np.clip(chest + 0.45 * shake, -1, 1),
        "lean": head.bend(0.28 * smooth_noise(key_of(key, "lean"), times_s, 5.0) + 0.55 * body, 1.0),
        "gesture_left": left * hands,
        "gesture_right": right * hands,
        "activity": smooth((moment.loud > VOICED).astype(float), hann(11)),
    }


def _head(
    moment: Moment,
    turned: Array,
    accents: Events,
    emphasis: Array,
    mood: dict[str, Array],
    question: Array,
    shake: Array,
    chest: Array,
) -> tuple[Array, ...]:
    """Yaw, pitch and roll in degrees, inside `head.LIMITS`."""
    move = (0.75 + 0.45 * moment.talk) * np.minimum(mood["energy"], 1.5)
    wander = head.wander(key_of(moment.key, "head"), moment.times_s, moment.talk)
    stress = head.stressed(key_of(moment.key, "stress"), accents.times_s, emphasis, moment.times_s)
    yaw = move * wander["yaw"] + head.TURN_DEGREES * turned + stress["yaw"] + head.shakes(moment)
    pitch = (
        move * wander["pitch"]
        + stress["pitch"]
        + head.nods(moment)
        + mood["pitch"]
        + 0.5 * shake
        + 0.35 * chest
        + 0.6 * question
    )
    tilt = np.where(uniform(moment.key, np.arange(1))[0] < 0.5, -1.0, 1.0)  # each person prefers one side
    roll = move * wander["roll"] + 0.9 * turned + stress["roll"] + tilt * (mood["roll"] + 1.2 * question)
    curves = {"yaw": yaw, "pitch": pitch, "roll": roll}
    return tuple(head.bend(curve, head.LIMITS[axis]) for axis, curve in curves.items())


def _accents(moment: Moment) -> Events:
    """Emphasised moments of a person's turns: stressed vowels if the phonemes are known, else loud peaks."""
    times: list[Array] = []
    weight: list[Array] = []
    unknown = np.zeros(len(moment.times_s), bool)
    for turn in moment.turns:
        if (spoken := turn.articulation) is not None:
            stressed = spoken.stress > 0.25
            times.append((spoken.start_s[stressed] + spoken.end_s[stressed]) / 2)
            weight.append(spoken.stress[stressed])
        else:
            unknown[moment.between(turn.span.start_s, turn.span.end_s)] = True
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


def _pulses(events: Events, times_s: Array, lead_s: float, attack_s: float, hold_s: float, release_s: float) -> Array:
    """(num_events, num_frames) the strength of each event over time."""
    return pulse(times_s, events.times_s - lead_s, attack_s, hold_s, release_s) * events.strength[:, None]


def _asked(moment: Moment) -> Array:
    """0..1 toward the end of a question and while the speaker waits for the answer."""
    ends_s = np.array(
        [
            turn.span.end_s
            for turn in moment.turns
            if turn.cue is not None and turn.cue.line.text.rstrip('"”’) ').endswith("?")
        ]
    )
    return np.asarray(pulse(moment.times_s, ends_s - QUESTION_S, 0.35, QUESTION_S - 0.1, 0.6).max(axis=0, initial=0.0))


def _pleased(moment: Moment) -> Array:
    """A listener's small smile, sometimes, when a speaker has finished."""
    ends_s = moment.others_ends_s
    number = np.round(ends_s * FPS).astype(np.int64)
    chosen = uniform(key_of(moment.key, "pleased"), number) < 0.35
    heed = np.interp(ends_s[chosen], moment.times_s, moment.listening)
    shapes = pulse(moment.times_s, ends_s[chosen] - 0.1, 0.45, 0.7, 0.9) * (0.28 * heed)[:, None]
    return np.asarray(shapes.max(axis=0, initial=0.0))
