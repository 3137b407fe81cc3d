"""The message of an answer: its text, its thoughts, and what a model calls a tool with, in the forms of servers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_THOUGHTS = (
    *("reasoning_content", "reasoning", "thinking", "thoughts", "thought", "reasoning_text", "reasoning_details"),
    "thinking_blocks",
)
_IN_PARTS = ("thinking", "reasoning", "thought", "reasoning.text", "redacted_thinking", "reasoning.summary")
_WORDS = ("text", "thinking", "reasoning", "summary", "content")  # of a part


def message_thoughts(message: Mapping[str, Any]) -> str:
    """The thoughts that a server tells apart, in a field of their own or in parts of the content."""
    said = next((said for key in _THOUGHTS if (said := message_text(message.get(key), thoughts=True))), "")
    return said or message_text(message.get("content"), thoughts=True, told_apart=True)


def called_with(message: Mapping[str, Any]) -> str:
    """What a model that calls a tool, instead of answering, gives to it; "" where it calls none."""
    calls = message.get("tool_calls")
    listed = [call.get("function") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
    given = [each.get("arguments") for each in (*listed, message.get("function_call")) if isinstance(each, dict)]
    return "".join(each if isinstance(each, str) else json.dumps(each) for each in given if each)


def other_protocol(event: Mapping[str, Any]) -> dict[str, Any]:
    """The choice in an answer of another protocol: of Ollama, Anthropic, llama.cpp, or OpenAI's responses."""
    message = event.get("message")
    if isinstance(message, dict):
        return {"message": message}
    output = event.get("output")
    if isinstance(output, list):
        content = [part for item in output if isinstance(item, dict) for part in _parts_of(item)]
        return {"message": {"content": content}}
    return {"message": {"content": event["content"]}} if "content" in event else {}


def _parts_of(item: Mapping[str, Any]) -> list[Any]:
    """The parts of an item; an item of thoughts is one part."""
    content = item.get("content")
    return content if isinstance(content, list) and item.get("type") != "reasoning" else [dict(item)]


def message_text(value: Any, *, thoughts: bool = False, told_apart: bool = False) -> str:
    """The words of a message, which may come in parts.  thoughts: those of its thoughts instead; told_apart: only of
    parts that are called so."""
    if isinstance(value, str):
        return "" if told_apart else value
    if isinstance(value, dict) and not any(key in value for key in ("type", *_WORDS)):
        return "" if thoughts else json.dumps(value)  # a server that has decoded the answer
    if isinstance(value, dict):
        value = [value]
    said = []
    for part in value if isinstance(value, list) else []:
        if isinstance(part, str):
            said.append("" if told_apart else part)
        elif isinstance(part, dict):
            is_thought = part.get("type") in _IN_PARTS or bool(part.get("thought"))
            if is_thought == thoughts or (thoughts and not told_apart):
                inner = next((part[key] for key in _WORDS if part.get(key)), "")
                said.append(message_text(inner))
    return "".join(said)
