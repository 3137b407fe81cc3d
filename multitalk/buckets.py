"""The sizes at which the weights were trained, and scaling a picture to one of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bucket = tuple[int, int]  # (height, width) in pixels
BucketTable = Sequence[tuple[float, Bucket]]  # height / width -> size, in the order of preference on ties

TABLES: dict[str, tuple[tuple[float, Bucket], ...]] = {
    "480": (
        (0.26, (320, 1216)),
        (0.38, (384, 1024)),
        (0.50, (448, 896)),
        (0.67, (512, 768)),
        (0.82, (576, 704)),
        (1.00, (640, 640)),
        (1.22, (704, 576)),
        (1.50, (768, 512)),
        (1.86, (832, 448)),
        (2.00, (896, 448)),
        (2.50, (960, 384)),
        (2.83, (1088, 384)),
        (3.60, (1152, 320)),
        (3.80, (1216, 320)),
        (4.00, (1280, 320)),
    ),
    "720": (
        (0.22, (448, 2048)),
        (0.29, (512, 1792)),
        (0.36, (576, 1600)),
        (0.45, (640, 1408)),
        (0.55, (704, 1280)),
        (0.63, (768, 1216)),
        (0.76, (832, 1088)),
        (0.88, (896, 1024)),
        (1.00, (960, 960)),
        (1.14, (1024, 896)),
        (1.31, (1088, 832)),
        (1.50, (1152, 768)),
        (1.58, (1216, 768)),
        (1.82, (1280, 704)),
        (1.91, (1344, 704)),
        (2.20, (1408, 640)),
        (2.30, (1472, 640)),
        (2.67, (1536, 576)),
        (2.89, (1664, 576)),
        (3.62, (1856, 512)),
        (3.75, (1920, 512)),
    ),
}


def pick_bucket(height: int, width: int, table: str | BucketTable) -> Bucket:
    """The size whose aspect ratio is nearest to that of a picture; on a tie, the first in the table."""
    rows = TABLES[table] if isinstance(table, str) else table
    return min(rows, key=lambda row: abs(row[0] - height / width))[1]


def fit_picture(picture: NDArray[np.uint8], bucket: Bucket) -> NDArray[np.uint8]:
    """Scale to cover the bucket and crop the middle.  picture: (h, w, 3) RGB -> (height, width, 3)."""
    from PIL import Image

    height, width = _covering(picture.shape[0], picture.shape[1], bucket)
    scaled = np.array(Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR))
    top, left = _corner(height, width, bucket)
    return np.ascontiguousarray(scaled[top : top + bucket[0], left : left + bucket[1]])


def fit_masks(masks: NDArray[np.float32], bucket: Bucket) -> NDArray[np.float32]:
    """The same for masks, (n, h, w) -> (n, height, width), with nearest-neighbour sampling (PyTorch's `nearest`)."""
    height, width = _covering(masks.shape[1], masks.shape[2], bucket)
    top, left = _corner(height, width, bucket)
    rows = _nearest(masks.shape[1], height)[top : top + bucket[0]]
    columns = _nearest(masks.shape[2], width)[left : left + bucket[1]]
    return np.ascontiguousarray(masks[:, rows[:, None], columns[None, :]])


def _covering(height: int, width: int, bucket: Bucket) -> tuple[int, int]:
    scale = max(bucket[0] / height, bucket[1] / width)
    return math.ceil(scale * height), math.ceil(scale * width)


def _corner(height: int, width: int, bucket: Bucket) -> tuple[int, int]:
    return round((height - bucket[0]) / 2.0), round((width - bucket[1]) / 2.0)


def _nearest(old: int, new: int) -> NDArray[np.int64]:
    # in float32, as PyTorch computes it
    result: NDArray[np.int64] = np.minimum(
        np.floor(np.arange(new, dtype=np.float32) * np.float32(old / new)), old - 1
    ).astype(np.int64)
    return result
