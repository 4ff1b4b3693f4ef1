//! From the sums of the members to the list.
use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use super::Trolls;
use super::read::{HOSTILE, MESSAGES, OWN, TO_HOSTILE, TO_OTHER};
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Table};
use crate::stats::beta_binomial::Prior;
use crate::stats::proportion::ratio;
use crate::view::Group;

/// A member of the list.
#[derive(Debug)]
struct Row<'t> {
    cell: usize,
    name: &'t str,
    sums: &'t [i128],
    rate: [f64; 3],
    aimed: Aimed<'t>,
}

/// The hostile messages of a member: at whom, and the worst.
#[derive(Debug, Default)]
struct Aimed<'t> {
    targets: BTreeMap<&'t str, i64>,
    worst: Option<(i64, &'t [Option<String>])>,
}

impl<'t> Aimed<'t> {
    fn directed(&self) -> i64 {
        self.targets.values().sum()
    }

    /// The one that most answer; of equal ones the first by name.
    fn most(&self) -> Option<(&'t str, i64)> {
        self.targets.iter().map(|(name, n)| (*name, *n)).max_by_key(|(name, n)| (*n, std::cmp::Reverse(*name)))
    }
}

pub(super) fn finish(kpi: &Trolls, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
    let [people, hostile] = tables else { return Err(Error::malformed()) };
    let by = kpi.scope.by.len();
    let groups: Vec<Group> = people.groups.iter().map(|label| label.iter().take(by).cloned().collect()).collect();
    let cells = Cells::new(&groups, None, None, horizon)?;
    let mut aimed: BTreeMap<(usize, &str), Aimed<'_>> = BTreeMap::new();
    for (label, _, score, n) in hostile.rows() {
        let Some((group, own)) = label.split_at_checked(by).filter(|(_, own)| own.len() == OWN) else {
            return Err(Error::malformed());
        };
        let (Some(cell), [Some(name), target, message @ ..]) = (cells.place(&group.to_vec()), own) else { continue };
        let found = aimed.entry((cell, name)).or_default();
        if let Some(target) = target {
            *found.targets.entry(target).or_default() += n[0] as i64;
        }
        // Messages come by name, so of those that sound alike it is the first.
        if found.worst.is_none_or(|(most, _)| score > most) {
            found.worst = Some((score, message));
        }
    }
    let mut members: Vec<Vec<(&str, &[i128])>> = vec![vec![]; cells.len()];
    for (label, _, _, sums) in people.rows() {
        if let (Some((group, [Some(name)])), true) = (label.split_at_checked(by), sums[MESSAGES] > 0)
            && let Some(cell) = cells.place(&group.to_vec())
        {
            members[cell].push((name, sums));
        }
    }
    let mut rows: Vec<Row<'_>> = vec![];
    let mut shares: Vec<Option<f64>> = vec![];
    for (cell, members) in members.iter().enumerate() {
        let counts = members.iter().map(|(_, sums)| (sums[HOSTILE] as i64, sums[MESSAGES] as i64));
        let (hits, all) = counts.clone().fold((0, 0), |(hits, all), (k, n)| (hits + k, all + n));
        shares.push(ratio(hits, all));
        let Some(prior) = Prior::of(counts) else { continue };
        let start = rows.len();
        for (name, sums) in members {
            let (k, n) = (sums[HOSTILE] as i64, sums[MESSAGES] as i64);
            if k > 0
                && n >= i64::from(kpi.least)
                && let Some(rate) = prior.share(k, n, kpi.scope.confidence)
            {
                let aimed = aimed.remove(&(cell, *name)).unwrap_or_default();
                rows.push(Row { cell, name, sums, rate, aimed });
            }
        }
        // They come by name, so those of one rate stay so.
        rows[start..].sort_by(|a, b| b.rate[1].total_cmp(&a.rate[1]));
        rows.truncate(start + kpi.top as usize);
    }
    let text = |f: &dyn Fn(&Row<'_>) -> Option<String>| Values::Text(rows.iter().map(f).collect());
    let per = |replies: usize, hostile: bool| {
        move |row: &Row<'_>| {
            let (k, n) = (row.sums[HOSTILE] as i64, row.sums[MESSAGES] as i64);
            ratio(row.sums[replies] as i64, if hostile { k } else { n - k })
        }
    };
    let (to_hostile, to_other) = (per(TO_HOSTILE, true), per(TO_OTHER, false));
    let bait = |row: &Row<'_>| Some(to_hostile(row)? / to_other(row).filter(|other| *other > 0.0)?);
    let message =
        |i: usize| text(&move |row: &Row<'_>| row.aimed.worst.and_then(|(_, own)| own.get(i).cloned().flatten()));
    let times = |row: &Row<'_>| Some(row.rate[0] / shares[row.cell].filter(|share| *share > 0.0)?);
    cells
        .sheet(&kpi.scope)
        .members(members.iter().map(|members| members.len() as i64).collect())
        .rows(rows.iter().map(|row| row.cell).collect())
        .column("member", text(&|row| Some(row.name.to_owned())))
        .counts("messages", rows.iter().map(|row| row.sums[MESSAGES] as i64))
        .counts("hostile", rows.iter().map(|row| row.sums[HOSTILE] as i64))
        .rate(["rate", "rate_low", "rate_high"], rows.iter().map(|row| Some(row.rate)))
        .numbers("times", rows.iter().map(times))
        .counts("directed", rows.iter().map(|row| row.aimed.directed()))
        .counts("targets", rows.iter().map(|row| row.aimed.targets.len() as i64))
        .column("top_target", text(&|row| row.aimed.most().map(|(name, _)| name.to_owned())))
        .numbers(
            "top_target_share",
            rows.iter().map(|row| row.aimed.most().and_then(|(_, n)| ratio(n, row.aimed.directed()))),
        )
        .numbers("replies_to_hostile", rows.iter().map(&to_hostile))
        .numbers("replies_to_other", rows.iter().map(&to_other))
        .numbers("reply_bait", rows.iter().map(bait))
        .column("message", message(0))
        .column("span", message(1))
        .one_row_if_hidden()
        .finish()
}
