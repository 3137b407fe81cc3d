"""The Python reference: what `import talkshow` offers, from its docstrings."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import talkshow
from pages.markdown import GENERATED, code, prose, table

_USED = (  # what the public names take and return
    "talkshow.recording.source.SpeakerFile",
    "talkshow.settings.GeneratorSettings",
    "talkshow.episode.check.Check",
    "talkshow.timeline.types.Timeline",
    "talkshow.timeline.types.Cue",
    "talkshow.script.model.Scene",
    "talkshow.script.model.Line",
)


def page(_: str = "") -> str:
    """The whole page."""
    public = [(f"talkshow.{name}", getattr(talkshow, name)) for name in talkshow.__all__ if name != "__version__"]
    functions = [each for each in public if inspect.isfunction(each[1])]
    classes = [each for each in public if inspect.isclass(each[1])]
    return "".join(
        [
            GENERATED.format(source="the docstrings"),
            "# Python reference\n\n"
            "`import talkshow` is fast: each name is imported when you first use it. All errors that you or the\n"
            "machine can cause derive from `talkshow.TalkshowError`. `talkshow.__version__` is the version.\n\n"
            "```python\n"
            "from talkshow import EpisodeSettings, make_episode\n\n"
            'episode = make_episode("scripts_in/two_hosts.txt", EpisodeSettings(size=(640, 360)))\n'
            "print(episode.video)\n"
            "```\n",
            "\n## Functions\n",
            *(_section(name, each) for name, each in functions),
            "\n## Classes\n",
            *(_section(name, each) for name, each in classes),
            "\n## Types they use\n",
            *(_section(name, _found(name)) for name in _USED),
        ]
    )


def _found(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _section(name: str, thing: Any) -> str:
    module, _, short = name.rpartition(".")
    parts = [f"\n### {short}\n\n```python\nfrom {module} import {short}\n"]
    if inspect.isfunction(thing):
        parts.append(f"\n{signature(short, thing)}\n")
    parts.append(f"```\n\n{_documented(thing)}")
    fields = list(_fields(thing))
    if fields:
        parts += ["\n", table(("field", "type", "default", "meaning"), fields)]
    members = list(_members(thing))
    if members:
        parts += ["\n", table(("member", "meaning"), members)]
    return "".join(parts)


def signature(name: str, function: Any) -> str:
    """As it would be written, a parameter a line; functions as defaults by name."""
    shown = inspect.signature(function)
    lines, bare = [], False
    for each in shown.parameters.values():
        if each.kind is each.KEYWORD_ONLY and not bare:
            lines.append("    *,")
            bare = True
        default = "" if each.default is each.empty else f" = {_default(each.default)}"
        lines.append(f"    {each.name}: {each.annotation}{default},")
    return "\n".join([f"{name}(", *lines, f") -> {shown.return_annotation}"])


def _default(value: Any) -> str:
    return value.__name__ if inspect.isfunction(value) else repr(value)


def _documented(thing: Any) -> str:
    """The docstring: paragraphs as they are, and lists of `name: meaning` as lists."""
    parts = []
    for paragraph in (inspect.getdoc(thing) or "").split("\n\n"):
        lines = textwrap.dedent(paragraph).splitlines()
        if all(re.match(r"\w+: +\S|\s", line) for line in lines):
            items = re.split(r"\n(?=\w+:)", "\n".join(lines))
            parts.append("\n".join(f"- `{name}`: {prose(rest)}" for name, rest in (i.split(":", 1) for i in items)))
        else:
            parts.append(textwrap.fill(" ".join(paragraph.split()), 118, break_on_hyphens=False))
    return "\n\n".join(parts) + "\n"


def _fields(thing: Any) -> Iterator[tuple[str, str, str, str]]:
    """Fields of a dataclass; what they mean is in the comments behind them, or in the help of a setting."""
    if not dataclasses.is_dataclass(thing):
        return
    comments = dict(re.findall(r"^    (\w+): .*?  # (.+)$", inspect.getsource(thing), re.M))
    for each in dataclasses.fields(thing):
        key = next((value for value in each.metadata.values() if hasattr(value, "help")), None)
        meaning = key.help if key else comments.get(each.name, "")
        yield code(each.name), code(str(each.type)), _field_default(each), prose(meaning)


def _field_default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return code(repr(field.default))
    if field.default_factory is dataclasses.MISSING:
        return "required"
    made = field.default_factory()
    return code(repr(made) if made in ((), {}, []) else f"{type(made).__name__}()")


def _members(thing: Any) -> Iterator[tuple[str, str]]:
    """Public methods and properties that the class itself defines."""
    if not inspect.isclass(thing):
        return
    for name, member in vars(thing).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            yield code(name), prose(inspect.getdoc(member) or "")
        elif inspect.isfunction(member):
            parameters = ", ".join(list(inspect.signature(member).parameters)[1:])
            yield code(f"{name}({parameters})"), prose(inspect.getdoc(member) or "")
