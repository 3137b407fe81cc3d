"""Pictures for `faces.py`: files, a public-domain portrait that a package ships, and harder versions of both.

A picture is written PICTURE[:VARIANT][@BOX...]: PICTURE is a file or `astronaut`; VARIANT one of `VARIANTS` or
`turnedDEGREES`; every BOX left,top,right,bottom (pixels of the variant) seats somebody by hand.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from talkshow.faces import Face, find_faces, load_picture
from talkshow.faces.mesh import CHIN, HAIRLINE, canonical_mesh, fit_pose
from talkshow.render.portrait.grid import grid_over, rasterize
from talkshow.render.portrait.head import NECK_CM, PIVOT, below_chin, camera_depth, outline_depth
from talkshow.render.portrait.matte import background_plate, matte_net, person_matte
from talkshow.render.portrait.shapes import smoothstep

Rgb = NDArray[np.uint8]


def picture_of(written: str, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """The file to film, made in `folder` where it is a variant, and the hand-given seats."""
    described, *boxes = written.split("@")
    name, _, variant = described.partition(":")
    if name == "astronaut":
        import skimage.data

        pixels = np.asarray(skimage.data.astronaut())
    else:
        pixels = load_picture(Path(name)).pixels
    if variant:
        turned = re.fullmatch(r"turned(-?\d+)", variant)
        if not turned and variant not in VARIANTS:
            raise SystemExit(f"{written}: no variant '{variant}'; there are {', '.join(VARIANTS)}, turnedDEGREES")
        pixels = turn(pixels, float(turned[1])) if turned else VARIANTS[variant](pixels)
    path = folder / f"{Path(name).stem}{'-' + variant if variant else ''}.png"
    save(pixels, path)
    return path, tuple(boxes)


def save(pixels: Rgb, path: Path) -> None:
    """Write an RGB picture."""
    cv2.imwrite(str(path), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))


def dark(pixels: Rgb) -> Rgb:
    """Candle light: a quarter of the light, warm, noisy."""
    dimmed = (pixels / 255.0) ** 1.5 * 255 * (0.42, 0.33, 0.25)
    noise = np.random.default_rng(0).normal(0, 2.5, pixels.shape)
    return np.clip(dimmed + noise, 0, 255).astype(np.uint8)


def small(pixels: Rgb) -> Rgb:
    """Taken from so far away that faces are some 60 pixels high in a frame of 720 lines."""
    height, width = pixels.shape[:2]
    canvas = cv2.GaussianBlur(cv2.resize(pixels, (width, height)), (0, 0), height / 20)
    share = 0.42
    part = cv2.resize(pixels, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA)
    top, left = height - part.shape[0], (width - part.shape[1]) // 2
    canvas[top:, left : left + part.shape[1]] = part
    return canvas


def crop(pixels: Rgb) -> Rgb:
    """The first face fills most of the frame."""
    pose = fit_pose(_faces(pixels)[0].landmarks.points)
    top, bottom = pose.project(pose.shape[[HAIRLINE, CHIN]])
    (x, y), half_h = (top + bottom) / 2, 0.80 * float(np.linalg.norm(bottom - top))
    half_w = min(half_h * 16 / 9, x, pixels.shape[1] - x)
    return pixels[max(0, int(y - half_h)) : int(y + half_h), max(0, int(x - half_w)) : int(x + half_w)].copy()


def four(pixels: Rgb) -> Rgb:
    """The first person four times, side by side, every other one mirrored."""
    pose = fit_pose(_faces(pixels)[0].landmarks.points)
    (x, y), half = pose.project(pose.shape[[HAIRLINE, CHIN]]).mean(axis=0), 11.0 * pose.scale
    left, top = (max(0, int(edge)) for edge in (x - half, y - 1.2 * half))
    one = pixels[top : int(y + 2.2 * half), left : int(x + half)]
    one = cv2.resize(one, (480, 810), interpolation=cv2.INTER_AREA)
    row = np.hstack([one, one[:, ::-1], one, one[:, ::-1]])
    return cv2.copyMakeBorder(row, 270, 0, 0, 0, cv2.BORDER_REPLICATE)


def painted(pixels: Rgb) -> Rgb:
    """Brush strokes in place of skin."""
    flat = cv2.stylization(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), sigma_s=40, sigma_r=0.35)
    return cv2.cvtColor(flat, cv2.COLOR_BGR2RGB)


def grey(pixels: Rgb) -> Rgb:
    """In black and white."""
    return cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def spectacled(pixels: Rgb) -> Rgb:
    """Round black glasses, drawn in front of the face as it is turned."""
    result = pixels.copy()
    around = np.linspace(0, 2 * np.pi, 48)
    for face in _faces(pixels):
        pose = fit_pose(face.landmarks.points)
        thickness = max(1, round(0.28 * pose.scale))
        eyes = pose.shape[[[33, 133], [263, 362]]].mean(axis=1) + np.array((0, -0.3, 1.2))
        rims = [eye + np.column_stack([2.3 * np.cos(around), 2.0 * np.sin(around), 0 * around]) for eye in eyes]
        bridge = np.array([eyes[0] + (2.3, 0.4, 0), eyes[1] + (-2.3, 0.4, 0)])
        arms = [
            np.array([(2.3 * side, 0.5, 0), (3.6 * side, 0.6, -6.0)]) + eye
            for eye, side in zip(eyes, (-1, 1), strict=True)
        ]
        arms = arms[:1] if pose.yaw > 0 else arms[1:]
        for line in (*rims, bridge, *arms):
            corners = np.rint(pose.project(line) * 16).astype(np.int32)
            cv2.polylines(result, [corners], False, (24, 22, 22), thickness, cv2.LINE_AA, 4)
    return result


def sketched(pixels: Rgb) -> Rgb:
    """Pencil lines on paper."""
    return cv2.cvtColor(cv2.pencilSketch(pixels, sigma_s=30, sigma_r=0.08, shade_factor=0.04)[0], cv2.COLOR_GRAY2RGB)


def bearded(pixels: Rgb) -> Rgb:
    """Short dark hair over jaw, chin and upper lip, drawn on the face mesh."""
    height, width = pixels.shape[:2]
    result = pixels.astype(np.float32)
    canonical = canonical_mesh()
    x, y = np.abs(canonical.points[:, 0]), canonical.points[:, 1]
    beside_lips = smoothstep(1.0, 1.25, np.hypot(x / 2.9, (y + 4.4) / 1.25))
    grown = smoothstep(-1.4, -2.6, y) * beside_lips * smoothstep(-0.1, 0.8, x + 2.0 * (y < -4.4))
    hair = np.random.default_rng(1).normal(0, 1, (height, width)).astype(np.float32)
    hair = cv2.GaussianBlur(hair, (0, 0), sigmaX=0.6, sigmaY=1.6)
    for face in _faces(pixels):
        pose = fit_pose(face.landmarks.points)
        grid = grid_over(0, 0, width, height, 2, (width, height))
        raster = rasterize(grid, pose.project(pose.shape), camera_depth(pose), canonical.triangles)
        cover = np.where(raster.inside, raster.spread(grown), 0).astype(np.float32)
        cover = cv2.resize(cover, (grid.columns * 2, grid.rows * 2))[:height, :width]
        cover = cv2.GaussianBlur(cover, (0, 0), 0.12 * pose.scale)[..., None]
        shade = np.clip(0.30 + 0.12 * hair / hair.std(), 0.1, 0.8)[..., None]
        result += (result * shade * (1.0, 0.85, 0.75) - result) * 0.9 * cover
    return np.clip(result, 0, 255).astype(np.uint8)


def turn(pixels: Rgb, degrees: float) -> Rgb:
    """The picture with its first head turned about the neck: face mesh, and an egg behind it.

    What the picture hides it cannot show: the near side is stretched. Enough to see whether steep faces hold up.
    """
    pose = fit_pose(_faces(pixels)[0].landmarks.points)
    height, width = pixels.shape[:2]
    matte = person_matte(matte_net(), pixels, max(2, round(0.45 * pose.scale)))
    plate = background_plate(pixels, matte, 8 * pose.scale)
    grid = grid_over(0, 0, width, height, 2, (width, height))
    depth = camera_depth(pose)
    raster = rasterize(grid, pose.project(pose.shape), depth, canonical_mesh().triangles)
    beside_cm = raster.distance.astype(np.float64) * grid.step / pose.scale
    away = smoothstep(0.0, 4.0, beside_cm)
    pivot = pose.rotation @ np.array(PIVOT)
    z = raster.spread(depth) * (1 - away) + (outline_depth(pose) - 0.25 * beside_cm) * away - pivot[2]
    nodes = grid.nodes().astype(np.float64)
    head = smoothstep(NECK_CM, 0.5, below_chin(pose, nodes))
    x = (nodes[..., 0] - pose.offset[0]) / pose.scale - pivot[0]
    head *= smoothstep(20.0, 13.0, np.abs(x))  # whoever sits beside is not turned
    angle = np.radians(degrees)
    moved = nodes[..., 0] + head * (x * np.cos(angle) + z * np.sin(angle) - x) * pose.scale
    nearness = z + head * (z * np.cos(angle) - x * np.sin(angle) - z)
    moved, nearness = (
        cv2.resize(part.astype(np.float32), (grid.columns * 2, grid.rows * 2))[:height, :width]
        for part in (moved, nearness)
    )
    people = _splatted(np.dstack([pixels, np.rint(matte * 255).astype(np.uint8)]), moved, nearness)
    share = np.clip(people[..., 3:] / 255, 0, 1)
    return np.rint(people[..., :3] + plate * (1 - share)).clip(0, 255).astype(np.uint8)


def _splatted(
    people: NDArray[np.uint8], to_x: NDArray[np.float32], nearness: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Every opaque pixel of (height, width, 4) written to its new column, near over far; colours times alpha."""
    fine = 3
    size = (people.shape[1] * fine, people.shape[0] * fine)
    people, to_x, nearness = (
        cv2.resize(part, size, interpolation=cv2.INTER_LINEAR) for part in (people, to_x, nearness)
    )
    opaque = people[..., 3] > 127
    columns = np.clip(np.rint((to_x + 0.5) * fine - 0.5), 0, size[0] - 1).astype(int)[opaque]
    rows = np.nonzero(opaque)[0]
    order = np.argsort(nearness[opaque], kind="stable")
    canvas = np.zeros((size[1], size[0], 4), np.float32)
    canvas[rows[order], columns[order]] = people[opaque][order]
    closed = cv2.morphologyEx(canvas, cv2.MORPH_CLOSE, np.ones((1, 2 * fine + 1), np.uint8))
    canvas = np.where(canvas[..., 3:] == 0, closed, canvas)
    return cv2.resize(canvas, (size[0] // fine, size[1] // fine), interpolation=cv2.INTER_AREA)


def _faces(pixels: Rgb) -> tuple[Face, ...]:
    with tempfile.TemporaryDirectory() as folder:
        save(pixels, Path(folder) / "faces.png")
        return find_faces(load_picture(Path(folder) / "faces.png"))


VARIANTS: dict[str, Callable[[Rgb], Rgb]] = {
    "mirrored": lambda pixels: np.ascontiguousarray(pixels[:, ::-1]),
    "dark": dark,
    "small": small,
    "crop": crop,
    "four": four,
    "painted": painted,
    "sketched": sketched,
    "bearded": bearded,
    "grey": grey,
    "spectacled": spectacled,
}
