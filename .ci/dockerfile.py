"""Read a Dockerfile, and run its steps without Docker: copies into a folder, `pip` and `talkshow` in an environment.

    python .ci/dockerfile.py Dockerfile
    python .ci/dockerfile.py Dockerfile.cuda torch==2.13.0      # install packages first, here a torch without CUDA

What needs the base image (apt-get, useradd) is listed as passed over; everything else must succeed.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

KNOWN = {"FROM", "ENV", "ARG", "WORKDIR", "COPY", "RUN", "USER", "ENTRYPOINT", "CMD", "LABEL", "VOLUME", "EXPOSE"}
RUNS_HERE = ("pip", "talkshow")


@dataclass(frozen=True)
class Step:
    """One instruction with its line number, counted from 1."""

    line: int
    instruction: str
    arguments: str


def read_steps(text: str) -> Iterator[Step]:
    """The instructions of a Dockerfile, continued lines joined. Raises ValueError for one that is not known."""
    pending, first = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not pending and (not line or line.startswith("#")):
            continue
        first = first if pending else number
        pending += line.removesuffix("\\") + " " * line.endswith("\\")
        if line.endswith("\\"):
            continue
        instruction, _, arguments = pending.partition(" ")
        if instruction.upper() not in KNOWN:
            raise ValueError(f"line {first}: unknown instruction {instruction}")
        yield Step(first, instruction.upper(), arguments.strip())
        pending = ""
    if pending:
        raise ValueError(f"line {first}: the last instruction is not complete")


def sources(steps: list[Step]) -> list[str]:
    """Paths of the build context that are copied."""
    return [path for step in steps if step.instruction == "COPY" for path in shlex.split(step.arguments)[:-1]]


def entry_point(steps: list[Step]) -> list[str]:
    """What a container starts, without further arguments."""
    forms = {
        step.instruction: json.loads(step.arguments) for step in steps if step.instruction in ("ENTRYPOINT", "CMD")
    }
    return [*forms.get("ENTRYPOINT", []), *forms.get("CMD", [])]


def follow(dockerfile: Path, place: Path, packages: Sequence[str] = ()) -> None:
    """Follow the steps in `place`, after `packages` are installed. Raises CalledProcessError if a command fails."""
    steps = list(read_steps(dockerfile.read_text(encoding="utf-8")))
    environment_folder, app = place / "venv", place / "app"
    venv.create(environment_folder, with_pip=True)
    scripts = environment_folder / ("Scripts" if os.name == "nt" else "bin")
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("PYTHONPATH", None)
    app.mkdir()
    if packages:
        subprocess.run(["pip", "install", "--quiet", *packages], env=environment, check=True)
    for step in steps:
        if step.instruction == "COPY":
            *names, target = shlex.split(step.arguments)
            for name in names:
                source = dockerfile.parent / name
                to = app / target if source.is_dir() else app / target / source.name
                shutil.copytree(source, to) if source.is_dir() else shutil.copy2(source, to)
        elif step.instruction == "RUN":
            for command in step.arguments.split("&&"):
                here = command.split()[0] in RUNS_HERE
                print(f"{'run' if here else 'passed over'}: {command.strip()}", flush=True)
                if here:
                    subprocess.run(command, shell=True, cwd=app, env=environment, check=True)
    subprocess.run(entry_point(steps), cwd=place, env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        follow(Path(sys.argv[1]).resolve(), Path(folder), sys.argv[2:])
