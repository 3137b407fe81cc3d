"""Fountain (fountain.io/syntax), the plain-text screenplay format.

Dialogue is played; action, synopses and sections are not. What Fountain has no mark for is in its notes:
`[[image: studio.png]]` and `[[prompt: ...]]` after a scene heading, `[[overlap 0.5]]`, `[[backchannel]]`,
`[[pause 0.8s]]` and `[[tag: ...]]` after a character's name. `Cast:` and `Say:` in the title page are as in
the plain format. Dual dialogue (`^`) begins with the line before it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cached_property

from talkshow.script.builder import SCENE_KEYS, ScriptBuilder
from talkshow.script.comments import take_comments
from talkshow.script.formats import Evidence
from talkshow.script.header import LineTags, read_header, read_tags, timing_tags, write_directions
from talkshow.script.inline import escape, unescape, write_text
from talkshow.script.keyvalues import unquote
from talkshow.script.layout import Block, Formatted, Style, arrange
from talkshow.script.model import Line, Say, Scene, Script
from talkshow.script.names import fold, looks_like_person, write_name
from talkshow.script.plain import (
    head_blocks,
    read_head_block,
    read_shot,
    read_shot_among_words,
    scene_options,
    shot_blocks,
)
from talkshow.script.roles import is_nobody
from talkshow.script.source import Source
from talkshow.script.vocabulary import is_timing

_PAGE_KEYS = (
    "title",
    "credit",
    "author",
    "authors",
    "source",
    "draft date",
    "date",
    "contact",
    "copyright",
    "notes",
    "revision",
    "language",
    "cast",
    "say",
)
_HEADING = re.compile(r"(?:INT\.?/EXT|EXT\.?/INT|INT|EXT|EST|I/E)[. ].*", re.IGNORECASE)
_SCENE_HEADING = re.compile(r"^(?:INT|EXT|EST|INT\.?/EXT)[. ].+$", re.MULTILINE)
_TRANSITION = re.compile(r"[^a-z]*TO:|FADE (?:IN|OUT)[:.]?")
_NOTE = re.compile(r"(?<!\\)\[\[((?:\\.|[^\\\[]|\[(?!\[))*?)\]\]")


def read_fountain(source: Source) -> Script:
    """Parse Fountain. Raises ScriptError where no one speaks or a note cannot be read."""
    return _FountainReader(source).read()


def looks_like_cue(line: str) -> bool:
    """Whether a line is a character cue: capitals, or forced by `@`."""
    text = _NOTE.sub("", line).strip().removesuffix("^").strip()
    if text.startswith("@"):
        return len(text) > 1
    header = read_header(text, colon=False)
    return bool(
        header
        and any(ch.isalpha() for ch in header.name)
        and header.name == header.name.upper()
        and not re.search(r"[.!?…,:;]$", header.name)
        and not text.startswith(("!", ">", ".", "#", "=", "~"))
    )


def recognise_fountain(text: str) -> Evidence:
    """A scene heading; or a cue in capitals (or `@Name`) alone on its line, words right below it, nothing above it."""
    if _SCENE_HEADING.search(text):
        return Evidence.LIKELY
    lines = text.split("\n")
    before = ["", *lines]
    for above, line, below in zip(before, lines, lines[1:], strict=False):
        alone = not above.strip() or above.startswith(("!!", "["))
        if (
            alone
            and below.strip()
            and not below.startswith("@")
            and not line.startswith(("==", "[", "!!"))
            and looks_like_cue(line)
        ):
            return Evidence.LIKELY
    return Evidence.NONE


class _FountainReader:
    def __init__(self, source: Source) -> None:
        self.source, self.builder = source, ScriptBuilder(source)
        self.lines = source.lines
        self.at = 0
        self.actions: list[int] = []
        self.cue_at = 0  # a cue with no empty row above it

    def read(self) -> Script:
        self._title_page()
        body, remarks = take_comments("\n".join(self.lines[self.at :]), "/*", "*/", self.at + 1)
        self.builder.remarks += remarks
        self.lines = self.lines[: self.at] + body.split("\n")
        while self.at < len(self.lines):
            text, line = self.lines[self.at].strip(), self.at + 1
            self.at += 1
            if text:
                self._element(text, line)
        if self.actions:
            self.builder.warn(
                f"{len(self.actions)} action or transition "
                f"{'line is' if len(self.actions) == 1 else 'lines are'} not played, this one first",
                self.actions[0],
            )
        return self.builder.finish()

    def _title_page(self) -> None:
        start = next((at for at, text in enumerate(self.lines) if text.strip()), 0)
        key, colon, _ = (part.strip() for part in self.lines[start].partition(":"))
        if not colon or key.lower() not in _PAGE_KEYS:
            return
        self.at = start
        for row in range(start):
            self.builder.remark("empty", row + 1, (self.lines[row],), in_head=True)
        while self.at < len(self.lines) and self.lines[self.at].strip():
            line = self.at + 1
            key, colon, value = (part.strip() for part in self.lines[self.at].partition(":"))
            self.at += 1
            block = []
            while self.at < len(self.lines) and self.lines[self.at].strip() and self.lines[self.at][0].isspace():
                text = self.lines[self.at]
                block.append((len(text) - len(text.lstrip()), self.at + 1, text.strip()))
                self.at += 1
            if not colon:
                raise self.source.error(
                    "cannot read this line of the title page; write  Key: value, and an empty line after the last key",
                    line,
                )
            self._page_key(key.lower(), value, block, line)

    def _page_key(self, key: str, value: str, block: list[tuple[int, int, str]], line: int) -> None:
        self.builder.place(key, line)
        if key in ("cast", "say"):
            read_head_block(self.builder, key, value, block, line)
            return
        if key not in ("title", "language"):
            rows = self.lines[line - 1 : self.at]
            self.builder.remark("unplayed", line, rows, "\n".join(row.strip() for row in rows), in_head=True)
        if key in ("title", "language"):
            joined = " ".join([value, *(text for _, _, text in block)]).strip()
            setattr(
                self.builder, key, self.builder.clean(unquote(joined) if joined[:1] in "\"'" else _plain(joined), line)
            )
        elif key not in _PAGE_KEYS:
            self.builder.warn(f"'{key}' of the title page is not used", line)

    def _element(self, text: str, line: int) -> None:
        """One element of the body; `text` is its first line."""
        shot = read_shot(text)
        blank_before = line in (1, self.cue_at) or not self.lines[line - 2].strip() or read_shot(self.lines[line - 2])
        followed = line < len(self.lines) and bool(self.lines[line].strip())
        if shot and not text.startswith("[["):
            self.builder.add_shot(shot, line)
        elif re.match(r"\.(?!\.)", text) or _HEADING.fullmatch(text):
            self._heading(text.removeprefix("."), line)
        elif re.fullmatch(r"={3,}", text):  # page breaks
            self.builder.remark("empty", line, (self.lines[line - 1],))
        elif text.startswith(("#", "=")):  # sections, synopses
            self.builder.remark("unplayed", line, (self.lines[line - 1],), text)
        elif _NOTE.fullmatch(text):
            self._scene_note(text[2:-2], line)
        elif text.startswith(("!", ">")) or _TRANSITION.fullmatch(text):
            self._action(text, line)
        elif blank_before and followed and looks_like_cue(text):
            self._dialogue(text, line)
        else:
            self._action(text, line)

    def _action(self, text: str, line: int) -> None:
        self.actions.append(line)
        self.builder.remark("unplayed", line, (self.lines[line - 1],), text)

    def _note(self, note: str, line: int, *, alone: bool = False) -> None:
        """A note that says nothing to us."""
        source = self.lines[line - 1] if alone else f"[[{note}]]"
        self.builder.remark("comment", line, (source,), " ".join(note.split()), alone=alone)

    def _heading(self, text: str, line: int) -> None:
        options = {}
        for note in _NOTE.findall(text):
            key, colon, value = note.partition(":")
            if colon and key.strip().lower() in SCENE_KEYS:
                options[key.strip().lower()] = unquote(value)
            else:
                self._note(note, line)
        bare = _NOTE.sub("", text).strip()
        title = re.sub(r"(?<!\\)#[^#\\]*#\s*$", "", bare)  # scene numbers
        if title != bare:
            self._note(f"scene number {bare[len(title) :].strip('# ')}", line)
        self.builder.begin_scene(unescape(title), options, line)

    def _scene_note(self, note: str, line: int) -> None:
        key, colon, value = note.partition(":")
        if colon and key.strip().lower() in SCENE_KEYS:
            self.builder.set_scene_option(key.strip().lower(), unquote(value), line)
        elif colon and key.strip().lower() == "shot":
            self.builder.add_shot(unquote(value), line)
        else:
            self._note(note, line, alone=True)

    def _dialogue(self, cue: str, line: int) -> None:
        notes = _NOTE.findall(cue)
        bare = _NOTE.sub("", cue).strip()
        dual = bare.endswith("^") and not bare.endswith("\\^")
        header = read_header(bare.removesuffix("^").removeprefix("@") if dual else bare.removeprefix("@"), colon=False)
        if header is None:
            raise self.source.error("cannot read this character's name", line)
        groups = [*header.groups]
        parts: list[str] = []
        spoken = False
        while self.at < len(self.lines) and self.lines[self.at].strip():
            text = self.lines[self.at].strip()
            if parts and self._is_cue_within(text, header.name):
                self.cue_at = self.at + 1
                break
            self.at += 1
            notes += _NOTE.findall(text)
            text = _NOTE.sub("", text).strip().removeprefix("~").strip()
            if shot := read_shot_among_words(text):
                if parts:  # what follows the tag is a line of its own
                    self.builder.add_line(header.raw, self._tags(groups, notes, dual, line), " ".join(parts), line)
                    groups, parts, notes, dual, spoken, line = [*header.groups], [], [], False, True, self.at + 1
                self.builder.add_shot(shot, self.at)
            elif re.fullmatch(r"\((?:\\.|[^()\\])*\)", text) and not parts:
                groups.append(text)
            elif re.fullmatch(r"\((?:\\.|[^()\\])*\)", text):
                parts.append(_braced(text))  # a parenthetical is a direction, however long
            elif parts and _TRANSITION.fullmatch(text) and text.isupper():
                self._action(text, self.at)
            elif text:
                parts.append(text)
        if parts or not spoken:
            self.builder.add_line(header.raw, self._tags(groups, notes, dual, line), " ".join(parts), line)

    @cached_property
    def _cues(self) -> set[str]:
        """The names that are cues with an empty row above them."""
        rows = zip(["", *self.lines], self.lines, strict=False)
        alone = [row.strip().removesuffix("^") for above, row in rows if not above.strip() and looks_like_cue(row)]
        return {fold(header.name) for row in alone if (header := read_header(row.removeprefix("@"), colon=False))}

    @cached_property
    def _unparted(self) -> bool:
        """Whether no row is empty between the first words and the last ones."""
        return "\n\n" not in "\n".join(map(str.strip, self.lines)).strip()

    def _is_cue_within(self, text: str, speaker: str) -> bool:
        """Whether a row of dialogue is the cue of another person, above which an empty row is missing."""
        header = read_header(text, colon=False) if text.isupper() and looks_like_cue(text) else None
        followed = self.at + 1 < len(self.lines) and bool(self.lines[self.at + 1].strip())
        if header is None or not followed:
            return False
        told = f"no row is empty above '{text}': it is read as {{}}"
        likely = self._unparted and looks_like_person(header.name) and not is_nobody(header.name)
        if fold(header.name) not in self._cues and not likely:
            self.builder.warn(told.format(f"words of {speaker}"), self.at + 1)
            return False
        self.builder.people.once("cues", told.format("a character who speaks, as others like it"), self.at + 1)
        return True

    def _tags(self, groups: list[str], notes: list[str], dual: bool, line: int) -> LineTags:
        for note in notes:
            key, colon, value = note.partition(":")
            if is_timing(note.strip()):
                groups.append(f"{{{note.strip()}}}")
            elif colon and key.strip().lower() == "tag":
                groups.append(f"{{{value.strip()}}}")
            else:
                self._note(note, line)
        tags = read_tags(tuple(groups))
        return replace(tags, timing=replace(tags.timing, together=True)) if dual else tags


def _plain(text: str) -> str:
    return re.sub(r"(?<!\\)[*_]", "", text) if re.fullmatch(r"[*_].*[*_]", text) else text


def _braced(parenthesis: str) -> str:
    """`(x)` as `{x}`, which is a direction wherever it stands."""
    inside = re.sub(r"(?<!\\)([{}])", r"\\\1", parenthesis[1:-1])
    return f"{{{inside}}}"


def _note(key: str, value: str) -> str:
    # JSON, so that no value can end the note
    bare = re.fullmatch(r"[\w./ ,-]+", value) and value == value.strip()
    quoted = re.sub(r"[\[\]*]", lambda mark: f"\\u{ord(mark[0]):04x}", json.dumps(value, ensure_ascii=False))
    written = value if bare else quoted
    return f"[[{key}: {written}]]"


def _write_heading(scene: Scene) -> str:
    plain = re.fullmatch(r"[\w][\w .,'/’-]*", scene.title)
    title = scene.title if plain else escape(scene.title)
    forced = "" if plain and _HEADING.fullmatch(scene.title) else "."
    return " ".join([f"{forced}{title}", *(_note(key, value) for key, value in scene_options(scene).items())]).strip()


def _write_cue(line: Line) -> str:
    name = write_name(line.speaker)
    cue = name if name == name.upper() and looks_like_cue(name) and not _HEADING.fullmatch(name) else f"@{name}"
    cue += " (O.S.)" if line.off_screen else ""
    notes = [f"[[{tag}]]" for tag in timing_tags(replace(line.timing, together=False))]
    notes += [f"[[lang {line.language}]]"] if line.language else []
    dual = ["^"] if line.timing.together else []
    return " ".join([cue, *notes, *(f"[[tag: {escape(tag)}]]" for tag in line.tags), *dual])


def _write_words(line: Line) -> str:
    text = write_text(line.pieces, line.timing.cut_off)
    if re.search(r"\[\[|/\*", text) or text.startswith("~"):
        text = re.sub(r"(?<!\\)([\[~/])", r"\\\1", text)
    if not re.fullmatch(r"\((?:\\.|[^()\\])*\)", text):
        return text
    first = line.pieces[0]  # backslashes keep words from being a parenthetical
    return escape(first.text) if len(line.pieces) == 1 and isinstance(first, Say) else _braced(text)


def _comment(words: str, in_head: bool) -> list[str] | None:
    """A boneyard; the title page has none."""
    if in_head or "*/" in words:
        return None
    return f"/* {words} */".split("\n")


def _apart(before: str, after: str) -> bool:
    """Whether two rows would be one element, or a cue would not be seen."""
    return bool(
        before.strip()
        and after.strip()
        and not read_shot(before)
        and not before.rstrip().endswith("*/")
        and not after.lstrip().startswith("/*")
    )


STYLE = Style("fountain", _comment, _apart, bare_head=True)


def write_fountain(script: Script) -> Formatted:
    """The script as Fountain; `read_fountain` reads it back equal."""
    head = head_blocks(script)
    if head and not script.title:
        head.insert(0, Block(("title:",)))
    blocks = [replace(block, rows=(block.rows[0][0].upper() + block.rows[0][1:],), in_head=True) for block in head]
    for index, scene in enumerate(script.scenes):
        if index or scene.title or scene_options(scene):
            blocks.append(Block((_write_heading(scene),), scene.source_line, gap=1))
        for line in scene.lines:
            blocks += shot_blocks(line, gap=1)
            direction = [write_directions(line.opening_directions)] if line.opening_directions else []
            blocks.append(Block((_write_cue(line), *direction, _write_words(line)), line.source_line, gap=1))
    return arrange(blocks, script.layout, STYLE)
