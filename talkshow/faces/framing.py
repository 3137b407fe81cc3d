"""Turns a picture into the still frame: a crop that keeps all faces, or the full span with extended surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.geometry import Box, Size

ROOMY = (0.45, 0.55, 0.45)  # preferred margins: of a face's width on either side, of its height above and below
TIGHT = (0.20, 0.30, 0.15)  # the same: smallest margins, below which the picture is extended instead of cropped
FACE_LINE = 0.42  # vertical position of the middle of the faces, as a share of the frame height


@dataclass(frozen=True)
class Framing:
    """frame pixel = scale * (picture pixel - origin).  Picture pixels are those of the working copy.

    window: the part of the picture that is in the frame. If it is smaller than the frame, the rest is filled with a
    blurred, darkened extension.
    """

    scale: float
    origin: tuple[float, float]
    window: Box
    size: Size

    @property
    def is_filled(self) -> bool:
        """Whether part of the frame is outside the picture."""
        width, height = (side / self.scale for side in self.size)
        return self.window.width < width - 1.5 or self.window.height < height - 1.5

    def enlarged(self, factor: float) -> Framing:
        """The same frame, taken from a copy of the picture that is `factor` times as large."""
        left, top, right, bottom = (edge * factor for edge in astuple(self.window))
        origin = self.origin[0] * factor, self.origin[1] * factor
        return Framing(self.scale / factor, origin, Box(left, top, right, bottom), self.size)

    def points(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 3) landmarks in the picture -> in the frame."""
        moved = points.copy()
        moved[:, :2] -= self.origin
        return (moved * self.scale).astype(np.float32)


def frame_picture(size_px: Size, faces: Sequence[Box], size: Size) -> Framing:
    """Choose the crop.  size_px: (width, height) of the picture; faces: boxes that must stay whole.

    The crop is the largest one with the frame's aspect ratio, if it contains all faces. Otherwise the picture is scaled
    down until their span fits, and the frame is then wider or higher than the picture.
    """
    width, height = size_px
    scale = max(size[0] / width, size[1] / height)
    span = _span(faces, size_px, TIGHT)
    if span.width * scale > size[0] or span.height * scale > size[1]:
        span = _span(faces, size_px, ROOMY)
        scale = min(size[0] / span.width, size[1] / span.height)
    view_w, view_h = size[0] / scale, size[1] / scale
    center_x, center_y = span.center if faces else (width / 2, height / 2)
    left = _place(center_x - view_w / 2, view_w, width, (span.left, span.right))
    top = _place(
        center_y - FACE_LINE * view_h if faces else center_y - view_h / 2, view_h, height, (span.top, span.bottom)
    )
    window = Box(max(0.0, left), max(0.0, top), min(width, left + view_w), min(height, top + view_h))
    return Framing(scale, (left, top), window, size)


def frame_crop(size_px: Size, crop: Box, size: Size) -> Framing:
    """The framing that shows `crop` (with the frame's aspect ratio) of a picture of `size_px` (width, height)."""
    window = Box(max(0.0, crop.left), max(0.0, crop.top), min(size_px[0], crop.right), min(size_px[1], crop.bottom))
    return Framing(size[0] / crop.width, (crop.left, crop.top), window, size)


def _span(faces: Sequence[Box], size_px: Size, room: tuple[float, float, float]) -> Box:
    """The box around all faces with a margin around each, inside the picture."""
    if not faces:
        return Box(size_px[0] / 2 - 1, size_px[1] / 2 - 1, size_px[0] / 2 + 1, size_px[1] / 2 + 1)
    beside, above, below = room
    return Box(
        max(0.0, min(face.left - beside * face.width for face in faces)),
        max(0.0, min(face.top - above * face.height for face in faces)),
        min(float(size_px[0]), max(face.right + beside * face.width for face in faces)),
        min(float(size_px[1]), max(face.bottom + below * face.height for face in faces)),
    )


def _place(wanted: float, view: float, length: float, keep: tuple[float, float]) -> float:
    """Start of a view of `view` pixels on a side of `length`: near `wanted`, containing `keep`, inside if it fits."""
    if view >= length:
        return (length - view) / 2
    held = min(max(wanted, keep[1] - view), keep[0])
    return min(max(held, 0.0), length - view)


def render_still(pixels: NDArray[np.uint8], framing: Framing) -> NDArray[np.uint8]:
    """The still frame, (height, width, 3) uint8 RGB."""
    import cv2

    width, height = framing.size
    window = framing.window
    left, top = (int(np.floor(edge)) for edge in (window.left, window.top))
    right, bottom = (int(np.ceil(edge)) for edge in (window.right, window.bottom))
    part = pixels[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2]
    # INTER_AREA first, because a bilinear reduction would alias; the affine map then only adds the subpixel offset
    shrink = min(1.0, framing.scale)
    small = (
        part
        if shrink == 1
        else cv2.resize(
            part,
            (max(1, round(part.shape[1] * shrink)), max(1, round(part.shape[0] * shrink))),
            interpolation=cv2.INTER_AREA,
        )
    )
    ratio_x, ratio_y = small.shape[1] / part.shape[1], small.shape[0] / part.shape[0]
    origin_x, origin_y = framing.origin[0] - max(0, left - 2), framing.origin[1] - max(0, top - 2)
    scale_x, scale_y = framing.scale / ratio_x, framing.scale / ratio_y
    # pixel centres: frame + 0.5 = scale * (picture + 0.5 - origin)
    place = np.array(
        [
            [scale_x, 0, 0.5 * scale_x - 0.5 - framing.scale * origin_x],
            [0, scale_y, 0.5 * scale_y - 0.5 - framing.scale * origin_y],
        ]
    )
    method = cv2.INTER_CUBIC if framing.scale > 1 else cv2.INTER_LINEAR
    still = np.asarray(
        cv2.warpAffine(small, place, (width, height), flags=method, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
    if not framing.is_filled:
        return still
    mask = cv2.warpAffine(np.full(small.shape[:2], 255, np.uint8), place, (width, height), flags=cv2.INTER_LINEAR)
    mask = cv2.GaussianBlur(cv2.erode(mask, np.ones((7, 7), np.uint8), borderValue=255), (0, 0), 2.0)
    weight = mask[..., None].astype(np.float32) / 255
    mixed = still * weight + _extension(pixels, framing.size) * (1 - weight)
    result: NDArray[np.uint8] = np.rint(mixed).astype(np.uint8)
    return result


def _extension(pixels: NDArray[np.uint8], size: Size) -> NDArray[np.float32]:
    """The whole picture stretched over the frame, blurred and darkened, (height, width, 3) float32."""
    import cv2

    tiny = cv2.resize(pixels, (48, max(2, round(48 * size[1] / size[0]))), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(tiny, (0, 0), 2.5)
    large = cv2.resize(blurred, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    result: NDArray[np.float32] = cv2.GaussianBlur(large, (0, 0), max(2.0, size[0] / 60)) * 0.55
    return result
