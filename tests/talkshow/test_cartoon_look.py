"""Words to characters."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkshow.render.base import Stage, StagedCharacter
from talkshow.render.cartoon.look import (
    BEARDS,
    CLOTHES,
    ENOUGH,
    FACES,
    GLASSES,
    HAIRSTYLES,
    HEADWEAR,
    choose_looks,
    difference,
    read_look,
)
from talkshow.render.cartoon.palette import CLOTH, HAIR, SKIN
from talkshow.render.cartoon.view import Cartoon

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gia", "Hugo", "Ivy", "Jon", "Kim", "Lou", "Mia", "Ned", "Ora",
         "Pat", "Quin", "Rex", "Sue", "Tim", "Uma", "Vic", "Wyn", "Zed")


def portrait(look: str, name: str = "A") -> np.ndarray:
    """One character alone, small."""
    return Cartoon().open(Stage(None, (300, 300), (StagedCharacter(name, None, look),))).seat_picture().astype(int)


@pytest.mark.parametrize(("words", "parts"), [
    ("woman, grey bun, round glasses, green cardigan",
     {"feminine": True, "hair": "bun", "hair_color": "grey", "glasses": "round", "clothes": "cardigan",
      "clothes_color": "green"}),
    ("man, brown skin, short black hair, beard, orange hoodie",
     {"feminine": False, "skin": "brown", "hair": "short", "hair_color": "black", "beard": "beard",
      "clothes": "hoodie", "clothes_color": "orange"}),
    ("Old man with a white moustache and a navy suit, square red glasses",
     {"old": True, "feminine": False, "beard": "moustache", "hair_color": "white", "clothes": "suit",
      "clothes_color": "navy", "glasses": "square", "glasses_color": "red"}),
    ("blonde ponytail, yellow striped T-shirt, freckles, earrings, blue eyes, round face",
     {"hair": "ponytail", "hair_color": "blonde", "clothes": "tshirt", "clothes_color": "yellow", "striped": True,
      "freckles": True, "earrings": True, "eyes": "blue", "face": "round"}),
    ("bald, gray sweater, purple scarf, red cap",
     {"hair": "bald", "clothes": "jumper", "clothes_color": "grey", "scarf": "purple", "headwear": "cap",
      "headwear_color": "red"}),
    ("red hair, long face, dark skin", {"hair_color": "red", "face": "long", "skin": "dark"}),
    ("teal hijab, black jacket", {"headwear": "headscarf", "headwear_color": "teal", "clothes": "jacket",
                                  "clothes_color": "black"}),
])
def test_words_name_parts(words: str, parts: dict[str, object]) -> None:
    chosen, warnings = read_look(words, "A")
    assert chosen == parts
    assert warnings == []


@pytest.mark.parametrize(("words", "says"), [
    ("gren cardigan", "'gren'.*did you mean 'green'"), ("round glases", "'glases'.*did you mean 'glasses'"),
    ("woman, xylophone", "'xylophone'.*known are"), ("bald, long hair", "two kinds of hair")])
def test_what_is_not_understood_is_said(words: str, says: str) -> None:
    view = Cartoon().open(Stage(None, (300, 300), (StagedCharacter("MAYA", None, words),)))
    assert len(view.warnings) >= 1
    assert any(re.search(says, warning) for warning in view.warnings)
    assert all("MAYA" in warning for warning in view.warnings)


@given(st.text(max_size=80))
@settings(max_examples=50, deadline=None)
def test_any_text_is_a_look(words: str) -> None:
    looks, _ = choose_looks([StagedCharacter("A", None, words)], 0)
    assert looks["A"].hair in HAIRSTYLES


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True), st.integers(0, 50))
@settings(max_examples=30, deadline=None)
def test_nobody_at_one_table_looks_like_another(names: list[str], seed: int) -> None:
    looks, warnings = choose_looks([StagedCharacter(name) for name in names], seed)
    assert warnings == []
    for one, other in itertools.combinations(looks.values(), 2):
        assert difference(one, other) >= ENOUGH


def test_a_look_does_not_change_with_the_company_unless_they_are_alike() -> None:
    alone = {name: choose_looks([StagedCharacter(name)], 3)[0][name] for name in NAMES}
    together = choose_looks([StagedCharacter(name) for name in NAMES[:4]], 3)[0]
    assert sum(together[name] == alone[name] for name in together) >= 3


def test_twenty_four_characters_can_be_told_apart() -> None:
    pictures = [portrait("", name) for name in NAMES]
    for one, other in itertools.combinations(pictures, 2):
        assert (np.abs(one - other).max(axis=2) > 40).mean() > 0.02


def test_equal_words_for_two_are_said() -> None:
    words = "old woman, fair skin, grey bun, green cardigan"
    _, warnings = choose_looks([StagedCharacter("A", None, words), StagedCharacter("B", None, words)], 0)
    assert [w for w in warnings if "look alike" in w and "A" in w and "B" in w]


def test_what_was_not_said_is_not_worn() -> None:
    for name in NAMES:
        look = choose_looks([StagedCharacter(name, None, "bob, red dress")], 0)[0][name]
        assert (look.glasses, look.beard, look.headwear, look.scarf) == ("", "", "", "")


@pytest.mark.parametrize(("base", "slot", "values"), [
    ("man, fair skin, brown hair, blue jumper", "{} hair", HAIRSTYLES),
    ("woman, short hair, blue jumper", "{} skin", tuple(SKIN)),
    ("woman, fair skin, long hair, blue jumper", "{} hair", tuple(HAIR)),
    ("man, fair skin, bald, blue jumper", "{} face", FACES),
    ("man, fair skin, bald, blue jumper", "{} glasses", GLASSES),
    ("man, fair skin, brown short hair, blue jumper", "{}", BEARDS),
    ("man, fair skin, brown short hair, blue jumper", "green {}", HEADWEAR),
    ("woman, fair skin, brown short hair", "green {}", CLOTHES),
    ("woman, fair skin, brown short hair", "{} jumper", tuple(CLOTH)),
])
def test_every_part_is_drawn_and_differs_from_the_others(base: str, slot: str, values: tuple[str, ...]) -> None:
    pictures = []
    for value in values:
        words = f"{base}, {slot.format(value)}"
        view = Cartoon().open(Stage(None, (200, 200), (StagedCharacter("A", None, words),)))
        assert not [w for w in view.warnings if "two kinds" not in w]
        pictures.append(view.seat_picture().astype(int))
    for one, other in itertools.combinations(pictures, 2):
        assert (np.abs(one - other).max(axis=2) > 8).sum() > 60
