"""The form of a request, and how it changes when an endpoint refuses it: one thing at a time, what it names first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from talkshow.writing.base import EndpointSettings

Messages = list[dict[str, str]]
ANSWERS = ("schema", "json", "object", "text")  # how an answer is asked for, from the strictest form to none
LIMIT = 16_384  # tokens, for endpoints that insist on a limit
_LIMITS = ("max_tokens", "max_completion_tokens")
_UNNAMED = (400, 404, 422, 500)  # statuses that may mean the form of a request, whatever the message says
_REFUSED = (400, 422)  # statuses that are about the request itself
# what a message calls a part of a request
_NAMED = {
    "response_format": re.compile(
        r"response_?format|json_schema|json_object|structured|grammar|guided|json mode", re.I
    ),
    "stream_options": re.compile(r"stream_options|include_usage", re.I),
    "temperature": re.compile(r"temperature", re.I),
    "seed": re.compile(r"\bseed\b", re.I),
    "system": re.compile(
        r"\bsystem['\"`]?\s+(?:role|messages?|prompts?|instructions?)|role\W.{0,60}\bsystem\b"
        r"|(?:input|value)\W{1,4}system\b|developer instruction|roles? must alternate|only user and assistant",
        re.I | re.S,
    ),
    "stream": re.compile(r"\bstream(?:ing|ed)?\b", re.I),
    "limit": re.compile(r"max_(?:completion_)?tokens", re.I),
}
_WANTED = re.compile(r"required|missing|must (?:be set|provide|specify)|provide|instead", re.I)
_EXTRA_KEY = re.compile(r"(?=.*\bschema\b)(?=.*(?:additional|unexpected|extra|unknown|unrecogni[sz]ed))", re.I | re.S)


@dataclass(frozen=True)
class Form:
    """answer: one of ANSWERS.  without: parts that are left out of a request.  limit: the name of the limit of tokens
    that the endpoint insists on."""

    answer: str = "schema"
    without: frozenset[str] = field(default_factory=frozenset)
    limit: str = ""

    @property
    def wanted(self) -> str:
        """What the prompt asks for: "json" or "text"."""
        return "text" if self.answer == "text" else "json"

    @property
    def next_answer(self) -> str:
        """The next, less strict form of answer. Bare objects are for endpoints that say they want no schema in them."""
        return {"schema": "json", "json": "text", "object": "text"}.get(self.answer, "text")


def build_request(
    form: Form, model: str, messages: Messages, schema: Mapping[str, Any] | None, name: str, settings: EndpointSettings
) -> dict[str, Any]:
    """The parameters of a request in this form.  schema: of an answer in JSON; None: the answer is text."""
    request: dict[str, Any] = {"model": model, "messages": messages}
    request["stream"] = "stream" not in form.without
    if "system" in form.without:
        request["messages"] = without_system(messages)
    if schema is not None and form.answer == "schema":
        wanted = {"name": name, "strict": True, "schema": schema}
        request["response_format"] = {"type": "json_schema", "json_schema": wanted}
    elif schema is not None and form.answer == "json":
        # the schema is not of the protocol; servers that know it hold the model to it
        request["response_format"] = {"type": "json_object", "schema": schema}
    elif schema is not None and form.answer == "object":
        request["response_format"] = {"type": "json_object"}
    if request["stream"] and "stream_options" not in form.without:
        request["stream_options"] = {"include_usage": True}
    for key, value in (("temperature", settings.temperature), ("seed", settings.seed)):
        if value is not None and key not in form.without:
            request[key] = value
    if form.limit:
        request[form.limit] = LIMIT
    return request


def without_system(messages: Sequence[Mapping[str, str]]) -> Messages:
    """Messages whose instructions stand ahead of the user's first words."""
    told = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    rest = [dict(message) for message in messages if message["role"] != "system"]
    if told and rest:
        rest[0]["content"] = f"{told}\n\n{rest[0]['content']}"
    return rest


def named_refusal(form: Form, message: str, request: Mapping[str, Any]) -> Form | None:
    """The form without the part of the request that a message names first; None if it names none."""
    found = {name: match.start() for name, pattern in _NAMED.items() if (match := pattern.search(message))}
    for name in sorted(found, key=lambda name: found[name]):
        if name == "response_format" and "response_format" in request:
            strict = form.answer == "json" and _EXTRA_KEY.search(message)
            return replace(form, answer="object" if strict else form.next_answer)
        if name == "limit" and (limit := _next_limit(form, message)) is not None:
            return replace(form, limit=limit)
        if name == "system" and any(each["role"] == "system" for each in request["messages"]):
            return _without(form, "system")
        if name == "stream" and request.get("stream"):
            return _without(form, "stream")
        if name in ("stream_options", "temperature", "seed") and name in request:
            return _without(form, name)
    return None


def _next_limit(form: Form, message: str) -> str | None:
    """The limit that a message asks for, "" to send none; None where it is about something else."""
    if form.limit:
        other = next(limit for limit in _LIMITS if limit != form.limit)
        return other if other in message else ""
    return next((limit for limit in _LIMITS if limit in message), None) if _WANTED.search(message) else None


def unnamed_refusal(form: Form, status: int, request: Mapping[str, Any]) -> Form | None:
    """The next form to try where an endpoint does not say what it dislikes; None where all has been tried."""
    if status not in _UNNAMED:
        return None
    if "response_format" in request:
        return replace(form, answer=form.next_answer)
    extras = [key for key in ("stream_options", "temperature", "seed") if key in request]
    if extras:
        return _without(form, *extras)
    if status in _REFUSED and any(message["role"] == "system" for message in request["messages"]):
        return _without(form, "system")
    if status in _REFUSED and request.get("stream"):
        return _without(form, "stream")
    return None


def after_nothing(form: Form) -> Form:
    """The form to try next where an answer held nothing: some servers give that instead of a refusal."""
    return replace(form, answer=form.next_answer)


def _without(form: Form, *parts: str) -> Form:
    return replace(form, without=form.without | set(parts))
