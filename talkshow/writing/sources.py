"""Texts that a script is based on: read from files, and condensed in steps where they are long."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

from talkshow.errors import ScriptError, WriterError
from talkshow.machine.confined import Exceeded, run_confined
from talkshow.script.characters import clean_characters
from talkshow.script.reader import decode
from talkshow.store.inputs import open_file, read_bytes
from talkshow.writing.answer import bare
from talkshow.writing.base import Brief, Report
from talkshow.writing.endpoint import Endpoint, Question
from talkshow.writing.forms import Messages
from talkshow.writing.prompts import Prompts

MAX_SOURCE = 2_000_000  # characters
MAX_FILE = 100_000_000  # bytes
LONG_SOURCE = 16_000  # characters from which a source is condensed: about 4000 tokens
_PART = 12_000
_MAX_PAGES = 3000
_LARGEST_TEXT = 4 * MAX_SOURCE + 4  # bytes, in the widest encoding
_PDF_READER = Path(__file__).with_name("pdf_text.py")
_PDF_MEMORY, _PDF_SECONDS = 1_000_000_000, 120
_MAX_ROUNDS = 4


def read_source(given: str) -> str:
    """The text of a file (.txt, .md, .pdf), of the standard input (`-`), or the words themselves.

    Raises WriterError for a file that is not there or holds no text.
    """
    if given == "-":
        return _checked(sys.stdin.read(MAX_SOURCE + 1), "the standard input")
    path = Path(given)
    try:
        if not path.exists():
            if not path.suffix and any(mark.isspace() for mark in given.strip()):
                return _checked(given, "the text given with --from")
            raise WriterError(f"{given}: there is no such file to base a script on. Check the path given with --from.")
        data = read_bytes(path, MAX_FILE, pipes=True)
    except (OSError, ValueError) as exc:
        if len(given) > 200 and any(mark.isspace() for mark in given):  # longer than a file name can be
            return _checked(given, "the text given with --from")
        raise WriterError(
            f"{given[:200]}: this file cannot be read: {getattr(exc, 'strerror', None) or exc}. Give the "
            "part that matters, in a file."
        ) from exc
    if data.startswith(b"%PDF") or path.suffix.casefold() == ".pdf":
        return _checked(_pdf_text(path), str(path))
    if len(data) > _LARGEST_TEXT:
        raise WriterError(f"{path}: more than {MAX_SOURCE:,} characters are too many. Give the part that matters.")
    try:
        return _checked(decode(data, path), str(path))
    except ScriptError as exc:
        raise WriterError(
            f"{path}: this file is not text. Texts are .txt or .md files in UTF-8, or .pdf files with text in them."
        ) from exc


def _checked(text: str, where: str) -> str:
    text = clean_characters(text.replace("\0", ""))[0].strip()
    if not text:
        raise WriterError(
            f"{where}: there is no text in it. A scanned PDF holds pictures of text: run it through "
            "a text recognition first."
        )
    if len(text) > MAX_SOURCE:
        raise WriterError(f"{where}: more than {MAX_SOURCE:,} characters are too many. Give the part that matters.")
    return text


def _pdf_text(path: Path) -> str:
    """The words of a PDF, read in a process of its own. Raises WriterError."""
    arguments = (str(MAX_SOURCE), str(_MAX_PAGES))
    try:
        with open_file(path) as file:
            told = run_confined(_PDF_READER, file, arguments, memory=_PDF_MEMORY, seconds=_PDF_SECONDS)
        found = json.loads(told)
    except Exceeded as exc:
        raise WriterError(f"{path}: reading this PDF {exc}. Save the text that matters as .txt.") from exc
    except (OSError, ValueError) as exc:
        raise WriterError(f"{path}: this PDF cannot be read ({exc}). Save its text as .txt.") from exc
    if "problem" in found:
        raise WriterError(f"{path}: {found['problem']}")
    return str(found["text"])


def split_parts(text: str, size: int = _PART) -> list[str]:
    """A text in parts of at most `size` characters, at ends of paragraphs, sentences or words where there are any."""
    parts = []
    while len(text) > size:
        at = max(text.rfind("\n\n", size // 2, size), 0)
        for mark in ("\n", ". ", " "):
            at = at or max(text.rfind(mark, size // 2, size) + len(mark) - 1, 0)
        at = at or size
        parts.append(text[:at].strip())
        text = text[at:].lstrip()
    return [part for part in (*parts, text) if part]


def _alone(prompt: str, form: str) -> Messages:
    del form  # the answer is text either way
    return [{"role": "user", "content": prompt}]


def condense(brief: Brief, endpoint: Endpoint, prompts: Prompts, report: Report) -> str:
    """The brief's source, short enough for a prompt: part by part, and again where that is still too long."""
    text = brief.source.strip()
    for _ in range(_MAX_ROUNDS):
        if len(text) <= LONG_SOURCE:
            return text
        parts = split_parts(text)
        endpoint.allow(2 * len(parts))
        words = max(120, LONG_SOURCE // 8 // len(parts))
        shorter = []
        for number, part in enumerate(parts, start=1):
            report(f"condensing the source: part {number} of {len(parts)}")
            prompt = prompts.fill(
                "condense",
                {
                    "part": number,
                    "parts": len(parts),
                    "words": words,
                    "text": part,
                    "idea": brief.idea.strip() or "what matters most in it",
                },
            )
            said = bare(endpoint.ask(Question(partial(_alone, prompt))).text)
            if not said:
                raise WriterError(
                    f"the model {endpoint.model} made nothing of part {number} of the source. Try "
                    "another model, or give a shorter text."
                )
            shorter.append(said[: max(2000, 16 * words)])
        text = "\n".join(shorter)
    if len(text) > LONG_SOURCE:
        raise WriterError(
            "the source is too long for this model, which does not make it shorter. Give the part that matters."
        )
    return text
