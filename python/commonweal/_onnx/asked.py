"""What is asked of a model, and what its outputs are worth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final

from commonweal._options import wrong

_WORTH: Final = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
MOODS: Final = tuple(_WORTH)


@dataclass(frozen=True)
class Asked:
    """The options of a model."""

    path: str
    tokenizer: str | None
    labels: dict[str, float] | None
    output: str | None
    logits: bool
    longest: int
    batch: int
    threads: int | None


def file(option: str, path: Any, allowed: str) -> Path:
    """The path of a file that is there."""
    try:
        found = Path(path)
    except TypeError:
        raise wrong(option, allowed, path) from None
    if not found.is_file():
        raise wrong(option, allowed, str(found))
    return found


def count(option: str, value: Any, of: str) -> int:
    """A number of something, 1 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise wrong(option, f"a whole number of {of}, 1 or more", value)
    return value


def named(labels: Any) -> dict[str, float] | None:
    """What each label is worth."""
    if labels is None:
        return None
    allowed = 'of "negative", "neutral", "positive" in the order of the model\'s outputs, or what each label is worth'
    if isinstance(labels, Mapping):
        for name, worth in labels.items():
            number = isinstance(worth, int | float) and not isinstance(worth, bool) and isfinite(worth)
            if not isinstance(name, str) or not number or not -1 <= worth <= 1:
                raise wrong("labels", f"{allowed}, from −1 to 1", dict(labels))
        named = {name: float(worth) for name, worth in labels.items()}
    else:
        words = [] if isinstance(labels, str) else list(labels)
        names = [str(word).strip().lower() for word in words]
        if len(set(names)) != len(names) or not set(names) <= set(MOODS):
            raise wrong("labels", allowed, labels)
        named = {name: _WORTH[name] for name in names}
    if len(set(named.values())) < 2:
        raise wrong("labels", "two or more that differ in worth", labels)
    return named


def beside(path: Path) -> dict[str, float]:
    """The labels of the configuration beside the model."""
    config = path.with_name("config.json")
    try:
        told = json.loads(config.read_text(encoding="utf-8"))["id2label"]
        names = [str(told[str(i)]) for i in range(len(told))]
    except (OSError, ValueError, KeyError, TypeError):
        names = []
    if {name.strip().lower() for name in names} <= set(MOODS) and len(names) > 1:
        return named(names) or {}
    found = f"the labels {names}" if names else "none"
    where = f"given, as {config.name} beside the model tells {found}: "
    raise wrong("labels", f'{where}("negative", "neutral", "positive") in the order of the model\'s outputs', None)
