"""Commands about pictures, models and this machine: seats, models, doctor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from talkshow.cli import options as opt
from talkshow.cli.show import console, note, result, result_json, show_warnings


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(epilog="Example: talkshow seats two_people.png -o seats.png")(seats)
    models = typer.Typer(no_args_is_help=True, help="List, check or download model files.")
    models.command("list", epilog="Example: talkshow models list")(list_models)
    models.command("verify", epilog="Example: talkshow models verify multitalk-480p")(verify_models)
    models.command("pull", epilog="Example: talkshow models pull multitalk-480p --folder /data/weights")(pull_models)
    app.add_typer(models, name="models")
    app.command(epilog="Example: talkshow doctor")(doctor)


def seats(
    image: Annotated[Path, typer.Argument(help="The picture.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Draw the faces and their numbers into this PNG.", show_default=False
        ),
    ] = None,
    overwrite: opt.Overwrite = False,
    json: opt.Json = False,
) -> None:
    """Find the faces of a picture and print their boxes (left, top, right, bottom), from left to right."""
    from talkshow.faces.picture import load_picture
    from talkshow.faces.pictures import find_upright
    from talkshow.faces.seats import draw_seat_plan
    from talkshow.store.outfile import WrittenFiles, require_free, writing

    written = WrittenFiles()
    if out is not None:
        require_free(out, written, overwrite=overwrite, inputs=[image])
    picture, faces = find_upright(load_picture(image))
    show_warnings(picture.remarks)
    boxes = {str(number): face.box for number, face in enumerate(faces, start=1)}
    if out is not None:
        from talkshow.faces.picture import as_png
        from talkshow.machine.errors import system_errors

        with system_errors(out), writing(out, written) as temporary:
            temporary.write_bytes(as_png(draw_seat_plan(picture.original(), boxes)))
    if json:
        result_json(
            [{"seat": name, "box": [round(v) for v in (b.left, b.top, b.right, b.bottom)]} for name, b in boxes.items()]
        )
        return
    for name, b in boxes.items():
        result(f"{name}: {b.left:.0f},{b.top:.0f},{b.right:.0f},{b.bottom:.0f}")
    if not boxes:
        note("no face found. You can still give a seat by hand: --seat NAME=left,top,right,bottom")


_Checkpoint = Annotated[
    str | None,
    typer.Argument(
        help="Weights of the generator: multitalk-480p, multitalk-720p, infinitetalk-480p, infinitetalk-720p.",
        show_default=False,
    ),
]
_Folder = Annotated[
    Path | None,
    typer.Option("--folder", metavar="FOLDER", help="Where they lie, instead of the cache.", show_default=False),
]


def list_models(name: _Checkpoint = None, folder: _Folder = None, json: opt.Json = False) -> None:
    """List the model files with source and licence; with NAME, those of the generator."""
    if name is not None:
        _list_checkpoint(name, folder, json)
        return
    from talkshow.cast.catalogue import bundled_weights
    from talkshow.engines.weights import find, known

    rows = [
        {
            "name": w.name,
            "purpose": w.purpose,
            "licence": w.licence,
            "source": w.source,
            "sha256": w.sha256,
            "bytes": w.size or sum(path.stat().st_size for path in find(w)),
        }
        for w in (*known().values(), *bundled_weights())
    ]
    if json:
        result_json(rows)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("name", "licence", "bytes", "purpose"):
        table.add_column(heading)
    for row in rows:
        table.add_row(str(row["name"]), str(row["licence"]), str(row["bytes"]), str(row["purpose"]))
    Console(highlight=False, markup=False).print(table)
    from talkshow.render.generator.weights import checkpoint_names

    note(f"weights of the generator: talkshow models list NAME, one of {', '.join(checkpoint_names())}")


def _list_checkpoint(name: str, folder: Path | None, json: bool) -> None:
    from talkshow.render.generator.weights import checkpoint_rows

    rows = checkpoint_rows(name, folder)
    if json:
        result_json(rows)
        return
    for row in rows:
        result(f"{_described(row)}: {row['path'] or ('missing, optional' if row['optional'] else 'missing')}")
    missing = sum(row["bytes"] for row in rows if not row["path"] and not row["optional"]) / 1e9
    if missing:
        whole = sum(row["bytes"] for row in rows if not row["optional"]) / 1e9
        note(
            f"{missing:.1f} GB of {whole:.1f} GB are missing. "
            f"Get them: talkshow models pull {name}{f' --folder {folder}' if folder else ''}"
        )


def _described(row: Mapping[str, Any]) -> str:
    """A file of the generator's weights: its source, size, purpose and licence."""
    label = "/".join(filter(None, (row["repository"], row["file"])))
    size = row["bytes"]
    unit, factor = next(((unit, factor) for unit, factor in (("GB", 1e9), ("MB", 1e6)) if size >= factor), ("kB", 1e3))
    return f"{label} ({', '.join(filter(None, (f'{size / factor:.3g} {unit}', row['purpose'], row['licence'])))})"


def pull_models(
    name: Annotated[
        str,
        typer.Argument(
            help="multitalk-480p, multitalk-720p, infinitetalk-480p or infinitetalk-720p.", show_default=False
        ),
    ],
    folder: _Folder = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Also download optional files, such as InfiniteTalk's weights for a single person."),
    ] = False,
) -> None:
    """Download the generator's weights, continuing where an earlier download stopped. Prints their paths."""
    from talkshow.render.generator.weights import pull_weights

    for path in pull_weights(name, folder, everything, lambda row: note(_described(row))):
        result(path)


def verify_models(name: _Checkpoint = None, folder: _Folder = None, json: opt.Json = False) -> None:
    """Compare every model file with its known size and digest; with NAME, the generator's weights.

    Exits 1 when one is missing or wrong.
    """
    if name is not None:
        from talkshow.render.generator.weights import verify_weights

        problems = verify_weights(name, folder)
        if json:
            result_json([{"name": label, "ok": not problem, "problem": problem} for label, problem in problems.items()])
        for label, problem in problems.items() if not json else ():
            result(f"{label}: {problem or 'OK'}")
        if "missing" in problems.values():
            note(f"get what is missing: talkshow models pull {name}{f' --folder {folder}' if folder else ''}")
        raise typer.Exit(int(any(problems.values())))
    from talkshow.cast.catalogue import bundled_weights
    from talkshow.engines.weights import known, statuses

    found = statuses([*known().values(), *bundled_weights()], check=True)
    if json:
        result_json([{"name": s.weights.name, "ok": not s.problem, "problem": s.problem} for s in found])
    else:
        for status in found:
            result(f"{status.weights.name}: {status.problem or 'OK'}")
    if any(status.problem for status in found):
        raise typer.Exit(1)


def doctor(out: opt.Out = Path("outputs"), voices: opt.VoiceFolders = None, json: opt.Json = False) -> None:
    """Test every part of the program on this machine: OK, or what to do. Exits 1 when a required part fails."""
    from talkshow.doctor import examine

    findings = examine(out, voices or ())
    if json:
        result_json([{"part": f.part, "ok": f.ok, "detail": f.detail, "cure": f.cure} for f in findings])
    else:
        terminal = console()
        for finding in findings:
            terminal.print(f"{'OK  ' if finding.ok else 'FAIL'} {finding.part}: {finding.detail}")
            if finding.cure:
                terminal.print(f"     do: {finding.cure}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
