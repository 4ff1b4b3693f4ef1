//! What a reader did with its input, so that no row is lost without a reason.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The account a reader gives: `read == kept + Σ refused`.
///
/// [`crate::quality::Quality`] shows it beside what the events themselves tell.
///
/// ```
/// let mut intake = commonweal::Intake::default();
/// intake.keep(3);
/// intake.refuse("date cannot be read");
/// intake.note("date without a zone, taken as UTC");
/// assert_eq!((intake.read(), intake.kept()), (4, 3));
/// assert_eq!(intake.refused()["date cannot be read"], 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    kept: u64,
    refused: BTreeMap<String, u64>,
    notes: BTreeMap<String, u64>,
}

impl Intake {
    /// Counts `rows` that became events.
    pub fn keep(&mut self, rows: u64) {
        self.kept += rows;
    }

    /// Counts one row that became no event, and why.
    pub fn refuse(&mut self, reason: &str) {
        self.refuse_many(reason, 1);
    }

    /// Counts several rows that became no event, and why.
    pub fn refuse_many(&mut self, reason: &str, rows: u64) {
        if rows > 0 {
            *self.refused.entry(reason.to_owned()).or_default() += rows;
        }
    }

    /// Counts one row that was kept, with something about it that a reader of the numbers should know.
    pub fn note(&mut self, what: &str) {
        *self.notes.entry(what.to_owned()).or_default() += 1;
    }

    /// Rows seen in the source.
    pub fn read(&self) -> u64 {
        self.kept + self.refused.values().sum::<u64>()
    }

    /// Rows that became events.
    pub fn kept(&self) -> u64 {
        self.kept
    }

    /// Rows that became no event, by reason.
    pub fn refused(&self) -> &BTreeMap<String, u64> {
        &self.refused
    }

    /// Rows kept with a remark, by remark.
    pub fn notes(&self) -> &BTreeMap<String, u64> {
        &self.notes
    }

    /// Adds another account to this one.
    pub fn add(&mut self, other: &Self) {
        self.kept += other.kept;
        for (reason, rows) in &other.refused {
            self.refuse_many(reason, *rows);
        }
        for (what, rows) in &other.notes {
            *self.notes.entry(what.clone()).or_default() += rows;
        }
    }
}
