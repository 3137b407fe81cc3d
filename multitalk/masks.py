"""Masks for the region of each person in the picture, at the size of latents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multitalk.buckets import Bucket, fit_masks
from multitalk.errors import RequestError

_MARGIN = 0.05  # share of a person's column that belongs to the background
_VAE_STRIDE = 8


@dataclass(frozen=True)
class Region:
    """A rectangle in pixels of the reference picture; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float


def default_regions(num_people: int, height: int, width: int) -> tuple[Region, ...]:
    """The picture in equal columns, from left to right, each with a margin."""
    share = width // num_people
    low, high = int(share * _MARGIN), int(share * (1 - _MARGIN))
    return tuple(
        Region(
            int(share * _MARGIN + person * share) if person else low,
            int(height * _MARGIN),
            int(share * (1 - _MARGIN) + person * share) if person else high,
            int(height * (1 - _MARGIN)),
        )
        for person in range(num_people)
    )


def speaker_masks(regions: Sequence[Region], height: int, width: int, bucket: Bucket) -> NDArray[np.float32]:
    """(people + 1, bucket height / 8, bucket width / 8), 0 or 1; the background last.

    For one person all masks are ones, and they are not used. Raises RequestError for a region that the crop removes
    completely.
    """
    latent = (bucket[0] // _VAE_STRIDE, bucket[1] // _VAE_STRIDE)
    if len(regions) == 1:
        return np.ones((2, *latent), np.float32)
    masks = np.zeros((len(regions) + 1, height, width), np.float32)
    for mask, region in zip(masks, regions, strict=False):
        mask[int(region.top) : int(region.bottom), int(region.left) : int(region.right)] = 1
    masks[-1] = masks[:-1].max(axis=0) == 0
    small = fit_masks(masks, bucket)
    rows = np.floor(np.arange(latent[0], dtype=np.float32) * (bucket[0] / latent[0])).astype(int)
    columns = np.floor(np.arange(latent[1], dtype=np.float32) * (bucket[1] / latent[1])).astype(int)
    found = (small[:, rows[:, None], columns[None, :]] > 0).astype(np.float32)
    for person, mask in enumerate(found[:-1], start=1):
        if not mask[::2, ::2].any():
            raise RequestError(
                f"nothing of person {person} is left in a picture of {bucket[1]}x{bucket[0]} pixels: "
                "their region is too small or is cropped away. Give them a larger region, or use a "
                "picture with an aspect ratio nearer to the video's."
            )
    return found
