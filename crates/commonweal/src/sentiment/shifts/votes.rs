//! The scores as votes: one for each author and hour, freed of the week.
use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;

use super::Side;
use crate::error::Result;
use crate::kpi::table::LabelledBuilder;
use crate::kpi::{Horizon, Part, Scope, Table};
use crate::period::SECOND;
use crate::sentiment::model::Model;
use crate::view::Group;
use crate::view::scores::ONE;

/// What an author said within an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sentiment) struct Vote {
    /// When it began.
    pub(in crate::sentiment) time: i64,
    /// Who, by code; unknown authors have one each.
    pub(in crate::sentiment) author: u32,
    /// The mean score, freed of the week.
    pub(in crate::sentiment) score: f64,
}

const HOUR: i64 = 3_600 * SECOND;

/// An instant by the community's clock.
fn local(time: i64, zone: Tz) -> i64 {
    let local = DateTime::from_timestamp_micros(time).unwrap_or_default().with_timezone(&zone).naive_local();
    local.and_utc().timestamp_micros()
}

/// The instant at which an hour of the community's clock began.
pub(in crate::sentiment) fn hour_of(time: i64, zone: Tz) -> i64 {
    time - local(time, zone).rem_euclid(HOUR)
}

/// The votes of a part: by group and author, at the first message of each hour, the messages and the sum of their scores.
pub(in crate::sentiment) fn partial(part: &Part<'_>, scope: &Scope, model: &Model, side: Side) -> Result<Table> {
    let scoped = part.scoped(scope)?;
    let dense = part.community.dense();
    let (time, scores) = (dense.time(), model.scores(part.community)?);
    let zone = part.community.zone();
    let of = |score: i64| match side {
        Side::Both => model.soft(score),
        Side::Negative => model.negative(score),
        Side::Positive => model.soft(score) - model.negative(score),
    };
    let hour = |time: i64| local(time, zone).div_euclid(HOUR);
    let mut votes = LabelledBuilder::<2>::new();
    let mut said: Vec<(u32, i64, i64)> = vec![];
    for (member, rows) in part.groups() {
        said.clear();
        for row in rows.iter().map(|row| *row as usize) {
            if let Some(score) = scores.get(row)
                && dense.kind[row].is_message()
                && dense.has_own_time(row)
                && scoped.counts(row)
            {
                said.push((scoped.groups.of(row), time[row], of(score)));
            }
        }
        said.sort_unstable();
        let unknown = part.is_none(member);
        let name = (!unknown).then(|| dense.member.labels.get(member).map(str::to_owned)).flatten();
        let same = |a: &(u32, i64, i64), b: &(u32, i64, i64)| {
            a.0 == b.0 && if unknown { a.1 == b.1 } else { hour(a.1) == hour(b.1) }
        };
        for vote in said.chunk_by(same) {
            let (group, first, _) = vote[0];
            let label: Group = scoped.groups.label(group).into_iter().chain([name.clone()]).collect();
            let values = votes.at(label, first, 0);
            values[0] += vote.len() as i128;
            values[1] += vote.iter().map(|(.., score)| i128::from(*score)).sum::<i128>();
        }
    }
    Ok(votes.finish())
}

/// The votes of each group, in order of time.
pub(in crate::sentiment) fn votes<'t>(
    table: &'t Table,
    by: usize,
    horizon: &Horizon,
) -> BTreeMap<&'t [Option<String>], Vec<Vote>> {
    let mut groups: BTreeMap<&[Option<String>], Vec<Vote>> = BTreeMap::new();
    // Codes by label, in the order of the labels, and from there on one for each vote of an unknown author.
    let authors: Vec<Option<&str>> = table.groups.iter().map(|label| author(label, by)).collect();
    let mut unknown = authors.len() as u32;
    for (key, values) in table.keyed() {
        let label: &Group = &table.groups[key.group as usize];
        let (n, sum) = (values[0], values[1]);
        if n <= 0 || key.period > horizon.as_of {
            continue;
        }
        let who = match authors[key.group as usize] {
            Some(_) => key.group,
            None => {
                unknown = unknown.wrapping_add(1);
                unknown
            }
        };
        let score = sum as f64 / ONE as f64 / n as f64;
        groups.entry(&label[..by.min(label.len())]).or_default().push(Vote { time: key.period, author: who, score });
    }
    for votes in groups.values_mut() {
        votes.sort_by_key(|vote| (vote.time, vote.author));
    }
    groups
}

fn author(label: &Group, by: usize) -> Option<&str> {
    label.get(by).and_then(Option::as_deref)
}

/// History that a week can be learnt from.
const LEAST_SPAN: i64 = 28 * 86_400_000_000;

/// Takes off what the day of the week and the hour of the day add, as far as they do: each effect is shrunk by how little is known of it.
pub(super) fn without_week(votes: &mut [Vote], horizon: &Horizon) {
    let (Some(first), Some(last)) = (votes.first(), votes.last()) else { return };
    if last.time - first.time < LEAST_SPAN {
        return;
    }
    let slots: Vec<[usize; 2]> = votes
        .iter()
        .map(|vote| {
            let local = DateTime::from_timestamp_micros(vote.time).unwrap_or_default().with_timezone(&horizon.zone);
            [local.weekday().num_days_from_monday() as usize, local.hour() as usize]
        })
        .collect();
    let mean = votes.iter().map(|vote| vote.score).sum::<f64>() / votes.len() as f64;
    let mut effects = [vec![0.0; 7], vec![0.0; 24]];
    for _ in 0..ROUNDS {
        for factor in 0..effects.len() {
            let other = 1 - factor;
            let left = votes
                .iter()
                .zip(&slots)
                .map(|(vote, slot)| (slot[factor], vote.score - mean - effects[other][slot[other]]));
            let found = shrunken(left, effects[factor].len());
            effects[factor] = found;
        }
    }
    // The level stays what it is.
    let total = |slot: &[usize; 2]| effects[0][slot[0]] + effects[1][slot[1]];
    let shift = slots.iter().map(total).sum::<f64>() / votes.len() as f64;
    votes.iter_mut().zip(&slots).for_each(|(vote, slot)| vote.score -= total(slot) - shift);
}

/// Rounds in which weekdays and hours, which mostly go with each other in all mixtures, are told apart.
const ROUNDS: usize = 3;

/// The mean of each slot, shrunk to none by the share of its spread that chance explains (method of moments, one-way random effects).
fn shrunken(values: impl Iterator<Item = (usize, f64)>, slots: usize) -> Vec<f64> {
    let mut sums = vec![[0.0; 3]; slots];
    for (slot, x) in values {
        let sum = &mut sums[slot];
        (sum[0], sum[1], sum[2]) = (sum[0] + 1.0, sum[1] + x, sum[2] + x * x);
    }
    let used = sums.iter().filter(|sum| sum[0] > 0.0).count() as f64;
    let n: f64 = sums.iter().map(|sum| sum[0]).sum();
    let within: f64 = sums.iter().filter(|sum| sum[0] > 0.0).map(|[n, x, xx]| xx - x * x / n).sum();
    if used < 2.0 || n <= used {
        return vec![0.0; slots];
    }
    let noise = within / (n - used);
    let grand = sums.iter().map(|sum| sum[1]).sum::<f64>() / n;
    let between: f64 = sums.iter().filter(|s| s[0] > 0.0).map(|[n, x, _]| n * (x / n - grand).powi(2)).sum();
    let size = n - sums.iter().map(|sum| sum[0] * sum[0]).sum::<f64>() / n;
    let spread = ((between - (used - 1.0) * noise) / size).max(0.0);
    let effect = |[n, x, _]: &[f64; 3]| {
        let known = spread + noise / n;
        if *n > 0.0 && known > 0.0 { spread / known * (x / n - grand) } else { 0.0 }
    };
    sums.iter().map(effect).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_shrunk_by_what_chance_explains() {
        // Two slots of 4, means 0 and 1, within each a spread of 2/3: noise 2/3, between Σ 4 · 0.25 = 2, size 8 − 32/8 = 4,
        // spread (2 − 2/3) / 4 = 1/3; shrunk by (1/3) / (1/3 + 1/6) = 2/3.
        let one = [1.0, -1.0, 1.0, -1.0].map(|x: f64| x * 0.5f64.sqrt());
        let values = one.into_iter().map(|x| (0, x)).chain(one.into_iter().map(|x| (2, 1.0 + x)));
        let found = shrunken(values, 3);
        assert!(
            (found[0] + 1.0 / 3.0).abs() < 1e-12 && (found[2] - 1.0 / 3.0).abs() < 1e-12 && found[1] == 0.0,
            "{found:?}"
        );
        // Slots that differ by less than chance would have it do not differ.
        assert_eq!(shrunken([(0, 1.0), (0, -1.0), (1, 1.1), (1, -1.0)].into_iter(), 2), [0.0, 0.0]);
    }

    #[test]
    fn a_week_is_taken_off_and_the_level_stays() {
        const HOUR: i64 = 3_600_000_000;
        let horizon = Horizon { as_of: i64::MAX, zone: chrono_tz::Tz::UTC };
        // 1970-01-03 is a Saturday: gloomy weekends.
        let mood = |hour: i64| if (2..4).contains(&(hour / 24 % 7)) { -0.5 } else { 0.2 };
        let wiggle = |hour: i64| if hour % 2 == 0 { 0.1 } else { -0.1 };
        let mut all: Vec<Vote> = (0..24 * 7 * 20)
            .map(|hour| Vote { time: hour * HOUR, author: 0, score: mood(hour) + wiggle(hour) })
            .collect();
        without_week(&mut all, &horizon);
        assert!(all.iter().all(|vote| vote.score.abs() < 0.12), "{:?}", &all[40..90]);
        let mut short = all[..24 * 27].to_vec();
        without_week(&mut short, &horizon);
        assert_eq!(short, all[..24 * 27]);
    }
}
