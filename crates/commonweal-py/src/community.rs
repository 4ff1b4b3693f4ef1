//! A community, held for Python.
use chrono::{DateTime, Utc};
use commonweal::{Community as Core, InferThreads, Span, Whole};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::arrow::{Frame, Table};
use crate::error::{Result, wrong_option};
use crate::instant::Instant;

/// Events and members of one community, validated; every KPI by name and JSON.
#[pyclass(frozen, module = "commonweal._core")]
pub(crate) struct Community(pub(crate) Core);

#[pymethods]
impl Community {
    #[new]
    #[pyo3(signature = (events, members = None, affiliations = None, tz = "UTC", as_of = None))]
    fn new(
        py: Python<'_>,
        events: Frame,
        members: Option<Frame>,
        affiliations: Option<Frame>,
        tz: &str,
        as_of: Option<Instant>,
    ) -> Result<Self> {
        let mut builder = Core::builder(events.0).zone(commonweal::zone(tz)?).now(Utc::now());
        if let Some(members) = members {
            builder = builder.members(members.0);
        }
        if let Some(affiliations) = affiliations {
            builder = builder.affiliations(affiliations.0);
        }
        if let Some(as_of) = as_of {
            builder = builder.as_of(as_of.0);
        }
        Ok(Self(py.detach(|| builder.build())?))
    }

    /// The community again, of what `saved` gave.
    #[staticmethod]
    #[pyo3(signature = (given, members, affiliations, rest))]
    fn restore(
        py: Python<'_>,
        given: Frame,
        members: Option<Frame>,
        affiliations: Option<Frame>,
        rest: &str,
    ) -> Result<Self> {
        let (members, affiliations) = (members.map(|table| table.0), affiliations.map(|table| table.0));
        Ok(Self(py.detach(|| Core::restore(given.0, members, affiliations, rest))?))
    }

    /// What makes the community again: the events as they were given, members, affiliations, and the rest as JSON.
    fn saved(&self) -> (Table, Option<Table>, Option<Table>, String) {
        let affiliations = self.0.affiliations().cloned().map(Table);
        (Table(self.0.given()), self.members(), affiliations, self.0.rest())
    }

    /// The table of a KPI, its options given as JSON.
    fn compute(&self, py: Python<'_>, name: &str, options_json: &str) -> Result<Table> {
        let kpi = commonweal::parse(name, &serde_json::from_str(options_json)?)?;
        Ok(Table(py.detach(|| self.0.compute(kpi.as_ref()))?))
    }

    /// The additive tables of a KPI, as bytes.
    fn partial<'py>(&self, py: Python<'py>, name: &str, options_json: &str) -> Result<Bound<'py, PyBytes>> {
        let kpi = commonweal::parse(name, &serde_json::from_str(options_json)?)?;
        let bytes = py.detach(|| self.0.partial(kpi.as_ref()).map(|tables| tables.to_bytes()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The events.
    fn events(&self) -> Table {
        Table(self.0.events().clone())
    }

    /// The members, where they were given.
    fn members(&self) -> Option<Table> {
        self.0.members().cloned().map(Table)
    }

    /// The events for which the one column of `mask`, a boolean, is true.
    fn filter(&self, py: Python<'_>, mask: Frame) -> Result<Self> {
        let column = mask.0.columns().first().and_then(|c| c.bool().ok().cloned());
        let Some(column) = column.filter(|_| mask.0.width() == 1) else {
            return Err(wrong_option("a filter must be one boolean column".to_owned()));
        };
        Ok(Self(py.detach(|| self.0.filter(&column))?))
    }

    /// The events in `[start, end)`.
    fn between(&self, py: Python<'_>, start: Instant, end: Instant) -> Result<Self> {
        Ok(Self(py.detach(|| self.0.between(start.0, end.0))?))
    }

    /// This community and more events.
    fn append(&self, py: Python<'_>, events: Frame) -> Result<Self> {
        Ok(Self(py.detach(|| self.0.append_before(events.0, Some(Utc::now())))?))
    }

    /// The community with the conversations of a chat that has no threads.
    fn infer_threads(
        &self,
        py: Python<'_>,
        channel: Vec<String>,
        longest_gap: &str,
        look_back: u32,
        min_confidence: f64,
    ) -> Result<Self> {
        let longest_gap: Span = longest_gap.parse().map_err(|_| {
            wrong_option(format!(
                "longest_gap must be a length such as \"90s\", \"30m\", \"1h\" or \"7d\", got {longest_gap:?}"
            ))
        })?;
        let options = InferThreads { channel, longest_gap, look_back, min_confidence };
        Ok(Self(py.detach(|| self.0.infer_threads(&options))?))
    }

    /// This community with other events and members in the place of its own.
    #[pyo3(signature = (events, members = None))]
    fn replace(&self, py: Python<'_>, events: Frame, members: Option<Frame>) -> Result<Self> {
        Ok(Self(py.detach(|| self.0.replace(events.0, members.map(|table| table.0)))?))
    }

    /// Communities that hold every member, or every thread, whole.
    fn partition(&self, py: Python<'_>, n: usize, key: &str) -> Result<Vec<Self>> {
        let whole = match key {
            "member" => Whole::Member,
            "thread" => Whole::Thread,
            other => return Err(wrong_option(format!("key must be one of \"member\", \"thread\", got {other:?}"))),
        };
        Ok(py.detach(|| self.0.partition(n, whole))?.into_iter().map(Self).collect())
    }

    /// The IANA zone of the calendar.
    #[getter]
    fn tz(&self) -> &'static str {
        self.0.zone().name()
    }

    /// The end of observation, in UTC.
    #[getter]
    fn as_of(&self) -> DateTime<Utc> {
        self.0.as_of()
    }

    /// The number of events.
    #[getter]
    fn n_events(&self) -> usize {
        self.0.n_events()
    }

    /// The number of distinct members that did something.
    #[getter]
    fn n_members(&self) -> usize {
        self.0.n_members()
    }

    /// The number of distinct threads.
    #[getter]
    fn n_threads(&self) -> usize {
        self.0.n_threads()
    }

    /// The first and the last event, in UTC; None without events.
    #[getter]
    fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.0.span()
    }
}

/// Several sources as one community, each with a name.
#[pyfunction]
pub(crate) fn concat(py: Python<'_>, names: Vec<String>, communities: Vec<PyRef<'_, Community>>) -> Result<Community> {
    let cores: Vec<Core> = communities.iter().map(|community| community.0.clone()).collect();
    let sources: Vec<(&str, &Core)> = names.iter().map(String::as_str).zip(&cores).collect();
    Ok(Community(py.detach(|| Core::concat(&sources))?))
}
