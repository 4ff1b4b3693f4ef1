"""One self-contained HTML file that says how a community is doing."""

from commonweal.report.build import report

__all__ = ["report"]
