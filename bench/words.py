"""Are the words of a finished episode heard as written, and when they are said to be? Printed as JSON.

    pip install -e '.[bench]'
    talkshow render scripts_in/car_ride.txt && python bench/words.py outputs/car_ride

`wer_percent` counts the words that whisper base hears differently in the mix and in the dry tracks (in the mix,
people who talk at once hide each other's words, and a line that is cut off ends in half a word).
`word_start_ms` compares the starts in `timeline.json` with a forced alignment by pocketsphinx on the dry tracks.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from speech import plain, whisper

RATE = 16_000
EDGE_S = 0.1


def counted(text: str) -> str:
    """As words are compared in this field: Whisper's own normaliser, which knows spellings, figures and fillers."""
    from whisper_normalizer.english import EnglishTextNormalizer

    # the letter o read as a figure: it would write the word "oh" as 0
    return EnglishTextNormalizer()(re.sub(r"\boh\b", "ah", text, flags=re.IGNORECASE))


def load(path: Path) -> NDArray[np.float32]:
    """A mono file at 16 kHz."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(samples.mean(axis=1), rate, RATE).astype(np.float32)


def starts_by_aligner(samples: NDArray[np.float32], text: str) -> list[float]:
    """When pocketsphinx hears each word begin, in seconds; empty where it cannot align (a word it does not know)."""
    import pocketsphinx

    decoder = pocketsphinx.Decoder(loglevel="FATAL", samprate=RATE)
    if any(decoder.lookup_word(word) is None for word in text.split()):
        return []
    decoder.set_align_text(text)
    decoder.start_utt()
    decoder.process_raw((samples / max(1e-6, np.abs(samples).max()) * 26_000).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    return [s.start_frame / 100 for s in decoder.seg() or () if not s.word.startswith(("<", "["))]


def start_errors(folder: Path, timeline: dict[str, Any]) -> list[float]:
    """Ours minus the aligner's, in seconds, for every cue that is spoken to its end."""
    tracks = {path.stem: load(path) for path in (folder / "tracks").glob("*.wav")}
    errors = []
    for cue in timeline["cues"]:
        words = [word for word in cue["words"] if plain(word["text"])]
        texts = [plain(word["text"]) for word in words]
        if cue["cut_off"] or cue["speaker"] not in tracks or any(" " in text for text in texts):
            continue
        first = max(0.0, cue["start_s"] - EDGE_S)
        sound = tracks[cue["speaker"]][int(first * RATE) : int((cue["end_s"] + EDGE_S) * RATE)]
        found = starts_by_aligner(sound, " ".join(texts))
        if len(found) == len(words):
            errors += [word["start_s"] - first - start for word, start in zip(words, found, strict=True)]
    return errors


def word_error_rates(folder: Path, timeline: dict[str, Any]) -> dict[str, float]:
    """Per cent for the mix and for the tracks."""
    import jiwer

    with tempfile.TemporaryDirectory() as scratch:
        model = whisper(Path(scratch))

        def heard(path: Path) -> str:
            segments, _ = model.transcribe(load(path), language="en", beam_size=5, condition_on_previous_text=False)
            return counted(" ".join(segment.text for segment in segments))

        def written(speaker: str | None) -> str:
            return counted(
                " ".join(
                    word["text"]
                    for cue in timeline["cues"]
                    for word in cue["words"]
                    if speaker in (None, cue["speaker"])
                )
            )

        tracks = sorted((folder / "tracks").glob("*.wav"))
        rates = {
            "mix": jiwer.wer(written(None), heard(folder / "mix.wav")),
            "tracks": jiwer.wer([written(path.stem) for path in tracks], [heard(path) for path in tracks]),
        }
    return {name: round(100 * rate, 2) for name, rate in rates.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    timeline = json.loads((options.folder / "timeline.json").read_text(encoding="utf-8"))
    errors = start_errors(options.folder, timeline)
    figures: dict[str, Any] = {"duration_s": timeline["duration_s"], "aligned_words": len(errors)}
    if errors:
        figures["word_start_ms"] = {
            "median": round(1000 * statistics.median(map(abs, errors))),
            "p90": round(1000 * float(np.percentile(np.abs(errors), 90))),
            "bias": round(1000 * statistics.median(errors)),
        }
    figures["wer_percent"] = word_error_rates(options.folder, timeline)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
