//! The answer of some buckets: merged with others, and finished when all are there.
use polars::prelude::DataFrame;

use super::partition::list;
use super::spec::{Asked, Spec};
use crate::error::{Error, Result};
use crate::kpi::{Horizon, Tables};

/// The tables of a KPI on some of the buckets, with what was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    pub(super) asked: Asked,
    pub(super) buckets: u32,
    /// In order, each once.
    pub(super) own: Vec<u32>,
    pub(super) tables: Tables,
}

impl Partial {
    pub(super) fn new(spec: &Spec, own: Vec<u32>, tables: Tables) -> Self {
        Self { asked: spec.asked(), buckets: spec.n_buckets(), own, tables }.whole()
    }

    /// Where all buckets are there it no longer matters how many they were: equal answers have equal bytes.
    fn whole(self) -> Self {
        if self.own.len() < self.buckets as usize { self } else { Self { buckets: 1, own: vec![0], ..self } }
    }

    /// Both together. Associative and commutative.
    ///
    /// # Errors
    /// [`Error::State`] where they answer different questions, count buckets differently, or speak for the same bucket.
    pub fn merge(self, other: Self) -> Result<Self> {
        if let Some(difference) = self.asked.difference(&other.asked) {
            return Err(Error::State(format!("they answer different questions: {difference}")));
        }
        // Who owns nothing says nothing.
        if other.own.is_empty() {
            return Ok(self);
        }
        if self.own.is_empty() {
            return Ok(other);
        }
        if self.buckets != other.buckets {
            let whole = |partial: &Self| match partial.buckets {
                1 => "the whole community".to_owned(),
                n => format!("some of {n} buckets"),
            };
            return Err(Error::State(format!(
                "one is of {}, the other of {}: they would count twice",
                whole(&self),
                whole(&other)
            )));
        }
        let twice: Vec<u32> =
            other.own.iter().filter(|bucket| self.own.binary_search(bucket).is_ok()).copied().collect();
        if !twice.is_empty() {
            return Err(Error::State(format!("came twice, of {} buckets: {}", self.buckets, list(&twice))));
        }
        let mut own = [self.own, other.own].concat();
        own.sort_unstable();
        Ok(Self { asked: self.asked, buckets: self.buckets, own, tables: self.tables.merge(other.tables)? }.whole())
    }

    /// The whole community's answer, with what some buckets said before replaced by what they say now: when events are added, only the
    /// buckets that they touch have to be asked anew. None where the KPI's tables hold minima, which can't be taken back: merge the
    /// partials of all buckets again.
    ///
    /// # Errors
    /// [`Error::State`] where these are not the whole's buckets, or answer another question.
    pub fn replace(&self, before: Self, now: Self) -> Result<Option<Self>> {
        if let Some(difference) = [&before, &now].iter().find_map(|other| self.asked.difference(&other.asked)) {
            return Err(Error::State(format!("they answer different questions: {difference}")));
        }
        if self.buckets != 1 || self.own.is_empty() {
            return Err(Error::State("only in the answer of all buckets can some be replaced".to_owned()));
        }
        if before.buckets != now.buckets || before.own != now.own {
            let told = (list(&before.own), list(&now.own));
            return Err(Error::State(format!("the buckets before are {}, those now {}", told.0, told.1)));
        }
        let Some(gone) = before.tables.negated() else { return Ok(None) };
        // What has changed, which is little, before it meets what has not.
        let tables = self.tables.clone().merge(now.tables.merge(gone)?)?;
        Ok(Some(Self { tables, ..self.clone() }))
    }

    /// The table of the KPI, at the end of observation of the spec, or else of all parts.
    ///
    /// # Errors
    /// [`Error::State`] where the spec asks for something else, or buckets are missing; and as [`Tables::finish`].
    pub fn finish(&self, spec: &Spec) -> Result<DataFrame> {
        if let Some(difference) = spec.asked().difference(&self.asked) {
            return Err(Error::State(format!("they answer another question: {difference}")));
        }
        if self.own.len() < self.buckets as usize {
            let missing: Vec<u32> =
                (0..self.buckets).filter(|bucket| self.own.binary_search(bucket).is_err()).collect();
            return Err(Error::State(format!("missing, of {} buckets: {}", self.buckets, list(&missing))));
        }
        let as_of = if self.tables.as_of == i64::MIN { 0 } else { self.tables.as_of };
        self.tables.finish(spec.kpi(), &Horizon { as_of, zone: spec.calendar() })
    }

    /// The additive tables.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }
}
