//! Text scores.
use commonweal_text::question;
use commonweal_text::vader::Scorer;
use polars::prelude::*;
use pyo3::prelude::*;

use crate::arrow::Table;
use crate::error::Result;

/// Whether each text asks; null for null.
#[pyfunction]
pub(crate) fn is_question(py: Python<'_>, texts: Vec<Option<String>>) -> Vec<Option<bool>> {
    py.detach(|| texts.iter().map(|text| text.as_deref().map(question::is_question)).collect())
}

/// VADER's four scores of each text; null for null.
#[pyfunction]
pub(crate) fn vader(py: Python<'_>, texts: Vec<Option<String>>) -> Result<Table> {
    let frame = py.detach(|| {
        let mut scorer = Scorer::new();
        let scores: Vec<_> = texts.iter().map(|text| text.as_deref().map(|text| scorer.score(text))).collect();
        let column = |name: &str, value: fn(&commonweal_text::vader::Scores) -> f64| {
            Column::new(name.into(), scores.iter().map(|s| s.as_ref().map(value)).collect::<Vec<_>>())
        };
        DataFrame::new(
            scores.len(),
            vec![
                column("compound", |s| s.compound),
                column("positive", |s| s.positive),
                column("neutral", |s| s.neutral),
                column("negative", |s| s.negative),
            ],
        )
    });
    Ok(Table(frame.map_err(commonweal::Error::from)?))
}
