//! Those who answer first.
use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::answers::Responder;
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::firsts::{self, Askers, First, ROLES};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::LabelledBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;
use crate::schema::Role;
use crate::stats::median::median;
use crate::stats::proportion::wilson;
use crate::view::Group;

/// Of what there is a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Each {
    /// Of each person who answered first.
    #[default]
    Responder,
    /// Of staff, of peers, and, where bots count, of bots.
    Role,
}

/// Who answers first, how often, and how fast: on whom the community rests.
///
/// # Formula
/// The first response to a post as in [`crate::FirstResponse`]. share = first responses of the row / first responses of its period and
/// group, with Wilson's interval. `answered_median` = the median wait of the posts that the row answered first.
///
/// # Columns
/// Of each responder: period (of the post; with `every`), `by` … (of the post), responder (the member), `responder_role` (`staff`, `peer`: a person who is not staff, `bot`),
/// `first_responses` (posts), share with `_low` and `_high`, `answered_median` (duration), complete (with `every`). Of each role: the
/// same, with responders (distinct members) in place of responder; staff and peers are listed with zeros, too. Sorted by period, group,
/// number of first responses, and name.
///
/// # Edge cases
/// The numbers add up to `answered` of [`crate::FirstResponse`]. Of replies at the same instant, the one whose author comes first by name is the first.
/// Who was staff at one time and peer at another has a row for each role. With `bots`, a bot's reply is a response too, and ends the wait for a person's, and posts of
/// bots count. A responder's median is that of the posts that they chose to answer: it ranks nobody, since who waits for hard questions has a long one. `min_group`
/// hides the groups with fewer distinct responders, or fewer distinct askers who were answered, and leaves them one row without a name; in a group that is large enough
/// each row is about one person, as was asked for.
///
/// # Source
/// Wilson (1927) for the interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Responders {
    /// Of what there is a row. Default: of each responder.
    pub each: Each,
    /// Whose reply is a response. Default: any other person's.
    pub responder: Responder,
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Responders {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.responders",
        question: "Who answers first, and how much of it rests on how few?",
        formula: "share = first responses by the responder / first responses",
        unit: "posts",
        source: "Wilson (1927)",
        whole: Whole::Thread,
    };
}

/// The first responses of one row: how many, and after which waits.
#[derive(Debug, Default)]
struct Row {
    waits: Vec<(i64, u64)>,
    names: BTreeSet<String>,
}

impl Row {
    fn n(&self) -> i64 {
        self.waits.iter().map(|(_, n)| *n as i64).sum()
    }
}

impl Kpi for Responders {
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
        // First responses by group, responder and role, the time of the post and the wait; the askers, for suppression.
        const { &[Shape::sums(1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let dense = part.community.dense();
        let mut posts = LabelledBuilder::<1>::new();
        let mut askers = Askers::new(part, &self.scope, self.every);
        firsts::each(
            part,
            &scoped,
            |_| true,
            |role| self.accepts(role),
            |_| (),
            |row, first| {
                let Some(First { by, at, role, .. }) = first else { return };
                let (code, asked) = (scoped.groups.of(row), dense.time()[row]);
                let mut group = scoped.groups.label(code);
                group.extend([Some(dense.member.labels[by as usize].to_string()), Some(role.name().to_owned())]);
                posts.at(group, asked, at - asked)[0] += 1;
                askers.add(code, row, asked);
            },
        );
        Ok(vec![posts.finish(), askers.finish(&scoped)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let width = self.scope.by.len();
        let groups: Vec<Group> = tables[0].groups.iter().map(|g| g.iter().take(width).cloned().collect()).collect();
        let cells = Cells::new(&groups, tables[0].first_period(), self.every, horizon)?;
        let mut found: Vec<BTreeMap<(String, Role), Row>> = (0..cells.len()).map(|_| BTreeMap::new()).collect();
        for (group, asked, wait, n) in tables[0].rows() {
            let short: Group = group.iter().take(width).cloned().collect();
            let label = |i: usize| group.get(width + i).cloned().flatten();
            if let (Some(cell), Some(name), Some(role)) =
                (cells.index(&short, asked), label(0), label(1).and_then(|role| Role::parse(&role)))
                && (0..=horizon.as_of.saturating_sub(asked)).contains(&wait)
            {
                let key = if self.each == Each::Role { String::new() } else { name.clone() };
                let row = found[cell].entry((key, role)).or_default();
                row.waits.push((wait, n[0].clamp(0, i128::from(u32::MAX)) as u64));
                row.names.insert(name);
            }
        }
        let all: Vec<i64> = found.iter().map(|rows| rows.values().map(Row::n).sum()).collect();
        let mut members: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); cells.len()];
        for (names, rows) in members.iter_mut().zip(&found) {
            names.extend(rows.values().flat_map(|row| row.names.iter().map(String::as_str)));
        }
        let askers = cells.distinct(&tables[1]);
        let members: Vec<i64> = members.iter().zip(&askers).map(|(names, n)| (names.len() as i64).min(*n)).collect();

        if self.each == Each::Role {
            let listed: Vec<Role> = ROLES.iter().map(|(_, role)| *role).filter(|role| self.accepts(*role)).collect();
            for (rows, _) in found.iter_mut().zip(&all).filter(|(_, all)| **all > 0) {
                listed.iter().for_each(|role| {
                    rows.entry((String::new(), *role)).or_default();
                });
            }
        }
        let mut rows: Vec<(usize, &str, Role, &Row)> = vec![];
        for (cell, found) in found.iter().enumerate() {
            let start = rows.len();
            rows.extend(found.iter().map(|((name, role), row)| (cell, name.as_str(), *role, row)));
            rows[start..].sort_by_key(|(_, name, role, row)| (-row.n(), *name, order(*role)));
        }
        let text = |values: Vec<String>| Values::Text(values.into_iter().map(Some).collect());
        let sheet = cells.sheet(&self.scope).members(members).rows(rows.iter().map(|(cell, ..)| *cell).collect());
        let roles = text(rows.iter().map(|(_, _, role, _)| ROLES[order(*role)].0.to_owned()).collect());
        let sheet = match self.each {
            Each::Responder => sheet
                .column("responder", text(rows.iter().map(|(_, name, ..)| (*name).to_owned()).collect()))
                .column("responder_role", roles),
            Each::Role => sheet
                .column("responder_role", roles)
                .counts("responders", rows.iter().map(|(.., row)| row.names.len() as i64)),
        };
        let share = |(cell, _, _, row): &(usize, &str, Role, &Row)| wilson(row.n(), all[*cell], self.scope.confidence);
        sheet
            .counts("first_responses", rows.iter().map(|(.., row)| row.n()))
            .rate(["share", "share_low", "share_high"], rows.iter().map(share))
            .durations("answered_median", rows.iter().map(|(.., row)| median(row.waits.clone())))
            .one_row_if_hidden()
            .finish()
    }
}

impl Responders {
    /// Whether the reply of one of this role is a response.
    fn accepts(&self, role: Role) -> bool {
        let bot = role == Role::Bot && self.scope.bots && self.responder == Responder::Any;
        bot || self.responder.accepts(Some(role))
    }
}

fn order(role: Role) -> usize {
    ROLES.iter().position(|(_, listed)| *listed == role).unwrap_or_default()
}
