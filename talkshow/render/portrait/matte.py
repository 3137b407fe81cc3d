"""The matte of the person (MediaPipe's selfie segmentation, Apache-2.0) and the background behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.networks import SEGMENTATION, face_file
from talkshow.render.portrait.grid import FloatArray
from talkshow.render.portrait.shapes import smoothstep

NET_SIZE = 256
FILLED_FROM = 0.2  # matte below which a pixel stays in the background unchanged
FIGURE_SIZE = 320  # pixels of the longer side for the search for a figure
EDGE = (0.15, 0.75)  # output of the network: from certainly background to certainly person


def matte_net() -> Any:
    """A new network; not safe for two threads at the same time."""
    import cv2

    return cv2.dnn.readNetFromTFLite(str(face_file(SEGMENTATION)), cv2.dnn.ENGINE_CLASSIC)


def person_likelihood(net: Any, still: NDArray[np.uint8]) -> FloatArray:
    """(height, width), about 0..1: the output of the network, at its coarse resolution.  still: uint8 RGB."""
    import cv2

    net.setInput(cv2.dnn.blobFromImage(still, 1 / 255, (NET_SIZE, NET_SIZE), (0, 0, 0), False))
    answer = net.forward().reshape(NET_SIZE, NET_SIZE)
    return np.asarray(cv2.resize(answer, still.shape[1::-1], interpolation=cv2.INTER_CUBIC))


def person_matte(net: Any, still: NDArray[np.uint8], radius: int) -> FloatArray:
    """The person's share of each pixel, (height, width) 0..1.

    still: (height, width, 3) uint8 RGB, a part of a picture with one person in it; radius: pixels within which the
    network's coarse edge is aligned with the edge in the picture.
    """
    import cv2

    guide = cv2.cvtColor(still, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    refined = guided_filter(guide, person_likelihood(net, still), radius, 4e-4)
    return smoothstep(*EDGE, refined.astype(np.float64)).astype(np.float32)


def figure_matte(still: NDArray[np.uint8], face: NDArray[np.uint8]) -> FloatArray:
    """The same for a figure that the network does not recognise as a person: a drawing, a puppet, an animal.

    GrabCut (Rother et al. 2004) separates colours similar to those of the face, and connected with it, from all others.
    face: (height, width), not 0 where the face is.
    """
    import cv2

    shrink = min(1.0, FIGURE_SIZE / max(still.shape[:2]))
    size = (max(8, round(still.shape[1] * shrink)), max(8, round(still.shape[0] * shrink)))
    small = cv2.resize(still, size, interpolation=cv2.INTER_AREA)
    inside = cv2.resize((face > 0).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    width = max(3, int(np.ptp(np.nonzero(inside)[1])))
    core = cv2.erode(inside, _disc(width // 10))
    near = cv2.dilate(inside, _disc(round(0.35 * width)))
    labels = np.where(core > 0, cv2.GC_FGD, np.where(near > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD)).astype(np.uint8)
    labels[[0], :] = labels[:, [0, -1]] = cv2.GC_BGD
    cv2.setRNGSeed(0)
    cv2.grabCut(small, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    figure = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    figure = cv2.morphologyEx(figure, cv2.MORPH_CLOSE, _disc(width // 12))
    soft = cv2.GaussianBlur(figure.astype(np.float32), (0, 0), 1.0)
    return np.asarray(cv2.resize(soft, still.shape[1::-1], interpolation=cv2.INTER_CUBIC).clip(0, 1))


def _disc(radius: int) -> NDArray[np.uint8]:
    import cv2

    size = 2 * max(1, radius) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))


def attached_to(matte: FloatArray, face: NDArray[np.uint8], bridge: float) -> FloatArray:
    """The matte without parts that are connected to the person by less than `bridge` pixels, or not at all.

    The network sometimes mistakes microphones and window frames for people.  face: (height, width), not 0 where the
    face is.
    """
    import cv2

    radius = max(1, round(bridge / 2))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    body = cv2.erode(((matte > 0.5) | (face > 0)).astype(np.uint8), disc, borderValue=1)
    labels = cv2.connectedComponents(body)[1]
    votes = np.bincount(labels[(face > 0) & (body > 0)], minlength=2)
    if not votes[1:].any():
        return matte
    own = (labels == 1 + int(votes[1:].argmax())).astype(np.uint8)
    wider = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4 * radius + 1, 4 * radius + 1))
    reach = cv2.dilate(own, wider).astype(np.float32)
    return np.asarray(matte * cv2.GaussianBlur(reach, (0, 0), max(0.5, radius / 3)))


def background_plate(still: NDArray[np.uint8], matte: FloatArray, depth: float) -> NDArray[np.uint8]:
    """The picture with the background extended behind the person, (height, width, 3) uint8.

    Only a band along the outline is ever visible, when the person moves away from it. Each pixel gets the colour of
    the nearest background, blurred more with depth.  depth: pixels of that band.
    """
    import cv2

    person = matte > FILLED_FROM
    # nor are margin pixels, which mix hair and background, clean background
    unclean = cv2.dilate(person.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=max(1, round(depth / 12)))
    if unclean.all() or not unclean.any():
        return still
    distance, labels = cv2.distanceTransformWithLabels(unclean, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    clean = unclean == 0
    color_of = np.zeros((labels.max() + 1, 3), np.uint8)
    color_of[labels[clean]] = still[clean]
    carried = color_of[labels]
    soft, softer = (cv2.GaussianBlur(carried, (0, 0), sigma) for sigma in (max(1.0, depth / 10), depth / 3))
    near = smoothstep(0.0, depth / 4, distance.astype(np.float64))[..., None]
    deep = smoothstep(depth / 4, depth, distance.astype(np.float64))[..., None]
    filled = carried * (1 - near) + near * (soft * (1 - deep) + softer * deep)
    return np.where(clean[..., None], still, np.rint(filled)).astype(np.uint8)


def guided_filter(guide: FloatArray, values: FloatArray, radius: int, epsilon: float) -> FloatArray:
    """Smooth `values` along the edges of `guide` (He, Sun and Tang 2010).  Both (height, width) float32."""
    import cv2

    def mean(image: FloatArray) -> FloatArray:
        return np.asarray(cv2.boxFilter(image, cv2.CV_32F, (2 * radius + 1, 2 * radius + 1)))

    mean_guide, mean_values = mean(guide), mean(values)
    variance = mean(guide * guide) - mean_guide * mean_guide
    slope = (mean(guide * values) - mean_guide * mean_values) / (variance + epsilon)
    return mean(slope) * guide + mean(mean_values - slope * mean_guide)
