"""Rules of the code base, checked on its syntax trees and in fresh interpreters."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "talkshow"
HEAVY = (
    "torch",
    "transformers",
    "diffusers",
    "cv2",
    "onnxruntime",
    "librosa",
    "moviepy",
    "scipy",
    "av",
    "soundfile",
    "openai",
    "pypdf",
    "httpx",
    "httpx2",
)
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


# The rooms from the ground up. A room uses those of lower floors, never one of its own floor or above.
FLOORS = (
    ("clock", "errors", "geometry", "progress", "span", "version"),
    ("engines", "machine", "schema", "words"),
    ("languages", "settings", "store"),
    ("media", "transcripts"),
    ("script",),
    ("cast",),
    ("timeline",),
    ("faces", "performance", "sound"),
    ("audio", "diarize", "provenance", "render", "speech", "transcribe"),
    ("shots",),
    ("film",),
    ("check", "doctor"),
    ("episode",),
    ("recording", "writing"),
    ("cloning",),
    ("__init__", "cli"),
    ("__main__",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# who (by the beginning of the module's name) may not import what (by the beginning of its name), and why
BARRED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("talkshow.speech", ("talkshow.faces", "talkshow.performance"), "voices have no faces"),
    ("talkshow.check", ("talkshow.performance",), "a check must not share the fault"),
    ("talkshow.episode.check", ("talkshow.performance",), "a check must not share the fault"),
)


def room(name: str) -> str:
    """The folder or module below `talkshow`: what FLOORS names."""
    return "__init__" if name == "talkshow" else name.split(".")[1]


def faults(path: Path) -> list[str]:
    """What a file imports that it must not."""
    name, used = module(path), imports(ast.parse(path.read_text(encoding="utf-8")))
    found = [
        f"{other}: {why}"
        for who, barred, why in BARRED
        if name.startswith(who)
        for other in used
        if other.startswith(barred)
    ]
    found += [
        f"{other}: it is not on a lower floor"
        for other in used
        if other.startswith("talkshow.") and room(other) != room(name) and FLOOR[room(other)] >= FLOOR[room(name)]
    ]
    if not name.startswith("talkshow.render.generator"):
        found += [
            f"{other}: only the bridge knows the generator" for other in used if other.split(".")[0] == "multitalk"
        ]
    return [f"{name} imports {fault}" for fault in found]


def test_nothing_reaches_up():
    """No circle between rooms, and no arrow that runs up a floor."""
    found = [fault for path in FILES for fault in faults(path)]
    assert not found, "\n".join(found)


def test_the_way_in_is_short():
    """A newcomer sees rooms, and few modules beside them."""
    assert len([path for path in FILES if path.parent == PACKAGE]) <= 12


def test_the_generator_knows_nothing_of_episodes():
    for path in (PACKAGE.parent / "multitalk").rglob("*.py"):
        used = imports(ast.parse(path.read_text(encoding="utf-8")))
        assert not {m for m in used if m.split(".")[0] == "talkshow"}, path


def test_an_episode_without_the_generator_loads_no_torch(quick):
    """The render imports whatever it uses; PyTorch, installed or not, is nothing it uses."""
    code = (
        f"import sys; from talkshow.cli import main\ntry: main({[str(a) for a in quick]!r})\n"
        "except SystemExit as e: assert not e.code, e.code\n"
        "assert not {'torch', 'transformers', 'diffusers', 'multitalk'} & set(sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_no_file_is_a_drawer_for_everything():
    assert not [path for path in FILES if path.stem in {"utils", "helpers", "common", "misc"}]


HELP = (
    (),
    ("--help",),
    ("render", "--help"),
    ("demo", "--help"),
    ("speak", "--help"),
    ("lint", "--help"),
    ("format", "--help"),
    ("seats", "--help"),
    ("check", "--help"),
    ("clean", "--help"),
    ("voices", "say", "--help"),
    ("models", "list", "--help"),
    ("doctor", "--help"),
    ("write", "--help"),
    ("scene", "--help"),
    ("convert", "--help"),
    ("diarize", "--help"),
    ("--version",),
)


def test_help_is_light_and_ends_well():
    """One interpreter for all: what a help text loads stays loaded and is found."""
    code = (
        f"import sys; from talkshow.cli import main\nfor arguments in {HELP!r}:\n"
        " try: main(list(arguments))\n"
        " except SystemExit as e: assert e.code in (None, 0, 2), (arguments, e.code)\n"
        f" heavy = [m for m in {HEAVY!r} if m in sys.modules]\n"
        " assert not heavy, (arguments, heavy)\n"
        " print('shown', *arguments)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    shown = re.split(r"^shown.*\n", ran.stdout, flags=re.MULTILINE)
    assert len(shown) == len(HELP) + 1 and all(text.strip() for text in shown[1:-1])


def test_what_checks_files_is_loaded_when_there_is_something_to_check():
    """Not for help, nor for settings that nobody has touched. (Typer may load it for itself.)"""
    code = (
        "import sys, talkshow.cli; from talkshow import EpisodeSettings; EpisodeSettings(); from talkshow.doctor "
        "import examine; loaded = {'pydantic', 'pydantic_core'} & set(sys.modules); assert not loaded, loaded"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_every_command_shows_an_example(run):
    listed = run("--help").out
    for command in ("demo", "render", "speak", "write", "scene", "lint", "format", "seats", "check", "clean", "doctor"):
        assert command in listed
        assert "Example: talkshow" in run(command, "--help").out


def test_public_names_exist_and_are_sorted():
    import talkshow

    assert list(talkshow.__all__) == sorted(talkshow.__all__)
    assert all(getattr(talkshow, name) for name in talkshow.__all__)
