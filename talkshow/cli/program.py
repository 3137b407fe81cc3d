"""The program: its commands and its exit codes. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import functools
import logging
import signal
import sys
from typing import Annotated, Any

import typer

from talkshow.cli.commands import COMMANDS, listed, loaded
from talkshow.cli.show import complain, note
from talkshow.cli.signals import die, ending_signals
from talkshow.cli.streams import NOBODY_READS, safe_streams
from talkshow.errors import TalkshowError
from talkshow.machine.errors import translated_error
from talkshow.version import __version__

_INTERRUPTED = 130


class _Failed(Exception):
    """Carries an error past Typer, which would mistake it for the end of its input or output."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class _Commands(typer.core.TyperGroup):
    """All commands; the one that runs is loaded."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "commands": {command.name: listed(command) for command in COMMANDS}})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was asked for, with the arguments that are left for it."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, loaded(name) if name else found, rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (EOFError, OSError) as exc:
            raise _Failed(exc) from exc


app = typer.Typer(
    name="talkshow",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn a written dialogue into a video in which everyone has a voice and a face of their own.",
    epilog="First steps: [bold]talkshow demo[/bold], then [bold]talkshow render scripts_in/two_hosts.txt[/bold]",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"talkshow {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback when something fails; also after a command.")
    ] = False,
) -> None:
    """Hold the options of the program itself. `main` takes --debug out of the arguments: this is its help."""
    del version, debug


def run(arguments: list[str]) -> None:
    """Run a command and exit with its code: see `talkshow.cli.main`."""
    debug = "--debug" in arguments
    if not debug:
        _silence_libraries()
    with safe_streams(), ending_signals() as ending:
        code = _outcome([argument for argument in arguments if argument != "--debug"], debug)
        if code == _INTERRUPTED:
            note("stopped. Finished results are kept: run the same command again to continue.")
    if code == _INTERRUPTED and ending.signal not in (None, signal.SIGINT):
        die(ending.signal)
    raise SystemExit(code)


def _silence_libraries() -> None:
    """Keep what other libraries log about themselves off the terminal; talkshow reports its own warnings."""
    logging.getLogger().addHandler(logging.NullHandler())
    logging.getLogger("torch.utils").setLevel(logging.ERROR)  # torch shows its own log


def _outcome(arguments: list[str], debug: bool) -> int:
    """Run a command, report what went wrong, and return its exit code."""
    try:
        code = _ran(arguments)
        sys.stdout.flush()
        return code
    except SystemExit:
        return NOBODY_READS
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as exc:
        error = exc.error if isinstance(exc, _Failed) else exc
        if debug:
            raise error from error.__cause__
        complain(_message(error))
        return 1


@functools.cache
def _command() -> Any:
    """All commands, put together once per process."""
    return typer.main.get_command(app)


def _ran(arguments: list[str]) -> int:
    try:
        _command()(arguments)
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    return 0


def _message(error: Exception) -> str:
    told = error if isinstance(error, TalkshowError) else None
    told = translated_error(error) or told
    if told is not None:
        return str(told)
    return (
        f"this should not have happened ({type(error).__name__}: {error}). Finished results are kept. "
        "Run the command again with --debug to see where it happened, and please report it."
    )
