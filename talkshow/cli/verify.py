"""The command that says where a file comes from: verify."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from talkshow.cli import options as opt
from talkshow.cli.show import complain, result_json
from talkshow.errors import printable

if TYPE_CHECKING:
    from talkshow.provenance.verifying import Verdict
    from talkshow.recording.marked import Mark


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog="Example: talkshow verify outputs/two_hosts/episode.mp4")(verify)


def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A video, sound or picture, by any tool.", show_default=False)
    ],
    json: opt.Json = False,
) -> None:
    """Show what a file claims about its making (C2PA), and whether it was changed since.

    Exits 1 when the file was changed.
    """
    from talkshow.provenance.verifying import verify_file
    from talkshow.recording.marked import find_mark

    verdict, mark = verify_file(file), find_mark(file)
    if json:
        result_json({"file": file.name, **asdict(verdict), "watermark": asdict(mark) if mark else None})
    else:
        for line in [*_account(verdict), *_marked(mark)]:
            typer.echo(printable(line))
        for problem in verdict.problems:
            complain(printable(problem))
    if verdict.changed:
        raise typer.Exit(1)


def _marked(mark: Mark | None) -> list[str]:
    """What there is to say of the watermark."""
    if mark is None:
        return []
    if mark.confidence is None:
        return ["watermark  not looked for: pip install 'talkshow[watermark]'"]
    if not mark.found:
        return ["watermark  none found"]
    return [f"watermark  found, first from {mark.begin_s:.0f} s: this speech is synthetic"]


def _account(verdict: Verdict) -> list[str]:
    """The verdict in lines of text."""
    if not verdict.signed:
        return ["This file carries no Content Credentials: it claims nothing about its making."]
    state = "changed since it was signed" if verdict.changed else "unchanged since it was signed"
    vouched = "" if verdict.trusted else ", for whom no installed authority vouches"
    when = f" at {verdict.signed_at}" if verdict.signed_at else ""
    rows = [
        ("file", state),
        ("title", verdict.title),
        ("made with", verdict.made_with),
        ("signed by", f"{verdict.signed_by or 'an unnamed signer'}{when}{vouched}"),
        ("source", ", ".join(verdict.sources)),
        *_production(verdict.production),
    ]
    return [f"{name:<10} {value}" for name, value in rows if value]


def _production(production: dict[str, Any]) -> list[tuple[str, str]]:
    """Our own account. The file may hold anything in its place."""
    voices = [
        ("voice", f"{row.get('character')}: {row.get('voice')} ({row.get('engine')}); consent: {row.get('consent')}")
        for row in _rows(production, "voices")
    ]
    parts = [
        ("part", f"{row.get('part')}: {str(row.get('digital_source_type')).rsplit('/', 1)[-1]}")
        for row in _rows(production, "parts")
    ]
    inputs = [
        ("input", f"{row.get('role')} {row.get('name')}, sha256 {row.get('sha256')}")
        for row in _rows(production, "inputs")
    ]
    return [*parts, *voices, *inputs]


def _rows(production: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = production.get(key)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
