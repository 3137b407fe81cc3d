"""Placing lines in time: what a script asks for, and what must always hold."""

from __future__ import annotations

import dataclasses
import itertools
import math
import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.cast.types import Cast, Character, Voice
from talkshow.clock import FPS
from talkshow.script.model import Line, Say, Scene, Script, Timing
from talkshow.span import Span
from talkshow.timeline.placing import place
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Phoneme, Word


@dataclasses.dataclass(frozen=True)
class Heard:
    """An utterance without its sound."""

    duration_s: float
    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]


def heard(text: str, duration_s: float, margin_s: float = 0.03) -> Heard:
    """Words of equal length, a margin of silence at both ends, two phonemes a word."""
    texts = text.split()
    step = max(0.0, duration_s - 2 * margin_s) / max(1, len(texts))
    words = tuple(Word(each, Span(margin_s + i * step, margin_s + (i + 1) * step)) for i, each in enumerate(texts))
    if step == 0:
        words = ()
    phonemes = tuple(
        Phoneme("a", Span(w.span.start_s + half * step / 2, w.span.start_s + (half + 1) * step / 2))
        for w in words
        for half in (0, 1)
    )
    return Heard(duration_s, words, phonemes)


def line(speaker: str, text: str = "one two three four five", **timing: object) -> Line:
    return Line(speaker, (Say(text),), timing=Timing(**timing))  # type: ignore[arg-type]


def cast_of(script: Script, gains: Mapping[str, float] | None = None) -> Cast:
    """Everybody who speaks, with their gains in dB."""
    voice = Voice("hum", "tone", "en-US", "", "", "CC0-1.0")
    return Cast(tuple(Character(name, voice, gain_db=(gains or {}).get(name, 0.0)) for name in script.speakers))


def placed(*scenes: list[tuple[Line, float]], seed: int = 0, gains: Mapping[str, float] | None = None) -> Timeline:
    script = Script("t", tuple(Scene("s", tuple(each for each, _ in part)) for part in scenes))
    sounds = [heard(each.text, seconds) for part in scenes for each, seconds in part]
    return place(script, sounds, cast_of(script, gains), seed)


def by_index(timeline: Timeline) -> list[Cue]:
    return sorted(timeline.cues, key=lambda cue: cue.index)


def test_natural_gaps_vary_and_stay_short():
    timeline = placed([(line("AB"[i % 2]), 1.0) for i in range(60)])
    cues = by_index(timeline)
    gaps = [b.span.start_s - a.span.end_s for a, b in itertools.pairwise(cues)]
    assert cues[0].span.start_s == 0.4
    assert all(0.15 - 0.5 / FPS - 1e-9 <= gap <= 0.5 + 0.5 / FPS + 1e-9 for gap in gaps)
    assert len({round(gap * FPS) for gap in gaps}) >= 5
    assert timeline.duration_s == pytest.approx(cues[-1].span.end_s + 0.6)
    assert not timeline.warnings


def test_another_seed_gives_other_gaps():
    lines = [(line("AB"[i % 2]), 1.0) for i in range(20)]
    assert placed(lines, seed=1) == placed(lines, seed=1)
    assert placed(lines, seed=1) != placed(lines, seed=2)


def test_a_pause_replaces_the_gap():
    cues = by_index(placed([(line("A"), 2.0), (line("B", gap_s=0.8), 1.0), (line("A", gap_s=0.0), 1.0)]))
    assert cues[1].span.start_s - cues[0].span.end_s == pytest.approx(0.8)
    assert cues[2].span.start_s == cues[1].span.end_s


def test_an_overlap_is_as_long_as_asked():
    timeline = placed([(line("A"), 2.0), (line("B", overlap_s=0.52), 1.0)])
    first, second = by_index(timeline)
    assert (first.span & second.span).duration_s == pytest.approx(0.52)
    assert not timeline.warnings


@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0.02, 1))
def test_any_overlap_is_as_long_as_asked(first_s, second_s, share):
    asked_s = share * min(first_s, second_s)
    timeline = placed([(line("A"), first_s), (line("B", overlap_s=asked_s), second_s)])
    first, second = by_index(timeline)
    assert first.span.end_s - second.span.start_s == pytest.approx(asked_s, abs=0.5 / FPS + 1e-9)
    assert not timeline.warnings


def test_an_overlap_never_begins_before_the_line_it_overlaps():
    timeline = placed([(line("A"), 1.0), (line("B", overlap_s=5.0), 1.0)])
    first, second = by_index(timeline)
    assert second.span.start_s == first.span.start_s
    assert "longer than the line before" in timeline.warnings[0]
    together = placed([(line("A"), 1.0), (line("B", overlap_s=math.inf), 1.0)])
    assert [cue.span for cue in together.cues] == [cue.span for cue in timeline.cues] and not together.warnings


def test_nobody_overlaps_themself():
    timeline = placed([(line("A"), 2.0), (line("A", overlap_s=0.5), 1.0)])
    first, second = by_index(timeline)
    assert second.span.start_s == first.span.end_s
    assert "still speaking" in timeline.warnings[0]


def test_after_an_overlap_the_floor_is_free_when_everybody_is_silent():
    cues = by_index(placed([(line("A"), 10.0), (line("B", overlap_s=8.0), 1.0), (line("C"), 1.0)]))
    assert cues[2].span.start_s > cues[0].span.end_s


def test_an_interrupted_speaker_stops_in_mid_word():
    timeline = placed([(line("A", cut_off=True), 3.0), (line("B"), 1.0)])
    cut, other = by_index(timeline)
    assert cut.cut_off and not other.cut_off
    natural_end = cut.span.start_s + 3.0
    assert 0.2 <= natural_end - other.span.start_s <= 0.5
    assert 0.1 <= cut.span.end_s - other.span.start_s <= 0.22
    assert 0.06 <= cut.fade_out_s <= 0.12
    assert cut.words[-1].text == "five" and cut.words[-1].span.end_s == cut.span.end_s
    assert cut.phonemes[-1].span.end_s == cut.span.end_s
    assert cut.line.text == "one two three four five"
    assert not timeline.warnings


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([(line("A", cut_off=True), 2.0), (line("A"), 1.0)], "same speaker"),
        ([(line("A", cut_off=True), 2.0)], "no one speaks after"),
        ([(line("A", cut_off=True), 2.0), (line("B", gap_s=0.5), 1.0)], "pause"),
        ([(line("A", cut_off=True), 0.04), (line("B"), 1.0)], "no room"),
    ],
)
def test_a_line_that_nobody_cuts_off_plays_out(lines, why):
    timeline = placed(lines)
    cue = by_index(timeline)[0]
    assert not cue.cut_off and cue.span.duration_s == pytest.approx(lines[0][1])
    assert why in timeline.warnings[0]


def test_a_line_is_not_cut_off_by_the_next_scene():
    timeline = placed([(line("A", cut_off=True), 2.0)], [(line("B"), 1.0)])
    assert not any(cue.cut_off for cue in timeline.cues)
    assert "another scene" in timeline.warnings[0]


def test_a_backchannel_lies_under_the_turn_and_moves_nobody():
    long = line("A", "well I was thinking about it, and then the cat simply pushed it off the table, you know")
    plain = placed([(long, 6.0), (line("A", "So."), 1.0)])
    under = placed(
        [
            (long, 6.0),
            (line("B", "Mm-hm.", backchannel=True), 0.5),
            (line("C", "Yes.", backchannel=True), 0.4),
            (line("A", "So."), 1.0),
        ],
        gains={"B": 2.0},
    )
    turn, first, second, after = by_index(under)
    assert first.kind == second.kind == "backchannel" and turn.kind == after.kind == "line"
    for cue in (first, second):
        assert cue.span & turn.span == cue.span
        assert any(abs(cue.span.start_s - word.span.end_s) <= 0.5 / FPS for word in turn.words)
        assert cue.span.start_s - turn.span.start_s >= 6.0 / 3
    assert first.span.start_s < second.span.start_s
    assert first.gain_db == -4.0 and second.gain_db == -6.0
    assert turn.span == plain.cues[0].span and 0.1 < after.span.start_s - turn.span.end_s < 0.6
    assert not under.warnings


def test_a_backchannel_prefers_the_end_of_a_phrase():
    turn = line("A", "one two three four five six, seven eight nine ten")
    cue = by_index(placed([(turn, 5.0), (line("B", "Mm.", backchannel=True), 0.4)]))
    assert abs(cue[1].span.start_s - cue[0].words[5].span.end_s) <= 0.5 / FPS


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([(line("B", backchannel=True), 0.5)], "no turn before"),
        ([(line("A"), 2.0), (line("A", backchannel=True), 0.5)], "same speaker"),
        ([(line("A"), 0.6), (line("B", backchannel=True), 1.5)], "too long"),
    ],
)
def test_what_cannot_be_a_backchannel_becomes_a_line(lines, why):
    timeline = placed(lines)
    assert by_index(timeline)[-1].kind == "line"
    assert why in timeline.warnings[0]


def test_scenes_cover_the_episode_and_hold_their_cues():
    timeline = placed([(line("A"), 1.0)], [], [(line("B"), 1.0), (line("A"), 1.0)], [(line("B", overlap_s=1.0), 1.0)])
    spans = timeline.scene_spans
    assert spans[0].start_s == 0 and spans[-1].end_s == timeline.duration_s
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(spans))
    assert not spans[1]
    assert by_index(timeline)[1].span.start_s - by_index(timeline)[0].span.end_s == pytest.approx(1.2)
    assert all(cue.span & spans[cue.scene] == cue.span for cue in timeline.cues)
    assert "does not reach into the scene before" in timeline.warnings[0]


def test_a_line_without_sound_is_kept_and_takes_no_time():
    timeline = placed([(line("A"), 1.0), (line("B", "🙂"), 0.0), (line("A"), 1.0)])
    first, empty, last = by_index(timeline)
    assert empty.span.start_s == empty.span.end_s == first.span.end_s
    assert last.span.start_s > first.span.end_s


def test_one_utterance_a_line():
    script = Script("t", (Scene("s", (line("A"),)),))
    with pytest.raises(ValueError, match="1 lines, but 0 sounds"):
        place(script, [], cast_of(script))


def test_a_cue_keeps_the_sound_that_was_placed():
    """Wherever the line went: under another's turn, into another scene, before what stands above it."""
    lines = (line("A"), line("B", "Mm.", backchannel=True), line("A", cut_off=True), line("B", overlap_s=0.5))
    script = Script("t", (Scene("s", lines), Scene("u", (line("C"), line("B")))))
    sounds = [heard(each.text, 0.4 if each.timing.backchannel else 2.0) for each in script.lines]
    timeline = place(script, sounds, cast_of(script), 3)
    assert len(timeline.cues) == len(sounds) and any(cue.kind == "backchannel" for cue in timeline.cues)
    assert all(cue.source is sounds[cue.index] and cue.line is list(script.lines)[cue.index] for cue in timeline.cues)


timings = st.one_of(
    st.just(Timing()),
    st.just(Timing(cut_off=True)),
    st.just(Timing(backchannel=True)),
    st.builds(Timing, gap_s=st.floats(0, 3), cut_off=st.booleans()),
    st.builds(Timing, overlap_s=st.floats(0, 4), cut_off=st.booleans()),
    st.builds(
        Timing,
        gap_s=st.none() | st.floats(0, 2),
        overlap_s=st.none() | st.floats(0, 9),
        backchannel=st.booleans(),
        cut_off=st.booleans(),
    ),
)
scripts = st.lists(
    st.lists(st.tuples(st.sampled_from("ABC"), timings, st.integers(0, 12), st.floats(0, 6)), max_size=8),
    min_size=1,
    max_size=3,
)


def drawn(scenes: list, seed: int = 0) -> Timeline:
    return placed(
        *(
            [
                (Line(who, (Say(" ".join(["word"] * count)),), timing=timing), seconds)
                for who, timing, count, seconds in part
            ]
            for part in scenes
        ),
        seed=seed,
    )


@given(scripts)
def test_what_always_holds(scenes):
    timeline = drawn(scenes)
    assert len(timeline.cues) == sum(len(part) for part in scenes)
    assert timeline == drawn(scenes)
    assert list(timeline.cues) == sorted(timeline.cues, key=lambda cue: cue.span.start_s)
    assert timeline.num_frames / FPS == timeline.duration_s
    for cue in timeline.cues:
        natural_s = [each for part in scenes for each in part][cue.index][3]
        assert round(cue.span.start_s * FPS) / FPS == cue.span.start_s
        assert round(cue.span.end_s * FPS) / FPS == cue.span.end_s
        assert 0 <= cue.span.start_s <= cue.span.end_s < timeline.duration_s
        if cue.cut_off:
            assert cue.line.timing.cut_off and 0 < cue.fade_out_s < cue.span.duration_s + 1e-9 < natural_s
        else:
            assert natural_s - 1e-6 <= cue.span.duration_s < natural_s + 1 / FPS
        assert all(cue.span & part.span == part.span for part in (*cue.words, *cue.phonemes))
        assert cue.span & timeline.scene_spans[cue.scene] == cue.span
    for speaker in timeline.speakers:
        own = timeline.cues_of(speaker)
        assert all(a.span.end_s <= b.span.start_s for a, b in itertools.pairwise(own))
    ends = [span.end_s for span in timeline.scene_spans]
    assert [0.0, *ends[:-1]] == [span.start_s for span in timeline.scene_spans]
    assert ends[-1] == timeline.duration_s


@given(scripts)
def test_a_backchannel_begins_under_the_turn_before_it(scenes):
    cues = by_index(drawn(scenes))
    turn = None
    for cue in cues:
        if cue.kind == "line":
            turn = cue
        elif cue.span:
            assert turn is not None and turn.scene == cue.scene and turn.speaker != cue.speaker
            assert turn.span.start_s <= cue.span.start_s
            if not turn.cut_off:
                assert cue.span.end_s <= turn.span.end_s


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from(["", "gap", "overlap", "cut", "under"]), st.floats(1.5, 5)),
        min_size=2,
        max_size=12,
    ),
    st.data(),
)
def test_editing_one_line_shifts_what_follows_and_nothing_else(lines, data):
    timing = {
        "": Timing(),
        "gap": Timing(gap_s=0.8),
        "overlap": Timing(overlap_s=0.4),
        "cut": Timing(cut_off=True),
        "under": Timing(backchannel=True),
    }
    scene = [
        (Line(who, (Say("one two three"),), timing=timing[how]), 0.6 if how == "under" else seconds)
        for who, how, seconds in lines
    ]
    edited = data.draw(st.integers(0, len(scene) - 1))
    if scene[edited][0].timing.backchannel:
        return
    longer = scene[edited][1] + random.Random(edited).uniform(0.5, 2)
    changed = list(scene)
    changed[edited] = (dataclasses.replace(scene[edited][0], pieces=(Say("one two three four five"),)), longer)
    before, after = by_index(placed(scene)), by_index(placed(changed))
    for old, new in zip(before[:edited], after[:edited], strict=True):
        assert old == new
    # what lies under the edited turn moves with its words; everything after it by one and the same time
    rest = list(range(edited + 1, len(scene)))
    while rest and before[rest[0]].kind == "backchannel":
        rest.pop(0)
    shifts = {round((after[i].span.start_s - before[i].span.start_s) * FPS) for i in rest}
    assert len(shifts) <= 1
    assert all(round(before[i].span.duration_s * FPS) == round(after[i].span.duration_s * FPS) for i in rest)


def test_lines_together_begin_with_each_other_and_the_next_follows_the_longest():
    cues = by_index(
        placed([(line("A"), 2.0), (line("B", together=True), 3.0), (line("C", together=True), 1.0), (line("A"), 1.0)])
    )
    assert cues[0].span.start_s == cues[1].span.start_s == cues[2].span.start_s
    assert 0.15 <= cues[3].span.start_s - cues[1].span.end_s <= 0.55


def test_all_who_are_cut_off_together_fall_silent():
    timeline = placed([(line("A", cut_off=True), 2.0), (line("B", cut_off=True, together=True), 2.2), (line("C"), 1.0)])
    cues = by_index(timeline)
    assert cues[0].cut_off and cues[1].cut_off and not timeline.warnings
    assert cues[2].span.start_s < min(cues[0].span.end_s, cues[1].span.end_s)


def test_nobody_speaks_together_with_themself_or_with_another_scene():
    timeline = placed([(line("A"), 2.0), (line("A", together=True), 1.0)], [(line("B", together=True), 1.0)])
    cues = by_index(timeline)
    assert cues[0].span.end_s <= cues[1].span.start_s and cues[1].span.end_s <= cues[2].span.start_s
    assert len(timeline.warnings) == 2
