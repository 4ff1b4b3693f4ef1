"""The mapping of a table's columns, looked at before anything is read."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from commonweal._options import wrong

__all__ = ["checked"]

_COLUMNS: Final = (
    "time", "member", "kind", "id", "thread", "parent", "channel", "platform", "text", "time_quality", "target",
)  # fmt: skip
_OF_MEMBERS: Final = ("member", "name", "joined", "left", "role")
_CHOICES: Final = {"text_format": ("plain", "html"), "time_unit": ("s", "ms", "us", "ns")}
_KEYS: Final = (*_COLUMNS, "kind_values", "kind_default", *_CHOICES, "members")


def checked(mapping: Mapping[str, Any] | None, columns: Sequence[str] | None) -> None:
    """Refuses what is no mapping and what is no list of columns, and says what would be."""
    if columns is not None and (isinstance(columns, str) or not all(isinstance(name, str) for name in columns)):
        raise wrong("columns", 'a list of names, such as ["time", "member", "kind"]', columns)
    if mapping is None:
        return
    if not isinstance(mapping, Mapping):
        raise wrong("mapping", 'a mapping of our column -> your column, such as {"member": "user_id"}', mapping)
    for key, value in mapping.items():
        _known("mapping", key, _KEYS)
        where = f"mapping[{key!r}]"
        if key == "members":
            if not isinstance(value, Mapping):
                raise wrong(where, 'a mapping of the columns of members, such as {"joined": "since"}', value)
            for name, column in value.items():
                _known(where, name, _OF_MEMBERS)
                _text(f"{where}[{name!r}]", "the name of a column", column)
        elif key == "kind_values":
            if not isinstance(value, Mapping) or not all(
                isinstance(kind, str) for pair in value.items() for kind in pair
            ):
                raise wrong(where, 'a mapping of your kinds to ours, such as {"message": "post"}', value)
        elif key in _CHOICES:
            if value is not None and value not in _CHOICES[key]:
                raise wrong(where, f"one of {', '.join(map(repr, _CHOICES[key]))}", value)
        else:
            _text(where, "a kind, such as 'post'" if key == "kind_default" else "the name of a column", value)


def _text(where: str, allowed: str, value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise wrong(where, allowed, value)


def _known(where: str, key: object, known: Sequence[str]) -> None:
    if key in known:
        return
    close = get_close_matches(str(key), known, 1)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    raise wrong(where, f"a mapping of our columns ({', '.join(known)}) to yours{meant}", key)
