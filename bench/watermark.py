"""Is the watermark found after lossy formats, and never where there is none?

    python bench/watermark.py SOUND...        files of unmarked speech; prints JSON

Each file is cut into clips of 5 s. Each clip is tried unmarked, marked, and marked after AAC and MP3 at 128 kbit/s. The
mark is laid over the speech before it is encoded, as in an episode.
"""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import av
import numpy as np

from talkshow.provenance.watermark import confidence, mark
from talkshow.recording.decode import as_float, open_sound
from talkshow.recording.marked import SURE, WINDOW_S
from talkshow.sound.waveform import Waveform

FORMATS = {"aac": ("mp4", "aac"), "mp3": ("mp3", "libmp3lame")}
RATE = 48_000
_LOUD = 0.005  # root mean square of a clip that holds speech


def clips(path: Path) -> list[Waveform]:
    with open_sound(path) as sound:
        whole = np.concatenate([as_float(block).mean(axis=1) for block in sound.blocks()])
        waveform = Waveform(whole, sound.sample_rate).resampled(RATE)
    length = round(WINDOW_S * RATE)
    parts = [waveform.samples[begin : begin + length] for begin in range(0, len(waveform.samples) - length + 1, length)]
    return [Waveform(part, RATE) for part in parts if float(np.sqrt(np.mean(part**2))) > _LOUD]


def coded(waveform: Waveform, container: str, codec: str) -> Waveform:
    """Encoded at 128 kbit/s and decoded."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=RATE, layout="mono")
        stream.bit_rate = 128_000
        frame = av.AudioFrame.from_ndarray(waveform.samples[None].astype(np.float32), "fltp", "mono")
        frame.sample_rate = RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    file.seek(0)
    with av.open(file) as read:
        frames = [frame.to_ndarray().reshape(-1) for frame in read.decode(audio=0)]
    return Waveform(np.concatenate(frames).astype(np.float32), RATE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sounds", nargs="+", type=Path)
    found = {"unmarked": 0, "marked": 0, **dict.fromkeys(FORMATS, 0)}
    false_after = dict.fromkeys(FORMATS, 0)
    num = 0
    for path in parser.parse_args().sounds:
        for clip in clips(path):
            num += 1
            marked = mark(clip)
            found["unmarked"] += confidence(clip) > SURE
            found["marked"] += confidence(marked) > SURE
            for name, (container, codec) in FORMATS.items():
                found[name] += confidence(coded(marked, container, codec)) > SURE
                false_after[name] += confidence(coded(clip, container, codec)) > SURE
    shares = {name: round(count / max(1, num), 4) for name, count in found.items()}
    false = {name: round(count / max(1, num), 4) for name, count in false_after.items()}
    print(json.dumps({"clips": num, "found": shares, "found_in_unmarked": false}, indent=1))


if __name__ == "__main__":
    main()
