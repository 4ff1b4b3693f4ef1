"""What runs a model, and what cuts texts into its tokens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from commonweal._extras import needed
from commonweal._options import wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from commonweal._onnx.asked import Asked

_TOKENS: Final = ("input_ids", "attention_mask", "token_type_ids")
_WHOLE: Final = ("tensor(int32)", "tensor(int64)")
_BROKEN: Final = ("tensor(float)", "tensor(float16)", "tensor(double)")


def load(asked: Asked) -> Any:
    """The model, ready to run."""
    with needed():
        import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    if asked.threads is not None:
        options.intra_op_num_threads = asked.threads
    try:
        return onnxruntime.InferenceSession(asked.path, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise wrong("path", f"an ONNX model that onnxruntime can load ({brief(error)})", asked.path) from error


def takes_texts(session: Any) -> bool:
    """Whether a model takes the texts themselves, and not their tokens."""
    inputs = session.get_inputs()
    if len(inputs) == 1 and inputs[0].type == "tensor(string)":
        return True
    names = [each.name for each in inputs]
    if "input_ids" not in names or not set(names) <= set(_TOKENS) or any(each.type not in _WHOLE for each in inputs):
        takes = ", ".join(f"{each.name} of {each.type}" for each in inputs)
        raise wrong(
            "path",
            f"a model that takes texts (one input of strings) or whole numbers named {', '.join(_TOKENS)}",
            f"one that takes {takes or 'nothing'}",
        )
    return False


def output_of(session: Any, asked: Asked) -> tuple[str, int | None]:
    """The name of the output that tells the classes, and how many they are where the model says so."""
    outputs = {each.name: each for each in session.get_outputs()}
    broken = [name for name, each in outputs.items() if each.type in _BROKEN and len(each.shape or [0, 0]) == 2]
    have = ", ".join(f"{name} of {each.type} {each.shape}" for name, each in outputs.items())
    if asked.output is not None and asked.output not in broken:
        raise wrong("output", f"an output of the model with a row of numbers per text ({have})", asked.output)
    if not broken:
        raise wrong("path", "a model that gives a row of numbers per text", f"one that gives {have}")
    name = asked.output or broken[0]
    classes = (outputs[name].shape or [None])[-1]
    return name, classes if isinstance(classes, int) else None


def width_of(session: Any) -> int | None:
    """How many tokens the model takes, where it takes no other number."""
    shape = session.get_inputs()[0].shape
    return shape[1] if len(shape) == 2 and isinstance(shape[1], int) else None


def encoder(asked: Asked, width: int | None) -> Callable[[list[str]], list[list[int]]]:
    """What cuts texts into tokens."""
    with needed():
        from tokenizers import Tokenizer
    beside = Path(asked.path).with_name("tokenizer.json")
    if asked.tokenizer is None and not beside.is_file():
        raise wrong("tokenizer", "the path of the tokenizer.json of this model, as there is none beside it", None)
    path = asked.tokenizer or str(beside)
    try:
        tokenizer = Tokenizer.from_file(path)
        tokenizer.no_padding()
        tokenizer.enable_truncation(min(asked.longest, width or asked.longest))
    except Exception as error:
        raise wrong("tokenizer", f"a tokenizer.json that tokenizers can load ({brief(error)})", path) from error
    return lambda texts: [each.ids for each in tokenizer.encode_batch(texts)]


def brief(error: Exception) -> str:
    """What an error says, on one line."""
    return " ".join(str(error).split())[:500] or type(error).__name__
