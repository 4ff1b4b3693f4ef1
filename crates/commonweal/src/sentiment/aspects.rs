//! The mood of the messages about each subject.
use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use serde::{Deserialize, Deserializer, Serialize};

use super::model::Model;
use super::nets::{
    AUTHORS, Change, MESSAGES, NEGATIVE, POSITIVE, SCORED, SUM, WIDTH, add_cross, add_message, add_own, change,
};
use super::phrases::{Phrase, words};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::table::LabelledBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table, one_or_many};
use crate::period::Every;
use crate::stats::proportion::ratio;
use crate::view::Group;
use crate::view::scores::ONE;

/// What the messages about each subject sound like, and how that differs from the others.
///
/// # Formula
/// A message is about a subject where its text has one of the subject's patterns: words in order, whatever their case and what stands
/// between them, `*` at the end for the rest of a word. Its score is that of the *whole* message: cropping around the word was measured, and
/// is worse. net = (P − N) / (P + U + N) as in [`Trend`](super::Trend); difference = net − net of the messages of the same period and group
/// that are not about it, with the interval of a change there, by author.
///
/// # Columns
/// One row for each period, group and subject with a message: period (with `every`), `by` …, aspect, n (messages), authors (members), share
/// (of the messages of the period and group), not_scored (share), mean (−1 to 1), positive, neutral, negative (shares of the scored), net (−1
/// to 1), difference with `_low` and `_high` (null where there are no others), complete (with `every`).
///
/// # Edge cases
/// A message about two subjects counts for both. One without text is about none, and is among the others. Levels are indices without
/// intervals, as in [`Trend`](super::Trend); a constant error of the model cancels in a difference, one that goes with the subject does
/// not (to VADER, "the kill command" is negative).
///
/// # Source
/// Hutto & Gilbert (2014) for the scores; Cochran, *Sampling Techniques*, 3rd ed., 1977, chapter 9A.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Aspects {
    /// The patterns of each subject. It declines without any.
    #[serde(deserialize_with = "patterns")]
    pub terms: BTreeMap<String, Vec<String>>,
    /// The period; none for the whole span. Default: none.
    pub every: Option<Every>,
    /// What scores. Default: VADER.
    pub model: Model,
    /// Grouping, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

/// A list of patterns, or one, by name.
fn patterns<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    #[derive(Deserialize)]
    struct Patterns(#[serde(deserialize_with = "one_or_many")] Vec<String>);
    let terms = Option::<BTreeMap<String, Patterns>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(terms.into_iter().map(|(name, patterns)| (name, patterns.0)).collect())
}

impl Aspects {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "sentiment.aspects",
        question: "What is the mood about each subject?",
        formula: "net of the messages that have one of the subject's patterns; difference = net − net of the others, interval by author",
        unit: "net share of messages",
        source: "Hutto & Gilbert (2014); Cochran, Sampling Techniques (1977) for the interval",
        whole: Whole::Member,
    };
}

impl Kpi for Aspects {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn check(&self) -> Result<()> {
        for (name, patterns) in &self.terms {
            let wrong = patterns.iter().find(|pattern| Phrase::new(pattern).is_none());
            if patterns.is_empty() || wrong.is_some() {
                let got = format!("{:?} for {name:?}", wrong.map_or("", String::as_str));
                let allowed = "one pattern or several of words for each subject, with a * at the end or none";
                return Err(Error::option("terms", allowed, got));
            }
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // By cell and subject: of the messages about it (x = 1) and of the others (x = 0).
        const { &[Shape::sums(WIDTH)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let dense = part.community.dense();
        let (time, scores) = (dense.time(), self.model.scores(part.community)?);
        let periods = Periods::of(part.community, self.every);
        let texts = part.community.events().column("text").ok().map(|c| c.str()).transpose()?;
        let terms: Vec<(&String, Vec<Phrase>)> = self
            .terms
            .iter()
            .map(|(name, patterns)| (name, patterns.iter().filter_map(|pattern| Phrase::new(pattern)).collect()))
            .collect();
        let mut sums = LabelledBuilder::<WIDTH>::new();
        let mut read = String::new();
        // Group, period, score, and which subjects the message is about.
        let mut acts: Vec<(u32, usize, Option<i64>, Vec<bool>, bool)> = vec![];
        for (member, rows) in part.groups() {
            acts.clear();
            for row in rows.iter().map(|row| *row as usize) {
                if dense.kind[row].is_message() && scoped.counts(row) {
                    words(texts.and_then(|texts| texts.get(row)).unwrap_or_default(), &mut read);
                    let about = terms.iter().map(|(_, patterns)| patterns.iter().any(|p| p.is_in(&read))).collect();
                    let own = dense.has_own_time(row);
                    acts.push((scoped.groups.of(row), periods.index(time[row]), scores.get(row), about, own));
                }
            }
            acts.sort_unstable();
            let unknown = part.is_none(member);
            for cell in acts.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let (group, start) = (scoped.groups.label(cell[0].0), periods.start(cell[0].1));
                for (subject, (name, _)) in terms.iter().enumerate() {
                    let label: Group = group.iter().cloned().chain([Some((*name).clone())]).collect();
                    let mut own: [[i128; 2]; 2] = Default::default();
                    for side in [0, 1] {
                        let said = cell.iter().filter(|act| act.3[subject] == (side == 1));
                        let row = sums.at(label.clone(), start, side);
                        let mut author = [0i128; 2];
                        // A message without a time of its own makes nobody active.
                        let (mut messages, mut is_there) = (0, false);
                        for (_, _, score, _, own_time) in said {
                            messages += 1;
                            is_there |= own_time;
                            if let Some(score) = score {
                                let sign = self.model.sign(*score);
                                add_message(row, self.model.soft(*score), sign);
                                author[0] += i128::from(sign);
                                author[1] += 1;
                                if unknown {
                                    add_own(row, i128::from(sign), 1);
                                }
                            }
                        }
                        row[MESSAGES] += messages;
                        row[AUTHORS] += i128::from(is_there && !unknown);
                        if author[1] > 0 && !unknown {
                            add_own(row, author[0], author[1]);
                        }
                        own[side as usize] = author;
                    }
                    if own[0][1] > 0 && own[1][1] > 0 && !unknown {
                        add_cross(sums.at(label, start, 1), own[1], own[0]);
                    }
                }
            }
        }
        Ok(vec![sums.finish()])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        if self.terms.is_empty() {
            let found = "there is none: name them, as terms={\"prices\": [\"price*\", \"expensive\"]}";
            return Err(Error::declined(Self::SPEC.name, "a subject with its patterns", found));
        }
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let (mut about, mut others) = (vec![[0i128; WIDTH]; cells.len()], vec![[0i128; WIDTH]; cells.len()]);
        for (cell, _, side, values) in cells.rows(&tables[0]) {
            let sums = if side == 1 { &mut about[cell] } else { &mut others[cell] };
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum = sum.saturating_add(*value));
        }
        let changes: Vec<Option<Change>> =
            others.iter().zip(&about).map(|(others, about)| change(others, about)).collect();
        let end = |side: f64| changes.iter().map(|c| c.as_ref()?.end(side, self.scope.confidence)).collect::<Vec<_>>();
        let count = |i: usize| about.iter().map(move |c| c[i] as i64);
        let share = |part: fn(&[i128; WIDTH]) -> i128, of: usize| {
            about.iter().map(move |c| ratio(part(c) as i64, c[of] as i64)).collect::<Vec<_>>()
        };
        let all = about
            .iter()
            .zip(&others)
            .map(|(a, b)| ratio(a[MESSAGES] as i64, a[MESSAGES].saturating_add(b[MESSAGES]) as i64));
        let scope = self.scope.with_columns(&["aspect"]);
        cells
            .sheet(&scope)
            .members(count(AUTHORS).collect())
            .counts("n", count(MESSAGES))
            .counts("authors", count(AUTHORS))
            .numbers("share", all)
            .numbers("not_scored", share(|c| c[MESSAGES].saturating_sub(c[SCORED]), MESSAGES))
            .numbers(
                "mean",
                about.iter().map(|c| (c[SCORED] > 0).then(|| c[SUM] as f64 / ONE as f64 / c[SCORED] as f64)),
            )
            .numbers("positive", share(|c| c[POSITIVE], SCORED))
            .numbers("neutral", share(|c| c[SCORED].saturating_sub(c[POSITIVE]).saturating_sub(c[NEGATIVE]), SCORED))
            .numbers("negative", share(|c| c[NEGATIVE], SCORED))
            .numbers("net", share(|c| c[POSITIVE].saturating_sub(c[NEGATIVE]), SCORED))
            .numbers("difference", changes.iter().map(|c| c.as_ref().map(|c| c.size)))
            .numbers("difference_low", end(-1.0))
            .numbers("difference_high", end(1.0))
            .only(&about.iter().map(|c| c[MESSAGES] > 0).collect::<Vec<_>>())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use polars::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::community::Community;

    const HOUR: i64 = 3_600_000_000;

    /// (hour, member, score, text).
    type Said<'a> = (i64, &'a str, f64, &'a str);

    const TALK: [Said<'_>; 7] = [
        (0, "ana", 0.8, "I like the prices"),
        (1, "bo", -0.8, "The price is too high, and the log-in fails"),
        (2, "bo", -0.8, "Log in fails again"),
        (3, "cy", 0.0, "A table"),
        (4, "cy", 0.9, "I like tables"),
        (5, "", -0.9, "price"),
        (6, "dee", 0.9, "Thanks"),
    ];

    fn aspects(said: &[Said<'_>], mut options: Value) -> Result<DataFrame> {
        options["model"] = json!("own");
        let mut frame = df![
            "time" => said.iter().map(|s| 1_780_272_000_000_000 + s.0 * HOUR).collect::<Vec<_>>(),
            "member" => said.iter().map(|s| (!s.1.is_empty()).then_some(s.1)).collect::<Vec<_>>(),
            "kind" => vec!["post"; said.len()],
            "own" => said.iter().map(|s| s.2).collect::<Vec<_>>(),
            "text" => said.iter().map(|s| s.3).collect::<Vec<_>>(),
        ]
        .unwrap();
        let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let time = frame.column("time").unwrap().cast(&utc).unwrap();
        frame.with_column(time).unwrap();
        Community::builder(frame).build().unwrap().compute(crate::parse("sentiment.aspects", &options)?.as_ref())
    }

    #[test]
    fn by_hand() {
        let found =
            aspects(&TALK, json!({"terms": {"prices": ["price*"], "access": "log in", "other": ["nothing"]}})).unwrap();
        let text = |row| found.column("aspect").unwrap().str().unwrap().get(row).map(str::to_owned);
        let count = |name: &str, row| found.column(name).unwrap().i64().unwrap().get(row).unwrap();
        let number = |name: &str, row| found.column(name).unwrap().f64().unwrap().get(row);
        assert_eq!((found.height(), text(0).as_deref(), text(1).as_deref()), (2, Some("access"), Some("prices")));
        assert_eq!((count("n", 0), count("authors", 0), count("n", 1), count("authors", 1)), (2, 1, 3, 2));
        assert_eq!((number("net", 0), number("net", 1)), (Some(-1.0), Some(-1.0 / 3.0)));
        assert_eq!(number("share", 1), Some(3.0 / 7.0));
        // The others of prices: −1, 0, 1, 1.
        assert!((number("difference", 1).unwrap() - (-1.0 / 3.0 - 0.25)).abs() < 1e-12);
        // Authors with u = (s − net·n) / Σ n about prices, less the same elsewhere: ana 4/9; bo −2/9 + 1.25/4; the unknown −2/9;
        // cy −0.5/4; dee −0.75/4. Five of them, Student's t with 2 degrees of freedom.
        let u = [4.0 / 9.0, -2.0 / 9.0 + 1.25 / 4.0, -2.0 / 9.0, -0.5 / 4.0, -0.75 / 4.0];
        let error = (5.0 / 4.0 * u.iter().map(|u: &f64| u * u).sum::<f64>()).sqrt();
        let half = crate::stats::normal::t(0.95, 2.0).unwrap() * error;
        let [low, high] = ["difference_low", "difference_high"].map(|name| number(name, 1).unwrap());
        assert!(
            (low - (-7.0 / 12.0 - half).max(-2.0)).abs() < 1e-9 && (high - (-7.0 / 12.0 + half).min(2.0)).abs() < 1e-9
        );
    }

    #[test]
    fn what_it_needs() {
        let error = aspects(&TALK, json!({})).unwrap_err().to_string();
        assert!(error.starts_with("sentiment.aspects needs a subject with its patterns"), "{error}");
        for terms in [json!({"a": []}), json!({"a": ["ok", "-"]}), json!({"a": ["log*in"]})] {
            let error = aspects(&TALK, json!({"terms": terms})).unwrap_err().to_string();
            assert!(
                error.starts_with(
                    "terms must be one pattern or several of words for each subject, with a * at the end or none, got"
                ),
                "{error}"
            );
        }
    }
}
