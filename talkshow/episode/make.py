"""Makes an episode from a script: the full pipeline, one call per stage."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from talkshow.engines.studio import Studio
from talkshow.episode.parts import part_of
from talkshow.episode.plan import make_plan
from talkshow.episode.run import Run
from talkshow.episode.stage import open_views, stage_scenes
from talkshow.episode.types import Episode, Made, Preparation
from talkshow.errors import CastError, SettingsError
from talkshow.machine.boundary import public
from talkshow.machine.workers import limited
from talkshow.progress import Hook, quiet
from talkshow.render.base import StageView
from talkshow.script.model import Script
from talkshow.settings import EpisodeSettings
from talkshow.store.outputs import episode_files
from talkshow.store.workspace import Workspace

if TYPE_CHECKING:
    from talkshow.faces.pictures import Pictures

_LOG = logging.getLogger(__name__)


@public
def make_episode(
    script: Script | Path | str,
    settings: EpisodeSettings | None = None,
    *,
    out: Path | str = "outputs",
    name: str | None = None,
    voices: Sequence[Path] = (),
    hook: Hook = quiet,
    studio: Studio | None = None,
) -> Episode:
    """Turn a script into a video in `out`/`name`/. What an earlier run finished is not made again.

    Without a name the folder is called after the script, and a part or a draft goes beside it (`episode_folder`).

    voices: folders of additional voices.
    studio: engines to use. Pass the same one to every call of a process that makes several episodes.

    Raises TalkshowError for everything that the user or the machine can cause.
    """
    preparation = prepare(script, settings or EpisodeSettings(), voices, studio)
    return produce(preparation, out=Path(out), name=name, hook=hook)


def prepare(
    script: Script | Path | str,
    settings: EpisodeSettings,
    voices: Sequence[Path] = (),
    studio: Studio | None = None,
    pictures: Pictures | None = None,
) -> Preparation:
    """Read, cast and stage: all that can go wrong early goes wrong here.  pictures: those that were read already."""
    from talkshow.cast.catalogue import as_draft
    from talkshow.cast.choosing import cast_script, load_all_voices, offered
    from talkshow.cast.language_check import check_languages
    from talkshow.script.languages import with_found_language
    from talkshow.script.lint import estimated_duration_s
    from talkshow.script.reader import read_script

    studio = studio or Studio()
    read = script if isinstance(script, Script) else read_script(Path(script))
    whole = with_found_language(read)
    catalogue = load_all_voices(voices)
    casting = cast_script(whole, catalogue, settings.voices, settings.seats, draft=settings.draft, seed=settings.seed)
    part = select_part(whole, settings)
    installed = list(offered(catalogue).values())
    languages = check_languages(
        part,
        {character.name: [character.speaking_voice] for character in casting.cast.characters},
        list(map(as_draft, installed)) if settings.draft else installed,
        installed,
    )
    speaking_only = settings.only == "speak"
    staged = () if speaking_only else tuple(stage_scenes(part, casting.cast, settings, pictures))
    views = tuple(open_views(staged, studio))
    warnings = (
        *map(str, whole.warnings),
        *casting.warnings,
        *(str(finding) for finding in languages if not finding.stops),
        *dict.fromkeys(w for view in views for w in view.warnings),
        *_idle_tags(part, views),
    )
    with limited(settings.jobs):
        plan = make_plan(
            part,
            estimated_duration_s(part),
            settings.size,
            casting.cast,
            staged,
            views,
            tuple(str(finding) for finding in languages if finding.stops),
        )
    return Preparation(part, casting.cast, settings, staged, views, plan, warnings, studio)


def _idle_tags(script: Script, views: Sequence[StageView]) -> list[str]:
    from talkshow.shots.director import idle_tags

    return idle_tags(script, [tuple(view.seats) for view in views]) if views else []


def select_part(script: Script, settings: EpisodeSettings) -> Script:
    """The script with the chosen lines only. Everyone who is seen in a scene stays in its part.

    Raises SettingsError if the script has no such scene or lines.
    """
    count, scenes = len(script.scenes), list(enumerate(script.scenes, start=1))
    if settings.scene is not None:
        if not 1 <= settings.scene <= count:
            raise SettingsError(
                f"there is no scene {settings.scene}: the script has {count} scene{'s' * (count != 1)}, counted from 1."
            )
        scenes = [scenes[settings.scene - 1]]
    total = sum(len(scene.lines) for scene in script.scenes)
    first, last = settings.lines or (1, total)
    if first > total:
        raise SettingsError(f"there is no line {first}: the script has {total} lines, counted from 1.")
    chosen, number = [], 0
    starts = {}
    for index, scene in enumerate(script.scenes, start=1):
        starts[index], number = number, number + len(scene.lines)
    for index, scene in scenes:
        lines = tuple(
            line for offset, line in enumerate(scene.lines, start=starts[index] + 1) if first <= offset <= last
        )
        if lines:
            chosen.append(scene.part(lines))
    if not chosen:
        raise SettingsError(f"scene {settings.scene} has none of the lines {first}-{last}.")
    return replace(script, scenes=tuple(chosen))


def episode_folder(preparation: Preparation, out: Path = Path("outputs"), name: str | None = None) -> Path:
    """Where an episode goes: `out`/`name`/, else named after the script and, beside it, after the part of it."""
    from talkshow.episode.holding import folder_for

    script, settings = preparation.script, preparation.settings
    default = (script.path.stem if script.path else script.title) or "episode"
    return folder_for(out, name, default, part_of(settings), sound_only=settings.only == "speak")


def produce(
    preparation: Preparation,
    *,
    out: Path = Path("outputs"),
    name: str | None = None,
    inputs: Sequence[Path] = (),
    hook: Hook = quiet,
) -> Episode:
    """Make what was prepared: speak, place, mix, direct, film, join, check, write down.

    inputs: files that were read beside the script and its pictures. Raises WorkspaceError, before any work, where the
    folder holds another episode or files that talkshow did not write.
    """
    from talkshow.episode.mix import lay_and_master
    from talkshow.episode.record import spoken_origin
    from talkshow.episode.speak import speak_lines
    from talkshow.timeline.placing import place

    script, settings = preparation.script, preparation.settings
    if preparation.plan.problems:
        raise CastError(f"{script.path or 'the script'}: {' '.join(preparation.plan.problems)}")
    require_generators(preparation)
    run = Run(Workspace(episode_folder(preparation, out, name)), hook)
    with run.workspace.opened(), limited(settings.jobs):
        _begin(preparation, run.workspace, inputs)
        with run.clock.timing("speak"):
            spoken = speak_lines(preparation, run)
        timeline = place(script, spoken, preparation.cast, settings.seed)
        with run.clock.timing("mix"):
            tracks, mix = lay_and_master(timeline, run.workspace, hook)
        return finish(Made(preparation, timeline, tracks, spoken_origin(preparation, spoken, mix)), run)


def _begin(preparation: Preparation, workspace: Workspace, inputs: Sequence[Path]) -> None:
    """Take the folder for the episode of a script."""
    from talkshow.episode.holding import EpisodeSource, begin

    script, settings = preparation.script, preparation.settings
    on_disk = script.path is not None and script.path.is_file()
    source = (
        EpisodeSource("script", script.path.name, (("script", script.path),))
        if script.path and on_disk
        else EpisodeSource("script", script.title)
    )
    begin(
        workspace,
        source,
        part_of(settings),
        episode_files(script.speakers, num_pictures(preparation.views)),
        files_read(preparation, inputs),
        sound_only=settings.only == "speak",
    )


def files_read(preparation: Preparation, others: Sequence[Path]) -> list[Path]:
    """Script, pictures and whatever else a run reads."""
    path = preparation.script.path
    images = dict.fromkeys(scene.stage.image for scene in preparation.staged if scene.stage.image)
    return [*([path] if path else []), *images, *others]


def num_pictures(views: Sequence[StageView]) -> int:
    """How many different pictures an episode plays in."""
    return len({view.identity for view in views})


def require_generators(preparation: Preparation) -> None:
    """Make sure that what a generating renderer needs is here, before any work."""
    for view in preparation.views:
        if view.generator is not None:
            view.generator.require()


def finish(sounding: Made, run: Run) -> Episode:
    """From tracks and mix to the episode, wherever they come from: direct, film, join, check, write down."""
    from talkshow.episode.record import write_episode

    if not sounding.preparation.views:
        return write_episode(sounding, run)
    from talkshow.episode.film import direct_episode, film_episode

    made = replace(sounding, shots=direct_episode(sounding.preparation, sounding.timeline))
    with run.clock.timing("film"):
        warnings = film_episode(made, run)
    made = replace(made, origin=replace(made.origin, warnings=(*made.origin.warnings, *warnings)))
    if made.preparation.settings.check:
        from talkshow.episode.check import check_render

        with run.clock.timing("check"):
            made = replace(made, check=check_render(made, run))
    return write_episode(made, run)
