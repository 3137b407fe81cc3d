"""Makes the plan that is shown before the work begins: what will be made, and about how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from talkshow.cast.types import Cast
from talkshow.clock import FPS
from talkshow.engines import registry
from talkshow.episode.stage import Reason, StagedScene
from talkshow.errors import TalkshowError
from talkshow.languages.registry import DEFAULT
from talkshow.machine.workers import MB_PER_MEGAPIXEL, SPEAKING_MB, picture_workers, worker_count
from talkshow.render.base import StageView
from talkshow.render.generated import GeneratorPlan, Lack
from talkshow.script.model import Script

_BASE_MEMORY_MB = 650
_GENERATED = {  # whether a scene with a picture is generated from it
    None: "a GPU and the weights",
    Lack.PACKAGES: "but no generator is installed",
    Lack.WEIGHTS: "but the weights of {preset} are not here",
    Lack.WHOLE_WEIGHTS: "but the weights of {preset} are damaged",
    Lack.GPU: "but no GPU for the generator",
}


@dataclass(frozen=True)
class PlannedCharacter:
    """A character as the plan shows it."""

    name: str
    voice: str | None  # None: heard as recorded
    engine: str | None  # of the voice
    num_lines: int
    seat: tuple[float, float, float, float] | None  # (left, top, right, bottom) in picture pixels; None: not seen


@dataclass(frozen=True)
class Plan:
    """What will be made."""

    title: str
    num_lines: int
    num_scenes: int
    duration_s: float  # estimated from the words
    size: tuple[int, int]
    renderers: tuple[str, ...]  # one line per scene: "portrait (there is a picture, ...)"
    characters: tuple[PlannedCharacter, ...]
    work_s: float  # estimated for a first run
    memory_mb: int
    device: str = "CPU"
    generator: GeneratorPlan | None = None  # what a generating renderer will do; estimates
    problems: tuple[str, ...] = ()  # why it cannot be spoken as it is
    language: str = DEFAULT
    language_found: bool = False  # in the text: the script declares none

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "title": self.title,
            "language": self.language,
            "language_found": self.language_found,
            "num_lines": self.num_lines,
            "num_scenes": self.num_scenes,
            "estimated_duration_s": round(self.duration_s, 1),
            "num_frames": round(self.duration_s * FPS),
            "size": list(self.size),
            "renderers": list(self.renderers),
            "device": self.device,
            "characters": [
                {
                    "name": c.name,
                    "voice": c.voice,
                    "engine": c.engine,
                    "num_lines": c.num_lines,
                    "seat": list(c.seat) if c.seat else None,
                }
                for c in self.characters
            ],
            "problems": list(self.problems),
            "estimated_work_s": round(self.work_s),
            "estimated_memory_mb": self.memory_mb,
            **({"generator": self.generator.as_dict()} if self.generator else {}),
        }


def why(scene: StagedScene) -> str:
    """Why a scene has its renderer, in words."""
    image, generator = scene.stage.image, scene.stage.generator
    preset = generator.preset if generator else ""
    if scene.reason is Reason.ASKED:
        return "asked for"
    if scene.reason is Reason.NO_PICTURE or image is None:
        return "there is no picture"
    return f"there is a picture, {image.name}, {_GENERATED[scene.lack].format(preset=preset)}"


def make_plan(
    script: Script,
    duration_s: float,
    size: tuple[int, int],
    cast: Cast,
    staged: Sequence[StagedScene],
    views: Sequence[StageView],
    problems: tuple[str, ...] = (),
) -> Plan:
    """Estimate from what is known before anything is spoken."""
    speaking, filming = worker_count(SPEAKING_MB), picture_workers(size)
    voices = [character.voice for character in cast.characters if character.voice]
    engines = [_traits("voice_engines", name) for name in dict.fromkeys(voice.engine for voice in voices)]
    renderers = [_traits("renderers", name) for name in dict.fromkeys(scene.renderer for scene in staged)]
    speech = max((engine.realtime_factor for engine in engines), default=0.0)
    pixels = size[0] * size[1] * FPS * duration_s / 1e6
    film_s = max((pixels / renderer.megapixels_per_second for renderer in renderers), default=0.0)
    memory = (
        _BASE_MEMORY_MB
        + sum(each.memory_mb for each in (*engines, *renderers))
        + round(filming * MB_PER_MEGAPIXEL * size[0] * size[1] / 1e6)
    )
    characters = []
    for character in cast.characters:
        box = next((view.seats[character.name] for view in views if character.name in view.seats), None)
        characters.append(
            PlannedCharacter(
                character.name,
                character.voice.name if character.voice else None,
                character.voice.engine if character.voice else None,
                script.num_lines_of(character.name),
                (box.left, box.top, box.right, box.bottom) if box else None,
            )
        )
    generating = next((view.generator for view in views if view.generator is not None), None)
    generator = generating.planned(duration_s) if generating else None
    work_s = speech * duration_s / speaking + film_s / filming
    if generator:
        work_s = speech * duration_s / speaking + (generator.estimated_s or 0.0)
    return Plan(
        script.title,
        sum(1 for _ in script.lines),
        len(script.scenes),
        duration_s,
        size,
        tuple(dict.fromkeys(f"{scene.renderer} ({why(scene)})" for scene in staged)),
        tuple(characters),
        work_s,
        memory,
        generator.device if generator else "CPU",
        generator,
        problems,
        script.language,
        script.language_found,
    )


def _traits(kind: str, name: str) -> registry.Traits:
    """What an engine declares; of one that cannot be asked, the usual. The stage that needs it says what is wrong."""
    try:
        return registry.traits(kind, name)
    except TalkshowError:
        return registry.Traits()
