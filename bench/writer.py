"""What writing a script costs this machine while a model answers, imports included. Printed as JSON.

    python bench/writer.py

A server in this process streams an answer of a known length, a token every few milliseconds; `talkshow write` runs as
a process of its own, whose processor time is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOKENS_A_SECOND = 80


def answer(num_tokens: int) -> list[str]:
    """A script in JSON, in about so many tokens."""
    head = {
        "title": "Breakfast",
        "cast": [
            {
                "name": "ADA",
                "voice": "bf_emma",
                "look": "old woman, grey bun, navy jacket",
                "description": "dry, precise",
            },
            {"name": "BEN", "voice": "bm_george", "look": "old man, bald, white moustache", "description": "warm"},
        ],
    }
    line = (
        "I have eaten four of them, on one morning, and I would not do it again, for nobody in this airport and "
        "for no money that anybody here has."
    )
    tokens_a_line = len(tokens(json.dumps({"speaker": "ADA", "tags": "amused, pause 0.8", "text": line}))) + 1
    lines = [
        {
            "speaker": ("ADA", "BEN")[number % 2],
            "tags": "amused, pause 0.8" if number % 5 == 0 else "",
            "text": f"{line} Number {number}.",
        }
        for number in range(num_tokens // tokens_a_line)
    ]
    return tokens(json.dumps({**head, "scenes": [{"title": "Cafe", "prompt": "a cafe", "lines": lines}]}))


def tokens(text: str) -> list[str]:
    """Pieces of the size that models speak in."""
    return re.findall(r" ?\w{1,6}|\W", text)


class Handler(BaseHTTPRequestHandler):
    """Streams the answer at the pace of a quick model."""

    pieces: tuple[str, ...] = ()

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_error(404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        start = time.monotonic()
        for number, piece in enumerate(self.pieces):
            time.sleep(max(0.0, start + number / TOKENS_A_SECOND - time.monotonic()))
            self._event(
                {
                    "id": "chatcmpl-0123456789",
                    "object": "chat.completion.chunk",
                    "created": 1700000000,
                    "model": "quick",
                    "choices": [{"index": 0, "delta": {"content": piece}, "logprobs": None, "finish_reason": None}],
                }
            )
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, value: object) -> None:
        self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        self.wfile.flush()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the answer takes")
    seconds = parser.parse_args().seconds
    Handler.pieces = tuple(answer(round(seconds * TOKENS_A_SECOND)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "script.txt"
        environment = {**os.environ, "OPENAI_API_KEY": "none", "NO_PROXY": "127.0.0.1"}
        start = time.monotonic()
        subprocess.run(
            [
                sys.executable,
                "-m",
                "talkshow",
                "write",
                "breakfast",
                "-o",
                str(out),
                "--lines",
                "40",
                "--base-url",
                f"http://127.0.0.1:{server.server_port}/v1",
            ],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wall_s = time.monotonic() - start
        num_lines = sum(1 for line in out.read_text(encoding="utf-8").splitlines() if line.startswith(("ADA", "BEN")))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps(
            {
                "answer_s": round(len(Handler.pieces) / TOKENS_A_SECOND, 1),
                "wall_s": round(wall_s, 1),
                "tokens": len(Handler.pieces),
                "lines": num_lines,
                "processor_s": round(used.ru_utime + used.ru_stime, 2),
                "memory_mb": round(used.ru_maxrss / 1024),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
