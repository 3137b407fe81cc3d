"""The JSON schemas describe what is written, all of it, and no other value passes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from recordings import hummed, rttm, wav

KINDS = ("manifest", "timeline")
FILM = ("--renderer", "stills", "--size", "160x90")


def schema(kind: str) -> dict[str, Any]:
    """As the package ships it."""
    found = json.loads((files("talkshow.schema") / f"{kind}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def closed(part: Any) -> Any:
    """A schema in which every object has the described keys and no others, except where it says otherwise."""
    if isinstance(part, list):
        return [closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    inner = {key: closed(value) for key, value in part.items()}
    return {"additionalProperties": False, **inner} if "properties" in part and part.get("type") == "object" else inner


def written(folder: Path) -> dict[str, Any]:
    return {kind: json.loads((folder / f"{kind}.json").read_text(encoding="utf-8")) for kind in KINDS}


def require_described(folder: Path) -> dict[str, Any]:
    found = written(folder)
    for kind in KINDS:
        jsonschema.validate(found[kind], closed(schema(kind)))
    return found


def test_an_episode_is_what_the_schemas_describe(run, tmp_path, tone_voices):
    script = tmp_path / "tea.txt"
    script.write_text(
        "cast:\n  ANN: voice=hum_a\n  BOB: voice=hum_b, seat=off\n"
        "== Tea ==\nANN: A cup of --\nBOB {overlap 0.2}: Tea?\n"
        "== Later ==\nANN: Warm tea.\nBOB {backchannel}: Mm.\n",
        encoding="utf-8",
    )
    ran = run("render", script, "--voices", tone_voices, *FILM, "--shots", "lively", "--out", tmp_path / "o")
    assert ran.code == 0, ran.err
    found = require_described(Path(ran.out.strip()).parent)
    assert found["manifest"]["check"] and len(found["manifest"]["scenes"]) == 2
    assert {cue["kind"] for cue in found["timeline"]["cues"]} == {"line", "backchannel"}


def test_sound_alone_is_described_too(run, quick, tmp_path, tone_voices):
    ran = run("speak", quick[1], "--voices", tone_voices, "--lines", "2", "--out", tmp_path / "o")
    assert ran.code == 0, ran.err
    found = require_described(Path(ran.out.strip()).parent)
    assert found["timeline"]["shots"] == [] and found["manifest"]["part"]["lines"] == [2, 2]


def test_a_recording_is_what_the_schemas_describe(run, tmp_path):
    sound = wav(tmp_path / "talk.wav", hummed().mix)
    ran = run(
        "convert",
        sound,
        "--rttm",
        rttm(tmp_path / "talk.rttm"),
        "--no-captions",
        "--no-check",
        *FILM,
        "--from",
        "0:00",
        "--to",
        "0:05",
        "--out",
        tmp_path / "o",
    )
    assert ran.code == 0, ran.err
    found = require_described(Path(ran.out.strip()).parent)
    assert found["manifest"]["source"]["kind"] == "recording" and found["manifest"]["part"]["to_s"] == 5.0


def paths(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in JSON."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in children:
        yield (*place, key)
        yield from paths(inner, (*place, key))


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("manifest", ("schema",)),
        ("manifest", ("outputs", "mix.wav", "sha256")),
        ("manifest", ("stages", "mix", "loudness_lufs")),
        ("timeline", ("schema",)),
        ("timeline", ("fps",)),
        ("timeline", ("cues", 0, "start_s")),
        ("timeline", ("cues", 0, "words", 0, "text")),
    ],
)
def test_a_wrong_value_does_not_pass(quick_episode, kind, place):
    good = written(quick_episode)[kind]
    assert place in set(paths(good))
    for spoil in (lambda rest, key: rest.pop(key), lambda rest, key: rest.__setitem__(key, ["wrong"])):
        bad = copy.deepcopy(good)
        rest = bad
        for key in place[:-1]:
            rest = rest[key]
        spoil(rest, place[-1])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_of_a_later_version_passes(quick_episode, kind):
    """The promise: the number stays the same when a key is added."""
    jsonschema.validate({**written(quick_episode)[kind], "a_new_key": 1}, schema(kind))


def test_the_example_in_the_documentation_finds_a_schema():
    page = (Path(__file__).resolve().parents[2] / "docs/files.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    found: dict[str, Any] = {}
    exec(example, found)
    assert found["schema"] == schema("timeline")


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_has_the_number_that_is_written(kind):
    from talkshow.episode.published import SCHEMA

    assert schema(kind)["properties"]["schema"]["const"] == SCHEMA
