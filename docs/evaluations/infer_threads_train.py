"""Learns the weights of `infer_threads`: `python docs/evaluations/infer_threads_train.py TRAIN`.

TRAIN: the unpacked train part of irc-disentanglement. The model chooses, for every message, among the messages before
it and "opens a conversation" (a conditional logit). What it looks at comes from the Rust code itself, by an example of
the crate: this script has no features of its own. As they look at the links found so far, the weights are learnt in
rounds, each with the links of the round before. A fifth of the logs is held out: on it the strength of the ridge was
chosen. `--write` writes the weights to `weights.rs`. Takes half an hour and 4 GB. The weights that are there come from
several such runs, each from where the last one ended (`--start`): a run from nothing gives slightly different ones.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

import irc_logs
import numpy as np
import polars as pl
from scipy.optimize import minimize

HERE = Path(__file__).parents[2]
WEIGHTS = HERE / "crates/commonweal/src/infer_threads/weights.rs"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target"))
NEAR, KEPT = 25, 0.2
"""Of the wrong candidates farther back than so many messages, this share is learnt from."""


def hundredths(weights: np.ndarray) -> np.ndarray:
    """Weights as they are kept."""
    return np.rint(np.clip(weights * 100, -32_000, 32_000)).astype(int)


def cells(program: Path, events: pl.DataFrame, weights: np.ndarray | None) -> tuple[pl.DataFrame, dict]:
    """The choices of the wanted messages, and the tables, by the Rust code as it stands."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("events.parquet", "cells.parquet", "tables.json")]
        events.write_parquet(paths[0])
        given = []
        if weights is not None:
            given = [Path(folder) / "weights.json"]
            given[0].write_text(json.dumps(hundredths(weights).tolist()))
        subprocess.run([program, *paths, *given], check=True)
        return pl.read_parquet(paths[1]), json.loads(paths[2].read_text())


class Choices:
    """Candidates of messages, as arrays."""

    def __init__(self, frame: pl.DataFrame, events: pl.DataFrame, gold: dict[str, set[str]]) -> None:
        ids = events["id"].to_numpy()
        message, candidate = frame["message"].to_numpy(), frame["candidate"].fill_null(0).to_numpy()
        opens = frame["candidate"].is_null().to_numpy()
        other = np.where(opens, message, candidate)
        self.right = np.fromiter(
            (ids[o] in gold[ids[m]] for m, o in zip(message, other, strict=True)), bool, len(other)
        )
        self.starts = np.flatnonzero(np.r_[True, message[1:] != message[:-1]])
        self.sizes = np.diff(np.r_[self.starts, len(message)])
        self.log = events["channel"].to_numpy()[message[self.starts]]
        self.columns = [frame[name].to_numpy() for name in frame.columns if name.startswith("c") and name[1:].isdigit()]
        self.far = (message.astype(int) - other) > NEAR
        self.offset = np.zeros(len(other))

    def only(self, keep: np.ndarray) -> "Choices":
        """The messages for which `keep` is true."""
        return self._rows(np.repeat(keep, self.sizes))

    def thinned(self) -> "Choices":
        """With a part of the wrong candidates that are far back, each for all that are left out with it."""
        rows = ~self.far | self.right | (np.random.default_rng(1).random(len(self.far)) < KEPT)
        new = self._rows(rows)
        new.offset = np.where(new.far & ~new.right, -np.log(KEPT), 0.0)
        return new

    def _rows(self, rows: np.ndarray) -> "Choices":
        new = object.__new__(Choices)
        sizes = np.add.reduceat(rows.astype(int), self.starts)
        new.sizes, new.log = sizes[sizes > 0], self.log[sizes > 0]
        new.starts = np.r_[0, np.cumsum(new.sizes)[:-1]]
        new.right, new.far, new.offset = self.right[rows], self.far[rows], self.offset[rows]
        new.columns = [column[rows] for column in self.columns]
        return new

    def scores(self, weights: np.ndarray) -> np.ndarray:
        """The sum of the weights of each candidate."""
        total = self.offset.copy()
        for column in self.columns:
            total += weights[column]
        return total

    def shares(self, scores: np.ndarray) -> np.ndarray:
        """The probability of each candidate."""
        most = np.repeat(np.maximum.reduceat(scores, self.starts), self.sizes)
        e = np.exp(scores - most)
        return e / np.repeat(np.add.reduceat(e, self.starts), self.sizes)

    def accuracy(self, weights: np.ndarray) -> float:
        """The share of messages whose likeliest candidate is right."""
        scores = self.scores(weights)
        best = np.repeat(np.maximum.reduceat(scores, self.starts), self.sizes) == scores
        hit = np.maximum.reduceat((best & self.right).astype(int), self.starts)
        return float(hit.mean())


def fit(choices: Choices, size: int, ridge: float, start: np.ndarray, rounds: int) -> np.ndarray:
    """The weights of least loss: minus the log of what falls on the right candidates, and the ridge."""
    there = np.add.reduceat(choices.right.astype(int), choices.starts) > 0
    data = choices.only(there).thinned()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        p = data.shares(data.scores(weights))
        right = np.add.reduceat(p * data.right, data.starts)
        slope = p - p * data.right / np.repeat(right, data.sizes)
        gradient = ridge * weights
        for column in data.columns:
            gradient = gradient + np.bincount(column, slope, minlength=size)
        gradient[0] = 0
        return -np.log(right).sum() + ridge / 2 * weights @ weights, gradient

    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds}).x


def write(tables: dict, with_text: np.ndarray, without_text: np.ndarray) -> None:
    """Writes the weights, in hundredths, as Rust."""
    lines = [
        "//! The weights, in hundredths. Written by docs/evaluations/infer_threads_train.py, which learns them from",
        "//! the train part of irc-disentanglement (Kummerfeld and others: A Large-Scale Corpus for Conversation",
        "//! Disentanglement, ACL 2019; the data, <https://github.com/jkkummerfeld/irc-disentanglement>, is under",
        "//! CC BY 4.0). A row of numbers is a row of a table of `template.rs`.",
        "use super::template::SIZE;",
    ]
    for name, doc, weights in (
        ("WITH_TEXT", "For messages with text.", with_text),
        ("WITHOUT_TEXT", "For messages without, learnt from the same logs less their text.", without_text),
    ):
        values = hundredths(weights)
        lines += [
            "",
            f"/// {doc}",
            "#[rustfmt::skip]",
            f"pub(super) static {name}: [i16; SIZE] = [",
            "    0, // no cell",
        ]
        for table in tables["pair"] + tables["opening"]:
            lines.append(f"    // {table['name']}: {', '.join(table['columns'])}")
            for i, row in enumerate(table["rows"]):
                start = table["start"] + i * len(table["columns"])
                numbers = ", ".join(str(v) for v in values[start : start + len(table["columns"])])
                lines.append(f"    {numbers}, // {row}")
        lines.append("];")
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Learns, judges, writes."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("train", type=Path)
    arguments.add_argument("--program", type=Path, help="the example, where it is built already")
    arguments.add_argument("--share", type=float, default=1.0, help="of the messages to learn from")
    arguments.add_argument("--start", type=Path, help="weights to start from, as --save wrote them")
    arguments.add_argument("--save", type=Path)
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--ridge", type=float, default=12.0)
    arguments.add_argument("--steps", type=int, default=60)
    asked = arguments.parse_args()
    logs = irc_logs.read_all(asked.train)
    gold = {
        f"{log.name}:{line}": {f"{log.name}:{p}" for p in parents}
        for log in logs
        for line, parents in log.links.items()
    }
    events = irc_logs.events(logs).with_columns(wanted=pl.col("id").is_in(list(gold)))
    names = sorted({log.name for log in logs})
    held = names[:: irc_logs.HOLD_OUT]
    if not asked.program:
        build = ["cargo", "build", "--quiet", "--release", "--workspace", "--example", "infer_threads_features"]
        subprocess.run(build, cwd=HERE, check=True)
    program = asked.program or TARGET / "release/examples/infer_threads_features"
    weights = [None, None] if asked.start is None else [np.array(w) for w in json.loads(asked.start.read_text())]
    for number in range(asked.rounds):
        for i, frame in enumerate((events, events.with_columns(text=pl.lit(None, pl.String)))):
            table, tables = cells(program, frame, weights[i])
            choices = Choices(table, frame, gold)
            del table
            out = np.isin(choices.log, held)
            chosen = np.random.default_rng(2).random(len(out)) < asked.share
            learn = choices.only(chosen & ~out)
            start = weights[i] if weights[i] is not None else np.zeros(tables["size"])
            weights[i] = fit(learn, tables["size"], asked.ridge, start, asked.steps)
            judged = choices.only(out)
            print(
                f"round {number + 1}, {'without' if i else 'with'} text: "
                f"right {learn.accuracy(weights[i]):.4f}, held out {judged.accuracy(weights[i]):.4f}",
                flush=True,
            )
        if asked.save:
            asked.save.write_text(json.dumps([w.tolist() for w in weights]))
    if asked.write:
        write(tables, weights[0], weights[1])


if __name__ == "__main__":
    main()
