"""Voices of a server that speaks OpenAI's protocol: what it is asked, and what becomes of any answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from talkshow.cast.catalogue import load_all_voices
from talkshow.cast.types import Voice
from talkshow.errors import BackendError
from talkshow.speech.base import SpeechRequest
from talkshow.speech.engines import endpoint
from talkshow.speech.engines.endpoint import Endpoint
from talkshow.speech.engines.kokoro import Kokoro

RATE = 24_000
KINDS = {
    "wav": ("wav", "pcm_s16le"),
    "mp3": ("mp3", "libmp3lame"),
    "opus": ("ogg", "libopus"),
    "flac": ("flac", "flac"),
}


def sounding(seconds: float = 0.8) -> np.ndarray:
    time = np.arange(round(RATE * seconds)) / RATE
    return (0.3 * np.sin(2 * np.pi * 220 * time)).astype(np.float32)


def encoded(samples: np.ndarray, kind: str, path: Path) -> bytes:
    if kind == "pcm":
        return (samples * 32767).astype("<i2").tobytes()
    container, codec = KINDS[kind]
    with av.open(str(path), "w", format=container) as file:
        stream = file.add_stream(codec, rate=RATE if codec != "libopus" else 48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype("<i2")[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=stream.rate, frame_size=stream.frame_size
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return path.read_bytes()


class Server:
    """Answers each request with what a test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], str]] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda _: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.path, json.loads(body), self.headers.get("Authorization", "")))
                outer.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def sends(self, data: bytes, kind: str = "audio/wav", status: int = 200, announced: int | None = None) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(data) if announced is None else announced))
            handler.end_headers()
            handler.wfile.write(data)

        self.answer = answer

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    found = Server()
    yield found
    found.close()


def voice(server: Server, **more: str) -> Voice:
    return Voice("remote", "endpoint", "en-US", "female", "", "unknown", base_url=server.url, **more)


@pytest.mark.parametrize("kind", [*KINDS, "pcm"])
def test_sound_of_every_format_is_heard(server: Server, tmp_path: Path, kind: str) -> None:
    samples = sounding()
    server.sends(encoded(samples, kind, tmp_path / f"a.{kind}"))
    heard = Endpoint().speak(SpeechRequest("Hello there.", voice(server, format=kind))).waveform
    assert heard.sample_rate == RATE and abs(heard.duration_s - 0.8) < 0.1
    spectrum = np.abs(np.fft.rfft(heard.samples))
    assert abs(np.argmax(spectrum) / heard.duration_s - 220) < 5


def test_what_a_server_is_asked(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    server.sends(encoded(sounding(), "wav", tmp_path / "a.wav"))
    chosen = voice(server, model="tts-9", speaker="coral", instructions="A radio host.")
    Endpoint().speak(SpeechRequest("Hello.", chosen, speed=1.2, direction="whispering"))
    path, asked, key = server.asked[0]
    assert path == "/v1/audio/speech" and key == "Bearer sk-secret"
    assert (asked["model"], asked["voice"], asked["input"], asked["response_format"]) == (
        "tts-9",
        "coral",
        "Hello.",
        "wav",
    )
    assert (
        asked["speed"] == 1.2
        and asked["instructions"].startswith("A radio host.")
        and "whispering" in asked["instructions"]
    )


@pytest.mark.parametrize(
    ("data", "kind", "status", "said"),
    [
        (b'{"error": {"message": "no such voice: sk-secret"}}', "application/json", 400, "error 400: .*no such voice"),
        (b"", "application/json", 401, "OPENAI_API_KEY"),
        (b"nothing here", "text/plain", 404, "Check base_url"),
        (b'{"audio": null}', "application/json", 200, "not sound; it begins with"),
        (b"<html>Welcome</html>", "text/html", 200, "not sound; it begins with '<html>"),
        (b"", "audio/wav", 200, "empty answer"),
        (b"RIFF....WAVEfmt nonsense", "audio/wav", 200, "cannot be read|not sound"),
    ],
)
def test_an_answer_without_sound_is_named(server, monkeypatch, data, kind, status, said) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    server.sends(data, kind, status)
    with pytest.raises(BackendError, match=said) as raised:
        Endpoint().speak(SpeechRequest("Hello.", voice(server)))
    assert "sk-secret" not in str(raised.value)


def test_an_answer_without_end_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_LONGEST_BYTES", 200_000)
    server.sends(b"\0" * 1_000_000)
    with pytest.raises(BackendError, match="sent more than"):
        Endpoint().speak(SpeechRequest("Hello.", voice(server, format="pcm")))


def test_a_server_that_says_nothing_or_is_not_there_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_TIMEOUT_S", 0.3)
    waiting = threading.Event()
    server.answer = lambda _: waiting.wait(20)
    with pytest.raises(BackendError, match="sends nothing"):
        Endpoint().speak(SpeechRequest("Hello.", voice(server)))
    waiting.set()
    nobody = Voice("remote", "endpoint", "en", "", "", "unknown", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(BackendError, match="there is no answer from"):
        Endpoint().speak(SpeechRequest("Hello.", nobody))
    with pytest.raises(BackendError, match="must begin with http"):
        Endpoint().speak(SpeechRequest("Hello.", Voice("remote", "endpoint", "en", "", "", "", base_url="file:///etc")))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(BackendError, match="no key for the hosted endpoint"):
        Endpoint().speak(SpeechRequest("Hello.", Voice("remote", "endpoint", "en", "", "", "unknown")))


def test_words_have_times_and_a_script_is_spoken(run, server: Server, tmp_path: Path) -> None:
    """A server that is another voice of ours: its words are where that voice says them."""
    george = load_all_voices()["bm_george"]
    text = "Nobody told me that the harbour was closed."
    spoken = Kokoro().speak(SpeechRequest(text, george))
    server.sends(encoded(np.clip(spoken.waveform.samples, -1, 1), "wav", tmp_path / "a.wav"))
    folder = tmp_path / "voices/remote"
    folder.mkdir(parents=True)
    (folder / "voice.toml").write_text(
        f'name = "remote"\nengine = "endpoint"\nlanguage = "en-US"\nlicence = "unknown"\nbase_url = "{server.url}"\n'
    )
    (tmp_path / "talk.txt").write_text(f"cast:\n  MAYA: voice=remote\nMAYA (warmly): {text}\n")
    ran = run("speak", tmp_path / "talk.txt", "--voices", tmp_path / "voices", "-o", tmp_path / "out", "--json")
    assert ran.code == 0, ran.err
    cue = json.loads((tmp_path / "out/talk/timeline.json").read_text())["cues"][0]
    starts = np.array([word["start_s"] for word in cue["words"]])
    truth = np.array([word.span.start_s for word in spoken.words])
    assert [word["text"] for word in cue["words"]] == text.split()
    off_s = np.abs((starts - starts[0]) - (truth - truth[0]))
    assert np.median(off_s) < 0.04 and off_s.max() < 0.2
    assert "warmly" in server.asked[0][1]["instructions"]
