"""Words to characters, judged by what is drawn."""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkshow.cast.types import StagedCharacter
from talkshow.render.base import Stage
from talkshow.render.cartoon.looks.look import ENOUGH, Look, difference
from talkshow.render.cartoon.looks.reader import known_words, read_look
from talkshow.render.cartoon.looks.wardrobe import choose_looks
from talkshow.render.cartoon.looks.words import COLORS, FILLERS, JOINED, PARTS, Part
from talkshow.render.cartoon.people.clothes import CLOTHES
from talkshow.render.cartoon.people.hair import HAIRSTYLES
from talkshow.render.cartoon.people.headwear import HEADWEAR
from talkshow.render.cartoon.view import Cartoon

NAMES = (
    "Ada",
    "Ben",
    "Cleo",
    "Dan",
    "Eva",
    "Finn",
    "Gia",
    "Hugo",
    "Ivy",
    "Jon",
    "Kim",
    "Lou",
    "Mia",
    "Ned",
    "Ora",
    "Pat",
    "Quin",
    "Rex",
    "Sue",
    "Tim",
    "Uma",
    "Vic",
    "Wyn",
    "Zed",
)
PLAIN = "adult man, average build, fair skin, oval face, brown eyes, straight nose, short brown hair, blue jumper"


@cache
def nobody() -> str:
    """The name of somebody of whom chance makes nothing of note where no word says so."""
    return next(
        name
        for name in (f"P{number}" for number in range(400))
        if all(
            getattr(choose_looks([StagedCharacter(name, None, PLAIN)], 0)[0][name], part) == getattr(Look(), part)
            for part in ("eye_shape", "brows", "ears", "lips", "freckles", "rosy", "mole", "lipstick", "earrings")
        )
    )


@cache
def portrait(look: str, name: str = "", side: int = 160) -> np.ndarray:
    """One character alone, small.  (side, side, 3) int."""
    cast = (StagedCharacter(name or nobody(), None, look),)
    return Cartoon().open(Stage(None, (side, side), cast)).seat_picture().astype(int)


def differing(one: np.ndarray, other: np.ndarray) -> int:
    """Pixels that differ so much that one sees it."""
    return int((np.abs(one - other).max(axis=2) > 8).sum())


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (
            "woman, grey bun, round glasses, green cardigan",
            {
                "feminine": True,
                "hair": "bun",
                "hair_color": "grey",
                "glasses": "round",
                "clothes": "cardigan",
                "clothes_color": "green",
            },
        ),
        (
            "man, brown skin, short black hair, beard, orange hoodie",
            {
                "feminine": False,
                "skin": "brown",
                "hair": "short",
                "hair_color": "black",
                "beard": "beard",
                "clothes": "hoodie",
                "clothes_color": "orange",
            },
        ),
        (
            "Old man with a white moustache and a navy suit, square red glasses",
            {
                "age": "old",
                "feminine": False,
                "beard": "moustache",
                "beard_color": "white",
                "clothes": "suit",
                "clothes_color": "navy",
                "glasses": "square",
                "glasses_color": "red",
            },
        ),
        (
            "blonde ponytail, yellow striped T-shirt, freckles, earrings, blue eyes, round face",
            {
                "hair": "ponytail",
                "hair_color": "blonde",
                "clothes": "t-shirt",
                "clothes_color": "yellow",
                "pattern": "striped",
                "freckles": True,
                "earrings": "studs",
                "eyes": "blue",
                "face": "round",
            },
        ),
        (
            "bald, gray sweater, purple scarf, red cap",
            {
                "hair": "bald",
                "clothes": "jumper",
                "clothes_color": "grey",
                "neckwear": "scarf",
                "neckwear_color": "purple",
                "headwear": "cap",
                "headwear_color": "red",
            },
        ),
        ("red hair, long face, dark skin", {"hair_color": "red", "face": "long", "skin": "dark"}),
        (
            "teal hijab, black jacket",
            {"headwear": "headscarf", "headwear_color": "teal", "clothes": "jacket", "clothes_color": "black"},
        ),
        (
            "long curly black hair, dark green jumper, big round glasses",
            {
                "hair": "curls",
                "hair_color": "black",
                "clothes": "jumper",
                "clothes_color": "dark green",
                "glasses": "oversized",
            },
        ),
        (
            "curly-haired girl, light blue dress",
            {"hair": "curly", "feminine": True, "age": "child", "clothes": "dress", "clothes_color": "light blue"},
        ),
        (
            "strong jaw, chubby cheeks, broad nose, hooded eyes",
            {"face": "square", "rosy": True, "nose": "wide", "eye_shape": "sleepy"},
        ),
        ("no beard, without hair", {"beard": "", "hair": "bald"}),
        ("salt and pepper beard, no glasses", {"beard": "beard", "beard_color": "salt-and-pepper", "glasses": ""}),
        (
            "long hair with bangs, polka dot blouse, bow tie",
            {"hair": "long fringe", "pattern": "dotted", "clothes": "blouse", "neckwear": "bow tie"},
        ),
        ("hair: long and grey", {"hair": "long", "hair_color": "grey"}),
        ("a dark man", {"skin": "dark", "feminine": False}),
        ("a grey lady", {"hair_color": "grey", "feminine": True}),
        ("short woman's hair", {"hair": "short", "feminine": True}),
        ("woman, 67 years old", {"feminine": True, "age": "old"}),
        ("man in his 40s", {"feminine": False, "age": "middle-aged"}),
        ("pirate with a blue eye patch", {"headwear": "bandana", "glasses": "eye patch", "glasses_color": "blue"}),
        ("doctor", {"clothes": "lab coat", "clothes_color": "white"}),
        ("doctor, green coat", {"clothes": "coat", "clothes_color": "green"}),
    ],
)
def test_words_name_parts(words: str, parts: dict[str, object]) -> None:
    chosen, warnings = read_look(words, "A")
    assert chosen == parts
    assert [warning for warning in warnings if "doctor" not in words] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("gren cardigan", "'gren'.*did you mean 'green'"),
        ("round glases", "'glases'.*did you mean 'glasses'"),
        ("woman, xylophone", "'xylophone'.*docs/look.md"),
        ("bald, long hair", "two kinds of hair"),
        ("short man", "'short'"),
        ("no nose", "without 'nose'"),
        ("cardigan over a white shirt", "under other clothes"),
        ("red hat, blue hat", "colour of headwear"),
    ],
)
def test_what_is_not_understood_is_said(words: str, says: str) -> None:
    view = Cartoon().open(Stage(None, (160, 160), (StagedCharacter("MAYA", None, words),)))
    assert any(re.search(says, warning) for warning in view.warnings)
    assert all("MAYA" in warning for warning in view.warnings)


def test_lint_names_the_line_of_a_look_that_is_not_understood(run, tmp_path) -> None:
    script = tmp_path / "looks.txt"
    script.write_text('cast:\n  MAYA: look="woman, gren cardigan"\n  LEO: look="man, beard"\nMAYA: Hi.\nLEO: Ho.\n')
    (line,) = [line for line in run("lint", script).out.splitlines() if "look" in line.partition(": ")[2]]
    assert ":2:1: warning: MAYA" in line
    assert "'green'" in line
    script.write_text(script.read_text().replace("MAYA: Hi.", "== Here == {image: two.png}\nMAYA: Hi."))
    assert "gren" not in run("lint", script).out  # a picture shows what MAYA looks like


@given(st.text(max_size=80))
def test_any_text_is_a_look(words: str) -> None:
    looks, _ = choose_looks([StagedCharacter("A", None, words)], 0)
    assert looks["A"].hair in HAIRSTYLES


@given(st.lists(st.sampled_from(sorted(known_words())), max_size=7), st.booleans())
def test_any_known_words_can_be_drawn(words: list[str], commas: bool) -> None:
    look = (", " if commas else " ").join(words)
    assert Cartoon().open(Stage(None, (64, 64), (StagedCharacter("A", None, look),))).seat_picture().std() > 5


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True), st.integers(0, 50))
@settings(max_examples=30)
def test_nobody_at_one_table_is_described_like_another(names: list[str], seed: int) -> None:
    looks, warnings = choose_looks([StagedCharacter(name) for name in names], seed)
    assert warnings == []
    for one, other in itertools.combinations(looks.values(), 2):
        assert difference(one, other) >= ENOUGH


def people(frame: np.ndarray, view) -> list[np.ndarray]:
    """Everybody's head and shoulders, cut out of one frame, all of one size and soft, as seen from across a room."""
    found = []
    for face in view.seats.values():
        x, half, top = face.center[0], 0.75 * face.width, face.top - 0.2 * face.height
        part = frame[max(0, int(top)) : int(face.bottom + 0.6 * face.height), max(0, int(x - half)) : int(x + half)]
        found.append(cv2.resize(part, (24, 32), interpolation=cv2.INTER_AREA).astype(float))
    return found


@pytest.mark.parametrize(
    "looks",
    [
        ("",) * 6,
        ("man, beard",) * 4,
        ("woman, glasses, green cardigan",) * 3,
        ("old woman, grey bun, round glasses",) * 2,
    ],
)
def test_two_people_of_one_scene_never_look_alike(looks: tuple[str, ...]) -> None:
    """Measured on frames: blurred cut-outs of any two differ in what a viewer sees first, colour and outline."""
    for seed in range(4):
        cast = tuple(StagedCharacter(name, None, look) for name, look in zip(NAMES[seed:], looks, strict=False))
        view = Cartoon().open(Stage(None, (960, 540), cast, "", seed))
        assert view.warnings == ()
        for one, other in itertools.combinations(people(view.seat_picture(), view), 2):
            assert (np.abs(one - other).max(axis=2) > 40).mean() > 0.12


def test_twenty_four_characters_can_be_told_apart() -> None:
    pictures = [portrait("", name) for name in NAMES]
    for one, other in itertools.combinations(pictures, 2):
        assert (np.abs(one - other).max(axis=2) > 40).mean() > 0.02


def test_a_look_does_not_change_with_the_company_unless_they_are_alike() -> None:
    alone = {name: choose_looks([StagedCharacter(name)], 3)[0][name] for name in NAMES}
    together = choose_looks([StagedCharacter(name) for name in NAMES[:4]], 3)[0]
    assert sum(together[name] == alone[name] for name in together) >= 3


def test_equal_words_for_everything_of_two_are_said() -> None:
    words = (
        "old woman, slim, fair skin, grey bun, green cardigan, round glasses, red scarf, black hat, striped, no beard"
    )
    _, warnings = choose_looks([StagedCharacter("A", None, words), StagedCharacter("B", None, words)], 0)
    assert [w for w in warnings if "look alike" in w and "A" in w and "B" in w]


def test_what_was_not_said_is_not_worn() -> None:
    for name in NAMES:
        look = choose_looks([StagedCharacter(name, None, "bob, red dress")], 0)[0][name]
        assert (look.glasses, look.beard, look.headwear, look.neckwear) == ("", "", "", "")
        assert look.feminine


@pytest.mark.parametrize(
    ("look", "gender", "feminine"),
    [
        ("", "female", True),
        ("", "male", False),
        ("green hoodie", "female", True),
        ("woman", "male", True),
        ("beard", "female", False),
        ("bun", "male", True),
    ],
)
def test_the_voice_decides_where_the_words_do_not(look: str, gender: str, feminine: bool) -> None:
    for name in NAMES[:8]:
        assert choose_looks([StagedCharacter(name, None, look, gender)], 0)[0][name].feminine == feminine


def values_of(part: Part) -> dict[object, str]:
    """A phrase for every value that a part's words can give."""
    noun = next(iter([*part.names, *part.alone]))
    phrases = {value: f"{kind} {noun}" for kind, value in [*part.kinds.items(), *part.loose.items()]}
    phrases |= {value: word for word, value in [*part.names.items(), *part.alone.items()] if value is not None}
    as_plain = ("", read_look(PLAIN)[0].get(part.field), "wavy", "straight" if part.field == "hair" else "")
    return {value: phrase for value, phrase in phrases.items() if value not in as_plain}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: "-".join((part.field, *[*part.names, *part.alone][:1])))
def test_every_kind_of_every_part_is_drawn_unlike_all_others(part: Part) -> None:
    """One phrase for every value that words can give; all pictures differ from each other and from plain."""
    pictures = [
        portrait(phrase, side=200) for phrase in (PLAIN, *(f"{PLAIN}, {said}" for said in values_of(part).values()))
    ]
    least = {"eye_shape": 12, "ears": 8, "mole": 6, "lips": 10, "earrings": 8, "brows": 12, "nose": 10}
    for one, other in itertools.combinations(pictures, 2):
        assert differing(one, other) >= least.get(part.field, 25)


@pytest.mark.parametrize("part", [part for part in PARTS if part.color], ids=lambda part: part.color)
def test_every_colour_of_every_part_shows(part: Part) -> None:
    noun = next(word for word, value in [*part.names.items(), *part.alone.items()] if value or not part.alone)
    pictures = [portrait(f"{PLAIN}, {color} {noun}") for color in list(part.palette)[:34:2]]
    for one, other in itertools.combinations(pictures, 2):
        assert (one != other).any(axis=2).sum() >= 4


def test_every_word_decides_something() -> None:
    """All of the vocabulary, each word where it belongs, is understood without a warning."""
    for part in PARTS:
        noun = next(iter([*part.names, *part.alone]))
        for word in (*part.alone, *part.names):
            chosen, warnings = read_look(word)
            assert not warnings, word
            assert chosen or all(part.names.get(word, word) is None for part in PARTS if word in part.names)
        for word in (*part.kinds, *part.loose):
            chosen, warnings = read_look(f"{word} {noun}")
            assert not warnings, (word, noun)
            assert part.field in chosen
        for color in part.palette if part.color else ():
            assert read_look(f"{color} {noun}")[0][part.color] == color
    assert all(
        any(
            read_look(f"{color} {noun}")[0].keys() & {"skin", "hair_color", "eyes", "clothes_color"}
            for noun in ("skin", "hair", "eyes", "shirt")
        )
        for color in COLORS
    )


def test_there_is_something_to_choose_from() -> None:
    assert len(HAIRSTYLES) >= 30
    assert len(CLOTHES) >= 18
    assert len(HEADWEAR) >= 18


def test_the_guide_names_every_word() -> None:
    """docs/look.md lists all words and no others: each of its words in `code` is understood."""
    guide = (Path(__file__).resolve().parents[2] / "docs" / "look.md").read_text(encoding="utf-8")
    tables = guide[guide.index("## Words") :].casefold()
    listed = set(re.findall(r"[a-z]+(?:[- ][a-z]+)*", tables)) | set(re.findall(r"[a-z]+(?:-[a-z]+)*", tables))
    for part in PARTS:
        for word in (*part.alone, *part.names, *part.kinds, *part.loose):
            assert word in listed or word.replace("-", " ") in tables, word
        for color in part.palette:
            assert color.removeprefix("light ").removeprefix("dark ") in tables, color
    rows = [line for line in tables.splitlines() if line.startswith("|") and "`" in line]
    numbers = {"45 years old", "in her 30s"}
    joined = {words.replace(" ", "-") for words in JOINED}
    for phrase in {phrase for line in rows for phrase in re.findall(r"`([^`]+)`", line)} - numbers:
        whole = phrase.replace(" ", "-")
        assert whole in known_words() | joined or set(phrase.split()) <= known_words() | FILLERS, phrase


def test_people_look_the_same_in_every_scene() -> None:
    """Whoever else is there: a scene of two shows them as a scene of six does."""
    everybody = tuple(StagedCharacter(name, None, "man, short black hair, suit") for name in NAMES[:6])
    together = Cartoon().open(Stage(None, (480, 270), everybody, "", 1, everybody)).looks
    for pair in itertools.pairwise(everybody):
        alone = Cartoon().open(Stage(None, (480, 270), pair, "", 1, everybody)).looks
        assert alone == {character.name: together[character.name] for character in pair}
    without = [Cartoon().open(Stage(None, (480, 270), (one,), "", 1)).looks[one.name] for one in everybody]
    assert without != list(together.values())  # so that the test can fail


def test_the_picture_of_the_guide_shows_what_it_says() -> None:
    """All twenty-four of docs/look.md are understood, and are as different from each other as their picture shows."""
    docs = Path(__file__).resolve().parents[2] / "docs"
    looks = re.findall(r"^\d+\. (.+)$", (docs / "look.md").read_text(encoding="utf-8"), re.M)
    assert len(looks) == 24
    assert [problem for look in looks for problem in read_look(look)[1]] == []
    picture = cv2.imread(str(docs / "cast.png")).astype(int)
    assert (docs / "cast.png").stat().st_size < 400_000
    tall, wide = picture.shape[0] // 4, picture.shape[1] // 6
    cells = [
        picture[row * tall : (row + 1) * tall, column * wide : (column + 1) * wide]
        for row in range(4)
        for column in range(6)
    ]
    middles = [
        cv2.resize(cell[tall // 8 :, wide // 8 : -wide // 8].astype(np.uint8), (24, 28), interpolation=cv2.INTER_AREA)
        for cell in cells
    ]
    for one, other in itertools.combinations(middles, 2):
        assert (np.abs(one.astype(int) - other).max(axis=2) > 40).mean() > 0.2


@pytest.mark.parametrize(
    ("words", "colors"),
    [("man, leather jacket", {"black", "brown", "burgundy"}), ("woman, uniform", {"navy", "charcoal"})],
)
def test_clothes_of_a_usual_colour_have_it_where_none_is_said(words: str, colors: set[str]) -> None:
    worn = {choose_looks([StagedCharacter("FINN", None, words)], seed)[0]["FINN"].clothes_color for seed in range(30)}
    assert worn == colors
    pink = choose_looks([StagedCharacter("FINN", None, words.replace(", ", ", pink "))], 0)[0]["FINN"]
    assert pink.clothes_color == "pink"
