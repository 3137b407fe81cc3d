"""Output for people, on stderr, so that stdout holds only the result."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talkshow.errors import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from talkshow.episode.plan import Plan
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


def note_folder(folder: Path, usual: Path) -> None:
    """Report where a result goes when that is not the usual place."""
    if folder != usual:
        note(f"the whole episode stays as it is: this result goes to {folder}")


def show_warnings(warnings: tuple[str, ...], verbose: bool = False) -> None:
    """Warnings, each once; a long list is shortened here (never in the manifest)."""
    listed = list(dict.fromkeys(warnings))
    shown = listed if verbose else listed[:_SHOWN_WARNINGS]
    for warning in shown:
        note(f"warning: {warning}")
    if len(shown) < len(listed):
        note(f"warning: and {len(listed) - len(shown)} more; see manifest.json, or run with -v")


def progress_shown(quiet: bool) -> AbstractContextManager[Hook]:
    """The hook that shows progress: bars on a terminal, else lines; with -q nothing."""
    from talkshow.progress import BarProgress, PlainProgress
    from talkshow.progress import quiet as silent

    if quiet:
        return nullcontext(silent)
    terminal = console()
    return BarProgress(terminal) if terminal.is_terminal else PlainProgress(note)


def show_plan(plan: Plan, recorded: bool = False) -> None:
    """The plan as a small table.  recorded: the speakers are already shown; only how they are filmed is left."""
    out = console()
    if not recorded:
        _show_cast(plan, out)
    for renderer in plan.renderers:
        out.print(f"renderer: {renderer}, {plan.size[0]}x{plan.size[1]}")
    if plan.generator:
        told = {key: value for key, value in plan.generator.as_dict().items() if value not in (None, "")}
        told |= {
            key: ", ".join(f"{figure:,g} on {card}" for card, figure in value.items())
            for key, value in told.items()
            if isinstance(value, Mapping)
        }
        out.print(
            "generator (estimates): " + ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in told.items())
        )
    if plan.generator and plan.generator.estimated_s is None:
        out.print(f"first run: the time that generating takes on this {plan.device} is not known")
        return
    out.print(
        f"first run: about {max(1, round(plan.work_s))} s of work on the {plan.device}, {plan.memory_mb} MB of memory"
    )


def _show_cast(plan: Plan, out: Console) -> None:
    """Title, lines and length; every character with voice and seat."""
    from rich.table import Table

    minutes, seconds = divmod(round(plan.duration_s), 60)
    out.print(
        f"{printable(plan.title) or 'untitled'}: {plan.num_lines} lines, {plan.num_scenes} "
        f"scene{'s' * (plan.num_scenes != 1)}, about {minutes}:{seconds:02d}"
    )
    if plan.language_found:
        out.print(f"language: {plan.language} (found in the text)")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("character", "voice", "engine", "lines", "seat (left, top, right, bottom)"):
        table.add_column(heading)
    for row in plan.characters:
        seat = ", ".join(f"{value:.0f}" for value in row.seat) if row.seat else "not on screen"
        table.add_row(printable(row.name), row.voice or "recorded", row.engine or "-", str(row.num_lines), seat)
    out.print(table)


def show_mix(row: Mapping[str, Any]) -> None:
    """How loud the mix is.  row: of the manifest's stage `mix`."""
    loudness, peak = _figure(row["loudness_lufs"], ".1f", " LUFS"), _figure(row["true_peak_dbtp"], ".1f", " dBTP")
    note(f"mix: {loudness}, true peak {peak}, gain {row['gain_db']:+.1f} dB")


def show_check(report: Mapping[str, Any]) -> None:
    """The check after a render; its problems are among the warnings."""
    if report["faces"]:
        console().print(check_table(report))
    for remark in check_notes(report):
        note(remark)


def check_table(report: Mapping[str, Any]) -> Table:
    """The check's figures of every face and of the sound.  report: as in the manifest."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")  # fits into 80 columns
    for heading in ("face", "result", "own", "other", "lag", "AUC", "silence", "seen", "heard", "by"):
        table.add_column(heading, no_wrap=True, overflow="ellipsis" if heading == "face" else "ignore")
    for face in report["faces"]:
        figures = (
            _figure(face["correlation"], ".2f"),
            _figure(face["other"], ".2f"),
            _figure(face["lag_ms"], "+.0f", " ms"),
            _figure(face["auc"], ".2f"),
            _figure(face["silence_share"], ".0%"),
        )
        table.add_row(
            printable(face["name"]),
            face["status"],
            *(figures if _is_measured(face) else ("",) * 5),
            f"{face['seen_s']:.0f} s",
            f"{face['heard_s']:.0f} s",
            face["by"],
        )
    sound = report["sound"]
    if sound:
        table.add_row(
            "(sound)",
            sound["status"],
            "",
            "",
            _figure(sound["lag_ms"], "+.0f", " ms"),
            "",
            f"{sound['residual_db']:.0f} dB",
        )
    return table


def check_notes(report: Mapping[str, Any]) -> list[str]:
    """Notes on what the table does not show."""
    notes = [
        f"{face['name']} cannot be measured: {', '.join(face['problems'])}"
        for face in report["faces"]
        if not _is_measured(face)
    ]
    unheard = [face["name"] for face in report["faces"] if face["status"] == "not heard"]
    if unheard:
        notes.append(f"{', '.join(unheard)}: too little speech while on screen to judge the face")
    return notes


def _is_measured(face: Mapping[str, Any]) -> bool:
    return bool(face["status"] != "not measured")


def _figure(value: float | None, form: str, unit: str = "") -> str:
    return "-" if value is None else format(value, form) + unit


def _lines_kept(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))
