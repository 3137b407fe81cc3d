"""Speech networks in onnxruntime, with the durations they keep to themselves made visible.

Both bundled networks compute how long each token lasts and use it inside, but their graphs declare only the sound as
output. An ONNX file is a protobuf message, and protobuf defines that a message field met twice is merged with what
came before (https://protobuf.dev/programming-guides/encoding/#last-one-wins). So a second, tiny `graph` field with one
more `output` can be appended to the bytes, and no ONNX library is needed to rewrite the model. Nodes can be appended in
the same way: onnxruntime puts them where they belong in the order of computation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from talkshow.errors import BackendError, WeightsError

_MODEL_GRAPH = 7         # field numbers of onnx.proto
_GRAPH_NODE, _GRAPH_INPUT, _GRAPH_OUTPUT = 1, 11, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_INT, _ATTRIBUTE_TYPE = 1, 3, 20
_VALUE_NAME, _VALUE_TYPE = 1, 2
_TYPE_TENSOR, _TENSOR_ELEMENT, _TENSOR_SHAPE, _SHAPE_DIMENSION = 1, 1, 2, 1
_FLOAT, _INT64 = 1, 7                 # TensorProto.DataType
_INT_ATTRIBUTE = 2                    # AttributeProto.AttributeType


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


def cropped(model: bytes, durations: str, values: Mapping[str, int]) -> bytes:
    """`model` with inner values cut to a part of their last axis, the time, before their readers see them.

    durations: name of the value (1, num_tokens) that says how many steps each token lasts. values: their names, and how
    many places of each are one step (1 or 2). What is kept is said by new inputs: of the steps of the
    tokens weighted by `head` (num_tokens,), those over `head_steps` (1,) are cut off at the start, and of those
    weighted by `tail`, those over `tail_steps` at the end; and by `all_tokens` (num_tokens,), ones, and `time_axis`
    (1,), -1, which are constants. Raises ValueError where not exactly one node makes a value.
    """
    nodes = b"".join(_node(*each) for each in (
        ("MatMul", (durations, "head"), "crop/head"), ("Sub", ("crop/head", "head_steps"), "crop/head_over"),
        ("Relu", ("crop/head_over",), "crop/start"),
        ("MatMul", (durations, "tail"), "crop/tail"), ("Sub", ("crop/tail", "tail_steps"), "crop/tail_over"),
        ("Relu", ("crop/tail_over",), "crop/cut"),
        ("MatMul", (durations, "all_tokens"), "crop/total"), ("Sub", ("crop/total", "crop/cut"), "crop/end"),
        ("Cast", ("crop/start",), "crop/start1", _INT64), ("Cast", ("crop/end",), "crop/end1", _INT64),
        ("Add", ("crop/start1", "crop/start1"), "crop/start2"), ("Add", ("crop/end1", "crop/end1"), "crop/end2")))
    for value, places in values.items():
        # The node that makes the value gets another name of the same length for it, so that no length in the file
        # changes, and a Slice node makes the value of that.
        made, whole = _field(_NODE_OUTPUT, value.encode()), value[:-1] + "~"
        if (count := model.count(made)) != 1 or whole.encode() in model:
            raise ValueError(f"'{value}' is made in {count} places of this model instead of one; it cannot be cropped")
        model = model.replace(made, _field(_NODE_OUTPUT, whole.encode()))
        nodes += _node("Slice", (whole, f"crop/start{places}", f"crop/end{places}", "time_axis"), value)
    inputs = b"".join(_input(name, _FLOAT) for name in ("head", "head_steps", "tail", "tail_steps", "all_tokens"))
    return model + _field(_MODEL_GRAPH, nodes + inputs + _input("time_axis", _INT64))


def _node(operator: str, inputs: tuple[str, ...], output: str, to: int | None = None) -> bytes:
    """A NodeProto in its graph field; `to` is the element type a Cast casts to."""
    node = b"".join(_field(_NODE_INPUT, name.encode()) for name in inputs)
    node += _field(_NODE_OUTPUT, output.encode()) + _field(_NODE_OPERATOR, operator.encode())
    if to is not None:
        node += _field(_NODE_ATTRIBUTE, _field(_ATTRIBUTE_NAME, b"to") + _number(_ATTRIBUTE_INT, to)
                       + _number(_ATTRIBUTE_TYPE, _INT_ATTRIBUTE))
    return _field(_GRAPH_NODE, node)


def _input(name: str, element: int) -> bytes:
    """A graph input of one dimension of any size."""
    tensor = _number(_TENSOR_ELEMENT, element) + _field(_TENSOR_SHAPE, _field(_SHAPE_DIMENSION, b""))
    return _field(_GRAPH_INPUT, _field(_VALUE_NAME, name.encode()) + _field(_VALUE_TYPE, _field(_TYPE_TENSOR, tensor)))


def _number(number: int, value: int) -> bytes:
    """A varint protobuf field (wire type 0)."""
    return _varint(number << 3) + _varint(value)


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
