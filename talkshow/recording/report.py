"""What `diarize` leaves: who speaks when, in files and for machines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from talkshow.episode.holding import DIARIZE, begin, beside, has_video
from talkshow.episode.published import SCHEMA, without_paths
from talkshow.episode.record import strange_tracks, written_files
from talkshow.progress import Hook, Stopwatch
from talkshow.recording.convert import Conversion, Heard, has_its_sound, lay_sound, mix_warnings, report_of, source_of
from talkshow.store.outputs import REPORT, RTTM, diarization_files
from talkshow.store.workspace import Workspace
from talkshow.timeline.rttm import to_rttm


def write_diarization(
    heard: Heard, conversion: Conversion, workspace: Workspace, clock: Stopwatch, hook: Hook
) -> tuple[Path, dict[str, Any]]:
    """Write `episode.rttm`, tracks, mix and `report.json`; (path of the RTTM, the report).

    Beside a video whose sound would be another one, they go into a folder of their own.
    """
    if has_video(workspace.folder) and not has_its_sound(conversion, heard, workspace):
        apart = Workspace(beside(workspace.folder, DIARIZE))
        with apart.opened():
            return _write_report(heard, conversion, apart, clock, hook)
    return _write_report(heard, conversion, workspace, clock, hook)


def _write_report(
    heard: Heard, conversion: Conversion, workspace: Workspace, clock: Stopwatch, hook: Hook
) -> tuple[Path, dict[str, Any]]:
    names = diarization_files([speaker.name for speaker in heard.company.speakers])
    if has_video(workspace.folder):  # whose sound is the same: all of it stays
        workspace.claim(names, conversion.inputs)
    else:
        begin(workspace, source_of(conversion), conversion.part, names, conversion.inputs)
    with clock.timing("mix"):
        tracks, mix = lay_sound(conversion, heard, workspace, hook)
    turns = heard.company.diarization.turns
    path = workspace.write_text(RTTM, to_rttm(turns, workspace.folder.name))
    warnings = (*heard.warnings, *mix_warnings(conversion, mix), *strange_tracks(workspace))
    report = {
        "schema": SCHEMA,
        **report_of(heard, conversion),
        **workspace.ledger.about,
        "rttm": path.name,
        "tracks": {track.speaker: track.path.relative_to(workspace.folder).as_posix() for track in tracks},
        "turns": [
            {"speaker": turn.speaker, "start_s": round(turn.span.start_s, 3), "end_s": round(turn.span.end_s, 3)}
            for turn in turns
        ],
        "mix": mix.row(),
        "outputs": written_files(workspace),
        "warnings": without_paths(list(warnings), conversion.inputs),
        "seconds": clock.seconds,
    }
    workspace.write_json(REPORT, report)
    return path, {
        **report,
        "rttm": str(path),
        "tracks": {track.speaker: str(track.path) for track in tracks},
        "warnings": list(warnings),
    }
