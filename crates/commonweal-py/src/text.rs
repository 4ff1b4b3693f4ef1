//! Text scores.
use commonweal_text::model::train::Head;
use commonweal_text::model::{self, Fault, Label, Part, Reason, Scores};
use commonweal_text::question;
use commonweal_text::vader::Scorer;
use polars::prelude::*;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::arrow::Table;
use crate::error::{Result, wrong_option};

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

/// A way of talking that the trained model scores messages for.
#[pyclass(frozen, module = "commonweal._core")]
pub(crate) struct Profile(model::Profile);

fn wrong(fault: Fault) -> crate::error::Error {
    wrong_option(fault.to_string())
}

fn label(label: Label) -> &'static str {
    match label {
        Label::Negative => "negative",
        Label::Neutral => "neutral",
        Label::Positive => "positive",
    }
}

#[pymethods]
impl Profile {
    /// The built-in profile of a name.
    #[new]
    fn new(name: &str) -> Result<Self> {
        Ok(Self(model::Profile::named(name).map_err(wrong)?))
    }

    /// The profile that these bytes were saved from.
    #[staticmethod]
    fn load(content: &[u8]) -> Result<Self> {
        Ok(Self(model::Profile::load(content).map_err(wrong)?))
    }

    /// What the profile is called.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The profile as bytes.
    fn save<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.save())
    }

    /// A profile fitted to labelled texts, on top of this one.
    fn fit(&self, py: Python<'_>, name: &str, head: &str, texts: Vec<String>, labels: Vec<u8>) -> Result<Self> {
        let head = match head {
            "sentiment" => Head::Sentiment,
            "offensive" => Head::Offensive,
            "attack" => Head::Attack,
            other => {
                return Err(wrong_option(format!(
                    "head must be \"sentiment\", \"offensive\" or \"attack\", got {other:?}"
                )));
            }
        };
        let labelled: Vec<(&str, u8)> = texts.iter().map(String::as_str).zip(labels).collect();
        Ok(Self(py.detach(|| self.0.fit(name, head, &labelled)).map_err(wrong)?))
    }

    /// The scores of each text, or why it has none; null for null.
    fn score(&self, py: Python<'_>, texts: Vec<Option<String>>) -> Result<Table> {
        let frame = py.detach(|| {
            let mut scorer = model::Scorer::new(self.0.clone());
            let scores: Vec<_> = texts.iter().map(|text| text.as_deref().map(|text| scorer.score(text))).collect();
            let number = |name: &str, of: fn(&Scores) -> i32| {
                let value = |s: &Option<std::result::Result<Scores, _>>| {
                    s.as_ref().and_then(|s| s.as_ref().ok()).map(|s| Scores::number(of(s)))
                };
                Column::new(name.into(), scores.iter().map(value).collect::<Vec<_>>())
            };
            let labels = scores.iter().map(|s| s.and_then(|s| s.ok()).map(|s| label(s.label)));
            let reasons = scores.iter().map(|s| s.and_then(|s| s.err()).map(|reason| reason.to_string()));
            DataFrame::new(
                scores.len(),
                vec![
                    number("score", |s| s.sentiment),
                    Column::new("label".into(), labels.collect::<Vec<_>>()),
                    number("confidence", |s| s.confidence),
                    number("offensive", |s| s.offensive),
                    number("attack", |s| s.attack),
                    Column::new("not_scored".into(), reasons.collect::<Vec<_>>()),
                ],
            )
        });
        Ok(Table(frame.map_err(commonweal::Error::from)?))
    }

    /// What of a text made its scores, the strongest first; no row where it has none.
    fn explain(&self, py: Python<'_>, text: String) -> Result<Table> {
        let frame = py.detach(|| {
            let reasons = model::Scorer::new(self.0.clone()).explain(&text).unwrap_or_default();
            let part = |reason: &Reason| match &reason.part {
                Part::Word(place) => text.get(place.clone()).unwrap_or_default().to_owned(),
                Part::Whole(name) => (*name).to_owned(),
                Part::Start => "start".to_owned(),
            };
            // In characters, as Python counts them.
            let start = |reason: &Reason| match &reason.part {
                Part::Word(place) => text.get(..place.start).map(|before| before.chars().count() as i64),
                Part::Whole(_) | Part::Start => None,
            };
            let number = |name: &str, of: fn(&Reason) -> i32| {
                Column::new(name.into(), reasons.iter().map(|r| Scores::number(of(r))).collect::<Vec<_>>())
            };
            DataFrame::new(
                reasons.len(),
                vec![
                    Column::new("part".into(), reasons.iter().map(part).collect::<Vec<_>>()),
                    Column::new("start".into(), reasons.iter().map(start).collect::<Vec<_>>()),
                    number("sentiment", |r| r.sentiment),
                    number("offensive", |r| r.offensive),
                    number("attack", |r| r.attack),
                ],
            )
        });
        Ok(Table(frame.map_err(commonweal::Error::from)?))
    }
}
