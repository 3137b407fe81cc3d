"""Casting: who gets which voice. Properties over made-up catalogues, and a few cases by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.cast.choosing import cast_script, load_all_voices, load_voices, wish_of
from talkshow.cast.types import Cast, Character, Voice
from talkshow.episode.make import prepare
from talkshow.episode.run import Run
from talkshow.episode.speak import speak_lines
from talkshow.errors import CastError
from talkshow.script import parse_script
from talkshow.script.model import CharacterHint, Line, Say, Scene, Script
from talkshow.settings import EpisodeSettings
from talkshow.store.workspace import Workspace

_NAMES = st.lists(st.text("ABCDEFG", min_size=1, max_size=5), min_size=1, max_size=9, unique=True)


def voice(name: str, gender: str = "", language: str = "en-US", description: str = "", engine: str = "kokoro") -> Voice:
    return Voice(name, engine, language, gender, description, "CC0-1.0")


def catalogue(num_female: int, num_male: int) -> dict[str, Voice]:
    voices = [voice(f"f{index}", "female") for index in range(num_female)]
    voices += [voice(f"m{index}", "male") for index in range(num_male)]
    return {each.name: each for each in voices}


def script(names: list[str], **descriptions: str) -> Script:
    lines = tuple(Line(name, (Say("Hi."),)) for name in names)
    hints = tuple(CharacterHint(name, description=words) for name, words in descriptions.items())
    return Script("", (Scene("", lines),), hints)


def chosen(show: Script, voices: dict[str, Voice], **options: object) -> dict[str, str]:
    cast = cast_script(show, voices, **options).cast  # type: ignore[arg-type]
    return {character.name: character.voice.name for character in cast.characters}


@given(names=_NAMES, num_female=st.integers(1, 5), num_male=st.integers(1, 5), seed=st.integers(0, 99), data=st.data())
def test_voices_are_distinct_while_they_last_and_chance_is_fixed(names, num_female, num_male, seed, data):
    voices = catalogue(num_female, num_male)
    women = data.draw(st.lists(st.sampled_from(names), unique=True))
    show = script(names, **dict.fromkeys(women, "a woman"))
    given_ = chosen(show, voices, seed=seed)
    assert set(given_) == set(names)
    uses = Counter(given_.values())
    if len(names) <= len(voices):
        assert max(uses.values()) == 1
    else:
        assert set(given_.values()) == set(voices) or women
        assert cast_script(show, voices, seed=seed).warnings
    if len(women) <= num_female:
        assert all(voices[given_[name]].gender == "female" for name in women if len(names) <= len(voices))
    # neither the order of speech nor that of the catalogue matters
    shuffled = data.draw(st.permutations(names))
    backwards = dict(reversed(list(voices.items())))
    assert chosen(script(shuffled, **dict.fromkeys(reversed(women), "a woman")), backwards, seed=seed) == given_


@given(names=_NAMES, seed=st.integers(0, 99))
def test_those_who_share_a_voice_sound_different(names, seed):
    cast = cast_script(script(names), catalogue(1, 1), seed=seed).cast
    heard = [(c.voice.name, c.voice.shift, c.speed) for c in cast.characters]
    assert len(set(heard)) >= min(len(heard), 10)


def test_hints_are_obeyed():
    voices = {
        each.name: each
        for each in (
            voice("young_f", "female", "en-US", "bright, young"),
            voice("old_f", "female", "en-US", "deep, mature"),
            voice("brit_m", "male", "en-GB", "clear"),
            voice("deep_m", "male", "en-US", "very deep, slow"),
            voice("quick_m", "male", "en-US", "energetic"),
            voice("german", "female", "de-DE", "warm"),
        )
    }
    show = script(
        ["A", "B", "C", "D", "E"],
        A="an old woman",
        B="a girl",
        C="British gentleman",
        D="old man, slow",
        E="he talks loud and fast",
    )
    assert chosen(show, voices) == {"A": "old_f", "B": "young_f", "C": "brit_m", "D": "deep_m", "E": "quick_m"}


@pytest.mark.parametrize(
    ("hint", "gender", "age"),
    [
        (CharacterHint("MAYA"), "female", ""),
        (CharacterHint("LEO"), "male", ""),
        (CharacterHint("X"), "", ""),
        (CharacterHint("LEO", description="an old woman"), "female", "old"),
        (CharacterHint("X", look="woman, grey cardigan"), "female", ""),
        (CharacterHint("X", look="grey bun"), "", "old"),
        (CharacterHint("Grandpa Joe"), "male", ""),
        (CharacterHint("X", description="a boy"), "male", "young"),
        (CharacterHint("MR. PIKE"), "male", ""),
        (CharacterHint("Person 1"), "", ""),
    ],
)
def test_what_is_read_from_a_hint(hint, gender, age):
    assert (wish_of(hint).gender, wish_of(hint).age) == (gender, age)


def test_what_is_asked_for_is_given_and_kept_from_others():
    voices = catalogue(2, 2)
    show = parse_script(
        "cast:\n  A: voice=M1, seat=left, speed=1.2, gain=-3, look=cap\nA: Hi.\nB: Hi.\nC: Hi.\nD: Hi.\n"
    )
    cast = cast_script(show, voices, {"b": "f1"}, {"A": "2", "C": "off"}).cast
    assert cast["A"].voice.name == "m1" and cast["B"].voice.name == "f1"
    assert len({character.voice.name for character in cast.characters}) == 4
    assert [(c.seat and str(c.seat), c.speed, c.gain_db, c.look) for c in cast.characters] == [
        ("2", 1.2, -3.0, "cap"),
        (None, 1.0, 0.0, ""),
        ("off", 1.0, 0.0, ""),
        (None, 1.0, 0.0, ""),
    ]


def test_sharing_on_request_changes_nothing_but_is_said():
    casting = cast_script(script(["A", "B"]), catalogue(1, 1), {"A": "f0", "B": "f0"})
    assert [(c.voice.name, c.voice.shift, c.speed) for c in casting.cast.characters] == [("f0", 1.0, 1.0)] * 2
    assert "A, B share the voice f0" in casting.warnings[0]


def test_fakes_are_never_given_unasked():
    voices = catalogue(1, 0) | {"hum": voice("hum", "female", engine="tone")}
    assert set(chosen(script(["A", "B"]), voices).values()) == {"f0"}
    assert chosen(script(["A"]), voices, overrides={"A": "hum"}) == {"A": "hum"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"overrides": {"A": "f9"}}, "f0, m0"),
        ({"overrides": {"AB": "f0"}}, "'A'"),
        ({"seat_overrides": {"Z": "2"}}, "'Z'"),
    ],
)
def test_unknown_voices_and_names(options, says):
    with pytest.raises(CastError, match=says):
        cast_script(script(["A"]), catalogue(1, 1), **options)


def test_no_voices_at_all():
    with pytest.raises(CastError, match="--voices"):
        cast_script(script(["A"]), {})


def test_draft_keeps_who_is_who():
    voices = load_all_voices()
    show = script(["MAYA", "LEO", "NINA"])
    drafts = cast_script(show, voices, draft=True).cast.characters
    assert [c.voice.name for c in drafts] == list(chosen(show, voices).values())
    assert {c.voice.engine for c in drafts} == {"draft"}
    assert len({(c.voice.pitch, c.voice.formants) for c in drafts}) == 3


def test_cast_knows_its_names():
    cast = cast_script(script(["MAYA", "LEO"]), catalogue(1, 1)).cast
    assert cast["LEO"].name == "LEO"
    with pytest.raises(CastError, match="'MAYA'"):
        cast["MAJA"]


def test_bundled_voices_are_complete():
    voices = load_all_voices()
    assert len(voices) >= 8
    for each in voices.values():
        assert each.licence and each.description and each.consent and each.gender in ("female", "male")
        assert each.folder and (each.folder / each.data).is_file()


GOOD = {"name": '"echo"', "engine": '"tone"', "language": '"en-US"', "licence": '"CC0-1.0"'}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"enginge": '"x"'}, "'engine'"),
        ({"name": '"../x"'}, "outside"),
        ({"data": '"../../secret"'}, "outside"),
        ({"data": '"a/b.bin"'}, "outside"),
        ({"data": '"none.bin"'}, "missing"),
        ({"licence": '""'}, "licence"),
        ({"name": '"other"'}, "folder is 'echo'"),
        ({"gender": '"woman"'}, "female"),
        ({"pitch": '"high"'}, "pitch"),
        ({"pitch": "0"}, "0.25"),
        ({"formants": "nan"}, "formants"),
        ({"language": "3"}, "language"),
        ({"name": "= ="}, "read"),
    ],
)
def test_wrong_voice_files(tmp_path: Path, changes: dict[str, str], says: str):
    (tmp_path / "echo").mkdir()
    toml = "\n".join(f"{key} = {value}" for key, value in (GOOD | changes).items())
    (tmp_path / "echo" / "voice.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(CastError, match=says) as caught:
        load_voices([tmp_path])
    assert "voice.toml" in str(caught.value)


def test_folders_of_ones_own(tmp_path: Path):
    (tmp_path / "echo").mkdir()
    toml = "\n".join(f"{key} = {value}" for key, value in GOOD.items())
    (tmp_path / "echo" / "voice.toml").write_text(toml, encoding="utf-8")
    assert load_voices([tmp_path])["echo"].folder == tmp_path / "echo"
    assert {"echo", "af_heart"} <= set(load_all_voices([tmp_path]))
    with pytest.raises(CastError, match="nowhere"):
        load_voices([tmp_path / "nowhere"])


def test_who_is_heard_as_recorded_has_no_voice_to_speak_with() -> None:
    nora = Character("NORA", None, recorded_gender="female")
    assert nora.gender == "female"
    assert Character("NORA", Voice("deep", "tone", "en", "male", "", ""), recorded_gender="female").gender == "male"
    with pytest.raises(CastError, match=r"NORA has no voice.*--voice NORA="):
        preparation = prepare(Script("t", (Scene("", (Line("NORA", (Say("Hi."),)),)),)), EpisodeSettings(only="speak"))
        speak_lines(replace(preparation, cast=Cast((nora,))), Run(Workspace(Path("none"))))
