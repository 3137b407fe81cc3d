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
_FIELDS = (b"data", b"event", b"id", b"retry", b":")  # of a stream of server-sent events
_QUOTED = 200  # characters of a server's words
_LOOK_S = 0.03  # between two looks for what has come
_MOST_WAITING = 512  # pieces that have not been taken yet

Open = Callable[[], AbstractContextManager[Any]]  # gives a response with `iter_bytes()`


class Stalled(Exception):
    """No token came within the time-out."""


class Broken(Exception):
    """The answer broke off or is none of the protocol."""


class ServerFault(Exception):
    """The server reports an error inside its answer, or answers with something else than one."""


class WebPage(Exception):
    """The address gives a page of HTML."""


@dataclass
class Answer:
    """finish: as the protocol has it ("stop", "length", "content_filter"), "" where the server does not say, or
    "runaway" where it was stopped here; tokens: None where the server does not count."""

    text: str = ""
    thoughts: str = ""  # those that the server tells apart
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
        self._prose: list[bytes] = []  # lines that are none of a stream
        self._given = False

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
        values = [value for line in lines for value in self._values(line)]
        self._given |= bool(values)
        return values

    def end(self) -> list[Any]:
        """What is left when the connection closes."""
        if self._rest.lstrip()[:1] == b"<" and self._plain:
            raise WebPage
        if self._plain:
            return [_loads(self._rest)]
        left, self._rest = self._rest.rstrip(b"\r"), b""
        values = [*self._values(left), *self._values(b"")]
        if self._prose and not values and not self._given:
            said = b" ".join(self._prose).decode("utf-8", "replace")
            raise ServerFault(f"the endpoint answers in words: {said[:_QUOTED]}")
        return values

    def _values(self, line: bytes) -> list[Any]:
        """The value that ends with a line, if one does."""
        if line and not line.startswith(_FIELDS) and len(self._prose) < _QUOTED:
            self._prose.append(line[:_QUOTED])
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
    answer, events, pieces, thoughts, size = Answer(), _Events(), list[str](), list[str](), 0
    deadline = time.monotonic() + timeout_s
    while True:
        kind, value = _next(pump, deadline, bool(answer.finish))
        data = _data(kind, value)
        for event in events.feed(data) if data else events.end() if kind == "end" else []:
            piece, thought, is_token = _take(event, answer)
            if is_token:
                deadline = time.monotonic() + timeout_s
            thoughts += [thought] if thought else []
            size += len((piece + thought).encode("utf-8", "replace"))
            if size > MAX_ANSWER:
                raise _too_large()
            if piece:
                pieces.append(piece)
                if feed(piece) > max_lines:
                    answer.finish, kind = "runaway", "end"
                    break
        if kind in ("end", "late"):
            answer.text, answer.thoughts = "".join(pieces), "".join(thoughts)
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


def _take(event: Any, answer: Answer) -> tuple[str, str, bool]:
    """Put an event into the answer. Gives its text, its thoughts, and whether it brings the answer on."""
    if not isinstance(event, dict):
        raise Broken("an answer of the endpoint is not a JSON object")
    usage = event.get("usage")
    choices = event.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    fault = event.get("error") or choice.get("error") or ("choices" not in event and not usage and error_message(event))
    if fault:
        raise ServerFault(error_message(fault) or str(fault))
    if isinstance(usage, dict):
        answer.tokens_in, answer.tokens_out = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    part = choice.get("delta") or choice.get("message") or {}
    part = part if isinstance(part, dict) else {}
    answer.refusal += _text(part.get("refusal"))
    if choice.get("finish_reason"):
        answer.finish = str(choice["finish_reason"])
    text = _text(part.get("content")) or _text(choice.get("text"))
    thought = next((said for key in _THOUGHTS if (said := _text(part.get(key), thoughts=True))), "")
    thought = thought or _text(part.get("content"), thoughts=True, told_apart=True)
    return text, thought, bool(text or thought or part.get("refusal") or choice.get("finish_reason"))


_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "thoughts", "reasoning_details", "thinking_blocks")
_IN_PARTS = ("thinking", "reasoning", "thought", "reasoning.text", "redacted_thinking", "reasoning.summary")


def _text(value: Any, *, thoughts: bool = False, told_apart: bool = False) -> str:
    """The words of a message, which may come in parts.  thoughts: those of its thoughts instead; told_apart: only of
    parts that are called so."""
    if isinstance(value, str):
        return "" if told_apart else value
    if isinstance(value, dict):
        value = [value]
    said = []
    for part in value if isinstance(value, list) else []:
        if isinstance(part, str):
            said.append("" if told_apart else part)
        elif isinstance(part, dict):
            is_thought = part.get("type") in _IN_PARTS or bool(part.get("thought"))
            if is_thought == thoughts or (thoughts and not told_apart):
                inner = next((part[key] for key in ("text", "thinking", "summary", "content") if part.get(key)), "")
                said.append(_text(inner))
    return "".join(said)


def error_message(body: Any) -> str:
    """What a server says went wrong: in OpenAI's form, or as FastAPI, vLLM, llama.cpp and others put it; "" if nothing.

    Lists of faults name the place of each, as in `body.response_format: extra inputs are not permitted`.
    """
    for _ in range(4):
        if not isinstance(body, dict):
            break
        body = next((body[key] for key in ("error", "message", "detail", "errors", "msg") if body.get(key)), "")
    if isinstance(body, list):
        body = "; ".join(_one_fault(fault) for fault in body[:_MOST_FAULTS])
    return body if isinstance(body, str) else ""


def _one_fault(fault: Any) -> str:
    if not isinstance(fault, dict):
        return str(fault)
    place = fault.get("loc")
    where = ".".join(str(step) for step in place) + ": " if isinstance(place, list | tuple) else ""
    return f"{where}{error_message({key: fault[key] for key in ('error', 'message', 'detail', 'msg') if key in fault})}"


_MOST_FAULTS = 8


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None
