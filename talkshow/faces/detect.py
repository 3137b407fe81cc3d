"""Face detection: CenterFace (MIT licence) through onnxruntime."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.networks import DETECTOR, face_file
from talkshow.geometry import Box
from talkshow.machine import libraries
from talkshow.machine.workers import worker_count

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

THRESHOLD = 0.4  # score from which a detection counts as a face
STRIDE = 4  # pixels of the network's input per cell of its output
SEARCH_EDGES = (640, 1280)  # longest edges searched: the first finds large faces, the second small ones


@dataclass(frozen=True)
class Detection:
    """A face.

    box:   in pixels
    score: 0..1, the network's
    nose, mouth: (x, y) pixels, tip of the nose and middle of the mouth as the network estimates them
    """

    box: Box
    score: float
    nose: tuple[float, float]
    mouth: tuple[float, float]


@functools.cache
def _session(model: Path) -> InferenceSession:
    # not cv2.dnn: OpenCV 5 gives wrong results after the input size of this network changes
    onnxruntime = libraries.onnxruntime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # it warns about every unused initializer of the model
    options.intra_op_num_threads = min(2, worker_count())
    options.enable_cpu_mem_arena = False  # an idle session must not keep the memory of its largest picture
    session: InferenceSession = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return session


def detect_faces(pixels: NDArray[np.uint8]) -> tuple[Detection, ...]:
    """All faces of a picture, from left to right.  pixels: (height, width, 3) uint8 RGB."""
    edges = [edge for edge in SEARCH_EDGES if edge == SEARCH_EDGES[0] or max(pixels.shape[:2]) > SEARCH_EDGES[0]]
    found = [detection for edge in edges for detection in _detect_at(pixels, edge)]
    return tuple(sorted(_strongest(found), key=lambda detection: detection.box.center[0]))


def _detect_at(pixels: NDArray[np.uint8], edge: int) -> list[Detection]:
    """Detect with the longer side scaled to `edge` pixels (rounded up to a multiple of 32, for the network)."""
    import cv2

    height, width = pixels.shape[:2]
    scale = edge / max(height, width)
    net_w, net_h = (math.ceil(side * scale / 32) * 32 for side in (width, height))
    # INTER_AREA: a plain bilinear reduction of a large picture aliases and loses faces
    shrink = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized = cv2.resize(pixels, (net_w, net_h), interpolation=shrink)
    blob = resized.transpose(2, 0, 1)[None].astype(np.float32)
    session = _session(face_file(DETECTOR))
    heat, size, offset, five = session.run(None, {session.get_inputs()[0].name: blob})
    candidates = []
    for y, x in zip(*np.nonzero(heat[0, 0] > THRESHOLD), strict=True):
        box_h, box_w = (np.exp(size[0, axis, y, x]) * STRIDE for axis in (0, 1))
        center_y, center_x = ((cell + offset[0, axis, y, x] + 0.5) * STRIDE for axis, cell in ((0, y), (1, x)))
        box = Box(
            float((center_x - box_w / 2) * width / net_w),
            float((center_y - box_h / 2) * height / net_h),
            float((center_x + box_w / 2) * width / net_w),
            float((center_y + box_h / 2) * height / net_h),
        )
        # eyes, nose, corners of the mouth: y and x of each, as shares of the box
        places = five[0, :, y, x].reshape(5, 2)[:, ::-1] * (box.width, box.height) + (box.left, box.top)
        nose, mouth = places[2], places[3:].mean(axis=0)
        candidates.append(
            Detection(
                box, float(heat[0, 0, y, x]), (float(nose[0]), float(nose[1])), (float(mouth[0]), float(mouth[1]))
            )
        )
    return candidates


def _strongest(candidates: list[Detection]) -> list[Detection]:
    """Drop every detection whose centre lies within half a face of a stronger one."""
    kept: list[Detection] = []
    for found in sorted(candidates, key=lambda candidate: -candidate.score):
        x, y = found.box.center
        if all(
            math.hypot(x - other.box.center[0], y - other.box.center[1]) > 0.5 * max(other.box.height, found.box.height)
            for other in kept
        ):
            kept.append(found)
    return kept
