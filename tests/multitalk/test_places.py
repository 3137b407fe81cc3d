"""Who holds the places of which chunk, for any number of people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multitalk.places import SHORTEST, place_people


@st.composite
def conversations(draw) -> np.ndarray:
    """(people, frames) of who is heard: turns of random people, now and then two at once."""
    num_people, num_frames = draw(st.integers(1, 6)), draw(st.integers(1, 700))
    heard = np.zeros((num_people, num_frames), bool)
    at = 0
    while at < num_frames:
        length = draw(st.integers(3, 90))
        heard[draw(st.integers(0, num_people - 1)), at : at + length] = True
        at += max(1, length - draw(st.integers(-6, 10)))
    return heard


@given(conversations(), st.sampled_from([(81, 25), (81, 9), (17, 5), (41, 9)]))
def test_chunks_cover_every_frame_and_nobody_is_dropped_in_silence(heard, lengths):
    chunk_frames, motion_frames = lengths
    chunks = place_people(heard, chunk_frames, motion_frames)
    assert chunks[0].first == 0 and chunks[0].num_motion_frames == 0
    made = 0
    for chunk in chunks:
        assert chunk.num_frames % 4 == 1 and chunk.num_motion_frames < chunk.num_frames <= chunk_frames
        assert chunk.first + chunk.num_motion_frames == made
        new = heard[:, made : chunk.first + chunk.num_frames]
        made = chunk.first + chunk.num_frames
        assert len(set(chunk.places)) == len(chunk.places) == min(2, len(heard))
        loud = {person for person in range(len(heard)) if new[person].any()}
        assert loud <= set(chunk.places) | set(chunk.left_out)
        if chunk.left_out:  # only where even a short chunk holds three voices
            assert len(loud) > 2
            quietest = min(new[person].sum() for person in chunk.places)
            assert all(new[person].sum() <= quietest for person in chunk.left_out)
    assert made >= heard.shape[1] > made - chunk_frames


def test_one_and_two_people_are_placed_as_in_the_reference():
    chunks = place_people(np.ones((2, 200), bool), 81, 25)
    assert [(c.first, c.num_frames, c.num_motion_frames, c.places) for c in chunks] == [
        (0, 81, 0, (0, 1)),
        (56, 81, 25, (0, 1)),
        (112, 81, 25, (0, 1)),
        (168, 81, 25, (0, 1)),
    ][: len(chunks)]
    assert len(chunks) == 4
    assert {c.places for c in place_people(np.ones((1, 200), bool), 81, 25)} == {(0,)}


def test_a_third_voice_ends_the_chunk_before_it_begins():
    heard = np.zeros((3, 200), bool)
    heard[0, :30], heard[1, 30:60], heard[2, 60:] = True, True, True
    first, second, *_ = place_people(heard, 81, 25)
    assert first.places == (0, 1) and not first.left_out and SHORTEST < first.num_frames <= 60
    assert 2 in second.places


def test_a_place_is_kept_by_whoever_holds_it():
    heard = np.zeros((3, 300), bool)
    heard[1, :81], heard[0, :40], heard[1, 81:], heard[2, 120:] = True, True, True, True
    places = [chunk.places for chunk in place_people(heard, 81, 25)]
    assert all(one.index(1) == places[0].index(1) for one in places)


@pytest.mark.parametrize("lengths", [(80, 25), (81, 81), (81, 0)])
def test_impossible_lengths_are_refused(lengths):
    with pytest.raises(ValueError, match="4n\\+1"):
        place_people(np.ones((1, 10), bool), *lengths)
