"""Which KPIs there are."""

import polars as pl

from commonweal import _core

__all__ = ["kpis"]


def kpis() -> pl.DataFrame:
    """Every KPI, with the question that it answers.

    Returns:
        One row per KPI: `kpi` (its name), `question`, `formula`, `unit`, `source`, `options` (the defaults, as JSON).

    Example:
        >>> import commonweal as cw
        >>> "response.first_response" in cw.kpis()["kpi"]
        True
    """
    return pl.DataFrame(_core.kpis())
