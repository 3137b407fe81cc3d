"""The tables of settings.md, made from the settings themselves.  python docs/settings_table.py writes them there."""

from __future__ import annotations

from pathlib import Path

from talkshow.schema.keys import Key, Schema
from talkshow.schema.values import Switch, Table
from talkshow.schema.where import as_toml
from talkshow.settings import file_schema

PAGE = Path(__file__).with_name("settings.md")
_ALL = {"render", "convert", "speak", "scene", "demo"}


def page(text: str) -> str:
    """`text` with every table between <!-- NAME --> and <!-- end --> as it must be."""
    schema = file_schema()
    for name, part in {"episode": schema, **schema.tables}.items():
        begin, rest = text.split(f"<!-- {name} -->\n")
        _, after = rest.split("<!-- end -->", maxsplit=1)
        text = f"{begin}<!-- {name} -->\n{_table(part)}<!-- end -->{after}"
    return text


def _table(schema: Schema) -> str:
    rows = [
        ("key", "in a file", "flag", "default", "what it does", "commands"),
        ("---",) * 6,
        *(_row(name, key) for name, key in schema.keys.items()),
    ]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows)


def _row(name: str, key: Key) -> tuple[str, ...]:
    flag = f"`{key.flag}`"
    if isinstance(key.value, Switch):
        flag = f"{flag}, `--no-{key.flag.removeprefix('--')}`"
    elif isinstance(key.value, Table):
        flag = f"`{key.flag} {key.value.metavar}`"
    elif key.short:
        flag = f"{flag}, `{key.short}`"
    others = _ALL - set(key.commands)
    commands = "all" if not others else "all but speak" if others == {"speak"} else ", ".join(key.commands)
    written = f"`{name} = {as_toml(key.value.example)}`, {key.value.words}"
    return f"`{name}`", written, flag, key.by_default or "none", key.help, commands


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
