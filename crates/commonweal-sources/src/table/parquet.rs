//! Parquet, by polars.
use std::fs::File;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use polars::io::mmap::MmapBytesReader;
use polars::prelude::*;

use super::{Raw, Wanted, categories, numbers};
use crate::error::{Error, Place, Result};
use crate::input::Tree;

/// Reads a file; columns of types that are not read are handed to `skip` by name.
pub(super) fn load(tree: &mut Tree, file: usize, wanted: &Wanted<'_>, skip: &mut dyn FnMut(&str)) -> Result<Raw> {
    let label = tree.label(file);
    let is_packed = tree.entries()[file].file_name().ends_with(".gz");
    match tree.on_disk(file).filter(|_| !is_packed) {
        Some(path) => {
            let file = File::open(&path).map_err(|error| Error::io(&path, error))?;
            frame(file, &label, wanted, skip)
        }
        None => {
            let mut bytes = Vec::new();
            tree.reader(file)?.read_to_end(&mut bytes).map_err(|error| Error::io(&label, error))?;
            frame(Cursor::new(bytes), &label, wanted, skip)
        }
    }
}

fn frame<R: MmapBytesReader>(
    mut source: R,
    path: &Path,
    wanted: &Wanted<'_>,
    skip: &mut dyn FnMut(&str),
) -> Result<Raw> {
    let malformed = |detail: String| {
        let (path, place) = (path.to_owned(), Place::default());
        Error::Malformed { path, place, format: "Parquet", detail }
    };
    // Broken files can make the decoder panic; that is the file's fault, and must not end the program.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let schema = ParquetReader::new(&mut source).schema()?;
        let have: Vec<String> = schema.iter_names().map(|name| name.to_string()).collect();
        if let Err(error) = wanted.check(&have, path) {
            return Ok(Err(error));
        }
        let numbered = numbers::read(&mut source, |name| wanted.is_read(name) && (wanted.ids)(name))?;
        let is_numbered = |name: &str| numbered.iter().any(|(column, _)| column == name);
        let coded =
            categories::read(&mut source, |name| wanted.is_read(name) && (wanted.names)(name) && !is_numbered(name))?;
        let (mut plain, mut order) = (vec![], vec![]);
        for field in schema.iter_values().filter(|field| wanted.is_read(&field.name) && !is_numbered(&field.name)) {
            if !is_read(&field.dtype) {
                skip(&field.name);
                continue;
            }
            order.push(field.name.to_string());
            if !coded.iter().any(|column| column.name() == &field.name) {
                plain.push(field.name.to_string());
            }
        }
        let mut frame = ParquetReader::new(source).with_columns(Some(plain)).finish()?;
        frame.hstack_mut(&coded)?;
        Ok(Ok(Raw { frame: frame.select(order)?, numbered }))
    }));
    match read {
        Ok(raw) => raw.map_err(|error: PolarsError| malformed(error.to_string()))?,
        Err(_) => Err(malformed("it cannot be decoded".to_owned())),
    }
}

/// Types that our build of polars has.
fn is_read(dtype: &ArrowDataType) -> bool {
    use ArrowDataType as Type;
    match dtype {
        Type::Decimal(..) | Type::Decimal32(..) | Type::Decimal64(..) | Type::Decimal256(..) => false,
        Type::FixedSizeList(..) | Type::Float16 | Type::Int128 | Type::UInt128 | Type::Extension(..) => false,
        Type::Union(..) | Type::Unknown | Type::Interval(..) => false,
        Type::List(field) | Type::LargeList(field) | Type::Map(field, _) => is_read(&field.dtype),
        Type::Struct(fields) => fields.iter().all(|field| is_read(&field.dtype)),
        Type::Dictionary(_, values, _) => is_read(values),
        _ => true,
    }
}
