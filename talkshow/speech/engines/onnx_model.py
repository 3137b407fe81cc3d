"""Speech networks in onnxruntime, with the durations they keep to themselves made visible.

The changes to a network are in `assets/speech/`, made once by `bench/onnx_patches.py`, which says how and why.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from talkshow.engines import weights
from talkshow.engines.resources import asset
from talkshow.engines.weights import Weights
from talkshow.errors import BackendError, WeightsError
from talkshow.machine import libraries


def open_session(entry: Weights, threads: int, folder: Path | None = None) -> Any:
    """An onnxruntime.InferenceSession on the CPU of these weights; its last output are the tokens' durations.

    folder: where the weights lie, if not where they were installed. Raises WeightsError when they are missing or
    onnxruntime cannot load them, BackendError when there is no onnxruntime.
    """
    try:
        onnxruntime = libraries.onnxruntime()
    except ImportError as exc:
        raise BackendError(
            f"the voices need onnxruntime, which cannot be imported ({exc}). "
            "Cure: pip install --force-reinstall onnxruntime"
        ) from exc
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Idle threads would spin and take a quarter more processor time away from rendering.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = read_network(entry, has_vnni(), folder)
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime's own exception classes have no common public base
        raise WeightsError(
            f"{entry.name}: onnxruntime {onnxruntime.__version__} cannot load this model: {exc}"
        ) from exc


def read_network(entry: Weights, signed: bool, folder: Path | None = None) -> bytes:
    """The network of these weights with its durations as the last output.

    signed: with convolutions of signed by unsigned bytes, where it has any: the same sums to the bit, quicker with
    VNNI; without VNNI they may saturate. Raises WeightsError for weights or a patch that are missing or do not
    belong together.
    """
    kinds = ("signed", "durations") if signed else ("durations",)
    path = next((file for kind in kinds if (file := asset(f"speech/{entry.name}.{kind}.json")).is_file()), None)
    if path is None:
        raise WeightsError(f"{entry.name}: its patch is missing from this installation. Install talkshow again")
    patch = json.loads(path.read_bytes())
    if patch["of"] != entry.sha256:
        raise WeightsError(f"{path.name} belongs to another file than {entry.name}. Install talkshow again")
    model, appended = weights.read(entry, folder), base64.b64decode(patch["append"])
    if not patch["offsets"]:
        return model + appended
    changed = bytearray(model)
    for offset in patch["offsets"]:
        changed[offset] = ord("~")
    changed += appended
    return bytes(changed)


def has_vnni() -> bool:
    """Whether this is an x86 processor that multiplies unsigned by signed bytes without saturating (VNNI).

    Known on Linux only; elsewhere the answer is no, which costs time and never exactness.
    """
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_vnni" in flags or "avx_vnni" in flags
