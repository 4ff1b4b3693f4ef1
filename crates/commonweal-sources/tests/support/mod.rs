//! Made-up exports, and tables as text.
#![allow(dead_code, clippy::expect_used)]
pub mod samples;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use commonweal_sources::{ReadOptions, Source, read};
use polars::prelude::*;
use tempfile::TempDir;

/// A folder with files, gone when dropped.
pub struct Export(pub TempDir);

impl Export {
    pub fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder for a test"));
        for (name, content) in files {
            let path = folder.path(name);
            fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        folder
    }

    pub fn text(files: &[(&str, &str)]) -> Self {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        Self::new(&files)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.0.path().to_owned() } else { self.0.path().join(name) }
    }

    pub fn read(&self, name: &str) -> Source {
        self.read_with(name, "{}")
    }

    pub fn read_with(&self, name: &str, options: &str) -> Source {
        let options: ReadOptions = serde_json::from_str(options).expect("options");
        let source = read(self.path(name), &options).expect("a readable export");
        assert_eq!(source.intake.kept(), source.events.height() as u64);
        source
    }

    /// The error, with the folder's own path left out.
    pub fn fault(&self, name: &str, options: &str) -> String {
        let options: ReadOptions = serde_json::from_str(options).expect("options");
        let error = read(self.path(name), &options).expect_err("a fault").to_string();
        let own = self.0.path().display().to_string();
        error.replace(&format!("{own}/"), "").replace(&own, ".")
    }
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, ::zip::write::SimpleFileOptions::default()).expect("a file");
        archive.write_all(content).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

pub fn zstd(content: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(content, 3).expect("memory")
}

/// A tar archive: names with their kind (`0` a file, `2` a link, `5` a folder, `L` and `x` headers of long names) and content.
pub fn tar(files: &[(&str, char, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, kind, content) in files {
        let mut header = [0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[156] = *kind as u8;
        header[257..265].copy_from_slice(b"ustar\x0000");
        header[148..156].copy_from_slice(b"        ");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        archive.extend_from_slice(&header);
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// The named columns, a line a row, `-` for null.
pub fn rows(frame: &DataFrame, columns: &[&str]) -> Vec<String> {
    let columns: Vec<&Column> = columns.iter().map(|name| frame.column(name).expect("the column")).collect();
    (0..frame.height())
        .map(|row| {
            let cells = columns.iter().map(|column| match column.get(row).expect("the row") {
                AnyValue::Null => "-".to_owned(),
                AnyValue::Datetime(micros, _, _) | AnyValue::DatetimeOwned(micros, _, _) => shown(micros),
                other => other.get_str().map_or_else(|| other.to_string(), str::to_owned),
            });
            cells.collect::<Vec<_>>().join(" | ")
        })
        .collect()
}

fn shown(micros: i64) -> String {
    let time = chrono::DateTime::from_timestamp_micros(micros).expect("a time");
    time.format("%Y-%m-%d %H:%M:%S%.f").to_string()
}

pub fn pairs(map: &std::collections::BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    map.iter().map(|(name, count)| (name.as_str(), *count)).collect()
}

pub fn parquet(path: &Path, frame: &mut DataFrame) {
    let file = fs::File::create(path).expect("a file");
    ParquetWriter::new(file).finish(frame).expect("a table");
}
