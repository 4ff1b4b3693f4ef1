//! Days with a message, recognised or not, and those that are alike.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Outcome, RecognitionEffect};
use crate::error::{Error, Result};
use crate::kpi::episodes::{Compared, Episode, Stratum, Windows, instant, power};
use crate::kpi::{Horizon, Table};
use crate::period::{Calendar, Every, days_since_epoch};
use crate::schema::TIME_RANGE;

/// What a member did on a day, and on which day the first recognition of its messages came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    /// Days since 1970.
    pub(super) date: i32,
    messages: u32,
    recognised: Option<i32>,
}

/// A member in a group, and the days on which it was active.
#[derive(Debug)]
pub(super) struct Member<'t> {
    pub(super) group: &'t [Option<String>],
    pub(super) days: Vec<Day>,
    /// Messages before each of the days, and at last all.
    sums: Vec<u32>,
}

/// The members of the tables, by group.
pub(super) fn members<'t>(tables: &'t [Table], by: usize, horizon: &Horizon) -> Result<Vec<Member<'t>>> {
    if !TIME_RANGE.contains(&horizon.as_of) {
        return Err(Error::State("they lie outside of the years 1 to 9999".to_owned()));
    }
    let calendar = Calendar::new(horizon.zone, Every::Day);
    let date = |at: i64| days_since_epoch(calendar.date_of(at));
    let mut first: BTreeMap<(&[Option<String>], i32), i32> = BTreeMap::new();
    for (labels, day, _, at) in tables[1].rows() {
        let at = i64::try_from(at[0]).ok().filter(|at| TIME_RANGE.contains(at) && TIME_RANGE.contains(&day));
        if let Some(at) = at {
            first.insert((labels, date(day)), date(at));
        }
    }
    let mut members: Vec<Member<'_>> = vec![];
    let mut last: Option<&[Option<String>]> = None;
    for (labels, day, _, counts) in tables[0].rows() {
        let Some((_, group)) = labels.split_last().filter(|(_, group)| group.len() == by) else {
            return Err(Error::malformed());
        };
        if day > horizon.as_of || !TIME_RANGE.contains(&day) {
            continue;
        }
        if last != Some(labels.as_slice()) {
            members.push(Member { group, days: vec![], sums: vec![0] });
            last = Some(labels);
        }
        let Some(member) = members.last_mut() else { continue };
        let messages = counts[0].clamp(0, i128::from(u16::MAX)) as u32;
        let recognised = first.get(&(labels.as_slice(), date(day))).copied();
        member.days.push(Day { date: date(day), messages, recognised });
        member.sums.push(member.sums[member.sums.len() - 1].saturating_add(messages));
    }
    Ok(members)
}

impl Member<'_> {
    /// Active days and messages of these days.
    fn done(&self, days: Range<i32>) -> [u32; 2] {
        let place = |date: i32| self.days.partition_point(|day| day.date < date);
        let (a, b) = (place(days.start), place(days.end));
        [(b - a) as u32, self.sums[b].saturating_sub(self.sums[a])]
    }
}

/// Which members are alike: the period; powers of two of the active days and messages before, and of the messages on the day; powers of
/// four of the active days earlier than that.
type Alike = (i64, [u32; 3], u32);

/// The recognised of one group and those that are like them.
#[derive(Debug, Default)]
pub(super) struct Recognised {
    pub(super) early: usize,
    pub(super) censored: usize,
    pub(super) compared: Compared,
}

impl Recognised {
    pub(super) fn recognitions(&self) -> usize {
        self.early + self.censored + self.compared.unmatched + self.compared.matched
    }
}

/// Matches the episodes of the members of a group; the record begins with `start`.
pub(super) fn compare(
    options: &RecognitionEffect,
    members: &[Member<'_>],
    start: Option<i32>,
    horizon: &Horizon,
) -> Recognised {
    let mut found = Recognised::default();
    let Some(start) = start else { return found };
    let windows = Windows::new(options.within, options.landmark, start, horizon);
    let periods = Calendar::new(horizon.zone, options.adjust_every);
    let mut period_of: BTreeMap<i32, i64> = BTreeMap::new();
    let mut strata: BTreeMap<Alike, Stratum> = BTreeMap::new();
    for (who, member) in members.iter().enumerate() {
        // The days on which earlier messages were first recognised.
        let mut past: BTreeSet<i32> = BTreeSet::new();
        for day in member.days.iter().filter(|day| day.messages > 0) {
            let (date, reach) = (day.date, windows.reach(day.date));
            let since = if options.first { i32::MIN } else { date - windows.within };
            let fresh = past.range(since..=reach).next().is_none();
            past.extend(day.recognised);
            if !fresh {
                continue;
            }
            let recognised = day.recognised.is_some_and(|on| on <= reach);
            if windows.early(date) {
                found.early += usize::from(recognised);
                continue;
            }
            if windows.censored(date) {
                found.censored += usize::from(recognised);
                continue;
            }
            let outcome = |[active, messages]: [u32; 2]| {
                f64::from(if options.outcome == Outcome::ActiveDays { active } else { messages })
            };
            let done = member.done(windows.before(date));
            let (before, after) = (outcome(done), outcome(member.done(windows.after(date))));
            let trend = windows.earlier(date).map(|earlier| before - outcome(member.done(earlier)));
            let period = *period_of.entry(date).or_insert_with(|| periods.start_of(instant(date, horizon)));
            let long_ago = power(member.done(i32::MIN..date - windows.within)[0]).div_ceil(2);
            let alike = (period, [done[0], done[1], day.messages].map(power), long_ago);
            strata.entry(alike).or_default()[usize::from(!recognised)].push(Episode {
                member: who,
                before,
                after,
                trend,
            });
        }
    }
    found.compared = Compared::of(strata.into_values());
    found
}
