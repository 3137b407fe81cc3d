"""Writes the files about an episode: captions, the timeline, and the manifest, which says how the episode was made."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from talkshow.engines.weights import weight_rows
from talkshow.episode.mix import MixFigures
from talkshow.episode.outputs import EpisodeRecord, write_outputs
from talkshow.episode.published import SCHEMA, unique_names, without_paths
from talkshow.episode.run import Run
from talkshow.episode.speak import KeptUtterance
from talkshow.episode.types import Episode, Made, Origin, Preparation, StageFacts
from talkshow.shots.types import edges
from talkshow.store import outputs
from talkshow.store.digests import file_digest
from talkshow.store.workspace import Workspace
from talkshow.version import __version__

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class VoiceFacts:
    """A voice that is heard, with what it runs on.  sha256: of its own data; None where it has none."""

    voice: str
    engine: str
    licence: str
    consent: str
    sha256: str | None
    weights: list[dict[str, str]]


@dataclasses.dataclass(frozen=True)
class SpeechFacts(StageFacts):
    """How the lines of a script were spoken."""

    voices: list[VoiceFacts]
    lines: int
    lines_spoken_in_this_run: int


def spoken_origin(preparation: Preparation, spoken: Sequence[KeptUtterance], mix: MixFigures) -> Origin:
    """The origin of an episode from a script: its lines were spoken by voices."""
    script = preparation.script
    facts = SpeechFacts(_voices(preparation), len(spoken), sum(line.fresh for line in spoken))
    warnings = tuple(warning for line in spoken for warning in line.warnings)
    return Origin(
        {"speak": facts},
        "made with talkshow; the voices are synthetic",
        mix,
        (("script", script.path),) if script.path and script.path.is_file() else (),
        warnings=(*warnings, *filter(None, [mix.shortfall])),
    )


def write_episode(made: Made, run: Run) -> Episode:
    """Write captions, `timeline.json` and, last of all, `manifest.json`."""
    workspace, preparation, timeline, origin, check = (
        run.workspace,
        made.preparation,
        made.timeline,
        made.origin,
        made.check,
    )
    title = preparation.script.title
    write_outputs(EpisodeRecord(workspace.folder.name, title, timeline, made.shots, origin.rttm), workspace)
    warnings = (
        *preparation.warnings,
        *origin.warnings,
        *map(str, timeline.warnings),
        *strange_tracks(workspace),
        *(f"check: {problem}" for problem in (check.problems if check else ())),
    )
    for warning in dict.fromkeys(warnings):
        _LOG.warning("%s", warning)
    manifest = _manifest(made, run, warnings)
    if check is not None:
        manifest["stages"]["check"] = {"seconds": run.clock.seconds.get("check", 0.0)}
        manifest["check"] = without_paths(check.as_dict(), [workspace.folder])
    workspace.write_json(outputs.MANIFEST, manifest)
    video = workspace.video if preparation.views else None
    return Episode(workspace.folder, video, workspace.mix, timeline, timeline.duration_s, warnings, manifest)


def _manifest(made: Made, run: Run, warnings: Sequence[str]) -> dict[str, Any]:
    preparation, timeline, origin = made.preparation, made.timeline, made.origin
    workspace, seconds, settings = run.workspace, run.clock.seconds, preparation.settings
    pictures = sorted({scene.stage.image for scene in preparation.staged if scene.stage.image})
    inputs = (*origin.inputs, *(("picture", path) for path in pictures))
    used = {path: scene.stage.pictures.content(path) for scene in preparation.staged if (path := scene.stage.image)}
    private = [workspace.folder, *(path for _, path in inputs)]
    recording = {"recording": dataclasses.asdict(origin.recording)} if origin.recording else {}
    told = without_paths({**dataclasses.asdict(settings), **recording}, private)
    return {
        "tool": "talkshow",
        "schema": SCHEMA,
        "version": __version__,
        "title": preparation.script.title,
        "seed": settings.seed,
        **workspace.ledger.about,
        "settings": {**told, "title": settings.title},
        "inputs": _inputs(inputs, used, workspace),
        "outputs": written_files(workspace),
        "duration_s": timeline.duration_s,
        "num_frames": timeline.num_frames,
        "characters": _characters(preparation),
        "scenes": _scenes(preparation),
        "stages": {
            **{name: {**facts.row(), "seconds": seconds.get(name, 0.0)} for name, facts in origin.stages.items()},
            "mix": {
                "tracks": [track.path.relative_to(workspace.folder).as_posix() for track in made.tracks],
                **origin.mix.row(),
                "seconds": seconds.get("mix", 0.0),
            },
            "film": {
                "renderers": [scene.renderer for scene in preparation.staged],
                "weights": [
                    row
                    for name in dict.fromkeys(scene.renderer for scene in preparation.staged)
                    for row in weight_rows("renderers", name)
                ],
                "seconds": seconds.get("film", 0.0),
            },
        },
        "warnings": without_paths(list(warnings), private),
    }


def _inputs(
    inputs: Sequence[tuple[str, Path]], used: Mapping[Path, str | None], workspace: Workspace
) -> dict[str, dict[str, str]]:
    """What each input is and what it held, under a name of its own.  used: sha256 of those whose content is held."""
    names = unique_names([path for _, path in inputs])
    return {
        name: {"role": role, "sha256": used.get(path) or workspace.digests.of(path)}
        for name, (role, path) in zip(names, inputs, strict=True)
    }


def written_files(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Size and digest of every file of the episode but the one that says so."""
    found = {}
    for name in workspace.ledger.names:
        content = workspace.ledger.content(workspace.path(name))
        if content is not None and outputs.is_episode_file(name) and name not in outputs.FINISHED:
            found[name] = {"size": content.size, "sha256": content.sha256}
    return found


def strange_tracks(workspace: Workspace) -> tuple[str, ...]:
    """A warning for files in the tracks folder that are not tracks of this episode."""
    strange = workspace.strangers()
    return (f"{', '.join(strange)}: not a track of this episode; left in place",) if strange else ()


def _characters(preparation: Preparation) -> list[dict[str, Any]]:
    """Name, voice, look and seat: the box in the pixels of the picture in which a character is first seen.

    voice: None for a speaker of a recording.
    """
    rows = []
    for character in preparation.cast.characters:
        box = next((view.seats[character.name] for view in preparation.views if character.name in view.seats), None)
        seat = [round(v, 1) for v in (box.left, box.top, box.right, box.bottom)] if box else None
        voice = character.voice.name if character.voice else None
        rows.append({"name": character.name, "voice": voice, "look": character.look, "seat": seat})
    return rows


def _scenes(preparation: Preparation) -> list[dict[str, Any]]:
    """How each scene is staged: seats are face boxes in the pixels of its picture, as the crops of shots are."""
    rows = []
    for scene, staged, view in zip(preparation.script.scenes, preparation.staged, preparation.views, strict=False):
        about = {"generator": view.generator.about().as_dict()} if view.generator is not None else {}
        rows.append(
            {
                **about,
                "title": scene.title,
                "renderer": staged.renderer,
                "picture_size": list(view.picture_size),
                "seats": {name: edges(box) for name, box in view.seats.items()},
            }
        )
    return rows


def _voices(preparation: Preparation) -> list[VoiceFacts]:
    """Engine, weights, digest and licence of every voice that is heard."""
    rows = []
    for voice in {c.voice.name: c.voice for c in preparation.cast.characters if c.voice}.values():
        data = voice.folder / voice.data if voice.folder and voice.data else None
        rows.append(
            VoiceFacts(
                voice.name,
                voice.engine,
                voice.licence,
                voice.consent,
                file_digest(data) if data and data.is_file() else None,
                weight_rows("voice_engines", voice.engine),
            )
        )
    return rows
