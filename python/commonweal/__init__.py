"""Community health analytics: KPIs that survive a meeting.

>>> import commonweal as cw
>>> community = cw.datasets.simulate(members=60, days=60)
>>> community.response.first_response(within="1d").height
1
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from commonweal import datasets, exceptions, protocol, spark, tables, text, typing
from commonweal._extras import needed
from commonweal._scan import Scan, scan
from commonweal.community import Community
from commonweal.database import read_database
from commonweal.hours import BusinessHours
from commonweal.impact import impact, impact_curve
from commonweal.io import read
from commonweal.onnx import OnnxModel, onnx
from commonweal.privacy import Erasure, Privacy, erase
from commonweal.protocol import Spec, finish, merge, partial
from commonweal.registry import kpis
from commonweal.reporting import report
from commonweal.sources import Bots, Identities, bots, concat, identities

if TYPE_CHECKING:
    from commonweal import plot

__all__ = [
    "Bots",
    "BusinessHours",
    "Community",
    "Erasure",
    "Identities",
    "OnnxModel",
    "Privacy",
    "Scan",
    "Spec",
    "bots",
    "concat",
    "datasets",
    "erase",
    "exceptions",
    "finish",
    "identities",
    "impact",
    "impact_curve",
    "kpis",
    "merge",
    "onnx",
    "partial",
    "plot",
    "protocol",
    "read",
    "read_database",
    "report",
    "scan",
    "spark",
    "tables",
    "text",
    "typing",
]


def __getattr__(name: str) -> Any:
    # The chart library takes longer to load than all the rest, so it waits until a chart is wanted.
    if name == "plot":
        with needed():
            return import_module("commonweal.plot")
    raise AttributeError(f"module 'commonweal' has no attribute {name!r}")


def __dir__() -> list[str]:
    # What is there to use; modules that were loaded on the way are not.
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
