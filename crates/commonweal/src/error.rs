//! The one error of this crate.
use std::fmt;

use polars::prelude::PolarsError;

/// A `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a community could not be built or a KPI not be computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input tables break the contract; every fault found is in the list.
    #[error("{0}")]
    Invalid(Faults),
    /// No KPI of this name is in the registry.
    #[error("there is no KPI {name:?}; the KPIs are {}", have.join(", "))]
    UnknownKpi {
        /// The name asked for.
        name: String,
        /// The names there are.
        have: Vec<&'static str>,
    },
    /// The KPI has no such option.
    #[error("{kpi} has no option {option:?}; {}", if have.is_empty() { "it takes none".to_owned() } else { format!("its options are {}", have.join(", ")) })]
    UnknownOption {
        /// The KPI.
        kpi: &'static str,
        /// The option given.
        option: String,
        /// The options there are.
        have: Vec<String>,
    },
    /// An option has a value that it cannot take.
    #[error("{option} must be {allowed}, got {got}")]
    InvalidOption {
        /// The option.
        option: String,
        /// What it takes, in words.
        allowed: String,
        /// The value given.
        got: String,
    },
    /// `by` names a column that neither the events nor the members have.
    #[error("by: there is no column {name:?} to group by; the dimensions of this community are {}", have.join(", "))]
    UnknownDimension {
        /// The name asked for.
        name: String,
        /// The dimensions there are.
        have: Vec<String>,
    },
    /// The KPI can't be had from this community, and says why rather than guess.
    #[error("{kpi} needs {needs}; {found}")]
    Declined {
        /// The KPI.
        kpi: &'static str,
        /// What it needs.
        needs: String,
        /// What there is instead.
        found: String,
    },
    /// Bytes that are no tables of this KPI with these options.
    #[error("tables refused: {0}")]
    State(String),
    /// polars refused an operation.
    #[error(transparent)]
    Polars(#[from] PolarsError),
}

impl Error {
    pub(crate) fn option(option: &str, allowed: impl Into<String>, got: impl fmt::Display) -> Self {
        Self::InvalidOption { option: option.to_owned(), allowed: allowed.into(), got: got.to_string() }
    }

    /// This error, told of the option that named the column where that is not `by`.
    pub(crate) fn of_option(self, option: &str, columns: &[String]) -> Self {
        match self {
            Self::UnknownDimension { name, have } if columns.contains(&name) => {
                Self::option(option, format!("one of the columns {}", have.join(", ")), format!("{name:?}"))
            }
            other => other,
        }
    }

    /// Of tables that no KPI makes.
    pub(crate) fn malformed() -> Self {
        Self::State("they are malformed".to_owned())
    }

    pub(crate) fn declined(kpi: &'static str, needs: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Declined { kpi, needs: needs.into(), found: found.into() }
    }
}

/// Every fault of the input tables, in the order of the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Acts whose thread only other rows can tell, in a part of the events.
    pub(crate) fn no_thread(&mut self, rows: Vec<usize>) {
        if !rows.is_empty() {
            self.push(Fault {
                table: "events",
                column: "thread".to_owned(),
                rows,
                problem: "is null where parent is not: which thread it is may stand in another partition".to_owned(),
                remedy: "fill threads in before the events are cut up, as a Community of all of them does, and commonweal.spark"
                    .to_owned(),
            });
        }
    }

    pub(crate) fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }

    /// The faults, one by one.
    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

/// One fault of an input table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `events`, `members` or `affiliations`.
    pub table: &'static str,
    /// The column.
    pub column: String,
    /// The rows at fault, counted from 0; empty where the column as a whole is.
    pub rows: Vec<usize>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

/// Row numbers that a message spells out before it turns to a count.
const ROWS_SHOWN: usize = 5;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, column {:?}: {}", self.table, self.column, self.problem)?;
        if !self.rows.is_empty() {
            let shown: Vec<String> = self.rows.iter().take(ROWS_SHOWN).map(usize::to_string).collect();
            let word = if self.rows.len() == 1 { "row" } else { "rows" };
            write!(f, " ({word} {}", shown.join(", "))?;
            if self.rows.len() > ROWS_SHOWN {
                write!(f, " and {} more", self.rows.len() - ROWS_SHOWN)?;
            }
            write!(f, ", counted from 0)")?;
        }
        write!(f, "; {}", self.remedy)
    }
}
