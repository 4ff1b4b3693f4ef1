"""ONNX models of a few hundred bytes, written field by field, so that no test needs the package onnx."""

from collections.abc import Iterable, Sequence

FLOAT, INT32, INT64, STRING = 1, 6, 7, 8
Shape = Sequence[int | str]


def _number(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _int(field: int, value: int) -> bytes:
    return _number(field << 3) + _number(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return _number(field << 3 | 2) + _number(len(value)) + value


def _floats(field: int, values: Iterable[float]) -> bytes:
    from struct import pack

    return _bytes(field, b"".join(pack("<f", value) for value in values))


def tensor(name: str, kind: int, dims: Sequence[int], values: Iterable[float]) -> bytes:
    """A TensorProto of floats or of whole numbers."""
    head = b"".join(_int(1, dim) for dim in dims) + _int(2, kind)
    content = _floats(4, values) if kind == FLOAT else _bytes(7, b"".join(_number(int(value)) for value in values))
    return head + content + _bytes(8, name)


def _value(name: str, kind: int, shape: Shape) -> bytes:
    dims = b"".join(_bytes(1, _int(1, dim) if isinstance(dim, int) else _bytes(2, dim)) for dim in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _int(1, kind) + _bytes(2, dims)))


def _attribute(name: str, value: int | Sequence[str] | Sequence[float]) -> bytes:
    if isinstance(value, int):
        return _bytes(1, name) + _int(3, value) + _int(20, 2)
    if all(isinstance(item, str) for item in value):
        return _bytes(1, name) + b"".join(_bytes(9, str(item)) for item in value) + _int(20, 8)
    return _bytes(1, name) + _floats(7, [float(item) for item in value]) + _int(20, 6)


def node(op: str, inputs: Sequence[str], outputs: Sequence[str], domain: str = "", **attributes: object) -> bytes:
    """A NodeProto."""
    parts = [_bytes(1, name) for name in inputs] + [_bytes(2, name) for name in outputs] + [_bytes(4, op)]
    parts += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]  # type: ignore[arg-type]
    return b"".join([*parts, _bytes(7, domain)])


def model(
    nodes: Sequence[bytes],
    inputs: Sequence[tuple[str, int, Shape]],
    outputs: Sequence[tuple[str, int, Shape]],
    constants: Sequence[bytes] = (),
) -> bytes:
    """A ModelProto: the bytes of an .onnx file."""
    graph = b"".join(_bytes(1, each) for each in nodes) + _bytes(2, "tiny")
    graph += b"".join(_bytes(5, each) for each in constants)
    graph += b"".join(_bytes(11, _value(*each)) for each in inputs)
    graph += b"".join(_bytes(12, _value(*each)) for each in outputs)
    opsets = _bytes(8, _bytes(1, "") + _int(2, 13)) + _bytes(8, _bytes(1, "ai.onnx.ml") + _int(2, 2))
    return _int(1, 7) + _bytes(7, graph) + opsets


def of_tokens(
    weights: Sequence[Sequence[float]],
    *,
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    kind: int = INT64,
    shape: Shape = ("batch", "sequence"),
    softmax: bool = False,
) -> bytes:
    """Adds up the weights of the tokens that the mask leaves: one row of classes per text."""
    classes = len(weights[0])
    table = tensor("weights", FLOAT, (len(weights), classes), [value for row in weights for value in row])
    constants = [table, tensor("axis", INT64, (1,), [1]), tensor("last", INT64, (1,), [2])]
    nodes = [node("Gather", ["weights", "input_ids"], ["each"])]
    if "attention_mask" in inputs:
        nodes += [
            node("Cast", ["attention_mask"], ["mask"], to=FLOAT),
            node("Unsqueeze", ["mask", "last"], ["column"]),
            node("Mul", ["each", "column"], ["left"]),
        ]
    last = "sum" if softmax else "logits"
    nodes.append(node("ReduceSum", ["left" if "attention_mask" in inputs else "each", "axis"], [last], keepdims=0))
    if softmax:
        nodes.append(node("Softmax", ["sum"], ["logits"], axis=1))
    return model(nodes, [(name, kind, shape) for name in inputs], [("logits", FLOAT, (shape[0], classes))], constants)


def of_texts(worth: dict[str, float], shape: Shape = ("batch", 1)) -> bytes:
    """Knows whole texts: two classes, negative and positive, with −worth and worth as logits."""
    attributes = {"keys_strings": list(worth), "values_floats": list(worth.values())}
    nodes = [
        node("LabelEncoder", ["text"], ["known"], "ai.onnx.ml", **attributes),
        node("Reshape", ["known", "column"], ["up"]),
        node("Neg", ["up"], ["down"]),
        node("Concat", ["down", "up"], ["logits"], axis=1),
    ]
    column = tensor("column", INT64, (2,), [-1, 1])
    return model(nodes, [("text", STRING, shape)], [("logits", FLOAT, (shape[0], 2))], [column])
