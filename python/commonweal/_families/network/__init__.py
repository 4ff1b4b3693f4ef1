"""Who is tied to whom."""

from typing import ClassVar

from commonweal._families.network.edges import Edges
from commonweal._families.network.flow import Flow
from commonweal._families.network.leaders import Leaders
from commonweal._families.network.newcomers import Newcomers


class Network(
    Edges,
    Leaders,
    Newcomers,
    Flow,
):
    """Who is tied to whom: `community.network`."""

    __slots__ = ()

    name: ClassVar[str] = "network"
