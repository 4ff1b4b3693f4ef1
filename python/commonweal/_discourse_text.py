"""Texts out of the HTML that Discourse keeps of them, as the reader of its topics takes them out."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from commonweal import _core

__all__ = ["plain"]

_BATCH = 20_000


def plain(events: Path, folder: Path) -> Path:
    """The same events with the text alone: without code blocks and quotes; a batch is in memory at a time."""
    target = folder / "plain"
    target.mkdir()
    for number, batch in enumerate(_batches(events)):
        texts = _read(batch["text"], folder / "texts.json")
        batch.with_columns(text=texts).write_parquet(target / f"part-{number:05}.parquet", compression="lz4")
    return target


def _batches(events: Path) -> Iterator[pl.DataFrame]:
    for file in sorted(events.iterdir()) if events.is_dir() else [events]:
        rows = pl.scan_parquet(file)
        height = rows.select(pl.len()).collect().item()
        for offset in range(0, max(height, 1), _BATCH):
            yield rows.slice(offset, _BATCH).collect()
        file.unlink()


def _read(cooked: pl.Series, path: Path) -> pl.Series:
    """The texts by the reader: as the posts of one topic."""
    posts = pl.DataFrame({"cooked": cooked}).with_row_index("id").drop_nulls()
    posts = posts.with_columns(post_number=pl.col("id") + 1, created_at=pl.lit("2000-01-01T00:00:00Z"))
    path.write_text(f'{{"id": 1, "post_stream": {{"posts": {posts.write_json()}}}}}', encoding="utf-8")
    found = pl.DataFrame(_core.read(str(path), json.dumps({"format": "discourse"}), None).events())
    path.unlink()
    texts = found.select(pl.col("id").cast(pl.UInt32), "text")
    return pl.DataFrame({"cooked": cooked}).with_row_index("id").join(texts, on="id", how="left")["text"]
