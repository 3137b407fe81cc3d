"""The networks for faces: detection, landmarks and segmentation, and the canonical mesh."""

from __future__ import annotations

from pathlib import Path

from talkshow.engines.weights import Weights, verified


def _face(file: str, purpose: str, source: str, licence: str, sha256: str, size: int) -> Weights:
    return Weights(f"face/{file}", purpose, source, licence, sha256, file, size, asset=f"assets/face/{file}")


DETECTOR = _face(
    "centerface_dyn.onnx",
    "finds faces",
    "Star-Clouds/CenterFace, input size made dynamic",
    "MIT",
    "9cc9f27a919757a8db5bfd1e56f4bc920de459b8221f4296c5c2e029d440bdfe",
    7_297_156,
)
LANDMARKS = _face(
    "face_landmarks_detector.tflite",
    "478 face landmarks",
    "Google MediaPipe Face Landmarker",
    "Apache-2.0",
    "c7d54204ce0448474c7f3fa9af494787c0965cbdd6f20fc72867e43046bd43d5",
    2_553_590,
)
SEGMENTATION = _face(
    "selfie_segmentation.tflite",
    "separates people from the background",
    "Google MediaPipe Selfie Segmentation",
    "Apache-2.0",
    "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    249_505,
)
MESH = _face(
    "canon.npz",
    "canonical face mesh: 468 vertices in cm, triangles",
    "Google MediaPipe canonical face model",
    "Apache-2.0",
    "b90ad3ff473aa3b3e383d187c79c29db6b08ce1fc9555c4225c440142851a4ec",
    25_988,
)
NETWORKS = (DETECTOR, LANDMARKS, SEGMENTATION, MESH)


def face_file(model: Weights) -> Path:
    """The path of a network or the mesh, verified once per process and folder. Raises WeightsError."""
    return verified(model)
