"""Printing for people: on stderr, so that stdout holds the result alone."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from talkshow.errors import printable

if TYPE_CHECKING:
    from rich.console import Console

    from talkshow.plan import Plan

_SHOWN_WARNINGS = 12


def console() -> Console:
    """A rich console on stderr that does not guess at markup or highlight."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def note(text: str) -> None:
    """One line on stderr."""
    print(_lines_kept(text), file=sys.stderr, flush=True)


def complain(text: str) -> None:
    """An error on stderr."""
    note(f"error: {text}")


def result(text: object) -> None:
    """The result on stdout."""
    print(text, flush=True)


def result_json(value: Any) -> None:
    """A result for machines on stdout."""
    print(json.dumps(value, indent=1, ensure_ascii=False), flush=True)


def show_warnings(warnings: tuple[str, ...], verbose: bool = False) -> None:
    """Warnings, each once; many are cut short here (never in the manifest)."""
    listed = list(dict.fromkeys(warnings))
    shown = listed if verbose else listed[:_SHOWN_WARNINGS]
    for warning in shown:
        note(f"warning: {warning}")
    if len(shown) < len(listed):
        note(f"warning: and {len(listed) - len(shown)} more; all are in manifest.json, or run with -v")


def show_plan(plan: Plan) -> None:
    """The plan as a small table."""
    from rich.table import Table

    out = console()
    minutes, seconds = divmod(round(plan.duration_s), 60)
    out.print(f"{printable(plan.title) or 'untitled'}: {plan.num_lines} lines, {plan.num_scenes} "
              f"scene{'s' * (plan.num_scenes != 1)}, about {minutes}:{seconds:02d}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("character", "voice", "lines", "seat (left, top, right, bottom)"):
        table.add_column(heading)
    for row in plan.characters:
        seat = ", ".join(f"{value:.0f}" for value in row.seat) if row.seat else "not on screen"
        table.add_row(printable(row.name), row.voice, str(row.num_lines), seat)
    out.print(table)
    for renderer in plan.renderers:
        out.print(f"renderer: {renderer}, {plan.size[0]}x{plan.size[1]}")
    out.print(f"first run: about {max(1, round(plan.work_s))} s of work on the {plan.device}, "
              f"{plan.memory_mb} MB of memory")


def _lines_kept(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))
