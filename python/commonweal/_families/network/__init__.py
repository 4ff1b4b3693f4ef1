"""Who is tied to whom."""

from typing import ClassVar

from commonweal._families.network.bridges import Bridges
from commonweal._families.network.communities import Communities
from commonweal._families.network.edges import Edges
from commonweal._families.network.flow import Flow
from commonweal._families.network.introductions import Introductions
from commonweal._families.network.leaders import Leaders
from commonweal._families.network.newcomers import Newcomers
from commonweal._families.network.silo_matrix import SiloMatrix
from commonweal._families.network.silos import Silos


class Network(
    Edges,
    Leaders,
    Newcomers,
    Flow,
    Silos,
    SiloMatrix,
    Bridges,
    Communities,
    Introductions,
):
    """Who is tied to whom: `community.network`."""

    __slots__ = ()

    name: ClassVar[str] = "network"
