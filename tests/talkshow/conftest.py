"""What the tests of the writer need: a server, and the command in a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import chat_server
import pytest

from talkshow.script.model import Script
from talkshow.script.reader import read_script
from talkshow.writing import endpoint


@pytest.fixture
def server() -> Iterator[chat_server.Server]:
    """A server that gives a good answer, until it is told to do something else."""
    with chat_server.running() as running:
        yield running


class Writing:
    """Runs `talkshow write`; the script lies in `folder`/out/script.txt."""

    def __init__(self, run, server: chat_server.Server, folder: Path, voices: Path) -> None:
        self.run, self.server, self.voices = run, server, voices
        self.out = folder / "out"
        self.path = self.out / "script.txt"

    def __call__(
        self, *arguments: object, idea: str = "two retired pilots argue about breakfast", timeout: float = 600
    ):
        """No output and no file holds the key. Only what waits for a server that says nothing is in a hurry."""
        given = (idea, *arguments) if idea else arguments
        ran = self.run(
            "write",
            "--base-url",
            self.server.url,
            "--voices",
            self.voices,
            "--timeout",
            timeout,
            *(("-o", self.path) if "-o" not in arguments else ()),
            *given,
        )
        assert chat_server.KEY not in ran.err + ran.out
        assert not any(chat_server.KEY.encode() in (self.out / file).read_bytes() for file in self.files)
        return ran

    @property
    def script(self) -> Script:
        return read_script(self.path)

    @property
    def files(self) -> set[str]:
        """All files under the folder of the test, as paths from its `out`."""
        return {str(os.path.relpath(file, self.out)) for file in self.out.parent.rglob("*") if file.is_file()}


@pytest.fixture
def only_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of everything that leads to an endpoint, the environment holds a key alone."""
    for name in list(os.environ):
        if name.upper().startswith("OPENAI_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_API_KEY", chat_server.KEY)


@pytest.fixture
def write(
    run,
    server: chat_server.Server,
    tmp_path: Path,
    tone_voices: Path,
    monkeypatch: pytest.MonkeyPatch,
    only_key: None,  # noqa: ARG001
) -> Writing:
    """The command `write` with the server, which is asked again soon where it is busy."""
    monkeypatch.setattr(endpoint, "_BACK_OFF_S", 0.1)
    return Writing(run, server, tmp_path, tone_voices)
