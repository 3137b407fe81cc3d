"""Checks the view that a renderer opens, and wraps one that has the methods of `StageView` without deriving from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from talkshow.engines.plugins import failures, is_own, wrong_answer
from talkshow.geometry import Box, Frame, Size
from talkshow.render.base import Performance, StageView
from talkshow.render.generated import GeneratedChunk, Generator, GeneratorPlan, GeneratorRecord

_VIEW = ("identity", "seats", "crop", "warnings", "seat_picture", "frames")
_GENERATOR = ("planned", "require", "begin", "depends_on", "kept_chunks", "about")
_NUMBER = (int, float)


def checked_view(renderer: object, answer: Any) -> StageView:
    """The answer of a renderer: what can be filmed. Raises BackendError."""
    view = _adapted(renderer, answer)
    if not is_own(renderer):
        _check(renderer, view)
    return view


def _adapted(owner: object, answer: Any) -> StageView:
    missing = [name for name in _VIEW if not hasattr(answer, name)]
    if missing:
        raise wrong_answer(owner, f"the view it opens has no {' and no '.join(missing)}")
    return answer if isinstance(answer, StageView) else AdaptedView(answer)


def _check(renderer: object, view: StageView) -> None:
    picture: object = view.seat_picture()
    if not (isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.shape[2:] == (3,)):
        raise wrong_answer(renderer, "its seat_picture is not an array (height, width, 3) of bytes")
    if tuple(view.picture_size) != picture.shape[1::-1]:
        raise wrong_answer(renderer, "the picture_size of its view is not (width, height) of its seat_picture")
    if not (isinstance(view.crop, Box) and _are_boxes(view.seats) and _are_boxes(view.rooms)):
        raise wrong_answer(renderer, "the crop, the seats and the rooms of its view must be boxes")
    if view.detail is not None and not (isinstance(view.detail, _NUMBER) and 0 < view.detail < float("inf")):
        raise wrong_answer(renderer, "the detail of its view must be a number above 0, or None")
    if not (isinstance(view.warnings, (tuple, list)) and all(isinstance(row, str) for row in view.warnings)):
        raise wrong_answer(renderer, "the warnings of its view must be texts")


def _are_boxes(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(box, Box) for box in value.values())


class AdaptedView(StageView):
    """A view of another package that has the methods of a `StageView` without deriving from it."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        with failures(answer, "being looked at"):
            self.identity, self.seats, self.crop = answer.identity, answer.seats, answer.crop
            self.warnings = answer.warnings
            self.detail = getattr(answer, "detail", None)
            self.rooms = getattr(answer, "rooms", {})
            self.isolates = bool(getattr(answer, "isolates", False))
            self._generator = _AdaptedGenerator(answer) if all(hasattr(answer, name) for name in _GENERATOR) else None

    def seat_picture(self) -> Frame:
        """The picture in which `seats` are boxes."""
        with failures(self._answer, "showing its seats"):
            picture: Frame = self._answer.seat_picture()
            return picture

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1."""
        with failures(self._answer, "drawing frames"):
            yield from self._answer.frames(performance, first, last)

    def cropped(self, crop: Box, size: Size, on: tuple[str, ...]) -> StageView | None:
        """Its own crop, where it has the method."""
        if not hasattr(self._answer, "cropped"):
            return None
        with failures(self._answer, "opening a closer view"):
            return _adapted(self._answer, self._answer.cropped(crop, size, on))

    @property
    def generator(self) -> Generator | None:
        """What makes the frames, if it has all methods of a `Generator`."""
        return self._generator


class _AdaptedGenerator(Generator):
    """The same of a view that generates. It may answer with mappings, with the keys of the JSON that is written."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def planned(self, duration_s: float) -> GeneratorPlan:
        with failures(self._answer, "estimating"):
            found = self._answer.planned(duration_s)
            return found if isinstance(found, GeneratorPlan) else _read_plan(dict(found))

    def require(self) -> None:
        with failures(self._answer, "looking for what it needs"):
            self._answer.require()

    def begin(self, folder: Path, stretches: Sequence[tuple[int, int]]) -> None:
        with failures(self._answer, "beginning"):
            self._answer.begin(folder, stretches)

    def depends_on(self, performance: Performance, first: int, last: int) -> str:
        with failures(self._answer, "being asked what frames depend on"):
            return str(self._answer.depends_on(performance, first, last))

    def kept_chunks(self, performance: Performance, first: int, last: int) -> Sequence[Path]:
        with failures(self._answer, "looking for its chunks"):
            return [Path(path) for path in self._answer.kept_chunks(performance, first, last)]

    def about(self) -> GeneratorRecord:
        with failures(self._answer, "describing itself"):
            found = self._answer.about()
            return found if isinstance(found, GeneratorRecord) else _read_record(dict(found))


def _read_plan(row: dict[str, Any]) -> GeneratorPlan:
    size = row.pop("size", None)
    return GeneratorPlan(
        device=str(row.pop("device", "CPU")),
        estimated_s=row.pop("estimated_s", None),
        preset=str(row.pop("preset", "")),
        size=_read_size(size) if size else None,
        num_chunks=row.pop("chunks", None),
        forwards=row.pop("forwards", None),
        pflop=row.pop("pflop", None),
        pflop_per_s=row.pop("pflop_for_a_second_of_video", None),
        memory_gb=row.pop("memory_gb", None),
        card_memory_gb=row.pop("memory_of_card_gb", None),
        seconds_per_s=dict(row.pop("s_for_a_second_of_video", {})),
        places=str(row.pop("places", "")),
        others=row,
    )


def _read_size(text: str) -> Size:
    width, height = text.split("x")
    return int(width), int(height)


def _read_record(row: dict[str, Any]) -> GeneratorRecord:
    chunks = [
        GeneratedChunk(chunk["first"], chunk["num_frames"], tuple(chunk["places"]), tuple(chunk["left_out"]))
        for chunk in row.pop("chunks", ())
    ]
    return GeneratorRecord(
        preset=str(row.pop("preset", "")),
        weights=str(row.pop("weights", "")),
        seed=row.pop("seed", None),
        options=dict(row.pop("options", {})),
        chunks=tuple(chunks),
        others=row,
    )
