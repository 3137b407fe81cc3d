"""Parts of a script or recording, and the names of their folders.

A part never takes the place of the whole: it goes beside it, into a folder whose name says what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from talkshow.settings import EpisodeSettings


@dataclass(frozen=True)
class EpisodePart:
    """What of its source an episode holds, and how roughly; the default is the whole.

    scene:          counted from 1.  lines: (first, last), counted from 1
    begin_s, end_s: seconds of a recording
    draft:          spoken with the quick voice
    """

    scene: int | None = None
    lines: tuple[int, int] | None = None
    begin_s: float | None = None
    end_s: float | None = None
    draft: bool = False

    @property
    def label(self) -> str:
        """What is added to the folder's name, "" for the whole: ".scene-2.lines-3-5.draft"."""
        return "".join(f".{phrase.replace(' ', '-')}" for phrase in self._phrases())

    @property
    def words(self) -> str:
        """For messages: "scene 2, lines 3-5, draft", or "the whole"."""
        return ", ".join(self._phrases()) or "the whole"

    def _phrases(self) -> list[str]:
        """In a fixed order, whatever the order of the flags."""
        phrases = [] if self.scene is None else [f"scene {self.scene}"]
        if self.lines is not None:
            first, last = self.lines
            phrases.append(f"lines {first}" if first == last else f"lines {first}-{last}")
        span = [f"{word} {_clock(at)}" for word, at in (("from", self.begin_s), ("to", self.end_s)) if at is not None]
        phrases += [" ".join(span)] if span else []
        return [*phrases, "draft"] if self.draft else phrases

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "scene": self.scene,
            "lines": list(self.lines) if self.lines else None,
            "from_s": self.begin_s,
            "to_s": self.end_s,
            "draft": self.draft,
        }


def part_of(settings: EpisodeSettings, span: tuple[float | None, float | None] = (None, None)) -> EpisodePart:
    """The part that settings ask for.  span: (from, to) in seconds, of a recording."""
    return EpisodePart(settings.scene, settings.lines, *span, settings.draft)


def read_part(row: object) -> EpisodePart | None:
    """From JSON; None where it is none."""
    if not isinstance(row, Mapping):
        return None
    lines = row.get("lines")
    try:
        pair = None if lines is None else (int(lines[0]), int(lines[1]))
        return EpisodePart(row.get("scene"), pair, row.get("from_s"), row.get("to_s"), bool(row.get("draft")))
    except (TypeError, ValueError, LookupError):
        return None


def may_follow(old: EpisodePart, new: EpisodePart, *, own_script: bool) -> bool:
    """Whether an episode of one part may be replaced by one of another in the same folder.

    own_script: the folder was made for the script that it contains: there the whole replaces its draft.
    """
    return new == old or (own_script and new == replace(old, draft=False))


def _clock(seconds: float) -> str:
    """1m05s or 1h02m03s, with the thousandths that there are: exact enough for a name, and free of colons."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, rest = divmod(whole, 60)
    fraction = f".{thousandths:03d}".rstrip("0") if thousandths else ""
    hours = f"{minutes // 60}h{minutes % 60:02d}" if minutes >= 60 else f"{minutes}"
    return f"{hours}m{rest:02d}{fraction}s"
