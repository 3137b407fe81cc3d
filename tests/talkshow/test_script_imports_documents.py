"""Screenplays and documents: Final Draft, Word, Fountain, and Markdown of notebooks and language models."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from script_reading import read, read_data, said, told

from talkshow.errors import ScriptError
from talkshow.script import format_script, parse_script

TWO = ["Ines: Hello.", "Tom: Hi."]


def final_draft(*paragraphs: tuple[str, str]) -> str:
    rows = "".join(f'<Paragraph Type="{kind}">{text}</Paragraph>\n' for kind, text in paragraphs)
    return (
        f'<?xml version="1.0"?>\n<FinalDraft DocumentType="Script" Version="4"><Content>\n{rows}</Content></FinalDraft>'
    )


def test_final_draft() -> None:
    dual = (
        '<DualDialogue><Paragraph Type="Character"><Text>INES</Text></Paragraph><Paragraph Type="Dialogue"><Text>One.'
        '</Text></Paragraph><Paragraph Type="Character"><Text>TOM</Text></Paragraph><Paragraph '
        'Type="Parenthetical"><Text>'
        '(loud)</Text></Paragraph><Paragraph Type="Dialogue"><Text>Two.</Text></Paragraph></DualDialogue>'
    )
    text = final_draft(
        ("Scene Heading", "<Text>INT. BAR - DAY</Text>"), ("Action", "<Text>Smoke.</Text>"),
        ("Character", "<Text>INES (V.O.) (CONT'D)</Text>"),
        ("Dialogue", '<Text>Hel</Text><Text '
        'Style="Italic">lo<ScriptNote><Paragraph><Text>note</Text></Paragraph></ScriptNote></Text>'
                     "<Text>.</Text>"),
        ("General", dual), ("Shot", "<Text>CLOSE ON TOM</Text>"), ("Character", "<Text>INES &amp; TOM</Text>"),
        ("Dialogue", "<Text>Three.</Text>"), ("Transition", "<Text>CUT TO:</Text>"),
    )  # fmt: skip
    script = read(text, "a.fdx")
    assert said(script) == ["INES: Hello.", "INES: One.", "+ TOM: Two.", "INES: Three.", "+ TOM: Three."]
    assert next(iter(script.lines)).off_screen and next(iter(script.scenes)).title == "INT. BAR - DAY"
    assert "not played (action, transitions and the like): 2 paragraphs" in told(script)
    assert parse_script(format_script(script, "fdx"), "fdx") == script


def test_names_that_are_keys_of_the_head_survive_final_draft() -> None:
    cast = "cast:\n  say: voice=af_heart\n  cast:\n  language: alias=x\nsay:\n  cast: kast\n  say: sey\n\n"
    text = f"{cast}== x ==\nsay: a.\ncast: b.\n"
    script = parse_script(text, "plain")
    assert parse_script(format_script(script, "fdx"), "fdx") == script


def document(*paragraphs: Any) -> bytes:
    """A Word document: a text; runs of (text, "b" or "i"); a style and a text; or rows of a table."""
    made = docx.Document()
    for paragraph in paragraphs:
        if isinstance(paragraph, list):
            table = made.add_table(rows=0, cols=2)
            for row in paragraph:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif isinstance(paragraph, dict):
            made.add_paragraph(paragraph["text"], style=paragraph["style"])
        else:
            runs = [(paragraph, "")] if isinstance(paragraph, str) else paragraph
            added = made.add_paragraph()
            for text, look in runs:
                run = added.add_run(text)
                run.bold, run.italic = "b" in look, "i" in look
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda: document("Ines: Hello.", "Tom: Hi."),
        lambda: document((("Ines: ", "b"), ("Hello.", "")), (("Tom:", "b"), (" Hi.", ""))),
        lambda: document((("Ines", "b"),), "Hello.", (("Tom", "b"),), "Hi."),
        lambda: document([("Speaker", "Line"), ("Ines", "Hello."), ("Tom", "Hi.")]),
        lambda: document("0:0:0.0 --> 0:0:2.110\nInes\nHello.", "0:0:2.5 --> 0:0:5.110\nTom\nHi."),
        lambda: document(
            (("Ines   ", "b"), ("0:03\nHello.", "")), (("Tom   ", "b"), ("0:08\nHi.", "")), "Ines stopped transcription"
        ),
        lambda: document(
            {"style": "Title", "text": "Tea"}, {"style": "Heading 1", "text": "One"}, "Ines: Hello.", "Tom: Hi."
        ),
        lambda: document(
            {"style": "List Number", "text": "Ines: Hello."}, {"style": "List Bullet", "text": "Tom: Hi."}
        ),
        lambda: document("[Ines] Hello.", "[Tom] Hi."),
        lambda: document("Ines (00:00):", "Hello.", "", "Tom (00:05):", "Hi."),
        lambda: document("Ines: Hello.", (("He smokes.", "i"),), "Tom: Hi."),
    ],
)  # fmt: skip
def test_word(make: Callable[[], bytes], tmp_path: Path) -> None:
    assert said(read_data(make(), tmp_path / "a.docx")) == TWO


def test_a_damaged_document_is_an_error_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"save it again|export it again"):
        read_data(document("Ines: Hello.")[:-200], tmp_path / "a.docx")


@pytest.mark.parametrize(
    "text",
    [
        "INES (CONT'D)\nHello.\n\nTOM\nHi.\n",
        "INT. BAR - DAY\n\nSmoke.\n\n          INES\nHello.\n\n          TOM (CONT'D)\nHi.\n          CUT TO:\n",
        "INES\nHello.\nTOM\nHi.\n",
        "@Ines\nHello. [[note]] /* cut */\n\n@Tom\n*Hi*.\n",
    ],
)
def test_fountain(text: str) -> None:
    assert [row.upper() for row in said(read(text, "a.fountain"))] == [row.upper() for row in TWO]


def test_a_cue_without_an_empty_row_above_is_told() -> None:
    script = read("INES\nHello.\nTOM\nHi.\n\nTOM\nSo.\n\nINES\nUSA\nis far.\n", "a.fountain")
    assert said(script) == ["INES: Hello.", "TOM: Hi.", "TOM: So.", "INES: USA is far."]
    assert "no row is empty above 'TOM'" in told(script)


@pytest.mark.parametrize(
    "text",
    [
        "**Ines**: Hello.\n\n**Tom:** Hi.\n",
        "- **Ines:** Hello.\n- [ ] **Tom:** Hi.\n",
        "1. **Ines:** Hello.\n2. **Tom:** Hi.\n",
        "> **Ines**: Hello.\n\n***Tom:*** Hi.\n",
        "**Ines**\nHello.\n\n**Tom**\nHi.\n",
        "**Ines**\n\nHello.\n\n**Tom**\n\nHi.\n",
        "**Ines:** Hello.\n*Tom:* Hi.\n",
        "**Ines:** Hello.\nInes: Hi.\n\nTom: Hi.\n",
        "**Ines** *(warmly)*: Hello.\n\n**Tom** _(whispers)_ : Hi.\n",
        "**[Ines]:** Hello.\n\n**[Tom]:** Hi.\n",
        "---\ntags: [a]\ncreated: 2024-01-01\n---\n\n**Ines:** Hello. %%hidden%%\n\n**Tom:** Hi. ^block-id\n",
        "# Sync\n\n[Open in Notion](https://notion.so/x)\n\n### 00:00:00\n\n**Ines:** Hello.\n\n"
        "**Tom:** Hi.\n\n*This was generated.*\n",
        "**Ines:** Hello.\\\n\n```python\nprint(1)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n**Tom:** "
        "Hi.\n\n[^1]: A footnote.\n",
        "**Ines:** Hello.\n\n**[MUSIC]**\n\n**Tom:** Hi.[^1]\n\n[1] https://example.org\n",
        "<details>\n\n**Ines:** ++Hello.++<br>\n\n</details>\n\n**Tom:** ==Hi.==\n",
        "```markdown\n**Ines:** Hello.\n\n**Tom:** Hi.\n```\n",
        "<think>\n**Ines:** Draft.\n</think>\n**Ines:** Hello.\n\n**Tom:** Hi.\n",
    ],
)
def test_markdown(text: str) -> None:
    rows = [row for row in said(read(text, "a.md")) if row != "Ines: Hi."]
    assert [row.replace("(warmly) ", "").replace("(whispers) ", "") for row in rows] == TWO


def test_what_markdown_has_beside_the_dialogue_is_told() -> None:
    script = read("Before.\n\n**Ines:** Hello.\n\n```\nx\n```\n\n**Tom:** Hi. %%no%%\n", "a.md")
    assert said(script) == TWO
    for words in ("1 row above the first bold name", "3 rows of code, tables, notes or remarks", "%%no%%"):
        assert words in told(script)
    with pytest.raises(ScriptError, match="who says this"):
        read("**Ines:** Hello.\n\nAnd this?\n\n**Tom:** Hi.\n", "a.md")
