"""Writes `talkshow/assets/speech/*.json`: what is changed in the speech networks when they are loaded.

    pip install onnx && python bench/onnx_patches.py          # writes them again
    python bench/onnx_patches.py --check                      # compares with those that are there

Two changes, made here once with the `onnx` package, so that the program needs no knowledge of the format:

durations   Both networks compute how long each token lasts and use it inside; their graphs declare only the sound.
            The value becomes one more output.
signed      Both operands of their ConvInteger nodes are unsigned, for which onnxruntime has no VNNI kernel; for
            unsigned weights and a signed signal it has one: the same sums to the bit, in three quarters of the
            time. x - 128 as int8 is x with its top bit flipped, and with the zero point flipped too no sum changes.
            Without VNNI that kernel saturates. A value that other operators read as well is left as it is.

A patch is a list of offsets whose byte becomes `~` (the last letter of a name, so that no length in the file changes)
and bytes to append. An ONNX file is a protobuf message, in which a field met twice is merged with what came before
(https://protobuf.dev/programming-guides/encoding/#last-one-wins); onnxruntime sorts the nodes itself.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from talkshow.engines import weights
from talkshow.engines.weights import Weights
from talkshow.speech.engines.draft import MODEL as DRAFT
from talkshow.speech.engines.kokoro import MODEL as KOKORO

FOLDER = Path(__file__).resolve().parents[1] / "talkshow/assets/speech"
NETWORKS = ((KOKORO, "/encoder/Clip_output_0"), (DRAFT, "/Clip_output_0"))  # and how long each token lasts


def signed(model: Any) -> tuple[Any, Any]:
    """The model with renamed signals, and a graph with the nodes that make them signed again."""
    from onnx import GraphProto, TensorProto, helper

    readers: dict[str, set[str]] = {}
    for node in model.graph.node:
        for name in node.input:
            readers.setdefault(name, set()).add(node.op_type)
    signals = {
        name
        for node in model.graph.node
        if node.op_type == "ConvInteger"
        for name in (node.input[0], node.input[2])
        if readers[name] == {"ConvInteger"}
    }
    added = GraphProto()
    if signals:
        added.initializer.append(helper.make_tensor("talkshow/top_bit", TensorProto.UINT8, [], b"\x80", raw=True))
    for node in model.graph.node:
        for place, name in enumerate(node.output):
            if name in signals:
                node.output[place] = name[:-1] + "~"
                flipped = name + "/flipped"
                added.node.append(helper.make_node("BitwiseXor", [node.output[place], "talkshow/top_bit"], [flipped]))
                added.node.append(helper.make_node("Cast", [flipped], [name], to=TensorProto.INT8))
    for value in model.graph.value_info:  # the types that the file notes for the values belong to the old ones
        if value.name in signals:
            value.name = value.name[:-1] + "~"
    return model, added


def patch(entry: Weights, output: str, is_signed: bool) -> dict[str, Any]:
    """What makes one file of another. Raises SystemExit where it cannot be told by offsets."""
    from onnx import ModelProto, ValueInfoProto

    data = weights.read(entry)
    model = ModelProto.FromString(data)
    if model.SerializeToString() != data:
        sys.exit(f"{entry.name}: this version of onnx writes the file otherwise than it is")
    added = ModelProto()
    if is_signed:
        model, graph = signed(model)
        added.graph.CopyFrom(graph)
    added.graph.output.append(ValueInfoProto(name=output))
    renamed = model.SerializeToString()
    before, after = (np.frombuffer(file, np.uint8) for file in (data, renamed))
    if len(before) != len(after):
        sys.exit(f"{entry.name}: the change is more than names")
    offsets = np.nonzero(before != after)[0]
    if not np.all(after[offsets] == ord("~")):
        sys.exit(f"{entry.name}: the change is more than names")
    appended = added.SerializeToString()
    return {
        "of": hashlib.sha256(data).hexdigest(),
        "gives": hashlib.sha256(renamed + appended).hexdigest(),
        "offsets": offsets.tolist(),
        "append": base64.b64encode(appended).decode("ascii"),
    }


def main() -> None:
    """Write or compare all patches."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    is_check = parser.parse_args().check
    for entry, output in NETWORKS:
        for kind in ("durations", "signed"):
            path = FOLDER / f"{entry.name}.{kind}.json"
            told = patch(entry, output, kind == "signed")
            if kind == "signed" and not told["offsets"]:
                continue  # it has no such convolutions
            text = json.dumps(told) + "\n"
            if is_check and path.read_text(encoding="utf-8") != text:
                sys.exit(f"{path} is not what this program makes")
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"{path.name}: {len(text):,} bytes")


if __name__ == "__main__":
    main()
