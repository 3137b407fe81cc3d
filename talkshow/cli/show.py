"""Printing for people: on stderr, so that stdout holds the result alone."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from talkshow.errors import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from talkshow.check.verdict import Check
    from talkshow.plan import Plan
    from talkshow.progress import Hook

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


def progress_shown(quiet: bool) -> AbstractContextManager[Hook]:
    """The hook that shows progress: bars on a terminal, else lines; with -q nothing."""
    from talkshow.progress import BarProgress, PlainProgress
    from talkshow.progress import quiet as silent

    if quiet:
        return nullcontext(silent)
    terminal = console()
    return BarProgress(terminal) if terminal.is_terminal else PlainProgress(note)


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


def check_table(check: Check) -> Table:
    """What was measured of every face and of the sound."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("face", "result", "own", "other", "lag", "AUC", "silence", "seen", "heard", "by"):
        table.add_column(heading, no_wrap=True, overflow="ignore" if heading != "face" else "ellipsis")
    for face in check.faces:
        found = face.figures
        shown = (_figure(found.own, ".2f"), _figure(found.other, ".2f"), _figure(found.lag_ms, "+.0f", " ms"),
                 _figure(found.auc, ".2f"), _figure(found.silence_share, ".0%")) if face.is_measured else ("",) * 5
        table.add_row(printable(face.name), face.status, *shown, f"{found.seen_s:.0f} s", f"{found.heard_s:.0f} s",
                      face.by)
    sound = check.sound.figures
    table.add_row("(sound)", check.sound.status, "", "", _figure(sound.lag_ms, "+.0f", " ms"), "",
                  f"{sound.residual_db:.0f} dB")
    return table


def check_notes(check: Check) -> list[str]:
    """What the table leaves open."""
    rows = [f"{face.name} cannot be measured: {', '.join(face.problems)}"
            for face in check.faces if not face.is_measured]
    unheard = [face.name for face in check.faces if face.status == "not heard"]
    if unheard:
        rows.append(f"too little is heard of {', '.join(unheard)} while they are seen to judge their faces")
    return rows


def _figure(value: float | None, form: str, unit: str = "") -> str:
    return "-" if value is None else format(value, form) + unit


def _lines_kept(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))
