"""Where the camera looks: crops with headroom and looking room, for frames of any shape.  Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from talkshow.geometry import Box, Size
from talkshow.shots.types import Panel, whole_frame

# height of a face as a share of the frame's height, by how wide the frame is for its height: (aspect, share)
_FACE_SHARES = ((1.3, 0.34), (0.9, 0.30), (0.0, 0.25))
CLOSE = 1.35  # a close shot's face against a single's
_CLOSER = (1.0, 1.12, 1.25, 1.4, 1.6, 1.8)  # faces tried, so that no neighbour is cut in two
_ASIDE = (0.0, 0.04, -0.04, 0.1, -0.1, 0.18, -0.18)  # how far from the middle, as shares of the crop's width
_ASIDE_MOST = 0.2  # of the crop's width from the middle, beyond which a shot looks unbalanced
_LOOKING_ROOM = 0.03  # of the crop's width, left free in the direction of the others
_EYE_LINE, _LOWEST_LINE = 0.42, 0.54  # where the middle of a face lies, of the frame's height
_NEARER = 1.5  # least size of a face, relative to the wide shot
_LARGEST_FACE = 0.62  # of the frame's height
_TOO_ALIKE = 0.86  # of the wide crop's width, from which another shot would look like a jump
_BESIDE, _ABOVE, _BELOW = 0.9, 0.75, 1.1  # room around a group, in widths and heights of its faces
PUSH = 0.06  # of the crop's width, that a slow push-in loses


@dataclass(frozen=True)
class SceneSet:
    """What can be framed in a scene.

    seats: box of every face that is seen, in pixels of the seat picture; picture_size: of that picture;
    wide: the part of it that the scene's own frame shows; size: of the frame;
    detail: frame pixels per picture pixel, up to which a shot is sharp; rooms: where each person may be framed,
    if that is not the whole picture (a row of a drawn split screen); isolates: whether a shot leaves out
    everyone else, so that neighbours do not matter.
    """

    seats: Mapping[str, Box]
    picture_size: Size
    wide: Box
    size: Size
    detail: float
    rooms: Mapping[str, Box] = field(default_factory=dict)
    isolates: bool = False

    def room(self, names: Sequence[str]) -> Box:
        """The part of the picture in which some people can be framed."""
        boxes = [self.rooms.get(name, whole_frame(self.picture_size)) for name in names]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody, from left to right."""
        return tuple(sorted(self.seats, key=lambda name: self.seats[name].center[0]))


def pushed(crop: Box, scene: SceneSet) -> Box:
    """Where a slow push-in from `crop` ends: a little nearer, around the middle of the people in it."""
    inside = [box for box in scene.seats.values() if _shown(box, crop)]
    x = sum(box.center[0] for box in inside) / len(inside) if inside else crop.center[0]
    y = sum(box.center[1] for box in inside) / len(inside) if inside else crop.center[1]
    left, top = (crop.left + (x - crop.left) * PUSH, crop.top + (y - crop.top) * PUSH)
    return Box(left, top, left + crop.width * (1 - PUSH), top + crop.height * (1 - PUSH))


def person(name: str, scene: SceneSet, size: Size, closeness: float = 1.0) -> Box | None:
    """One person; None where that would be too soft, or hardly differ from the wide shot."""
    face, aspect = scene.seats[name], size[0] / size[1]
    share = next(value for least, value in _FACE_SHARES if aspect >= least)
    if size == scene.size:  # faces that are large already: near enough for a cut to look meant
        share = max(share, min(_NEARER * face.height / scene.wide.height, _LARGEST_FACE))
    share = min(share * closeness, max(share, _LARGEST_FACE))
    others = [box for other, box in scene.seats.items() if other != name]
    disturbing = () if scene.isolates else others
    toward = sum((box.center[0] > face.center[0]) - (box.center[0] < face.center[0]) for box in others)
    room = _LOOKING_ROOM * (toward > 0) - _LOOKING_ROOM * (toward < 0)
    tried = []
    for order, (closer, aside) in enumerate(itertools.product(_CLOSER, _ASIDE)):
        width = max(face.height / (share * closer) * aspect, size[0] / scene.detail)
        height = width / aspect
        center = face.center[0] + (room + aside) * width
        # a large face sits lower, so that its hair stays in the frame
        line = max(_EYE_LINE, min(_LOWEST_LINE, share * closer + 0.03))
        crop = _inside(
            Box(
                center - width / 2,
                face.center[1] - line * height,
                center + width / 2,
                face.center[1] + (1 - line) * height,
            ),
            scene.room([name]),
            line,
        )
        if crop is not None and size[0] / crop.width <= scene.detail * 1.001:
            cut = sum(_cut_share(box, crop) for box in disturbing)
            aside_by = abs((face.center[0] - crop.left) / crop.width - 0.5)
            tried.append((round(cut + 2 * max(0.0, aside_by - _ASIDE_MOST), 2), order, crop))
    best = min(tried, key=lambda option: option[:2], default=None)
    if best is None or (size == scene.size and best[2].width > _TOO_ALIKE * scene.wide.width):
        return None
    return best[2]


def group(on: Sequence[str], scene: SceneSet) -> Box | None:
    """Some of the people; None where the crop would not fit, or hardly differ from the wide shot."""
    boxes, aspect = [scene.seats[name] for name in on], scene.size[0] / scene.size[1]
    left = min(box.left - _BESIDE * box.width for box in boxes)
    right = max(box.right + _BESIDE * box.width for box in boxes)
    top = min(box.top - _ABOVE * box.height for box in boxes)
    bottom = max(box.bottom + _BELOW * box.height for box in boxes)
    width = max(right - left, (bottom - top) * aspect)
    height = width / aspect
    middle = sum(box.center[1] for box in boxes) / len(boxes)
    crop = _inside(
        Box(
            (left + right - width) / 2,
            middle - _EYE_LINE * height,
            (left + right + width) / 2,
            middle + (1 - _EYE_LINE) * height,
        ),
        scene.room(on),
        _EYE_LINE,
    )
    if crop is None or crop.width > _TOO_ALIKE * scene.wide.width or scene.size[0] / crop.width > scene.detail:
        return None
    return crop if min(_shown(box, crop) for box in boxes) > 0.999 else None


def bands(scene: SceneSet) -> Iterator[Panel]:
    """Everybody in a band of their own, one above the other (beside each other where the frame is wide)."""
    names, (width, height) = scene.names, scene.size
    for index, name in enumerate(names):
        if width > height:
            edges = [2 * round(width * place / len(names) / 2) for place in (index, index + 1)]
            area = Box(edges[0], 0.0, edges[1], height)
        else:
            edges = [2 * round(height * place / len(names) / 2) for place in (index, index + 1)]
            area = Box(0.0, edges[0], width, edges[1])
        crop = person(name, scene, (round(area.width), round(area.height)))
        if crop is not None:
            yield Panel(crop, area, (name,))


def _inside(crop: Box, room: Box, line: float) -> Box | None:
    """The crop moved into a room, or made smaller where the room is; None where less than half is left.

    line: the height, as a share of the crop's, that keeps its place when the crop is made smaller.
    """
    shrink = min(1.0, room.width / crop.width, room.height / crop.height)
    if shrink < 0.5:
        return None
    x, y = crop.center[0], crop.top + line * crop.height
    width, height = crop.width * shrink, crop.height * shrink
    left = min(max(x - width / 2, room.left), room.right - width)
    top = min(max(y - line * height, room.top), room.bottom - height)
    return Box(left, top, left + width, top + height)


def is_filled(scene: SceneSet) -> bool:
    """Whether the scene's own frame reaches outside the picture."""
    wide, (width, height) = scene.wide, scene.picture_size
    return wide.left < -1 or wide.top < -1 or wide.right > width + 1 or wide.bottom > height + 1


def _shown(box: Box, crop: Box) -> float:
    """Share of a box inside a crop, 0..1."""
    across = max(0.0, min(box.right, crop.right) - max(box.left, crop.left)) / box.width
    down = max(0.0, min(box.bottom, crop.bottom) - max(box.top, crop.top)) / box.height
    return across * down


def _cut_share(box: Box, crop: Box) -> float:
    """How much a neighbour disturbs: not outside, hardly with a bit of hair, most with half a face."""
    grown = Box(box.left - 0.2 * box.width, box.top - 0.3 * box.height, box.right + 0.2 * box.width, box.bottom)
    shown = _shown(grown, crop)
    return next(cost for most, cost in ((0.02, 0.0), (0.16, 0.15), (0.98, 1.0), (2.0, 0.6)) if shown <= most)
