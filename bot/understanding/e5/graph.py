"""The network written down for ONNX Runtime: twelve layers of BERT, weights of four bits multiplied by bytes.

Built when the process starts, from the weights' own file. The graph is a few kilobytes: its tensors are handed to the
engine beside it, so that no second copy is made.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper

from bot.understanding.e5.weights import BLOCK, Weights

#: The engine's own operators, and their domain.
_OWN, _DOMAIN = frozenset({"MatMulNBits", "MultiHeadAttention", "SkipLayerNormalization", "Gelu"}), "com.microsoft"
#: The engine's way to multiply by four-bit weights: activations as bytes, block by block, as the weights are.
_BYTES = 4
#: Versions of the form and of the operators, the oldest that have what is used.
_FORM, _OPERATORS = 8, 17


class Graph:
    """Input ``embedded`` (texts, tokens, width), one output (texts, width), of length 1; both float32."""

    def __init__(self, weights: Weights) -> None:
        """Writes everything down."""
        self._weights, self._nodes = weights, []  # type: Weights, list[Any]
        self._tensors: dict[str, npt.NDArray[Any]] = {}
        width, inner, epsilon = weights.shape.width, weights.shape.inner, weights.shape.epsilon
        state = self._node("LayerNormalization", ["embedded", *self._norm("emb.ln")], axis=-1, epsilon=epsilon)
        for layer in (f"l{number}." for number in range(weights.shape.layers)):
            projected = self._product(state, [layer + "q", layer + "k", layer + "v"], 3 * width, width)
            heads = self._nodes_of("Split", [projected], 3, axis=-1)
            seen = self._node("MultiHeadAttention", heads, num_heads=weights.shape.heads)
            state = self._added(self._product(seen, [layer + "ao"], width, width), state, layer + "aln")
            inside = self._node("Gelu", [self._product(state, [layer + "fi"], inner, width)])
            state = self._added(self._product(inside, [layer + "fo"], width, inner), state, layer + "oln")
        mean = self._node("ReduceMean", [state], axes=[1], keepdims=0)
        self._sentence = self._node("LpNormalization", [mean], axis=-1, p=2)

    def session(self) -> onnxruntime.InferenceSession:
        """The engine at work on one thread; it may be asked from several."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(tensor) for tensor in self._tensors.values()]
        options.add_external_initializers(list(self._tensors), values)
        return onnxruntime.InferenceSession(self._written(), options, providers=["CPUExecutionProvider"])

    def _written(self) -> bytes:
        kinds = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.uint8): TensorProto.UINT8}
        outside = []
        for name, tensor in self._tensors.items():
            proto = TensorProto(name=name, data_type=kinds[tensor.dtype], dims=tensor.shape)
            proto.data_location = TensorProto.EXTERNAL
            proto.external_data.add(key="location", value=name)
            outside.append(proto)
        width = self._weights.shape.width
        given = helper.make_tensor_value_info("embedded", TensorProto.FLOAT, ["texts", "tokens", width])
        wanted = helper.make_tensor_value_info(self._sentence, TensorProto.FLOAT, ["texts", width])
        graph = helper.make_graph(self._nodes, "e5", [given], [wanted], outside)
        operators = [helper.make_opsetid("", _OPERATORS), helper.make_opsetid(_DOMAIN, 1)]
        model: onnx.ModelProto = helper.make_model(graph, opset_imports=operators, ir_version=_FORM)
        return bytes(model.SerializeToString())

    def _product(self, state: str, names: list[str], rows: int, width: int) -> str:
        """``state`` times the matrices ``names``, one below the other, plus their biases."""
        parts, scales = zip(*(self._weights.quantised(name + ".w") for name in names))
        bias = np.concatenate([self._weights.floats(name + ".b") for name in names])
        inputs = [
            self._tensor(names[0] + ".weights", np.concatenate(parts)),
            self._tensor(names[0] + ".scales", np.concatenate(scales).reshape(-1)),
            *("", ""),  # the engine's own point for 0 is that of the weights
            self._tensor(names[0] + ".bias", bias),
        ]
        sizes = {"N": rows, "K": width, "bits": 4, "block_size": BLOCK, "accuracy_level": _BYTES}
        return self._node("MatMulNBits", [state, *inputs], **sizes)

    def _added(self, change: str, state: str, norm: str) -> str:
        inputs = [change, state, *self._norm(norm)]
        return self._node("SkipLayerNormalization", inputs, epsilon=self._weights.shape.epsilon)

    def _norm(self, name: str) -> list[str]:
        return [self._tensor(part, self._weights.floats(part)) for part in (name + ".w", name + ".b")]

    def _tensor(self, name: str, values: npt.NDArray[Any]) -> str:
        self._tensors[name] = np.ascontiguousarray(values)
        return name

    def _node(self, kind: str, inputs: list[str], **settings: Any) -> str:
        return self._nodes_of(kind, inputs, 1, **settings)[0]

    def _nodes_of(self, kind: str, inputs: list[str], outputs: int, **settings: Any) -> list[str]:
        names = [f"{kind}.{len(self._nodes)}.{number}" for number in range(outputs)]
        domain = _DOMAIN if kind in _OWN else ""
        self._nodes.append(helper.make_node(kind, inputs, names, domain=domain, **settings))
        return names
