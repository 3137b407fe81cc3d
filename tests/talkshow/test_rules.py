"""Rules of the code base, checked on its syntax trees and in fresh interpreters."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "talkshow"
HEAVY = ("torch", "transformers", "diffusers", "cv2", "onnxruntime", "librosa", "moviepy", "scipy", "av", "soundfile",
         "openai", "pypdf", "httpx", "httpx2")
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(tree: ast.AST) -> set[str]:
    """All modules that are imported anywhere in a file."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def module(path: Path) -> str:
    return ".".join(("talkshow", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


@pytest.mark.parametrize("path", FILES, ids=module)
def test_nothing_reaches_up(path):
    """cli -> pipeline -> stages -> types; only the bridge knows the generator."""
    name, used = module(path), imports(ast.parse(path.read_text(encoding="utf-8")))
    if not name.startswith("talkshow.cli") and name != "talkshow.__main__":
        assert not {m for m in used if m.startswith("talkshow.cli")}, "only the command line knows the command line"
    if not name.startswith("talkshow.render.multitalk"):
        assert not {m for m in used if m.split(".")[0] == "multitalk"}
    stages = ("script", "speech", "faces", "render", "performance")
    types = {"talkshow.errors", "talkshow.clock", "talkshow.span", "talkshow.script.model", "talkshow.naming",
             "talkshow.resources"}
    if name in types:
        assert not {m for m in used if m.startswith("talkshow.") and m not in types}, "types know only types"
    if name.split(".")[1:2] and name.split(".")[1] in stages:
        assert not used & {"talkshow.pipeline", "talkshow.filming", "talkshow.publish", "talkshow.staging"}
    if name.startswith("talkshow.script"):
        assert not {m for m in used if m.startswith(("talkshow.render", "talkshow.speech", "talkshow.faces"))}
    if name.startswith(("talkshow.check", "talkshow.synccheck")):
        assert not {m for m in used if m.startswith("talkshow.performance")}, "a check must not share the fault"
    if name.startswith("talkshow.speech"):
        assert not {m for m in used if m.startswith(("talkshow.render", "talkshow.faces"))}


def test_the_generator_knows_nothing_of_episodes():
    for path in (PACKAGE.parent / "multitalk").rglob("*.py"):
        used = imports(ast.parse(path.read_text(encoding="utf-8")))
        assert not {m for m in used if m.split(".")[0] == "talkshow"}, path


def test_an_episode_without_the_generator_loads_no_torch(quick):
    """The render imports whatever it uses; PyTorch, installed or not, is nothing it uses."""
    code = (f"import sys; from talkshow.cli import main\ntry: main({[str(a) for a in quick]!r})\n"
            "except SystemExit as e: assert not e.code, e.code\n"
            "assert not {'torch', 'transformers', 'diffusers', 'multitalk'} & set(sys.modules)")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("path", FILES, ids=module)
def test_no_file_is_a_drawer_for_everything(path):
    assert path.stem not in {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize("arguments", [
    (), ("--help",), ("render", "--help"), ("demo", "--help"), ("speak", "--help"), ("lint", "--help"),
    ("format", "--help"), ("seats", "--help"), ("check", "--help"), ("voices", "say", "--help"),
    ("models", "list", "--help"), ("doctor", "--help"), ("write", "--help"), ("scene", "--help"), ("convert", "--help"),
    ("diarize", "--help"), ("--version",),
], ids=" ".join)
def test_help_is_light_and_ends_well(arguments):
    code = (f"import sys; from talkshow.cli import main\ntry: main({list(arguments)!r})\n"
            f"except SystemExit as e: code = e.code or 0\n"
            f"heavy = [m for m in {HEAVY!r} if m in sys.modules]\n"
            "assert not heavy, heavy\nsys.exit(0 if code in (0, 2) else 1)")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout or ran.stderr


def test_what_checks_files_is_loaded_when_there_is_something_to_check():
    """Not for help, nor for settings that nobody has touched. (Typer may load it for itself.)"""
    code = ("import sys, talkshow.cli; from talkshow import EpisodeSettings; EpisodeSettings(); from talkshow.doctor "
            "import examine; loaded = {'pydantic', 'pydantic_core'} & set(sys.modules); assert not loaded, loaded")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_every_command_shows_an_example(run):
    listed = run("--help").out
    for command in ("demo", "render", "speak", "write", "scene", "lint", "format", "seats", "check", "doctor"):
        assert command in listed
        assert "Example: talkshow" in run(command, "--help").out


def test_public_names_exist_and_are_sorted():
    import talkshow

    assert list(talkshow.__all__) == sorted(talkshow.__all__)
    assert all(getattr(talkshow, name) for name in talkshow.__all__)
