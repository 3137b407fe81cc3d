"""Decides for each scene which renderer films it, with which picture, and who is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from talkshow.cast.types import Cast, StagedCharacter
from talkshow.engines import registry
from talkshow.engines.plugins import failures
from talkshow.engines.studio import Studio
from talkshow.errors import FaceError, SettingsError, choose, printable
from talkshow.render.base import Renderer, Stage, StageView
from talkshow.render.checked import checked_view
from talkshow.render.generated import Lack
from talkshow.script.model import Scene, Script
from talkshow.settings import EpisodeSettings

if TYPE_CHECKING:
    from talkshow.faces.pictures import Pictures


class Reason(Enum):
    """Why a scene has its renderer."""

    ASKED = "asked"  # the user named it
    NO_PICTURE = "no picture"  # so the cast is drawn
    PICTURE = "picture"  # there is one: it is generated from where that is possible


@dataclass(frozen=True)
class StagedScene:
    """A scene and how it will be filmed.  lack: what keeps a scene with a picture from being generated."""

    renderer: str
    reason: Reason
    stage: Stage
    lack: Lack | None = None


def stage_scenes(
    script: Script, cast: Cast, settings: EpisodeSettings, pictures: Pictures | None = None
) -> list[StagedScene]:
    """Decide for each scene. Opens nothing.

    pictures: those that were read already.
    Raises SettingsError for an unknown renderer, FaceError for a picture that is not there or is needed.
    """
    from talkshow.faces.pictures import Pictures

    known = registry.entries("renderers")
    if settings.renderer != "auto" and settings.renderer not in known:
        raise SettingsError(
            f"there is no renderer '{settings.renderer}'. {choose(settings.renderer, ['auto', *known])}"
        )
    read = pictures or Pictures()
    images = [_picture(script, scene, settings) for scene in script.scenes]
    # In one and the same picture everybody keeps their seat, also through scenes in which they say nothing.
    seen: list[set[str]] = [set(scene.on_screen) for scene in script.scenes]
    for image in {image for image in images if image}:
        together = set().union(*(s for s, p in zip(seen, images, strict=True) if p == image))
        seen = [together if p == image else s for s, p in zip(seen, images, strict=True)]
    return [
        _stage(scene, image, names, cast, settings, read)
        for scene, image, names in zip(script.scenes, images, seen, strict=True)
    ]


def _stage(
    scene: Scene, image: Path | None, seen: set[str], cast: Cast, settings: EpisodeSettings, pictures: Pictures
) -> StagedScene:
    lack = None
    if settings.renderer != "auto":
        renderer, reason = settings.renderer, Reason.ASKED
    elif image:
        from talkshow.render.generator.ready import lacking

        lack = lacking(settings.generator)
        renderer, reason = "portrait" if lack else "multitalk", Reason.PICTURE
    else:
        renderer, reason = "cartoon", Reason.NO_PICTURE
    if renderer == "portrait" and image is None:
        raise FaceError(
            "the renderer 'portrait' needs a picture. Give one with --image PICTURE, or use --renderer cartoon."
        )
    company = tuple(
        StagedCharacter(c.name, c.seat, c.look, c.gender)
        for c in cast.characters
        if c.seat is None or not c.seat.is_off
    )
    characters = tuple(character for character in company if character.name in seen)
    prompt = scene.prompt or ("" if image else scene.title)
    stage = Stage(image, settings.size, characters, prompt, settings.seed, company, settings.generator, pictures)
    return StagedScene(renderer, reason, stage, lack)


def _picture(script: Script, scene: Scene, settings: EpisodeSettings) -> Path | None:
    """The scene's own picture, else the episode's. A script may name only pictures in its own folder or below."""
    if scene.image is None:
        if settings.image is not None and not settings.image.is_file():
            raise FaceError(
                f"{printable(str(settings.image))}: there is no such picture. Check the path given with --image."
            )
        return settings.image
    folder = (script.path.parent if script.path else Path()).resolve()
    image = (folder / scene.image).resolve()
    if not image.is_relative_to(folder):
        raise FaceError(
            f"the picture '{scene.image}' of the scene '{scene.title}' lies outside the script's folder. "
            "Put it beside the script, or give it with --image."
        )
    if not image.is_file():
        raise FaceError(
            f"{printable(str(image))}: the picture of the scene '{scene.title}' is not there. "
            "Put it beside the script, "
            "or remove it from the scene's heading."
        )
    return image


def open_views(staged: Sequence[StagedScene], studio: Studio) -> list[StageView]:
    """Open each stage once. Scenes that play in the same place share it."""
    opened: dict[tuple[str, Stage], StageView] = {}
    for scene in staged:
        key = (scene.renderer, scene.stage)
        if key not in opened:
            renderer: Renderer = studio.engine("renderers", scene.renderer)
            with failures(renderer, "opening a scene"), studio.turn(renderer):
                opened[key] = checked_view(renderer, renderer.open(scene.stage))
    return [opened[scene.renderer, scene.stage] for scene in staged]
