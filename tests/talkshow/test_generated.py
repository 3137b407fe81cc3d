"""What the generator is told: regions and prompts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.geometry import Box
from talkshow.render.generator.told import chunk_prompt, regions, scene_prompt

SIZE = (800, 400)


@given(st.lists(st.tuples(st.floats(60, 740), st.floats(60, 340)), min_size=1, max_size=6, unique=True))
def test_every_region_holds_its_face_and_no_two_overlap_much(centers):
    seats = {f"P{i}": Box(x - 20, y - 25, x + 20, y + 25) for i, (x, y) in enumerate(centers)}
    found = regions(seats, SIZE)
    assert set(found) == set(seats)
    for name, box in found.items():
        assert 0 <= box.left < box.right <= SIZE[0] and 0 <= box.top < box.bottom <= SIZE[1]
        x, y = seats[name].center
        assert box.left - 25 <= x <= box.right + 25 and box.top - 25 <= y <= box.bottom + 25


def test_two_people_in_their_halves_are_as_the_reference_has_them():
    found = regions({"A": Box(180, 100, 220, 150), "B": Box(580, 100, 620, 150)}, SIZE)
    assert found["A"] == Box(20, 20, 380, 380) and found["B"] == Box(420, 20, 780, 380)


@pytest.mark.parametrize(("number", "start"), [(1, "One person looks"), (2, "Two people sit"), (4, "Four people sit")])
def test_the_default_prompt_suits_the_number_of_people(number, start):
    assert scene_prompt("", "The kitchen", number).startswith(start)
    assert "The kitchen" in scene_prompt("", "The kitchen", number)
    assert scene_prompt("A red room", "x", number) == "A red room"


def test_directions_become_words_of_the_prompt():
    told = chunk_prompt("Two.", [("LEO", "angry"), ("MAYA", ""), ("LEO", "angry")], ["MAYA", "LEO"])
    assert told == "Two. The person on the right speaks: angry."
