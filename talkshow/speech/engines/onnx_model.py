"""Speech networks in onnxruntime, with the durations they keep to themselves made visible.

Both bundled networks compute how long each token lasts and use it inside, but their graphs declare only the sound as
output. An ONNX file is a protobuf message, and protobuf defines that a message field met twice is merged with what
came before (https://protobuf.dev/programming-guides/encoding/#last-one-wins). So a second, tiny `graph` field with one
more `output`, or more nodes, can be appended to the bytes, and no ONNX library is needed to rewrite the model;
onnxruntime puts the nodes where they belong in the order of computation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.errors import BackendError, WeightsError
from talkshow.machine import libraries

_MODEL_GRAPH = 7  # field numbers of onnx.proto
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_OUTPUT, _GRAPH_VALUE_INFO = 1, 5, 12, 13
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_INT, _ATTRIBUTE_TYPE = 1, 3, 20
_TENSOR_TYPE, _TENSOR_NAME, _TENSOR_RAW = 2, 8, 9
_VALUE_NAME = 1
_UINT8, _INT8 = 2, 3  # TensorProto.DataType
_INT_ATTRIBUTE = 2  # AttributeProto.AttributeType


def open_session(model: bytes, name: str, extra_output: str, threads: int) -> Any:
    """An onnxruntime.InferenceSession on the CPU whose last output is the graph's inner value `extra_output`.

    `name` is the weights' name for messages. Raises WeightsError when onnxruntime cannot load the model,
    BackendError when there is no onnxruntime.
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
    # Idle threads would spin and take a quarter more processor time away from whoever renders meanwhile.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if has_vnni():
        model = with_signed_signals(model)
    try:
        return onnxruntime.InferenceSession(
            with_output(model, extra_output), options, providers=["CPUExecutionProvider"]
        )
    except Exception as exc:  # onnxruntime's own exception classes have no common public base
        raise WeightsError(f"{name}: onnxruntime {onnxruntime.__version__} cannot load this model: {exc}") from exc


def with_output(model: bytes, value: str) -> bytes:
    """`model` with the inner value called `value` declared as one more graph output (its type is inferred)."""
    return model + _field(_MODEL_GRAPH, _field(_GRAPH_OUTPUT, _field(_VALUE_NAME, value.encode())))


def has_vnni() -> bool:
    """Whether this is an x86 processor that multiplies unsigned by signed bytes without saturating (VNNI).

    Known on Linux only; elsewhere the answer is no, which costs time and never exactness.
    """
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_vnni" in flags or "avx_vnni" in flags


def with_signed_signals(model: bytes) -> bytes:
    """`model` whose integer convolutions read signed bytes: the same sums to the bit, in three quarters of the time.

    Both operands of its ConvInteger nodes are unsigned, for which onnxruntime has no VNNI kernel; for unsigned weights
    and a signed signal it has one. x - 128 as int8 is x with its top bit flipped, and with the zero point flipped too
    no sum changes. Without VNNI that kernel saturates: use it only where `has_vnni`.
    A value that other operators read as well is left as it is.
    """
    parts = list(_fields(model, *_graph(model)))
    nodes = [_read_node(model, start, end) for number, start, end in parts if number == _GRAPH_NODE]
    readers: dict[bytes, set[bytes]] = {}
    for node in nodes:
        for name in node.inputs:
            readers.setdefault(name, set()).add(node.operator)
    signals = {
        name
        for node in nodes
        if node.operator == b"ConvInteger"
        for name in (node.inputs[0], node.inputs[2])
        if readers[name] == {b"ConvInteger"}
    }
    changed, added = bytearray(model), _initializer("talkshow/top_bit", 128)
    for node in nodes:
        for name, end in node.outputs:
            if name in signals:
                # The maker gets another name of the same length for it, so that no length in the file changes.
                changed[end - 1 : end] = b"~"
                unsigned, value = name[:-1].decode() + "~", name.decode()
                added += _node("BitwiseXor", (unsigned, "talkshow/top_bit"), value + "/flipped")
                added += _node("Cast", (value + "/flipped",), value, to=_INT8)
    for number, start, end in parts:
        if number == _GRAPH_VALUE_INFO:  # the types that the file notes for the values belong to the old ones
            name_start, name_end = next((a, b) for field, a, b in _fields(model, start, end) if field == _VALUE_NAME)
            if model[name_start:name_end] in signals:
                changed[name_end - 1 : name_end] = b"~"
    return bytes(changed) + _field(_MODEL_GRAPH, added)


@dataclass(frozen=True)
class _Node:
    """What matters of a NodeProto; outputs with the place in the file where their name ends."""

    operator: bytes
    inputs: tuple[bytes, ...]
    outputs: tuple[tuple[bytes, int], ...]


def _read_node(model: bytes, start: int, end: int) -> _Node:
    parts = [(number, model[a:b], b) for number, a, b in _fields(model, start, end)]
    return _Node(
        next((data for number, data, _ in parts if number == _NODE_OPERATOR), b""),
        tuple(data for number, data, _ in parts if number == _NODE_INPUT),
        tuple((data, place) for number, data, place in parts if number == _NODE_OUTPUT),
    )


def _graph(model: bytes) -> tuple[int, int]:
    """Where the graph lies in the file."""
    return next((start, end) for number, start, end in _fields(model, 0, len(model)) if number == _MODEL_GRAPH)


def _fields(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(field number, start, end) of every length-delimited field of a message; other fields are passed over."""
    while start < end:
        key, start = _read_varint(data, start)
        if key & 7 == 2:
            length, start = _read_varint(data, start)
            yield key >> 3, start, start + length
            start += length
        elif key & 7 == 0:
            _, start = _read_varint(data, start)
        else:
            start += {1: 8, 5: 4}[key & 7]


def _read_varint(data: bytes, start: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[start]
        value |= (byte & 127) << shift
        start, shift = start + 1, shift + 7
        if byte < 128:
            return value, start


def _initializer(name: str, value: int) -> bytes:
    """A scalar uint8 constant of the graph."""
    return _field(
        _GRAPH_INITIALIZER,
        _number(_TENSOR_TYPE, _UINT8) + _field(_TENSOR_NAME, name.encode()) + _field(_TENSOR_RAW, bytes([value])),
    )


def _node(operator: str, inputs: tuple[str, ...], output: str, to: int | None = None) -> bytes:
    """A node of the graph; `to` is the element type a Cast casts to."""
    node = b"".join(_field(_NODE_INPUT, name.encode()) for name in inputs)
    node += _field(_NODE_OUTPUT, output.encode()) + _field(_NODE_OPERATOR, operator.encode())
    if to is not None:
        node += _field(
            _NODE_ATTRIBUTE,
            _field(_ATTRIBUTE_NAME, b"to") + _number(_ATTRIBUTE_INT, to) + _number(_ATTRIBUTE_TYPE, _INT_ATTRIBUTE),
        )
    return _field(_GRAPH_NODE, node)


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
