"""The steps of diarization alone: features, activity, windows, clusters, turns; no networks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkshow.diarize import clustering
from talkshow.diarize.activity import (
    CHUNK_FRAMES,
    CHUNK_SAMPLES,
    FRAME_SAMPLES,
    Activity,
    changes,
    chunk_starts,
    frame_time,
    measure,
    num_frames_of,
    time_frame,
)
from talkshow.diarize.base import SpeakerCount
from talkshow.diarize.embedding import heard_alone, normalised
from talkshow.diarize.features import fbank
from talkshow.diarize.naming import match_voices
from talkshow.diarize.turns import find_turns
from talkshow.diarize.windows import WINDOW_FRAMES, closed, cut, cut_windows, local_speakers, runs, speech
from talkshow.errors import SettingsError
from talkshow.span import Span
from talkshow.timeline.turns import Diarization, Turn

NOBODY = np.zeros((0, 3), np.int64)


def voices(num_speakers: int, num_windows: int, seed: int, noise: float = 0.62) -> tuple[np.ndarray, np.ndarray]:
    """(num_windows, 192) embeddings whose cosines are some 0.72 within a voice and 0.35 between, and whose they are."""
    rng = np.random.default_rng(seed)
    common = rng.standard_normal(192)
    own = rng.standard_normal((num_speakers, 192))
    whose = np.arange(num_windows) % num_speakers
    made = 0.7 * common + 0.72 * own[whose] + noise * rng.standard_normal((num_windows, 192))
    return normalised(made.astype(np.float32)), whose


def side_by_side(num_windows: int) -> np.ndarray:
    starts = np.arange(num_windows) * WINDOW_FRAMES
    return np.stack([starts, starts + WINDOW_FRAMES], axis=1)


def test_filter_banks_by_the_definition() -> None:
    samples = np.random.default_rng(0).standard_normal(2000).astype(np.float32) * 0.1
    found = fbank(samples)
    assert found.shape == (1 + (2000 - 400) // 160, 80)
    frame = samples[320:720].astype(np.float64)
    frame -= frame.mean()
    frame = np.append(frame[:1] * 0.03, frame[1:] - 0.97 * frame[:-1])
    power = np.abs(np.fft.fft(frame * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)) ** 0.85, 512)) ** 2
    mel = lambda hertz: 1127 * np.log(1 + hertz / 700)  # noqa: E731
    width = (mel(8000) - mel(20)) / 81
    for band in (0, 17, 79):
        centre = mel(20) + (band + 1) * width
        weights = [max(0.0, 1 - abs(mel(k * 31.25) - centre) / width) for k in range(256)]
        assert found[2, band] == pytest.approx(np.log(power[:256] @ weights), abs=1e-3)
    assert fbank(samples[:399]).shape == (0, 80)


@given(st.integers(1, 60 * 16000))
def test_chunks_cover_every_recording(num_samples: int) -> None:
    starts, num_frames = chunk_starts(num_samples), num_frames_of(num_samples)
    assert starts[0] == 0 and starts[-1] + CHUNK_FRAMES == num_frames
    assert all(0 < step <= CHUNK_FRAMES for step in np.diff(starts)) or len(starts) <= 2
    assert frame_time(num_frames) >= num_samples / 16000 - FRAME_SAMPLES / 16000


@given(st.integers(0, 10**6))
def test_frames_and_times_agree(frame: int) -> None:
    assert time_frame(frame_time(frame) + 0.001) == frame


def loud_is_speech(sound: np.ndarray) -> np.ndarray:
    """A network that takes loud frames for the first local speaker."""
    level = np.abs(sound[:, 0, : CHUNK_FRAMES * FRAME_SAMPLES]).reshape(len(sound), CHUNK_FRAMES, FRAME_SAMPLES).mean(2)
    classes = np.full((*level.shape, 7), 0.002, np.float32)
    classes[..., 0], classes[..., 1] = np.where(level > 0.1, 0.01, 0.98), np.where(level > 0.1, 0.98, 0.01)
    return np.log(classes)


def test_activity_holds_a_few_chunks_of_any_length() -> None:
    asked = []

    def read(first: int, num: int) -> np.ndarray:
        asked.append(num)
        seconds = np.arange(first, first + num) // 16000
        return (seconds % 4 < 2).astype(np.float32)

    done: list[int] = []
    num_samples = 300 * 16000
    activity = measure(read, num_samples, loud_is_speech, done.append)
    assert max(asked) <= 4 * CHUNK_SAMPLES and done == sorted(done) and done[-1] == num_samples
    middle = [time_frame(second + 0.5) for second in range(290)]
    assert [bool(value) for value in activity.speech[middle] > 0.5] == [second % 4 < 2 for second in range(290)]
    assert activity.num_frames == num_frames_of(num_samples) and activity.overlap.max() < 0.1


def test_a_change_is_one_local_speaker_after_another() -> None:
    who = np.zeros((CHUNK_FRAMES, 3), bool)
    who[10:100, 0] = who[110:200, 1] = who[400:500, 2] = True  # the last begins after a long rest
    assert changes(who).tolist() == [105]


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 10))
def test_runs_and_closed_gaps(bits: list[bool], longest: int) -> None:
    mask = np.array(bits, bool)
    rebuilt = np.zeros(len(mask), bool)
    for begin, end in runs(mask):
        rebuilt[begin:end] = True
    assert (rebuilt == mask).all()
    filled = closed(mask, longest)
    assert (filled >= mask).all()
    assert all(start - end > longest for (_, end), (start, _) in itertools.pairwise(runs(filled)))


@given(st.integers(0, 1000), st.integers(15, 5000))
def test_windows_lie_in_their_stretch_and_cover_it(begin: int, length: int) -> None:
    windows = list(cut((begin, begin + length)))
    assert windows[0][0] == begin and windows[-1][1] == begin + length
    assert all(after[0] <= before[1] for before, after in itertools.pairwise(windows))
    assert all(end - start == min(length, WINDOW_FRAMES) for start, end in windows)


def activity_of(who: np.ndarray, sure: float = 1.0) -> Activity:
    """What a network that hears everything says: one chunk of (589, 3)."""
    count = who.sum(axis=1)
    return Activity(
        np.where(count > 0, sure, 0.0).astype(np.float32),
        (count > 1).astype(np.float32),
        np.zeros(len(who), np.float32),
        who[None],
        np.zeros(1, np.int64),
    )


def test_what_wavers_for_long_is_no_speech() -> None:
    who = np.zeros((CHUNK_FRAMES, 3), bool)
    who[100:400, 0] = True
    assert speech(activity_of(who)).sum() == 300
    assert speech(activity_of(who, 0.7)).sum() == 0
    assert len(cut_windows(activity_of(who, 0.7))) == 0


@pytest.mark.parametrize("num_speakers", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_count_is_found(num_speakers: int, seed: int) -> None:
    embeddings, whose = voices(num_speakers, 12 * num_speakers, seed)
    found = clustering.count_voices(embeddings, side_by_side(len(whose)), NOBODY, SpeakerCount())
    assert len(found) == num_speakers
    nearest = (embeddings @ found.T).argmax(axis=1)
    assert len({*zip(whose.tolist(), nearest.tolist(), strict=True)}) == num_speakers


@settings(max_examples=15)
@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 4), st.integers(0, 99))
def test_the_count_asked_for_is_respected(num_speakers: int, least: int, more: int, seed: int) -> None:
    embeddings, whose = voices(num_speakers, 10 * num_speakers, seed)
    count = SpeakerCount(least, least + more)
    found = clustering.count_voices(embeddings, side_by_side(len(whose)), NOBODY, count)
    assert least <= len(found) <= least + more or len(found) == len(whose) < least


@settings(max_examples=10)
@given(st.randoms(use_true_random=False), st.integers(0, 99))
def test_the_order_of_windows_does_not_matter(random: object, seed: int) -> None:
    embeddings, whose = voices(3, 36, seed)
    order = list(range(len(whose)))
    random.shuffle(order)  # type: ignore[attr-defined]
    windows = side_by_side(len(whose))
    one = clustering.count_voices(embeddings, windows, NOBODY, SpeakerCount())
    other = clustering.count_voices(embeddings[order], windows, NOBODY, SpeakerCount())
    assert len(one) == len(other) and np.allclose((one @ other.T).max(axis=1), 1, atol=1e-4)


def test_groups_of_many_blocks_are_joined() -> None:
    embeddings, whose = voices(4, 2100, 3)
    assert max(block.stop - block.start for block in clustering.blocks(2100)) <= clustering.BLOCK_WINDOWS
    assert len(clustering.count_voices(embeddings, side_by_side(len(whose)), NOBODY, SpeakerCount())) == 4


def test_local_speakers_keep_apart_who_sounds_alike() -> None:
    embeddings, whose = voices(2, 24, 5, noise=0.9)
    closer = normalised(embeddings + 0.5 * embeddings.mean(axis=0) / np.linalg.norm(embeddings.mean(axis=0)))
    heard = np.stack([np.arange(24) // 6, np.arange(24), whose], axis=1)
    alone = clustering.gathered(closer, side_by_side(24), NOBODY, whose, 2)
    told = clustering.gathered(closer, side_by_side(24), heard, whose, 2)
    assert clustering.affinity(told)[0, 1] < clustering.affinity(alone)[0, 1]


def test_a_joined_group_is_known_exactly() -> None:
    embeddings, whose = voices(3, 30, 8)
    windows = side_by_side(30)
    joined = clustering.gathered(embeddings, windows, NOBODY, whose, 3).joined(0, 2)
    direct = clustering.gathered(embeddings, windows, NOBODY, np.where(whose == 2, 0, whose), 2)
    for name in ("totals", "masses", "likeness", "pairs", "together", "apart"):
        assert np.allclose(getattr(joined, name), getattr(direct, name), atol=1e-4), name


def test_turns_have_the_edges_of_the_activity_and_their_overlap() -> None:
    who = np.zeros((CHUNK_FRAMES, 3), bool)
    who[50:250, 0] = who[220:420, 1] = True
    activity = activity_of(who)
    windows = cut_windows(activity)
    assert len(local_speakers(activity, windows)) == len(windows)
    known, _ = voices(2, 2, 1, noise=0)
    embeddings = known[[int(begin >= 220) for begin, _ in windows]]
    turns, order = find_turns(activity, embeddings, windows, known, 10.0)
    assert order == (0, 1) and [turn.speaker for turn in turns] == ["S1", "S2"]
    for turn, (begin, end) in zip(turns, ((50, 250), (220, 420)), strict=True):
        assert abs(turn.span.start_s - frame_time(begin)) < 0.05 and abs(turn.span.end_s - frame_time(end)) < 0.05


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_turns_of_one_speaker_are_ordered_and_disjoint(seed: int, num_speakers: int) -> None:
    rng = np.random.default_rng(seed)
    who = np.repeat(rng.random((20, 3)) < 0.35, 30, axis=0)[:CHUNK_FRAMES]
    who[who.sum(axis=1) > 2] = False
    activity = activity_of(who)
    windows = cut_windows(activity)
    embeddings = normalised(rng.standard_normal((len(windows), 192)).astype(np.float32))
    known = normalised(rng.standard_normal((num_speakers, 192)).astype(np.float32))
    turns, _ = find_turns(activity, embeddings, windows, known, 9.0)
    assert [turn.span.start_s for turn in turns] == sorted(turn.span.start_s for turn in turns)
    for speaker in {turn.speaker for turn in turns}:
        spans = [turn.span for turn in turns if turn.speaker == speaker]
        assert all(before.end_s < after.start_s for before, after in itertools.pairwise(spans))
        assert all(0 <= span.start_s < span.end_s <= 9.0 for span in spans)


def test_heard_alone_leaves_overlap_out() -> None:
    turns = [Turn("A", Span(0, 4)), Turn("B", Span(3, 6)), Turn("A", Span(8, 9))]
    assert list(heard_alone(turns)) == [("A", 0, 3), ("B", 4, 6), ("A", 8, 9)]


def heard() -> tuple[Diarization, np.ndarray]:
    known, _ = voices(3, 3, 1, noise=0)
    turns = tuple(Turn(f"S{number}", Span(number, number + 0.5)) for number in (1, 2, 3))
    return Diarization(turns, {f"S{number}": known[number - 1] for number in (1, 2, 3)}), known


def test_names_go_to_the_voices_they_fit() -> None:
    diarization, known = heard()
    assert match_voices(diarization, {"LEO": known[2], "S1": known[1]}) == ({"S3": "LEO", "S2": "S1"}, ())


def test_a_voice_between_two_is_doubted() -> None:
    diarization, known = heard()
    found, warnings = match_voices(diarization, {"MAYA": normalised(known[0] + 0.98 * known[1])})
    assert found == {"S1": "MAYA"} and "almost as much like another" in warnings[0]


def test_a_name_nobody_fits_is_said() -> None:
    diarization, known = heard()
    stranger, _ = voices(1, 1, 77, noise=0)
    found, warnings = match_voices(diarization, {"MAYA": known[0], "IDA": stranger[0]})
    assert found == {"S1": "MAYA"} and "IDA" in warnings[0]
    with pytest.raises(SettingsError, match="no speaker in the recording sounds like IDA"):
        match_voices(diarization, {"IDA": stranger[0]})
    with pytest.raises(SettingsError, match="no voices to compare"):
        match_voices(Diarization(()), {"IDA": stranger[0]})
