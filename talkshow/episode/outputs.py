"""Writes the text files of an episode: one entry per file. Their names and descriptions are in `store/outputs.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from talkshow.episode.published import SCHEMA
from talkshow.shots.types import Shot
from talkshow.store import outputs
from talkshow.store.workspace import Workspace
from talkshow.timeline.captions import to_rttm, to_srt, to_timeline_json, to_webvtt
from talkshow.timeline.types import Timeline


@dataclass(frozen=True)
class EpisodeRecord:
    """What the files of an episode are made from.

    name: of the folder.  rttm: who was heard when, where that is known better than from the cues.
    """

    name: str
    title: str
    timeline: Timeline
    shots: Sequence[Shot] = ()
    rttm: str | None = None


def _timeline(record: EpisodeRecord) -> dict[str, Any]:
    shots = [shot.as_dict() for shot in record.shots]
    return {"schema": SCHEMA, **to_timeline_json(record.timeline, record.title, shots)}


# What each file contains: a text, or a mapping that is written as JSON.
WRITERS: dict[str, Callable[[EpisodeRecord], str | Mapping[str, Any]]] = {
    outputs.SRT: lambda record: to_srt(record.timeline),
    outputs.VTT: lambda record: to_webvtt(record.timeline),
    outputs.RTTM: lambda record: record.rttm or to_rttm(record.timeline, record.name),
    outputs.TIMELINE: _timeline,
}


def write_outputs(record: EpisodeRecord, workspace: Workspace) -> None:
    """Write all of them into the episode folder. Raises WorkspaceError."""
    for name, write in WRITERS.items():
        content = write(record)
        if isinstance(content, str):
            workspace.write_text(name, content)
        else:
            workspace.write_json(name, dict(content))
