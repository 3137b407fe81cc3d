"""The voices themselves: sound where the words are, determinism, characters apart, wrong data refused."""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from talkshow.cast.catalogue import load_voices
from talkshow.cast.drafts import draft_voice
from talkshow.cast.types import Voice
from talkshow.engines.resources import data_folder
from talkshow.errors import BackendError, WeightsError
from talkshow.speech.base import ClauseTooLong, SpeechRequest, Utterance
from talkshow.speech.endings import without_breath
from talkshow.speech.engines.draft import Draft
from talkshow.speech.engines.kokoro import MODEL, Kokoro, load_style
from talkshow.speech.engines.tone import Tone

VOICES = load_voices([data_folder("voices")])
KOKORO, DRAFT = Kokoro(), Draft()
TEXT = "She paid $5.50, then left. Nobody knew why!"
SAID_WORDS = ["She", "paid", "$5.50,", "then", "left.", "Nobody", "knew", "why!"]


@pytest.fixture(scope="module")
def kokoro_speech() -> Utterance:
    return KOKORO.speak(SpeechRequest(TEXT, VOICES["am_michael"]))


@pytest.fixture(scope="module")
def draft_speech() -> Utterance:
    return DRAFT.speak(SpeechRequest(TEXT, draft_voice(VOICES["am_michael"])))


def level_db(utterance: Utterance, start_s: float, end_s: float) -> float:
    rate = utterance.waveform.sample_rate
    part = utterance.waveform.samples[round(start_s * rate) : round(end_s * rate)]
    return float(10 * np.log10(np.mean(part.astype(np.float64) ** 2) + 1e-12))


def pitch(utterance: Utterance) -> float:
    """Median fundamental in Hz: the highest autocorrelation between 60 and 400 Hz of each clearly periodic 50 ms."""
    samples, rate = utterance.waveform.samples.astype(np.float64), utterance.waveform.sample_rate
    num, found = rate // 20, []
    lags = np.arange(rate // 400, rate // 60)
    for start in range(0, len(samples) - 2 * num, num):
        part = samples[start : start + 2 * num]
        if part[:num].std() <= 0.01:
            continue
        later = np.lib.stride_tricks.sliding_window_view(part, num)[lags]
        one, other = part[:num] - part[:num].mean(), later - later.mean(axis=1, keepdims=True)
        similar = other @ one / np.maximum(1e-12, np.linalg.norm(other, axis=1) * np.linalg.norm(one))
        if similar.max() > 0.8:
            first = np.flatnonzero(similar > 0.93 * similar.max())[0]  # not an octave too low
            near = first + int(np.argmax(similar[first : first + rate // 1000]))
            found.append(rate / lags[near])
    assert len(found) > 8
    return float(np.median(found))


@pytest.mark.parametrize("engine", ["kokoro", "draft"])
def test_words_and_phonemes_lie_on_the_sound(engine: str, request: pytest.FixtureRequest) -> None:
    utterance: Utterance = request.getfixturevalue(f"{engine}_speech")
    assert [word.text for word in utterance.words] == SAID_WORDS
    for spans in ([word.span for word in utterance.words], [each.span for each in utterance.phonemes]):
        assert all(0 <= span.start_s < span.end_s <= utterance.waveform.duration_s for span in spans)
        assert all(a.end_s <= b.start_s + 1e-6 for a, b in pairwise(spans))
    loud = [level_db(utterance, word.span.start_s, word.span.end_s) for word in utterance.words]
    before = level_db(utterance, 0.0, max(0.02, utterance.words[0].span.start_s - 0.02))
    assert min(loud) > -40 and before < min(loud) - 15
    # Independent of the model's durations: the first moment at which the sound rises above its background.
    rate, samples = utterance.waveform.sample_rate, np.abs(utterance.waveform.samples)
    onset_s = float(np.argmax(samples > 0.05 * samples.max())) / rate
    assert abs(onset_s - utterance.words[0].span.start_s) < 0.12
    for phoneme in utterance.phonemes:
        owners = [
            word
            for word in utterance.words
            if word.span.start_s - 1e-6 <= phoneme.span.start_s and phoneme.span.end_s <= word.span.end_s + 1e-6
        ]
        assert len(owners) == 1, phoneme


@pytest.mark.parametrize("engine, voice", [(KOKORO, VOICES["af_heart"]), (DRAFT, draft_voice(VOICES["bm_george"]))])
def test_same_request_same_sound(engine: Kokoro | Draft, voice: Voice) -> None:
    first, second = (engine.speak(SpeechRequest("Quite so.", voice, seed=3)) for _ in range(2))
    assert first.waveform.samples.tobytes() == second.waveform.samples.tobytes()
    assert (first.words, first.phonemes) == (second.words, second.phonemes)


@pytest.mark.parametrize("engine, voice", [(KOKORO, VOICES["af_heart"]), (DRAFT, draft_voice(VOICES["af_heart"]))])
def test_speed_changes_the_length(engine: Kokoro | Draft, voice: Voice) -> None:
    slow, fast = (engine.speak(SpeechRequest("The weather is nice.", voice, speed)).words for speed in (0.8, 1.4))
    ratio = (slow[-1].span.end_s - slow[0].span.start_s) / (fast[-1].span.end_s - fast[0].span.start_s)
    assert 1.4 < ratio < 2.1


@pytest.mark.parametrize("engine, voice", [(KOKORO, VOICES["af_heart"]), (DRAFT, draft_voice(VOICES["af_heart"]))])
def test_too_long_is_never_cut_short(engine: Kokoro | Draft, voice: Voice) -> None:
    with pytest.raises(ClauseTooLong, match="speech sounds"):
        engine.speak(SpeechRequest("everybody talks about the weather " * 30, voice))


@pytest.mark.parametrize("engine", [KOKORO, DRAFT, Tone()])
def test_nothing_to_say_is_empty(engine: Kokoro | Draft | Tone) -> None:
    utterance = engine.speak(SpeechRequest("🎉 ...", VOICES["af_heart"]))
    assert utterance.words == () and len(utterance.waveform.samples) == 0


def test_draft_pitch_follows_its_factor(draft_speech: Utterance) -> None:
    heart = pitch(DRAFT.speak(SpeechRequest(TEXT, draft_voice(VOICES["af_heart"]))))
    assert pitch(draft_speech) / heart == pytest.approx(VOICES["am_michael"].pitch, rel=0.08)


@pytest.mark.parametrize(
    "engine, voice, factor", [(KOKORO, VOICES["am_michael"], 1.24), (DRAFT, draft_voice(VOICES["bm_fable"]), 0.8)]
)
def test_those_who_share_a_voice_differ_in_pitch_alone(engine: Kokoro | Draft, voice: Voice, factor: float) -> None:
    own, other = (
        engine.speak(SpeechRequest("Nobody knew why she left!", each)) for each in (voice, replace(voice, shift=factor))
    )
    assert pitch(other) / pitch(own) == pytest.approx(factor, rel=0.05)
    assert (other.words, other.phonemes) == (own.words, own.phonemes)
    assert len(other.waveform.samples) == len(own.waveform.samples)
    assert level_db(other, 0, other.duration_s) == pytest.approx(level_db(own, 0, own.duration_s), abs=0.1)


@pytest.mark.usefixtures("unloaded_voices")
@pytest.mark.parametrize("engine", [Kokoro(), Draft()])
def test_lines_spoken_side_by_side_are_the_same(engine: Kokoro | Draft) -> None:
    """A fresh engine, so that loading and the network for unknown words race as well."""
    voices = [VOICES["af_heart"], VOICES["bm_george"], replace(VOICES["af_heart"], shift=0.88)]
    voices = [draft_voice(voice) for voice in voices] if isinstance(engine, Draft) else voices
    requests = [
        SpeechRequest(text, voice) for text, voice in zip(("Zorblat.", "Yes.", "Zorblat."), voices, strict=True)
    ]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(engine.speak, requests))
    in_turn = [(KOKORO if isinstance(engine, Kokoro) else DRAFT).speak(request) for request in requests]
    for one, other in zip(together, in_turn, strict=True):
        assert one.waveform.samples.tobytes() == other.waveform.samples.tobytes()
        assert (one.words, one.phonemes) == (other.words, other.phonemes)


def test_draft_voices_stay_apart() -> None:
    drafts = [draft_voice(voice) for voice in VOICES.values()]
    assert {voice.data for voice in drafts} == {""}  # the manifest must not claim Kokoro's styles
    assert {voice.engine for voice in drafts} == {"draft"} and [voice.name for voice in drafts] == list(VOICES)
    for index, one in enumerate(drafts):
        for other in drafts[:index]:
            semitones = 12 * abs(np.log2(one.pitch / other.pitch))
            assert semitones > 0.9 or abs(one.formants / other.formants - 1) > 0.04, (one.name, other.name)


def test_draft_of_an_unknown_voice_follows_its_gender() -> None:
    def made(name: str, gender: str) -> Voice:
        return draft_voice(Voice(name, "kokoro", "en-US", gender, "", "CC0-1.0"))

    men, women = ([made(f"{name}{gender}", gender).pitch for name in "abcdefgh"] for gender in ("male", "female"))
    assert max(men) < min(women) and len(set(men)) > 6
    assert made("a", "male") == made("a", "male")


def test_style_data_are_checked(tmp_path: Path) -> None:
    voice = VOICES["af_heart"]
    assert voice.folder is not None
    assert load_style(voice).shape == (510, 256)
    shutil.copy(voice.folder / voice.data, tmp_path)
    own = replace(voice, folder=tmp_path)
    assert np.array_equal(load_style(own), load_style(voice))
    data = (tmp_path / voice.data).read_bytes()
    (tmp_path / voice.data).write_bytes(data[:-4] + b"\0\0\0\1")
    with pytest.raises(WeightsError, match="not the file expected"):
        load_style(own)
    (tmp_path / voice.data).write_bytes(data[:-4])
    with pytest.raises(WeightsError, match="are not Kokoro style vectors"):
        load_style(replace(own, sha256=""))
    with pytest.raises(WeightsError, match="cannot be read"):
        load_style(replace(own, sha256="", data="gone.bin"))
    with pytest.raises(WeightsError, match="is missing"):
        load_style(replace(own, data="gone.bin"))
    with pytest.raises(WeightsError, match="has no data file"):
        load_style(replace(own, data=""))


def test_wrong_model_is_refused_before_it_speaks(tmp_path: Path) -> None:
    (tmp_path / MODEL.file).write_bytes(b"not a model")
    with pytest.raises(WeightsError, match="cut short"):
        Kokoro(folder=tmp_path).speak(SpeechRequest("Hello.", VOICES["af_heart"]))


@pytest.mark.parametrize("engine", [KOKORO, DRAFT])
def test_the_arithmetic_of_the_process_stays_as_it_was(engine: Kokoro | Draft) -> None:
    """Some libraries let numbers near zero become zero, in everything that the process computes from then on."""
    voice = VOICES["af_heart"]
    engine.speak(SpeechRequest("Hello.", voice if engine is KOKORO else draft_voice(voice)))
    assert sys.float_info.min / 2 > 0


def test_failing_voice_is_a_backend_error() -> None:
    with pytest.raises(BackendError, match="the voice 'af_heart' failed on 'Hello'"):
        KOKORO.speak(SpeechRequest("Hello", VOICES["af_heart"], speed=float("nan")))


def test_tone_is_quick_to_tell_apart_and_deterministic() -> None:
    one, again = (Tone().speak(SpeechRequest(TEXT, VOICES["af_heart"])) for _ in range(2))
    other = Tone().speak(SpeechRequest(TEXT, VOICES["am_onyx"]))
    assert one.waveform.samples.tobytes() == again.waveform.samples.tobytes()
    assert one.waveform.samples.tobytes() != other.waveform.samples.tobytes()
    assert [word.text for word in one.words] == SAID_WORDS
    for word in one.words:
        assert level_db(one, word.span.start_s + 0.01, word.span.end_s - 0.01) > -25
    for left, right in pairwise(one.words):
        assert level_db(one, left.span.end_s + 0.002, right.span.start_s - 0.002) < -100


def low_db(samples: np.ndarray, rate: int) -> np.ndarray:
    """Level below 500 Hz in every 20 ms, dB against the loudest 20 ms of the whole band."""
    frames = samples[: len(samples) // (rate // 50) * (rate // 50)].astype(np.float64).reshape(-1, rate // 50)
    power = np.abs(np.fft.rfft(frames * np.hanning(frames.shape[1]), axis=1)) ** 2
    low = power[:, np.fft.rfftfreq(frames.shape[1], 1 / rate) < 500].sum(axis=1)
    return 10 * np.log10(low / power.sum(axis=1).max() + 1e-12)


@pytest.mark.parametrize("text", ["Through the roof.", "The map says left."])
def test_nothing_is_voiced_after_a_voiceless_last_consonant(text):
    spoken = KOKORO.speak(SpeechRequest(text, VOICES["bf_emma"]))
    last_s = spoken.phonemes[-1].span.start_s
    tail = low_db(spoken.waveform.samples, spoken.waveform.sample_rate)[round((last_s + 0.06) * 50) :]
    assert len(tail) > 5 and tail.max() < -22


def test_a_voiced_ending_keeps_its_sound():
    rate = 24_000
    hum = (0.3 * np.sin(2 * np.pi * 150 * np.arange(rate) / rate)).astype(np.float32)
    assert without_breath(hum, rate, "n", 0.5) is hum  # n is voiced
    hiss = np.random.default_rng(0).normal(0, 0.05, rate // 2).astype(np.float32)
    hiss = np.diff(hiss, prepend=hiss[:1]).astype(np.float32)  # little of it below 500 Hz
    said = np.concatenate([hum, hiss])
    assert np.array_equal(without_breath(said, rate, "s", 1.0), said)
    breathed = without_breath(np.concatenate([said, hum]), rate, "s", 1.0)
    assert np.array_equal(breathed[:rate], hum) and not breathed[len(said) + rate // 100 :].any()
