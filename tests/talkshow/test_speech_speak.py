"""Lines are cut into clauses, spoken and joined: nothing lost, nothing added, no seam."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkshow.cast.types import Character, Voice
from talkshow.errors import AudioError, BackendError, CastError
from talkshow.languages.registry import find
from talkshow.script.directions import Delivery
from talkshow.script.model import Direction, Line, Rest, Say
from talkshow.sound.waveform import Waveform
from talkshow.span import Span
from talkshow.speech.base import ClauseTooLong, SpeechRequest, Utterance
from talkshow.speech.clauses import clauses, sentences
from talkshow.speech.engines.tone import Tone
from talkshow.speech.speak import NOTHING_SAID_S, line_key, load_utterance, save_utterance, speak_line
from talkshow.words import Phoneme, Word

RATE = 24_000
VOICE = Voice("hum", "tone", "en-US", "", "a hum", "Apache-2.0")
MAYA = Character("MAYA", VOICE)


class Recorder:
    """A voice that says every clause as a loud tone with an offset, wide quiet around it, and takes notes."""

    identity = "recorder/1"

    def __init__(self, cap: int = 10_000) -> None:
        self.requests: list[SpeechRequest] = []
        self.cap = cap

    def speak(self, request: SpeechRequest) -> Utterance:
        if len(request.text) > self.cap:
            raise ClauseTooLong(f"over {self.cap}")
        self.requests.append(request)
        texts = request.text.split()
        time = np.arange(RATE * len(texts) // 10) / RATE
        tone = (0.3 * np.sin(2 * np.pi * 200 * time) + 0.1).astype(np.float32)
        edge = np.full(RATE // 2, 0.0008, np.float32)  # noise that a cut without a fade would turn into a click
        tone *= np.minimum(1, np.minimum(np.arange(len(tone)), np.arange(len(tone))[::-1]) / 240).astype(np.float32)
        words = tuple(Word(text, Span(0.5 + index / 10, 0.6 + index / 10)) for index, text in enumerate(texts))
        phonemes = tuple(Phoneme("ə", word.span) for word in words)
        return Utterance(Waveform(np.concatenate([edge, tone, edge]), RATE), words, phonemes)


def spoken(
    *pieces: Say | Rest | Direction, directions: tuple[Direction, ...] = (), engine: Recorder | None = None
) -> Utterance:
    return speak_line(Line("MAYA", pieces, directions), MAYA, engine or Recorder(), {}, 0)


ENGLISH = find("en")
LONGEST = ENGLISH.longest
SENTENCE = st.lists(st.text("abcdefgh,;-'", min_size=1, max_size=12), min_size=1, max_size=80).map(" ".join)
TEXT = st.lists(st.tuples(SENTENCE, st.sampled_from(".!?…:")).map("".join), min_size=1, max_size=6).map(" ".join)


@given(TEXT)
def test_clauses_joined_are_the_text(text: str) -> None:
    stretches = clauses(text, ENGLISH)
    assert " ".join(stretches) == " ".join(text.split())
    assert all(len(stretch) <= LONGEST or " " not in stretch for stretch in stretches)


def test_sentences_end_where_they_end() -> None:
    assert sentences(
        'Dr. Smith met J. K. Rowling at 5 p.m. today. She left… Why? "No!" he said. 3.5 is a lot.', ENGLISH
    ) == ["Dr. Smith met J. K. Rowling at 5 p.m. today.", "She left…", "Why?", '"No!" he said.', "3.5 is a lot."]


def test_long_sentence_is_cut_at_its_clause() -> None:
    first = "the old clock in the hall " * 7 + "struck"
    second = "and nobody in the house " * 6 + "moved"
    assert clauses(f"{first}; {second}.", ENGLISH) == [f"{first};", f"{second}."]


def test_line_of_two_thousand_words() -> None:
    text = " ".join(f"word{number}{'.' if number % 9 == 8 else ','}" for number in range(2000))
    engine = Recorder(cap=LONGEST)
    utterance = spoken(Say(text), engine=engine)
    assert [word.text for word in utterance.words] == text.split()
    assert len(engine.requests) > 20
    assert all(a.span.end_s <= b.span.start_s + 1e-6 for a, b in pairwise(utterance.words))


def test_engine_decides_how_long_is_too_long() -> None:
    engine = Recorder(cap=30)
    text = "one two three four five six, seven eight nine ten eleven twelve"
    utterance = spoken(Say(text), engine=engine)
    assert " ".join(request.text for request in engine.requests) == text
    assert engine.requests[0].text == "one two three four five six,"[: len(engine.requests[0].text)]
    assert " ".join(word.text for word in utterance.words) == text


def test_single_word_too_long_is_an_error() -> None:
    with pytest.raises(BackendError, match="single word is too long"):
        spoken(Say("hello " + "x" * 60), engine=Recorder(cap=30))


def test_times_follow_the_sound() -> None:
    """Every word of the joined line is where the tone is: loud inside, silent between the clauses."""
    utterance = spoken(Say("one two. " * 60), Rest(0.7), Say("three four"))
    samples = utterance.waveform.samples
    for word in utterance.words:
        inside = samples[round((word.span.start_s + 0.02) * RATE) : round((word.span.end_s - 0.02) * RATE)]
        assert np.sqrt(np.mean(inside**2)) > 0.1, word
    assert utterance.words == tuple(
        Word(each.text, phoneme.span) for each, phoneme in zip(utterance.words, utterance.phonemes, strict=True)
    )


class Humming(Recorder):
    """Hums too low for any voice, and hardly to be heard, around what it says."""

    def speak(self, request: SpeechRequest) -> Utterance:
        said = super().speak(request)
        time = np.arange(len(said.waveform.samples)) / RATE
        hum = (0.006 * np.sin(2 * np.pi * 40 * time)).astype(np.float32)
        return replace(said, waveform=Waveform(said.waveform.samples + hum, RATE))


def test_what_is_lower_than_any_voice_is_cut_off_with_the_silence() -> None:
    plain, humming = (
        spoken(Say("one two three"), engine=engine).waveform.duration_s for engine in (Recorder(), Humming())
    )
    assert abs(humming - plain) < 0.05


class Lingering(Recorder):
    """Counts the silence after its last word as part of that word, as speech models do."""

    def speak(self, request: SpeechRequest) -> Utterance:
        said = super().speak(request)
        last = Span(said.words[-1].span.start_s, said.waveform.duration_s)
        return replace(
            said,
            words=(*said.words[:-1], replace(said.words[-1], span=last)),
            phonemes=(*said.phonemes[:-1], replace(said.phonemes[-1], span=last)),
        )


def test_last_sound_ends_where_it_is_no_longer_heard() -> None:
    plain, lingering = spoken(Say("one two")), spoken(Say("one two"), engine=Lingering())
    assert lingering.waveform.duration_s == pytest.approx(plain.waveform.duration_s, abs=1e-3)
    assert lingering.words[-1].span.end_s == pytest.approx(lingering.waveform.duration_s, abs=1e-3)
    assert lingering.phonemes[-1].span.end_s == pytest.approx(plain.phonemes[-1].span.end_s, abs=0.1)


@pytest.mark.parametrize("seconds", [0.4, 0.8, 1.5, 2.0])
def test_rest_is_exact_silence(seconds: float) -> None:
    utterance = spoken(Say("before"), Rest(seconds), Say("after"))
    silent = np.abs(utterance.waveform.samples) == 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], silent.astype(int), [0]])))
    longest = max(end - start for start, end in zip(edges[::2], edges[1::2], strict=True))
    assert longest == pytest.approx(seconds * RATE, abs=4)  # fades reach zero in a sample or two
    without = spoken(Say("before"), Rest(0.0), Say("after"))
    assert len(utterance.waveform.samples) - len(without.waveform.samples) == round(seconds * RATE)


def test_rests_at_the_ends_are_kept() -> None:
    bare, framed = spoken(Say("hello")), spoken(Rest(0.5), Say("hello"), Rest(0.25))
    assert framed.waveform.duration_s == pytest.approx(bare.waveform.duration_s + 0.75, abs=1e-4)
    assert framed.words[0].span.start_s == pytest.approx(bare.words[0].span.start_s + 0.5, abs=1e-4)


class Offset(Recorder):
    """A voice whose sound, its silence as well, has an offset from the first sample on."""

    def speak(self, request: SpeechRequest) -> Utterance:
        utterance = super().speak(request)
        samples = utterance.waveform.samples + np.float32(0.05)
        return replace(utterance, waveform=Waveform(samples, RATE))


def test_an_offset_is_no_loud_beginning() -> None:
    plain, shifted = spoken(Say("hello there")), spoken(Say("hello there"), engine=Offset())
    assert shifted.waveform.duration_s == pytest.approx(plain.waveform.duration_s, abs=0.02)
    assert shifted.words[0].span.start_s == pytest.approx(plain.words[0].span.start_s, abs=0.02)


def test_no_click_and_no_offset_at_the_joints() -> None:
    """The engine's sound has an offset of 0.1; nothing may be steeper than its own tone, the joints far less."""
    samples = spoken(
        Say("one two. " * 60), Direction("breathy"), Say("three."), Direction("normal"), Say("four!")
    ).waveform.samples
    assert samples[0] == 0 and abs(samples[-1]) < 2e-5
    own_step = 2 * np.pi * 200 / RATE * 0.3
    steps = np.abs(np.diff(samples))
    assert steps.max() < 2 * own_step
    silent = np.abs(samples) < 1e-7
    starts = np.flatnonzero(~silent[1:] & silent[:-1])
    assert len(starts) >= 4 and steps[starts].max() < 2e-5
    assert abs(samples.mean()) < 0.02


def delivery(direction: str) -> Delivery | None:
    return Direction(direction).meaning.delivery


def test_directions_colour_and_are_never_spoken() -> None:
    engine = Recorder()
    utterance = spoken(
        Say("loud"),
        Direction("whispering to LEO"),
        Say("soft"),
        Direction("laughs"),
        Say("still soft"),
        Direction("excited"),
        Say("quick"),
        engine=engine,
    )
    assert [request.text for request in engine.requests] == ["loud", "soft", "still soft", "quick"]
    assert [request.speed for request in engine.requests] == [1.0] * 4  # pace is made afterwards, for any engine
    seconds = [utterance.words[index].span.duration_s for index in (0, 1, 4)]
    assert seconds[1] / seconds[0] == pytest.approx(1 / delivery("whispers").speed, abs=0.02)
    assert seconds[2] / seconds[0] == pytest.approx(1 / delivery("excited").speed, abs=0.02)

    def level(index: int) -> float:
        span = utterance.words[index].span
        part = utterance.waveform.samples[round((span.start_s + 0.02) * RATE) : round((span.end_s - 0.02) * RATE)]
        return float(20 * np.log10(np.std(part)))

    assert level(1) - level(0) == pytest.approx(delivery("whispers").gain_db, abs=1.5)  # of a noise in place of a tone
    assert level(4) - level(0) == pytest.approx(delivery("excited").gain_db, abs=1.0)  # a tone is not speech


def test_direction_after_the_name_rules_the_line() -> None:
    engine = Recorder()
    slow = spoken(Say("hello"), directions=(Direction("warm"), Direction("slowly")), engine=engine)
    plain = spoken(Say("hello"), engine=engine)
    paces = plain.words[0].span.duration_s / slow.words[0].span.duration_s
    assert paces == pytest.approx(delivery("slowly").speed, abs=0.01)
    assert delivery("leans in") is None


def test_speed_of_character_reaches_the_voice() -> None:
    engine = Recorder()
    speak_line(Line("MAYA", (Say("hello"),)), replace(MAYA, speed=1.3), engine, {}, 0)
    assert engine.requests[0].speed == 1.3
    with pytest.raises(CastError, match="MAYA: speed=3"):
        speak_line(Line("MAYA", (Say("hello"),)), replace(MAYA, speed=3.0), engine, {}, 0)


@pytest.mark.parametrize("pieces", [(), (Say("🎉 🎉"),), (Direction("nods"),), (Rest(1.0), Say("🎉"))])
def test_nothing_to_say_is_a_short_silence_with_a_warning(pieces: tuple[Say | Rest | Direction, ...]) -> None:
    utterance = speak_line(Line("MAYA", pieces), MAYA, Tone(), {}, 0)
    assert utterance.waveform.duration_s >= NOTHING_SAID_S
    assert not utterance.waveform.samples.any() and utterance.words == ()
    assert any("nothing of this line can be spoken" in warning for warning in utterance.warnings)


def test_unsaid_piece_is_shown_with_the_word_before() -> None:
    utterance = speak_line(Line("MAYA", (Say("Hello there."), Rest(0.1), Say("🎉"))), MAYA, Tone(), {}, 0)
    assert [word.text for word in utterance.words] == ["Hello", "there. 🎉"]


HELLO = Line("MAYA", (Say("Hello Lea."),))


def key(
    line: Line = HELLO,
    character: Character = MAYA,
    engine: str = "tone/1",
    say: dict[str, str] | None = None,
    seed: int = 0,
) -> str:
    return line_key(line, character, engine, say or {}, seed)


def test_key_changes_with_all_that_is_heard_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"one")
    own = replace(MAYA, voice=replace(VOICE, folder=tmp_path, data="a.bin"))
    keys = [
        key(),
        key(Line("MAYA", (Say("Hello Lea!"),))),
        key(Line("MAYA", (Say("Hello Lea."),), (Direction("whispers"),))),
        key(Line("MAYA", (Say("Hello Lea."), Rest(0.5)))),
        key(Line("MAYA", (Say("Hello Lea."), Rest(0.6)))),
        key(Line("MAYA", (Say("Hello"), Direction("shouting"), Say("Lea.")))),
        key(character=replace(MAYA, speed=1.1)),
        key(character=replace(MAYA, voice=replace(VOICE, pitch=0.9))),
        key(engine="tone/2"),
        key(say={"Lea": "lee"}),
        key(seed=1),
        key(character=own),
    ]
    (tmp_path / "b.bin").write_bytes(b"two")
    keys.append(key(character=replace(own, voice=replace(own.voice, data="b.bin"))))
    assert len(set(keys)) == len(keys)
    assert key(say={"Kyiv": "keev"}) == key()  # does not occur
    assert key(character=replace(MAYA, seat="left", gain_db=3.0)) == key()
    assert key(replace(HELLO, source_line=9)) == key()
    assert key(replace(HELLO, pieces=(*HELLO.pieces, Direction("laughs")))) == key()  # for the face alone
    assert key(replace(HELLO, opening_directions=(Direction("smiling"),)), replace(MAYA, name="ANNA")) == key()
    assert key(replace(HELLO, opening_directions=(Direction("whispers"),))) != key(
        replace(HELLO, opening_directions=(Direction("shouting"),))
    )
    with pytest.raises(CastError, match=r"gone\.bin"):
        key(character=replace(own, voice=replace(own.voice, data="gone.bin")))


@settings(max_examples=20)
@given(st.lists(st.floats(-2, 2, width=32), max_size=50), st.text(max_size=20), st.sampled_from([8000, 24_000]))
def test_kept_speech_comes_back_bit_for_bit(tmp_path_factory, values: list[float], text: str, rate: int) -> None:
    path = tmp_path_factory.mktemp("kept") / "line.npz"
    utterance = Utterance(
        Waveform(np.array(values, np.float32), rate),
        (Word(text, Span(0.1, 0.30000001)),),
        (Phoneme("ʃ", Span(0.1, 0.2)),),
        (text,),
    )
    save_utterance(path, utterance)
    back = load_utterance(path)
    assert back.waveform.samples.tobytes() == utterance.waveform.samples.tobytes()
    assert (back.waveform.sample_rate, back.words, back.phonemes, back.warnings) == (
        rate,
        utterance.words,
        utterance.phonemes,
        utterance.warnings,
    )
    assert [each.name for each in path.parent.iterdir()] == ["line.npz"]


def test_damaged_kept_speech_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "line.npz"
    save_utterance(path, spoken(Say("hello")))
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-30], b"", b"no sound at all", whole[:300] + b"x" + whole[301:]):
        path.write_bytes(damaged)
        with pytest.raises(AudioError, match=r"line\.npz"):
            load_utterance(path)
    np.savez(path, samples=np.array([object()], dtype=object), about=np.zeros(1, np.uint8))
    with pytest.raises(AudioError):
        load_utterance(path)
    with pytest.raises(AudioError, match="cannot cache"):
        save_utterance(tmp_path / "missing" / "line.npz", spoken(Say("hello")))
