//! What the weights of `infer_threads` are learnt from: `infer_threads_features EVENTS.parquet CELLS.parquet TABLES.json [WEIGHTS.json]`.
//!
//! The events are those of a community, with a column `wanted` that is true for the messages whose choices are to be written.
//! docs/evaluations/infer_threads_train.py runs it.
use std::fs::File;

use commonweal::{Community, InferThreads, infer_threads_features};
use polars::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [events, cells, tables, weights @ ..] = paths.as_slice() else {
        return Err("paths: the events, the cells, the tables, and maybe the weights".into());
    };
    let weights: Option<Vec<i16>> = weights
        .first()
        .map(|path| serde_json::from_reader(File::open(path)?).map_err(std::io::Error::from))
        .transpose()?;
    let community = Community::builder(ParquetReader::new(File::open(events)?).finish()?).build()?;
    let wanted = community.events().column("wanted")?.bool()?.clone();
    let (mut frame, described) =
        infer_threads_features(&community, &InferThreads::default(), &wanted, weights.as_deref())?;
    ParquetWriter::new(File::create(cells)?).with_compression(ParquetCompression::Uncompressed).finish(&mut frame)?;
    serde_json::to_writer_pretty(File::create(tables)?, &described)?;
    Ok(())
}
