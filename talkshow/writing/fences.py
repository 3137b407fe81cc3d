"""The fences around the scripts of an answer."""

from __future__ import annotations

import re
import textwrap

from talkshow.writing.labels import scene_title
from talkshow.writing.marks import THOUGHT_WORD

_FENCE = re.compile(r"[ \t>]*(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*?)[ \t]*")
_ONE_LINE = re.compile(r"(?m)^[ \t]*```[ \t]*(?:[A-Za-z]+[ \t]+)?(?P<inside>[{\[].*[}\]])[ \t]*```[ \t]*$")
_OF_THOUGHTS = re.compile(rf"(?:{THOUGHT_WORD})\b.*", re.IGNORECASE)


def fenced_parts(text: str) -> tuple[list[str], str]:
    """What is in fences, in order, and the text around them. A fence that is not closed goes on to the end.

    Fences of thoughts are left out. Fences below headings of scenes are one part.
    """
    text = _ONE_LINE.sub(lambda match: f"```\n{match['inside']}\n```", text)
    parts: list[list[str]] = []
    scenes: list[str] = []  # what the line above each part calls it
    around: list[str] = []
    mark, last = "", ""
    for line in text.split("\n"):
        fence = _FENCE.fullmatch(line)
        if fence and mark and fence["mark"].startswith(mark) and not fence["info"]:
            mark, last = "", ""
        elif fence and not mark:
            mark, info = fence["mark"], fence["info"]
            thoughts = bool(_OF_THOUGHTS.fullmatch(info))
            parts.append([info[info.index("{") :]] if "{" in info and not info.startswith("{") else [])
            scenes.append("thoughts" if thoughts else scene_title(last.strip("# *_:")))
        elif mark:
            parts[-1].append(line)
        else:
            around.append(line)
            last = line if line.strip() else last
    whole = [
        (scene, textwrap.dedent("\n".join(part)).strip("\n"))
        for scene, part in zip(scenes, parts, strict=True)
        if scene != "thoughts" and "\n".join(part).strip()
    ]
    if len(whole) > 1 and all(scene and part[0] not in "{[" for scene, part in whole):
        return ["\n\n".join(f"== {scene} ==\n{part}" for scene, part in whole)], "\n".join(around).strip()
    return [part for _, part in whole], "\n".join(around).strip()
