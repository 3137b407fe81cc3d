"""What the documents say is what happens."""

from __future__ import annotations

import dataclasses
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def blocks(document: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.S)


def test_the_example_engine_of_the_plug_in_guide_speaks(tmp_path):
    """Install the guide's example as a package would be, then render with it in another process."""
    code, package, voice = (*blocks("docs/plugins.md", "python"), *blocks("docs/plugins.md", "toml"))
    assert len(code.splitlines()) <= 42
    (tmp_path / "robot_voice.py").write_text(code, encoding="utf-8")
    entry = re.search(r'robot = "(.+)"', package)[1]
    information = tmp_path / "robot_voice-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: robot-voice\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[talkshow.voice_engines]\nrobot = {entry}\n")
    (tmp_path / "my_voices/tin").mkdir(parents=True)
    (tmp_path / "my_voices/tin/voice.toml").write_text(voice, encoding="utf-8")
    (tmp_path / "my_script.txt").write_text("MAYA: Good evening, humans.\n")
    command = blocks_inline("docs/plugins.md")
    arguments = command.removeprefix("talkshow ").split()
    ran = subprocess.run(
        [sys.executable, "-m", "talkshow", *arguments, "--renderer", "stills", "--size", "160x90"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / ran.stdout.strip()).is_file()


def blocks_inline(document: str) -> str:
    """The command that stands in a sentence after "Then:"."""
    return re.search(r"Then: `(.+?)`", (ROOT / document).read_text(encoding="utf-8"))[1]


def test_the_two_commands_stand_in_the_first_thirty_lines_above_a_picture():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    top = "\n".join(lines[:30])
    assert "pip install -e . && talkshow demo" in top
    assert "pip install -e '.[test]' && pytest" in top
    picture = re.search(r"!\[.*?\]\((.+?)\)", "\n".join(lines))
    assert picture and (ROOT / picture[1]).is_file()
    assert lines.index(next(line for line in lines if "talkshow demo" in line)) < lines.index(
        next(line for line in lines if line.startswith("!["))
    )


def test_python_in_the_readme_runs(tmp_path):
    """The five lines of Python, as they stand, in an empty folder beside a copy of the example scripts."""
    code = blocks("README.md", "python")[0]
    assert len(code.strip().splitlines()) <= 6
    (tmp_path / "scripts_in").symlink_to(ROOT / "scripts_in")
    quick = code.replace("EpisodeSettings(", "EpisodeSettings(lines=(1, 2), draft=True, ")
    assert quick != code
    ran = subprocess.run([sys.executable, "-c", quick], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / ran.stdout.strip().splitlines()[-1]).is_file()


def test_commands_in_the_readme_exist(run):
    commands = {
        match
        for block in blocks("README.md", "(?:bash|sh|console)")
        for match in re.findall(r"^talkshow (\w+)(?: (list|say|verify))?", block, re.M)
    }
    assert len(commands) > 5
    for command in commands:
        assert run(*(part for part in command if part), "--help").code == 0, command


def test_every_bundled_model_is_in_the_notice():
    from talkshow.engines.weights import entries

    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for weights in entries().values():
        if weights.voice:  # its digest is in its voice.toml
            package, origin = re.fullmatch(r"(.+?), .+; (from .+)", weights.source).groups()
            assert re.search(rf"{re.escape(package)}, .*{re.escape(origin)}.*\n +licence +{weights.licence}", notice)
        else:
            assert weights.sha256 in notice, weights.name
            assert weights.licence in notice


def test_the_tree_in_architecture_md_names_every_file():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for path in (ROOT / "talkshow").rglob("*.py"):
        if path.name not in ("__init__.py", "__main__.py"):
            assert path.name in text, f"{path.relative_to(ROOT)} is not described"


def test_the_language_of_the_guide_is_known_and_read(tmp_path, monkeypatch):
    """The guide's two files as they stand; its table names every key there is."""
    from talkshow.languages.language import Language, read_language
    from talkshow.speech.alphabet import token_numbers

    guide = "docs/contributing/language.md"
    known, _ = blocks(guide, "toml")
    (tmp_path / "eo.toml").write_text(known, encoding="utf-8")
    language = read_language(tmp_path / "eo.toml")
    (code,) = blocks(guide, "python")
    module, _, name = language.reading.rpartition(".")[2].partition(":")
    (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    reader = getattr(importlib.import_module(module), name)()
    reading = reader.read("Saluton, ĉarma Zamenhof!", {"Zamenhof": "zamenhofo"}, "eo")
    assert reading.tokens == "salˈuton, ʧˈaɾma zamenhˈofo!" and set(reading.tokens) <= set(token_numbers())
    assert reading.words == ("Saluton,", "ĉarma", "Zamenhof!")
    table = set(re.findall(r"`\[?(\w+)\]?`", "".join(re.findall(r"^\| (`.+?) \|", (ROOT / guide).read_text(), re.M))))
    assert {field.name for field in dataclasses.fields(Language)} - {"tag"} <= table
