"""`adoption.churn` against the same model made of scipy, and against what came to pass in real communities."""

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from conftest import SHARED
from scipy.optimize import minimize
from scipy.special import expit

import commonweal as cw

DATA = SHARED / "data"
EPOCH = date(1970, 1, 1)


@pytest.fixture(scope="module")
def evaluation() -> ModuleType:
    path = Path(__file__).parents[2] / "docs" / "evaluations" / "churn.py"
    spec = importlib.util.spec_from_file_location("churn_evaluation", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predictors(days: np.ndarray, day: int) -> list[float] | None:
    known = days[days <= day]
    if not len(known):
        return None
    silent, active = np.log1p(day - known[-1]), np.log(len(known))
    gap = np.log1p(np.median(np.diff(known))) if len(known) > 1 else 0.0
    late = np.log1p((known > day - 90).sum())
    return [silent, active, silent * active, gap, late, np.log1p(day - known[0])]


def chances(days: dict[str, np.ndarray], today: int, horizon: int) -> dict[str, float]:
    """The ridge logistic of `adoption.churn`, with a general-purpose optimiser."""
    first = min(of[0] for of in days.values())
    x, y = [], []
    for look in range(1, 13):
        day = today - look * horizon
        if day < first + horizon:
            break
        for of in days.values():
            row = predictors(of, day)
            if row is not None:
                x.append(row)
                y.append(((of > day) & (of <= day + horizon)).any())
    rows, came = np.array(x), np.array(y, dtype=float)
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    z = np.c_[np.ones(len(rows)), (rows - mean) / spread]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = z @ w
        value = np.sum(np.logaddexp(0, score) - came * score) + np.sum(w[1:] ** 2) / 2
        return value, z.T @ (expit(score) - came) + np.r_[0, w[1:]]

    fitted = minimize(loss, np.zeros(7), jac=True, method="L-BFGS-B", options={"maxiter": 5_000, "ftol": 1e-15})
    now = {name: predictors(of, today) for name, of in days.items()}
    return {n: float(expit(fitted.x[0] + ((np.array(row) - mean) / spread) @ fitted.x[1:])) for n, row in now.items()}


def real(name: str) -> cw.Community:
    if not (DATA / name).is_dir():
        pytest.skip(f"{DATA / name} is not here: no real community to compare on")
    return cw.read(DATA / name)


@pytest.mark.parametrize(("name", "horizon"), [("simulated", 14), ("zulip-lean", 30), ("stackexchange-beer-2017", 30)])
def test_the_chances_are_those_of_scipy(evaluation: ModuleType, name: str, horizon: int) -> None:
    community = cw.datasets.simulate(members=300, days=200, seed=3) if name == "simulated" else real(name)
    table = community.adoption.churn(horizon=f"{horizon}d")
    days = evaluation.active_days(community)
    today = (community.as_of.date() - EPOCH).days
    assert set(days) == set(table["member"])
    theirs = chances(days, today, horizon)
    expected = np.array([theirs[name] for name in table["member"]])
    assert 0.01 < expected.mean() < 0.9
    np.testing.assert_allclose(table["p_return"].to_numpy(), expected, rtol=0, atol=2e-5)
    gaps = [np.median(np.diff(days[name])) if len(days[name]) > 1 else None for name in table["member"]]
    assert (table["usual_gap"].dt.total_hours() / 24).to_list() == gaps
    assert table["active_days"].to_list() == [len(days[name]) for name in table["member"]]


@pytest.mark.parametrize(
    ("name", "bound"), [("zulip-lean", 0.01), ("pipermail-twisted", 0.01), ("stackexchange-beer-2017", 0.01)]
)
def test_what_was_foretold_came(evaluation: ModuleType, name: str, bound: float) -> None:
    real(name)
    table = evaluation.evaluate(name)
    came = table["came"].to_numpy()
    assert came.sum() > 10
    ours = evaluation.scores(table["churn"].to_numpy(), came)
    assert ours["off"] < bound
    assert ours["log_loss"] < evaluation.scores(table["rule"].to_numpy(), came)["log_loss"]
    assert ours["log_loss"] < evaluation.scores(table["bg_nbd"].to_numpy(), came)["log_loss"]


def test_groups_do_not_change_the_weights(community: cw.Community) -> None:
    alone = community.adoption.churn(horizon="14d").sort("member")
    grouped = community.adoption.churn(horizon="14d", by="department").sort("member")
    np.testing.assert_allclose(alone["p_return"].to_numpy(), grouped["p_return"].to_numpy(), rtol=1e-9)
    assert alone["p_return"].is_between(0, 1, closed="none").all()
    at_risk = community.adoption.churn(horizon="14d", only_at_risk=True, at_risk_below=0.9, lost_below=0.0)
    assert at_risk.height > 5
    assert at_risk["at_risk"].all()
    assert (at_risk["active_days"] * at_risk["p_return"]).is_sorted(descending=True)


def test_too_short_a_past_is_declined(community: cw.Community) -> None:
    with pytest.raises(
        cw.exceptions.DeclinedError, match=r"^adoption.churn declines: to look back .* within 100d, 201 "
    ):
        community.adoption.churn(horizon="100d")
