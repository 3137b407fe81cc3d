"""Writing a script and reading it again gives the same script, in every format."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talkshow.script import WRITABLE_FORMATS, format_script, parse_script
from talkshow.script.inline import LineText, read_text, write_text
from talkshow.script.model import CharacterHint, Direction, Line, Rest, Say, Scene, Script, Timing
from talkshow.script.names import fold
from talkshow.script.vocabulary import rest_seconds

# letters, marks that mean something in some format, and characters beyond ASCII
_CHARACTERS = st.one_of(
    st.sampled_from("abcXYZ  019.,!?'\"()[]{}<>*_-—#=@^~:;/\\|&%$+`…’ß中🙂ש"),
    st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Cn")),
)


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _composed(text: str) -> str:
    return _collapsed(unicodedata.normalize("NFC", text))


_WORDS = st.text(_CHARACTERS, min_size=1, max_size=40).map(_collapsed).filter(bool)
_SIMPLE = st.sampled_from(["warm", "very angry", "laughs", "whispers", "wistfully gazing", "odd (one)", "x} y"])
_NAMES = st.one_of(
    st.sampled_from(
        [
            "MAYA",
            "Leo",
            "HOST 1",
            "HOST 2",
            "Dr. Who",
            "title",
            "cast",
            "INT. ROOM",
            "a:b",
            "@x",
            "Ünsal",
            "(who)",
            "Speaker 1",
            "CUT TO:",
            "MAYA & LEO",
            "Salt and Pepper",
            "a/b",
            "ALL",
            '"Ines"',
            "1. WITCH",
            "- x",
            "https",
        ]
    ),
    st.text(_CHARACTERS, min_size=1, max_size=12).map(_composed).filter(bool),
)
_SECONDS = st.one_of(st.sampled_from([0.0, 0.4, 0.8, 1.0, 1.5, 12.0]), st.floats(0, 100, allow_subnormal=False))
_DIRECTIONS = _SIMPLE.filter(lambda text: "," not in text)


def _merge(pieces: list[Say | Rest | Direction]) -> tuple[Say | Rest | Direction, ...]:
    """No two Says side by side: no text could say where one ends."""
    kept: list[Say | Rest | Direction] = []
    for piece in pieces:
        if not (kept and isinstance(piece, Say) and isinstance(kept[-1], Say)):
            kept.append(piece)
    return tuple(kept)


_PIECES = st.lists(
    st.one_of(_WORDS.map(Say), _SECONDS.map(Rest), _DIRECTIONS.map(Direction)), min_size=1, max_size=5
).map(_merge)
_TIMING = st.builds(Timing, st.none() | _SECONDS, st.none() | _SECONDS, *[st.booleans()] * 3)
_SHOTS = st.lists(st.sampled_from(["WIDE", "CLOSE ON MAYA", "TWO SHOT", "DOLLY {in}", "PAN: left"]), max_size=2)
_TAGS = st.lists(st.sampled_from(["wobble", "wobble 3", "colour: red", "a)b"]), max_size=2)


def _lines(names: list[str]) -> st.SearchStrategy[Line]:
    return st.builds(
        Line,
        st.sampled_from(names),
        _PIECES,
        st.lists(_DIRECTIONS, max_size=2).map(lambda names: tuple(Direction(name) for name in names)),
        _TIMING,
        _SHOTS.map(tuple),
        st.booleans(),
        _TAGS.map(tuple),
        st.none() | st.sampled_from(["es", "pt-BR", "zh"]),
    )


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    names = draw(st.lists(_NAMES, min_size=1, max_size=3, unique_by=fold))
    words = st.none() | _WORDS
    cast = ()
    if draw(st.booleans()):
        cast = tuple(
            CharacterHint(
                name,
                draw(words),
                draw(words),
                draw(words),
                draw(words),
                draw(st.none() | st.floats(0.25, 4)),
                draw(st.none() | st.floats(-20, 20)),
                draw(words),
                alias=draw(st.none() | st.sampled_from([f"{name}'s other name", f"{name} 77, {name} 78"])),
            )
            for name in names
        )
    scenes = draw(
        st.lists(
            st.builds(
                Scene, st.just("") | _WORDS, st.lists(_lines(names), min_size=1, max_size=4).map(tuple), words, words
            ),
            min_size=1,
            max_size=3,
        )
    )
    return Script(
        draw(st.just("") | _WORDS),
        tuple(scenes),
        cast,
        draw(st.dictionaries(_WORDS, _WORDS, max_size=2)),
        draw(st.sampled_from(["en", "en-GB", "de"])),
    )


@pytest.mark.parametrize("to", WRITABLE_FORMATS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(script=scripts())
def test_reading_what_was_written_gives_the_same_script(to: str, script: Script) -> None:
    assert parse_script(format_script(script, to), to) == script


@given(pieces=_PIECES, cut_off=st.booleans())
def test_text_of_a_line_round_trips(pieces: tuple, cut_off: bool) -> None:
    read = read_text(write_text(pieces, cut_off))
    assert (read.pieces, read.cut_off) == (pieces, cut_off)


@given(text=st.text(_CHARACTERS, max_size=80))
def test_reading_any_text_is_stable(text: str) -> None:
    read = read_text(text)
    if read.pieces:
        again = read_text(write_text(read.pieces, read.cut_off))
        assert LineText(again.pieces, again.cut_off) == LineText(read.pieces, read.cut_off)
    for piece in read.pieces:
        if isinstance(piece, Direction):
            assert rest_seconds(piece.name) is None
