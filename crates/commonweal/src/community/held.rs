//! The events as a community keeps them.
use std::sync::Arc;

use polars::prelude::*;

use crate::numbers::Numbers;

/// A column of names that differ in a number only: where it was, what it was called.
#[derive(Debug)]
struct Packed {
    at: usize,
    name: &'static str,
    numbers: Numbers,
}

/// A table of events. Columns of names that differ in a number only are kept as these numbers, in a quarter of the room.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// The other columns.
    frame: DataFrame,
    packed: Vec<Arc<Packed>>,
}

impl Held {
    /// The table as it is.
    pub(super) fn new(frame: DataFrame) -> Self {
        Self { frame, packed: vec![] }
    }

    /// Packs a column, where it can be.
    pub(super) fn pack(&mut self, name: &'static str) {
        let Some(at) = self.frame.get_column_index(name) else { return };
        let numbers = self.frame.columns()[at].str().ok().and_then(|strings| {
            let alike = self.packed.iter().find_map(|packed| packed.numbers.alike(strings));
            alike.or_else(|| Numbers::of(strings))
        });
        if let Some(numbers) = numbers
            && self.frame.drop_in_place(name).is_ok()
        {
            self.packed.push(Arc::new(Packed { at, name, numbers }));
        }
    }

    /// Shares a column that another table holds packed, and this one in the same place.
    pub(super) fn share(&mut self, name: &str, other: &Self) {
        if let Some(packed) = other.packed.iter().find(|packed| packed.name == name)
            && self.frame.drop_in_place(name).is_ok()
        {
            self.packed.push(packed.clone());
        }
    }

    /// The columns that are not packed.
    pub(super) fn frame(&self) -> &DataFrame {
        &self.frame
    }

    /// The numbers of a column; none where it is not packed.
    pub(super) fn numbers(&self, name: &str) -> Option<&Numbers> {
        self.packed.iter().find(|packed| packed.name == name).map(|packed| &packed.numbers)
    }

    /// The whole table.
    pub(super) fn whole(&self) -> DataFrame {
        let mut frame = self.frame.clone();
        for packed in self.packed.iter().rev() {
            // It was there, and is as long.
            let _ = frame.insert_column(packed.at, packed.numbers.spelled(packed.name).into_column());
        }
        frame
    }
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
        let mut alike = Held::new(other.clone());
        ["id", "parent", "thread"].into_iter().for_each(|name| alike.share(name, &held));
        assert_eq!(alike.frame().get_column_names(), ["member"]);
        assert!(alike.whole().equals_missing(&other));
        let names = df!["id" => ["a", "b"], "parent" => [None, Some("1")]].expect("a frame");
        let held = packed(&names);
        assert_eq!(held.frame().get_column_names(), ["id"]);
        assert!(held.whole().equals_missing(&names));
    }
}
