"""Prints the text of the PDF on the standard input as JSON: {"text": ...}, or {"problem": ...}.

Run by `talkshow.machine.confined`: a PDF of a kilobyte can unfold to gigabytes. Arguments: the most
characters and pages.
"""

from __future__ import annotations

import io
import json
import logging
import sys

from pypdf import PdfReader


def _text(data: bytes, most_characters: int, most_pages: int) -> dict[str, str]:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return {"problem": "this PDF is locked with a password. Save it without one."}
    pages: list[str] = []
    size = 0
    for number, page in enumerate(reader.pages):
        pages.append(page.extract_text() or "")
        size += len(pages[-1])
        if size > most_characters or number >= most_pages:
            break
    return {"text": "\n\n".join(pages)}


if __name__ == "__main__":
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs every oddity of a file
    try:
        found = _text(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except MemoryError:
        raise
    except Exception as exc:  # a damaged file makes the reader throw anything
        found = {"problem": f"this PDF cannot be read ({type(exc).__name__}). Save its text as .txt."}
    print(json.dumps(found))
