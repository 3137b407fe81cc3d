"""A line to its sound: clauses are spoken one by one and joined without a seam; and the line's place in the cache."""

from __future__ import annotations

import functools
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.cast.types import Character, Voice
from talkshow.clock import SPEECH_RATE
from talkshow.engines.plugins import failures
from talkshow.errors import AudioError, BackendError, CastError
from talkshow.languages.language import Language
from talkshow.languages.registry import find
from talkshow.script.directions import Delivery, Direction
from talkshow.script.model import Line, Rest, Say
from talkshow.sound.waveform import Samples, Waveform, silence
from talkshow.span import Span
from talkshow.speech.base import ClauseTooLong, SpeechRequest, Synthesizer, Utterance
from talkshow.speech.checked import checked_speech
from talkshow.speech.clauses import clauses, halves, pause_after
from talkshow.speech.reading import reading_identity
from talkshow.speech.respelling import applying
from talkshow.speech.timing import timed
from talkshow.store.digests import digest, file_digest, identity
from talkshow.store.files import UNREADABLE, writing
from talkshow.store.inputs import require_file
from talkshow.words import Phoneme, Word

SPEEDS = (0.5, 2.0)  # what voices can follow
NOTHING_SAID_S = 0.4  # length of a line of which nothing can be spoken
REVISION = 4  # raise when the same clauses would be joined differently
# Edges of a clause are cut where the sound has fallen so far below its loudest moment, with some air left.
_FLOOR_DB, _BLOCK_S, _AIR_BEFORE_S, _AIR_AFTER_S = -46.0, 0.01, 0.03, 0.07
_FADE_IN_S, _FADE_OUT_S = 0.006, 0.03
_LOWEST_HZ = 80.0  # below it no voice speaks; some hum there for half a second after their last word


def speak_line(
    line: Line, character: Character, synthesizer: Synthesizer, pronunciations: Mapping[str, str], seed: int
) -> Utterance:
    """The whole line, with the times of its words and phonemes in the line's own sound.

    `character.gain_db` is left to the mix. A line of which nothing can be spoken is a short silence with a warning.
    Raises CastError for an impossible speed, BackendError when the voice fails.
    """
    if not SPEEDS[0] <= character.speed <= SPEEDS[1]:
        raise CastError(f"{character.name}: speed={character.speed:g} is not between {SPEEDS[0]:g} and {SPEEDS[1]:g}")
    language = find(character.speaking_voice.language)
    parts: list[Utterance] = []
    pause_s = 0.0  # natural silence owed before the next stretch, if one comes directly
    for item in _stretches(line, language):
        if isinstance(item, Rest):
            parts.append(_rest(item.seconds, parts))
            pause_s = 0.0
            continue
        text, delivery, direction = item
        speed = min(max(character.speed * delivery.speed, SPEEDS[0]), SPEEDS[1])
        said = applying(text, pronunciations)
        request = SpeechRequest(text, character.speaking_voice, speed, said, seed, direction)
        for spoken, utterance in _spoken(request, synthesizer, language):
            if not utterance.words:
                _show_with_last_word(parts, spoken, utterance.warnings)
                continue
            parts.append(_rest(pause_s, [utterance]))
            parts.append(_louder(_trimmed(utterance), delivery.gain_db))
            pause_s = pause_after(spoken, language) / speed
    joined = _joined(parts)
    if joined.words:
        return joined
    seconds = max(NOTHING_SAID_S, joined.waveform.duration_s)
    shown = f"'{line.text}'" if line.text else "it has no words"
    warning = f"nothing of this line can be spoken: {shown}"
    return Utterance(silence(seconds, joined.waveform.sample_rate), (), (), (*joined.warnings, warning))


def line_key(
    line: Line,
    character: Character,
    engine_identity: str,
    pronunciations: Mapping[str, str],
    seed: int,
    *,
    hears_directions: bool = False,
) -> str:
    """SHA-256 (hex) of everything that decides how the line sounds: the name of its sound in the cache.

    Raises CastError when the voice's data cannot be read.
    """
    voice = character.speaking_voice
    said = _stretches(line, find(voice.language))
    stretches = [item.seconds if isinstance(item, Rest) else (item[0], astuple(item[1])) for item in said]
    directions = [item[2] for item in said if not isinstance(item, Rest)] if hears_directions else []
    return digest(
        identity("line", REVISION, engine_identity, reading_identity(voice)),
        seed,
        character.speed,
        [
            voice.name,
            voice.engine,
            voice.language,
            voice.pitch,
            voice.formants,
            voice.shift,
            voice.loudness,
            *_data_digests(voice),
            *filter(None, (voice.model, voice.speaker, voice.base_url, voice.format, voice.instructions)),
        ],
        line.text,
        stretches,
        sorted(applying(line.text, pronunciations).items()),
        *([directions] if any(directions) else []),
    )


def save_utterance(path: Path, utterance: Utterance) -> None:
    """Write one .npz: float32 samples, so that speech read back equals speech just made, bit for bit.

    Raises AudioError.
    """
    about = {
        "sample_rate": utterance.waveform.sample_rate,
        "warnings": utterance.warnings,
        "words": [(word.text, word.span.start_s, word.span.end_s) for word in utterance.words],
        "phonemes": [(each.symbol, each.span.start_s, each.span.end_s) for each in utterance.phonemes],
    }
    encoded = np.frombuffer(json.dumps(about).encode("utf-8"), np.uint8)
    try:
        with writing(path) as temporary, temporary.open("wb") as file:
            np.savez(file, samples=utterance.waveform.samples, about=encoded)
    except OSError as exc:
        raise AudioError(f"{path}: cannot cache this speech: {exc.strerror or exc}") from exc


def load_utterance(path: Path) -> Utterance:
    """Read what `save_utterance` wrote. Raises AudioError when the file is missing, cut short or something else."""
    try:
        require_file(path)
        with np.load(path, allow_pickle=False) as stored:
            _require_stored(stored, path)
            samples = np.asarray(stored["samples"], np.float32)
            if samples.ndim != 1 or not np.isfinite(samples).all():
                raise ValueError("its samples are not those of one channel")
            about = json.loads(stored["about"].tobytes().decode("utf-8"))
        words = tuple(Word(text, Span(start, end)) for text, start, end in about["words"])
        phonemes = tuple(Phoneme(symbol, Span(start, end)) for symbol, start, end in about["phonemes"])
        return Utterance(Waveform(samples, int(about["sample_rate"])), words, phonemes, tuple(about["warnings"]))
    except (*UNREADABLE, RuntimeError, zipfile.BadZipFile, zlib.error) as exc:  # RuntimeError: another kind of zip
        raise AudioError(f"{path}: this cached speech cannot be read: {exc}") from exc


def _require_stored(stored: Any, path: Path) -> None:
    """Raises ValueError for an archive that unfolds to more than the file holds: `save_utterance` packs nothing."""
    if sum(part.file_size for part in stored.zip.infolist()) > path.stat().st_size:
        raise ValueError("it is packed")


def _stretches(line: Line, language: Language) -> Iterator[Rest | tuple[str, Delivery, str]]:
    """What is said in one go, with its delivery and its direction, and the rests between; in order."""
    delivery, direction = _opening(line), line.direction
    for piece in line.pieces:
        if isinstance(piece, Rest):
            yield piece
        elif isinstance(piece, Direction):
            delivery, direction = piece.meaning.delivery or delivery, piece.name
        elif isinstance(piece, Say):
            yield from ((text, delivery, direction) for text in clauses(piece.text, language))


def _opening(line: Line) -> Delivery:
    """The delivery with which a line begins: that of the last direction after the name that has one."""
    delivery = Delivery()
    for direction in line.opening_directions:
        delivery = direction.meaning.delivery or delivery
    return delivery


def _spoken(request: SpeechRequest, synthesizer: Synthesizer, language: Language) -> Iterator[tuple[str, Utterance]]:
    """Say a stretch, in halves where the engine finds it too long. Yields (text, sound) in order."""
    try:
        with failures(synthesizer, "speaking"):
            utterance = checked_speech(synthesizer, synthesizer.speak(request))
        utterance = timed(utterance, request)
    except ClauseTooLong as exc:
        parts = halves(request.text, language)
        if parts is None:
            raise BackendError(
                f"a single word is too long to be spoken: '{request.text[:60]}'. Write it in "
                "shorter words, or give a pronunciation with 'say:' in the script's head"
            ) from exc
        for text in parts:
            yield from _spoken(replace(request, text=text), synthesizer, language)
    else:
        yield request.text, utterance


def _show_with_last_word(parts: list[Utterance], unsaid: str, warnings: tuple[str, ...]) -> None:
    """Captions show what is not spoken (an emoji of its own) together with the word before it."""
    for index in reversed(range(len(parts))):
        if words := parts[index].words:
            shown = replace(words[-1], text=f"{words[-1].text} {unsaid}")
            parts[index] = replace(parts[index], words=(*words[:-1], shown))
            break
    parts.append(Utterance(silence(0.0, SPEECH_RATE), (), (), warnings))


def _trimmed(utterance: Utterance) -> Utterance:
    """The sound without the silence at its ends, faded to zero there, so that it joins to silence without a click.

    No phoneme is cut off; but the last one, to which models add the silence that follows, ends where the sound does.
    """
    from scipy import signal

    samples, rate = utterance.waveform.samples, utterance.waveform.sample_rate
    block = max(1, round(_BLOCK_S * rate))
    num_blocks = len(samples) // block
    if num_blocks == 0:
        return utterance
    high_pass = signal.butter(4, _LOWEST_HZ, "high", fs=rate, output="sos")
    # as if the first sample had lasted for ever: an offset of the engine's is not a loud beginning
    heard, _ = signal.sosfilt(high_pass, samples, zi=signal.sosfilt_zi(high_pass) * samples[0])
    levels = np.sqrt(np.mean(heard[: num_blocks * block].reshape(num_blocks, block) ** 2, axis=1))
    loud = np.nonzero(levels > levels.max() * 10 ** (_FLOOR_DB / 20))[0]
    if len(loud) == 0:
        return utterance
    start = loud[0] * block - round(_AIR_BEFORE_S * rate)
    end = (loud[-1] + 1) * block + round(_AIR_AFTER_S * rate)
    if utterance.phonemes:
        start = min(start, int(utterance.phonemes[0].span.start_s * rate))
        end = max(end, int((utterance.phonemes[-1].span.start_s + _BLOCK_S) * rate))
    start, end = max(0, int(start)), min(len(samples), int(end))
    kept = samples[start:end] - np.float32(samples[start:end].mean(dtype=np.float64))
    return _moved(
        Utterance(Waveform(_faded(kept, rate), rate), utterance.words, utterance.phonemes, utterance.warnings),
        -start / rate,
    )


def _faded(samples: Samples, rate: int) -> Samples:
    """Raised-cosine ramps from and to zero at both ends."""
    faded = samples.astype(np.float32, copy=True)
    ramp_in = _ramp(min(round(_FADE_IN_S * rate), len(faded) // 2))
    ramp_out = _ramp(min(round(_FADE_OUT_S * rate), len(faded) // 2))
    faded[: len(ramp_in)] *= ramp_in
    faded[len(faded) - len(ramp_out) :] *= ramp_out[::-1]
    return faded


def _ramp(num: int) -> NDArray[np.float32]:
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(num) / max(1, num))).astype(np.float32)


def _louder(utterance: Utterance, gain_db: float) -> Utterance:
    if gain_db == 0:
        return utterance
    samples = utterance.waveform.samples * np.float32(10 ** (gain_db / 20))
    return replace(utterance, waveform=Waveform(samples, utterance.waveform.sample_rate))


def _rest(seconds: float, near: list[Utterance]) -> Utterance:
    """Silence at the sample rate of what stands near it."""
    rate = next((each.waveform.sample_rate for each in reversed(near)), SPEECH_RATE)
    return Utterance(silence(seconds, rate), (), ())


def _moved(utterance: Utterance, seconds: float) -> Utterance:
    """All times later by `seconds`, kept inside the sound that is `utterance.waveform` moved as much."""
    last_s = utterance.waveform.duration_s + max(0.0, seconds)

    def later(span: Span) -> Span:
        return Span(min(max(0.0, span.start_s + seconds), last_s), min(max(0.0, span.end_s + seconds), last_s))

    return replace(
        utterance,
        words=tuple(Word(word.text, later(word.span)) for word in utterance.words),
        phonemes=tuple(Phoneme(each.symbol, later(each.span)) for each in utterance.phonemes),
    )


def _joined(parts: list[Utterance]) -> Utterance:
    rates = {part.waveform.sample_rate for part in parts if part.words}
    if len(rates) > 1:
        raise BackendError(f"the voice engine answered at different sample rates: {sorted(rates)}")
    rate = rates.pop() if rates else SPEECH_RATE
    words: list[Word] = []
    phonemes: list[Phoneme] = []
    samples: list[Samples] = [np.zeros(0, np.float32)]
    num_samples = 0
    for part in (part if part.words else replace(part, waveform=part.waveform.resampled(rate)) for part in parts):
        moved = _moved(part, num_samples / rate)
        words += moved.words
        phonemes += moved.phonemes
        samples.append(moved.waveform.samples)
        num_samples += len(moved.waveform.samples)
    warnings = dict.fromkeys(warning for part in parts for warning in part.warnings)
    return Utterance(Waveform(np.concatenate(samples), rate), tuple(words), tuple(phonemes), tuple(warnings))


def _data_digests(voice: Voice) -> list[str]:
    """Digests of a voice's files; one empty text for a voice without any."""
    try:
        about = [(path, path.stat()) for path in voice.files]
        return [_content(path, a.st_mtime_ns, a.st_ctime_ns, a.st_size) for path, a in about] or [""]
    except OSError as exc:
        raise CastError(f"{exc.filename}: the data of voice '{voice.name}' cannot be read: {exc.strerror}") from exc


@functools.lru_cache(maxsize=256)
def _content(path: Path, *_stamps: int) -> str:
    """The stamps tell when the file has changed."""
    return file_digest(path)
