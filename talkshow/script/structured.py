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
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from talkshow.errors import choose
from talkshow.script.builder import CHARACTER_KEYS, HEAD_KEYS, SCENE_KEYS, ScriptBuilder, Source
from talkshow.script.header import LineTags, read_header, read_tags
from talkshow.script.inline import number, write_text
from talkshow.script.model import Line, Script, Timing
from talkshow.script.plain import hint_values, scene_options

if TYPE_CHECKING:
    from yaml.nodes import Node
else:
    Node = Any

_LINE_KEYS = ("speaker", "text", "direction", "pause", "overlap", "backchannel", "off_screen", "shots", "tags")
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


def read_yaml(text: str, source: Source, first_line: int = 0) -> Node | None:
    """The document as a tree of nodes that know their places; `first_line` is the number of lines before it.

    Raises ScriptError for text that is not YAML and for anchors and aliases.
    """
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        tokens = loader(text)
        try:
            node: Node | None = tokens.get_single_node()
        finally:
            tokens.dispose()
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line, column = (mark.line + first_line + 1, mark.column + 1) if mark else (1, 1)
        raise source.error(f"this is not YAML: {exc.problem or exc.context}", line, column) from exc
    except (yaml.YAMLError, RecursionError) as exc:
        raise source.error(f"this is not YAML: {exc}", 1) from exc
    if first_line and node is not None:
        _shift(node, first_line)
    return node


def _shift(node: Node, lines: int) -> None:
    """Move the places of a tree down, for YAML that stands inside another file."""
    node.start_mark = _Mark(node.start_mark.line + lines, node.start_mark.column)
    if isinstance(node.value, list):
        for child in node.value:
            for part in child if isinstance(child, tuple) else (child,):
                _shift(part, lines)


class _Mark:
    """A place, counted from 0."""

    def __init__(self, line: int, column: int) -> None:
        self.line, self.column = line, column


def read_json(text: str, source: Source) -> Node | None:
    """As `read_yaml`, for JSON (of which YAML is a superset but for tabs)."""
    try:
        json.loads(text)
    except json.JSONDecodeError as exc:
        raise source.error(f"this is not JSON: {exc.msg}", exc.lineno, exc.colno) from exc
    except RecursionError as exc:
        raise source.error("this JSON is nested too deeply for a script", 1) from exc
    return read_yaml(text.replace("\t", " "), source)


def _kind(node: Any) -> str:
    return str(node.id)


class Tree:
    """A node with the questions a reader asks of it; each answer of the wrong kind is an error with its place."""

    def __init__(self, node: Node, source: Source, path: str = "the script") -> None:
        self.node, self.source, self.path = node, source, path
        self.line, self.column = node.start_mark.line + 1, node.start_mark.column + 1

    def error(self, message: str) -> Exception:
        """A ScriptError about this place."""
        return self.source.error(message, self.line, self.column)

    @property
    def kind(self) -> str:
        """"scalar", "sequence" or "mapping"."""
        return _kind(self.node)

    @property
    def text(self) -> str:
        """The words of a scalar; escaped surrogate pairs of JSON are joined."""
        if self.kind != "scalar":
            raise self.error(f"{self.path} must be text, not a {self.kind}")
        value = str(self.node.value)
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if not value.isascii() else value

    @property
    def items(self) -> list[Tree]:
        """The members of a list."""
        if self.kind != "sequence":
            raise self.error(f"{self.path} must be a list (- ...)")
        return [Tree(child, self.source, f"a member of {self.path}") for child in self.node.value]

    def pairs(self, allowed: tuple[str, ...] | None = None) -> dict[str, Tree]:
        """The members of a mapping by key; a key that is not `allowed` or comes twice is an error."""
        if self.kind != "mapping":
            raise self.error(f"{self.path} must be a mapping (key: value)")
        found: dict[str, Tree] = {}
        for key_node, value in self.node.value:
            key = Tree(key_node, self.source, "a key")
            if allowed is not None and key.text not in allowed:
                raise key.error(f"unknown key '{key.text}' in {self.path}. {choose(key.text, allowed)}")
            if key.text in found:
                raise key.error(f"'{key.text}' is given twice in {self.path}")
            found[key.text] = Tree(value, self.source, key.text)
        return found

    def seconds(self) -> float:
        """A time in seconds: a number, which may be followed by `s`."""
        match = re.fullmatch(r"(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)\s*s?", self.text)
        if not match:
            raise self.error(f"{self.path} must be a time in seconds, such as 0.8")
        return float(match[1])

    def flag(self) -> bool:
        """true or false."""
        if self.text.lower() not in (*_TRUE, *_FALSE):
            raise self.error(f"{self.path} must be true or false")
        return self.text.lower() in _TRUE


def read_structured(source: Source, *, as_json: bool = False) -> Script:
    """Parse YAML or JSON. Raises ScriptError with the place of what cannot be read."""
    root = (read_json if as_json else read_yaml)(source.text, source)
    builder = ScriptBuilder(source)
    if root is None:
        return builder.finish()
    tree = Tree(root, source)
    if tree.kind != "mapping":
        raise tree.error("a script in YAML or JSON is a mapping with the keys title, cast and scenes (or lines)")
    pairs = read_head(root, builder, (*HEAD_KEYS, "scenes", "lines"))
    if "lines" in pairs and "scenes" in pairs:
        raise pairs["lines"].error("a script has either scenes or lines, not both")
    for line in pairs["lines"].items if "lines" in pairs else []:
        _read_line(line, builder)
    for scene in pairs["scenes"].items if "scenes" in pairs else []:
        scene.path = "a scene"
        parts = scene.pairs(("title", *SCENE_KEYS, "lines"))
        title = parts["title"].text if "title" in parts else ""
        builder.begin_scene(title, {key: parts[key].text for key in SCENE_KEYS if key in parts}, scene.line)
        for line in parts["lines"].items if "lines" in parts else []:
            _read_line(line, builder)
    return builder.finish()


def read_head(root: Node, builder: ScriptBuilder, allowed: tuple[str, ...]) -> dict[str, Tree]:
    """Give title, language, picture, cast and pronunciations to the builder; all pairs of the mapping."""
    pairs = Tree(root, builder.source).pairs(allowed)
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
            entry.path = "the cast"
            values = entry.pairs(("name", *CHARACTER_KEYS))
            if "name" not in values:
                raise entry.error("a character needs a name: key")
            texts = {key: value.text for key, value in values.items() if key != "name"}
            builder.add_character(values["name"].text, texts, entry.line)
        return
    for name, entry in cast.pairs().items():
        if entry.kind == "mapping":
            entry.path = f"the cast's {name}"
            builder.add_character(name, {key: part.text for key, part in entry.pairs(CHARACTER_KEYS).items()},
                                  entry.line)
        else:                       # words describe the character
            words = entry.text
            builder.add_character(name, {"description": words} if words else {}, entry.line)


def _read_line(line: Tree, builder: ScriptBuilder) -> None:
    line.path = "a line"
    if line.kind == "scalar":
        header = read_header(line.text)
        if not header:
            raise line.error("who says this? Write  \"MAYA: ...\"")
        builder.add_line(header.name, read_tags(header.groups), line.text[header.end:], line.line)
        return
    keys = list(line.pairs())
    if len(keys) == 1 and keys[0] not in _LINE_KEYS:          # - MAYA (warm): Hello
        header = read_header(keys[0] + ":")
        if not header:
            raise line.error(f"cannot read the speaker '{keys[0]}'")
        builder.add_line(header.name, read_tags(header.groups), line.pairs()[keys[0]].text, line.line)
        return
    parts = line.pairs(_LINE_KEYS)
    missing = [key for key in ("speaker", "text") if key not in parts]
    if missing:
        raise line.error(f"this line has no {' and no '.join(missing)}")
    for shot in parts["shots"].items if "shots" in parts else []:
        builder.add_shot(shot.text, shot.line)
    tags = read_tags((f"({parts['direction'].text})",)) if "direction" in parts else LineTags()
    kept = read_tags(tuple(f"{{{tag.text}}}" for tag in parts["tags"].items)) if "tags" in parts else LineTags()
    timing = Timing(gap_s=parts["pause"].seconds() if "pause" in parts else tags.timing.gap_s,
                    overlap_s=parts["overlap"].seconds() if "overlap" in parts else tags.timing.overlap_s,
                    backchannel=parts["backchannel"].flag() if "backchannel" in parts else tags.timing.backchannel)
    off_screen = parts["off_screen"].flag() if "off_screen" in parts else tags.off_screen
    tags = replace(tags, timing=timing, off_screen=off_screen, tags=kept.tags,
                   problems=(*tags.problems, *kept.problems))
    builder.add_line(parts["speaker"].text, tags, parts["text"].text, line.line)


def head_values(script: Script) -> dict[str, Any]:
    """Title, language, cast and pronunciations as a mapping, without what is not said."""
    head: dict[str, Any] = {"title": script.title} if script.title else {}
    head |= {"language": script.language} if script.language != "en" else {}
    if script.cast:
        head["cast"] = {hint.name: _numbers(hint_values(hint)) for hint in script.cast}
    return head | ({"say": dict(script.pronunciations)} if script.pronunciations else {})


def _numbers(values: dict[str, str]) -> dict[str, Any]:
    return {key: float(value) if key in ("speed", "gain") else value for key, value in values.items()}


def line_values(line: Line) -> dict[str, Any]:
    """A line as a mapping, without what is not said."""
    values: dict[str, Any] = {"speaker": line.speaker}
    values |= {"direction": line.direction} if line.direction else {}
    values |= {"pause": _seconds(line.timing.gap_s)} if line.timing.gap_s is not None else {}
    values |= {"overlap": _seconds(line.timing.overlap_s)} if line.timing.overlap_s is not None else {}
    values |= {"backchannel": True} if line.timing.backchannel else {}
    values |= {"off_screen": True} if line.off_screen else {}
    values |= {"shots": list(line.shots)} if line.shots else {}
    values |= {"tags": list(line.tags)} if line.tags else {}
    return values | {"text": write_text(line.pieces, line.timing.cut_off)}


def _seconds(value: float) -> float | int:
    return int(value) if value == int(value) and number(value).isdigit() else value


def script_values(script: Script) -> dict[str, Any]:
    """The whole script as mappings and lists."""
    scenes = [({"title": scene.title} if scene.title else {}) | scene_options(scene)
              | {"lines": [line_values(line) for line in scene.lines]} for scene in script.scenes]
    plain = len(scenes) == 1 and list(scenes[0]) == ["lines"]
    return head_values(script) | ({"lines": scenes[0]["lines"]} if plain else {"scenes": scenes})


def dump_yaml(values: dict[str, Any]) -> str:
    """YAML in the order of the mapping, one value a line."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(values, Dumper=dumper, sort_keys=False, allow_unicode=True, width=1_000_000))


def write_yaml(script: Script) -> str:
    """The script as YAML; `read_structured` reads it back equal."""
    return dump_yaml(script_values(script))


def write_json(script: Script) -> str:
    """The script as JSON; `read_structured` reads it back equal."""
    return json.dumps(script_values(script), ensure_ascii=False, indent=2) + "\n"
