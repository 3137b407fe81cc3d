"""The two networks of the embedded diarizer, opened with onnxruntime."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.engines import weights
from talkshow.errors import BackendError
from talkshow.machine import libraries
from talkshow.machine.workers import worker_count

SEGMENTATION = "diarization/seg3.onnx"
EMBEDDING = "diarization/campp.int8.onnx"


class Network:
    """A network with one input and one output; `name` is its entry in `weights.REGISTRY`. Loads on first use.

    threads: of onnxruntime, 0 for as many as may be used. Raises WeightsError when the file is missing or not the one
    expected.
    """

    def __init__(self, name: str, threads: int = 0) -> None:
        self.name, self._threads = name, threads

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
        path: Path = weights.verify(self.name)[0]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads or worker_count()
        options.log_severity_level = 3
        # waiting threads sleep: they would take the cores from whoever else computes
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as exc:
            raise BackendError(f"{self.name} cannot be opened: {exc}") from exc
