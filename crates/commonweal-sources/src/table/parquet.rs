//! Parquet, by polars.
use std::fs::File;
use std::io::{Cursor, Read};

use polars::prelude::*;

use crate::error::{Error, Place, Result};
use crate::input::Tree;

pub(super) fn load(tree: &mut Tree, file: usize) -> Result<DataFrame> {
    let label = tree.label(file);
    let told = |error: PolarsError| Error::Malformed {
        path: label.clone(),
        place: Place::default(),
        format: "Parquet",
        detail: error.to_string(),
    };
    let is_packed = tree.entries()[file].file_name().ends_with(".gz");
    match tree.on_disk(file).filter(|_| !is_packed) {
        Some(path) => {
            let file = File::open(&path).map_err(|error| Error::io(&path, error))?;
            ParquetReader::new(file).finish().map_err(told)
        }
        None => {
            let mut bytes = Vec::new();
            tree.reader(file)?.read_to_end(&mut bytes).map_err(|error| Error::io(&label, error))?;
            ParquetReader::new(Cursor::new(bytes)).finish().map_err(told)
        }
    }
}
