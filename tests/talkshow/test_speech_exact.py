"""The quicker convolutions give the same sound, to the bit."""

from __future__ import annotations

import numpy as np
import onnxruntime

from talkshow.engines import weights
from talkshow.speech.engines.kokoro import MODEL
from talkshow.speech.engines.onnx_model import has_vnni, with_signed_signals

TOKENS = np.array([[0, 50, 156, 43, 102, 16, 65, 4, 0]], np.int64)


def sound(model: bytes) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    style = np.random.default_rng(0).normal(0, 0.1, (1, 256)).astype(np.float32)
    return session.run(None, {"tokens": TOKENS, "style": style, "speed": np.ones(1, np.float32)})[0]


def test_signed_signals_change_no_sample():
    original = weights.read(MODEL)
    rewritten = with_signed_signals(original)
    assert rewritten != original
    before, after = sound(original), sound(rewritten)
    assert np.abs(before).max() > 0.01, "the sentence must sound"
    if has_vnni():
        assert np.array_equal(before, after)
    else:  # such a processor may saturate, which is why it is not asked to
        assert before.shape == after.shape
