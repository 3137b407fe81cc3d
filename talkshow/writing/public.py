"""Scripts from ideas, for Python programs: `write_script`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from talkshow.machine.boundary import public
from talkshow.writing.base import Brief, EndpointSettings, Report, WrittenScript, quiet_report


@public
def write_script(
    brief: Brief | str,
    *,
    writer: str = "endpoint",
    endpoint: EndpointSettings | None = None,
    voices: Sequence[Path] = (),
    report: Report = quiet_report,
) -> WrittenScript:
    """Write, continue or revise a script. Nothing is saved: `result.script` goes to `make_episode` or `format_script`.

    brief: an idea, or a `Brief` with length, language, cast, a script to continue and more.
    endpoint: address, model and limits of the language model; the default reads `OPENAI_BASE_URL` and `OPENAI_API_KEY`.
    voices: folders of additional voices.
    report: receives each line as it arrives.

    Raises TalkshowError for everything that the user, the endpoint or the machine can cause.
    """
    from talkshow.cast.catalogue import load_all_voices
    from talkshow.engines.plugins import checked, failures
    from talkshow.writing.base import Desk
    from talkshow.writing.job import load_writer

    wanted = Brief(brief) if isinstance(brief, str) else brief
    desk = Desk(load_all_voices(voices), endpoint or EndpointSettings(), report)
    engine = load_writer(writer)
    with failures(engine, "writing"):
        return checked(engine, engine.write(wanted, desk), WrittenScript, "writing")
