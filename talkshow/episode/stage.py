"""Staging: which renderer films a scene, with which picture, and who is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from talkshow.cast.types import Cast, StagedCharacter
from talkshow.engines import registry
from talkshow.engines.plugins import failures
from talkshow.errors import FaceError, SettingsError, choose
from talkshow.render.base import Renderer, Stage, StageView
from talkshow.render.checked import checked_view
from talkshow.script.model import Scene, Script
from talkshow.settings import EpisodeSettings


@dataclass(frozen=True)
class StagedScene:
    """A scene and how it will be filmed."""

    renderer: str
    reason: str  # why this renderer, for the user
    stage: Stage


def stage_scenes(script: Script, cast: Cast, settings: EpisodeSettings) -> list[StagedScene]:
    """Decide for each scene. Opens nothing.

    Raises SettingsError for an unknown renderer, FaceError for a picture that is not there or is needed.
    """
    known = registry.entries("renderers")
    if settings.renderer != "auto" and settings.renderer not in known:
        raise SettingsError(
            f"there is no renderer '{settings.renderer}'. {choose(settings.renderer, ['auto', *known])}"
        )
    pictures = [_picture(script, scene, settings) for scene in script.scenes]
    # In one and the same picture everybody keeps their seat, also through scenes in which they say nothing.
    seen: list[set[str]] = [set(scene.on_screen) for scene in script.scenes]
    for picture in {picture for picture in pictures if picture}:
        together = set().union(*(s for s, p in zip(seen, pictures, strict=True) if p == picture))
        seen = [together if p == picture else s for s, p in zip(seen, pictures, strict=True)]
    return [
        _stage(scene, picture, names, cast, settings)
        for scene, picture, names in zip(script.scenes, pictures, seen, strict=True)
    ]


def _stage(scene: Scene, image: Path | None, seen: set[str], cast: Cast, settings: EpisodeSettings) -> StagedScene:
    if settings.renderer != "auto":
        renderer, reason = settings.renderer, "asked for"
    elif image:
        from talkshow.render.generator.ready import why_not

        missing = why_not(settings.generator)
        renderer = "portrait" if missing else "multitalk"
        reason = f"there is a picture, {image.name}, " + (f"but {missing}" if missing else "a GPU and the weights")
    else:
        renderer, reason = "cartoon", "there is no picture"
    if renderer == "portrait" and image is None:
        raise FaceError(
            "the renderer 'portrait' needs a picture. Give one with --image PICTURE, or take --renderer cartoon."
        )
    company = tuple(
        StagedCharacter(c.name, c.seat, c.look, c.gender)
        for c in cast.characters
        if c.seat is None or not c.seat.is_off
    )
    characters = tuple(character for character in company if character.name in seen)
    prompt = scene.prompt or ("" if image else scene.title)
    generator = settings.generator if renderer == "multitalk" else None
    return StagedScene(
        renderer, reason, Stage(image, settings.size, characters, prompt, settings.seed, company, generator)
    )


def _picture(script: Script, scene: Scene, settings: EpisodeSettings) -> Path | None:
    """The scene's own picture, else the episode's. A script may name only pictures in its own folder or below."""
    if scene.image is None:
        if settings.image is not None and not settings.image.is_file():
            raise FaceError(f"{settings.image}: there is no such picture. Check the path given with --image.")
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
            f"{image}: the picture of the scene '{scene.title}' is not there. Put it beside the script, "
            "or take it out of the scene's heading."
        )
    return image


def open_views(staged: Sequence[StagedScene]) -> list[StageView]:
    """Open each stage once: scenes that play in the same place share it."""
    renderers: dict[str, Renderer] = {}
    opened: dict[tuple[str, Stage], StageView] = {}
    for scene in staged:
        key = (scene.renderer, scene.stage)
        if key not in opened:
            if scene.renderer not in renderers:
                renderers[scene.renderer] = registry.load("renderers", scene.renderer)
            renderer = renderers[scene.renderer]
            with failures(renderer, "opening a scene"):
                opened[key] = checked_view(renderer, renderer.open(scene.stage))
    return [opened[scene.renderer, scene.stage] for scene in staged]
