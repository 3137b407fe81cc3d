"""Fits the network that hears mouth shapes in recordings, and writes `talkshow/performance/hearing.json`.

    python bench/hearing.py CORPUS            # speaks into the folder CORPUS what is not there yet: about half an hour

Kokoro says `hearing_lines.txt` with its voices, and random words with mixtures of them. The sounds and their times are
known, so every hop has a class. Sound is warped (other vocal tracts), coloured and mixed with noise and music before
the network hears it. Figures are measured on a network that never heard the voices HELD_OUT nor the lines from
HELD_LINES on; the one that is kept has heard everything. Takes about ten minutes once the corpus is there.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from disturb import coloured, music, noise, with_noise
from motion import Sound
from numpy.typing import NDArray

from talkshow.cast.types import Voice
from talkshow.clock import SPEECH_RATE, TRACK_RATE, TRACK_SAMPLES_PER_FRAME
from talkshow.performance.floor import runs
from talkshow.performance.hearing import BILABIAL, CLASSES, LABIODENTAL, PAD, REACH, REST, Ear, band_levels, inputs_of
from talkshow.performance.lattice import Array
from talkshow.performance.sound_mouth import contacts
from talkshow.performance.visemes import PRESS, TUCK, VISEMES
from talkshow.performance.voicing import HOP_S, HOPS_PER_FRAME, Voicing
from talkshow.span import Span
from talkshow.speech.base import SpeechRequest, Utterance
from talkshow.speech.engines.kokoro import Kokoro, load_style
from talkshow.speech.speak import load_utterance, save_utterance
from talkshow.words import Phoneme

HERE = Path(__file__).resolve().parent
WRITTEN = HERE.parent / "talkshow" / "performance" / "hearing.json"
VOICES = ("af_heart", "am_fenrir", "am_michael", "bm_fable", "bm_george", "af_nicole", "am_onyx", "bf_emma")
HELD_OUT = ("af_nicole", "am_onyx", "bf_emma")
MIXED_LINES = {"heard": 900, "all": 400}  # random words, with mixtures of the voices not held out, and of all
DIPHTHONGS = {"A": "ɛɪ", "I": "aɪ", "O": "ou", "W": "au", "Y": "ɔɪ", "Q": "əu"}
CLASS_OF = {letter: number for number, letters in enumerate(CLASSES.values()) for letter in letters}
REST_HOPS = 25  # a longer silence is rest
HELD_LINES = 40  # lines from here on are not in the fit that is measured
REPEATS, DISTURBED = 3, 0.70  # times that an utterance is heard; share of them through something
NUM_HIDDEN, EPOCHS, BATCH, RATE, DECAY = 384, 12, 512, 3e-3, 1e-4
WARP = 0.22  # vocal tracts and tempo: exp(+-WARP)


def voice_named(name: str, folder: Path | None = None, british: bool | None = None) -> Voice:
    """A Kokoro voice: one that is bundled, or a mixture in a folder."""
    british = name.startswith("b") if british is None else british
    return Voice(
        name,
        "kokoro",
        "en-GB" if british else "en-US",
        "",
        "",
        "",
        folder=folder or HERE.parent / "voices" / name,
        data=f"{name}.bin",
    )


def speak_corpus(folder: Path) -> dict[str, list[Path]]:
    """Speak what is missing. Files by voice; mixtures under the names of MIXED_LINES."""
    engine, found = Kokoro(), {name: [] for name in (*VOICES, *MIXED_LINES)}
    lines = (HERE / "hearing_lines.txt").read_text(encoding="utf-8").splitlines()
    folder.mkdir(parents=True, exist_ok=True)

    def say(path: Path, text: str, voice: Voice, speed: float) -> Path:
        if not path.exists():
            save_utterance(path, engine.speak(SpeechRequest(text, voice, speed)))
        return path

    for row, text in enumerate(lines):
        for column, name in enumerate(VOICES):
            if (row + column) % 2:
                found[name].append(
                    say(
                        folder / f"{name}_{row:02d}.npz",
                        text,
                        voice_named(name),
                        (0.9, 1.0, 1.1, 1.2)[(3 * row + column) % 4],
                    )
                )
    words = sorted(set(re.findall(r"[a-z'’]+", " ".join(lines).lower())))
    for kind, count in MIXED_LINES.items():
        names = [name for name in VOICES if kind == "all" or name not in HELD_OUT]
        styles = np.stack([load_style(voice_named(name)) for name in names])
        for number in range(count):
            rng = np.random.default_rng([number, len(names)])
            share, speed = rng.dirichlet(np.full(len(names), 0.6)), float(rng.uniform(0.85, 1.25))
            text = " ".join(rng.choice(words, rng.integers(6, 11))).capitalize() + str(rng.choice([".", "?", "!"]))
            path = folder / f"{kind}_{number:03d}.npz"
            if not path.exists():
                mixture = folder / f"{kind}_{number:03d}.bin"
                mixture.write_bytes(np.tensordot(share, styles, 1).astype("<f4").tobytes())
                british = sum(part for part, name in zip(share, names, strict=True) if name.startswith("b")) > 0.5
                say(path, text, voice_named(mixture.stem, folder, british), speed)
                mixture.unlink()
            found[kind].append(path)
    return found


def classes_of(phonemes: tuple[Phoneme, ...], loud: Array) -> NDArray[np.int64]:
    """The class of each hop, (num_hops,): what is said, and rest in long silences."""
    classes = np.full(len(loud), REST)
    for phoneme in phonemes:
        letters = [part for letter in phoneme.symbol for part in DIPHTHONGS.get(letter, letter) if part in VISEMES]
        edges = np.linspace(phoneme.span.start_s, phoneme.span.end_s, len(letters) + 1) / HOP_S
        for letter, begin, end in zip(letters, edges[:-1], edges[1:], strict=True):
            classes[round(begin) : round(end)] = CLASS_OF.get(letter, REST)
    for begin, end in runs(loud <= 0.02):
        if end - begin > REST_HOPS:
            classes[begin + 3 if begin else 0 : max(end - 6, begin)] = REST
    return classes


@dataclass(frozen=True, eq=False)
class Heard:
    """inputs: (num_hops, num_inputs), half precision; classes: (num_hops,)."""

    inputs: NDArray[np.float16]
    classes: NDArray[np.int64]


def listen(sound: NDArray[np.float64], level_db: float = 0.0) -> tuple[NDArray[np.float16], Array]:
    """(inputs, loudness) of every hop of a track; level_db: an error of the track's measured peak."""
    voicing = Voicing(Sound(sound.astype(np.float32)), len(sound) // TRACK_SAMPLES_PER_FRAME)
    num_hops = len(sound) // TRACK_SAMPLES_PER_FRAME * HOPS_PER_FRAME
    loud = voicing.loud(0, num_hops)
    edge = REACH * 480 + PAD
    padded = np.pad(sound[: num_hops * 480], edge).astype(np.float32)
    bands = band_levels(padded) - voicing.loudness.peak_db + level_db
    return inputs_of(bands).astype(np.float16), loud


def heard(utterance: Utterance, rng: np.random.Generator, disturbed: bool) -> Heard:
    """An utterance as the network hears it, clean or through something."""
    pace = float(np.exp(rng.uniform(-WARP, WARP))) if disturbed else 1.0
    sound = soxr.resample(utterance.waveform.samples.astype(np.float64), SPEECH_RATE * pace, TRACK_RATE)
    lead, tail = (int(rng.uniform(0.2, 0.6) * TRACK_RATE) for _ in range(2))
    total = -(-(lead + len(sound) + tail) // TRACK_SAMPLES_PER_FRAME) * TRACK_SAMPLES_PER_FRAME
    sound = np.pad(sound, (lead, total - lead - len(sound)))
    start_s = lead / TRACK_RATE
    spans = (Span(one.span.start_s / pace, one.span.end_s / pace).shifted(start_s) for one in utterance.phonemes)
    phonemes = tuple(Phoneme(one.symbol, span) for one, span in zip(utterance.phonemes, spans, strict=True))
    inputs, loud = listen(sound)
    classes = classes_of(phonemes, loud)
    if disturbed:
        sound = coloured(rng, sound)
        if rng.random() < 0.75:
            sound = with_noise(sound, noise(rng, total), rng.uniform(3, 40))
        inputs, _ = listen(sound, rng.uniform(-3, 3))
    return Heard(inputs, classes)


def no_speech(rng: np.random.Generator) -> Heard:
    """Four seconds of noise or music alone."""
    num = 100 * TRACK_SAMPLES_PER_FRAME
    sound = music(rng, num) if rng.random() < 0.5 else noise(rng, num)
    inputs, _ = listen(0.05 * sound / np.sqrt(np.mean(sound**2)), rng.uniform(-15, 3))
    return Heard(inputs, np.full(len(inputs), REST))


def fit(data: list[Heard], seed: int = 0) -> Ear:
    """Minimise the cross-entropy with Adam (Kingma and Ba 2015), the rate falling as a half cosine."""
    rng = np.random.default_rng(seed)
    inputs, classes = np.concatenate([one.inputs for one in data]), np.concatenate([one.classes for one in data])
    some = inputs[::7].astype(np.float32)
    mean, scale = some.mean(axis=0), some.std(axis=0) + 1e-3
    sizes = ((inputs.shape[1], NUM_HIDDEN), (NUM_HIDDEN,), (NUM_HIDDEN, len(CLASSES)), (len(CLASSES),))
    parts = [
        (rng.normal(size=size) / np.sqrt(size[0]) if len(size) == 2 else np.zeros(size)).astype(np.float32)
        for size in sizes
    ]
    slow, fast = [np.zeros_like(part) for part in parts], [np.zeros_like(part) for part in parts]
    num_steps, step = EPOCHS * (len(inputs) // BATCH), 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(inputs))[: len(inputs) // BATCH * BATCH].reshape(-1, BATCH)
        for rows in order:
            step += 1
            seen = (inputs[rows] - mean) / scale
            hidden = np.tanh(seen @ parts[0] + parts[1])
            scores = hidden @ parts[2] + parts[3]
            error = np.exp(scores - scores.max(axis=1, keepdims=True))
            error /= error.sum(axis=1, keepdims=True)
            error[np.arange(BATCH), classes[rows]] -= 1
            error /= BATCH
            back = (error @ parts[2].T) * (1 - hidden**2)
            slopes = (
                seen.T @ back + DECAY * parts[0],
                back.sum(axis=0),
                hidden.T @ error + DECAY * parts[2],
                error.sum(axis=0),
            )
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / num_steps))
            for number, slope in enumerate(slopes):
                slow[number] = 0.9 * slow[number] + 0.1 * slope
                fast[number] = 0.999 * fast[number] + 0.001 * slope**2
                parts[number] -= (
                    rate * slow[number] / (1 - 0.9**step) / (np.sqrt(fast[number] / (1 - 0.999**step)) + 1e-8)
                ).astype(np.float32)
    return Ear(mean, scale, *parts)


def figures(ear: Ear, data: list[Heard]) -> dict[str, float]:
    """Share of hops named right; per contact (p, b, m; f, v) the share made; made for nothing and due, a second."""
    likely = np.concatenate([ear.likely(one.inputs) for one in data])
    truth = np.concatenate([one.classes for one in data])
    spoken_s, made = float((truth != REST).sum() * HOP_S), contacts(likely)
    found = {"right": round(float((likely.argmax(axis=1) == truth).mean()), 3)}
    for name, number, channel in (("lips", BILABIAL, PRESS), ("teeth", LABIODENTAL, TUCK)):
        near = np.convolve(truth == number, np.ones(5), "same") > 0
        far = np.convolve(truth == number, np.ones(9), "same") > 0
        touching = made[channel] > 0.5
        found[f"{name}_found"] = round(float(np.mean([touching[begin:end].any() for begin, end in runs(near)])), 3)
        for_nothing = sum(not far[begin:end].any() for begin, end in runs(touching))
        found[f"{name}_false_per_s"] = round(for_nothing / spoken_s, 3)
        found[f"{name}_true_per_s"] = round(len(runs(near)) / spoken_s, 3)
    return found


def gather(paths: list[Path], rng: np.random.Generator, disturbed: float) -> list[Heard]:
    """All utterances, a share of them disturbed."""
    return [heard(load_utterance(path), rng, rng.random() < disturbed) for path in paths]


def held_line(path: Path) -> bool:
    """Whether a file says one of the lines that are kept for measuring."""
    voice, number = path.stem.rsplit("_", 1)
    return voice in VOICES and int(number) >= HELD_LINES


def written(ear: Ear, about: dict[str, object]) -> str:
    """As `hearing.load_ear` reads it: half precision in base64, one coefficient array per line."""
    parts = {name: np.asarray(getattr(ear, name)).astype("<f2") for name in Ear.__dataclass_fields__}
    coefficients = {
        name: {"shape": part.shape, "float16": base64.b64encode(part.tobytes()).decode()}
        for name, part in parts.items()
    }
    return json.dumps({"about": about, "coefficients": coefficients}, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Speak, fit, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    files = speak_corpus(parser.parse_args().corpus)
    rng = np.random.default_rng(1)
    quiet = [no_speech(rng) for _ in range(40 * REPEATS)]
    known = [path for name in (*VOICES, "heard") if name not in HELD_OUT for path in files[name] if not held_line(path)]
    others = [path for paths in files.values() for path in paths if path not in set(known)]
    first = [one for _ in range(REPEATS) for one in gather(known, rng, DISTURBED)]
    ear = fit(first + quiet)
    held = [path for name in HELD_OUT for path in files[name] if held_line(path)]
    measured = {"clean": figures(ear, gather(held, rng, 0.0)), "disturbed": figures(ear, gather(held, rng, 1.0))}
    print(json.dumps(measured, indent=2), flush=True)
    rest = [one for _ in range(REPEATS) for one in gather(others, rng, DISTURBED)]
    ear = fit(first + rest + quiet)
    WRITTEN.write_text(
        written(
            ear,
            {
                "what": "probabilities of classes of speech sounds from mel-band levels: see hearing.py",
                "fitted_by": "bench/hearing.py",
                "speech": "Kokoro-82M int8 (Apache-2.0), synthetic",
                "voices": VOICES,
                "hops": sum(len(one.classes) for one in first + rest + quiet),
                "classes": list(CLASSES),
                "figures_on_voices_and_lines_never_heard": {"voices": HELD_OUT, **measured},
            },
        ),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
