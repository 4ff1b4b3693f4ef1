//! One JSON object a line. Columns are found as they come; nested values are kept as their JSON text.
use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::path::Path;

use polars::prelude::*;
use serde_json::{Map, Value};

use super::spelled::numbers;
use crate::error::{Error, Place, Result};
use crate::event::strings;
use crate::input::{Allowance, Guard, RECORD_LIMIT, Replaced, Utf8};

/// More keys than any real export has; a file with a new key in each row would take memory without end.
const MOST_COLUMNS: usize = 1_000;
const NO_OBJECT: &str = "line that is no JSON object";

struct Growing {
    values: StringChunkedBuilder,
    height: usize,
}

impl Growing {
    fn fill(&mut self, height: usize) {
        while self.height < height {
            self.values.append_null();
            self.height += 1;
        }
    }
}

pub(super) fn load(
    source: impl Read,
    path: &Path,
    refuse: &mut dyn FnMut(&'static str),
) -> Result<(DataFrame, Replaced)> {
    let allowance = Allowance::new(RECORD_LIMIT);
    let text = Utf8::of_json(source, path.to_owned());
    let replaced = text.replaced();
    let mut lines = Guard::new(text, path.to_owned(), allowance.clone());
    let mut columns: Vec<Growing> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let (mut line, mut number, mut height) = (Vec::new(), 0, 0);
    loop {
        line.clear();
        allowance.renew();
        if lines.read_until(b'\n', &mut line).map_err(|error| Error::io(path, error))? == 0 {
            break;
        }
        number += 1;
        let content = line.trim_ascii();
        if content.is_empty() {
            continue;
        }
        let row: Map<String, Value> = match serde_json::from_slice(content) {
            Ok(row) => row,
            Err(error) if error.is_eof() && !line.ends_with(b"\n") => {
                let detail = "JSON that does not close".to_owned();
                return Err(Error::Truncated { path: path.to_owned(), place: Place::line(number), detail });
            }
            Err(_) => {
                refuse(NO_OBJECT);
                continue;
            }
        };
        // Read as numbers, these may be rounded, and 1.50 is 1.5.
        let are_spelled = row.values().any(Value::is_f64);
        let mut spelled = if are_spelled { numbers(content) } else { HashMap::new() };
        for (name, value) in row {
            let number = spelled.remove(&name).filter(|_| value.is_number());
            let at = match places.get(&name) {
                Some(at) => *at,
                None if columns.len() == MOST_COLUMNS => {
                    let what = format!("more than {MOST_COLUMNS} different keys");
                    return Err(Error::TooMany { path: path.to_owned(), what });
                }
                None => {
                    columns.push(Growing { values: strings(&name), height: 0 });
                    places.insert(name, columns.len() - 1);
                    columns.len() - 1
                }
            };
            let column = &mut columns[at];
            column.fill(height);
            match (value, number) {
                (_, Some(number)) => column.values.append_value(number),
                (Value::Null, _) => column.values.append_null(),
                (Value::String(text), _) if text.is_empty() => column.values.append_null(),
                (Value::String(text), _) => column.values.append_value(text),
                (other, _) => column.values.append_value(other.to_string()),
            }
            column.height += 1;
        }
        height += 1;
    }
    let columns = columns.into_iter().map(|mut column| {
        column.fill(height);
        column.values.finish().into_column()
    });
    let frame = DataFrame::new(height, columns.collect()).map_err(|error| Error::frame(path, &error))?;
    Ok((frame, replaced))
}
