//! How few make how much.
use hashbrown::HashMap;
use polars::prelude::DataFrame;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::counts::{self, Contributors};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::eligible::{self, Stretch, silent_groups, stretches};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Scoped, Shape, Table};
use crate::period::Every;
use crate::stats::bootstrap;
use crate::stats::concentration::Concentration;
use crate::stats::proportion::{ratio, wilson};
use crate::view::Group;

/// How unequally contributions are shared out among those who contribute, and how many only watch: the 90-9-1 rule, tested.
///
/// # Formula
/// With x_1 ≤ … ≤ x_n the contributions of the n members who made any: gini = 2 Σ i·x_i / (n Σ x) − (n + 1) / n; top1_share and
/// top10_share = the share of Σ x that the ⌈n/100⌉ and ⌈n/10⌉ largest make; half_share_members = the fewest who make half of Σ x or
/// more. The heavy are the fewest who make the share `heavy` of Σ x or more, and with them all who contributed as often as the
/// least of them; the other contributors are occasional; lurkers = eligible members who did not contribute, eligible as in
/// [`crate::ActiveMembers`]. lurker_share, occasional_share, heavy_share are of lurkers + contributors, with Wilson's interval.
///
/// # Columns
/// period (with `every`), `by` …, members (who contributed), contributions (theirs), gini, top1_share, top10_share,
/// half_share_members, heavy_members, heavy_from (contributions of the least of them), heavy_contributions_share (what they made
/// together; all of these null where nobody contributed), lurkers (null without a members table that has `joined`), lurker_share,
/// occasional_share, heavy_share, each with `_low` and `_high` (null where lurkers is, or where there is nobody), complete (with
/// `every`). With `bootstrap`, gini (null of fewer than 30 members), top1_share and top10_share (null where the top is fewer than 10)
/// have `_low` and `_high`, too.
///
/// # Edge cases
/// Contributions of unknown authors, and those whose time is only that of their parent, are nobody's. A sole contributor is heavy,
/// and gini is 0 of one member, as of any who contribute alike. Members who contribute equally often are in one class, whatever
/// their names. A contributor who is not eligible, as one who left within the period, is no lurker, and counts as the contributor
/// that they are. Gini depends on n: with few contributions for each member even a lottery among equals gives one well above 0.
/// With `by` a column of the events, lurkers are those of the whole community who did not contribute in this group. The intervals take
/// the members for a sample of those who might have come.
///
/// # Source
/// Gini (1912), in the form of Sen, *On Economic Inequality* (1973); Nielsen, *The 90-9-1 rule for participation inequality*
/// (2006); Wilson (1927); Davidson, *Reliable inference for the Gini index*, Journal of Econometrics 150 (2009), and Efron &
/// Tibshirani, *An Introduction to the Bootstrap* (1993), for the bootstrap-t.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inequality {
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// The share of the contributions that the heavy make together, above 0, 1 at most. Default: 0.5, as the rule says that one in
    /// a hundred accounts for most; 0.8 gives the core of the onion model.
    pub heavy: f64,
    /// How many times members are drawn anew for the intervals of gini and the top shares: 0 for none, or from 100 to 100 000.
    /// Default: 0.
    pub bootstrap: u32,
    /// What the draws begin with. Default: 0.
    pub seed: u32,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Inequality {
    fn default() -> Self {
        Self { every: None, heavy: 0.5, bootstrap: 0, seed: 0, scope: Scope::default() }
    }
}

impl Inequality {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.inequality",
        question: "How few make how much of it, and how many only watch?",
        formula: "gini = 2 Σ i·x_i / (n Σ x) − (n + 1) / n, x ascending; top1_share = Σ of the ⌈n/100⌉ largest x / Σ x",
        unit: "share of contributions",
        source: "Gini (1912); Nielsen, The 90-9-1 rule (2006); Wilson (1927); Davidson (2009)",
        whole: Whole::Member,
    };
}

impl Kpi for Inequality {
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
        if !(self.heavy > 0.0 && self.heavy <= 1.0) {
            return Err(Error::option("heavy", "a share above 0, 1 at most, as 0.5", self.heavy));
        }
        if self.bootstrap != 0 && !(100..=100_000).contains(&self.bootstrap) {
            return Err(Error::option("bootstrap", "0 for no interval, or from 100 to 100000 draws", self.bootstrap));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Members by how often they contributed; contributors that become (+1) or cease to be (−1) eligible, by the time they do; all
        // members that do, likewise; members listed.
        const { &[counts::SHAPE, Shape::sums(1), Shape::sums(1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let periods = Periods::of(part.community, self.every);
        let known = part.community.membership()?.is_some();
        let found = counts::contributors(part, &scoped, &periods, known);
        let mut both = TableBuilder::<1>::new();
        if known {
            eligible_contributors(part, &scoped, &periods, &found, &mut both)?;
        }
        let [eligible, listed] = eligible::everybody(part, &self.scope)?;
        let both = both.finish(|code| scoped.groups.label(code));
        Ok(vec![counts::table(&found, &scoped, &periods), both, eligible, listed])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [counted, both, eligible, listed] = tables else { return Ok(DataFrame::empty()) };
        // Groups of the members' own columns are there whether anybody contributes or not.
        let groups = counted.groups.iter().chain(silent_groups(eligible));
        let cells = Cells::new(groups, counted.first_period(), self.every, horizon)?;
        let found = counts::concentrations(&cells, counted);
        let eligible_contributors = eligible::of_these_at_ends(&cells, both);
        let lurkers: Vec<Option<i64>> = (eligible::at_ends(&cells, [eligible, listed]).into_iter())
            .zip(&eligible_contributors)
            .map(|(eligible, active)| Some(eligible?.saturating_sub(*active).clamp(0, u32::MAX.into())))
            .collect();
        let members: Vec<i64> = found.iter().map(|c| c.members() as i64).collect();
        let cores: Vec<_> = found.iter().map(|c| c.core(self.heavy)).collect();
        let heavy: Vec<i64> = cores.iter().map(|core| core.map_or(0, |core| core.members as i64)).collect();
        let of_all = |count: &dyn Fn(usize) -> i64| -> Vec<Option<[f64; 3]>> {
            let share = |cell: usize| wilson(count(cell), lurkers[cell]? + members[cell], self.scope.confidence);
            (0..cells.len()).map(share).collect()
        };
        let (lurking, occasional, most) = (
            of_all(&|cell| lurkers[cell].unwrap_or_default()),
            of_all(&|cell| members[cell] - heavy[cell]),
            of_all(&|cell| heavy[cell]),
        );
        let count = |value: fn(&Concentration) -> Option<u64>| {
            Values::Count(found.iter().map(|c| value(c).map(|value| value as i64)).collect())
        };
        let of_core = |value: fn(&crate::stats::concentration::Core) -> i64| {
            Values::Count(cores.iter().map(|core| core.as_ref().map(value)).collect())
        };
        let intervals = self.intervals(&found);
        let mut sheet = cells
            .sheet(&self.scope)
            .members(members.clone())
            .counts("members", members)
            .counts("contributions", found.iter().map(|c| c.total().min(i64::MAX as u128) as i64));
        for (i, names) in FIGURES.iter().enumerate() {
            sheet = sheet.numbers(names[0], found.iter().map(|c| figures(c)[i]));
            if self.bootstrap > 0 {
                for (end, name) in names[1..].iter().enumerate() {
                    sheet = sheet.numbers(name, intervals.iter().map(|cell| cell[i].map(|ends| ends[end])));
                }
            }
        }
        sheet
            .column("half_share_members", count(Concentration::half))
            .column("heavy_members", of_core(|core| core.members as i64))
            .column("heavy_from", of_core(|core| core.from.into()))
            .numbers(
                "heavy_contributions_share",
                cores.iter().zip(&found).map(|(core, all)| ratio(core.as_ref()?.total as i64, all.total() as i64)),
            )
            .column("lurkers", Values::Count(lurkers))
            .rate(["lurker_share", "lurker_share_low", "lurker_share_high"], lurking)
            .rate(["occasional_share", "occasional_share_low", "occasional_share_high"], occasional)
            .rate(["heavy_share", "heavy_share_low", "heavy_share_high"], most)
            .finish()
    }
}

/// What has an interval on request.
const FIGURES: [[&str; 3]; 3] = [
    ["gini", "gini_low", "gini_high"],
    ["top1_share", "top1_share_low", "top1_share_high"],
    ["top10_share", "top10_share_low", "top10_share_high"],
];

fn figures(of: &Concentration) -> [Option<f64>; 3] {
    [of.gini(), of.top(100), of.top(10)]
}

impl Inequality {
    /// The intervals of each cell; none where they are not asked for, or cannot be told.
    fn intervals(&self, found: &[Concentration]) -> Vec<[Option<[f64; 2]>; 3]> {
        let interval = |of: &Concentration| {
            bootstrap::intervals(of.values(), self.bootstrap, self.seed.into(), self.scope.confidence, |drawn| {
                let drawn = Concentration::new(drawn);
                [drawn.gini_with_error(), drawn.top_with_error(100), drawn.top_with_error(10)]
            })
        };
        found.par_iter().map(interval).collect()
    }
}

/// Tells of each contributor when they become eligible in the group that they contributed in, and when they cease to be.
fn eligible_contributors(
    part: &Part<'_>,
    scoped: &Scoped<'_>,
    periods: &Periods,
    found: &[Contributors],
    both: &mut TableBuilder<1>,
) -> Result<()> {
    let community = part.community;
    let membership = community.membership()?;
    let Some(membership) = membership.as_ref() else { return Ok(()) };
    let names = &community.dense().member.labels;
    let mut known: Vec<Option<Vec<Stretch>>> = (0..names.len()).map(|_| None).collect();
    let mut own: HashMap<u32, Group> = HashMap::new();
    for Contributors { group, period, members, .. } in found {
        let (start, last) = (periods.start(*period), periods.last_instant(*period));
        let (begin, _) = periods.bounds(*period);
        let own = own.entry(*group).or_insert_with(|| scoped.groups.members_only(&scoped.groups.label(*group)));
        for member in members.iter().map(|member| *member as usize) {
            let stretches =
                known[member].get_or_insert_with(|| stretches(community, membership, &names[member], scoped));
            for stretch in stretches.iter().filter(|s| s.from <= last && s.group == *own) {
                // Who contributed in a period was observed in it: when before it one became eligible makes no difference, and telling
                // it would make a row for each of them.
                let from = if stretch.from <= begin { i64::MIN } else { stretch.from };
                both.at(*group, start, from)[0] += 1;
                if stretch.until <= last {
                    let until = if stretch.until <= begin { i64::MIN } else { stretch.until };
                    both.at(*group, start, until)[0] -= 1;
                }
            }
        }
    }
    Ok(())
}
