"""Speech networks in onnxruntime, with the durations they keep to themselves made visible.

Both bundled networks compute how long each token lasts and use it inside, but their graphs declare only the sound as
output. An ONNX file is a protobuf message, and protobuf defines that a message field met twice is merged with what
came before (https://protobuf.dev/programming-guides/encoding/#last-one-wins). So a second, tiny `graph` field with one
more `output` can be appended to the bytes, and no ONNX library is needed to rewrite the model.
"""

from __future__ import annotations

from typing import Any

from talkshow.errors import BackendError, WeightsError

_MODEL_GRAPH = 7         # field numbers of onnx.proto
_GRAPH_OUTPUT = 12
_VALUE_NAME = 1


def open_session(model: bytes, name: str, extra_output: str, threads: int) -> Any:
    """An onnxruntime.InferenceSession on the CPU whose last output is the graph's inner value `extra_output`.

    `name` is the weights' name for messages. Raises WeightsError when onnxruntime cannot load the model,
    BackendError when there is no onnxruntime.
    """
    try:
        import onnxruntime
    except ImportError as exc:
        raise BackendError(f"the voices need onnxruntime, which cannot be imported ({exc}). "
                           "Cure: pip install --force-reinstall onnxruntime") from exc
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Idle threads would spin and take a quarter more processor time away from whoever renders meanwhile.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.set_denormal_as_zero", "1")    # fading sounds are full of denormals
    try:
        return onnxruntime.InferenceSession(with_output(model, extra_output), options,
                                            providers=["CPUExecutionProvider"])
    except Exception as exc:      # onnxruntime's own exception classes have no common public base
        raise WeightsError(f"{name}: onnxruntime {onnxruntime.__version__} cannot load this model: {exc}") from exc


def with_output(model: bytes, value: str) -> bytes:
    """`model` with the inner value called `value` declared as one more graph output (its type is inferred)."""
    return model + _field(_MODEL_GRAPH, _field(_GRAPH_OUTPUT, _field(_VALUE_NAME, value.encode())))


def _field(number: int, payload: bytes) -> bytes:
    """A length-delimited protobuf field (wire type 2)."""
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
