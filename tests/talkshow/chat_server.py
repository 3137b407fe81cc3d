"""A small server that speaks the chat completions protocol, well or badly, for tests of the writer."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BREAKFAST = {
    "title": "Breakfast at gate nine",
    "cast": [
        {"name": "ADA", "voice": "bf_emma", "look": "old woman, grey bun, navy jacket", "description": "dry, precise"},
        {
            "name": "BEN",
            "voice": "bm_george",
            "look": "old man, bald, white moustache",
            "description": "warm, stubborn",
        },
    ],
    "scenes": [
        {
            "title": "The cafe",
            "prompt": "two retired pilots at a cafe table, morning",
            "lines": [
                {"speaker": "ADA", "tags": "", "text": "You have never eaten a breakfast in Lisbon."},
                {
                    "speaker": "BEN",
                    "tags": "amused, pause 0.8",
                    "text": "I have eaten four. On one morning. (beat) At one --",
                },
                {"speaker": "ADA", "tags": "overlap 0.4", "text": "At one counter. I was paying."},
                {"speaker": "BEN", "tags": "backchannel", "text": "Mm-hm."},
                {
                    "speaker": "ADA",
                    "tags": "thoughtful",
                    "text": "It was the best coffee of my life, (sighs) and you put milk in it.",
                },
                {"speaker": "BEN", "tags": "deadpan", "text": "I put milk in everything. It keeps people calm."},
            ],
        }
    ],
}

ANSWER = json.dumps(BREAKFAST)
KEY = "sk-a-secret-of-mine"
TEA = """\
title: Tea
cast:
  ADA: voice=hum_a, look="woman, grey bun", description="dry, slow"
  BEN: voice=hum_b, look="man, bald", description="warm"
== The kitchen == {prompt: "a kitchen, two people"}
ADA (warm): Is there any tea left?
BEN (pause): There is one bag. (beat) It has been used.
"""

Behaviour = Callable[["Handler"], None]


def streamed(text: str, finish: str | None = "stop", size: int = 40, usage: bool = True) -> Behaviour:
    """The text in pieces, as server-sent events."""

    def behave(handler: Handler) -> None:
        handler.begin_stream()
        for at in range(0, len(text), size):
            handler.event({"choices": [{"index": 0, "delta": {"content": text[at : at + size]}}]})
        if finish:
            handler.event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if usage:
            handler.event({"choices": [], "usage": {"prompt_tokens": 321, "completion_tokens": 123}})
        handler.write(b"data: [DONE]\n\n")

    return behave


def plain(text: str | None, finish: str = "stop", **message: Any) -> Behaviour:
    """The answer of a server that does not stream."""
    return whole(
        {
            "choices": [
                {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
            ]
        }
    )


def whole(value: Any) -> Behaviour:
    """One JSON value."""
    return lambda handler: handler.answer(200, value)


def status(number: int, message: str = "no", headers: dict[str, str] | None = None, **error: Any) -> Behaviour:
    """An error of HTTP."""
    return lambda handler: handler.answer(number, {"error": {"message": message, **error}}, headers)


def unless_schema(then: Behaviour, code: int = 500, kinds: tuple[str, ...] = ("json_schema",)) -> Behaviour:
    """An endpoint that does not know some kinds of response_format."""

    def behave(handler: Handler) -> None:
        kind = handler.asked.get("response_format", {}).get("type")
        (status(code, f"unknown {kind}") if kind in kinds else then)(handler)

    return behave


def hanging(handler: Handler) -> None:
    """Takes the request and says nothing."""
    handler.server.released.wait()


def keep_alive_only(handler: Handler) -> None:
    """Never a token, but always a sign of life."""
    handler.begin_stream()
    while not handler.server.released.wait(0.02):
        handler.write(b": still here\n\n")


def huge(handler: Handler) -> None:
    """More than anybody wants."""
    handler.begin_stream()
    for _ in range(200):
        handler.event({"choices": [{"delta": {"content": "la " * 20_000}}]})


def broken_off(handler: Handler) -> None:
    """A connection that closes in the middle of a chunk."""
    handler.begin_stream()
    handler.event({"choices": [{"delta": {"content": '{"title": '}}]})
    handler.wfile.write(b"ff\r\nhalf")
    handler.close_connection = True


class Handler(BaseHTTPRequestHandler):
    """Answers as the server's list of behaviours says; the last one stays."""

    protocol_version = "HTTP/1.1"
    server: Server
    asked: dict[str, Any]

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.listed += 1
        if self.server.models is None:
            self.answer(404, {"error": "no such page"})
        else:
            self.answer(200, {"object": "list", "data": [{"id": name} for name in self.server.models]})

    def do_POST(self) -> None:
        self.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(self.asked)
        self.server.keys.append(self.headers.get("Authorization", ""))
        behaviours = self.server.pictures if "images" in self.path else self.server.behaviours
        behave = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        with contextlib.suppress(ConnectionError):
            behave(self)
            if self._chunked:
                self.wfile.write(b"0\r\n\r\n")

    _chunked = False

    def begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunked = True

    def write(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def event(self, value: Any) -> None:
        self.write(b"data: " + json.dumps(value).encode() + b"\n\n")

    def answer(self, code: int, value: Any, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, said in (headers or {}).items():
            self.send_header(name, said)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """What it does, and what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours: list[Behaviour] = [streamed(json.dumps(BREAKFAST))]
        self.pictures: list[Behaviour] = [status(404)]
        self.models: list[str] | None = ["tiny-model"]
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.listed = 0
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def count(self) -> int:
        """Everything that was asked."""
        return self.listed + len(self.requests)

    def handle_error(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A server for the time of a test."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
