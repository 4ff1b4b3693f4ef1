//! Parquet, by polars.
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use polars::prelude::*;

use super::chunks::{Footer, Origin};
use super::{Raw, Wanted, categories, instants, numbers};
use crate::error::{Error, Place, Result};
use crate::input::Tree;

/// Reads a file; columns of types that are not read are handed to `skip` by name.
pub(super) fn load(tree: &mut Tree, file: usize, wanted: &Wanted<'_>, skip: &mut dyn FnMut(&str)) -> Result<Raw> {
    let label = tree.label(file);
    let is_packed = tree.entries()[file].file_name().ends_with(".gz");
    match tree.on_disk(file).filter(|_| !is_packed) {
        Some(path) => frame(|| Origin::on_disk(&path), &label, wanted, skip),
        None => {
            let mut bytes = Vec::new();
            tree.reader(file)?.read_to_end(&mut bytes).map_err(|error| Error::io(&label, error))?;
            frame(|| Ok(Origin::in_memory(bytes)), &label, wanted, skip)
        }
    }
}

fn frame(
    open: impl FnOnce() -> PolarsResult<Origin>,
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
        let origin = open()?;
        let footer = Footer::read(&origin)?;
        let have: Vec<String> = footer.schema.iter_names().map(|name| name.to_string()).collect();
        if let Err(error) = wanted.check(&have, path) {
            return Ok(Err(error));
        }
        let mut order = vec![];
        for field in footer.schema.iter_values().filter(|field| wanted.is_read(&field.name)) {
            if is_read(&field.dtype) {
                order.push(field.name.to_string());
            } else {
                skip(&field.name);
            }
        }
        let of = |kind: &dyn Fn(&str) -> bool| order.iter().filter(|name| kind(name)).cloned().collect::<Vec<_>>();
        let ids = of(wanted.ids);
        let names = of(&|name| (wanted.names)(name) && !(wanted.ids)(name));
        let others = of(&|name| !(wanted.names)(name) && !(wanted.ids)(name));
        let plain = |columns: Vec<String>| {
            let mut reader = ParquetReader::new(origin.open());
            reader.set_metadata(footer.file.clone());
            reader.with_columns(Some(columns)).finish()
        };
        // Side by side, as each by itself keeps not all cores busy.
        let rest = || {
            let timed = instants::read(&origin, &footer, &others)?;
            let is_timed = |name: &&String| timed.iter().any(|column| column.name() == *name);
            let mut frame = plain(others.iter().filter(|name| !is_timed(name)).cloned().collect())?;
            frame.hstack_mut(&timed)?;
            PolarsResult::Ok(frame)
        };
        let (numbered, (coded, frame)) = rayon::join(
            || numbers::read(&origin, &footer, &ids),
            || rayon::join(|| categories::read(&origin, &footer, &names), rest),
        );
        let (mut coded, mut frame) = (coded?, frame?);
        // What is none of these after all.
        let is_numbered = |name: &str| numbered.iter().any(|(column, _)| column == name);
        order.retain(|name| !is_numbered(name));
        let ids: Vec<String> = ids.into_iter().filter(|name| !is_numbered(name) && (wanted.names)(name)).collect();
        coded.extend(categories::read(&origin, &footer, &ids)?);
        frame.hstack_mut(&coded)?;
        let rest: Vec<String> = order.iter().filter(|name| frame.get_column_index(name).is_none()).cloned().collect();
        if !rest.is_empty() {
            frame.hstack_mut(plain(rest)?.columns())?;
        }
        Ok(Ok(Raw { frame: frame.select(order)?, numbered, is_text: false }))
    }));
    match read {
        Ok(raw) => raw.map_err(|error: PolarsError| malformed(error.to_string()))?,
        Err(_) => Err(malformed("it cannot be decoded".to_owned())),
    }
}

/// Whether a type is read: whether our build of polars has it.
pub fn is_read(dtype: &ArrowDataType) -> bool {
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
