"""The inside of the mouth, and the two lips over it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import BELOW_LIP, LOWER_LIP, UPPER_LIP, Pose
from talkshow.render.portrait.corner import far_edge
from talkshow.render.portrait.field import FIELD_CHANNELS, FaceField
from talkshow.render.portrait.grid import FloatArray
from talkshow.render.portrait.head import HEAD_CHANNELS
from talkshow.render.portrait.shapes import ALONG, smoothstep
from talkshow.render.portrait.skin import SKIN_POINTS, color_at
from talkshow.render.portrait.teeth import Sprite, biting_edge, draw_teeth, seen_teeth, tooth_color
from talkshow.render.portrait.tongue import draw_tongue

LIP_POINTS = (*UPPER_LIP[2][3:8], *LOWER_LIP[2][3:8])
CURVE_POINTS = 41
APRON_CM = 1.6  # how far the lower layer extends below the ring of skin
SHADOW_TINT = np.array([0.82, 1.0, 1.0], np.float32)  # shadows in a mouth are red
COLORFUL = (0.03, 0.14)  # saturation of the skin: from a grey to a colour picture
SUPERSAMPLE = 3
TEETH_EDGE_CM = 0.16  # the landmarks' error at the border between lip and teeth
FILL_SOFT_CM = 0.20  # length over which lip colour in place of an opening is smoothed
FUNNEL_SHADE = 0.65  # share of the light that rounded lips keep from the teeth
FAR_LIP_CM = 0.30  # visible width of the lip that turns around the far corner
TURNED_YAW = 20.0  # degrees from which the lips may hide the far corner of the mouth
OPENED_CM = 0.35  # gap from which the lips no longer shade each other
SOFT = 0.45  # pixels of the picture: how far its edges spread when it is enlarged
SUBPIXEL = 4  # fractional bits of polygon corners
JAW_POINT = 17  # moves with the jaw alone: carries lower teeth and tongue
HEAD_POINT = 2  # base of the nose: carries the upper teeth


def _curve_matrix(count: int) -> FloatArray:
    """(CURVE_POINTS, count): a Catmull-Rom curve through `count` points, as weights on them."""
    matrix = np.zeros((CURVE_POINTS, count), np.float32)
    for row, at in enumerate(np.linspace(0, count - 1, CURVE_POINTS)):
        i = min(int(at), count - 2)
        t = at - i
        for offset, weight in zip(
            (-1, 0, 1, 2),
            (-(t**3) + 2 * t**2 - t, 3 * t**3 - 5 * t**2 + 2, -3 * t**3 + 4 * t**2 + t, t**3 - t**2),
            strict=True,
        ):
            matrix[row, min(max(i + offset, 0), count - 1)] += weight / 2
    return matrix


CURVE = _curve_matrix(11)


@dataclass(frozen=True, eq=False)
class Mouth:
    """The data for painting one mouth.

    outline: (33, 2, channels) motion of the upper inner lip, the lower inner lip and the skin below, 11 each
    rest:    (33, 2) their positions in the still frame
    carried: (2, 2, channels) motion of HEAD_POINT (head channels only) and of JAW_POINT (jaw and head only)
    upper, lower, tongue: sprites at their positions behind closed lips
    reach:   pixels by which the tongue's tip rises at tongue = 1
    dark:    (3,) RGB of the cavity
    shadow:  (3,) the share of each colour that a full shadow absorbs
    scale:   pixels per cm
    down:    (2,) unit vector from hairline to chin in the frame
    far:     (2,) unit vector along the mouth to the side turned away; None for a face seen from the front
    lip:     (3,) RGB of the lips
    soft:    pixels (sigma) by which edges are softened, to match an enlarged picture
    """

    outline: FloatArray
    rest: FloatArray
    carried: FloatArray
    upper: Sprite
    lower: Sprite
    tongue: Sprite
    reach: float
    dark: FloatArray
    shadow: FloatArray
    scale: float
    down: FloatArray
    far: FloatArray | None
    lip: FloatArray
    soft: float


def build_mouth(pose: Pose, field: FaceField, still: NDArray[np.uint8], enlarged: float) -> Mouth:
    """Prepare sprites and curves.  still: (height, width, 3) RGB; enlarged: its pixels per pixel of the picture."""
    skin = color_at(still, field.points[list(SKIN_POINTS)])
    color = float(smoothstep(*COLORFUL, np.array(np.ptp(skin) / max(1.0, float(skin.max())))))
    places, teeth = seen_teeth(still, field.points, skin)
    rows = draw_teeth(pose, tooth_color(teeth, skin), biting_edge(pose, places))
    upper, lower, tongue = (_colored(sprite, color) for sprite in (*rows, draw_tongue(pose, skin)))
    ids = [*UPPER_LIP[0], *LOWER_LIP[0], *BELOW_LIP]
    carried = np.zeros((2, 2, len(FIELD_CHANNELS)))
    head = [FIELD_CHANNELS.index(name) for name in HEAD_CHANNELS]
    jaw = FIELD_CHANNELS.index("jaw")
    carried[:, :, head] = field.bases[HEAD_POINT][:, head]
    carried[1, :, jaw] = field.bases[JAW_POINT][:, jaw]
    # not anatomical: lips that move before the chin would expose the lower teeth
    carried[1, :, FIELD_CHANNELS.index("lips")] = field.bases[JAW_POINT][:, jaw]
    down = pose.displace(np.array([0.0, -1.0, 0.0]))
    down = (down / np.linalg.norm(down)).astype(np.float32)
    rest = field.points[ids].astype(np.float32)
    far = None
    if abs(pose.yaw) > TURNED_YAW:
        far = np.array([down[1], -down[0]], np.float32) * np.float32(np.sign(pose.yaw))
    dark = np.array([0.20, 0.085, 0.08], np.float32) * skin
    dark += (dark.mean() - dark) * (1 - color)
    shadow = 1 - (1 - SHADOW_TINT) * color
    return Mouth(
        field.bases[ids].astype(np.float32),
        rest,
        carried.astype(np.float32),
        upper,
        lower,
        tongue,
        0.75 * pose.scale,
        dark,
        shadow.astype(np.float32),
        pose.scale,
        down,
        far,
        color_at(still, field.points[list(LIP_POINTS)]),
        SOFT * math.sqrt(max(1.0, enlarged) ** 2 - 1),
    )


def _colored(sprite: Sprite, share: float) -> Sprite:
    """The sprite with reduced saturation: none in a black-and-white picture."""
    grey = sprite.colors.mean(axis=2, keepdims=True)
    return replace(sprite, colors=np.ascontiguousarray(grey + (sprite.colors - grey) * np.float32(share)))


def without_opening(still: NDArray[np.uint8], points: NDArray[np.float64], scale: float) -> NDArray[np.uint8]:
    """The picture with lip colour in place of the open mouth's content, (height, width, 3) uint8.

    Lips move as layers. If a layer is cut slightly off its true edge, it carries skin and not teeth.
    points: (468, 2) mesh in frame pixels.
    """
    import cv2

    outline = points[[*UPPER_LIP[0], *LOWER_LIP[0][-2:0:-1]]]
    gap = float(np.linalg.norm(points[UPPER_LIP[0][5]] - points[LOWER_LIP[0][5]])) / scale
    low = np.maximum(np.floor(outline.min(axis=0)).astype(int) - 16, 0)
    high = np.ceil(outline.max(axis=0)).astype(int) + 17
    part = still[low[1] : high[1], low[0] : high[0]]
    opening = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(opening, [np.rint(outline - low).astype(np.int32)], 1)
    grow = round(TEETH_EDGE_CM * scale * min(1.0, gap / 0.3))
    if grow:
        opening = cv2.dilate(opening, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1, 2 * grow + 1)))
    labels = cv2.distanceTransformWithLabels(opening, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)[1]
    lips = opening == 0
    color_of = np.zeros((labels.max() + 1, 3), np.uint8)
    color_of[labels[lips]] = cv2.GaussianBlur(part, (0, 0), 0.8)[lips]
    # otherwise a tooth at the edge would leave a streak
    even = cv2.GaussianBlur(color_of[labels], (0, 0), max(0.6, FILL_SOFT_CM * scale))
    filled = still.copy()
    filled[low[1] : high[1], low[0] : high[0]] = np.where(lips[..., None], part, even)
    return filled


def paint_mouth(
    mouth: Mouth,
    weights: FloatArray,
    tongue: float,
    upper: NDArray[np.uint8],
    lower: NDArray[np.uint8],
    left: int,
    top: int,
) -> None:
    """Draw cavity, tongue, teeth and the lower lip into `upper`, in place.

    upper, lower: (height, width, 4) the two warped layers over the same pixels, the first at left, top;
    weights: (channels,) of this frame.
    """
    import cv2

    moved = mouth.rest + mouth.outline @ weights - (left, top)
    top_edge, low_edge = CURVE @ moved[:11], CURVE @ moved[11:22]
    height, width = upper.shape[:2]
    gap = float(((low_edge - top_edge) @ mouth.down).max())
    if gap > 0.3:
        _paint_inside(mouth, weights, tongue, upper, _opening(mouth.far, top_edge, low_edge), (left, top))
    share = _below(mouth, low_edge, moved[22:], (height, width)).astype(np.float32) * np.float32(1 / 255)
    upper[...] = cv2.blendLinear(lower, upper, share, 1 - share)
    if mouth.far is not None and gap > 0.3:
        _paint_far_lip(mouth, mouth.far, upper, top_edge, low_edge)
    edges = [_past_outline(mouth, edge, 0.0) for edge in (top_edge, low_edge)]
    _shade_lip_line(mouth, upper, edges[0], edges[1], gap)


def _past_outline(mouth: Mouth, line: FloatArray, pixels: float) -> FloatArray:
    """A line of points from left to right; points behind the outline of a turned face are put `pixels` beyond it."""
    far = mouth.far
    if far is None:
        return line
    extreme = int((line @ far).argmax())
    placed = line.copy()
    placed[slice(extreme + 1, None) if far[0] > 0 else slice(0, extreme)] = line[extreme] + far * pixels
    return placed


def _opening(far: FloatArray | None, top_edge: FloatArray, low_edge: FloatArray) -> FloatArray:
    """The outline of the open mouth, without the part behind the lips."""
    if far is None:
        return np.concatenate([top_edge, low_edge[::-1]])
    edge = far_edge(top_edge, low_edge, far)
    if far[0] > 0:
        return np.concatenate([top_edge[: edge.top], edge.line, low_edge[: edge.low][::-1]])
    return np.concatenate([top_edge[edge.top + 1 :], low_edge[edge.low + 1 :][::-1], edge.line[::-1]])


def _below(mouth: Mouth, low_edge: FloatArray, ring: FloatArray, size: tuple[int, int]) -> NDArray[np.uint8]:
    """How much of each pixel the lower layer covers, (height, width) 0..255.

    From the lower lip's edge (half a pixel of overlap hides the seam where the lips meet) to well outside the ring of
    skin within which the two layers differ, and beyond the outline of a turned face.
    """
    apron = ring + np.outer(1 - np.abs(ALONG) ** 4, mouth.down) * (APRON_CM * mouth.scale)
    beyond = 0.8 * mouth.scale
    edge = _past_outline(mouth, low_edge - 0.5 * mouth.down, beyond)
    floor = _past_outline(mouth, CURVE @ apron, beyond)
    if mouth.far is None:
        return _coverage([np.concatenate([edge, floor[::-1]])], size, mouth.soft)
    # bent lines may cross themselves: drawn strip by strip, they leave no holes
    strips = np.stack([edge[:-1], edge[1:], floor[1:], floor[:-1]], axis=1)
    return _coverage(list(strips), size, mouth.soft)


def _coverage(polygons: list[FloatArray], size: tuple[int, int], soft: float) -> NDArray[np.uint8]:
    """How much of each pixel any polygon covers, (height, width) 0..255 (OpenCV's own antialiased edges are ragged).

    soft: sigma in pixels, 0 for pixel-sharp edges.
    """
    import cv2

    fine = np.zeros((size[0] * SUPERSAMPLE, size[1] * SUPERSAMPLE), np.uint8)
    for polygon in polygons:
        cv2.fillPoly(fine, [_subpixel((polygon + 0.5) * SUPERSAMPLE - 0.5)], 255, cv2.LINE_8, SUBPIXEL)
    return _softened(cv2.resize(fine, size[::-1], interpolation=cv2.INTER_AREA), soft)


def _softened(picture: NDArray[Any], soft: float) -> NDArray[Any]:
    import cv2

    return np.asarray(cv2.GaussianBlur(picture, (0, 0), soft)) if soft > 0 else picture


def _subpixel(points: FloatArray) -> NDArray[np.int32]:
    return np.rint(points * (1 << SUBPIXEL)).astype(np.int32)


def _paint_inside(
    mouth: Mouth,
    weights: FloatArray,
    tongue: float,
    canvas: NDArray[np.uint8],
    opening: FloatArray,
    corner: tuple[int, int],
) -> None:
    """Cavity, tongue and teeth inside the opening, darker toward its rim."""
    import cv2

    margin = 2 + math.ceil(3 * mouth.soft)
    low = np.maximum(np.floor(opening.min(axis=0)).astype(int) - margin, 0)
    high = np.minimum(np.ceil(opening.max(axis=0)).astype(int) + margin + 1, canvas.shape[1::-1])
    if (high - low).min() < 2:
        return
    size = (int(high[1] - low[1]), int(high[0] - low[0]))
    mask = _coverage([opening - low], size, mouth.soft)
    inside = np.empty((*size, 3), np.float32)
    inside[:] = mouth.dark
    head, jaw = mouth.carried @ weights
    start = low + corner
    raised = -tongue * mouth.reach * mouth.down
    _lay(inside, mouth.tongue, jaw * 0.8 + raised * 0.35 - start)
    _lay(inside, mouth.lower, jaw - start)
    if tongue > 0.05:
        _lay(inside, mouth.tongue, jaw * 0.8 + raised - start)
    _lay(inside, mouth.upper, head - start)
    # light enters from the front: less of it near the lips, least under the upper one
    blur = max(0.6, 0.17 * mouth.scale)
    lowered = np.column_stack([np.eye(2), mouth.down * (0.8 * blur)])
    shifted = cv2.warpAffine(mask, lowered, size[::-1])
    light = cv2.GaussianBlur(shifted, (0, 0), blur).astype(np.float32) / 255
    funnel = 1 - FUNNEL_SHADE * float(weights[FIELD_CHANNELS.index("round")])
    shadow = 1 - funnel * (0.30 + 0.70 * np.clip(light * 1.5, 0, 1))
    inside = _softened(inside * (1 - shadow[..., None] * mouth.shadow), mouth.soft)
    part, person = np.split(canvas[low[1] : high[1], low[0] : high[0]], [3], axis=2)
    # nothing beyond the outline of a face, wherever the landmarks are
    share = mask[..., None] * (person * np.float32(1 / 255**2))
    part[...] = np.rint(part + (inside - part) * share)


def _lay(canvas: FloatArray, sprite: Sprite, shift: FloatArray) -> None:
    """Blend a sprite into (height, width, 3) with subpixel placement; `shift` is relative to its own position."""
    import cv2

    place = np.array([[1, 0, sprite.left + shift[0]], [0, 1, sprite.top + shift[1]]])
    size = canvas.shape[1::-1]
    alpha = cv2.warpAffine(sprite.alpha, place, size)
    canvas *= (1 - alpha)[..., None]
    canvas += cv2.warpAffine(sprite.colors, place, size)


def _paint_far_lip(
    mouth: Mouth, far: FloatArray, canvas: NDArray[np.uint8], top_edge: FloatArray, low_edge: FloatArray
) -> None:
    """Lip colour beyond the far edge of an opening, where skin or a tooth of the picture would stretch."""
    inner = far_edge(top_edge, low_edge, far).line
    band = np.concatenate([inner, inner[::-1] + far * (FAR_LIP_CM * mouth.scale)])
    low = np.maximum(np.floor(band.min(axis=0) - 0.3 * mouth.scale).astype(int), 0)
    high = np.minimum(np.ceil(band.max(axis=0) + 0.3 * mouth.scale).astype(int), canvas.shape[1::-1])
    if (high - low).min() < 2:
        return
    size = (int(high[1] - low[1]), int(high[0] - low[0]))
    soft = _coverage([band - low], size, max(0.6, 0.08 * mouth.scale)).astype(np.float32)
    past = np.concatenate([inner, inner[::-1] + far * mouth.scale]) - low
    soft *= _coverage([past], size, mouth.soft) / np.float32(255)
    part, person = np.split(canvas[low[1] : high[1], low[0] : high[0]], [3], axis=2)
    wide = min(1.0, float(np.linalg.norm(inner[-1] - inner[0])) / (0.4 * mouth.scale))
    share = soft[..., None] * (person * np.float32(wide / 255**2))
    part[...] = np.rint(part + (mouth.lip - part) * share)


def _shade_lip_line(
    mouth: Mouth, canvas: NDArray[np.uint8], top_edge: FloatArray, low_edge: FloatArray, gap: float
) -> None:
    """The soft shadow where the lips meet or end."""
    import cv2

    line = np.zeros(canvas.shape[:2], np.uint8)
    thickness = max(1, round(0.07 * mouth.scale))
    opened = float(smoothstep(0.0, OPENED_CM * mouth.scale, np.array(gap)))
    met = round(255 - 145 * opened)  # an open mouth is already dark under the upper lip
    cv2.polylines(line, [_subpixel(top_edge[1:-1])], False, met, thickness, cv2.LINE_AA, SUBPIXEL)
    if gap > 0.3:
        cv2.polylines(line, [_subpixel(low_edge[1:-1])], False, 130, thickness, cv2.LINE_AA, SUBPIXEL)
        if mouth.far is not None:
            # the skin at the far corner turns into the mouth, away from the light
            turned = far_edge(top_edge, low_edge, mouth.far).line
            cv2.polylines(line, [_subpixel(turned)], False, 110, 2 * thickness, cv2.LINE_AA, SUBPIXEL)
    low = np.maximum(np.floor(np.minimum(top_edge, low_edge).min(axis=0)).astype(int) - 4 * thickness, 0)
    high = np.ceil(np.maximum(top_edge, low_edge).max(axis=0)).astype(int) + 4 * thickness
    area = np.s_[low[1] : high[1], low[0] : high[0]]
    soft = cv2.GaussianBlur(line[area], (0, 0), math.hypot(max(0.5, 0.06 * mouth.scale), mouth.soft / 2))
    part = canvas[area][..., :3]
    part[...] = np.rint(part * (1 - np.float32(0.55 / 255) * soft[..., None].astype(np.float32)))
