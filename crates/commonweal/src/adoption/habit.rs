//! The habit of a member: when it was active, as days, and what a given day knew of that.
use hashbrown::HashMap;

use super::active_days::{ActivityKind, for_each_member};
use crate::error::Result;
use crate::kpi::table::LabelledBuilder;
use crate::kpi::{Part, Periods, Scope, Table};
use crate::period::{Calendar, Every, days_since_epoch};
use crate::view::Group;

/// Days of one row of the table: bits of an integer.
const DAYS: i32 = 64;
/// Years 1 to 9999, in days since 1970.
const DATES: std::ops::Range<i32> = -719_162..2_932_897;
/// Days that count as of late.
const LATE: i32 = 90;

/// The active days of each member in each group: by the labels of the group and the member, one bit for each day.
pub(super) fn partial(part: &Part<'_>, scope: &Scope, activity: ActivityKind) -> Result<Table> {
    let mut table = LabelledBuilder::<1>::new();
    let calendar = Calendar::new(part.community.zone(), Every::Day);
    let mut dates: HashMap<u32, i32> = HashMap::new();
    let periods = &Periods::of(part.community, Some(Every::Day));
    for_each_member(part, scope, activity, periods, |scoped, spell| {
        let mut labels = scoped.groups.label(spell.group);
        labels.push(Some(spell.member.to_owned()));
        let mut days = spell.periods.iter().map(|period| {
            *dates.entry(*period).or_insert_with(|| days_since_epoch(calendar.date_of(periods.start(*period as usize))))
        });
        let mut next = days.next();
        while let Some(first) = next {
            let block = first.div_euclid(DAYS);
            let mut bits = 0;
            while let Some(day) = next.filter(|day| day.div_euclid(DAYS) == block) {
                bits |= 1 << day.rem_euclid(DAYS);
                next = days.next();
            }
            table.at(labels.clone(), 0, i64::from(block))[0] |= bits;
        }
    })?;
    Ok(table.finish())
}

/// A member in a group.
#[derive(Debug)]
pub(super) struct Member<'t> {
    pub(super) group: &'t [Option<String>],
    pub(super) name: &'t str,
    /// Active days, since 1970, in order.
    pub(super) days: Vec<i32>,
}

/// The members of the table, by group and name.
pub(super) fn members(table: &Table) -> Vec<Member<'_>> {
    let mut members: Vec<Member<'_>> = vec![];
    let mut last: Option<&Group> = None;
    for (labels, _, block, bits) in table.rows() {
        let Some((Some(name), group)) = labels.split_last() else { continue };
        if last.is_none_or(|last| !std::ptr::eq(last, labels)) {
            members.push(Member { group, name, days: vec![] });
            last = Some(labels);
        }
        let Some(member) = members.last_mut() else { continue };
        let first = block.saturating_mul(i64::from(DAYS));
        let days = (0..DAYS).filter(|bit| bits[0] >> bit & 1 == 1).filter_map(|bit| {
            i32::try_from(first.saturating_add(i64::from(bit))).ok().filter(|day| DATES.contains(day))
        });
        member.days.extend(days);
    }
    members.retain(|member| !member.days.is_empty());
    members
}

/// What was known of a member's habit at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Habit {
    /// Days on which it was active, so far.
    pub(super) active: usize,
    /// Days since the last of them.
    pub(super) silent: i32,
    /// Days since the first.
    age: i32,
    /// The median of the gaps between consecutive active days, in days.
    pub(super) usual: Option<f64>,
    /// Active days among the last 90.
    late: usize,
}

impl Habit {
    /// The habit at the end of `day`; none before the first activity.
    pub(super) fn at(days: &[i32], day: i32) -> Option<Self> {
        let days = &days[..days.partition_point(|active| *active <= day)];
        let (first, last) = (days.first()?, days.last()?);
        let mut gaps: Vec<i32> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
        Some(Self {
            active: days.len(),
            silent: day - last,
            age: day - first,
            usual: median(&mut gaps),
            late: days.len() - days.partition_point(|active| *active <= day - LATE),
        })
    }

    /// What the chance to come back is read from.
    pub(super) fn predictors(&self) -> [f64; 6] {
        let silent = f64::from(self.silent).ln_1p();
        let active = (self.active as f64).ln();
        [
            silent,
            active,
            silent * active,
            self.usual.map_or(0.0, f64::ln_1p),
            (self.late as f64).ln_1p(),
            f64::from(self.age).ln_1p(),
        ]
    }
}

fn median(values: &mut [i32]) -> Option<f64> {
    let (n, middle) = (values.len(), values.len() / 2);
    if n == 0 {
        return None;
    }
    let (below, upper, _) = values.select_nth_unstable(middle);
    let upper = f64::from(*upper);
    let lower = below.iter().max().filter(|_| n % 2 == 0).map_or(upper, |lower| f64::from(*lower));
    Some((lower + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_habit_is_what_the_day_knew() {
        let days = [100, 102, 103, 110, 300];
        assert_eq!(Habit::at(&days, 99), None);
        let first = Habit { active: 1, silent: 1, age: 1, usual: None, late: 1 };
        assert_eq!(Habit::at(&days, 101), Some(first));
        let then = Habit { active: 4, silent: 10, age: 20, usual: Some(2.0), late: 4 };
        assert_eq!(Habit::at(&days, 120), Some(then));
        let later = Habit { active: 5, silent: 0, age: 200, usual: Some(4.5), late: 1 };
        assert_eq!(Habit::at(&days, 300), Some(later));
        // The 90th day before counts no more, the 89th does.
        assert_eq!(Habit::at(&days, 200).map(|h| h.late), Some(0));
        assert_eq!(Habit::at(&days, 199).map(|h| h.late), Some(1));
    }

    #[test]
    fn medians() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [4]), Some(4.0));
        assert_eq!(median(&mut [9, 1]), Some(5.0));
        assert_eq!(median(&mut [3, 9, 1, 2]), Some(2.5));
    }
}
