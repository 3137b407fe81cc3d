"""The plain format: `NAME (warm): text`, with a head of keys and `== scene ==` headings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from talkshow.errors import nearest
from talkshow.languages.registry import DEFAULT
from talkshow.script.builder import CHARACTER_KEYS, HEAD_KEYS, SCENE_KEYS, ScriptBuilder
from talkshow.script.header import Header, read_header, read_tags, write_header
from talkshow.script.inline import escape, number, unescape, write_text
from talkshow.script.keyvalues import quote, read_flow, read_pairs, unquote, write_flow, write_pairs
from talkshow.script.layout import Block, Formatted, Style, arrange
from talkshow.script.model import CharacterHint, Line, Scene, Script
from talkshow.script.names import fold, looks_like_person, write_name
from talkshow.script.source import Source
from talkshow.script.vocabulary import is_camera, read_camera

_HEADING = re.compile(r"==+\s*(?P<title>(?:\\.|[^\\{=]|=(?!=))*?)\s*(?:==+)?\s*(?P<options>\{.*\})?\s*")
_SHOT = re.compile(r"\[(?P<tag>[^\[\]]+)\]|!!\s*(?P<bang>.+)")
_LISTED = re.compile(r"(?P<indent>\s+)(?:[-–—•*▪◦●]|\d{1,5}[.)])\s+\S")
_LIST_MARK = re.compile(r"^[-*+•▪◦●]\s+(?:\[[ xX]\]\s+)?")
RULE = re.compile(r"(?:[-*_]\s*){3,}")
_ACTION = re.compile(r"\([^()]*\)|\*(?!\*)[^*:]*\*|_(?!_)[^_:]*_")
_SUB_KEY = re.compile(r"\s*(?P<key>[\w-]+)\s*[:=]\s*(?P<value>.*)")
Indented = list[tuple[int, int, str]]  # indented lines: (indentation, line number, text)


@dataclass
class _OpenLine:
    """A line whose continuations are still being read."""

    header: Header
    line: int
    text: list[str] = field(default_factory=list)


def read_shot(line: str) -> str | None:
    """The camera tag that stands alone on a line: `[CLOSE ON LEO]`, `!!WIDE`."""
    match = _SHOT.fullmatch(line.strip())
    return unescape(match["tag"] or match["bang"]).strip() if match else None


def read_shot_among_words(line: str) -> str | None:
    """The same within a speaker's text: `[laughs]` alone on a line is a direction there, `[CLOSE ON LEO]` is not."""
    shot = read_shot(line)
    banged = line.strip().startswith("!!")
    return shot if shot and (is_camera(shot) or (banged and read_camera(shot))) else None


def write_shot(shot: str, *, brackets: bool = False) -> str:
    """The line that `read_shot` reads back: `!!WIDE`, or `[WIDE]` where `brackets` are liked and will do."""
    plain = re.fullmatch(r"\w[\w .,'-]*", shot)
    return f"[{shot}]" if plain and brackets else f"!!{shot if plain else escape(shot)}"


def read_plain(source: Source) -> Script:
    """Parse the plain format. Raises ScriptError at the first line that cannot be read."""
    return _PlainReader(source).read()


def tell_actions(builder: ScriptBuilder, lines: list[int]) -> None:
    """Warn of stage directions on lines of their own."""
    number = "1 paragraph in parentheses or italics is a stage direction and is"
    if len(lines) > 1:
        number = f"{len(lines)} paragraphs in parentheses or italics are stage directions and are"
    builder.warn(f"{number} not played, this one first", lines[0])


class _PlainReader:
    def __init__(self, source: Source) -> None:
        self.source, self.builder = source, ScriptBuilder(source)
        self.turn: _OpenLine | None = None
        self.at = 0
        self.actions: list[int] = []
        self.indent = -1  # of a list whose items are lines

    def read(self) -> Script:
        lines = self.source.lines
        in_head = True
        while self.at < len(lines):
            text, number_ = lines[self.at], self.at + 1
            self.at += 1
            if self._remark(text, number_):
                continue
            if text[0].isspace() and (self._begins_listed(text) or self._begins_turn(text, number_)):
                text = text.strip()
            elif text[0].isspace() and self.turn:
                self.turn.text.append(_LIST_MARK.sub("", text.strip()))
                continue
            elif text[0].isspace():
                raise self.source.error(
                    "an indented line continues a speaker's text, but no one has spoken yet", number_
                )
            self._end_turn()
            if in_head and self._head_line(text, number_):
                continue
            in_head = False
            self._body_line(text, number_)
        self._end_turn()
        if self.actions:
            tell_actions(self.builder, self.actions)
        return self.builder.finish()

    def _remark(self, text: str, row: int) -> bool:
        """Note a comment or an empty row; False for any other."""
        plain = text.strip()
        if plain and not plain.startswith("#") and not RULE.fullmatch(plain):
            return False
        is_comment = plain.startswith("#")
        if row <= self.source.num_rows:
            words = plain[1:].strip() if is_comment else ""
            self.builder.remark("comment" if is_comment else "empty", row, (text,), words)
        return True

    def _begins_listed(self, text: str) -> bool:
        """Whether a row is an item of an indented list of lines; the first line of the script tells."""
        listed = _LISTED.match(text)
        if listed is None or not read_header(text.strip()):
            return False
        if self.turn is None and not self.builder.has_lines:
            self.indent = listed.end("indent")
        return listed.end("indent") == self.indent

    @cached_property
    def _names(self) -> set[str]:
        """The names that begin rows without indentation."""
        headers = (read_header(text) for text in self.source.lines if text[:1].strip())
        return {fold(header.name) for header in headers if header}

    def _begins_turn(self, text: str, row: int) -> bool:
        """Whether an indented row is a line of its own: it begins with the name of a person who speaks elsewhere."""
        header = read_header(text.strip())
        if header is None or self.turn is None:
            return False
        if fold(header.name) in self._names:
            told = f"this row is indented and begins with a name: it is read as a line of {header.name}"
            self.builder.people.once("indented", f"{told}, as others like it", row)
            return True
        if header.name.isupper() and looks_like_person(header.name):
            self.builder.warn(f"'{header.name}:' is read as words of the line above, because the row is indented", row)
        return False

    def _end_turn(self) -> None:
        if self.turn:
            self.builder.add_line(
                self.turn.header.raw, read_tags(self.turn.header.groups), " ".join(self.turn.text), self.turn.line
            )
        self.turn = None

    def _body_line(self, text: str, line: int) -> None:
        heading = _HEADING.fullmatch(text)
        shot = read_shot(text)
        header = read_header(text)
        if heading:
            options = read_flow(heading["options"], self.source, line) if heading["options"] else {}
            self.builder.begin_scene(unescape(heading["title"]), options, line)
        elif text.startswith("=="):
            raise self.source.error("cannot read this heading; write  == The studio == {image: studio.png}", line)
        elif shot:
            self.builder.add_shot(shot, line)
        elif _ACTION.fullmatch(text.strip()):
            self.actions.append(line)
            self.builder.remark("unplayed", line, (text,), text.strip(" ()*_"))
        elif header and text.startswith("[") and "]" in header.name:
            raise self.source.error("a camera tag stands alone on its line; put the speaker's line below it", line)
        elif header:
            self.turn = _OpenLine(header, line, [text[header.end :]])
        else:
            raise self.source.error(
                "who says this? Begin the line with a name and a colon (MAYA: ...), indent it to "
                "continue the line above, or put # before a comment",
                line,
            )

    def _head_line(self, text: str, line: int) -> bool:
        """Read `key: value` of the head; False where the head is over."""
        key, colon, value = (part.strip() for part in text.partition(":"))
        known = key.lower()
        if not colon or known not in HEAD_KEYS:
            slip = nearest(key, HEAD_KEYS)
            if (
                colon
                and key.isascii()
                and key.islower()
                and slip
                and len(key) > 3
                and key[0] == slip[0]
                and abs(len(key) - len(slip)) < 2
            ):
                raise self.source.error(
                    f"unknown key '{key}' in the head: did you mean '{slip}'? The keys are "
                    f"{', '.join(HEAD_KEYS)}; a speaker's name goes after the first "
                    "== heading ==",
                    line,
                )
            return False
        self.builder.place(known, line)
        if known in ("cast", "say"):
            read_head_block(self.builder, known, value, self._block(), line)
        else:
            setattr(self.builder, known, self.builder.clean(unquote(value), line))
        return True

    def _block(self) -> Indented:
        block = []
        while self.at < len(self.source.lines):
            text = self.source.lines[self.at]
            if text.strip() and not text[0].isspace() and not text.startswith("#"):
                break
            if not self._remark(text, self.at + 1):
                block.append((len(text) - len(text.lstrip()), self.at + 1, text.strip()))
            self.at += 1
        return block


def read_head_block(builder: ScriptBuilder, key: str, value: str, block: Indented, line: int) -> None:
    """Read `cast:` or `say:` of a head; `block` holds the indented lines below it."""
    if key == "cast":
        _read_cast(builder, value, block, line)
    else:
        _read_say(builder, value, block, line)


def _read_cast(builder: ScriptBuilder, value: str, block: Indented, line: int) -> None:
    source = builder.source
    if value:
        raise source.error(
            "after cast: each character has an indented line of its own, as in\n      MAYA: voice=af_heart, seat=left",
            line,
        )
    entries: list[tuple[str, dict[str, str], int]] = []
    for indent, at, text in block:
        if indent > block[0][0]:
            name, values, _ = entries[-1]
            match = _SUB_KEY.fullmatch(text)
            if not match:
                raise source.error(f"cannot read this about {name}; write  voice: af_heart", at)
            values[match["key"]] = unquote(match["value"])
            continue
        header = read_header(text)
        if not header or header.groups:
            raise source.error("cannot read this character; write  MAYA: voice=af_heart, seat=left", at)
        said = text[header.end :].strip()
        # words without any key describe the character
        pairs = read_pairs(said, source, at) if "=" in said else {"description": said} if said else {}
        entries.append((header.raw, pairs, at))
    for name, values, at in entries:
        builder.add_character(name, values, at)


def _read_say(builder: ScriptBuilder, value: str, block: Indented, line: int) -> None:
    if value:
        for word, respelling in read_flow(value, builder.source, line).items():
            builder.add_pronunciation(word, respelling, line)
    for _, at, text in block:
        word, colon, respelling = text.partition(":")
        if not colon:
            raise builder.source.error("cannot read this pronunciation; write  Nguyen: win", at)
        builder.add_pronunciation(unquote(word), unquote(respelling), at)


def hint_values(hint: CharacterHint) -> dict[str, str]:
    """What the head says of a character, as key -> text."""
    values = {key: getattr(hint, key) for key in CHARACTER_KEYS}
    return {
        key: value if isinstance(value, str) else number(value) for key, value in values.items() if value is not None
    }


def scene_options(scene: Scene) -> dict[str, str]:
    """Picture, prompt and language of a scene, where it has them."""
    options = {key: getattr(scene, key) for key in SCENE_KEYS}
    return {key: value for key, value in options.items() if value is not None}


def head_blocks(script: Script) -> list[Block]:
    """Title, language, cast and pronunciations, a row each."""
    head = [("title", f"title: {_plain_value(script.title)}")] if script.title else []
    head += [("language", f"language: {_plain_value(script.language)}")] if script.language != DEFAULT else []
    head += [("cast", "cast:")] if script.cast else []
    blocks = [Block((row,), place_of(script, key)) for key, row in head]
    blocks += [
        Block((f"  {write_name(hint.name)}: {write_pairs(hint_values(hint))}".rstrip(),), hint.source_line, indent="  ")
        for hint in script.cast
    ]
    blocks += [Block(("say:",), place_of(script, "say"))] if script.pronunciations else []
    return blocks + [
        Block((f"  {_word(word)}: {quote(said)}",), place_of(script, f"say {word}"), indent="  ")
        for word, said in script.pronunciations.items()
    ]


def place_of(script: Script, key: str) -> int:
    """The line of the script's file at which something stands; 0 where that is not known."""
    return script.layout.places.get(key, 0) if script.layout else 0


def _plain_value(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if value[:1] in "\"'*_" else value


def _word(word: str) -> str:
    # a colon ends the word, so one inside it is written as an escape of JSON
    return quote(word) if ":" not in word else json.dumps(word, ensure_ascii=False).replace(":", "\\u003a")


def _write_scene_heading(scene: Scene) -> str:
    plain = re.fullmatch(r"\w[^\\{}=]*", scene.title)
    title = scene.title if plain else escape(scene.title)
    options = scene_options(scene)
    return f"== {title} ==".replace("==  ==", "== ==") + (f" {write_flow(options)}" if options else "")


def write_line(line: Line) -> str:
    """`NAME (warm): text`."""
    return f"{write_header(line)}: {write_text(line.pieces, line.timing.cut_off)}"


def with_rows(comment: str, begin: str, end: str = "") -> list[str]:
    """A comment between marks, a row for each of its lines."""
    return [f"{begin} {line}{f' {end}' if end else ''}".rstrip() for line in comment.split("\n")]


STYLE = Style("plain", lambda words, in_head: with_rows(words, "#"))  # noqa: ARG005


def write_plain(script: Script) -> Formatted:
    """The script in the plain format; `read_plain` reads it back equal."""
    blocks = head_blocks(script)
    for index, scene in enumerate(script.scenes):
        # names in small letters would be taken for keys of the head
        bare = index == 0 and not scene.title and not scene_options(scene) and not scene.lines[0].speaker.islower()
        body = [] if bare else [Block((_write_scene_heading(scene),), scene.source_line)]
        for line in scene.lines:
            body += shot_blocks(line, brackets=True)
            body.append(Block((write_line(line),), line.source_line))
        blocks += [replace(body[0], gap=1), *body[1:]]
    return arrange(blocks, script.layout, STYLE)


def shot_blocks(line: Line, *, brackets: bool = False, gap: int = 0) -> list[Block]:
    """The camera tags of a line."""
    known = len(line.shot_lines) == len(line.shots)
    return [
        Block((write_shot(shot, brackets=brackets),), at, gap)
        for shot, at in zip(line.shots, line.shot_lines if known else [0] * len(line.shots), strict=True)
    ]
