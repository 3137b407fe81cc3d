"""Check the English of the documents and of every --help: proselint, and the rules of prose.toml.

python .ci/prose.py            checks all: prints FILE:LINE:COLUMN, what, and what to write instead; exits 1 for any
python .ci/prose.py FILE ...   checks these Markdown files only

Code blocks, `code`, links and pages made from the code are left out: what those pages say is checked at its source.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULES = Path(__file__).with_name("prose.toml")
DOCUMENTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md")
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


def faults(where: str, prose: str, rules: Sequence[Rule]) -> Iterator[Fault]:
    """All that is wrong with a text."""
    flat = prose.replace("\n", " ")
    for rule in rules:
        for found in rule.pattern.finditer(flat):
            yield _fault(where, prose, found.start(), f'"{found[0].strip()}": write {rule.say}')
    yield from _long_sentences(where, prose)
    yield from _linted(where, prose)


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


def help_texts() -> Iterator[tuple[str, str]]:
    """(which command and option, what --help says of it)."""
    sys.path.insert(0, str(ROOT / "docs"))
    import typer
    from pages.commands import texts

    from talkshow.cli.program import app

    yield from texts(typer.main.get_command(app))


def check(paths: Sequence[Path] = ()) -> list[Fault]:
    """All faults of these documents, or of everything."""
    rules = read_rules()
    found = [
        fault
        for path in paths or documents()
        for fault in faults(_name(path), prose_of(path.read_text(encoding="utf-8")), rules)
    ]
    if not paths:
        found += dict.fromkeys(
            fault for where, text in help_texts() for fault in faults(f"--help of {where}", text, rules)
        )
    return found


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
