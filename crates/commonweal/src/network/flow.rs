//! Where people go next.
use hashbrown::HashMap;
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::{Calendar, Every};
use crate::schema::TIME_RANGE;
use crate::stats::proportion::{ratio, wilson};
use crate::view::{Group, NONE};

/// Where those who are active in a channel are active in the next period.
///
/// # Formula
/// n(a) = members active in a, counted anew in each period whose next one was observed to its end; members(a → b) = those of them who are active in
/// b in the next; share = members / n. moved = those of them who were not in b before. share_of_all = the same share of all who were active
/// anywhere. Active is who contributes (post, reply, reaction or edit).
///
/// # Columns
/// `by` …, source, target (values of `unit`; a target of null: active nowhere), n, members, share with `_low` and `_high`, moved (members),
/// share_of_all. Sorted by group, source, target; pairs that nobody made have no row.
///
/// # Edge cases
/// Who is active in several channels counts for each, so the shares of a source add up to more than 1. With `by`, the next period is looked at
/// within the group. Acts without a channel, of unknown authors, or at times that are not their own make nobody active. Intervals take
/// the periods of one member as independent. `min_group` hides pairs that fewer distinct members made, with or without `by`.
///
/// # Source
/// Transition counts of first order: Anderson and Goodman, *Statistical inference about Markov chains*, Annals of Mathematical Statistics 28
/// (1957).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// The column whose values people go between, of the events or the members. Default: channel.
    pub unit: String,
    /// The length of a period. Default: a month.
    pub every: Every,
    /// Grouping and who counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Flow {
    fn default() -> Self {
        Self { unit: "channel".to_owned(), every: Every::Month, scope: Scope::default() }
    }
}

impl Flow {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "network.flow",
        question: "Where do those who are active in one channel go next?",
        formula: "share(a → b) = members active in a in a period and in b in the next / members active in a in a period",
        unit: "share of members",
        source: "Anderson and Goodman (1957)",
        whole: Whole::Member,
    };
}

const OWN: &[&str] = &["source", "target"];

impl Kpi for Flow {
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
        if self.unit.is_empty() {
            return Err(Error::option("unit", "the name of a column", "\"\""));
        }
        self.scope.refuse_names(|name| OWN.contains(&name))?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // By group, source and target: members and moved, and distinct members in the first period of each. By group and source: n. By
        // group and target, of all; and all.
        const { &[Shape::sums(2), Shape::sums(1), Shape::sums(1), Shape::sums(1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let (scoped, unit) = (part.scoped(&self.scope)?, part.community.dimension(&self.unit));
        let unit = unit.map_err(|error| error.of_option("unit", std::slice::from_ref(&self.unit)))?;
        let (dense, periods) = (part.community.dense(), Periods::of(part.community, Some(self.every)));
        let mut codes = Codes::default();
        let mut pairs = TableBuilder::<2>::new();
        let [mut firsts, mut from, mut to, mut all] = [(); 4].map(|()| TableBuilder::<1>::new());
        // Group, period and unit of what a member does.
        let mut stays: Vec<(u32, usize, u32)> = vec![];
        let mut made = hashbrown::HashSet::new();
        for (_, rows) in part.groups().filter(|(member, _)| !part.is_none(*member)) {
            stays.clear();
            made.clear();
            for row in rows.iter().map(|row| *row as usize) {
                let place = unit.events.code(row);
                if place != NONE && dense.kind[row].is_contribution() && dense.has_own_time(row) && scoped.counts(row) {
                    stays.push((scoped.groups.of(row), periods.index(dense.time()[row]), place));
                }
            }
            stays.sort_unstable();
            stays.dedup();
            let of_period: Vec<&[(u32, usize, u32)]> = stays.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).collect();
            for (i, now) in of_period.iter().enumerate() {
                let (group, period, _) = now[0];
                let next = of_period.get(i + 1).filter(|next| (next[0].0, next[0].1) == (group, period + 1));
                let next: Vec<u32> = next.map_or(vec![NONE], |next| next.iter().map(|stay| stay.2).collect());
                let start = periods.start(period);
                all.at(codes.code(group, NOT, NOT), start, 0)[0] += 1;
                for target in &next {
                    to.at(codes.code(group, NOT, *target), start, 0)[0] += 1;
                }
                for source in now.iter().map(|stay| stay.2) {
                    from.at(codes.code(group, source, NOT), start, 0)[0] += 1;
                    for target in &next {
                        let code = codes.code(group, source, *target);
                        let new = !now.iter().any(|stay| stay.2 == *target);
                        let row = pairs.at(code, start, 0);
                        row[0] += 1;
                        row[1] += i128::from(new && *target != NONE);
                        if made.insert(code) {
                            firsts.at(code, start, 0)[0] += 1;
                        }
                    }
                }
            }
        }
        let label = |code: u32| {
            let (group, source, target) = codes.all[code as usize];
            let mut label = scoped.groups.label(group);
            let ends = [source, target].into_iter().filter(|end| *end != NOT);
            label.extend(ends.map(|end| unit.events.label(end).map(str::to_owned)));
            label
        };
        let mut tables = vec![pairs.finish(label)];
        tables.extend([firsts, from, to, all].map(|table| table.finish(label)));
        Ok(tables)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [pairs, firsts, from, to, all] = tables else { return Err(Error::malformed()) };
        let calendar = Calendar::new(horizon.zone, self.every);
        // Whether the period after this one was observed to its end.
        let mut known = HashMap::<i64, bool>::new();
        let mut observed = |start: i64| {
            let end = || calendar.next(calendar.next(start));
            *known.entry(start).or_insert_with(|| TIME_RANGE.contains(&start) && end() <= horizon.as_of)
        };
        let mut sums = |table: &'_ Table, column: usize| {
            let mut sums = HashMap::<Group, i64>::new();
            for (label, .., values) in table.rows().filter(|(_, start, ..)| observed(*start)) {
                let sum = sums.entry(label.clone()).or_default();
                *sum = sum.saturating_add(i64::try_from(values[column]).unwrap_or(i64::MAX));
            }
            sums
        };
        let (members, moved, distinct) = (sums(pairs, 0), sums(pairs, 1), sums(firsts, 0));
        let (from, to, all) = (sums(from, 0), sums(to, 0), sums(all, 0));
        let mut scope = self.scope.clone();
        scope.by.extend(OWN.iter().map(|name| (*name).to_owned()));
        let width = self.scope.by.len();
        if members.keys().any(|label| label.len() != width + 2) {
            return Err(Error::malformed());
        }
        let cells = Cells::new(members.keys(), None, None, horizon)?;
        let labels: Vec<Group> = cells.groups().iter().map(|label| (*label).clone()).collect();
        let of = |sums: &HashMap<Group, i64>, label: &[Option<String>]| sums.get(label).copied().unwrap_or_default();
        let n: Vec<i64> = labels.iter().map(|label| of(&from, &label[..=width])).collect();
        let share_of_all = labels.iter().map(|label| {
            let target: Group = label[..width].iter().chain(&label[width + 1..]).cloned().collect();
            ratio(of(&to, &target), of(&all, &label[..width]))
        });
        let count = |sums| labels.iter().map(|label| of(sums, label)).collect::<Vec<i64>>();
        let shares = count(&members).into_iter().zip(&n).map(|(k, n)| wilson(k, *n, self.scope.confidence));
        cells
            .sheet(&scope)
            .members(count(&distinct))
            .counts("n", n.clone())
            .counts("members", count(&members))
            .rate(["share", "share_low", "share_high"], shares.collect::<Vec<_>>())
            .counts("moved", count(&moved))
            .numbers("share_of_all", share_of_all.collect::<Vec<_>>())
            .finish()
    }
}

/// The code of an end that a label does not have; [`NONE`] is a target of null.
const NOT: u32 = NONE - 1;

/// Codes for groups with a source, a target, both or neither.
#[derive(Default)]
struct Codes {
    codes: HashMap<(u32, u32, u32), u32>,
    all: Vec<(u32, u32, u32)>,
}

impl Codes {
    fn code(&mut self, group: u32, source: u32, target: u32) -> u32 {
        *self.codes.entry((group, source, target)).or_insert_with(|| {
            self.all.push((group, source, target));
            self.all.len() as u32 - 1
        })
    }
}
