"""How long scripts of every format take to read, per line, for short and for long ones.

python bench/scripts.py          10 000 lines against 1 000; exits 1 where a line of the long one takes 3 times as long
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from talkshow.script import read_script

SHORT, LONG, MOST = 1_000, 10_000, 3.0
NAMES = ("INES", "TOM")
WORDS = "The ferry (beat) is *late*, see [the page](https://example.org/a_b), and so on."


def rows(each: Callable[[int, str], str], head: str = "", end: str = "", joint: str = "") -> Callable[[int], bytes]:
    """A file with a line for each number: `each` gives it from the number and the name."""

    def make(lines: int) -> bytes:
        return (head + joint.join(each(at, NAMES[at % 2]) for at in range(lines)) + end).encode()

    return make


def clock(at: int, mark: str = ".") -> str:
    """The time of a line."""
    return f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}{mark}000"


def word(lines: int) -> bytes:
    """A Word document."""
    import docx

    document = docx.Document()
    for at in range(lines):
        document.add_paragraph(f"{NAMES[at % 2]}: {WORDS}")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def cue(at: int, name: str, mark: str = ",") -> str:
    """A caption."""
    return f"{at + 1}\n{clock(at, mark)} --> {clock(at, mark)[:-3]}900\n{name}: Line {at}.\n\n"


FILES: dict[str, Callable[[int], bytes]] = {
    "plain.txt": rows(lambda _, name: f"{name}: {WORDS}\n"),
    "numbered.txt": rows(lambda at, name: f"{at + 1}. {name}: {WORDS}\n"),
    "wrapped.txt": rows(lambda _, name: f"{name}: {WORDS}\n  {WORDS}\n"),
    "names.txt": rows(lambda at, _: f"Person {at} & Person {at // 2}: {WORDS}\n"),
    "a.fountain": rows(lambda _, name: f"{name}\n(warm)\n{WORDS}\n\n"),
    "tight.fountain": rows(lambda _, name: f"{name}\n{WORDS}\n"),
    "a.md": rows(lambda _, name: f"**{name}:** {WORDS}\n\n"),
    "alone.md": rows(lambda _, name: f"**{name}**\n\n{WORDS}\n\n"),
    "a.csv": rows(lambda at, name: f'{at},{name},"{WORDS}"\n', "Id,Speaker,Text\n"),
    "table.md": rows(lambda _, name: f"| {name} | {WORDS} |\n", "| Speaker | Text |\n|---|---|\n"),
    "square.txt": rows(lambda _, name: f"[{name}] {WORDS}\n"),
    "stamped.txt": rows(lambda at, name: f"[{clock(at)}] {name}: {WORDS}\n"),
    "above.txt": rows(lambda at, name: f"{name}  {clock(at)[:-4]}\n{WORDS}\n\n"),
    "seconds.txt": rows(lambda at, name: f"{name} {at}.5 - {at}.9: {WORDS}\n"),
    "tags.txt": rows(lambda at, _: f"[S{at % 2 + 1}] {WORDS}\n"),
    "podcast.txt": rows(lambda at, _: f"<Person{at % 2 + 1}>{WORDS}</Person{at % 2 + 1}>\n"),
    "a.yaml": rows(lambda _, name: f"- {name}: {json.dumps(WORDS)}\n", "lines:\n"),
    "a.json": rows(lambda _, name: json.dumps({"speaker": name, "text": WORDS}), "[", "]", ","),
    "a.jsonl": rows(lambda _, name: json.dumps({"speaker": name, "text": WORDS}) + "\n"),
    "service.json": rows(
        lambda at, name: json.dumps({"start": at, "end": at + 0.9, "speaker": name, "text": f"Line {at}."}),
        '{"segments": [', "]}", ","),
    "a.srt": rows(cue),
    "a.vtt": rows(lambda at, name: cue(at, name, "."), "WEBVTT\n\n"),
    "a.fdx": rows(
        lambda _, name: f'<Paragraph Type="Character"><Text>{name}</Text></Paragraph>\n'
                        f'<Paragraph Type="Dialogue"><Text>{WORDS}</Text></Paragraph>\n',
        '<FinalDraft DocumentType="Script"><Content>\n', "</Content></FinalDraft>"),
    "a.docx": word,
}  # fmt: skip


def seconds(name: str, lines: int, folder: Path) -> float:
    """How long a script of so many lines takes to read."""
    path = folder / name
    path.write_bytes(FILES[name](lines))
    begun = time.perf_counter()
    script = read_script(path)
    took = time.perf_counter() - begun
    assert sum(1 for _ in script.lines) >= lines, name
    return took


def main() -> int:
    """Print a row per format."""
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        for name in FILES:
            seconds(name, 10, Path(folder))  # imports
            short, long = (seconds(name, lines, Path(folder)) for lines in (SHORT, LONG))
            ratio = long / short * SHORT / LONG
            slow |= ratio > MOST
            mark = "  too slow" if ratio > MOST else ""
            print(f"{name:16} {short:7.2f} s {long:7.2f} s   {ratio:4.2f} per line{mark}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
