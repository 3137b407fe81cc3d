"""Scripts as screenplays of Final Draft; `final_draft` reads them back equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

from talkshow.script.header import write_directions, write_header
from talkshow.script.imports.final_draft import HEAD, HEAD_KEY, UNTITLED
from talkshow.script.inline import write_text
from talkshow.script.keyvalues import quote
from talkshow.script.layout import Formatted
from talkshow.script.model import Line, Scene, Script
from talkshow.script.plain import head_blocks, scene_options

_BEGINNING = '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>'


def write_final_draft(script: Script) -> Formatted:
    """The script as a screenplay, which has no comments."""
    rows = [_BEGINNING, '<FinalDraft DocumentType="Script" Template="No" Version="5">', "  <Content>"]
    for index, scene in enumerate(script.scenes):
        rows += [f"    {row}" for row in _scene(scene, first=index == 0)]
    rows += ["  </Content>", *_title_page(script), "</FinalDraft>"]
    lost = script.layout.remarks if script.layout else ()
    return Formatted("\n".join(rows) + "\n", tuple(remark for remark in lost if remark.words))


def _title_page(script: Script) -> Iterator[str]:
    blocks = head_blocks(replace(script, title=""))
    head = list(_head([(row.strip(), bool(block.indent)) for block in blocks for row in block.rows]))
    if not head and not script.title:
        return
    yield "  <TitlePage>"
    yield "    <Content>"
    if script.title:
        yield f"      {_paragraph('General', script.title)}"
    for row in head:
        yield f"      {_paragraph(HEAD, row)}"
    yield "    </Content>"
    yield "  </TitlePage>"


def _head(rows: Sequence[tuple[str, bool]]) -> Iterator[str]:
    """Rows of the head, each with whether it is below a key: what is below one is not read as another key."""
    above = ""
    for row, below in rows:
        key = HEAD_KEY.match(row)
        if not below:
            above = row
            yield row
        elif key and above == "say:":
            yield f'"{key[1]}": {key[2]}'
        else:
            yield f"\\{row}" if key else row


def _scene(scene: Scene, first: bool) -> Iterator[str]:
    options = scene_options(scene)
    if not first or scene.title or options:
        yield _paragraph("Scene Heading", scene.title or UNTITLED)
    for key, value in options.items():
        yield _paragraph("General", f"[[{key}: {quote(value)}]]")
    for lines in _at_once(scene.lines):
        if len(lines) == 1:
            yield from _line(lines[0])
            continue
        yield "<Paragraph>"
        yield "  <DualDialogue>"
        for number, line in enumerate(lines):
            timing = replace(line.timing, together=line.timing.together and number == 0)
            for row in _line(replace(line, timing=timing)):
                yield f"    {row}"
        yield "  </DualDialogue>"
        yield "</Paragraph>"


def _at_once(lines: Iterable[Line]) -> Iterator[Sequence[Line]]:
    """Lines in groups that begin together."""
    group: list[Line] = []
    for line in lines:
        if group and not line.timing.together:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _line(line: Line) -> Iterator[str]:
    for shot in line.shots:
        yield _paragraph("Shot", shot)
    yield _paragraph("Character", write_header(replace(line, opening_directions=())))
    if line.opening_directions:
        yield _paragraph("Parenthetical", write_directions(line.opening_directions))
    yield _paragraph("Dialogue", write_text(line.pieces, line.timing.cut_off))


def _paragraph(kind: str, text: str) -> str:
    return f"<Paragraph Type={quoteattr(kind)}><Text>{xml_escape(text)}</Text></Paragraph>"
