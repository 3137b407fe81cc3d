"""Commands for scripts: lint, format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from talkshow.cli import options as opt
from talkshow.cli.show import note, result, result_json
from talkshow.script.formats import WRITABLE_FORMATS

To = Annotated[str, typer.Option("--to", help=f"{', '.join(WRITABLE_FORMATS[:-1])} or {WRITABLE_FORMATS[-1]}.")]
File = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FILE", help="Write to this file instead of printing.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(epilog="Example: talkshow lint scripts_in/panel.fountain")(lint)
    app.command("format", epilog="Example: talkshow format scripts_in/two_hosts.txt --to markdown -o two_hosts.md")(
        format_
    )


def lint(
    script: opt.ScriptFile, voices: opt.VoiceFolders = None, format: opt.Format = None, json: opt.Json = False
) -> None:
    """Check a script: voices, languages, looks, seats, tags, lengths. Exits 1 when a problem is an error."""
    from talkshow.cast.choosing import load_all_voices
    from talkshow.cast.language_check import unspoken_by
    from talkshow.render.cartoon.looks.reader import look_problems
    from talkshow.script.languages import with_found_language
    from talkshow.script.lint import lint_report
    from talkshow.script.reader import read_script

    catalogue = load_all_voices(voices or [])
    report = lint_report(
        with_found_language(read_script(script, format)), catalogue, look_problems, unspoken_by(catalogue)
    )
    if json:
        result_json(report)
    else:
        for problem in report["problems"]:
            place = f"{script}:{problem['line']}:{problem['column']}" if problem["line"] else str(script)
            result(f"{place}: {problem['severity']}: {problem['message']}")
        minutes, seconds = divmod(round(report["estimated_duration_s"]), 60)
        note(f"{report['num_lines']} lines, {len(report['speakers'])} characters, about {minutes}:{seconds:02d}")
    if any(problem["severity"] == "error" for problem in report["problems"]):
        raise typer.Exit(1)


def format_(
    script: opt.ScriptFile,
    to: To = "plain",
    out: File = None,
    format: opt.Format = None,
    overwrite: opt.Overwrite = False,
) -> None:
    """Format a script, in the same or another format. Nothing that it says is lost; lost comments are reported.

    With the script itself as the file, what it was is kept as NAME.previous.
    """
    from talkshow.machine.errors import system_errors
    from talkshow.script.formatter import formatted, lost_remarks
    from talkshow.script.reader import read_script
    from talkshow.store.outfile import WrittenFiles, require_script, write_script

    files = WrittenFiles()
    if out is not None:
        require_script(out, files, overwrite=overwrite, changed=script)
    written = formatted(read_script(script, format), to)
    for warning in lost_remarks(written, to):
        note(f"warning: {script}: {warning}")
    if out is None:
        result(written.text.removesuffix("\n"))
        return
    with system_errors(out):
        write_script(out, written.text, files, note)
    result(out)
