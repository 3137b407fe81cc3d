"""A script within the answer of a language model: the fence around the whole of it and the thoughts above it."""

from __future__ import annotations

import re

_FENCED = re.compile(r"\s*(?P<begin>(?:```|~~~)[\w-]*[ \t]*\n)(?P<body>.*?)(?P<end>\n[ \t]*(?:```|~~~)\s*)", re.DOTALL)
_THOUGHTS = re.compile(
    r"^[ \t]*<(?P<tag>scratchpad|think(?:ing)?|reasoning|outline|brainstorm|notes)>.*?</(?P=tag)>[ \t]*$",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)


def unwrapped(text: str) -> tuple[str, list[tuple[str, int]]]:
    """The script with the same rows, and (warning, row) of what was left out."""
    told: list[tuple[str, int]] = []

    def left_out(match: re.Match[str]) -> str:
        told.append((f"what <{match['tag']}> holds is not spoken", text.count("\n", 0, match.start()) + 1))
        return "\n" * match[0].count("\n")

    if "</" in text:
        text = _THOUGHTS.sub(left_out, text)
    if text.lstrip().startswith(("```", "~~~")) and (match := _FENCED.fullmatch(text)):
        text = "\n" * text[: match.end("begin")].count("\n") + match["body"] + "\n"
    return text, told
