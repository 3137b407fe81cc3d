"""Does reading a transcript take time in proportion to its length? Printed as JSON.

    PYTHONPATH=. python bench/transcripts.py

For each format: milliseconds per caption of files with 1 000 and with 10 000 captions, and their quotient.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from talkshow.span import Span
from talkshow.timeline.rttm import read_rttm
from talkshow.transcribe.files import read_transcript

LENGTHS = (1_000, 10_000)
TRIES = 3


def clock(second: int, comma: str = ".") -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{comma}000"


def segment(at: int) -> dict[str, object]:
    words = [{"word": f"w{at}", "start": at + 0.1}, {"word": "said", "start": at + 0.5, "end": at + 0.9}]
    return {"start": at, "end": at + 1, "speaker": f"S{at % 3}", "text": f"w{at} said", "words": words}


def lines(row: Callable[[int], str], head: str = "", tail: str = "") -> Callable[[int], str]:
    return lambda count: head + "\n".join(map(row, range(count))) + tail


FILES: dict[str, Callable[[int], str]] = {
    "t.srt": lines(lambda at: f"{at + 1}\n{clock(at, ',')} --> {clock(at + 1, ',')}\nMAYA: word{at} said\n"),
    "rolling.vtt": lines(
        lambda at: f"{clock(at)} --> {clock(at + 1)}\n{f'word{at - 1} said' if at else ''}\nword{at} said\n",
        "WEBVTT\n\n",
    ),
    "t.sbv": lines(lambda at: f"{clock(at)},{clock(at + 1)}\nMAYA: word{at} said\n"),
    "t.ass": lines(lambda at: f"Dialogue: 0,{clock(at)[1:-1]},{clock(at + 1)[1:-1]},D,MAYA,0,0,0,,word{at} said",
                   "[Events]\n"),
    "t.ttml": lines(lambda at: f'<p begin="{at}s" end="{at + 1}s">word{at} said</p>', "<tt><body><div>",
                    "</div></body></tt>"),
    "t.srv3": lines(lambda at: f'<p t="{at}000" d="3000"><s>word{at}</s><s t="500"> said</s></p>',
                    "<timedtext><body>", "</body></timedtext>"),
    "t.smi": lines(lambda at: f"<SYNC Start={at}000><P>word{at} said", "<SAMI><BODY>", "</BODY></SAMI>"),
    "t.lrc": lines(lambda at: f"[{at // 60:02d}:{at % 60:02d}.00]word{at} said"),
    "t.csv": lines(lambda at: f"{at},{at + 1},MAYA,word{at} said", "start,end,speaker,text\n"),
    "t.txt": lines(lambda at: f"[{clock(at)}] MAYA: word{at} said"),
    "t.json": lambda count: json.dumps({"segments": [segment(at) for at in range(count)]}),
    "t.jsonl": lines(lambda at: json.dumps(segment(at))),
    "t.rttm": lines(lambda at: f"SPEAKER t 1 {at} 0.9 <NA> <NA> S{at % 3} <NA> <NA>"),
}  # fmt: skip


def seconds(path: Path) -> float:
    """The median time in which a file is read."""
    taken = []
    for _ in range(TRIES):
        start = time.perf_counter()
        if path.suffix == ".rttm":
            read_rttm(path)
        else:
            read_transcript(path, [("A", Span(0.0, 1e5))])
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, written in FILES.items():
            path, each_ms = Path(folder) / name, []
            for count in LENGTHS:
                path.write_text(written(count), encoding="utf-8")
                each_ms.append(seconds(path) * 1000 / count)
            found[name] = {
                "ms_per_caption": [round(ms, 4) for ms in each_ms],
                "times": round(each_ms[1] / each_ms[0], 2),
            }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
