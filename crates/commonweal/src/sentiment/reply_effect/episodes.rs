//! Days with a complaint, answered or not, and those that are alike.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::ReplyEffect;
use crate::error::{Error, Result};
use crate::kpi::episodes::{Compared, Episode, Estimate, Stratum, Windows, instant, power};
use crate::kpi::{Horizon, Table};
use crate::period::{Calendar, Every, days_since_epoch};
use crate::schema::TIME_RANGE;
use crate::stats::matching::{Matched, difference};
use crate::view::scores::ONE;

/// A day on which a member complained.
#[derive(Clone, Copy, Debug)]
struct Complaint {
    /// Days since 1970.
    date: i32,
    /// The worst score of the day, in fixed point.
    worst: i64,
    answered: Option<i32>,
}

/// A member in a group: its votes and its complaints.
#[derive(Debug)]
pub(super) struct Member<'t> {
    pub(super) group: &'t [Option<String>],
    complaints: Vec<Complaint>,
    /// The day of each vote, in order.
    days: Vec<i32>,
    /// The sum of the votes before each, and at last of all.
    sums: Vec<f64>,
}

/// The members of the tables, by group.
pub(super) fn members<'t>(tables: &'t [Table], by: usize, horizon: &Horizon) -> Result<Vec<Member<'t>>> {
    if !TIME_RANGE.contains(&horizon.as_of) {
        return Err(Error::State("they lie outside of the years 1 to 9999".to_owned()));
    }
    let calendar = Calendar::new(horizon.zone, Every::Day);
    let known = |at: i64| TIME_RANGE.contains(&at) && at <= horizon.as_of;
    let date = |at: i64| days_since_epoch(calendar.date_of(at));
    let mut complaints: BTreeMap<&[Option<String>], Vec<Complaint>> = BTreeMap::new();
    for (labels, day, _, found) in tables[1].rows() {
        let worst = i64::try_from(found[0]).ok().filter(|worst| (-ONE..=ONE).contains(worst));
        let Some(worst) = worst.filter(|_| known(day)) else { continue };
        let answered = i64::try_from(found[1]).ok().filter(|at| known(*at)).map(date);
        complaints.entry(labels).or_default().push(Complaint { date: date(day), worst, answered });
    }
    let mut members: Vec<Member<'_>> = vec![];
    let mut last: Option<&[Option<String>]> = None;
    for (labels, hour, _, said) in tables[0].rows() {
        let Some((_, group)) = labels.split_last().filter(|(_, group)| group.len() == by) else {
            return Err(Error::malformed());
        };
        if !known(hour) || said[0] <= 0 {
            continue;
        }
        if last != Some(labels.as_slice()) {
            let complaints = complaints.remove(labels.as_slice()).unwrap_or_default();
            members.push(Member { group, complaints, days: vec![], sums: vec![0.0] });
            last = Some(labels);
        }
        let Some(member) = members.last_mut() else { continue };
        let vote = said[1] as f64 / said[0] as f64 / ONE as f64;
        member.days.push(date(hour));
        member.sums.push(member.sums[member.sums.len() - 1] + vote);
    }
    Ok(members)
}

impl Member<'_> {
    /// The first day on which it said something.
    pub(super) fn first_day(&self) -> Option<i32> {
        self.days.first().copied()
    }

    /// Votes of these days, and their mean where there are any.
    fn mood(&self, days: Range<i32>) -> (u32, Option<f64>) {
        let place = |date: i32| self.days.partition_point(|day| *day < date);
        let (a, b) = (place(days.start), place(days.end));
        let n = b.saturating_sub(a);
        (n as u32, (n > 0).then(|| (self.sums[b] - self.sums[a]) / n as f64))
    }
}

/// Which complainers are alike: the period, the worst score of the day and the mood before by steps, the votes before by powers of two.
type Alike = (i64, i64, i64, u32);

/// Steps to a point of score within which moods are alike.
const STEPS: i64 = 5;

/// The complaints of one group, and what became of the answered.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub(super) complaints: usize,
    pub(super) early: usize,
    pub(super) censored: usize,
    pub(super) without_before: usize,
    pub(super) silent: usize,
    pub(super) compared: Compared,
    /// Whether each has said nothing after, by stratum.
    silence: Vec<Matched>,
}

impl Answered {
    pub(super) fn answered(&self) -> usize {
        let left_out = self.early + self.censored + self.without_before + self.silent;
        left_out + self.compared.unmatched + self.compared.matched
    }

    /// The shares that said nothing after, of the answered and of the others like them.
    pub(super) fn silent_shares(&self) -> Option<[f64; 2]> {
        let matched = || self.silence.iter().filter(|s| !s.exposed.is_empty() && !s.others.is_empty());
        let of = |units: &[(usize, f64)]| units.iter().map(|(_, silent)| silent).sum::<f64>();
        let n: f64 = matched().map(|s| s.exposed.len() as f64).sum();
        let exposed = matched().map(|s| of(&s.exposed)).sum::<f64>();
        let others = matched().map(|s| of(&s.others) * s.exposed.len() as f64 / s.others.len() as f64).sum::<f64>();
        (n > 0.0).then(|| [exposed / n, others / n])
    }

    pub(super) fn silent_difference(&self, confidence: f64) -> Estimate {
        difference(&self.silence, confidence)
    }
}

/// Matches the episodes of the members of a group; the record begins with `start`.
pub(super) fn compare(
    options: &ReplyEffect,
    members: &[Member<'_>],
    start: Option<i32>,
    horizon: &Horizon,
) -> Answered {
    let mut found = Answered::default();
    let Some(start) = start else { return found };
    let windows = Windows::new(options.within, options.landmark, start, horizon);
    let periods = Calendar::new(horizon.zone, options.adjust_every);
    let mut period_of: BTreeMap<i32, i64> = BTreeMap::new();
    let mut strata: BTreeMap<Alike, Stratum> = BTreeMap::new();
    let mut silence: BTreeMap<Alike, Matched> = BTreeMap::new();
    for (who, member) in members.iter().enumerate() {
        // The days on which earlier complaints were first answered.
        let mut past: BTreeSet<i32> = BTreeSet::new();
        for complaint in &member.complaints {
            let (date, reach) = (complaint.date, windows.reach(complaint.date));
            let fresh = past.range(date - windows.within..=reach).next().is_none();
            past.extend(complaint.answered);
            if !fresh {
                continue;
            }
            found.complaints += 1;
            let answered = complaint.answered.is_some_and(|on| on <= reach);
            if windows.early(date) {
                found.early += usize::from(answered);
                continue;
            }
            if windows.censored(date) {
                found.censored += usize::from(answered);
                continue;
            }
            let (votes, Some(before)) = member.mood(windows.before(date)) else {
                found.without_before += usize::from(answered);
                continue;
            };
            let after = member.mood(windows.after(date)).1;
            let period = *period_of.entry(date).or_insert_with(|| periods.start_of(instant(date, horizon)));
            let severity = (STEPS * complaint.worst).div_euclid(ONE);
            let mood = (STEPS as f64 * before).floor() as i64;
            let alike = (period, severity, mood, power(votes));
            let unit = (who, f64::from(u8::from(after.is_none())));
            let units = silence.entry(alike).or_default();
            if answered {
                units.exposed.push(unit)
            } else {
                units.others.push(unit)
            }
            let Some(after) = after else {
                found.silent += usize::from(answered);
                continue;
            };
            let earlier = windows.earlier(date).and_then(|earlier| member.mood(earlier).1);
            let trend = earlier.map(|earlier| before - earlier);
            strata.entry(alike).or_default()[usize::from(!answered)].push(Episode {
                member: who,
                before,
                after,
                trend,
            });
        }
    }
    found.compared = Compared::of(strata.into_values());
    found.silence = silence.into_values().collect();
    found
}
