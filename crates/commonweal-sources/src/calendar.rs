//! Times that no calendar holds: one of them must not spoil the whole.
use std::ops::RangeInclusive;

use commonweal::Intake;
use polars::prelude::*;
use rayon::prelude::*;

use crate::Source;

/// Years 1 to 9999, as the community has it.
const HELD: RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// The source without the events of such times, each refused, and without such times of joining and leaving.
pub(crate) fn hold(mut source: Source) -> PolarsResult<Source> {
    let events = &source.events;
    let time = events.column("time")?.as_materialized_series().to_physical_repr().into_owned();
    let is_held = |time: Option<i64>| time.is_none_or(|time| HELD.contains(&time));
    let time = time.i64()?;
    if !all_are_held(time) {
        let mask: BooleanChunked = time.iter().map(|time| Some(is_held(time))).collect();
        let kept = events.filter(&mask)?;
        let refused = (events.height() - kept.height()) as u64;
        source.intake = without(&source.intake, refused, "time before the year 1 or after 9999");
        source.events = kept;
        source.numbered.iter_mut().for_each(|(_, numbers)| *numbers = numbers.filter(&mask));
    }
    let Some(members) = &mut source.members else { return Ok(source) };
    for name in ["joined", "left"] {
        let Ok(column) = members.column(name) else { continue };
        let dtype = column.dtype().clone();
        if !matches!(dtype, DataType::Datetime(TimeUnit::Microseconds, _)) {
            continue;
        }
        let times = column.as_materialized_series().to_physical_repr().into_owned();
        let times = times.i64()?;
        if times.iter().all(is_held) {
            continue;
        }
        for _ in times.iter().filter(|time| !is_held(*time)) {
            source.intake.note(&format!("members: {name} before the year 1 or after 9999, left out"));
        }
        let held: Int64Chunked = times.iter().map(|time| time.filter(|_| is_held(time))).collect();
        members.with_column(held.with_name(name.into()).into_series().cast(&dtype)?.into_column())?;
    }
    Ok(source)
}

/// Instants that one thread of the machine looks at.
const AT_ONCE: usize = 1 << 18;

fn all_are_held(times: &Int64Chunked) -> bool {
    if times.null_count() > 0 {
        return [times.min(), times.max()].iter().flatten().all(|time| HELD.contains(time));
    }
    let pieces: Vec<&[i64]> =
        times.downcast_iter().flat_map(|array| array.values().as_slice().chunks(AT_ONCE)).collect();
    // Each is looked at, so that several are at a time.
    pieces.par_iter().all(|times| times.iter().fold(true, |all, time| all & HELD.contains(time)))
}

/// The account of a reader of which some rows were taken back.
pub(crate) fn without(intake: &Intake, rows: u64, reason: &str) -> Intake {
    let mut account = Intake::default();
    account.keep(intake.kept().saturating_sub(rows));
    intake.refused().iter().for_each(|(reason, count)| account.refuse_many(reason, *count));
    account.refuse_many(reason, rows);
    for (note, count) in intake.notes() {
        (0..*count).for_each(|_| account.note(note));
    }
    account
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_is_refused_and_nothing_is_lost() {
        let mut intake = Intake::default();
        intake.keep(5);
        intake.refuse("x");
        intake.note("y");
        let after = without(&intake, 2, "z");
        assert_eq!((after.read(), after.kept()), (intake.read(), 3));
        assert_eq!(after.refused()["z"], 2);
        assert_eq!(after.refused()["x"], 1);
        assert_eq!(after.notes(), intake.notes());
    }
}
