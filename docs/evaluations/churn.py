"""Is `adoption.churn` calibrated? Real communities, cut at dates: learn from the past, look at the 30 days after.

    python docs/evaluations/churn.py            # the tables of docs/kpis/adoption.churn.md, in Markdown
    python docs/evaluations/churn.py CDNOW.csv  # first checks the BG/NBD used for comparison on the published fit

At each date a community is cut with `between`, so that nothing of the future can leak. Against it stand: silent for 30
days is gone (with the shares that this rule had in the past), a logistic of the silence alone, and the BG/NBD of Fader,
Hardie & Lee (2005), all fitted to the same past.
"""

import csv
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import minimize
from scipy.special import expit, gammaln
from scipy.stats import norm, rankdata

import commonweal as cw

DATA = Path(__file__).parents[3] / "shared" / "data"
DAYS = 30
CUTS = 8


def discord(folder: Path) -> cw.Community:
    """DiscordChatExporter's CSV: who wrote when."""
    rows = []
    for file in sorted(folder.rglob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines, delimiter=";"):
                written = datetime.strptime(row["Date"], "%d-%b-%y %I:%M %p").replace(tzinfo=timezone.utc)
                rows.append((written, row["AuthorID"]))
    return posts(rows)


def irc(folder: Path) -> cw.Community:
    """A log of seconds, nick and message, with an empty line between messages."""
    rows = []
    for file in sorted(folder.rglob("*.txt")):
        for block in file.read_text(encoding="utf-8", errors="replace").split("\n\n"):
            lines = block.strip("\n").split("\n")
            if len(lines) > 1 and lines[0].isdigit():
                rows.append((datetime.fromtimestamp(int(lines[0]), timezone.utc), lines[1]))
    return posts(rows)


def messages(folder: Path) -> cw.Community:
    """An edge list: sender, receiver, seconds."""
    lines = (line.split() for line in (folder / "CollegeMsg.txt").read_text().splitlines())
    return posts([(datetime.fromtimestamp(int(at), timezone.utc), sender) for sender, _, at in lines])


def posts(rows: list[tuple[datetime, str]]) -> cw.Community:
    """A community that only posts."""
    schema = {"time": pl.Datetime("us", "UTC"), "member": pl.String}
    return cw.Community(pl.DataFrame(rows, schema=schema, orient="row").with_columns(kind=pl.lit("post")))


READERS = {
    "zulip-lean": ("a chat of mathematicians (Zulip)", cw.read),
    "discord-komodo": ("a product's chat (Discord)", discord),
    "irc-zig": ("a language's chat (IRC)", irc),
    "pipermail-twisted": ("a mailing list", cw.read),
    "stackexchange-beer-2017": ("questions and answers", cw.read),
    "network-collegemsg": ("students' messages", messages),
}


def active_days(community: cw.Community) -> dict[str, np.ndarray]:
    """The days on which each member contributed, by a group-by, nothing of the KPI."""
    events = community.events.filter(
        pl.col("kind").is_in(["post", "reply", "reaction"]), pl.col("member").is_not_null()
    )
    if "time_quality" in events.columns:
        events = events.filter(pl.col("time_quality").fill_null("") != "inherited")
    people = community.members
    if people is not None and "role" in people.columns:
        events = events.join(people.filter(pl.col("role") == "bot"), on="member", how="anti")
    days = events.select("member", day=pl.col("time").dt.date().cast(pl.Int32)).unique().sort("member", "day")
    return {name[0]: part["day"].to_numpy() for name, part in days.group_by("member")}


def cuts(community: cw.Community) -> list[datetime]:
    """Midnights spread over the last 60 % of the time observed, the last one `DAYS` before its end."""
    first, last = community.events["time"].min(), community.as_of
    assert isinstance(first, datetime)
    end = last - timedelta(days=DAYS)
    start = first + 0.4 * (end - first)
    days = [start + (end - start) * i / (CUTS - 1) for i in range(CUTS)]
    return [day.replace(hour=0, minute=0, second=0, microsecond=0) for day in days]


def logistic(x: np.ndarray, y: np.ndarray) -> Any:
    """An unpenalised logistic regression on one predictor."""

    def loss(b: np.ndarray) -> float:
        z = b[0] + b[1] * x
        return float(np.sum(np.logaddexp(0, z) - y * z))

    fitted = minimize(loss, np.array([0.0, 0.0]), method="BFGS")
    return lambda new: expit(fitted.x[0] + fitted.x[1] * new)


def bg_nbd(x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> tuple[np.ndarray, float]:
    """The BG/NBD by maximum likelihood: r, alpha, a, b and the log likelihood."""
    rows, weight = np.unique(np.c_[x, t_x, age], axis=0, return_counts=True)
    x, t_x, age = rows.T

    def loss(log: np.ndarray) -> float:
        r, alpha, a, b = np.exp(log)
        one = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        two = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        alive = -(r + x) * np.log(alpha + age)
        gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
        return -float(weight @ (one + two + np.logaddexp(alive, np.where(x > 0, gone, -np.inf))))

    options = {"maxiter": 4_000, "xatol": 1e-6, "fatol": 1e-9}
    fitted = minimize(loss, np.log([0.5, 10.0, 0.5, 1.0]), method="Nelder-Mead", options=options)
    return np.exp(fitted.x), -fitted.fun


def bg_nbd_return(fit: np.ndarray, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
    """P(alive) times P(at least one within `DAYS`, if alive)."""
    r, alpha, a, b = fit
    gone = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x), 0.0)
    return (1 - ((alpha + age) / (alpha + age + DAYS)) ** (r + x)) / (1 + gone)


def foretold(community: cw.Community, cut: datetime) -> pl.DataFrame | None:
    """What each model says at a date of each member's next 30 days, and what came."""
    first = community.events["time"].min()
    try:
        table = community.between(first, cut).adoption.churn(horizon=f"{DAYS}d")
    except cw.exceptions.DeclinedError as why:
        print(f"{cut:%Y-%m-%d}: {why}", file=sys.stderr)
        return None
    today = (cut.date() - date(1970, 1, 1)).days - 1  # the last day that was seen
    days = {name: of for name, of in active_days(community).items() if of[0] <= today}
    past = {name: of[of <= today] for name, of in days.items()}
    assert set(past) == set(table["member"])
    silent = table["silent"].dt.total_days().to_numpy()
    assert (silent == [today - past[name][-1] for name in table["member"]]).all()
    came = np.array([((days[n] > today) & (days[n] <= today + DAYS)).any() for n in table["member"]])
    ago_silent, ago_came = [], []
    for look in range(1, 13):
        day = today - look * DAYS
        if day < min(of[0] for of in past.values()) + DAYS:
            break
        for of in past.values():
            if of[0] <= day:
                before = of[of <= day]
                ago_silent.append(day - before[-1])
                ago_came.append(((of > day) & (of <= day + DAYS)).any())
    ago, back = np.array(ago_silent), np.array(ago_came)
    recent, gone = back[ago < DAYS].mean(), (back[ago >= DAYS].mean() if (ago >= DAYS).any() else 0.0)
    x = np.array([len(past[n]) - 1.0 for n in table["member"]])
    t_x = np.array([float(past[n][-1] - past[n][0]) for n in table["member"]])
    age = np.array([float(today - past[n][0]) for n in table["member"]])
    return pl.DataFrame(
        {
            "cut": [cut] * len(came),
            "came": came,
            "churn": table["p_return"],
            "rule": np.where(silent < DAYS, recent, gone),
            "recency": logistic(np.log1p(ago), back)(np.log1p(silent)),
            "bg_nbd": bg_nbd_return(bg_nbd(x, t_x, age)[0], x, t_x, age),
        }
    )


def auc(p: np.ndarray, y: np.ndarray) -> float:
    """The chance that one who came had a higher probability than one who did not."""
    ones = y.sum()
    return float((rankdata(p)[y].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones)))


def reliability(p: np.ndarray, y: np.ndarray, bins: int = 10) -> list[tuple[int, float, float, float, float]]:
    """Members, mean foretold and observed share with Wilson's interval, of each tenth by probability."""
    z = norm.ppf(0.975)
    # Members with one probability share what came of them, or the order of the rows would tell.
    _, alike = np.unique(p, return_inverse=True)
    y = (np.bincount(alike, weights=y) / np.bincount(alike))[alike]
    rows = []
    for part in np.array_split(np.argsort(p, kind="stable"), bins):
        n, share = len(part), y[part].mean()
        centre, half = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        low, high = (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
        rows.append((n, p[part].mean(), share, low, high))
    return rows


def scores(p: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Brier score, log loss, AUC, and the mean distance of foretold and observed over tenths."""
    sure = np.clip(p, 1e-6, 1 - 1e-6)
    return {
        "brier": float(np.mean((p - y) ** 2)),
        "log_loss": float(-np.mean(y * np.log(sure) + (~y) * np.log(1 - sure))),
        "auc": auc(p, y),
        "off": sum(n * abs(mean - share) for n, mean, share, *_ in reliability(p, y)) / len(y),
        "bias": float(p.mean() - y.mean()),
    }


def evaluate(name: str) -> pl.DataFrame:
    """Every member at every date of one community."""
    community = READERS[name][1](DATA / name)
    tables = [foretold(community, cut) for cut in cuts(community)]
    return pl.concat(table for table in tables if table is not None)


def main() -> None:
    """Prints the tables of the docs."""
    if len(sys.argv) > 1:
        cdnow = pl.read_csv(sys.argv[1])
        fit, likelihood = bg_nbd(*(cdnow[c].cast(pl.Float64).to_numpy() for c in ("frequency", "recency", "T")))
        print("BG/NBD on CDNOW:", fit.round(3), round(likelihood, 1), "(published: 0.243 4.414 0.793 2.426, −9582.4)\n")
    print("| community | dates | foretold | came back | model | Brier | log loss | AUC | off | bias |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    every = []
    for name, (words, _) in READERS.items():
        table = evaluate(name)
        every.append(table)
        y = table["came"].to_numpy()
        of = f"{words} | {table['cut'].n_unique()} | {len(y):,} | {y.mean():.1%}"
        for model in ("churn", "bg_nbd", "recency", "rule"):
            s = scores(table[model].to_numpy(), y)
            print(
                f"| {of} | {model} | {s['brier']:.4f} | {s['log_loss']:.4f} | {s['auc']:.3f} | {s['off']:.4f} "
                f"| {s['bias']:+.4f} |"
            )
            of = " | | | "
    print("\n| community | foretold | came back | 95 % | members |\n|---|---|---|---|---|")
    for (words, _), table in zip(READERS.values(), every, strict=True):
        for n, mean, share, low, high in reliability(table["churn"].to_numpy(), table["came"].to_numpy()):
            print(f"| {words} | {mean:.1%} | {share:.1%} | {low:.1%}–{high:.1%} | {n:,} |")
            words = ""


if __name__ == "__main__":
    main()
