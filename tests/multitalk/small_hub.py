"""A hub on this machine that speaks as much of the protocol as huggingface_hub needs to download files."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "c" * 40
_STEP = 1 << 16


class SmallHub:
    """files: "owner/name/path" -> content.

    breaks: places at which transfers of a file break off, once each; stall: places at which they stand still; swapped:
    content that is sent instead of what is promised; requests: (method, file, range) that were asked for.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.breaks: dict[str, list[int]] = {}
        self.stall: dict[str, int] = {}
        self.swapped: dict[str, bytes] = {}
        self.over = threading.Event()
        self.requests: list[tuple[str, str, str]] = []
        self.endpoint = ""

    def sent(self, file: str) -> list[str]:
        """Ranges in which a file's content was asked for, "" for the whole."""
        return [given for method, name, given in self.requests if method == "GET" and name == file]


@contextmanager
def small_hub() -> Iterator[SmallHub]:
    """A hub at `endpoint` until the end of the block."""
    hub = SmallHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        hub.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: SmallHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_content=False)

        def do_GET(self) -> None:
            self._answer(with_content=True)

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self, with_content: bool) -> None:
            name = re.sub(r"/resolve/[^/]+/", "/", self.path.split("?")[0].lstrip("/"))
            asked = self.headers.get("Range", "")
            hub.requests.append((self.command, name, asked))
            content = hub.files.get(name)
            if content is None:
                self.send_response(404)
                self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            first = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
            self.send_response(206 if first else 200)
            large = len(content) > _STEP  # as Git LFS does, small files have no SHA-256
            digest = hashlib.sha256(content).hexdigest() if large else hashlib.sha1(content).hexdigest()
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{digest}"')
            if large:
                self.send_header("X-Linked-ETag", f'"{digest}"')
                self.send_header("X-Linked-Size", str(len(content)))
            self.send_header("Accept-Ranges", "bytes")
            if first:
                self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - first))
            self.end_headers()
            if with_content:
                self._send(name, content, first)

        def _send(self, name: str, content: bytes, first: int) -> None:
            content = hub.swapped.get(name, content)
            breaks = hub.breaks.get(name, [])
            end = breaks.pop(0) if breaks else len(content)
            if name in hub.stall:
                self.wfile.write(content[first : hub.stall[name]])
                self.wfile.flush()
                hub.over.wait()
                return
            self.wfile.write(content[first:end])
            if end < len(content):
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(2)

    return Handler
