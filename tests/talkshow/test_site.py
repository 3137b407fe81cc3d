"""The documentation site: pages made from the code are up to date, every page is in its menu, links lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from talkshow.cli.commands import COMMANDS, Command, loaded

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def generate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / "docs/generate.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,  # the package of this checkout
    )


def prose_of(path: Path) -> str:
    """A document without its code."""
    text = re.sub(r"^( *)(`{3,})[^\n]*\n.*?^\1\2$", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    return re.sub(r"`[^`\n]+`", "`code`", text)


def anchors(path: Path) -> set[str]:
    """The names of a document's headings, as GitHub and the site make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_pages_made_from_the_code_are_up_to_date():
    ran = generate(ROOT, "--check")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_page_that_is_out_of_date_is_named_and_made_again(tmp_path):
    shutil.copytree(DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("*.png", "*.webp", "__pycache__"))
    shutil.copy(ROOT / "README.md", tmp_path)
    pages = [tmp_path / "docs/voices.md", tmp_path / "docs/reference/commands.md"]
    good = [page.read_text(encoding="utf-8") for page in pages]
    for page in pages:
        lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
        row = next(number for number, line in enumerate(lines) if line.startswith("| `af_heart`") or "-burn-" in line)
        page.write_text("".join(lines[:row] + lines[row + 1 :]), encoding="utf-8")
    found = generate(tmp_path, "--check")
    assert found.returncode == 1
    assert re.findall(r"(docs/\S+): out of date", found.stdout) == ["docs/voices.md", "docs/reference/commands.md"]
    assert generate(tmp_path).returncode == 0
    assert [page.read_text(encoding="utf-8") for page in pages] == good


def test_every_page_is_in_the_menu():
    menu = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    named = re.findall(r"'([^']+\.md)'", str(menu))
    assert sorted(named) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(path)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        leads = path.parent / name if name else path
        assert leads.exists(), target
        assert not anchor or anchor in anchors(leads), target


def test_the_menu_and_every_link_hold_when_the_site_is_built(tmp_path):
    """`.ci/run` builds the site in any case; here it is built where the extra `docs` is installed."""
    pytest.importorskip("mkdocs")
    pytest.importorskip("material")
    ran = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "site/reference/commands.html").is_file()
    assert not list((tmp_path / "site").rglob("*.py"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_list_of_commands_says_what_their_own_help_says(command: Command) -> None:
    first, *_ = loaded(command.name).help.split("\n\n")
    assert " ".join(first.split()) == command.summary
