"""Container files and continuous integration name what exists."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONTAINERS = ("Dockerfile", "Dockerfile.cuda")


def dockerfile_reader():
    spec = importlib.util.spec_from_file_location("dockerfile", ROOT / ".ci" / "dockerfile.py")
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["dockerfile"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_copies_what_exists_and_installs_extras_that_exist(name):
    reader = dockerfile_reader()
    steps = list(reader.read_steps((ROOT / name).read_text(encoding="utf-8")))
    assert steps[0].instruction == "FROM"
    copied = reader.sources(steps)
    assert all((ROOT / path).exists() for path in copied), copied
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {"talkshow", "multitalk", "voices", "scripts_in", "pyproject.toml", "README.md"} <= set(copied)
    extras = {
        extra
        for step in steps
        for group in re.findall(r"'\.\[([\w,]+)\]'", step.arguments)
        for extra in group.split(",")
    }
    assert extras and extras <= set(packages["project"]["optional-dependencies"])
    assert reader.entry_point(steps) == ["talkshow", "--help"]


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_does_not_run_as_root(name):
    steps = list(dockerfile_reader().read_steps((ROOT / name).read_text(encoding="utf-8")))
    assert [step.arguments for step in steps if step.instruction == "USER"][-1] != "root"


@pytest.mark.parametrize("text", ["FORM python", "RUN one \\"])
def test_the_reader_of_container_files_refuses_what_it_does_not_know(text):
    with pytest.raises(ValueError, match="line 1"):
        list(dockerfile_reader().read_steps(text))


def test_the_workflow_runs_the_script_of_ci_on_three_systems_and_three_pythons():
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["test"]
    assert len(job["strategy"]["matrix"]["os"]) == 3
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert any(".ci/run" in step.get("run", "") for step in job["steps"])
    needed = re.search(r'requires-python = ">=(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[1]
    assert needed == job["strategy"]["matrix"]["python"][0]
