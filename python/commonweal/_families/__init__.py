"""The KPIs, one class per family, as `Community` offers them."""

from commonweal._families.adoption import Adoption
from commonweal._families.base import Family
from commonweal._families.engagement import Engagement
from commonweal._families.moderation import Moderation
from commonweal._families.network import Network
from commonweal._families.offered import Families
from commonweal._families.response import Response
from commonweal._families.sentiment import Sentiment

__all__ = ["Adoption", "Engagement", "Families", "Family", "Moderation", "Network", "Response", "Sentiment"]
