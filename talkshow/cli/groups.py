"""Options in groups: a command takes one value per group, Typer sees the single options.

A parameter of a command is a group where its annotation is a dataclass, each field of which is an option, or is
annotated with a `Group`, which makes its options itself.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Protocol, get_args, get_origin, get_type_hints, runtime_checkable

from talkshow.cli.options import PANELS


@runtime_checkable
class Group(Protocol):
    """Makes the options of a parameter, and its value from what was given."""

    def parameters(self) -> list[inspect.Parameter]:
        """As Typer takes them: with `Annotated` and a default."""

    def value(self, given: Mapping[str, Any]) -> Any:
        """What the command gets.  given: by the names of the parameters."""


class _Fields:
    """The group of a dataclass."""

    def __init__(self, kind: type[Any]) -> None:
        self._kind = kind

    def parameters(self) -> list[inspect.Parameter]:
        """One for each field."""
        hints = get_type_hints(self._kind, include_extras=True)
        return [_option(item.name, hints[item.name], item.default) for item in dataclasses.fields(self._kind)]

    def value(self, given: Mapping[str, Any]) -> Any:
        """An instance."""
        return self._kind(**given)


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """A command as Typer takes it. In its help, options are in the order of the panels."""
    plain: list[inspect.Parameter] = []
    groups: dict[str, tuple[Group, list[str]]] = {}
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        group = _group_of(parameter.annotation)
        if group is None:
            plain.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        options = group.parameters()
        groups[parameter.name] = group, [option.name for option in options]
        plain += options

    @functools.wraps(command)
    def flat(**given: Any) -> None:
        values = {
            name: group.value({option: given.pop(option) for option in options})
            for name, (group, options) in groups.items()
        }
        command(**given, **values)

    plain.sort(key=lambda parameter: PANELS.index(_panel(parameter)))
    flat.__signature__ = inspect.Signature(plain)  # type: ignore[attr-defined]
    flat.__annotations__ = {parameter.name: parameter.annotation for parameter in plain}
    return flat


def _group_of(annotation: Any) -> Group | None:
    if dataclasses.is_dataclass(annotation) and isinstance(annotation, type):
        return _Fields(annotation)
    return (
        next((extra for extra in get_args(annotation)[1:] if isinstance(extra, Group)), None)
        if get_origin(annotation) is Annotated
        else None
    )


def _option(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _panel(parameter: inspect.Parameter) -> str:
    """The panel of the help that shows an option; "" for arguments and the first panel."""
    infos = get_args(parameter.annotation)[1:]
    return next((info.rich_help_panel for info in infos if getattr(info, "rich_help_panel", None)), "")
