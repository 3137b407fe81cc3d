"""The front of all parsers: bytes to text, text to the right parser."""

from __future__ import annotations

import codecs
from dataclasses import replace
from pathlib import Path

from talkshow.errors import ScriptError, choose
from talkshow.script.characters import INVISIBLE, clean_characters, invisible_warning
from talkshow.script.formats import FORMATS, format_of_bytes, guess_format
from talkshow.script.model import Script, ScriptWarning
from talkshow.script.source import Source
from talkshow.script.undecoded import what_it_is
from talkshow.script.wrapped import unwrapped
from talkshow.store.inputs import read_bytes
from talkshow.transcripts.encodings import decode as decode_old

MAX_BYTES = 8_000_000  # a hundred hours of talk: what is longer would not fit into memory as lines
MAX_PACKED_BYTES = 50_000_000  # of a document with pictures in it
_PACKED_SUFFIXES = {suffix for each in FORMATS.values() if each.recognise_bytes for suffix in each.suffixes}
_OLD_SUFFIXES = {suffix for each in FORMATS.values() if each.old_encodings for suffix in each.suffixes}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_script(path: Path | str, format: str | None = None) -> Script:
    """Read a script file. `format` is one of FORMATS; None guesses by content.

    Raises ScriptError for a file that is missing, empty, binary or badly encoded, and for anything in it that
    cannot be read.
    """
    path = Path(path)
    data = _read(path)
    packed = format_of_bytes(data)
    if packed is not None:
        script = FORMATS[packed].parse(Source("", path, data))
        return replace(script, layout=replace(script.layout, format=packed)) if script.layout else script
    if path.suffix.casefold() in _OLD_SUFFIXES and what_it_is(data) is None:
        text, assumed = decode_old(path, data)
        script = parse_script(text, format, path)
        return replace(script, warnings=(*(ScriptWarning(told) for told in assumed), *script.warnings))
    return parse_script(decode(data, path), format, path)


def read_decoded(path: Path) -> str:
    """The text of a script file, or of a pipe. Raises ScriptError, also for a binary format."""
    return decode(_read(path), path)


def _read(path: Path) -> bytes:
    packed = path.suffix.casefold() in _PACKED_SUFFIXES
    try:
        return read_bytes(path, MAX_PACKED_BYTES if packed else MAX_BYTES, pipes=True)
    except IsADirectoryError as exc:
        raise ScriptError("this is a folder; name the script file in it", path) from exc
    except FileNotFoundError as exc:
        raise ScriptError("there is no such file; check the path of the script", path) from exc
    except (OSError, ValueError) as exc:
        raise ScriptError(f"the file cannot be read: {getattr(exc, 'strerror', None) or exc}", path) from exc


def decode(data: bytes, path: Path | None = None) -> str:
    """The text of a file in UTF-8, or in UTF-16 or UTF-32 with a byte order mark. Raises ScriptError."""
    if len(data) > MAX_BYTES:
        raise ScriptError(f"the file has more than {MAX_BYTES // 1_000_000} MB; is it a script?", path)
    if packed := format_of_bytes(data):
        raise ScriptError(f"this file is {packed}, not text; convert it first: talkshow format FILE -o FILE.txt", path)
    if told := what_it_is(data):
        raise ScriptError(told, path)
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    if encoding == "utf-8" and b"\0" in data:
        raise ScriptError("this is a binary file, not a script; a script is text, saved as UTF-8", path)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as exc:
        line = data[: exc.start].count(b"\n") + 1
        raise ScriptError(
            f"the text is not {encoding.upper().removesuffix('-SIG')} (byte {exc.start}); open it in an "
            "editor and save it as UTF-8",
            path,
            line,
        ) from exc


def parse_script(text: str, format: str | None = None, path: Path | str | None = None) -> Script:
    """Read a script from text. `path` names it in messages. Raises ScriptError."""
    path = Path(path) if path is not None else None
    if format is not None and format not in FORMATS:
        raise ScriptError(f"unknown format '{format}'. {choose(format, FORMATS)}", path)
    if not text.strip("\ufeff \t\r\n"):
        raise ScriptError("the script is empty; write at least one line, as in  MAYA: Hello", path)
    if "\0" in text:
        raise ScriptError("this is a binary file, not a script", path)
    clean, removed = clean_characters(text.removeprefix("\ufeff"))
    unclad, told = unwrapped(clean)
    source = Source(unclad, path)
    chosen = format or guess_format(unclad, path)
    script = FORMATS[chosen].parse(source)
    if script.layout:
        script = replace(script, layout=replace(script.layout, format=chosen))
    if told:
        script = replace(script, warnings=(*(ScriptWarning(*each) for each in told), *script.warnings))
    return _with_removals(script, clean, removed)


def _with_removals(script: Script, text: str, removed: list[tuple[int, str]]) -> Script:
    """Add a warning for each line from which control or bidirectional characters were taken."""
    if not removed:
        return script
    by_line: dict[int, list[str]] = {}
    unseen: list[tuple[int, str]] = []
    line, counted = 1, 0
    for offset, code in removed:
        line += text.count("\n", counted, offset)
        counted = offset
        if code in INVISIBLE:
            unseen.append((line, code))
        else:
            by_line.setdefault(line, []).append(code)
    extra = tuple(
        ScriptWarning(
            f"removed characters that steer a terminal or turn the reading direction: "
            f"{', '.join(dict.fromkeys(codes))}",
            number,
        )
        for number, codes in by_line.items()
    )
    if unseen:
        extra += (ScriptWarning(invisible_warning([code for _, code in unseen]), unseen[0][0]),)
    return replace(script, warnings=tuple(sorted((*script.warnings, *extra), key=lambda warning: warning.line)))
