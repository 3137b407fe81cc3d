"""Directions are understood by whole words and their inflections, from one table; a negation takes them back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.cast.types import Character, Voice
from talkshow.performance.moods import MOODS
from talkshow.script import directions, parse_script
from talkshow.script.directions import Direction, Meaning, entries, known_words
from talkshow.script.header import read_tags
from talkshow.script.lint import lint
from talkshow.script.model import Line, Say
from talkshow.speech.engines.tone import Tone
from talkshow.speech.speak import line_key, speak_line

ROOT = Path(__file__).resolve().parents[2]
MAYA = Character("MAYA", Voice("hum", "tone", "en-US", "", "", "CC0-1.0"))
FORMS = sorted({" ".join(form) for entry in entries() for form in entry.forms})


def effect(direction: str) -> tuple[float, float, str]:
    meaning = Direction(direction).meaning
    delivery = meaning.delivery or directions.Delivery()
    return delivery.speed, delivery.gain_db, meaning.face


def sound(direction: str) -> np.ndarray:
    return speak_line(
        Line("MAYA", (Say("Well, that is new."),), (Direction(direction),)), MAYA, Tone(), {}, 0
    ).waveform.samples


@pytest.mark.parametrize(
    "direction",
    [
        "joyless",
        "sober",
        "wearing a hat",
        "crystal clear",
        "fasten your belt",
        "softball voice",
        "a calmative",
        "happening now",
        "hurricane warning",
        "shyster",
        "tiresome",
        "cheerio",
        "quicksand",
        "loudspeaker on",
        "sadist",
        "slowpoke",
        "rushmore",
        "breathalyser",
        "whisperer",
        "seriousish",
        "sobriety",
        "panickers",
        "weariless",
        "hushpuppy",
        "excitations",
        "urgentish",
        "boredomless",
        "yellow scarf",
        "screamo",
        "mutterer",
    ],
)
def test_a_word_that_only_begins_like_a_direction_is_none(direction: str) -> None:
    assert effect(direction) == (1.0, 0.0, "")
    assert np.array_equal(sound(direction), sound(""))
    (problem,) = lint(parse_script(f"MAYA ({direction}): Hello.\n"), ())
    assert "unknown direction" in problem.message and problem.severity == "warning"


@given(st.sampled_from(FORMS), st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=5), st.booleans())
def test_letters_before_or_after_a_word_make_another_word(form: str, more: str, before: bool) -> None:
    word = more + form if before else form + more
    if " " not in form and word not in known_words():
        assert Direction(word).meaning == Meaning()


@pytest.mark.parametrize(
    ("plain", "inflected"),
    [
        ("whispers", ("whispering", "whispered", "whisperingly", "Whispers", "half-whispering")),
        ("laughs", ("laugh", "laughing", "laughed", "laughter")),
        ("sobs", ("sobbing", "sobbed", "cries", "cried")),
        ("angry", ("angrily", "angrier", "ANGRY", "very angry", "a little angry", "anger")),
        ("sad", ("sadly", "sadder", "sadness", "kind of sad")),
        ("happy", ("happily", "happiest", "with joy")),
        ("gentle", ("gently", "gentler")),
        ("smiles", ("smiling", "smiled", "a smile")),
        ("shy", ("shyly", "shyer")),
        ("enthusiastic", ("enthusiastically", "thrilled")),
        ("hurries", ("hurrying", "hurried", "hurriedly")),
        ("tired", ("weary", "wearily", "tiredly")),
        ("panics", ("panicking", "panicked", "panicky")),
        ("dry", ("dryly", "drily")),
        ("sings", ("singing", "sang", "sing-song")),
        ("loudly", ("louder", "loudest")),
    ],
)
def test_inflections_are_the_same_direction(plain: str, inflected: tuple[str, ...]) -> None:
    assert Direction(plain).meaning.known
    for form in inflected:
        assert Direction(form).meaning.known and effect(form) == effect(plain), form


@pytest.mark.parametrize(
    "direction",
    [
        "not angry",
        "without anger",
        "never sad",
        "hardly whispering",
        "no longer tired",
        "isn't angry",
        "isn’t happy",
        "not very loud",
        "doesn't laugh",
        "no smile",
        "anything but calm",
        "far from happy",
        "neither sad nor angry",
        "rather than shouting",
        "non-angry",
        "trying not to laugh",
        "less than thrilled",
        "wont cry",
        "barely smiling",
    ],
)
def test_a_negation_is_not_understood_and_reported(direction: str) -> None:
    assert effect(direction) == (1.0, 0.0, "")
    assert np.array_equal(sound(direction), sound(""))
    (problem,) = lint(parse_script(f"MAYA ({direction}): Hello.\n"), ())
    assert f"unknown direction ({direction})" in problem.message and "say how instead" in problem.message


@pytest.mark.parametrize(
    ("direction", "same"),
    [
        ("not angry but sad", "sad"),
        ("not only sad", "sad"),
        ("can't stop laughing", "laughs"),
        ("cannot help smiling", "smiles"),
        ("hardly above a whisper", "whispers"),
        ("stops, laughing", "laughs"),
    ],
)
def test_what_follows_a_negation_can_be_meant(direction: str, same: str) -> None:
    parts = [Direction(part.strip()) for part in direction.split(",")]
    assert effect(parts[-1].name) == effect(same)


def test_an_action_that_ends_is_an_action_without_its_mood() -> None:
    assert Direction("stops laughing").meaning == Meaning(known=True)


def test_a_negated_direction_inside_a_text_is_never_spoken() -> None:
    script = parse_script("MAYA: I said so (not angry). Yes (not really) and (without anger) no.\n")
    (line,) = script.lines
    assert line.text == "I said so. Yes (not really) and no."
    assert [direction.name for direction in line.directions] == ["not angry", "without anger"]
    assert len(script.warnings) == 2


def test_the_table_is_sound() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for entry in entries():
        assert entry.face in ("", *MOODS) and entry.kind in ("moods", "manners", "sounds", "actions"), entry.name
        assert set(entry.told) <= {"-".join(form) for form in entry.forms}, entry.name
        for form in entry.forms:
            assert seen.setdefault(form, entry.name) == entry.name, f"{form} stands at {seen[form]} and {entry.name}"


def test_one_line_of_the_table_adds_a_direction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "directions.toml"
    more = (
        'flabbergasted = {adjectives = "gobsmacked", speed = 1.2, gain_db = 2.5, face = "surprised", '
        'told = "gobsmacked"}\n'
    )
    table.write_text(
        directions.TABLE.read_text(encoding="utf-8").replace("[moods]\n", f"[moods]\n{more}"), encoding="utf-8"
    )
    assert effect("gobsmackedly") == (1.0, 0.0, "")
    monkeypatch.setattr(directions, "TABLE", table)
    directions.entries.cache_clear()
    directions._by_form.cache_clear()
    try:
        assert effect("gobsmackedly") == (1.2, 2.5, "surprised")
        assert lint(parse_script("MAYA (gobsmacked): Hello.\n"), ()) == []
        assert "gobsmacked" in directions.offered()
    finally:
        monkeypatch.undo()
        directions.entries.cache_clear()
        directions._by_form.cache_clear()


def test_kept_speech_knows_a_direction_by_its_sound() -> None:
    """The same delivery in other words is the same sound; another delivery is not."""

    def key(direction: str) -> str:
        return line_key(
            Line("MAYA", (Say("Hello."),), read_tags((f"({direction})",)).directions), MAYA, "tone/1", {}, 0
        )

    assert key("sadly") == key("with sadness") != key("angrily") != key("") == key("not angry") == key("smiling")
    assert key("sadly, neutral") == key("") != key("neutral, sadly")
