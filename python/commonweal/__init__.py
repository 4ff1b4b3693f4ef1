"""Community health analytics: KPIs that survive a meeting.

>>> import commonweal as cw
>>> community = cw.datasets.simulate(members=60, days=60)
>>> community.response.first_response(within="1d").height
1
"""

from commonweal import datasets, exceptions, plot, tables, text, typing
from commonweal.community import Community
from commonweal.hours import BusinessHours
from commonweal.io import read
from commonweal.registry import kpis
from commonweal.report import report

__all__ = [
    "BusinessHours",
    "Community",
    "datasets",
    "exceptions",
    "kpis",
    "plot",
    "read",
    "report",
    "tables",
    "text",
    "typing",
]
