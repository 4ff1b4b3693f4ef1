"""The sections of a report, in its order."""

from commonweal.report.sections.adoption import adoption
from commonweal.report.sections.data import data
from commonweal.report.sections.engagement import engagement
from commonweal.report.sections.network import network
from commonweal.report.sections.participation import participation
from commonweal.report.sections.response import response
from commonweal.report.sections.sentiment import sentiment
from commonweal.report.sections.staying import staying

SECTIONS = (data, adoption, staying, engagement, participation, response, network, sentiment)

__all__ = ["SECTIONS"]
