//! Volumes by kind, and what they are for each.
use hashbrown::HashMap;
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
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

    fn shapes(&self) -> &'static [Shape] {
        // Acts by kind; distinct contributors; contributions of known members.
        const { &[Shape::sums(7)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let dense = part.community.dense();
        let time = dense.time();
        let periods = Periods::of(part.community, self.every);
        let mut counts = TableBuilder::<7>::new();
        // Volumes need nobody whole: each part takes its share of the rows, as they lie.
        for row in part.share_of_rows().filter(|row| scoped.counts(*row)) {
            let kind = dense.kind[row];
            if let Some(column) = KINDS.iter().position(|k| *k == kind) {
                counts.at(scoped.groups.of(row), periods.start_of(time[row]), 0)[column] += 1;
            }
        }
        // In order of time, a member is new to a period of a group where the last one seen there was another.
        let mut last: HashMap<(u32, u32), usize> = HashMap::new();
        let members = part.keys();
        dense.in_order(|row| {
            let member = dense.member.rows[row];
            let contributes = members.contains(&(member as usize)) && dense.kind[row].is_contribution();
            if contributes && dense.has_own_time(row) && scoped.counts(row) {
                let (group, period) = (scoped.groups.of(row), periods.index(time[row]));
                let new = last.insert((member, group), period) != Some(period);
                let cell = counts.at(group, periods.start(period), 0);
                cell[BY_MEMBERS] += 1;
                cell[CONTRIBUTORS] += i128::from(new);
            }
        });
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
