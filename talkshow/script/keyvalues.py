"""Small notations inside a line: `voice=af_heart, look="a, b"` and `{image: studio.png}`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from talkshow.errors import ScriptError
from talkshow.script.source import Source
from talkshow.script.tree import read_yaml

_PAIR = re.compile(r"\s*(?P<key>[\w-]+)\s*=\s*(?P<value>\"(?:\\.|[^\"\\])*\"|'[^']*'|[^,\"']*)\s*(?:,|$)")
_BARE = re.compile(r"\w[\w ./-]*")


def unquote(value: str) -> str:
    """A value without the quotes around it; double quotes know the escapes of JSON."""
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] == '"':
        try:
            return str(json.loads(value))
        except json.JSONDecodeError:
            return value[1:-1]
    return value[1:-1] if len(value) >= 2 and value[0] == value[-1] == "'" else value


def quote(value: str) -> str:
    """A value, in double quotes where it needs them."""
    bare = _BARE.fullmatch(value) and value == " ".join(value.split())
    return value if bare else json.dumps(value, ensure_ascii=False)


def read_pairs(text: str, source: Source, line: int) -> dict[str, str]:
    """`key=value, key="value, with comma"`. Raises ScriptError at the place that cannot be read."""
    pairs: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if not match:
            rest = text[at:].strip()
            raise source.error(
                f"cannot read '{rest}'; write key=value, with quotes around a value that has "
                'commas, as in  look="woman, grey bun"',
                line,
                source.column(line, rest),
            )
        if match["key"] in pairs:
            raise source.error(f"'{match['key']}' is given twice", line, source.column(line, match["key"]))
        pairs[match["key"]] = unquote(match["value"])
        at = match.end()
    return pairs


def write_pairs(pairs: Mapping[str, str]) -> str:
    """The text that `read_pairs` reads back."""
    return ", ".join(f"{key}={quote(value)}" for key, value in pairs.items())


def read_flow(text: str, source: Source, line: int) -> dict[str, str]:
    """`{image: studio.png, prompt: "two people, a table"}`, the notation of YAML on one line."""
    try:
        tree = read_yaml(text, source)
        pairs = tree.pairs() if tree else {}
        return {key: value.text for key, value in pairs.items()}
    except ScriptError as exc:
        raise _unreadable(text, source, line) from exc


def _unreadable(text: str, source: Source, line: int) -> ScriptError:
    return source.error(
        f'cannot read {text}; write {{key: value, key: "value, with comma"}}', line, source.column(line, text)
    )


def write_flow(pairs: Mapping[str, str]) -> str:
    """The text that `read_flow` reads back."""
    return "{" + ", ".join(f"{quote(key)}: {quote(value)}" for key, value in pairs.items()) + "}"
