"""Asking a language model: which form of answer the endpoint knows, when to try again, and when to stop."""

from __future__ import annotations

import email.utils
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from talkshow.errors import WriterError
from talkshow.writing.base import EndpointSettings, Report, Usage
from talkshow.writing.connection import Connection
from talkshow.writing.streaming import Answer, Broken, ServerFault, Stalled, read_answer

MAX_REQUESTS = 9  # for a short script, everything counted
MAX_TRIES = 3  # of one request, where the endpoint is busy
_RUNGS = ("schema", "json", "text", "bare")
STEPS_DOWN = (400, 404, 422, 500)
_BACK_OFF_S = 1.0
_CHARACTERS_A_TOKEN = 4

Messages = list[dict[str, str]]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Question:
    """What is asked.  messages: for an answer in "json" or as "text"; schema: of the answer in JSON, None: it is text;
    max_lines: from which an answer is stopped."""

    messages: Callable[[str], Messages]
    name: str = "answer"
    schema: Mapping[str, Any] | None = None
    max_lines: int = 10_000


def counting_nothing() -> Callable[[str], int]:
    """For answers whose lines are not counted."""
    return lambda piece: 0 * len(piece)


class Declined(Exception):
    """An endpoint that does not take a request in this form.  status: of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class _Busy(Exception):
    """An endpoint that may answer later."""

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        self.wait_s = wait_s
        super().__init__(message)


class Endpoint:
    """One endpoint for one script: counts what is asked, and remembers which form of answer it knows."""

    def __init__(self, settings: EndpointSettings, report: Report) -> None:
        self.settings, self._report = settings, report
        self.connection = Connection(settings)
        self.usage = Usage()
        self._max_requests = MAX_REQUESTS
        self._rung = 0

    @cached_property
    def client(self) -> Any:
        """The `openai` client."""
        return self.connection.client(self.settings.timeout_s)

    @cached_property
    def model(self) -> str:
        """The model that is asked: the one wanted, else the first that the endpoint lists."""
        wanted = self.settings.model or os.environ.get("OPENAI_MODEL", "").strip()
        if wanted or self.connection.is_hosted:
            return wanted or self.connection.default_model()
        return self._first_model() or self.connection.default_model()

    @property
    def form(self) -> str:
        """How the next answer is asked for: "json" or "text"."""
        return "json" if self._rung < 2 else "text"

    def allow(self, requests: int) -> None:
        """More requests than those of a short script."""
        self._max_requests += requests

    def spend(self) -> None:
        """Count a request. Raises WriterError where there have been enough."""
        if self.usage.requests >= self._max_requests:
            raise WriterError(f"{self.connection.address}: gave up after {self.usage.requests} requests.")
        self.usage.requests += 1

    def ask(self, question: Question, begin: Callable[[], Callable[[str], int]] = counting_nothing) -> Answer:
        """The answer to a question; `begin` gives, for each try, what takes the pieces as they come and counts lines.

        Raises WriterError where there is none.
        """
        while True:
            try:
                answer = self.persist(lambda: self._once(question, begin()))
            except Declined as exc:
                if exc.status not in STEPS_DOWN or self._rung == len(_RUNGS) - 1:
                    raise WriterError(f"{self.connection.address} (model {self.model}): {exc}") from None
                self._rung += 1
                if question.schema is None and self._rung < len(_RUNGS) - 1:
                    self._rung = len(_RUNGS) - 1  # the form of the answer is not what it dislikes
                continue
            if answer.refusal or answer.finish == "content_filter":
                said = self.connection.hide(answer.refusal)
                raise WriterError(
                    f"the model {self.model} refuses to write this"
                    f"{': ' + said if said else ''}. Put the idea in other words.",
                    answer.text,
                )
            return answer

    def persist(self, attempt: Callable[[], Result]) -> Result:
        """Make a request, again where the endpoint is busy or the answer breaks off. Raises Declined, WriterError."""
        for turn in range(MAX_TRIES):
            try:
                return attempt()
            except _Busy as exc:
                wait_s = _BACK_OFF_S * 2**turn if exc.wait_s is None else exc.wait_s
                limit_s = self.settings.timeout_s
                if exc.wait_s is not None and wait_s > limit_s:
                    raise WriterError(
                        f"{self.connection.address}: {exc}. It asks to wait {wait_s:.0f} s "
                        f"(Retry-After), longer than the time-out of {limit_s:g} s: try "
                        f"again later, or with --timeout {math.ceil(min(wait_s, 86_400)) + 1}."
                    ) from None
                if turn == MAX_TRIES - 1:
                    raise WriterError(
                        f"{self.connection.address}: {exc}, {MAX_TRIES} times. Try again later."
                    ) from None
                wait_s = min(wait_s, limit_s)
                self._report(f"{exc}; asking again in {wait_s:.1f} s")
                time.sleep(wait_s)
        raise AssertionError("the last turn raises")

    def _once(self, question: Question, feed: Callable[[str], int]) -> Answer:
        messages = question.messages(self.form)
        request = self._request(question, messages)
        create = self.client.chat.completions.with_streaming_response.create
        with self.faults():
            self.spend()
            answer = read_answer(lambda: create(**request), self.settings.timeout_s, feed, question.max_lines)
        self._count(messages, answer)
        return answer

    def _request(self, question: Question, messages: Messages) -> dict[str, Any]:
        rung = _RUNGS[self._rung]
        request: dict[str, Any] = {"model": self.model, "messages": messages, "stream": True}
        if rung == "schema" and question.schema is not None:
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": question.name, "strict": True, "schema": question.schema},
            }
        elif rung == "json" and question.schema is not None:
            # the schema is not of the protocol; servers that know it hold the model to it
            request["response_format"] = {"type": "json_object", "schema": question.schema}
        if rung != "bare":
            request["stream_options"] = {"include_usage": True}
            chosen = {"temperature": self.settings.temperature, "seed": self.settings.seed}
            request |= {key: value for key, value in chosen.items() if value is not None}
        return request

    def _count(self, messages: Messages, answer: Answer) -> None:
        asked = sum(len(message["content"]) for message in messages) // _CHARACTERS_A_TOKEN
        self.usage.estimated |= answer.tokens_in is None or answer.tokens_out is None
        self.usage.tokens_in += asked if answer.tokens_in is None else answer.tokens_in
        self.usage.tokens_out += (
            len(answer.text) // _CHARACTERS_A_TOKEN if answer.tokens_out is None else answer.tokens_out
        )

    def _first_model(self) -> str:
        """The first model that the endpoint lists; "" where it lists none."""
        from openai import APIConnectionError, APIStatusError, OpenAIError

        try:
            self.spend()
            listed = self.client.models.list().data or []
            name = str(listed[0].id) if listed else ""
            return name if name.isprintable() and len(name) <= 200 else ""
        except APIConnectionError as exc:
            raise self._unreachable(exc) from None
        except (APIStatusError, OpenAIError, AttributeError, TypeError, ValueError):
            return ""

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn what goes wrong in a request into Declined, _Busy or WriterError, all without secrets."""
        from openai import APIConnectionError, APIStatusError, OpenAIError

        address = self.connection.address
        try:
            yield
        except APIStatusError as exc:
            raise self._status_fault(exc) from None
        except APIConnectionError as exc:
            raise self._unreachable(exc) from None
        except Stalled:
            raise WriterError(
                f"{address}: nothing came for {self.settings.timeout_s:g} s. Is the server busy or "
                "the model large? Wait longer with --timeout SECONDS."
            ) from None
        except ServerFault as exc:
            raise Declined(500, self.connection.hide(str(exc))) from None
        except Broken as exc:
            raise _Busy(f"the answer broke off ({self.connection.hide(str(exc))})") from None
        except OpenAIError as exc:
            raise WriterError(f"{address}: {self.connection.hide(str(exc))}") from None

    def _unreachable(self, exc: Exception) -> Exception:
        address, cause = self.connection.address, type(exc.__cause__).__name__
        if "Timeout" in type(exc).__name__ or "Timeout" in cause:
            return WriterError(
                f"{address}: nothing came for {self.settings.timeout_s:g} s. Is the server busy or "
                "the model large? Wait longer with --timeout SECONDS."
            )
        if cause == "ConnectError":
            return WriterError(f"{address}: nothing answers there. Is the server running, and the address right?")
        return _Busy(f"the connection to {address} broke ({cause})")

    def _status_fault(self, exc: Any) -> Exception:
        status, said = int(exc.status_code), self.connection.hide(_message(exc))
        told = f"HTTP {status}" + (f": {said}" if said else "")
        code = str(getattr(exc, "code", "") or "")
        if status in (401, 403):
            return WriterError(
                f"{self.connection.address}: the key is not accepted ({told}). Set OPENAI_API_KEY, or "
                "name a file with --key-file."
            )
        if code == "insufficient_quota":
            return WriterError(f"{self.connection.address}: {told}")
        if code == "context_length_exceeded":
            return WriterError(
                f"{self.connection.address}: the prompt is too long for {self.model} ({told}). Take a "
                "shorter source or script, or a model with a larger context."
            )
        if status == 404 and "model" in said.casefold():
            return WriterError(
                f"{self.connection.address}: there is no model '{self.model}' ({told}). Name one of the "
                "endpoint's models with --model."
            )
        if status == 429 or (status >= 500 and not (status == 500 and self._rung < len(_RUNGS) - 1)):
            return _Busy(f"the endpoint cannot answer now ({told})", _retry_after(exc.response.headers))
        if status == 404:
            told += ". Does the address end as the server's manual says, mostly in /v1?"
        return Declined(status, told)


def _message(exc: Any) -> str:
    body = exc.body
    if isinstance(body, dict):
        inner = body.get("error")
        body = body.get("message") or (inner.get("message") if isinstance(inner, dict) else inner) or ""
    return body if isinstance(body, str) else ""


def _retry_after(headers: Any) -> float | None:
    """Seconds that the server asks to wait; None where it does not say."""
    said = headers.get("retry-after")
    if said is None:
        return None
    try:
        seconds = float(said)
    except ValueError:
        date = email.utils.parsedate_tz(said)
        if date is None:
            return None
        try:
            seconds = email.utils.mktime_tz(date) - time.time()
        except (OverflowError, ValueError):
            return None
    return None if math.isnan(seconds) else max(0.0, seconds)
