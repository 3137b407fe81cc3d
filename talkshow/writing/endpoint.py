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
from talkshow.writing.forms import Form, Messages, after_nothing, build_request, named_refusal, unnamed_refusal
from talkshow.writing.streaming import Answer, Broken, ServerFault, Stalled, WebPage, error_message, read_answer

MAX_REQUESTS = 9  # for a short script, everything counted
MAX_TRIES = 3  # of one request, where the endpoint is busy
STEPS_DOWN = (400, 404, 422, 500)
_BACK_OFF_S = 1.0
_CHARACTERS_A_TOKEN = 4

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
        self._form = Form()
        self._request: dict[str, Any] = {}  # the last one

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
                self._step_down(exc)
                continue
            if not answer.text.strip() and not answer.thoughts:
                self._form = after_nothing(self._form)
            if answer.refusal or answer.finish == "content_filter":
                said = self.connection.hide(answer.refusal)
                raise WriterError(
                    f"the model {self.model} refuses to write this"
                    f"{': ' + said if said else ''}. Put the idea in other words.",
                    answer.text,
                )
            return answer

    def _step_down(self, declined: Declined) -> None:
        """Take the next form of a request. Raises WriterError where there is none."""
        form = named_refusal(self._form, str(declined), self._request)
        if form is not None:
            self.allow(1)  # what an endpoint says plainly brings the answer nearer
        else:
            form = unnamed_refusal(self._form, declined.status, self._request)
        if form is None or form == self._form:
            raise WriterError(f"{self.connection.address} (model {self.model}): {declined}") from None
        self._form = form

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
        messages = question.messages(self._form.wanted)
        request = build_request(self._form, self.model, messages, question.schema, question.name, self.settings)
        self._request = request
        create = self.client.chat.completions.with_streaming_response.create
        with self.faults():
            self.spend()
            answer = read_answer(lambda: create(**request), self.settings.timeout_s, feed, question.max_lines)
        self._count(messages, answer)
        return answer

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
        except WebPage:
            raise WriterError(
                f"{address}: this is a web page, not the endpoint of a model. Does the address end as the server's "
                "manual says, mostly in /v1?"
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
        named = named_refusal(self._form, told, self._request) if self._request else None
        if named is not None and status not in (401, 403, 408, 429, 502, 503, 504):
            return Declined(status, told)
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
        last = bool(self._request) and unnamed_refusal(self._form, status, self._request) is None
        if status == 429 or (status >= 500 and last):
            return _Busy(f"the endpoint cannot answer now ({told})", _retry_after(exc.response.headers))
        if status == 404:
            told += ". Does the address end as the server's manual says, mostly in /v1?"
        return Declined(status, told)


def _message(exc: Any) -> str:
    """What a server says of a refusal, whatever form it gives to that."""
    said = error_message(exc.body)
    parameter = getattr(exc, "param", None)
    return f"{parameter}: {said}" if isinstance(parameter, str) and parameter and parameter not in said else said


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
