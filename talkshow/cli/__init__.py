"""The command line: parse, call one function, print. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from talkshow import __version__
from talkshow.cli import check, cleaning, episode, machine, recordings, scripts, voices, writing
from talkshow.cli.show import complain, note
from talkshow.errors import TalkshowError

_INTERRUPTED = 130

app = typer.Typer(name="talkshow", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  rich_markup_mode="rich", context_settings={"help_option_names": ["-h", "--help"]},
                  help="Turn a written dialogue into a video in which everyone has a voice and a face of their own.",
                  epilog="First steps: [bold]talkshow demo[/bold], then "
                         "[bold]talkshow render scripts_in/two_hosts.txt[/bold]")
episode.register(app)
check.register(app)
cleaning.register(app)
recordings.register(app)
scripts.register(app)
writing.register(app)
voices.register(app)
machine.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"talkshow {__version__}")
        raise typer.Exit


@app.callback()
def _root(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True,
                                                help="Print the version and stop.")] = False,
          debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails; also "
                                              "after a command.")] = False) -> None:
    """Hold the options of the program itself. `main` takes --debug out of the arguments: this is its help."""
    del version, debug


def main(arguments: list[str] | None = None) -> None:
    """Run the command line: exit 0 when all went well, 1 with a message of ours, 2 when it was called wrongly."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in arguments
    try:
        app([argument for argument in arguments if argument != "--debug"])
    except SystemExit as exc:
        if exc.code == _INTERRUPTED:      # Typer has already turned Ctrl-C into this
            note("stopped. What is finished is kept: run the same command again to go on.")
        raise
    except TalkshowError as exc:
        if debug:
            raise
        complain(str(exc))
        raise SystemExit(1) from None
    except BrokenPipeError:
        raise SystemExit(1) from None
    except Exception as exc:
        if debug:
            raise
        complain(f"this should not have happened ({type(exc).__name__}: {exc}). What is finished is kept. "
                 "Run again with --debug to see where, and please report it.")
        raise SystemExit(1) from None
