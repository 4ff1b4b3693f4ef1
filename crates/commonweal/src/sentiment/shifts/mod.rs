//! When the mood shifted, by how much, and whether it was the mood or who talks.
mod compare;
mod find;
mod moods;
#[cfg(test)]
mod tests;
mod votes;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::model::Model;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;
use crate::view::Group;
use compare::Difference;
use find::{Found, Stretch};
pub(super) use votes::{Vote, hour_of, partial, votes};

/// How shifts are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Looking back on the whole history: optimal change points, dated by period.
    #[default]
    Pelt,
    /// As it goes on: Page's cumulative sums, which give an alarm.
    Cusum,
    /// As it goes on: the exponentially weighted moving average, which gives an alarm.
    Ewma,
}

/// Which shifts a chart tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Towards {
    /// Any.
    #[default]
    Both,
    /// Towards the negative.
    Drop,
    /// Towards the positive.
    Rise,
}

/// Which side of a score votes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The score.
    #[default]
    Both,
    /// What is negative of it, from −1 to 0.
    Negative,
    /// What is positive of it, from 0 to 1.
    Positive,
}

/// The stretches of even mood, and what changed from each to the next.
///
/// # Formula
/// A *vote* is the mean score of what one author wrote in one hour of the community's clock, so that who writes much does not outvote the others. What the day of
/// the week and the hour of the day add is taken off where there are 28 days or more (additive effects, each shrunk by the share of its
/// spread that chance explains).
///
/// `side`: score = positive + negative, with negative = −P(negative) and positive = P(positive) of the trained model, and of the others min(score, 0) and max(score, 0). One side
/// alone shows a change of that side the sooner, as what varies on the other is no noise to it; what changes on the other, it does not show.
///
/// `pelt`: the means of the votes of each period, weighted by their number, are parted into stretches so that Σ w (x − mean)² + penalty ·
/// changes is least, no stretch shorter than `shortest` periods. The penalty is what the best single change explains in a history
/// *without* change in all but 1 − `confidence` of `draws` histories, drawn anew in blocks of 7 periods (of 1 under 28) from the community's own,
/// with the level of each stretch taken off. `p_value` = (1 + histories in which chance explains as much) / (1 + draws).
///
/// `cusum`: z = (x − mean) / deviation of the first `reference` votes; S = max(0, S ± z − `shift`/2); alarm where S > h; the change began
/// where S was last 0, and the next reference begins there. `ewma`: E = (1 − `weight`) E ± `weight` z, alarm where
/// E / √(`weight` / (2 − `weight`)) > h. h gives one false alarm in `run_length` votes on average, in 400 streams drawn by day from
/// the community's own quiet history: with the level of the stretches that `pelt` finds taken off.
///
/// size = after − before, the means of the votes. mood = Σ h (after − before of an author) / Σ h over those who talk in both stretches,
/// h = n·m / (n + m) of their n and m votes; mix = size − mood: that others talk. The variance of either is V(authors), by author, and what days have in common:
/// a vote is the level of its stretch, the mood of its day and what is its own, and of a mood a share ρ is left on the next day. It adds
/// s² · (Σ c c' ρ^|days between| − Σ (an author's share of c)²), c the weight of a day. s² and ρ are not known: with flat priors on the share of moods in the variance of a day's
/// mean and on log((1 + ρ) / (1 − ρ)), from 0 to where half is left after 14 days, each counts by its likelihood, of all stretches; the interval is the central one of that mixture
/// of Student's distributions, with authors less one.
///
/// A change that `pelt` finds may be none. With p its p-value, how likely that is is taken as −e p ln p to one; and to that extent the changes
/// before and after it have the interval as it were without it. This p is by draws with an exponential tail, and of a gain over how much more moods that
/// last make of it on average than draws in blocks do.
///
/// # Columns
/// One row for each stretch, in order; the first of each group is the one that history begins with: `by` …, time (of its beginning,
/// UTC), until (where the next begins, or the last vote), alarm (UTC; of charts), votes, authors, before, after (−1 to 1; of `side` negative −1 to 0, positive 0 to 1), size with
/// `_low` and `_high`, p_value (of `pelt`), mix, mood with `_low` and `_high`, stayers (members who talk in both), threshold (penalty, or
/// h; null where there was too little to judge). before to stayers are null in the first stretch, mood and mix with fewer than 5 stayers.
///
/// # Edge cases
/// Messages that are not scored do not vote. One of an unknown author is a vote of its own. Periods without a vote are no periods. With
/// fewer than 2 · `shortest` periods, or of a chart with no vote beyond `reference`, nothing can be found, and threshold is null. A stretch
/// that has begun less than `shortest` periods ago is not seen by `pelt` yet: charts are for that. Intervals take the dates as given, and the
/// alarms of charts: found changes are the larger for having been found. The scores are an index, see [`Trend`](super::Trend): sizes are of the index, too.
///
/// # Source
/// Killick, Fearnhead & Eckley, JASA 107 (2012); Page, *Biometrika* 41 (1954); Roberts, *Technometrics* 1 (1959); Politis & Romano (1992)
/// for the blocks; Cameron, Gelbach & Miller, *Journal of Business & Economic Statistics* 29 (2011), on votes of one author and one day; Zellner & Tiao, JASA 59
/// (1964), on errors that go on; Sellke, Bayarri & Berger, *The American Statistician* 55 (2001), on p-values; Knijnenburg, Wessels, Reinders &
/// Shmulevich, *Bioinformatics* 25 (2009), on their tail; Kitagawa, JASA 50 (1955), for parting rates from composition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shifts {
    /// How shifts are found. Default: PELT.
    pub method: Method,
    /// The period whose means `pelt` parts, and that dates the changes. Default: day.
    pub every: Every,
    /// The least number of periods of a stretch. Default: 7.
    pub shortest: u32,
    /// Which shifts a chart tells of. Default: both.
    pub towards: Towards,
    /// Which side of a score votes. Default: both.
    pub side: Side,
    /// The shift that `cusum` is to find soonest, in standard deviations of a vote. Default: 0.2.
    pub shift: f64,
    /// The weight of the newest vote in `ewma`, within (0, 1). Default: 0.01.
    pub weight: f64,
    /// The votes that a chart takes its level from. Default: 2000.
    pub reference: u32,
    /// The votes between false alarms of a chart, on average. Default: 5000.
    pub run_length: u32,
    /// Histories without change that `pelt` is held against. Default: 999.
    pub draws: u32,
    /// What the draws begin with. Default: 0.
    pub seed: u64,
    /// What scores. Default: VADER.
    pub model: Model,
    /// Grouping, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Shifts {
    fn default() -> Self {
        Self {
            method: Method::default(),
            every: Every::Day,
            shortest: 7,
            towards: Towards::default(),
            side: Side::default(),
            shift: 0.2,
            weight: 0.01,
            reference: 2_000,
            run_length: 5_000,
            draws: 999,
            seed: 0,
            model: Model::default(),
            scope: Scope::default(),
        }
    }
}

impl Shifts {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "sentiment.shifts",
        question: "When did the mood shift, and was it the mood or who talks?",
        formula: "change points of the mean score (one vote per author and hour, freed of the week), held against the community's own quiet history; size = mood of those who stay + mix",
        unit: "score",
        source: "Killick, Fearnhead & Eckley (2012); Page (1954); Kitagawa (1955)",
        whole: Whole::Member,
    };
}

impl Kpi for Shifts {
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
        let whole = [
            ("shortest", self.shortest, 1, 10_000, "a number of periods"),
            ("reference", self.reference, 20, 10_000_000, "a number of votes"),
            ("run_length", self.run_length, 100, 1_000_000, "a number of votes"),
            ("draws", self.draws, 19, 100_000, "a number of histories"),
        ];
        for (option, value, least, most, what) in whole {
            if !(least..=most).contains(&value) {
                return Err(Error::option(option, format!("{what} from {least} to {most}"), value));
            }
        }
        if !(self.shift > 0.0 && self.shift <= 4.0) {
            return Err(Error::option("shift", "above 0 and up to 4 standard deviations, as 0.2", self.shift));
        }
        if !(self.weight > 0.0 && self.weight < 1.0) {
            return Err(Error::option("weight", "between 0 and 1, as 0.01", self.weight));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // By author and hour, at the first message of it: messages and the sum of their scores.
        const { &[Shape::sums(2)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        Ok(vec![partial(part, &self.scope, &self.model, self.side)?])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let table = &tables[0];
        let by = self.scope.by.len();
        let mut groups = votes(table, by, horizon);
        let labels: Vec<Group> = groups.keys().map(|label| label.to_vec()).collect();
        let cells = Cells::new(&labels, table.first_period(), None, horizon)?;
        let mut rows: Vec<(usize, Stretch)> = vec![];
        let (mut thresholds, mut members) = (vec![], vec![0; cells.len()]);
        for (label, votes) in &mut groups {
            let Some(cell) = cells.place(&label.to_vec()) else { continue };
            votes::without_week(votes, horizon);
            members[cell] = compare::authors(votes) as i64;
            let Found { stretches, threshold } = find::find(self, votes, horizon);
            thresholds.extend(stretches.iter().map(|_| threshold));
            rows.extend(stretches.into_iter().map(|stretch| (cell, stretch)));
        }
        let of = |f: &dyn Fn(&Stretch) -> Option<f64>| rows.iter().map(|(_, s)| f(s)).collect::<Vec<_>>();
        let count = |f: &dyn Fn(&Stretch) -> Option<i64>| Values::Count(rows.iter().map(|(_, s)| f(s)).collect());
        let instant = |f: &dyn Fn(&Stretch) -> Option<i64>| Values::Instant(rows.iter().map(|(_, s)| f(s)).collect());
        let size = |s: &Stretch| s.compared.map(|c| c.size);
        let mood = |s: &Stretch| s.compared.and_then(|c| c.mood);
        let bound = |of: Option<Difference>, side: usize| of.and_then(|d| d.interval).map(|limits| limits[side]);
        let cells_of: Vec<usize> = rows.iter().map(|(cell, _)| *cell).collect();
        cells
            .sheet(&self.scope)
            .members(members)
            .rows(cells_of)
            .column("time", instant(&|s| Some(s.time)))
            .column("until", instant(&|s| Some(s.until)))
            .column("alarm", instant(&|s| s.alarm))
            .column("votes", count(&|s| Some(s.votes)))
            .column("authors", count(&|s| Some(s.authors)))
            .numbers("before", of(&|s| s.before))
            .numbers("after", of(&|s| Some(s.after)))
            .numbers("size", of(&|s| size(s).map(|d| d.value)))
            .numbers("size_low", of(&|s| bound(size(s), 0)))
            .numbers("size_high", of(&|s| bound(size(s), 1)))
            .numbers("p_value", of(&|s| s.p_value))
            .numbers("mix", of(&|s| Some(size(s)?.value - mood(s)?.value)))
            .numbers("mood", of(&|s| mood(s).map(|d| d.value)))
            .numbers("mood_low", of(&|s| bound(mood(s), 0)))
            .numbers("mood_high", of(&|s| bound(mood(s), 1)))
            .column("stayers", count(&|s| s.compared.map(|c| c.stayers as i64)))
            .numbers("threshold", thresholds)
            .one_row_if_hidden()
            .finish()
    }
}
