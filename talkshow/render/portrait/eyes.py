"""Blinks and glances, drawn into the still picture before the head motion warps it.

Lid skin and lashes are pulled down over the eye column by column (a monotone map, so nothing folds). The iris slides
inside the opening, while the white stretches on one side and shrinks on the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import EyeIndices
from talkshow.render.portrait.grid import FloatArray
from talkshow.render.portrait.shapes import smoothstep
from talkshow.render.portrait.skin import SKIN_POINTS, color_at

LID_TRAVEL = 0.97  # of the opening, at blink = 1
SQUINT_LIFT = 0.30  # of the opening, lower lid at squint = 1
GAZE_ACROSS = 0.27  # of the iris's diameter, at gaze_x = +-1
GAZE_DOWN = 0.12  # of the iris's diameter, at gaze_y = +-1
LASHES = 0.16  # of the opening, half the thickness of the lash line
LASH_DARK = np.array([0.46, 0.54, 0.54], np.float32)  # share of the light that the lashes on a shut lid absorb
OLD_LASHES = 0.45  # of the opening, above the open lid: how far up its lashes are painted over
LID_SHADE = 0.02  # share of the light by which a lid is darker than the skin around the eye
COLDER = (
    0.20  # deficit of red against the face's skin, relative to lightness, at which a lid gets some of the skin's tint
)
WARMED = 0.6  # so much
LID_FLUSH = 0.12  # share by which thin skin is more saturated
MIN_WIDTH = 7.0  # pixels between the corners: smaller eyes are not moved


@dataclass(frozen=True, eq=False)
class Eye:
    """One eye's patch of the still frame.

    left, top:  first pixel of the patch
    u, v:       (height, width) pixels along and across the line through the corners, v growing downward
    axes:       (2, 2) rows: the unit vectors of u and v in the picture
    lid, floor, crease: (height, width) v of upper lid, lower lid, and of where moving skin begins
    skin:       (height, width, 3) 0..255, the colour of the lid once it is unrolled over the eye
    iris:       (u, v, radius) pixels
    room:       pixels by which the iris can move to -u and to +u
    """

    left: int
    top: int
    u: FloatArray
    v: FloatArray
    axes: FloatArray
    lid: FloatArray
    floor: FloatArray
    crease: FloatArray
    skin: FloatArray
    iris: tuple[float, float, float]
    room: tuple[float, float]

    def draw(
        self,
        texture: NDArray[np.uint8],
        still: NDArray[np.uint8],
        blink: float,
        squint: float,
        gaze: tuple[float, float],
    ) -> None:
        """Write the eye into `texture`; `still` is the untouched picture, same shape (height, width, 4)."""
        import cv2

        height, width = self.u.shape
        patch = texture[self.top : self.top + height, self.left : self.left + width]
        gap = self.floor - self.lid
        shut = min(1.0, max(-0.08, blink + 0.22 * max(0.0, -gaze[1]) * (1 - blink) - 0.06 * max(0.0, gaze[1])))
        drop = np.float32(LID_TRAVEL * shut) * gap
        lift = np.float32(SQUINT_LIFT * squint + 0.06 * shut) * gap
        under = cv2.remap(still, self._ball(gaze, lift), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if abs(shut) < 0.01:
            patch[...] = under
            return
        lid, lash = self.lid + drop, np.float32(0.10) * gap.max()
        # skin between crease and lid is unrolled, most of it near the lid
        along = np.clip((self.v - self.crease) / np.maximum(lid - self.crease, 1e-3), 0, 1)
        above = self._map(self.u, self.v - drop * along * np.sqrt(along))
        over = cv2.remap(still, above, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        cover = np.clip((lid + lash - self.v) / np.maximum(lash, 1.0) + 0.5, 0, 1)[..., None]
        mixed = under + (self._lid_skin(over, lid, shut) - under) * cover
        patch[...] = np.rint(mixed)

    def _lid_skin(self, stretched: NDArray[np.uint8], lid: FloatArray, shut: float) -> FloatArray:
        """The lid's skin, (height, width, 4): the part that an open eye hides is painted, with lashes at its edge."""
        gap = self.floor - self.lid
        most, open_here = gap.max(), np.clip(gap / (0.35 * gap.max()), 0, 1)
        closing = max(0.0, shut)
        # painted from above the old lashes, so that they do not stay behind, to the lid's new edge
        painted = np.clip((self.v - self.lid) / (OLD_LASHES * most) + 1.0, 0, 1) * open_here * min(1.0, 2.5 * closing)
        colors = stretched.astype(np.float32)
        colors[..., :3] += (self.skin - colors[..., :3]) * painted[..., None]
        lashes = np.exp(-(((self.v - lid) / max(LASHES * most, 0.8)) ** 2))
        dark = min(1.0, 3 * closing) * lashes * np.clip(1.3 * gap / most, 0, 1)
        colors[..., :3] *= 1 - dark[..., None] * LASH_DARK
        return colors

    def _ball(self, gaze: tuple[float, float], lift: FloatArray) -> FloatArray:
        """The source positions for the colours of iris, white and lower lid."""
        center, _, radius = self.iris
        shift = gaze[0] * GAZE_ACROSS * 2 * radius
        shift = float(np.clip(shift, -self.room[0], self.room[1]))
        reach = np.abs(self.u - center)
        near = 1 - np.clip((reach - 1.1 * radius) / (1.6 * radius + 1.2 * abs(shift)), 0, 1)
        u = self.u - np.float32(shift) * near * near * (3 - 2 * near)
        v = self.v + np.float32(gaze[1] * GAZE_DOWN * 2 * radius) * near
        inside = (self.v > self.lid) & (self.v < self.floor)
        v = np.where(inside, np.clip(v, self.lid + 0.5, np.maximum(self.floor - 0.5, self.lid + 0.5)), self.v)
        # the lower lid moves up: the skin below it follows, fading out over one opening
        below = np.clip(1 - (self.v - (self.floor - lift)) / np.maximum(self.floor - self.lid, 2.0), 0, 1)
        raised = np.where(self.v > self.floor - lift, self.v + lift * below, v)
        return self._map(np.where(self.v > self.floor - lift, self.u, u), raised)

    def _map(self, u: FloatArray, v: FloatArray) -> FloatArray:
        """Eye coordinates -> (height, width, 2) frame pixels."""
        du, dv = u - self.u, v - self.v
        height, width = u.shape
        source = np.empty((height, width, 2), np.float32)
        for axis, start, count in ((0, self.left, width), (1, self.top, height)):
            plain = np.arange(start, start + count, dtype=np.float32)
            source[..., axis] = (
                (plain if axis == 0 else plain[:, None]) + du * self.axes[0, axis] + dv * self.axes[1, axis]
            )
        return source


def build_eye(indices: EyeIndices, landmarks: FloatArray, still: NDArray[np.uint8]) -> Eye | None:
    """Measure an eye.  landmarks: (478, 3) frame pixels; still: (height, width, 3) uint8 RGB.

    None if the eye is too small, or too far around the side of the face, to be moved without artefacts.
    """
    points = landmarks[:, :2].astype(np.float64)
    start, stop = points[indices.upper[0]], points[indices.upper[-1]]
    width = float(np.linalg.norm(stop - start))
    if width < MIN_WIDTH or stop[0] <= start[0]:
        return None
    along = (stop - start) / width
    axes = np.array([along, (-along[1], along[0])])
    local = {
        name: (points[list(ids)] - start) @ axes.T
        for name, ids in (
            ("upper", indices.upper),
            ("lower", indices.lower),
            ("brow", indices.brow),
            ("iris", indices.iris),
        )
    }
    opening = float((local["lower"][2:-2, 1] - local["upper"][2:-2, 1]).mean())
    radius = float(np.linalg.norm(local["iris"][1:] - local["iris"][0], axis=1).mean())
    if opening < 1.0 or radius < 1.0:
        return None
    brow = float(np.median(local["brow"][:, 1]))
    reach = 0.75 * max(float(local["upper"][:, 1].min()) - brow, 1.2 * opening)
    margin = 0.25 * width
    corners = np.array(
        [
            (u, v)
            for u in (-margin, width + margin)
            for v in (local["upper"][:, 1].min() - reach - 2, local["lower"][:, 1].max() + 1.5 * opening)
        ]
    )
    placed = corners @ axes + start
    left, top = np.maximum(np.floor(placed.min(axis=0)), 0).astype(int)
    right, bottom = np.minimum(np.ceil(placed.max(axis=0)) + 1, still.shape[1::-1]).astype(int)
    if right - left < 4 or bottom - top < 4:
        return None
    x, y = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
    u, v = np.moveaxis((np.stack([x, y], axis=-1) - start) @ axes.T, -1, 0)
    lid, floor = (_curve(local[name], u, width) for name in ("upper", "lower"))
    floor = np.maximum(floor, lid)
    center = local["iris"][0]
    room = (max(0.0, 0.7 * (center[0] - radius)), max(0.0, 0.7 * (width - center[0] - radius)))
    ends = smoothstep(0, 0.15 * width, np.minimum(u, width - u))  # lids do not move outside the corners
    crease = lid - reach * (0.35 + 0.65 * ends)
    skin = _lid_color(still, u, v, lid, floor, crease, start, axes)
    skin = _warmed(skin, color_at(still, points[list(SKIN_POINTS)]))
    return Eye(
        int(left),
        int(top),
        u.astype(np.float32),
        v.astype(np.float32),
        axes.astype(np.float32),
        lid.astype(np.float32),
        floor.astype(np.float32),
        crease.astype(np.float32),
        skin,
        (float(center[0]), float(center[1]), radius),
        room,
    )


def _lid_color(
    still: NDArray[np.uint8],
    u: FloatArray,
    v: FloatArray,
    lid: NDArray[np.float64],
    floor: NDArray[np.float64],
    crease: NDArray[np.float64],
    start: NDArray[np.float64],
    axes: NDArray[np.float64],
) -> FloatArray:
    """(height, width, 3): interpolated between the skin above and below the eye, as light changes along the lid."""
    import cv2

    most = float(np.maximum(floor - lid, 0).max())
    rows = []
    for places in (
        [crease + share * (lid - crease) for share in (0.15, 0.30, 0.45)],
        [floor + share * most for share in (0.7, 0.95, 1.2)],
    ):
        samples = []
        for at in places:
            where = start + u[..., None] * axes[0] + np.asarray(at)[..., None] * axes[1]
            samples.append(
                cv2.remap(still, where.astype(np.float32), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            )
        # brows, lashes and creases are dark and thin, and a darker lid looks like grey paint: skin is the lightest
        skin = 0.7 * np.max(samples, axis=0) + 0.3 * np.median(samples, axis=0)
        rows.append(cv2.GaussianBlur(skin.astype(np.float32), (0, 0), max(1.5, 0.9 * most)))
    down = np.clip((v - lid) / max(most, 1.0), 0, 1)
    fold = np.exp(-((((v - lid) / max(0.35 * most, 1.0)) + 0.6) ** 2))  # the crease above the lid
    rounded = (1 - LID_SHADE) * (1 - 0.05 * down**2 - 0.09 * fold)
    above, below = (part.sum(axis=-1) for part in rows)
    # if only a low brow is above the eye, the lid gets its colour from below, in shade
    clear = smoothstep(0.6, 0.9, (above / np.maximum(below, 1)).astype(np.float64))
    rounded *= 1 - 0.18 * (1 - clear)
    share = (clear * (0.45 - 0.25 * down))[..., None]
    color = (rows[0] * share + rows[1] * (1 - share)) * rounded[..., None]
    return np.asarray(color + LID_FLUSH * (color - color.mean(axis=-1, keepdims=True)), np.float32)


def _warmed(color: FloatArray, skin: FloatArray) -> FloatArray:
    """Lids with a tint no colder than the face's skin: around an eye there may be brow, make-up or a bluish shadow.

    color: (height, width, 3) and skin: (3,), 0..255.
    """
    light = color.mean(axis=-1, keepdims=True)
    own, tint = color / np.maximum(light, 1), skin / max(1.0, float(skin.mean()))
    cold = WARMED * np.clip((tint[0] - own[..., :1]) / COLDER, 0, 1)
    return np.asarray(np.minimum(light * (own + cold * (tint - own)), 255), np.float32)


def _curve(points: NDArray[np.float64], u: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """A smooth lid line: v at each u, flat outside the corners."""
    fitted = np.polynomial.Polynomial.fit(points[:, 0], points[:, 1], 4)
    pinned = np.clip(u, 0, width)
    ends = np.interp(pinned, (0, width), fitted(np.array([0.0, width])))
    wanted = np.interp(pinned, (0, width), points[[0, -1], 1])
    return np.asarray(fitted(pinned) - ends + wanted)
