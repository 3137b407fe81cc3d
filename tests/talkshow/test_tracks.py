"""Tracks in files: lengths, places, gains and fades, measured on what is read back."""

from __future__ import annotations

import itertools
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talkshow.cast.types import Cast, Character, Voice
from talkshow.clock import FPS, TRACK_RATE, TRACK_SAMPLES_PER_FRAME
from talkshow.errors import AudioError, WorkspaceError
from talkshow.script.model import Line, Say, Scene, Script, Timing
from talkshow.sound import waveform as audio
from talkshow.sound.tracks import MixReader, Track, lay_tracks, mix_blocks, read_block
from talkshow.sound.waveform import TrackReader, TrackWriter, Waveform, faded, load_wave, save_wave
from talkshow.span import Span
from talkshow.speech.base import Utterance
from talkshow.timeline.placing import place
from talkshow.timeline.types import Cue, Timeline


def tone(seconds: float, hertz: float = 220.0, rate: int = 24_000, level: float = 0.5) -> Waveform:
    times = np.arange(round(seconds * rate)) / rate
    return Waveform((level * np.sin(2 * np.pi * hertz * times)).astype(np.float32), rate)


def placed(*lines: tuple[str, float, Timing], gains: dict[str, float] | None = None) -> Timeline:
    script = Script("t", (Scene("s", tuple(Line(who, (Say("word"),), timing=timing) for who, _, timing in lines)),))
    voice = Voice("hum", "tone", "en-US", "", "", "CC0-1.0")
    cast = Cast(tuple(Character(name, voice, gain_db=(gains or {}).get(name, 0.0)) for name in script.speakers))
    return place(script, [Utterance(tone(seconds), (), ()) for _, seconds, _ in lines], cast)


def laid(folder: Path, timeline: Timeline, sounds: list[Waveform]) -> tuple[Track, ...]:
    return lay_tracks(timeline, lambda cue: sounds[cue.index], folder, {who: f"{who}-1" for who in timeline.speakers})


def whole(track: Track) -> np.ndarray:
    samples, rate = soundfile.read(track.path, dtype="float32")
    assert rate == TRACK_RATE and samples.ndim == 1
    return samples


def test_each_sound_stands_exactly_where_its_cue_begins(tmp_path):
    lines = [("A", 1.0, Timing()), ("B", 0.7, Timing()), ("A", 0.5, Timing(gap_s=1.0))]
    timeline = placed(*lines, gains={"B": -6.0})
    sounds = [tone(seconds, hertz) for (_, seconds, _), hertz in zip(lines, (200, 300, 400), strict=True)]
    tracks = laid(tmp_path, timeline, sounds)
    assert [track.path.name for track in tracks] == ["A-1.wav", "B-1.wav"]
    for track in tracks:
        samples = whole(track)
        assert len(samples) == timeline.num_frames * TRACK_SAMPLES_PER_FRAME
        expected = np.zeros(len(samples))
        for cue in timeline.cues_of(track.speaker):
            first = round(cue.span.start_s * TRACK_RATE)
            times = np.arange(round(lines[cue.index][1] * TRACK_RATE)) / TRACK_RATE
            hertz = (200, 300, 400)[cue.index]
            expected[first : first + len(times)] = 0.5 * 10 ** (cue.gain_db / 20) * np.sin(2 * np.pi * hertz * times)
            inner = slice(first + 480, first + len(times) - 480)
            assert np.abs(samples[inner] - expected[inner]).max() < 2e-3
        assert not samples[expected == 0].any() or np.abs(samples[expected == 0]).max() < 1e-6


def test_a_cut_sound_fades_and_ends_at_the_cut(tmp_path):
    timeline = placed(("A", 2.0, Timing(cut_off=True)), ("B", 1.0, Timing()))
    samples = whole(laid(tmp_path, timeline, [tone(2.0), tone(1.0)])[0])
    cue = timeline.cues[0]
    assert cue.cut_off
    end, fade = round(cue.span.end_s * TRACK_RATE), round(cue.fade_out_s * TRACK_RATE)
    assert not samples[end:].any()
    period = TRACK_RATE // 220
    loud = [np.abs(samples[first : first + period]).max() for first in range(end - fade, end - period, period)]
    assert np.abs(samples[end - fade - 2 * period : end - fade]).max() > 0.49
    assert all(a >= b for a, b in itertools.pairwise(loud)) and loud[-1] < 0.05


def test_edges_do_not_click(tmp_path):
    constant = Waveform(np.full(24_000, 0.5, np.float32), 24_000)
    samples = whole(laid(tmp_path, placed(("A", 1.0, Timing())), [constant])[0])
    assert np.abs(np.diff(samples)).max() < 0.02


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    lines=st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.floats(0.1, 1.2),
            st.sampled_from([Timing(), Timing(overlap_s=0.4), Timing(cut_off=True), Timing(backchannel=True)]),
        ),
        min_size=1,
        max_size=6,
    ),
    block=st.integers(1000, 90_000),
)
def test_tracks_are_equally_long_and_sum_to_the_mix(tmp_path, lines, block):
    timeline = placed(*lines)
    tracks = laid(tmp_path, timeline, [tone(seconds) for _, seconds, _ in lines])
    wholes = [whole(track) for track in tracks]
    assert {len(samples) for samples in wholes} == {timeline.num_frames * TRACK_SAMPLES_PER_FRAME}
    mix = np.concatenate(list(mix_blocks(tracks, block)))
    assert np.array_equal(mix, np.sum(wholes, axis=0, dtype=np.float32))
    for cue in timeline.cues:
        first, last = (round(edge * TRACK_RATE) for edge in (cue.span.start_s, cue.span.end_s))
        assert first % (TRACK_RATE // FPS) == last % (TRACK_RATE // FPS) == 0
        assert wholes[timeline.speakers.index(cue.speaker)][first:last].any()


def test_the_same_tracks_twice_are_the_same_bytes(tmp_path):
    timeline = placed(("A", 1.0, Timing()), ("B", 0.5, Timing()))
    sounds = [tone(1.0), tone(0.5)]
    first = [track.path.read_bytes() for track in laid(tmp_path, timeline, sounds)]
    assert first == [track.path.read_bytes() for track in laid(tmp_path, timeline, sounds)]


@pytest.mark.serial
def test_memory_does_not_grow_with_the_episode(tmp_path):
    def peak(seconds: float) -> int:
        cue = Cue(Line("A", (Say("word"),)), 0, 0, Span(seconds - 2, seconds - 1))
        timeline = Timeline((cue,), ("A",), (Span(0, seconds),), seconds)
        tracemalloc.start()
        lay_tracks(timeline, lambda _: tone(1.0), tmp_path, {"A": "A"})
        for _ in mix_blocks([Track("A", tmp_path / "A.wav")]):
            pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(4)
    assert peak(120) < peak(4) * 1.1 + 100_000


def test_a_sound_longer_than_its_cue_is_an_error_and_leaves_no_file(tmp_path):
    timeline = placed(("A", 1.0, Timing()))
    with pytest.raises(AudioError, match=r"line 1 \(A\).*1\.50 s"):
        laid(tmp_path, timeline, [tone(1.5)])
    with pytest.raises(AudioError, match="not finite numbers"):
        laid(tmp_path, timeline, [Waveform(np.full(24_000, np.nan, np.float32), 24_000)])
    assert list(tmp_path.iterdir()) == []


def test_blocks_reach_beyond_the_ends_as_silence(tmp_path):
    save_wave(tmp_path / "a.wav", tone(1.0, rate=TRACK_RATE))
    samples, _ = soundfile.read(tmp_path / "a.wav", dtype="float32")
    block = read_block(Track("A", tmp_path / "a.wav"), -100, len(samples) + 300)
    assert not block[:100].any() and not block[-200:].any()
    assert np.array_equal(block[100:-200], samples)
    assert not read_block(Track("A", tmp_path / "a.wav"), 10**6, 50).any()


def test_a_reader_may_be_shared_by_threads(tmp_path):
    rng = np.random.default_rng(0)
    samples = rng.uniform(-1, 1, 100_000).astype(np.float32)
    save_wave(tmp_path / "a.wav", Waveform(samples, TRACK_RATE))
    wrong: list[int] = []

    def look(file: TrackReader, seed: int) -> None:
        for first in np.random.default_rng(seed).integers(0, 99_000, 300):
            if not np.array_equal(file.read(int(first), 1000), samples[first : first + 1000]):
                wrong.append(int(first))

    with TrackReader(tmp_path / "a.wav") as file:
        threads = [threading.Thread(target=look, args=(file, seed)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_tracks_of_different_length_are_no_episode(tmp_path):
    save_wave(tmp_path / "a.wav", tone(1.0, rate=TRACK_RATE))
    save_wave(tmp_path / "b.wav", tone(2.0, rate=TRACK_RATE))
    with pytest.raises(AudioError, match=r"a\.wav: 48000 samples.*b\.wav: 96000"):
        MixReader([Track("A", tmp_path / "a.wav"), Track("B", tmp_path / "b.wav")])


@pytest.mark.parametrize("rf64", [False, True])
@pytest.mark.parametrize(("subtype", "step"), [("FLOAT", 0.0), ("PCM_24", 2**-23), ("PCM_16", 2**-15)])
def test_files_read_back_elsewhere(tmp_path, monkeypatch, subtype, step, rf64):
    if rf64:
        monkeypatch.setattr(audio, "_RIFF_LIMIT", 0)
    samples = np.random.default_rng(1).uniform(-1, 0.99, 1001).astype(np.float32)
    path = tmp_path / "a.wav"
    save_wave(path, Waveform(samples, 44_100), subtype)
    info = soundfile.info(path)
    assert (info.frames, info.samplerate, info.channels, info.subtype) == (1001, 44_100, 1, subtype)
    assert info.format == ("RF64" if rf64 else "WAV")
    assert np.abs(soundfile.read(path, dtype="float64")[0] - samples).max() <= step / 2
    assert np.array_equal(load_wave(path).samples, soundfile.read(path, dtype="float32")[0])


def test_pcm_clips_and_float_does_not(tmp_path):
    loud = Waveform(np.array([3.0, -3.0], np.float32), 8000)
    for subtype, expected in (("FLOAT", [3.0, -3.0]), ("PCM_16", [1 - 2**-15, -1.0])):
        save_wave(tmp_path / "a.wav", loud, subtype)
        assert load_wave(tmp_path / "a.wav").samples.tolist() == expected


def test_a_file_appears_only_when_it_is_whole(tmp_path):
    path = tmp_path / "a.wav"
    with pytest.raises(RuntimeError), TrackWriter(path, 8000, 100) as file:
        file.write(np.zeros(50, np.float32))
        assert not path.exists()
        raise RuntimeError
    with pytest.raises(ValueError, match="50 samples fewer"), TrackWriter(path, 8000, 100) as file:
        file.write(np.zeros(50, np.float32))
    with pytest.raises(ValueError, match="1 samples more"), TrackWriter(path, 8000, 100) as file:
        file.write(np.zeros(101, np.float32))
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_or_written_is_an_audio_error(tmp_path):
    (tmp_path / "text.wav").write_text("no sound", encoding="utf-8")
    for path in (tmp_path / "text.wav", tmp_path / "missing.wav"):
        with pytest.raises(AudioError, match=path.name):
            TrackReader(path)
        with pytest.raises(AudioError, match=path.name):
            load_wave(path)
    with pytest.raises(AudioError, match="cannot write"):
        save_wave(tmp_path / "no" / "folder.wav", tone(0.1))
    with pytest.raises(AudioError, match="Did you mean 'PCM_24'"):
        save_wave(tmp_path / "a.wav", tone(0.1), "PCM24")


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path):
    resource = pytest.importorskip("resource")  # a limit on the size of files stands in for a full disk
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(WorkspaceError, match="disk is full"):
            laid(tmp_path, placed(("A", 3.0, Timing())), [tone(3.0)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_fades_leave_the_middle_alone():
    samples = np.ones(1000, np.float32)
    shaped = faded(samples, 100, 200)
    assert shaped[0] < 0.01 and shaped[-1] < 0.01 and (shaped[100:800] == 1).all() and (samples == 1).all()
    assert (np.diff(shaped[:100]) > 0).all() and (np.diff(shaped[800:]) < 0).all()
    assert len(faded(samples[:50], 100, 200)) == 50
    assert len(faded(samples[:0], 100, 200)) == 0
