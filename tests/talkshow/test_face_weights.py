"""A face model that is not the one expected is not read."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn_people import save, two_people


@pytest.mark.parametrize("file", ["centerface_dyn.onnx", "face_landmarks_detector.tflite"])
def test_a_wrong_face_model_stops_with_its_name(run, tmp_path: Path, monkeypatch, file):
    (tmp_path / file).write_bytes(b"not a model")
    monkeypatch.setenv("TALKSHOW_MODELS", str(tmp_path))
    ran = run("seats", save(two_people(), tmp_path / "people.png"))
    assert ran.code == 1 and file in ran.err and "sha256" in ran.err
