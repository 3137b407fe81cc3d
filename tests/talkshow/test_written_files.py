"""Files that users write, with anything in them: each loads, or says what is wrong. Nothing else comes out.

TALKSHOW_EXAMPLES=10000 pytest tests/talkshow/test_written_files.py looks longer.
"""

from __future__ import annotations

import datetime
import json
import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from talkshow import EpisodeSettings
from talkshow.cast.catalogue import load_voices
from talkshow.episode.make import prepare
from talkshow.errors import SettingsError, TalkshowError
from talkshow.recording.speakers import name_speakers
from talkshow.script.reader import parse_script
from talkshow.settings import RecordingSettings, file_schema, read_settings_file
from talkshow.span import Span
from talkshow.timeline.turns import Diarization, Turn

EXAMPLES = settings().max_examples
JARGON = ("Input should", "pydantic", "type=", "Traceback", "<class", "object at 0x")
anything = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

letters = st.characters(exclude_categories=["Cs"])
scalars = st.one_of(
    st.booleans(),
    st.integers(),
    st.integers(-3, 2000),
    st.floats(),
    st.floats(0, 1),
    st.sampled_from([10**40, -0.0]),
    st.text(letters, max_size=12),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.sampled_from(["", " ", "none", "all", "off", "auto", "1280x720", "3-5", "x" * 600]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(letters, max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def toml(value: object) -> str:
    """A value as TOML has it: written here, so that the program's own writer is not asked about itself."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(ch):08x}" if ord(ch) < 32 or ch in '"\\\x7f' else ch for ch in value) + '"'
    if isinstance(value, float):
        return "nan" if math.isnan(value) else ("-inf" if value < 0 else "inf") if math.isinf(value) else repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else str(value)


def document(table: dict[str, object]) -> bytes:
    text = "".join(f"{toml(key)} = {toml(value)}\n" for key, value in table.items())
    tomllib.loads(text)  # what is tried is TOML
    return text.encode()


def tables(names: list[str], worth: dict[str, st.SearchStrategy] | None = None) -> st.SearchStrategy:
    """Tables of known and unknown keys with any value; of some keys mostly with values that are `worth` trying."""
    keys = st.one_of(st.sampled_from(names), st.sampled_from(names), st.text(letters, max_size=8))
    pairs = keys.flatmap(lambda key: st.tuples(st.just(key), st.one_of(values, (worth or {}).get(key, values))))
    return st.lists(pairs, max_size=5).map(dict)


def outcome(attempt) -> object:
    """What comes out: a value, or None where the message says in plain words what is wrong."""
    try:
        return attempt()
    except TalkshowError as exc:
        assert str(exc) and not [word for word in JARGON if word in str(exc)], exc
        assert all(line.isprintable() for line in str(exc).split("\n")), exc
        return None


SCHEMA = file_schema()
EXAMPLE_VALUES = {
    name: st.just(key.value.example) for part in (SCHEMA, *SCHEMA.tables.values()) for name, key in part.keys.items()
}
settings_tables = tables(
    [*SCHEMA.keys, *SCHEMA.tables],
    EXAMPLE_VALUES
    | {name: tables(list(part.keys), EXAMPLE_VALUES) for name, part in SCHEMA.tables.items()}
    | {
        name: st.dictionaries(st.sampled_from(["MAYA", "LEO", "seed", ""]), scalars, max_size=3)
        for name in ("voices", "seats")
    },
)


@anything
@given(settings_tables)
@example({"voices": {"MAYA": 1}, "seats": {"MAYA": [1, 2, 3, True]}, "generator": {"loras": {"": 1.0}}})
@example({"lines": [1, 10**30], "size": "999999999x2", "jobs": 1e300, "title": "a\x85b", "scene": 10**400})
def test_settings_load_or_say_what_is_wrong(tmp_path: Path, table: dict[str, object]) -> None:
    path = tmp_path / "show.toml"
    path.write_bytes(document(table))
    loaded = outcome(lambda: read_settings_file(path))
    if loaded is None:
        return
    _, given_values = loaded
    RecordingSettings(**given_values.pop("recording", {}))
    chosen = EpisodeSettings(**given_values)  # what a file may say, a program may
    assert set(given_values) <= set(table)
    assert EpisodeSettings(**{**vars(chosen)}) == chosen
    json.dumps(vars(chosen) | {"generator": vars(chosen.generator)}, default=str)


@settings(anything, max_examples=max(1, EXAMPLES // 5))
@given(settings_tables)
@example({"renderer": "\x7f", "title": " "})
@example({"image": "x/" * 200 + "x.png", "renderer": "portrait"})
def test_an_episode_with_any_settings_is_planned_or_refused(
    tmp_path: Path, tone_voices: Path, table: dict[str, object]
) -> None:
    path = tmp_path / "show.toml"
    path.write_bytes(document(table))
    loaded = outcome(lambda: read_settings_file(path))
    if loaded is not None:
        loaded[1].pop("recording", None)
        script = parse_script("cast:\n  MAYA: voice=hum_a\nMAYA: Hello.\nLEO: Hi.\n")
        outcome(lambda: prepare(script, EpisodeSettings(**loaded[1]), [tone_voices]))


@anything
@given(
    st.one_of(
        st.binary(max_size=60),
        st.text(max_size=60).map(lambda text: text.encode(errors="surrogatepass")),
        st.text("[]{}='\"\n .,#seats0MAYA", max_size=60).map(str.encode),
    )
)
def test_no_bytes_are_too_strange(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "echo").mkdir(exist_ok=True)
    for path in (tmp_path / "show.toml", tmp_path / "echo/voice.toml", tmp_path / "speakers.toml"):
        path.write_bytes(content)
    outcome(lambda: read_settings_file(tmp_path / "show.toml"))
    outcome(lambda: load_voices([tmp_path]))
    outcome(lambda: name_speakers(heard(), tmp_path / "speakers.toml"))


VOICE = {"name": "echo", "engine": "tone", "language": "en-US", "licence": "CC0-1.0"}
VOICE_KEYS = [*VOICE, "gender", "description", "consent", "data", "source", "pitch", "formants"]


@anything
@given(tables(VOICE_KEYS, {"gender": st.sampled_from(["female", ""]), "pitch": st.floats(0.2, 5)}), st.booleans())
@example({"data": "x" * 300}, True)
@example({"data": "."}, True)
@example({"data": "\u202eNIB"}, True)
@example({"description": "two\nlines", "gender": ["female"]}, True)
def test_voices_load_or_say_what_is_wrong(tmp_path: Path, table: dict[str, object], completed: bool) -> None:
    (tmp_path / "echo").mkdir(exist_ok=True)
    (tmp_path / "echo/voice.toml").write_bytes(document({**VOICE, **table} if completed else table))
    loaded = outcome(lambda: load_voices([tmp_path]))
    if loaded is not None:
        (voice,) = loaded.values()
        assert voice.name == "echo" and voice.engine.strip() and 0.25 <= (voice.pitch or 1) <= 4


def heard() -> Diarization:
    return Diarization((Turn("A", Span(0.0, 1.0)), Turn("B", Span(1.0, 2.0))))


@anything
@given(
    st.dictionaries(
        st.one_of(st.sampled_from(["A", "B", "S1"]), st.text(letters, max_size=5)),
        st.one_of(
            values,
            tables(
                ["name", "seat", "look"],
                {
                    "name": st.text(letters, min_size=1, max_size=5),
                    "seat": st.sampled_from(["left", "off", 2, [1, 2, 3, 4]]),
                },
            ),
        ),
        max_size=3,
    )
)
@example({"A": {"seat": True}})
@example({"A": {"name": "\u202e", "seat": [1, 2, 3]}})
def test_who_is_who_loads_or_says_what_is_wrong(tmp_path: Path, table: dict[str, object]) -> None:
    path = tmp_path / "speakers.toml"
    path.write_bytes(document(table))
    found = outcome(lambda: name_speakers(heard(), path))
    if found is not None:
        assert all(speaker.name.strip() and isinstance(speaker.look, str) for speaker in found.members)


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("[A]\nname = 5", 2, 'A.name cannot be 5: it must be a name, in quotes, for example name = "MAYA"'),
        ("[A]\nname = 'M'\n[B]\nseat = true", 4, "B.seat cannot be true"),
        ("[A]\nlook = ['red hair']", 2, "A.look cannot be"),
        ("[A]\nsaet = 'left'", 2, "Did you mean 'seat'?"),
        ("[A]\n\n'name' = ''", 3, "A.name cannot be"),
        ("S1 = 'MAYA'", 1, "'S1' stands alone"),
    ],
)
def test_a_mistake_in_speakers_toml_is_named_with_its_line(tmp_path: Path, content: str, line: int, says: str) -> None:
    path = tmp_path / "speakers.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        name_speakers(heard(), path)
    assert str(caught.value).startswith(f"{path}:{line}: ") and says in str(caught.value)


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("name = 5", 1, 'name = "my_voice"'),
        ("pitch = true", 5, "from 0.25 to 4"),
        ("formants = inf", 5, "formants = 1.1"),
        ("gender = 'f'", 5, '"female", "male"'),
        ("licence = ' '", 4, "licence cannot be"),
        ("description = 3", 5, "text"),
        ("engin = 'tone'", 5, "Did you mean 'engine'?"),
    ],
)
def test_a_mistake_in_voice_toml_stops_the_list_of_voices_with_its_line(
    run, tmp_path: Path, content: str, line: int, says: str
) -> None:
    (tmp_path / "echo").mkdir()
    rows = VOICE | {content.split(" = ")[0]: None}
    (tmp_path / "echo/voice.toml").write_text(
        "\n".join(content if value is None else f"{key} = {toml(value)}" for key, value in rows.items()),
        encoding="utf-8",
    )
    ran = run("voices", "list", "--voices", tmp_path)
    assert ran.code == 1 and f"voice.toml:{line}: " in ran.err and says in ran.err, ran.err


def test_a_voice_without_a_needed_key_is_named(run, tmp_path: Path) -> None:
    (tmp_path / "echo").mkdir()
    (tmp_path / "echo/voice.toml").write_text("name = 'echo'\nengine = 'tone'\nlanguage = 'en'\n", encoding="utf-8")
    ran = run("voices", "list", "--voices", tmp_path)
    assert ran.code == 1 and "licence is missing. Required keys: name, engine, language, licence" in ran.err


@pytest.mark.parametrize("format", ["json", None])
@pytest.mark.parametrize("text", ['[{"speaker": "A", "text": %s}]', '{"lines": [{"A": "Hello"}], "seed": %s}'])
def test_numbers_without_end_in_a_script_are_text_or_refused(format: str | None, text: str) -> None:
    outcome(lambda: parse_script(text % ("9" * 5000), format))
