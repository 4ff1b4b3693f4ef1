//! The levels that members are at, and the pull inward.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::levels::{LEVELS, Moves, NEW, ORIGINS, Thresholds, moves, moves_of};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::mean::{Mean, mean};
use crate::stats::proportion::wilson;

/// How many members only watch, take part, contribute or lead, period by period, and whether the community pulls them inward.
///
/// # Formula
/// The level of a member in a period is the highest of these that their acts in it reach; an answer is a reply in a thread in which they
/// have no `post` up to then:
///
/// | level | by default |
/// |---|---|
/// | advocate | contributions on 10 days, and 10 answers |
/// | contributor | contributions on 7 days, or 5 answers |
/// | participant | 1 contribution |
/// | observer | any other act: a view, a join, a share |
/// | away | none, by a member seen in an earlier period |
///
/// share = members / known, with Wilson's interval, where known are all members seen so far. gravity = (C(p) − C(p−1)) / known(p), where
/// C = Σ w² over members, and w is 10 for advocates, 7 for contributors, 4 for participants, 1 for observers, 0 for those away or
/// not seen yet. It is a mean over members of what each gained, and has the interval of one (Student).
///
/// # Columns
/// period, `by` …, level, members, share, share_low, share_high, new (members of the level who are seen for the first time), known
/// (members), gravity, gravity_low, gravity_high (of the period, the same on each of its rows; null in the first period and where the
/// period is not complete; the interval also where all gained the same), complete. Each period has a row for each level.
///
/// # Edge cases
/// The defaults are for months: set them for other periods. A period that is not complete counts too low. Where the source has no views
/// or joins, those who only read are not seen. A reply without a thread is a contribution and no answer; so is one in a thread that
/// another opened, where the member has added a post of their own: who opened it is not told member by member. A leave makes nobody present. Nobody is forgotten: who has left counts as away. With `by`, each group is a community of its own.
///
/// # Source
/// The Orbit Model, orbit.love: its levels (exploring, participating, contributing, leading), its milestones of presence (7 days in a
/// month, 30 in a quarter) and its measure of gravity with its weights. Answers as a measure of what is done for others are ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// The period. Default: month.
    pub every: Every,
    /// What it takes to be at a level.
    #[serde(flatten)]
    pub thresholds: Thresholds,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self { every: Every::Month, thresholds: Thresholds::default(), scope: Scope::default() }
    }
}

impl Lifecycle {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.lifecycle",
        question: "How many only watch, take part, contribute, lead, and does the community pull them inward?",
        formula: "level by days, answers and contributions in the period; gravity = change of Σ weight² / members known",
        unit: "members",
        source: "the Orbit Model (orbit.love); Wilson (1927) for the interval of shares",
        whole: Whole::Member,
    };
}

/// Orbit's weights of its levels, squared; nothing for those who are away, or were not known.
const PULL: [i64; ORIGINS] = [0, 1, 16, 49, 100, 0];

impl Kpi for Lifecycle {
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
        self.thresholds.check()?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Members by origin and level.
        const { &[Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        Ok(vec![moves(part, &self.scope, &self.thresholds, self.every)?])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, Some(self.every), horizon)?;
        cells.check_rows(cells.len() * LEVELS.len())?;
        let moves = moves_of(&cells, &tables[0]);
        let width = cells.groups().len();
        let confidence = self.scope.confidence;
        let gravity: Vec<Option<Mean>> = (moves.iter().enumerate())
            .map(|(cell, moves)| (cell >= width && cells.complete(cell / width)).then(|| gravity(moves, confidence))?)
            .collect();
        let rows: Vec<(usize, usize)> =
            (0..cells.len()).flat_map(|cell| (0..LEVELS.len()).map(move |level| (cell, level))).collect();
        let counts = |count: fn(&Moves, usize) -> i64| rows.iter().map(move |(cell, level)| (*cell, *level, count));
        let values = |count: fn(&Moves, usize) -> i64| {
            counts(count).map(|(cell, level, count)| count(&moves[cell], level)).collect::<Vec<_>>()
        };
        let share = |(cell, level): &(usize, usize)| wilson(moves[*cell].to(*level), moves[*cell].known(), confidence);
        let shares: Vec<_> = rows.iter().map(share).collect();
        let names = rows.iter().map(|(_, level)| Some(LEVELS[*level].to_owned())).collect();
        let (members, new) = (values(|moves, level| moves.to(level)), values(|moves, level| moves.of(NEW, level)));
        let known = values(|moves, _| moves.known());
        let gravities: Vec<_> = rows.iter().map(|(cell, _)| gravity[*cell]).collect();
        cells
            .sheet(&self.scope)
            .members(moves.iter().map(Moves::active).collect())
            .column("level", Values::Text(names))
            .keys()
            .of_two_periods()
            .counts("members", members)
            .rate(["share", "share_low", "share_high"], shares)
            .counts("new", new)
            .counts("known", known)
            .numbers("gravity", gravities.iter().map(|g| Some((*g)?.mean)))
            .numbers("gravity_low", gravities.iter().map(|g| Some((*g)?.interval?[0])))
            .numbers("gravity_high", gravities.iter().map(|g| Some((*g)?.interval?[1])))
            .rows(rows.into_iter().map(|(cell, _)| cell).collect())
            .finish()
    }
}

/// What members gained in weight, squared, on average; none of nobody.
fn gravity(moves: &Moves, confidence: f64) -> Option<Mean> {
    let all = (0..ORIGINS).flat_map(|from| (0..LEVELS.len()).map(move |to| (from, to)));
    let gains: Vec<(i64, i64)> = all.map(|(from, to)| (PULL[to] - PULL[from], moves.of(from, to))).collect();
    mean(&gains, confidence)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::super::tests::{DAY, MONDAY, compute, counts, events, numbers, table, texts};
    use crate::community::Community;

    #[test]
    fn two_months_by_hand() {
        // June: ana answers bo twice on two days, and herself; bo opens a thread; cy reads. July: ana reads, bo is away, cy posts, dan
        // joins. The threshold is two answers, or three days.
        let rows = [
            (0, "bo", "post", "t"),
            (1, "ana", "reply", "t"),
            (2, "ana", "reply", "t"),
            (2, "ana", "post", "u"),
            (2, "ana", "reply", "u"),
            (3, "cy", "view", "t"),
            (31, "ana", "view", "t"),
            (32, "cy", "post", "v"),
            (33, "dan", "join", ""),
            (34, "bo", "leave", ""),
        ];
        let end = DateTime::from_timestamp_micros(MONDAY + 61 * DAY).expect("1 August");
        let community = Community::builder(events(&rows)).as_of(end).build().expect("valid");
        let options = json!({"contributor_answers": 2, "contributor_days": 3});
        let found = table(&community, "adoption.lifecycle", options.clone());
        assert_eq!(texts(&found, "level")[..5], ["away", "observer", "participant", "contributor", "advocate"]);
        assert_eq!(counts(&found, "members")[..10], [0, 1, 1, 1, 0, 1, 2, 1, 0, 0]);
        assert_eq!(counts(&found, "new")[..10], [0, 1, 1, 1, 0, 0, 1, 0, 0, 0]);
        assert_eq!(counts(&found, "known")[..10], [3, 3, 3, 3, 3, 4, 4, 4, 4, 4]);
        assert_eq!(counts(&found, "members")[10..], [4, 0, 0, 0, 0], "on 1 August nobody did anything yet");
        // From 49 + 16 + 1 to 16 + 1 + 1, among four; none for the first month, none for the one that has only begun.
        let gravity = numbers(&found, "gravity");
        assert_eq!((gravity[0], gravity[5], gravity[9], gravity[10]), (None, Some(-12.0), Some(-12.0), None));
        // Ana −48, bo −16, cy +15, dan +1: deviations −36, −4, 27, 13 and 3.1824 of Student.
        let half = 3.1824 * ((36f64.powi(2) + 4f64.powi(2) + 27f64.powi(2) + 13f64.powi(2)) / 3.0 / 4.0).sqrt();
        assert!((numbers(&found, "gravity_low")[5].expect("a spread") - (-12.0 - half)).abs() < 1e-3);
        let moves = table(&community, "adoption.lifecycle_transitions", options);
        let of = |from: &str, to: &str| {
            let pair =
                (0..29).map(|i| i + 29).find(|i| texts(&moves, "from")[*i] == from && texts(&moves, "to")[*i] == to);
            let row = pair.expect("a pair");
            (counts(&moves, "members")[row], numbers(&moves, "rate")[row])
        };
        assert_eq!(of("contributor", "observer"), (1, Some(1.0)));
        assert_eq!(of("participant", "away"), (1, Some(1.0)));
        assert_eq!(of("observer", "participant"), (1, Some(1.0)));
        assert_eq!(of("new", "observer"), (1, Some(1.0)));
        assert_eq!(of("advocate", "away"), (0, None));
    }

    #[test]
    fn a_threshold_of_nothing_is_refused() {
        let community = Community::builder(events(&[])).build().expect("valid");
        for name in ["adoption.lifecycle", "adoption.lifecycle_transitions"] {
            let error = compute(&community, name, json!({"advocate_days": 0})).expect_err("nothing");
            assert_eq!(error.to_string(), "advocate_days must be 1 or more, got 0");
            assert_eq!(table(&community, name, json!({})).height(), 0);
        }
    }
}
