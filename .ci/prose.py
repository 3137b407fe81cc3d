"""Check the English of the documents, of every --help and of the code: proselint, and the rules of prose.toml.

python .ci/prose.py            checks all: prints FILE:LINE:COLUMN, what, and what to write instead; exits 1 for any
python .ci/prose.py FILE ...   checks these Markdown and Python files only

Code blocks, `code`, links and pages made from the code are left out: what those pages say is checked at its source.
In Python files, docstrings, comments and messages are checked by the rules alone: lists of shapes and units are not
sentences that proselint can judge.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULES = Path(__file__).with_name("prose.toml")
DOCUMENTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md")
CODE = ("multitalk", "talkshow")  # folders whose Python files are checked, with all folders in them
LEAST_WORDS = 3  # a string with fewer is a name rather than a message
MADE = "<!-- Made by docs/generate.py"
MOST_WORDS, MOST_SEMICOLONS = 45, 2  # in one sentence
# Checks of proselint that are wrong for this kind of text: straight quotes, "x" in 1280x720, British and American forms
# of one word in examples, and words such as "very" that are quoted as words.
LEFT_OUT = (
    "typography",
    "spelling",
    "annotations",
    "hedging",
    "weasel_words",
    "lexical_illusions",
    "misc.preferred_forms",
    "misc.but",
    "misc.phrasal_adjectives",
    "misc.scare_quotes",
    "needless_variants",
    "industrial_language",
    "skunked_terms",
    "uncomparables",
)
_FENCE = re.compile(r"^( *)(`{3,}).*?^\1\2 *$", re.S | re.M)
_CODE = re.compile(
    r"^(?: {4}|\t)(?=\S)[^\n]*$|`[^`\n]*(?:\n[^`\n]+)?`|<!--.*?-->|(?<=\])\([^)\s]+\)|https?://\S+", re.S | re.M
)
_TABLES = re.compile(r"<!-- \w+ -->\n.*?<!-- end -->", re.S)  # made by docs/generate.py within a page


@dataclass(frozen=True)
class Rule:
    """What must not be written, and what to write instead."""

    pattern: re.Pattern[str]
    say: str


@dataclass(frozen=True)
class Fault:
    """Something to write in another way."""

    where: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}:{self.column}: {self.message}"


def read_rules(path: Path = RULES) -> list[Rule]:
    """The rules of this project. Raises ValueError for a pattern that is not a regular expression."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
    try:
        return [Rule(re.compile(row["pattern"], re.IGNORECASE), row["say"]) for row in rows]
    except re.error as exc:
        raise ValueError(f"{path}: {exc.pattern!r} is not a regular expression: {exc}") from exc


def prose_of(markdown: str) -> str:
    """A document with everything that is not prose blanked out; lines and columns stay."""
    if markdown.startswith(MADE):
        return ""
    for pattern in (_TABLES, _FENCE, _CODE):
        markdown = pattern.sub(_blank, markdown)
    return markdown


def _blank(found: re.Match[str]) -> str:
    """As long as what was found; a name of code in a sentence stays a word."""
    text = found[0]
    mark = "_" if text.startswith("`") and not text.startswith("```") else " "
    return re.sub(r"[^\n]", mark, text)


def texts_of(python: str) -> Iterator[tuple[int, str]]:
    """(line where it begins, text) of each docstring, message and comment of a module, without its indentation.

    Comments on successive lines are one text. Values within an f-string count as a word.
    """
    for node in _strings(ast.parse(python)):
        text = "\n".join(line.strip() for line in _text_of(node).split("\n"))
        if len(re.findall(r"[^\W\d_]{2,}", text)) >= LEAST_WORDS:
            yield node.lineno, text
    begin, lines = 0, list[str]()
    for token in tokenize.generate_tokens(io.StringIO(python).readline):
        if token.type != tokenize.COMMENT:
            continue
        if lines and token.start[0] != begin + len(lines):
            yield begin, "\n".join(lines)
            lines = []
        begin = begin if lines else token.start[0]
        lines.append(token.string.lstrip("# "))
    if lines:
        yield begin, "\n".join(lines)


def _strings(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """All strings below a node; an f-string as a whole, then those in its values."""
    if isinstance(node, ast.JoinedStr):
        yield node
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _strings(part.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _strings(child)


def _text_of(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "_" for part in node.values)
    return str(node.value)


def code_faults(where: str, python: str, rules: Sequence[Rule]) -> Iterator[Fault]:
    """All that the rules find in a module."""
    for line, text in texts_of(python):
        for fault in _ruled(where, prose_of(text), rules):
            yield replace(fault, line=line + fault.line - 1)


def faults(where: str, prose: str, rules: Sequence[Rule]) -> Iterator[Fault]:
    """All that is wrong with a text."""
    yield from _ruled(where, prose, rules)
    yield from _long_sentences(where, prose)
    yield from _linted(where, prose)


def _ruled(where: str, prose: str, rules: Sequence[Rule]) -> Iterator[Fault]:
    flat = prose.replace("\n", " ")
    for rule in rules:
        for found in rule.pattern.finditer(flat):
            yield _fault(where, prose, found.start(), f'"{found[0].strip()}": write {rule.say}')


def _fault(where: str, prose: str, place: int, message: str) -> Fault:
    before = prose[:place]
    return Fault(where, before.count("\n") + 1, place - before.rfind("\n"), message)


def _long_sentences(where: str, prose: str) -> Iterator[Fault]:
    """Sentences with too many words or semicolons. Cells, list items and paragraphs end a sentence as well."""
    for found in re.finditer(r"(?:[^.!?|\n:]|[.!?:](?=\S)|\n(?!\s*(?:\n|[-*|#\d]|$)))+", prose):
        sentence = found[0]
        words = len(re.findall(r"[^\W\d]\w*", sentence))
        start = found.start() + len(sentence) - len(sentence.lstrip())
        listing = sentence.count(",") > 6  # words one after the other
        if words > MOST_WORDS and not listing:
            yield _fault(where, prose, start, f"a sentence of {words} words: write two")
        if sentence.count(";") > MOST_SEMICOLONS and not listing:
            yield _fault(where, prose, start, "a chain of semicolons: write a list or sentences")


def _linted(where: str, prose: str) -> Iterator[Fault]:
    from proselint.checks import __register__
    from proselint.config import DEFAULT, Config
    from proselint.registry import CheckRegistry
    from proselint.tools import LintFile

    registry = CheckRegistry()
    if not registry.checks:
        registry.register_many(__register__)
    if not prose.strip():
        return
    checks = {**dict.fromkeys(LEFT_OUT, False), **DEFAULT["checks"], **dict.fromkeys(LEFT_OUT, False)}
    for result in LintFile(where, prose).lint(Config(max_errors=1000, checks=checks)):
        line, column = result.pos
        yield Fault(where, line, column, f"{result.check_result.message} ({result.check_result.check_path})")


def documents() -> list[Path]:
    """All that are written by hand, in order."""
    return sorted({path for pattern in DOCUMENTS for path in ROOT.glob(pattern)})


def modules() -> list[Path]:
    """All Python files of the folders that are checked, in order."""
    return sorted(path for folder in CODE for path in (ROOT / folder).rglob("*.py"))


def help_texts() -> Iterator[tuple[str, str]]:
    """(which command and option, what --help says of it)."""
    sys.path.insert(0, str(ROOT / "docs"))
    import typer
    from pages.commands import texts

    from talkshow.cli.program import app

    yield from texts(typer.main.get_command(app))


def check(paths: Sequence[Path] = ()) -> list[Fault]:
    """All faults of these files, or of everything."""
    rules = read_rules()
    found = [fault for path in paths or [*documents(), *modules()] for fault in _faults_in(path, rules)]
    if not paths:
        found += dict.fromkeys(
            fault for where, text in help_texts() for fault in faults(f"--help of {where}", text, rules)
        )
    return found


def _faults_in(path: Path, rules: Sequence[Rule]) -> Iterator[Fault]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return code_faults(_name(path), text, rules)
    return faults(_name(path), prose_of(text), rules)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def main() -> None:
    """Print what is wrong."""
    found = check([Path(name).resolve() for name in sys.argv[1:]])
    for fault in found:
        print(fault)
    if found:
        sys.exit(f"{len(found)} to write in another way")


if __name__ == "__main__":
    main()
