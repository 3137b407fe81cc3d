"""The quicker convolutions give the same sound, to the bit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

from talkshow.engines import weights
from talkshow.engines.resources import asset
from talkshow.errors import WeightsError
from talkshow.speech.engines.draft import MODEL as DRAFT
from talkshow.speech.engines.kokoro import MODEL as KOKORO
from talkshow.speech.engines.onnx_model import has_vnni, read_network

TOKENS = np.array([[0, 50, 156, 43, 102, 16, 65, 4, 0]], np.int64)


def sound(model: bytes) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    style = np.random.default_rng(0).normal(0, 0.1, (1, 256)).astype(np.float32)
    return session.run(None, {"tokens": TOKENS, "style": style, "speed": np.ones(1, np.float32)})[0]


def test_signed_signals_change_no_sample():
    original = weights.read(KOKORO)
    rewritten = read_network(KOKORO, signed=True)
    assert rewritten != original
    before, after = sound(original), sound(rewritten)
    assert np.abs(before).max() > 0.01, "the sentence must sound"
    if has_vnni():
        assert np.array_equal(before, after)
    else:  # such a processor may saturate, which is why it is not asked to
        assert before.shape == after.shape


@pytest.mark.parametrize(("model", "kind"), [(KOKORO, "durations"), (KOKORO, "signed"), (DRAFT, "durations")])
def test_networks_are_those_that_were_made_offline(model, kind):
    patch = json.loads(asset(f"speech/{model.name}.{kind}.json").read_bytes())
    assert hashlib.sha256(read_network(model, signed=kind == "signed")).hexdigest() == patch["gives"]
    assert model.sha256 == patch["of"]


@pytest.mark.parametrize("model", [KOKORO, DRAFT])
def test_the_last_output_says_how_long_each_token_lasts(model):
    original, network = weights.read(model), read_network(model, signed=False)
    before, after = (
        onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"]) for data in (original, network)
    )
    assert len(after.get_outputs()) == len(before.get_outputs()) + 1
    tokens = {"tokens": TOKENS, "style": np.zeros((1, 256), np.float32)} if model is KOKORO else {"ids": TOKENS}
    results = after.run(None, {**tokens, "speed": np.ones(1, np.float32)})
    assert results[-1].size == TOKENS.size and (results[-1] > 0).all()


def test_a_patch_of_another_file_is_named():
    with pytest.raises(WeightsError, match="belongs to another file than hibari-heart"):
        read_network(replace(DRAFT, sha256="0" * 64), signed=False)
    with pytest.raises(WeightsError, match="other: its patch is missing"):
        read_network(replace(DRAFT, name="other"), signed=True)
