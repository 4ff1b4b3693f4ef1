//! Dense ids: a column of names as codes 0, 1, 2 … by first appearance.
use hashbrown::HashMap;
use polars::prelude::*;

use crate::error::Result;

/// The code of a null.
pub(crate) const NONE: u32 = u32::MAX;

/// A column as dense codes. Codes are local to one community and never leave it: tables carry the labels.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// The code of each row, [`NONE`] for null.
    pub(crate) rows: Vec<u32>,
    /// The label of each code.
    pub(crate) labels: Vec<String>,
}

impl Codes {
    /// Encodes a column of any type by the text of its values.
    pub(crate) fn encode(column: &Column) -> Result<Self> {
        let series = column.as_materialized_series().cast(&DataType::String)?;
        let strings = series.str()?;
        let mut codes: HashMap<&str, u32> = HashMap::new();
        let mut rows = Vec::with_capacity(strings.len());
        let mut labels = vec![];
        // Rows of one thread or member often follow each other.
        let mut last: Option<(&str, u32)> = None;
        for value in strings.iter() {
            let Some(value) = value else {
                rows.push(NONE);
                continue;
            };
            let code = match last {
                Some((text, code)) if text == value => code,
                _ => *codes.entry(value).or_insert_with(|| {
                    labels.push(value.to_owned());
                    labels.len() as u32 - 1
                }),
            };
            last = Some((value, code));
            rows.push(code);
        }
        Ok(Self { rows, labels })
    }

    /// Codes of a column that is not there: every row null.
    pub(crate) fn absent(rows: usize) -> Self {
        Self { rows: vec![NONE; rows], labels: vec![] }
    }

    /// The label of a code, none for [`NONE`].
    pub(crate) fn label(&self, code: u32) -> Option<&str> {
        self.labels.get(code as usize).map(String::as_str)
    }
}
