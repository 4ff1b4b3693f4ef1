"""The families as properties, for whatever computes KPIs by name."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from commonweal._families.adoption import Adoption
from commonweal._families.engagement import Engagement
from commonweal._families.moderation import Moderation
from commonweal._families.network import Network
from commonweal._families.response import Response
from commonweal._families.sentiment import Sentiment


class Families(ABC):
    """Every family of KPIs, by its name."""

    __slots__ = ()

    @abstractmethod
    def compute(self, name: str, options: Mapping[str, Any] | None = None, /) -> pl.DataFrame:
        """The KPI of this name."""

    @property
    def adoption(self) -> Adoption:
        """Who takes part, and whether they come back."""
        return Adoption(self)

    @property
    def engagement(self) -> Engagement:
        """How much is said and done."""
        return Engagement(self)

    @property
    def moderation(self) -> Moderation:
        """What a person should look at."""
        return Moderation(self)

    @property
    def network(self) -> Network:
        """Who is tied to whom."""
        return Network(self)

    @property
    def response(self) -> Response:
        """How fast posts are answered."""
        return Response(self)

    @property
    def sentiment(self) -> Sentiment:
        """The tone of what is said."""
        return Sentiment(self)

    # Type checkers know all attributes there are, and must go on saying so.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            families = (Adoption, Engagement, Moderation, Network, Response, Sentiment)
            where = [family.name for family in families if not name.startswith("_") and hasattr(family, name)]
            hint = f"; it is {' and '.join(f'.{family}.{name}' for family in where)}" if where else ""
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}", name=name, obj=self)
