"""The text of a transcript in the encodings that editors write."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from talkshow.errors import ScriptError

_MARKS = (  # the longer ones first: UTF-32 begins as UTF-16 does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z][\w.-]{0,30})[\"']")
_WESTERN_SHARE = 0.3  # of letters outside ASCII: more is another alphabet, or no text


def decode(path: Path, data: bytes) -> tuple[str, list[str]]:
    """(the text with \\n at the ends of lines, warnings about an encoding that was assumed).

    Knows UTF-8, UTF-16 and UTF-32; without a byte order mark also UTF-16, Latin-1 and Windows-1252. Raises ScriptError
    for anything else.
    """
    text, warnings = _decoded(path, data)
    return text.replace("\r\n", "\n").replace("\r", "\n"), warnings


def _decoded(path: Path, data: bytes) -> tuple[str, list[str]]:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "") or _utf16_by_zeros(data)
    try:
        return data.decode(encoding or "utf-8-sig"), []
    except UnicodeDecodeError as exc:
        if encoding:
            raise ScriptError(f"this transcript is damaged: it is not valid {encoding.upper()}", path) from exc
    if declared := _DECLARED.match(data):
        try:
            return data.decode(declared[1].decode("ascii")), []
        except (LookupError, UnicodeError):
            pass
    return _assumed(path, data)


def _utf16_by_zeros(data: bytes) -> str:
    """UTF-16 without a mark shows by its zeros, which are every second byte of digits and spaces."""
    even, odd = data[0:2000:2].count(0), data[1:2000:2].count(0)
    if len(data) % 2 or max(even, odd) < 4 or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _assumed(path: Path, data: bytes) -> tuple[str, list[str]]:
    """Text that is not UTF-8. Raises ScriptError if it is not a text of a Western European language either."""
    mended = data.decode("utf-8-sig", "replace")
    num_bad = mended.count("\ufffd")
    if sum(char > "\x7f" for char in mended) - num_bad > num_bad:
        return mended, [f"{path.name}: {num_bad} bytes are not valid UTF-8; they are shown as \ufffd"]
    name, encoding = ("Windows-1252", "cp1252") if re.search(rb"[\x80-\x9f]", data) else ("Latin-1", "latin-1")
    text = data.decode(encoding, "replace")
    letters = [char for char in text if char.isalpha()]
    foreign = sum(char > "\x7f" for char in letters)
    if "\0" not in text and "\ufffd" not in text and foreign <= max(2, _WESTERN_SHARE * len(letters)):
        return text, [f"{path.name} is not UTF-8 and is read as {name}: check its accented letters"]
    raise ScriptError(
        "this transcript is not written in UTF-8, UTF-16, Latin-1 or Windows-1252. Save it again as UTF-8", path
    )
