"""The style check: it finds what it is for, nothing in names of code, and nothing in the documents or the rooms."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / ".ci/prose.py"


def load():
    spec = importlib.util.spec_from_file_location("prose_check", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # for its dataclasses
    spec.loader.exec_module(module)
    return module


prose = load()
RULES = prose.read_rules()
ROWS = tomllib.loads((ROOT / ".ci/prose.toml").read_text(encoding="utf-8"))["rule"]


def found(markdown: str) -> list[str]:
    return [str(fault) for fault in prose.faults("a.md", prose.prose_of(markdown), RULES)]


def test_documents_and_help_texts_are_clean():
    ran = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["bad"])
def test_each_rule_finds_its_sentence_and_no_other_rule_does(row):
    assert [rule.pattern.pattern for rule in RULES if rule.pattern.search(row["bad"])] == [row["pattern"]]
    assert any(row["say"] in fault for fault in found(f"# Title\n\n{row['bad']}\n"))


@pytest.mark.parametrize(
    "bad",
    [
        "It uses four requests a scene.",
        "These are no tracks of one episode.",
        "The picture stands beside the script.",
        "It is a chain; one; two; three.",
        "This sentence " + "goes on and on " * 12 + "until the end.",
        "Enter the code at the ATM machine.",  # proselint's own
    ],
)
def test_relatives_are_found(bad):
    assert found(f"Fine.\n\n{bad}\n")


@pytest.mark.parametrize(
    "good",
    [
        "There is no GPU. It is no longer there, and no more than two are needed.",
        "A track of a speaker. The line is a question. It ends a scene. This is a step.",
        "Stand up. It recommends an amendment. The stage stands for itself.",
        "```bash\ntalkshow render x   # obeyed afresh by whoever mends it, one track a speaker\n```",
        "Use `this is no key` and `a file a speaker`, or `it is obeyed\nanew`.",
        "Text.\n\n    cast: obeyed afresh\n    MAYA: this is no key\n\nMore text.",
        "````markdown\n```\nobeyed\n```\nafresh\n````",
        "See [the page](obey/afresh.md) or https://example.org/anew.",
        "<!-- voices -->\n| af | somebody |\n<!-- end -->\n",
        "<!-- Made by docs/generate.py from the code. Do not edit. -->\n\nThis is no page to edit.",
        '| `--size` | 1280x720 | "quoted" -- and a very long row | of cells | in a table | that ends | here |',
        "A frame is 1280x720, takes 5 ms... and has a loudness of -16 LUFS.",
    ],
)
def test_good_text_and_code_give_no_alarm(good):
    assert found(f"{good}\n") == []


def test_a_fault_has_its_place(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Page\n\n`code` and more\nis obeyed here. It is split over\nlines: it is no\nsentence.\n", encoding="utf-8"
    )
    ran = subprocess.run([sys.executable, str(SCRIPT), str(page)], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert sorted(re.findall(r":(\d+:\d+): \"(.+?)\"", ran.stdout)) == [("4:4", "obeyed"), ("5:11", "is no")]


MODULE = '''"""Makes tracks.

Each one is obeyed
anew.
"""
import sys  # so many seconds before the end

anew = {"obey": 1}  # a name

# The same goes
# for a comment over two lines.


def f(path):
    """`anew` is code."""
    raise ValueError(f"{path}: this is no key of {anew['obeyed by whoever mends it']}. "
                     "It is told.")
'''


def test_docstrings_comments_and_messages_of_code_are_checked(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(MODULE, encoding="utf-8")
    ran = subprocess.run([sys.executable, str(SCRIPT), str(path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert sorted((int(line), words) for line, words in re.findall(r"py:(\d+):\d+: \"(.+?)\"", ran.stdout)) == [
        (3, "obeyed"),
        (4, "anew"),
        (6, "so many seconds"),
        (10, "The same goes for"),
        (16, "is no"),
        (16, "is told"),
        (16, "mends"),
        (16, "obeyed"),
        (16, "whoever"),
    ]


def test_every_checked_room_is_there():
    rooms = [ROOT / folder for folder in prose.CODE]
    assert all(any(room.rglob("*.py")) for room in rooms)
    assert {path for room in rooms for path in room.rglob("*.py")} == set(prose.modules())


@given(st.text(alphabet="ab `\n\t<>!-[]()|_#", max_size=80))
def test_lines_and_columns_stay_where_they_are(text):
    blanked = prose.prose_of(text)
    assert [len(line) for line in blanked.split("\n")] == [len(line) for line in text.split("\n")]


def test_a_pattern_that_is_not_one_is_named(tmp_path):
    (tmp_path / "rules.toml").write_text("[[rule]]\npattern = '('\nsay = 'x'\nbad = 'y'\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"rules\.toml: '\(' is not a regular expression"):
        prose.read_rules(tmp_path / "rules.toml")


def test_help_texts_are_read():
    texts = dict(prose.help_texts())
    assert "Size of the video" in texts["talkshow render --size"] and "talkshow voices list" in texts
