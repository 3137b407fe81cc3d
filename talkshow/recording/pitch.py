"""The pitch of a voice: the drawn cast is dressed by it where no look is given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from talkshow.clock import ANALYSIS_RATE
from talkshow.sound.waveform import TrackReader
from talkshow.span import Span

LISTENED_S = 20.0
_LOWEST_HZ, _HIGHEST_HZ = 65.0, 400.0
_WOMAN_HZ, _MAN_HZ = 172.0, 152.0  # medians above and below which hardly anybody is taken for the other
_FRAME = 1024


def gender_of(recording: TrackReader, spans: Sequence[Span]) -> str:
    """ "female" or "male" by the median fundamental frequency of about 20 s of speech; "" where it lies between.

    spans: where this speaker is heard alone. The fundamental is found by librosa.yin.
    """
    import librosa

    pieces, heard_s = [], 0.0
    for span in sorted(spans, key=lambda span: -span.duration_s):
        if heard_s >= LISTENED_S:
            break
        seconds = min(span.duration_s, LISTENED_S - heard_s)
        pieces.append(recording.read(round(span.start_s * ANALYSIS_RATE), round(seconds * ANALYSIS_RATE)))
        heard_s += seconds
    sound = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    if len(sound) < 4 * _FRAME:
        return ""
    pitch = librosa.yin(sound, fmin=_LOWEST_HZ, fmax=_HIGHEST_HZ, sr=ANALYSIS_RATE, frame_length=_FRAME)
    level = librosa.feature.rms(y=sound, frame_length=_FRAME, hop_length=_FRAME // 4)[0][: len(pitch)]
    voiced = pitch[: len(level)][(level > 0.3 * np.percentile(level, 90)) & (pitch[: len(level)] < 0.95 * _HIGHEST_HZ)]
    if not len(voiced):
        return ""
    median = float(np.median(voiced))
    return "female" if median > _WOMAN_HZ else "male" if median < _MAN_HZ else ""
