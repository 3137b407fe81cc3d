"""The clock: frames, samples and seconds, converted exactly and in one place.

Seconds are what files and people use; frames and samples are what algorithms use. A cue is rounded to the
frame grid once, when it is placed (`timeline.py`), so that nothing drifts over an hour.
"""

from __future__ import annotations

FPS = 25  # frames per second of every video
TRACK_RATE = 48_000  # samples per second of tracks, mixes and the video's sound
SPEECH_RATE = 24_000  # samples per second of the built-in voices
ANALYSIS_RATE = 16_000  # samples per second of what faces and recognisers listen to


def exact_div(numerator: int, denominator: int) -> int:
    """The quotient, which must be whole: rates that do not divide would let sound and picture drift apart."""
    quotient, rest = divmod(numerator, denominator)
    if rest:
        raise ValueError(f"{numerator} is not a multiple of {denominator}")
    return quotient


TRACK_SAMPLES_PER_FRAME = exact_div(TRACK_RATE, FPS)  # 1920
ANALYSIS_SAMPLES_PER_FRAME = exact_div(ANALYSIS_RATE, FPS)  # 640


def to_frames(seconds: float) -> int:
    """The frame nearest to a time in seconds."""
    return round(seconds * FPS)


def frames_to_seconds(frames: int) -> float:
    """The time in seconds at which a frame begins."""
    return frames / FPS


def clock_text(seconds: float) -> str:
    """1:20 or 1:02:03; tenths where there are any."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    tail = f"{rest // 10:02d}" + (f".{rest % 10}" if rest % 10 else "")
    return f"{minutes // 60}:{minutes % 60:02d}:{tail}" if minutes >= 60 else f"{minutes}:{tail}"
