"""The words of consent: what is near enough to the sentence, and what turns it round or names somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.cloning.wording import agreement, sentences
from talkshow.languages.registry import known

ENGLISH = "I, {}, agree that talkshow may speak with my voice."


def good(heard: str, name: str, tag: str = "en") -> bool:
    return agreement(heard, name, known()[tag]).good


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        (ENGLISH.format("Maya Lopez"), "Maya Lopez"),
        ("i maya lopes agree that talk show may speak with my voice", "Maya Lopez"),
        ("I, Maia Lopez, agree that Talk Show may speak with my voice!", "Maya López"),
        ("Um, I, Catherine Hill, agree that talkshow may speak with my voice.", "Katherine Hill"),
        (ENGLISH.format("Leo"), "Leo"),
        (ENGLISH.format("Thomas Burr"), "Thomas Berg"),
        (ENGLISH.format("my Lopez"), "Maya Lopez"),
    ],
)
def test_consent(heard, name):
    assert good(heard, name)


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        (ENGLISH.format("Thomas Berg"), "Maya Lopez"),
        (ENGLISH.format("Maya Jones"), "Maya Lopez"),
        (ENGLISH.format("Maya"), "Maya Lopez"),
        (ENGLISH.format("Lea"), "Leo"),
        ("I agree that talkshow may speak with my voice.", "Leo"),
        ("I, Leo, do not agree that talkshow may speak with my voice.", "Leo"),
        ("I, Leo, don't agree that talkshow may speak with my voice.", "Leo"),
        ("I, Leo, agree that you may record this call.", "Leo"),
        ("The ferry is late today, and so are we.", "Leo"),
        ("Leo", "Leo"),
        ("", "Leo"),
    ],
)
def test_no_consent(heard, name):
    assert not good(heard, name)


def test_letters_of_another_kind_say_the_same():
    assert good("我李磊同意Talk Show用我的聲音說話", "李雷", "zh")
    assert not good("我李雷不同意talkshow用我的声音说话", "李雷", "zh")


@pytest.mark.parametrize("tag", sorted(sentences()))
@pytest.mark.parametrize("name", ["Ines Calder", "José"])
def test_every_sentence_is_consent_and_no_other_name_is(tag, name):
    said = sentences()[tag].replace("{name}", name)
    assert good(said, name, tag)
    assert not good(said, "Bartholomew Quux", tag)
    refusals = sorted(known()[tag].refusals)
    assert refusals, "a language whose refusals are not known would take them for consent"
    for word in refusals:
        assert not good(f"{said} {word}", name, tag)


@given(st.text(max_size=200))
def test_any_text_has_a_verdict(heard):
    found = agreement(heard, "Maya Lopez", known()["en"])
    assert 0 <= found.sentence <= 1 and 0 <= found.name <= 1
