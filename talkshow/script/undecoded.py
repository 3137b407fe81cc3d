"""Binary files: what they are by their first bytes, and how to make a script of them."""

from __future__ import annotations

import io
import zipfile

_SAVE = "open it in its program and save it as Word (.docx) or as plain text in UTF-8"
_FIRST_BYTES = (
    (b"%PDF", f"this is a PDF, which does not say what is a line and who speaks; {_SAVE}"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"this is a file of an old Office program (.doc, .xls); {_SAVE}, or as CSV"),
    (b"{\\rtf", f"this is Rich Text (RTF); {_SAVE}"),
    (b"bplist", f"this is a property list or a web archive; {_SAVE}"),
    (b"\x1f\x8b", "this is a compressed file; unpack it first"),
    (b"7z\xbc\xaf", "this is a compressed file; unpack it first"),
    (b"Rar!", "this is a compressed file; unpack it first"),
)
_MEDIA = (b"ID3", b"\xff\xfb", b"RIFF", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_IN_ZIP = (  # the name of a file in the archive, or how it begins
    ("word/", "this Word document is a template or has macros; save it as an ordinary document (.docx)"),
    ("xl/", "this is a spreadsheet; export its sheet as CSV"),
    ("ppt/", f"this is a presentation; {_SAVE}"),
    ("content.xml", f"this is an OpenDocument file (.odt, .ods); {_SAVE}, a spreadsheet as CSV"),
    ("Index/", "this is a file of Pages or Numbers; export it as Word (.docx), as plain text or as CSV"),
    ("Index.zip", "this is a file of Pages or Numbers; export it as Word (.docx), as plain text or as CSV"),
    ("document.fountain", "this is a packed screenplay; export it as Fountain or as Final Draft (.fdx)"),
    ("META-INF/container.xml", f"this is a book (EPUB); {_SAVE}"),
)


def what_it_is(data: bytes) -> str | None:
    """What a binary file is, and the cure; None if its first bytes do not tell."""
    for begins, told in _FIRST_BYTES:
        if data.startswith(begins):
            return told
    if data.startswith(_MEDIA) or data[4:8] == b"ftyp":
        return "this is sound, video or a picture, not a script; for a recording use talkshow convert"
    if not data.startswith(b"PK"):
        return None
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return "this is a damaged or cut off document or archive; export it again"
    for name_begins, told in _IN_ZIP:
        if any(name.startswith(name_begins) for name in names):
            return told
    return "this is a compressed file; unpack it first"
