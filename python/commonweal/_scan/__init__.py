"""Tables that are larger than memory: brought together by key on disk, computed a part at a time."""

from commonweal._scan.opened import scan
from commonweal._scan.scan import Scan

__all__ = ["Scan", "scan"]
