//! Volumes by kind, and what they are for each.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Table};
use crate::period::Every;
use crate::schema::Kind;
use crate::stats::proportion::ratio;

/// What was done in each period, by how many contributors, and how much of it for each.
///
/// # Formula
/// contributions = posts + replies + reactions; contributors = distinct members with one; replies_per_post = replies / posts;
/// reactions_per_message = reactions / (posts + replies); contributions_per_member = contributions of known members at times of their own / contributors.
///
/// # Columns
/// period (with `every`), `by` …, posts, replies, reactions, views, shares, contributions (acts), contributors (members),
/// replies_per_post, reactions_per_message, contributions_per_member (null where the denominator is 0), complete (with `every`).
///
/// # Edge cases
/// Acts of unknown authors count as volume and make no contributor; so do acts whose time is only that of their parent.
///
/// # Source
/// Customary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Activity {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.activity",
        question: "How much is posted, answered, liked and read, and by how many?",
        formula: "counts by kind; contributions = posts + replies + reactions; contributors = distinct members with one",
        unit: "acts",
        source: "customary",
        whole: Whole::Member,
    };
}

const KINDS: [Kind; 5] = [Kind::Post, Kind::Reply, Kind::Reaction, Kind::View, Kind::Share];
const CONTRIBUTORS: usize = 5;
const BY_MEMBERS: usize = 6;

impl Kpi for Activity {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn widths(&self) -> &'static [usize] {
        // Acts by kind; distinct contributors; contributions of known members.
        &[7]
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let dense = part.community.dense();
        let time = dense.time();
        let periods = Periods::of(part.community, self.every);
        let mut counts = TableBuilder::<7>::new();
        // The cells that this member contributed to.
        let mut seen: Vec<(u32, i64)> = vec![];
        for (member, rows) in part.groups() {
            seen.clear();
            for row in rows.iter().map(|row| *row as usize).filter(|row| scoped.counts(*row)) {
                let period = periods.start_of(time[row]);
                let (group, kind) = (scoped.groups.of(row), dense.kind[row]);
                let cell = counts.at(group, period, 0);
                if let Some(column) = KINDS.iter().position(|k| *k == kind) {
                    cell[column] += 1;
                }
                if !part.is_none(member) {
                    let contributes = kind.is_contribution() && dense.has_own_time(row);
                    cell[BY_MEMBERS] += i128::from(contributes);
                    if contributes {
                        seen.push((group, period));
                    }
                }
            }
            seen.sort_unstable();
            seen.dedup();
            for (group, period) in &seen {
                counts.at(*group, *period, 0)[CONTRIBUTORS] += 1;
            }
        }
        Ok(vec![counts.finish(|code| scoped.groups.label(code))])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let sums = cells.sums::<7>(&tables[0]);
        let column = |i: usize| sums.iter().map(move |c| c[i]);
        let contributions = |c: &[i64; 7]| c[0] + c[1] + c[2];
        cells
            .sheet(&self.scope)
            .members(column(CONTRIBUTORS).collect())
            .counts("posts", column(0))
            .counts("replies", column(1))
            .counts("reactions", column(2))
            .counts("views", column(3))
            .counts("shares", column(4))
            .counts("contributions", sums.iter().map(contributions))
            .counts("contributors", column(CONTRIBUTORS))
            .numbers("replies_per_post", sums.iter().map(|c| ratio(c[1], c[0])))
            .numbers("reactions_per_message", sums.iter().map(|c| ratio(c[2], c[0] + c[1])))
            .numbers("contributions_per_member", sums.iter().map(|c| ratio(c[BY_MEMBERS], c[CONTRIBUTORS])))
            .finish()
    }
}
