//! The values of a column to group by, as codes in as little room as they need.
use polars::prelude::*;
use polars_buffer::Buffer;

use super::NONE;
use super::codes::{Codes, Labels};
use crate::categories;
use crate::error::Result;

/// Values that a byte can tell apart: its last says that there is none.
const FEW: usize = u8::MAX as usize;

/// A column as dense codes, for every row.
#[derive(Debug)]
pub(crate) struct ValueCodes {
    rows: Rows,
    /// The label of each code.
    pub(crate) labels: Labels,
}

#[derive(Debug)]
enum Rows {
    /// A byte each.
    Few(Buffer<u8>),
    Many(Buffer<u32>),
}

/// The code of every row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AllCodes<'a> {
    /// 0.
    Zero,
    Few(&'a [u8]),
    Many(&'a [u32]),
}

impl AllCodes<'_> {
    /// That of a row, [`NONE`] for null.
    #[inline]
    pub(crate) fn code(self, row: usize) -> u32 {
        match self {
            Self::Zero => 0,
            Self::Few(rows) if rows[row] == u8::MAX => NONE,
            Self::Few(rows) => u32::from(rows[row]),
            Self::Many(rows) => rows[row],
        }
    }
}

impl ValueCodes {
    /// Encodes a column by the text of its values.
    ///
    /// # Errors
    /// As [`Codes::encode`].
    pub(crate) fn encode(column: &Column) -> Result<Self> {
        if let Some(few) = Self::few(column) {
            return Ok(few);
        }
        Codes::encode(column).map(Self::from)
    }

    /// A column of categories, if there are few.
    fn few(column: &Column) -> Option<Self> {
        if column.null_count() == column.len() {
            return None;
        }
        let series = column.as_materialized_series();
        let names = categories::names(series).filter(|names| names.num_cats_upper_bound() <= FEW)?;
        let known = categories::by_appearance(series, names);
        let labels = known.iter().map(|code| names.cat_to_str(*code).map(str::to_owned)).collect::<Option<Labels>>()?;
        let rows = as_they_lie(series).filter(|_| known.iter().copied().eq(0..known.len() as u32));
        let rows = rows.unwrap_or_else(|| {
            // Others may add names to categories that are shared, at any time.
            let mut places = [u8::MAX; FEW + 1];
            known.iter().zip(0..).for_each(|(code, place)| places[*code as usize % places.len()] = place);
            let place = |code: u32| places.get(code as usize).copied().unwrap_or(u8::MAX);
            categories::map(series, names, |code| code.map_or(u8::MAX, place)).into()
        });
        Some(Self { rows: Rows::Few(rows), labels })
    }

    /// The code of a row, [`NONE`] for null.
    #[inline]
    pub(crate) fn code(&self, row: usize) -> u32 {
        self.all().code(row)
    }

    /// Those of all rows.
    #[inline]
    pub(crate) fn all(&self) -> AllCodes<'_> {
        match &self.rows {
            Rows::Few(rows) => AllCodes::Few(rows),
            Rows::Many(rows) => AllCodes::Many(rows),
        }
    }

    /// The label of a code, none for [`NONE`].
    pub(crate) fn label(&self, code: u32) -> Option<&str> {
        self.labels.get(code as usize)
    }
}

/// The codes of categories that have one byte and no nulls.
fn as_they_lie(categories: &Series) -> Option<Buffer<u8>> {
    let codes = categories.to_physical_repr();
    let codes = codes.u8().ok().filter(|codes| codes.null_count() == 0)?;
    let mut arrays = codes.downcast_iter();
    arrays.next().filter(|_| arrays.next().is_none()).map(|array| array.values().clone())
}

impl From<Codes> for ValueCodes {
    fn from(Codes { rows, labels }: Codes) -> Self {
        Self { rows: Rows::Many(rows), labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_the_codes_that_many_have() {
        let names = ["ana", "bo", "cy"];
        let coded = |codes: &[Option<usize>], bytes: CategoricalPhysical| {
            let categories = Categories::random("test".into(), bytes);
            let mapping = categories.mapping();
            names.iter().for_each(|name| _ = mapping.insert_cat(name).expect("room"));
            let dtype = DataType::Categorical(categories, mapping);
            let names = codes.iter().map(|code| code.map(|code| names[code]));
            names.collect::<StringChunked>().into_series().cast(&dtype).expect("categories").into_column()
        };
        // As a file has them; by other first appearance; not all of them used; with nulls.
        let all: [&[Option<usize>]; 4] = [
            &[Some(0), Some(1), Some(0), Some(2)],
            &[Some(1), Some(0), Some(2)],
            &[Some(0), Some(2), Some(0)],
            &[Some(0), None, Some(1), Some(2)],
        ];
        for codes in all {
            for bytes in [CategoricalPhysical::U8, CategoricalPhysical::U16, CategoricalPhysical::U32] {
                let column = coded(codes, bytes);
                let (few, many) = (ValueCodes::few(&column).expect("few"), Codes::encode(&column).expect("codes"));
                assert!((0..codes.len()).map(|row| few.code(row)).eq(many.rows.iter().copied()), "{codes:?}");
                assert!(few.labels.iter().eq(many.labels.iter()), "{codes:?}");
            }
        }
        // The last byte stands for none, so 255 values are few, and 256 are not.
        for (values, are_few) in [(FEW, true), (FEW + 1, false)] {
            let names: Vec<Option<String>> = (0..values).map(|i| Some(format!("{i}"))).chain([None]).collect();
            let series = names.iter().map(Option::as_deref).collect::<StringChunked>().into_series();
            let dtype = DataType::from_categories(Categories::random("test".into(), CategoricalPhysical::U16));
            let mut column = series.cast(&dtype).expect("categories");
            column.append(&column.clone().slice(3, values - 3)).expect("alike");
            let column = column.into_column();
            let (codes, many) = (ValueCodes::encode(&column).expect("codes"), Codes::encode(&column).expect("codes"));
            assert!((0..column.len()).map(|row| codes.code(row)).eq(many.rows.iter().copied()));
            assert_eq!((codes.code(values), matches!(codes.rows, Rows::Few(_))), (NONE, are_few));
        }
        assert!(ValueCodes::few(&Column::full_null("none".into(), 2, &DataType::String)).is_none());
    }
}
