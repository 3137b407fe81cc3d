"""The bridge to the generator in `multitalk`: a scene, its seats and its tracks in, frames out. Only this room uses it.

An episode is generated in stretches: one per scene, and one per shot where the director cuts: a new start from the
reference picture is not seen there and stops the drift. A stretch is made chunk by chunk, each kept with its latents,
so that a run after an interruption goes on at the chunk where it stopped.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from talkshow.clock import ANALYSIS_RATE, FPS, TRACK_RATE, TRACK_SAMPLES_PER_FRAME
from talkshow.errors import FaceError
from talkshow.geometry import Box, Frame, Size
from talkshow.machine import libraries
from talkshow.render.base import Performance, Stage, StageView
from talkshow.render.generated import GeneratedChunk, Generator, GeneratorPlan, GeneratorRecord
from talkshow.render.generator.ready import device, estimates, require
from talkshow.render.generator.told import chunk_prompt, direction_told, regions, scene_prompt
from talkshow.render.generator.weights import preset_named, translated, weights_content
from talkshow.render.reference import read_reference, shown_part
from talkshow.settings import GeneratorSettings
from talkshow.sound.loudness import LoudnessMeter
from talkshow.store.digests import digest, identity
from talkshow.store.files import writing

if TYPE_CHECKING:
    from multitalk.audio_encoder import AudioEncoder
    from multitalk.config import Preset, SamplingOptions
    from multitalk.generator import Generation, Models
    from multitalk.places import PlacedChunk
    from multitalk.store import ChunkStore

REVISION = 2  # raise when the same input would be generated differently
HEARD_DB = -50.0  # level from which a frame of a track counts as heard
LEVEL_LUFS = -23.0  # loudness at which the audio encoder was trained
_DECODED = 3  # chunks whose frames are held


class MultiTalk:
    """Generates scenes. Without a picture, the drawn cast's first frame is the reference."""

    summary = "generates the scene (MultiTalk on Wan2.1, a GPU)"
    extra = "multitalk"

    def __init__(self) -> None:
        self.networks = Networks()

    def open(self, stage: Stage) -> MultiTalkView:
        """Find and seat the faces, choose the preset. Loads no weights.

        Raises FaceError and CastError as the other renderers do, SettingsError for an unknown preset.
        """
        if not stage.characters:
            raise FaceError("the generator needs at least one character on screen. Give a character a seat.")
        settings = stage.generator or GeneratorSettings()
        return MultiTalkView(stage, settings, preset_named(settings.preset), self.networks)


class Networks:
    """The networks of the generator, loaded once for all scenes that ask for the same ones. The last are kept."""

    def __init__(self) -> None:
        self.lock = threading.Lock()  # they cannot run twice at the same time
        self._key: object = None
        self._loaded: tuple[Models, AudioEncoder] | None = None

    def loaded(
        self, preset: Preset, settings: GeneratorSettings, seed: int, num_people: int
    ) -> tuple[Models, AudioEncoder]:
        """Load them, or return those that are loaded. The caller holds the lock.  seed: of random weights.

        Raises CheckpointError.
        """
        weights = (settings.models, settings.loras, settings.quantize, settings.offload)
        key = (preset, weights, num_people, None if preset.checkpoint else seed)
        if self._loaded is None or key != self._key:
            with libraries.undisturbed():
                from multitalk.loading import load_models

            self._key = self._loaded = None  # free the memory of the others first
            self._loaded = load_models(
                preset,
                folder=settings.models,
                seed=seed,
                device=device(),
                loras={Path(file): scale for file, scale in settings.loras},
                quantize=settings.quantize,
                offload=settings.offload,
                num_people=num_people,
            )
            self._key = key
        return self._loaded


class MultiTalkView(StageView, Generator):
    """A scene to be generated. `frames` may be called from several threads; they take turns at the generator."""

    def __init__(self, stage: Stage, settings: GeneratorSettings, preset: Preset, networks: Networks) -> None:
        self.stage, self.settings, self.preset = stage, settings, preset
        if stage.image is None:
            from talkshow.render.cartoon.view import Cartoon

            drawn = Cartoon().open(stage)
            self.seats, self.crop, self.still = drawn.seats, drawn.crop, drawn.seat_picture()
            self._picture, self.picture_size = drawn.seat_picture, drawn.picture_size
        else:
            found = read_reference(stage)
            self.seats, self.still = found.seats, found.still()
            self.crop = shown_part(found.framing, found.picture)
            self._picture, self.picture_size = found.picture.original, found.picture.size
        self.people = tuple(sorted(self.seats, key=lambda name: self.seats[name].center[0]))
        self.options = _options(settings, preset)
        self.warnings = (
            ()
            if preset.checkpoint
            else (
                f"the preset '{preset.name}' has random weights: its frames are noise, which shows only that it runs",
            )
        )
        # where weights lie and wait decides no frame, what they are does
        weights = weights_content(preset.name, settings.models, len(self.people), settings.loras)
        self.identity = digest(
            identity("multitalk", REVISION),
            dataclasses.asdict(preset),
            dataclasses.asdict(self.options),
            settings.quantize,
            weights,
            self.still.tobytes(),
            stage.size,
            stage.prompt,
            stage.seed,
            [(name, astuple(self.seats[name])) for name in self.people],
        )
        self.lock = networks.lock
        self._networks = networks
        self._stretches: list[_Stretch] = []

    def seat_picture(self) -> Frame:
        """The picture in which `seats` are boxes."""
        return self._picture()

    @property
    def generator(self) -> Generator:
        """Itself."""
        return self

    def planned(self, duration_s: float) -> GeneratorPlan:
        """What will be done, by formula."""
        from multitalk.buckets import pick_bucket

        height, width = pick_bucket(self.still.shape[0], self.still.shape[1], self.preset.bucket_table)
        return estimates(self.preset, self.options, self.settings, (width, height), len(self.people), duration_s)

    def require(self) -> None:
        """Packages and weights. Raises MissingExtra, WeightsError: what to install, to pull and to expect."""
        require(self.settings, self.planned(60.0), len(self.people))

    def begin(self, folder: Path, stretches: Sequence[tuple[int, int]]) -> None:
        """Where chunks are cached, and where generation starts over."""
        self._stretches = [_Stretch(self, folder, first, last) for first, last in stretches]

    def depends_on(self, performance: Performance, first: int, last: int) -> str:
        """The sound of the whole stretch: every frame is listened to in the light of all of it."""
        return digest(
            self.identity,
            [
                (first - stretch.first, last - stretch.first, stretch.key(performance))
                for stretch in self._overlapping(first, last)
            ],
        )

    def kept_chunks(self, performance: Performance, first: int, last: int) -> list[Path]:
        """Files of the chunks of all stretches that hold some of the frames."""
        return [path for stretch in self._overlapping(first, last) for path in stretch.kept_chunks(performance)]

    def about(self) -> GeneratorRecord:
        """For the manifest."""
        return GeneratorRecord(
            self.preset.name,
            self.preset.checkpoint or "random: the frames are noise",
            self.stage.seed,
            dataclasses.asdict(self.options),
            tuple(self._made(stretch, chunk) for stretch in self._stretches for chunk in stretch.chunks),
        )

    def _made(self, stretch: _Stretch, chunk: PlacedChunk) -> GeneratedChunk:
        return GeneratedChunk(
            stretch.first + chunk.first,
            chunk.num_frames,
            tuple(self.people[person] for person in chunk.places),
            tuple(self.people[person] for person in chunk.left_out),
        )

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1 in the episode's size."""
        for stretch in self._overlapping(first, last):
            for frame in stretch.frames(performance, max(first, stretch.first), min(last, stretch.last)):
                yield fitted(frame, self.stage.size)

    def _overlapping(self, first: int, last: int) -> list[_Stretch]:
        return [stretch for stretch in self._stretches if stretch.first < last and stretch.last > first]

    def loaded(self) -> tuple[Models, AudioEncoder]:
        """The networks, loaded on first use. The caller holds the lock."""
        with translated():
            return self._networks.loaded(self.preset, self.settings, self.stage.seed, len(self.people))


class _Stretch:
    """Frames first..last-1 of the episode, generated from the reference picture on."""

    def __init__(self, view: MultiTalkView, folder: Path, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.chunks: tuple[PlacedChunk, ...] = ()
        self._view, self._folder = view, folder
        self._key = ""
        self._generation: Generation | None = None
        self._made: dict[int, NDArray[np.uint8]] = {}  # new frames of the last few chunks

    def key(self, performance: Performance) -> str:
        """A digest of everything that is heard in it, and how."""
        if not self._key:
            sounds = [digest(self._sound(performance, name).tobytes()) for name in self._view.people]
            self._key = digest(self.last - self.first, sounds, self._spoken(performance, self.first, self.last))
        return self._key

    def kept_chunks(self, performance: Performance) -> list[Path]:
        """Files of its chunks that are there."""
        with self._view.lock:
            self._plan(performance)
        return self._store(performance).paths()

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield the frames of the episode that belong to it."""
        with self._view.lock:
            self._plan(performance)
        for index, chunk in enumerate(self.chunks):
            begin = self.first + chunk.first + chunk.num_motion_frames
            end = min(self.first + chunk.first + chunk.num_frames, self.last)
            if begin < last and end > first:
                made = self._new_frames(performance, index)
                yield from made[max(first, begin) - begin : min(last, end) - begin]

    def _plan(self, performance: Performance) -> None:
        """Who holds the places of which chunk; the caller holds the lock."""
        if self.chunks:
            return
        from multitalk.places import place_people

        heard = np.stack([_heard(self._sound(performance, name)) for name in self._view.people])
        options = self._view.options
        self.chunks = place_people(heard, options.chunk_frames, options.motion_frames, self._view.preset.max_speakers)

    def _new_frames(self, performance: Performance, index: int) -> NDArray[np.uint8]:
        with self._view.lock, translated():
            if index not in self._made:
                if self._generation is None:
                    self._generation = self._start(performance)
                while len(self._made) >= _DECODED:
                    del self._made[next(iter(self._made))]  # the one made longest ago
                self._made[index] = self._generation.chunk(index).frames
            return self._made[index]

    def _start(self, performance: Performance) -> Generation:
        """Listen to everybody, describe the scene, and set up the generation."""
        from multitalk.generator import Generation
        from multitalk.masks import Region
        from multitalk.noise import SeededNoise
        from multitalk.request import GenerationRequest

        view = self._view
        models, listener = view.loaded()
        people = tuple(listener.encode(_for_encoder(self._sound(performance, name))) for name in view.people)
        size = view.still.shape[1], view.still.shape[0]
        placed = regions({name: _through(view.seats[name], view.crop, size) for name in view.people}, size)
        prompt = scene_prompt(view.stage.prompt, "", len(view.people))
        prompts = [
            chunk_prompt(
                prompt,
                self._spoken(performance, self.first + chunk.first, self.first + chunk.first + chunk.num_frames),
                view.people,
            )
            for chunk in self.chunks
        ]
        request = GenerationRequest(
            view.still,
            people,
            self.chunks,
            self.last - self.first,
            prompt,
            regions=tuple(Region(*astuple(placed[name])) for name in view.people),
            prompts=prompts,
        )
        return Generation(
            request, view.preset, view.options, models, SeededNoise(view.stage.seed), self._store(performance)
        )

    def _store(self, performance: Performance) -> ChunkStore:
        from multitalk.store import ChunkStore

        return ChunkStore(self._folder, digest(self._view.identity, self.key(performance)), writing)

    def _sound(self, performance: Performance, name: str) -> NDArray[np.float32]:
        return performance.sound(name, self.first, self.last)

    def _spoken(self, performance: Performance, first: int, last: int) -> list[tuple[str, str]]:
        """(name, direction) of the lines heard in some frames of the episode."""
        return [
            (cue.speaker, direction_told(cue.line))
            for cue in performance.timeline.cues
            if cue.span.start_s * FPS < last and cue.span.end_s * FPS > first
        ]


def _options(settings: GeneratorSettings, preset: Preset) -> SamplingOptions:
    """The preset's options with the user's laid over them."""
    chosen: dict[str, Any] = {
        "num_steps": settings.steps,
        "text_guidance_scale": settings.text_guidance,
        "audio_guidance_scale": settings.audio_guidance,
        "color_correction": settings.color_correction,
        "step_cache_threshold": settings.step_cache,
    }
    given = {key: value for key, value in chosen.items() if value is not None}
    return dataclasses.replace(preset.options, **given)


def _heard(sound: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(frames,) whether anything is heard.  sound: 48 kHz."""
    power = np.mean(sound.reshape(-1, TRACK_SAMPLES_PER_FRAME).astype(np.float64) ** 2, axis=1)
    return np.asarray(power > 10 ** (HEARD_DB / 10))


def _for_encoder(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """48 kHz to what the audio encoder listens to: 16 kHz, at the loudness it was trained with; silence stays."""
    import soxr

    meter = LoudnessMeter()
    meter.add(sound)
    loudness = meter.loudness()
    gain = 10 ** ((LEVEL_LUFS - loudness) / 20) if loudness > -70 else 1.0
    return np.asarray(soxr.resample(sound, TRACK_RATE, ANALYSIS_RATE) * np.float32(gain), np.float32)


def _through(box: Box, crop: Box, size: Size) -> Box:
    """A box of the seat picture in pixels of the frame that shows `crop` of it."""
    scale_x, scale_y = size[0] / crop.width, size[1] / crop.height
    return Box(
        (box.left - crop.left) * scale_x,
        (box.top - crop.top) * scale_y,
        (box.right - crop.left) * scale_x,
        (box.bottom - crop.top) * scale_y,
    )


def fitted(frame: Frame, size: Size) -> Frame:
    """A generated frame in the episode's size: scaled until it covers it, cropped in the middle."""
    height, width = frame.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    wide, high = max(size[0], round(width * scale)), max(size[1], round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    large = cv2.resize(frame, (wide, high), interpolation=method)
    left, top = (wide - size[0]) // 2, (high - size[1]) // 2
    return np.ascontiguousarray(large[top : top + size[1], left : left + size[0]], np.uint8)
