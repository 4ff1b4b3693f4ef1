"""What the families share."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import polars as pl


class Computes(Protocol):
    """Anything that computes a KPI by name, as `commonweal.Community` does."""

    def compute(self, name: str, options: Mapping[str, Any] | None = None, /) -> pl.DataFrame:
        """The KPI of this name."""
        ...


class Family:
    """The KPIs of one family on one community."""

    name: ClassVar[str]

    __slots__ = ("_community",)

    def __init__(self, community: Computes) -> None:
        self._community = community

    def _compute(self, kpi: str, **options: Any) -> pl.DataFrame:
        return self._community.compute(kpi, options)

    def __repr__(self) -> str:
        methods = [name for name in dir(type(self)) if not name.startswith("_") and name != "name"]
        return f"<{self.name}: {', '.join(methods)}>"
