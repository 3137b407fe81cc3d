"""Who was heard: for people to edit, for machines, and what `diarize` leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from talkshow.episode.holding import DIARIZE, begin, beside, has_video
from talkshow.episode.published import SCHEMA, without_paths
from talkshow.episode.record import strange_tracks, written_files
from talkshow.episode.run import Run
from talkshow.recording.convert import source_of
from talkshow.recording.lines import RecordedLine
from talkshow.recording.sound import has_its_sound, lay_sound, mix_warnings
from talkshow.recording.speakers import describe
from talkshow.recording.types import Conversion, ConversionAnalysis
from talkshow.store.outputs import REPORT, REVIEW, RTTM, diarization_files
from talkshow.store.workspace import Workspace
from talkshow.timeline.rttm import to_rttm

NUM_SAMPLES_SHOWN = 3


def write_diarization(analysis: ConversionAnalysis, conversion: Conversion, run: Run) -> tuple[Path, dict[str, Any]]:
    """Write `episode.rttm`, tracks, mix and `report.json`; (path of the RTTM, the report).

    Beside a video whose sound would be another one, they go into a folder of their own.
    """
    folder = run.workspace.folder
    if has_video(folder) and not has_its_sound(conversion, analysis, run.workspace):
        apart = Workspace(beside(folder, DIARIZE))
        with apart.opened():
            return _write_report(analysis, conversion, replace(run, workspace=apart))
    return _write_report(analysis, conversion, run)


def _write_report(analysis: ConversionAnalysis, conversion: Conversion, run: Run) -> tuple[Path, dict[str, Any]]:
    workspace = run.workspace
    names = diarization_files(analysis.speakers.names)
    if has_video(workspace.folder):  # whose sound is the same: all of it stays
        workspace.claim(names, conversion.inputs)
    else:
        begin(workspace, source_of(conversion), conversion.part, names, conversion.inputs)
    with run.clock.timing("mix"):
        tracks, mix = lay_sound(conversion, analysis, run)
    turns = analysis.speakers.diarization.turns
    path = workspace.write_text(RTTM, to_rttm(turns, workspace.folder.name))
    warnings = (*analysis.warnings, *mix_warnings(conversion, mix), *strange_tracks(workspace))
    report = {
        "schema": SCHEMA,
        **report_of(analysis, conversion),
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
        "seconds": run.clock.seconds,
    }
    workspace.write_json(REPORT, report)
    return path, {
        **report,
        "rttm": str(path),
        "tracks": {track.speaker: str(track.path) for track in tracks},
        "warnings": list(warnings),
    }


def write_speakers(analysis: ConversionAnalysis, conversion: Conversion, workspace: Workspace) -> Path | None:
    """Write `speakers.toml` for people to edit; None where there is one already: it is never overwritten."""
    path = workspace.path(REVIEW)
    if path.exists():
        return None
    samples = {
        label: [(said.span.start_s, said.text) for said in sample_lines(analysis, speaker.name)]
        for speaker in analysis.speakers.members
        for label in speaker.labels
    }
    return workspace.write_text(REVIEW, describe(analysis.speakers, samples, conversion.name))


def sample_lines(analysis: ConversionAnalysis, speaker: str) -> list[RecordedLine]:
    """Three lines that identify a speaker: the longest ones of the beginning, the middle and the end."""
    own = [line for line in analysis.said if line.speaker == speaker]
    size = -(-len(own) // NUM_SAMPLES_SHOWN) or 1
    thirds = [own[first : first + size] for first in range(0, len(own), size)]
    return [max(third, key=lambda line: (len(line.text), line.span.duration_s)) for third in thirds]


def report_of(analysis: ConversionAnalysis, conversion: Conversion) -> dict[str, Any]:
    """Who was heard, for machines."""
    turns = analysis.speakers.diarization.turns
    return {
        "recording": conversion.name,
        "duration_s": analysis.recording.duration_s,
        "speakers": [
            {
                "name": speaker.name,
                "labels": list(speaker.labels),
                "heard_s": round(analysis.speakers.diarization.spoken_s(speaker.name), 2),
                "turns": sum(turn.speaker == speaker.name for turn in turns),
                "first_s": round(next(turn.span.start_s for turn in turns if turn.speaker == speaker.name), 3),
                "samples": [
                    {"start_s": round(line.span.start_s, 2), "text": line.text}
                    for line in sample_lines(analysis, speaker.name)
                ],
            }
            for speaker in analysis.speakers.members
        ],
    }
