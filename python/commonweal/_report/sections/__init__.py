"""The sections of a report, in its order."""

from commonweal._report.sections.adoption import adoption
from commonweal._report.sections.changes import changes
from commonweal._report.sections.comparison import comparison
from commonweal._report.sections.data import data
from commonweal._report.sections.engagement import engagement
from commonweal._report.sections.network import network
from commonweal._report.sections.participation import participation
from commonweal._report.sections.response import response
from commonweal._report.sections.sentiment import sentiment
from commonweal._report.sections.staying import staying

SECTIONS = (changes, comparison, data, adoption, staying, engagement, participation, response, network, sentiment)

__all__ = ["SECTIONS"]
