"""The two networks of the embedded diarizer, opened with onnxruntime."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.engines import weights
from talkshow.engines.weights import Weights
from talkshow.errors import BackendError
from talkshow.machine import libraries
from talkshow.machine.workers import worker_count

SEGMENTATION = Weights(
    name="diarization/seg3.onnx",
    purpose="hears who of up to three people speaks in ten seconds of sound",
    source="pyannote/segmentation-3.0 (CNRS), exported to ONNX",
    licence="MIT",
    sha256="74e527d66add2ec35afe16567a97d105eb6518e8147cd13c883a7ffc07eca44b",
    size=5_916_287,
    file="seg3.onnx",
    asset="assets/diarization/seg3.onnx",
)
EMBEDDING = Weights(
    name="diarization/campp.int8.onnx",
    purpose="what a voice sounds like, 192 channels, int8",
    source="3D-Speaker CAM++ zh-en common (Alibaba), exported to ONNX, weights rounded to 8 bits",
    licence="Apache-2.0",
    sha256="551c8975738e2cf2d4eb656e9bcef289fbcbdcfcc968d7e5b0f3323dde9671b7",
    size=8_627_182,
    file="campp.int8.onnx",
    asset="assets/diarization/campp.int8.onnx",
)


class Network:
    """A network with one input and one output. Loads on first use.

    threads: of onnxruntime, 0 for as many as may be used. Raises WeightsError when the file is missing or not the one
    expected.
    """

    def __init__(self, model: Weights, threads: int = 0) -> None:
        self.name, self._model, self._threads = model.name, model, threads

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run a batch. Raises BackendError when the network fails."""
        session = self._session
        try:
            outputs = session.run(None, {session.get_inputs()[0].name: batch})
        except Exception as exc:  # onnxruntime's own exception classes have no common public base
            raise BackendError(f"{self.name} failed on an input of shape {batch.shape}: {exc}") from exc
        return np.asarray(outputs[0], np.float32)

    @functools.cached_property
    def _session(self) -> Any:
        onnxruntime = libraries.onnxruntime()
        path: Path = weights.verify(self._model)[0]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads or worker_count()
        options.log_severity_level = 3
        # waiting threads sleep: they would take the cores from other threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as exc:
            raise BackendError(f"{self.name} cannot be opened: {exc}") from exc
