"""One commission from beginning to end: what is read, who writes, what is saved, also when it goes wrong."""

from __future__ import annotations

import re
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from talkshow.cast.choosing import load_all_voices, load_voices
from talkshow.engines import registry
from talkshow.engines.plugins import checked, failures
from talkshow.errors import ScriptError, SettingsError, WriterError, choose
from talkshow.machine.errors import system_errors
from talkshow.script.characters import clean_characters
from talkshow.script.formats import format_to_write, guess_format
from talkshow.script.formatter import format_script, formatted, lost_remarks
from talkshow.script.model import CharacterHint, Script
from talkshow.script.reader import parse_script, read_decoded, read_script
from talkshow.store import outfile
from talkshow.store.digests import digest
from talkshow.store.files import sweep
from talkshow.writing.base import Brief, Desk, EndpointSettings, Report, Writer, WrittenScript, quiet_report
from talkshow.writing.keeping import write_kept
from talkshow.writing.prompts import Prompts
from talkshow.writing.sources import read_source

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Commission:
    """Everything a script depends on."""

    brief: Brief
    writer: str = "endpoint"
    endpoint: EndpointSettings = field(default_factory=EndpointSettings)
    voices: tuple[Path, ...] = ()

    def digest(self) -> str:
        """Of what decides the script, and of nothing else: not of the address, the time-out or the prices.

        Raises CastError for a folder of voices that cannot be read.
        """
        brief, model = self.brief, self.endpoint
        cast = [{key: value for key, value in asdict(hint).items() if key != "source_line"} for hint in brief.cast]
        voices = [
            (voice.name, voice.language, voice.gender, voice.description) for voice in load_voices(self.voices).values()
        ]
        so_far = format_script(brief.so_far, "json") if brief.so_far else ""
        return digest(
            brief.idea,
            brief.minutes,
            brief.lines,
            brief.language,
            brief.tone,
            brief.num_characters,
            cast,
            brief.source,
            so_far,
            brief.revision,
            self.writer,
            model.model,
            model.temperature,
            model.seed,
            Prompts(model.prompts).digest(),
            voices,
        )


@dataclass(frozen=True)
class Written:
    """A script in a file."""

    path: Path
    result: WrittenScript


def make_brief(
    idea: str,
    *,
    minutes: float | None = None,
    lines: int | None = None,
    language: str | None = None,
    tone: str = "",
    characters: str = "",
    cast: Path | None = None,
    source: str | None = None,
    so_far: Script | None = None,
    revision: str = "",
) -> Brief:
    """A brief from what people type; reads the files that it names.

    `characters` is a number or names parted by commas, `cast` a script whose cast is used. Raises SettingsError,
    ScriptError or WriterError.
    """
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise SettingsError(f"'{language}' is not a language. Write its code, for example en, en-GB, de or pt-BR.")
    if characters and cast:
        raise SettingsError("--characters and --cast exclude each other: a given cast has its characters.")
    hints: tuple[CharacterHint, ...] = ()
    number: int | None = None
    if cast is not None:
        hints = _cast_of(cast)
    elif re.fullmatch(r"\s*\d{1,9}\s*", characters):
        number = int(characters)
    elif characters.strip():
        names = [" ".join(clean_characters(name)[0].split()) for name in characters.split(",")]
        hints = tuple(CharacterHint(name) for name in dict.fromkeys(name for name in names if name))
    clean = " ".join(clean_characters(idea.replace("\0", ""))[0].split())
    known = so_far.language if so_far else "en"
    return Brief(
        clean,
        minutes,
        lines,
        language or known,
        tone,
        number,
        hints,
        read_source(source) if source is not None else "",
        so_far,
        revision,
    )


def _cast_of(path: Path) -> tuple[CharacterHint, ...]:
    """The cast of a script; of one that has only a head, too."""
    try:
        script = read_script(path)
    except ScriptError as exc:
        if "no lines" not in str(exc):
            raise
        text = read_decoded(path)
        script = parse_script(text.rstrip() + "\nNOBODY: Nothing.\n", None, path)
    hints = script.cast or tuple(CharacterHint(name) for name in script.speakers)
    return tuple(replace(hint, source_line=0) for hint in hints)


def load_writer(name: str) -> Writer:
    """The writer of this name. Raises SettingsError for one that does not exist."""
    known = registry.entries("writers")
    if name not in known:
        raise SettingsError(f"there is no writer '{name}'. {choose(name, known)}")
    writer: Writer = registry.load("writers", name)
    return writer


def preview(commission: Commission) -> list[dict[str, str]]:
    """The messages that a model would be sent first."""
    desk = Desk(load_all_voices(commission.voices), commission.endpoint)
    writer = load_writer(commission.writer)
    with failures(writer, "showing its prompt"):
        return checked(writer, writer.preview(commission.brief, desk), list, "showing its prompt")


def write_file(
    commission: Commission,
    out: Path,
    report: Report,
    remark: Report,
    *,
    overwrite: bool = False,
    known: outfile.Written | None = None,
) -> Written:
    """Write the script into a file. One that talkshow wrote there before, and that differs, is kept as NAME.previous.

    `report` takes lines as they come, `remark` what the user must know in any case.
    overwrite: replace a file that talkshow did not write, and keep it as NAME.previous.
    known: the files that talkshow wrote.
    Raises WorkspaceError, before anything is asked, where a file is in the way, and WriterError; an answer that is not
    a script is then in NAME.answer.txt, and the part that arrived before an interruption in NAME.partial.txt (-2, ...
    where there are others of that name). KeyboardInterrupt leaves the latter, too.
    """
    known = known or outfile.WrittenFiles()
    old = commission.brief.so_far
    _check_place(out)
    outfile.require_script(out, known, overwrite=overwrite, changed=old.path if old else None)
    desk = Desk(load_all_voices(commission.voices), commission.endpoint, report)
    writer = load_writer(commission.writer)
    try:
        with failures(writer, "writing"):
            result = checked(writer, writer.write(commission.brief, desk), WrittenScript, "writing")
    except KeyboardInterrupt:
        _save_partial(out, desk, known, remark)
        raise
    except WriterError as exc:
        saved = _save_answer(out, exc.answer, known) or _save_partial(out, desk, known, quiet_report)
        told = f"{exc} What came is saved in {saved}." if saved else str(exc)
        raise WriterError(told, exc.answer) from None
    text = _text_of(result.script, commission.brief, out, remark)
    with system_errors(out):
        outfile.write_script(out, text, known, remark)
    return Written(out, result)


def _check_place(out: Path) -> None:
    """See that a file can be written there, and make its folder where it is missing: before anything is paid for."""
    if out.is_dir():
        raise SettingsError(f"{out}: this is a folder; name a file in it, as in -o {out / 'script.txt'}")
    sweep(out.parent, for_output=out.name)
    with system_errors(out.parent):
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out.parent):
            pass


def _text_of(script: Script, brief: Brief, out: Path, remark: Report) -> str:
    format = format_to_write(out.suffix)
    old = brief.so_far
    if old is None or old.path is None:
        return format_script(script, format)
    original = read_decoded(old.path)
    was = guess_format(clean_characters(original.removeprefix("\ufeff"))[0], old.path)
    if out.suffix.casefold() == old.path.suffix.casefold():
        written, format = write_kept(original, was, old, script), was
    else:
        written = formatted(script, format)
    for warning in lost_remarks(written, format):
        remark(warning)
    return written.text


def _save_answer(out: Path, answer: str, known: outfile.Written) -> Path | None:
    """The last answer of a model that could not be used."""
    if not answer.strip():
        return None
    return _saved(out.with_name(f"{out.stem}.answer.txt"), answer, known)


def _save_partial(out: Path, desk: Desk, known: outfile.Written, remark: Report) -> Path | None:
    """What came of a script before it was interrupted."""
    text = desk.draft.text()
    if not text:
        return None
    clean = clean_characters(text.encode("utf-8", "replace").decode("utf-8").replace("\0", ""))[0]
    path = _saved(out.with_name(f"{out.stem}.partial.txt"), clean, known)
    remark(f"what came so far is saved in {path}; go on with  talkshow write --continue {path} -o {out}")
    return path


def _saved(path: Path, text: str, known: outfile.Written) -> Path:
    """Save a text under this name, or the next free one."""
    path = outfile.free_name(path, known)
    with system_errors(path), outfile.writing(path, known) as temporary:
        temporary.write_bytes(text.encode("utf-8", "replace"))
    return path


def summary(written: Written, commission: Commission) -> dict[str, Any]:
    """What `--json` prints and a manifest keeps. Nothing secret is in it."""
    from talkshow.script.pace import estimated_duration_s

    script, usage = written.result.script, written.result.usage
    return {
        "script": str(written.path),
        "title": script.title,
        "speakers": list(script.speakers),
        "num_lines": sum(1 for _ in script.lines),
        "estimated_duration_s": round(estimated_duration_s(script), 1),
        "made_by": written.result.made_by,
        "writer": commission.writer,
        "requests": usage.requests,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "tokens_estimated": usage.estimated,
        "cost": usage.cost(commission.endpoint.prices),
        "warnings": list(written.result.notes),
    }
