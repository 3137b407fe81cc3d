"""YAML and JSON: the script as mappings and lists. Every key is checked, every error has its place.

title: Why cats knock things over
cast:
  MAYA: {voice: af_heart, seat: left}
scenes:
  - title: The studio
    image: studio.png
    lines:
      - MAYA: Welcome back.
      - {speaker: LEO, direction: deadpan, overlap: 0.5, text: "Power. (beat) And boredom."}
      - "MAYA (laughs): Fair."
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from talkshow.languages.registry import DEFAULT
from talkshow.script.builder import CHARACTER_KEYS, HEAD_KEYS, SCENE_KEYS, ScriptBuilder
from talkshow.script.formats import Evidence
from talkshow.script.header import read_header, read_tags
from talkshow.script.imports.dialogue import is_foreign, read_dialogue, read_records, read_text_inside
from talkshow.script.imports.multitalk import looks_like_multitalk, read_multitalk
from talkshow.script.imports.rows import EXPECTED
from talkshow.script.imports.services import looks_like_service, read_service
from talkshow.script.inline import number, write_text
from talkshow.script.layout import Block, Formatted, Style, arrange
from talkshow.script.model import Line, Scene, Script, Timing
from talkshow.script.names import write_spelling
from talkshow.script.plain import hint_values, place_of, read_shot, scene_options, with_rows
from talkshow.script.source import Source
from talkshow.script.tree import Tree, read_json, read_json_lines, read_yaml

STYLE = Style("yaml", lambda words, in_head: with_rows(words, "#"))  # noqa: ARG005
_YAML_BODY = re.compile(r"^(?:scenes|lines)[ \t]*:[ \t]*(?:#.*|\[.*)?$", re.MULTILINE)
_JSON = re.compile(r"\s*(?:\{(?!\\rtf)|\[\s*(?:[\[{]|\n|\"))")
_LINE_KEYS = (
    "speaker",
    "text",
    "direction",
    "pause",
    "overlap",
    "backchannel",
    "together",
    "language",
    "off_screen",
    "shots",
    "tags",
)


def recognise_yaml(text: str) -> Evidence:
    """`scenes:` or `lines:` alone on a line."""
    return Evidence.LIKELY if _YAML_BODY.search(text) else Evidence.NONE


def recognise_json(text: str) -> Evidence:
    """A brace, or a bracket that is not a camera tag's."""
    return Evidence.SURE if _JSON.match(text) else Evidence.NONE


def read_yaml_script(source: Source) -> Script:
    """Parse YAML. Raises ScriptError with the place of what cannot be read."""
    builder = ScriptBuilder(source)
    return _read_tree(read_yaml(source.text, source, 0, builder), builder)


def read_json_script(source: Source) -> Script:
    """Parse JSON, also that of other programs and one object per row.

    Raises ScriptError with the place of what cannot be read.
    """
    builder = ScriptBuilder(source)
    if records := read_json_lines(source):
        read_records(records, builder)
        return builder.finish()
    if looks_like_multitalk(source.text):
        return read_multitalk(source)
    tree = read_json(source.text, source)
    if tree is not None and not _is_script(tree) and looks_like_service(source.text):
        if read_service(source.text, builder):
            return builder.finish()
        builder = ScriptBuilder(source)
    return _read_tree(tree, builder)


def _is_script(tree: Tree) -> bool:
    """Whether it has the keys of our own scripts."""
    keys = {key.value for key in tree.children[::2]} if tree.kind == "mapping" else set()
    return bool(keys & {"scenes", "lines", "cast"}) and not is_foreign(tree)


def _read_tree(tree: Tree | None, builder: ScriptBuilder) -> Script:
    if tree is None:
        return builder.finish()
    if not _is_script(tree):
        if script := read_text_inside(tree):
            return script
        if read_dialogue(tree, builder):
            return builder.finish()
    if tree.kind != "mapping":
        raise tree.error(f"this is not a script. {EXPECTED}")
    pairs = read_head(tree, builder, (*HEAD_KEYS, "scenes", "lines"))
    if "lines" in pairs and "scenes" in pairs:
        raise pairs["lines"].error("a script has either scenes or lines, not both")
    for line in pairs["lines"].items if "lines" in pairs else []:
        _read_line(line, builder)
    for scene in pairs["scenes"].items if "scenes" in pairs else []:
        scene.name = "a scene"
        parts = scene.pairs(("title", *SCENE_KEYS, "lines"))
        title = parts["title"].text if "title" in parts else ""
        builder.begin_scene(title, {key: parts[key].text for key in SCENE_KEYS if key in parts}, scene.line)
        for line in parts["lines"].items if "lines" in parts else []:
            _read_line(line, builder)
    return builder.finish()


def read_head(tree: Tree, builder: ScriptBuilder, allowed: tuple[str, ...]) -> dict[str, Tree]:
    """Give title, language, picture, cast and pronunciations to the builder; all pairs of the mapping."""
    pairs = tree.pairs(allowed)
    for name in tree.children[::2]:
        builder.place(name.text, name.line)
    for key in ("title", "language", "image", "prompt"):
        if key in pairs:
            setattr(builder, key, builder.clean(pairs[key].text, pairs[key].line))
    for word, said in (pairs["say"].pairs() if "say" in pairs else {}).items():
        builder.add_pronunciation(word, said.text, said.line)
    if "cast" in pairs:
        _read_cast(pairs["cast"], builder)
    return pairs


def _read_cast(cast: Tree, builder: ScriptBuilder) -> None:
    if cast.kind == "sequence":
        for entry in cast.items:
            entry.name = "the cast"
            values = entry.pairs(("name", *CHARACTER_KEYS))
            if "name" not in values:
                raise entry.error("a character needs a name: key")
            texts = {key: _value(key, value) for key, value in values.items() if key != "name"}
            builder.add_character(values["name"].text, texts, entry.line)
        return
    for name, entry in cast.pairs().items():
        if entry.kind == "mapping":
            entry.name = f"the cast's {name}"
            builder.add_character(
                name, {key: _value(key, part) for key, part in entry.pairs(CHARACTER_KEYS).items()}, entry.line
            )
        else:  # words describe the character
            words = entry.text
            builder.add_character(name, {"description": words} if words else {}, entry.line)


def _value(key: str, tree: Tree) -> str:
    """A value of a character; other names may be a list."""
    return ", ".join(part.text for part in tree.items) if key == "alias" and tree.kind == "sequence" else tree.text


def _read_line(line: Tree, builder: ScriptBuilder) -> None:
    line.name = "a line"
    alone = line.items[0] if line.kind == "sequence" and len(line.items) == 1 else line
    shot = alone.text if alone is not line else read_shot(line.text) if line.kind == "scalar" else None
    if shot:  # - "[WIDE]", which YAML reads as a list without quotes
        builder.add_shot(shot, line.line)
        return
    if line.kind == "scalar":
        text = builder.clean(line.text, line.line)
        header = read_header(text)
        if not header:
            raise line.error('who says this? Write  "MAYA: ...", or  "[CLOSE ON MAYA]"  for the camera')
        builder.add_line(header.raw, read_tags(header.groups), text[header.end :], line.line)
        return
    keys = list(line.pairs())
    if len(keys) == 1 and keys[0] not in _LINE_KEYS:  # - MAYA (warm): Hello
        header = read_header(builder.clean(keys[0], line.line) + ":")
        if not header:
            raise line.error(f"cannot read the speaker '{keys[0]}'")
        builder.add_line(header.raw, read_tags(header.groups), line.pairs()[keys[0]].text, line.line)
        return
    parts = line.pairs(_LINE_KEYS)
    missing = [key for key in ("speaker", "text") if key not in parts]
    if missing:
        raise line.error(f"this line has no {' and no '.join(missing)}")
    for tag in _one_or_more(parts["shots"]) if "shots" in parts else []:
        builder.add_shot(tag.text, tag.line)
    directions = [builder.clean(parts["direction"].text, line.line)] if "direction" in parts else []
    tags = read_tags(tuple(f"({text})" for text in directions))
    unknown = [builder.clean(tag.text, tag.line) for tag in parts["tags"].items] if "tags" in parts else []
    kept = read_tags(tuple(f"{{{text}}}" for text in unknown))
    timing = Timing(
        gap_s=parts["pause"].seconds() if "pause" in parts else tags.timing.gap_s,
        overlap_s=parts["overlap"].seconds() if "overlap" in parts else tags.timing.overlap_s,
        backchannel=parts["backchannel"].flag() if "backchannel" in parts else tags.timing.backchannel,
        together=parts["together"].flag() if "together" in parts else tags.timing.together,
    )
    off_screen = parts["off_screen"].flag() if "off_screen" in parts else tags.off_screen
    tags = replace(
        tags,
        timing=timing,
        off_screen=off_screen,
        tags=kept.tags,
        language=builder.clean(parts["language"].text, line.line) if "language" in parts else tags.language,
        problems=(*tags.problems, *kept.problems),
    )
    speakers = " & ".join(speaker.text for speaker in _one_or_more(parts["speaker"]))
    builder.add_line(speakers, tags, parts["text"].text, line.line)


def _one_or_more(tree: Tree) -> list[Tree]:
    """The members of a list; a single value is a list of one."""
    return [tree] if tree.kind == "scalar" else tree.items


def head_values(script: Script) -> dict[str, Any]:
    """Title, language, cast and pronunciations as a mapping, without what is not said."""
    head: dict[str, Any] = {"title": script.title} if script.title else {}
    head |= {"language": script.language} if script.language != DEFAULT else {}
    if script.cast:
        head["cast"] = {write_spelling(hint.name): _numbers(hint_values(hint)) for hint in script.cast}
    return head | ({"say": dict(script.pronunciations)} if script.pronunciations else {})


def _numbers(values: dict[str, str]) -> dict[str, Any]:
    return {key: float(value) if key in ("speed", "gain") else value for key, value in values.items()}


def line_values(line: Line) -> dict[str, Any]:
    """A line as a mapping, without what is not said."""
    values: dict[str, Any] = {"speaker": write_spelling(line.speaker)}
    values |= {"direction": line.direction} if line.direction else {}
    values |= {"pause": _seconds(line.timing.gap_s)} if line.timing.gap_s is not None else {}
    values |= {"overlap": _seconds(line.timing.overlap_s)} if line.timing.overlap_s is not None else {}
    values |= {"backchannel": True} if line.timing.backchannel else {}
    values |= {"together": True} if line.timing.together else {}
    values |= {"language": line.language} if line.language else {}
    values |= {"off_screen": True} if line.off_screen else {}
    values |= {"shots": list(line.shots)} if line.shots else {}
    values |= {"tags": list(line.tags)} if line.tags else {}
    return values | {"text": write_text(line.pieces, line.timing.cut_off)}


def _seconds(value: float) -> float | int:
    return int(value) if value == int(value) and number(value).isdigit() else value


def script_values(script: Script) -> dict[str, Any]:
    """The whole script as mappings and lists."""
    scenes = [
        ({"title": scene.title} if scene.title else {})
        | scene_options(scene)
        | {"lines": [line_values(line) for line in scene.lines]}
        for scene in script.scenes
    ]
    plain = len(scenes) == 1 and list(scenes[0]) == ["lines"]
    return head_values(script) | ({"lines": scenes[0]["lines"]} if plain else {"scenes": scenes})


def dump_yaml(values: Any) -> str:
    """YAML in the order of its mappings, one value per line."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(values, Dumper=dumper, sort_keys=False, allow_unicode=True, width=1_000_000))


def yaml_head(script: Script) -> list[Block]:
    """The head as YAML, a block for each value that it can be told from."""
    values = head_values(script)
    blocks = [
        Block(tuple(_rows({key: values[key]})), place_of(script, key)) for key in ("title", "language") if key in values
    ]
    if script.cast:
        blocks.append(Block(("cast:",), place_of(script, "cast")))
        blocks += [
            Block(tuple(_rows({"": {name: values["cast"][name]}})[1:]), hint.source_line, indent="  ")
            for hint, name in zip(script.cast, values["cast"], strict=True)
        ]
    if script.pronunciations:
        blocks.append(Block(("say:",), place_of(script, "say")))
        blocks += [
            Block(tuple(_rows({"": {word: said}})[1:]), place_of(script, f"say {word}"), indent="  ")
            for word, said in script.pronunciations.items()
        ]
    return blocks


def write_yaml(script: Script) -> Formatted:
    """The script as YAML; `read_yaml_script` reads it back equal."""
    blocks = yaml_head(script)
    values = script_values(script)
    if "lines" in values:
        blocks.append(Block(("lines:",), place_of(script, "lines")))
        blocks += _line_blocks(script.scenes[0], "")
    else:
        blocks.append(Block(("scenes:",), place_of(script, "scenes")))
        for scene, told in zip(script.scenes, values["scenes"], strict=True):
            rows = _rows([{**told, "lines": None}])
            blocks.append(Block((*rows[:-1], rows[-1].removesuffix(" null")), scene.source_line))
            blocks += _line_blocks(scene, "  ")
    return arrange(blocks, script.layout, STYLE)


def _line_blocks(scene: Scene, indent: str) -> Iterator[Block]:
    for line in scene.lines:
        rows = tuple(indent + row for row in _rows([line_values(line)]))
        yield Block(rows, line.source_line, indent=indent)


def _rows(values: Any) -> list[str]:
    return dump_yaml(values).rstrip("\n").split("\n")


def write_json(script: Script) -> Formatted:
    """The script as JSON, which has no comments; `read_json_script` reads it back equal."""
    lost = script.layout.remarks if script.layout else ()
    return Formatted(
        json.dumps(script_values(script), ensure_ascii=False, indent=2) + "\n",
        tuple(remark for remark in lost if remark.words),
    )
