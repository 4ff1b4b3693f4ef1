//! The events as a community keeps them.
use std::borrow::Cow;
use std::sync::Arc;

use polars::prelude::*;
use polars_buffer::Buffer;

use crate::numbers::{Numbers, Written};
use crate::view::Codes;

/// The columns that may be packed, as the contract has them in order.
pub(super) const PACKED: [&str; 3] = ["id", "thread", "parent"];

/// The columns that the contract has before these.
const BEFORE: [&str; 3] = ["time", "member", "kind"];

/// A column of names that differ in a number only: where it was, what it was called.
#[derive(Clone, Debug)]
struct Packed {
    at: usize,
    name: &'static str,
    names: Names,
}

/// The names of a packed column.
#[derive(Clone, Debug)]
enum Names {
    /// The number of each row.
    Numbers(Arc<Numbers>),
    /// The code of each row, and the number of each code: codes that are there in any case.
    Coded(Buffer<u32>, Arc<Numbers>),
}

impl Names {
    /// The number of each row.
    fn numbers(&self) -> Cow<'_, Numbers> {
        match self {
            Self::Numbers(numbers) => Cow::Borrowed(numbers),
            Self::Coded(codes, numbers) => Cow::Owned(numbers.at(codes)),
        }
    }
}

/// A table of events. Columns of names that differ in a number only are kept as these numbers, in a quarter of the room.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// The other columns.
    frame: DataFrame,
    packed: Vec<Packed>,
}

impl Held {
    /// The table as it is.
    pub(super) fn new(frame: DataFrame) -> Self {
        Self { frame, packed: vec![] }
    }

    /// A table that has never had some of its columns as text. They come where the contract has them.
    pub(super) fn with(frame: DataFrame, numbered: Vec<(&'static str, Arc<Numbers>)>) -> Self {
        let mut names: Vec<String> = frame.get_column_names().iter().map(|name| name.to_string()).collect();
        let order = || BEFORE.iter().chain(&PACKED);
        let mut packed = vec![];
        // Each lies where it was when the others before it had gone already.
        for (name, numbers) in numbered.into_iter().rev() {
            let before: Vec<&&str> = order().take_while(|other| **other != name).collect();
            let at = names.iter().rposition(|other| before.iter().any(|before| **before == other.as_str()));
            let at = at.map_or(0, |last| last + 1);
            names.insert(at, name.to_owned());
            packed.push(Packed { at, name, names: Names::Numbers(numbers) });
        }
        packed.reverse();
        Self { frame, packed }
    }

    /// Packs a column, where it can be.
    pub(super) fn pack(&mut self, name: &'static str) {
        let numbers = texts(&self.frame, name).and_then(|strings| {
            let alike = PACKED.iter().find_map(|name| self.numbers(name)?.alike(strings));
            alike.or_else(|| Numbers::of(strings))
        });
        if let Some(numbers) = numbers {
            self.put(name, Arc::new(numbers));
        }
    }

    /// Packs a column whose numbers are known.
    pub(super) fn put(&mut self, name: &'static str, numbers: Arc<Numbers>) {
        if let Some(at) = self.frame.get_column_index(name)
            && self.frame.drop_in_place(name).is_ok()
        {
            self.packed.push(Packed { at, name, names: Names::Numbers(numbers) });
        }
    }

    /// The numbers of a column, of which codes are made: it is empty until it is kept as these.
    pub(super) fn lend(&mut self, name: &str) -> Option<Arc<Numbers>> {
        let none = Arc::new(Numbers::new(vec![], Written::PLAIN));
        let of = |packed: &mut Packed| match &mut packed.names {
            Names::Numbers(numbers) if packed.name == name => Some(std::mem::replace(numbers, none.clone())),
            _ => None,
        };
        self.packed.iter_mut().find_map(of)
    }

    /// Keeps a packed column as the codes that were made of it.
    pub(super) fn code(&mut self, name: &str, codes: &Codes) {
        if let (Some(packed), Some(numbers)) =
            (self.packed.iter_mut().find(|packed| packed.name == name), codes.numbers())
        {
            packed.names = Names::Coded(codes.rows.clone(), numbers);
        }
    }

    /// Shares a column that another table holds packed, and this one in the same place.
    pub(super) fn share(&mut self, name: &'static str, other: &Self) {
        if let Some(Packed { names: Names::Numbers(numbers), .. }) =
            other.packed.iter().find(|packed| packed.name == name)
        {
            self.put(name, numbers.clone());
        }
    }

    /// The columns that are not packed.
    pub(super) fn frame(&self) -> &DataFrame {
        &self.frame
    }

    /// The numbers of a column; none where it is not packed, or kept as codes.
    pub(super) fn numbers(&self, name: &str) -> Option<&Numbers> {
        self.packed.iter().filter(|packed| packed.name == name).find_map(|packed| match &packed.names {
            Names::Numbers(numbers) => Some(&**numbers),
            Names::Coded(..) => None,
        })
    }

    /// The rows for which `mask` is true.
    pub(super) fn filter(&self, mask: &BooleanChunked) -> PolarsResult<Self> {
        let names = |packed: &Packed| Names::Numbers(Arc::new(packed.names.numbers().filter(mask)));
        let filtered = |packed: &Packed| Packed { names: names(packed), ..*packed };
        Ok(Self { frame: self.frame.filter(mask)?, packed: self.packed.iter().map(filtered).collect() })
    }

    /// The whole table.
    pub(super) fn whole(&self) -> DataFrame {
        let mut frame = self.frame.clone();
        for packed in self.packed.iter().rev() {
            // It was there, and is as long.
            let _ = frame.insert_column(packed.at, packed.names.numbers().spelled(packed.name).into_column());
        }
        frame
    }
}

/// A column of strings; none where there is no string in it, as then it need not be made row by row.
pub(super) fn texts<'f>(frame: &'f DataFrame, name: &str) -> Option<&'f StringChunked> {
    let column = frame.column(name).ok().filter(|column| column.null_count() < column.len())?;
    column.str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let frame = df![
            "id" => ["e07", "e10", "e11"],
            "member" => ["ana", "bo", "ana"],
            "parent" => [None, Some("e07"), Some("e99")],
            "thread" => ["12", "12", "7"],
        ]
        .expect("a frame");
        let packed = |frame: &DataFrame| {
            let mut held = Held::new(frame.clone());
            ["id", "parent", "thread"].into_iter().for_each(|name| held.pack(name));
            held
        };
        let held = packed(&frame);
        assert_eq!(held.frame().get_column_names(), ["member"]);
        assert!(held.whole().equals_missing(&frame));
        let other = frame.drop("thread").expect("there");
        let mut coded = packed(&frame);
        let threads = Codes::encode(frame.column("thread").expect("there")).expect("codes");
        coded.code("thread", &threads);
        assert!(coded.numbers("thread").is_none() && coded.whole().equals_missing(&frame));
        let last: BooleanChunked = [false, false, true].into_iter().map(Some).collect();
        let filtered = coded.filter(&last).expect("as long");
        assert!(filtered.whole().equals_missing(&frame.filter(&last).expect("as long")));
        let mut alike = Held::new(other.clone());
        ["id", "parent", "thread"].into_iter().for_each(|name| alike.share(name, &held));
        assert_eq!(alike.frame().get_column_names(), ["member"]);
        assert!(alike.whole().equals_missing(&other));
        let mask: BooleanChunked = [true, false, true].into_iter().map(Some).collect();
        let kept = held.filter(&mask).expect("as long");
        assert!(kept.whole().equals_missing(&frame.filter(&mask).expect("as long")));
        let names = df!["id" => ["a", "b"], "parent" => [None, Some("1")]].expect("a frame");
        let held = packed(&names);
        assert_eq!(held.frame().get_column_names(), ["id"]);
        assert!(held.whole().equals_missing(&names));
    }

    #[test]
    fn columns_that_never_were_text_come_where_the_contract_has_them() {
        let frame = df![
            "time" => [1, 2], "member" => ["ana", "bo"], "kind" => ["post", "reply"],
            "id" => ["e1", "e2"], "thread" => ["1", "1"], "parent" => [None, Some("e1")],
            "channel" => ["a", "a"],
        ]
        .expect("a frame");
        let numbers = |name: &str| Numbers::of(frame.column(name).expect("there").str().expect("text")).map(Arc::new);
        for left in [&PACKED[..], &["parent"], &["thread"], &["thread", "id"], &["parent", "id"]] {
            let numbered = left.iter().map(|name| (*name, numbers(name).expect("numbers"))).collect();
            let others = frame.drop_many(left.iter().copied());
            assert!(Held::with(others, numbered).whole().equals_missing(&frame), "{left:?}");
        }
    }
}
