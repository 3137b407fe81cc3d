"""One answer of an endpoint, read as it comes: with a limit on its size and on the wait for the next token.

A thread reads the bytes, so that a server which sends nothing, or keep-alives and nothing else, is noticed in time
and Ctrl-C works at once.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from talkshow.errors import WriterError

MAX_ANSWER = 5_000_000  # bytes of an answer
_FRAMING = 20  # a streamed token arrives in about 200 bytes
_AFTER_END_S = 1.0  # for the count of tokens, which follows the last one
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LOOK_S = 0.03  # between two looks for what has come
_MOST_WAITING = 512  # pieces that have not been taken yet

Open = Callable[[], AbstractContextManager[Any]]  # gives a response with `iter_bytes()`


class Stalled(Exception):
    """No token came within the time-out."""


class Broken(Exception):
    """The answer broke off or is none of the protocol."""


class ServerFault(Exception):
    """The server reports an error inside its answer."""


@dataclass
class Answer:
    """finish: as the protocol has it ("stop", "length", "content_filter"), "" where the server does not say, or
    "runaway" where it was stopped here; tokens: None where the server does not count."""

    text: str = ""
    refusal: str = ""
    finish: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


class _Pump(threading.Thread):
    """Reads a response into `items`, until it ends or is no longer wanted.

    Who takes the items looks for them now and then: to be woken for every token would cost more than reading it.
    """

    def __init__(self, open_: Open) -> None:
        super().__init__(daemon=True, name="answer")
        self.items: deque[tuple[float, str, Any]] = deque()  # when it came, its kind, its value
        self._open, self._stopped = open_, threading.Event()

    def run(self) -> None:
        began = False
        try:
            with self._open() as response:
                began = True
                for data in response.iter_bytes():
                    if not self._put("data", data):
                        return
            self._put("end", None)
        except Exception as exc:  # whatever the connection raises is raised in the waiting thread
            self._put("broken" if began else "refused", exc)

    def _put(self, kind: str, value: Any) -> bool:
        while len(self.items) >= _MOST_WAITING and not self._stopped.is_set():
            time.sleep(_LOOK_S)
        self.items.append((time.monotonic(), kind, value))
        return not self._stopped.is_set()

    def stop(self) -> None:
        """Let it end at the next byte, or at the connection's own time-out."""
        self._stopped.set()


class _Events:
    """Bytes to the JSON values of a stream of server-sent events, or to the one value of a plain answer.

    Lines end in any of the three ways that the standard allows. A value may span several `data` lines; one that
    fits a single line is given at once, also by servers that send no empty line behind it.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._total = 0
        self._plain: bool | None = None
        self._parts: list[bytes] = []  # of a value that goes on in the next line

    def feed(self, data: bytes) -> list[Any]:
        self._total += len(data)
        self._rest += data
        if self._plain is None and self._rest.strip():
            self._plain = self._rest.lstrip()[:1] in (b"{", b"[", b"<")
        if len(self._rest) + sum(map(len, self._parts)) > MAX_ANSWER or self._total > MAX_ANSWER * _FRAMING:
            raise _too_large()
        if self._plain is not False:
            return []
        whole = len(self._rest) - self._rest.endswith(b"\r")  # its line feed may still come
        *lines, rest = _LINE_END.split(self._rest[:whole])
        self._rest = rest + self._rest[whole:]
        return [value for line in lines for value in self._values(line)]

    def end(self) -> list[Any]:
        """What is left when the connection closes."""
        if self._plain:
            return [_loads(self._rest)]
        left, self._rest = self._rest.rstrip(b"\r"), b""
        return [*self._values(left), *self._values(b"")]

    def _values(self, line: bytes) -> list[Any]:
        """The value that ends with a line, if one does."""
        if not line and self._parts:
            joined, self._parts = b"\n".join(self._parts), []
            return [_loads(joined)]
        data = line[5:].strip() if line.startswith(b"data:") else b""
        if not data or data == b"[DONE]":
            return []
        if not self._parts:
            try:
                return [json.loads(data)]
            except (ValueError, RecursionError):
                pass
        self._parts.append(data)
        return []


def _loads(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Broken(f"the endpoint sent something that is not JSON: {data[:80].decode('utf-8', 'replace')}") from None


def _too_large() -> WriterError:
    return WriterError(
        f"the answer is larger than {MAX_ANSWER // 1_000_000} MB and was stopped; no script is so long. "
        "Try another model."
    )


def read_answer(open_: Open, timeout_s: float, feed: Callable[[str], int], max_lines: int) -> Answer:
    """Read one answer; `feed` takes its pieces and counts its lines, of which more than `max_lines` are a runaway.

    Raises Stalled, Broken, ServerFault, WriterError for an answer that is too large, and whatever opening raises.
    """
    pump = _Pump(open_)
    pump.start()
    try:
        return _read(pump, timeout_s, feed, max_lines)
    finally:
        pump.stop()


def read_bytes(open_: Open, timeout_s: float, limit: int) -> bytes:
    """The whole body of a response that is not a stream. Raises as `read_answer`."""
    pump = _Pump(open_)
    pump.start()
    body = bytearray()
    try:
        while True:
            kind, value = _next(pump, time.monotonic() + timeout_s, ended=False)
            if kind == "end":
                return bytes(body)
            body += _data(kind, value)
            if len(body) > limit:
                raise WriterError(f"the endpoint's answer is larger than {limit // 1_000_000} MB and was stopped.")
    finally:
        pump.stop()


def _data(kind: str, value: Any) -> bytes:
    """The bytes of an item; raises what the connection raised."""
    if kind == "refused":
        raise value
    if kind == "broken":
        if "Timeout" in type(value).__name__:
            raise Stalled from None
        raise Broken(type(value).__name__) from None
    return bytes(value) if kind == "data" else b""


def _read(pump: _Pump, timeout_s: float, feed: Callable[[str], int], max_lines: int) -> Answer:
    answer, events, pieces, size = Answer(), _Events(), list[str](), 0
    deadline = time.monotonic() + timeout_s
    while True:
        kind, value = _next(pump, deadline, bool(answer.finish))
        data = _data(kind, value)
        for event in events.feed(data) if data else events.end() if kind == "end" else []:
            piece, is_token = _take(event, answer)
            if is_token:
                deadline = time.monotonic() + timeout_s
            if piece:
                pieces.append(piece)
                size += len(piece.encode("utf-8", "replace"))
                if size > MAX_ANSWER:
                    raise _too_large()
                if feed(piece) > max_lines:
                    answer.finish, kind = "runaway", "end"
                    break
        if kind in ("end", "late"):
            answer.text = "".join(pieces)
            return answer


def _next(pump: _Pump, deadline: float, ended: bool) -> tuple[str, Any]:
    """The next item; ("late", None) where only a count of tokens could still come and does not."""
    if ended:
        deadline = min(deadline, time.monotonic() + _AFTER_END_S)
    while True:
        left = deadline - time.monotonic()
        if pump.items:  # what came in time counts, even if it was not read in time
            came, kind, value = pump.items.popleft()
            if came <= deadline:
                return kind, value
            break
        if left <= 0:
            break
        time.sleep(min(left, _LOOK_S))
    if ended:
        return "late", None
    raise Stalled


def _take(event: Any, answer: Answer) -> tuple[str, bool]:
    """Put an event into the answer. Gives its text, and whether it brings the answer on (thoughts do, too)."""
    if not isinstance(event, dict):
        raise Broken("an answer of the endpoint is not a JSON object")
    if event.get("error"):
        error = event["error"]
        raise ServerFault(str(error.get("message", error) if isinstance(error, dict) else error))
    usage = event.get("usage")
    if isinstance(usage, dict):
        answer.tokens_in, answer.tokens_out = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    choices = event.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    part = choice.get("delta") or choice.get("message") or {}
    part = part if isinstance(part, dict) else {}
    answer.refusal += _text(part.get("refusal"))
    if choice.get("finish_reason"):
        answer.finish = str(choice["finish_reason"])
    text = _text(part.get("content"))
    thought = _text(part.get("reasoning_content")) or _text(part.get("reasoning"))
    return text, bool(text or thought or part.get("refusal") or choice.get("finish_reason"))


def _text(value: Any) -> str:
    if isinstance(value, list):  # parts of a message
        return "".join(_text(part.get("text")) for part in value if isinstance(part, dict))
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None
