"""The files of an episode, and every key of its JSON files as the schemas describe them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from pages.markdown import GENERATED, code, prose, table
from talkshow.store.outputs import RECORDS, REVIEW, diarization_files, episode_files

_SPEAKER = "SPEAKER"
_CONTENT = {
    "episode.mp4": "The video: H.264, AAC at 48 kHz. Picture and sound end within one frame of each other.",
    "poster.png": "A frame of the video.",
    "seats.png": "Who sits where in the picture. Episodes with several pictures also have `seats-2.png`, ...",
    "mix.wav": "The mastered mix: -16 LUFS, true peak at most -1 dBTP. A warning says if it had to be quieter.",
    f"tracks/{_SPEAKER}.wav": "One dry track per speaker, 48 kHz, all of the same length. Their sum is the mix before "
    "mastering.",
    **RECORDS,
    "manifest.json": "How the episode was made: settings, voices, models, checksums, measurements, warnings.",
    "report.json": "Written by `diarize` instead of a manifest: speakers, turns and warnings.",
    REVIEW: "Written by `convert --dry-run`, for you to name and seat the speakers.",
}


def page(_: str = "") -> str:
    """The whole page."""
    names = dict.fromkeys([*episode_files([_SPEAKER], 1), *diarization_files([_SPEAKER]), REVIEW])
    rows = ((code(name.replace(_SPEAKER, "<speaker>")), _CONTENT[name]) for name in names)
    return "".join(
        [
            GENERATED.format(source="talkshow/store/outputs.py and talkshow/schema/*.schema.json"),
            "# Output files\n\nAn episode's folder contains these files:\n\n",
            table(("file", "content"), rows),
            "\n`.work/` contains the cache. [files.md](../files.md) explains which files are replaced, and what the\n"
            "`schema` number of the JSON files promises.\n",
            *(_described(kind) for kind in ("manifest", "timeline")),
        ]
    )


def _described(kind: str) -> str:
    schema = json.loads((files("talkshow.schema") / f"{kind}.schema.json").read_text(encoding="utf-8"))
    text = [f"\n## {kind}.json\n\n{schema['description']}\n"]
    for title, part in _objects(schema, ""):
        optional = set(part["properties"]) - set(part.get("required", ()))
        rows = (
            (
                code(key),
                _kind(value),
                prose(value.get("description", "") + (" May be missing." if key in optional else "")),
            )
            for key, value in part["properties"].items()
        )
        text += [f"\n### {title}\n\n" if title else "\n", table(("key", "type", "content"), rows)]
    return "".join(text)


def _objects(schema: Mapping[str, Any], title: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The file itself, then everything in it that has keys."""
    yield title, schema
    for key, value in schema["properties"].items():
        inner = value.get("items", value.get("additionalProperties", value))
        if isinstance(inner, dict) and "properties" in inner:
            yield f"An entry of {key}" if inner is not value else key, inner
    for name, part in schema.get("$defs", {}).items():
        inner = part.get("items", part)
        if "properties" in inner:
            yield name, inner


def _kind(value: Mapping[str, Any]) -> str:
    """The type of a value in words."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return "`[left, top, right, bottom]`" if name == "box" else f"[{name}](#{name})"
    if "const" in value or "enum" in value:
        return " or ".join(code(json.dumps(each)) for each in value.get("enum", [value.get("const")]))
    if "anyOf" in value:
        return " or ".join(map(_kind, value["anyOf"]))
    if value.get("type") == "array":
        return f"list of {_kind(value['items'])}"
    kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
    return " or ".join(kinds)
