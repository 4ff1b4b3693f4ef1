//! Batches on disk: a file each, there as a whole or not at all.
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use polars::prelude::*;

use crate::Result;

/// A folder of batches.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    next: u64,
}

impl Store {
    /// The folder, and all batches that were acknowledged. What was never acknowledged is removed.
    pub fn open(folder: &Path) -> Result<(Self, Vec<DataFrame>)> {
        fs::create_dir_all(folder)?;
        let mut batches: Vec<PathBuf> = vec![];
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            match path.extension().and_then(|e| e.to_str()) {
                Some("parquet") => batches.push(path),
                Some("unfinished") => fs::remove_file(path)?,
                _ => {}
            }
        }
        batches.sort();
        let number = |path: &PathBuf| path.file_stem()?.to_str()?.parse::<u64>().ok();
        let next = batches.last().and_then(number).map_or(0, |last| last + 1);
        let read = |path: &PathBuf| {
            let frame = ParquetReader::new(File::open(path)?).finish();
            frame.map_err(|e| format!("{}: {e}", path.display()).into())
        };
        let frames = batches.iter().map(read).collect::<Result<_>>()?;
        Ok((Self { folder: folder.to_owned(), next }, frames))
    }

    /// Keeps a batch. When this returns, it is there after any restart.
    pub fn keep(&mut self, batch: &mut DataFrame) -> Result<()> {
        let unfinished = self.folder.join(format!("{:012}.unfinished", self.next));
        let file = File::create(&unfinished)?;
        ParquetWriter::new(&file).with_compression(ParquetCompression::Snappy).finish(batch)?;
        file.sync_all()?;
        fs::rename(&unfinished, self.folder.join(format!("{:012}.parquet", self.next)))?;
        File::open(&self.folder)?.sync_all()?;
        self.next += 1;
        Ok(())
    }
}
