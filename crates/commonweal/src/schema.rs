//! What an event and a member are, and what is wrong with a table that does not hold them.
use polars::prelude::*;
use polars::series::IsSorted;
use serde::{Deserialize, Serialize};

use crate::categories;
use crate::error::{Fault, Faults};
use crate::repeats::repeats;

macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the tables.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value of a name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

names! {
    /// What was done.
    Kind {
        /// Opens a conversation.
        Post = "post",
        /// Answers in a conversation.
        Reply = "reply",
        /// A like, an emoji, a vote.
        Reaction = "reaction",
        /// Was read.
        View = "view",
        /// Was passed on.
        Share = "share",
        /// Became a member.
        Join = "join",
        /// Ceased to be a member.
        Leave = "leave",
        /// An answer was accepted, a case closed.
        Resolve = "resolve",
        /// What was resolved is open again.
        Reopen = "reopen",
        /// Handed to a person or unit.
        Assign = "assign",
        /// Reported to the moderators.
        Flag = "flag",
        /// A moderator's act.
        Moderate = "moderate",
        /// A contact gained.
        Lead = "lead",
        /// A contact became a customer.
        Convert = "convert",
        /// A page or the code was changed, without a word to anybody.
        Edit = "edit",
    }
}

names! {
    /// What a member is to the community.
    Role {
        /// A person of the community.
        Member = "member",
        /// A person who answers for it.
        Staff = "staff",
        /// A program.
        Bot = "bot",
    }
}

names! {
    /// How well the time of an act is known.
    TimeQuality {
        /// To the source's full precision.
        Exact = "exact",
        /// To the second.
        Second = "second",
        /// To the day.
        Day = "day",
        /// Not at all: it is the time of the act's parent.
        Inherited = "inherited",
    }
}

impl Kind {
    /// Post, reply, reaction or edit.
    pub const fn is_contribution(self) -> bool {
        matches!(self, Self::Post | Self::Reply | Self::Reaction | Self::Edit)
    }

    /// Post or reply.
    pub const fn is_message(self) -> bool {
        matches!(self, Self::Post | Self::Reply)
    }
}

/// The columns of names that many events share: they may come as categories, and then stay such.
const NAMES: [&str; 7] = ["member", "kind", "thread", "channel", "platform", "time_quality", "target"];

/// The string columns of the events that the contract names, beside `member` and `kind`.
const EVENT_STRINGS: [&str; 8] = ["id", "thread", "parent", "channel", "platform", "text", "time_quality", "target"];

/// Times outside of years 1 to 9999 are refused: calendars end there.
pub(crate) const TIME_RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// A table under examination: its columns are brought to the contract's types, and what can't be is noted.
struct Examined<'a> {
    table: &'static str,
    frame: DataFrame,
    faults: &'a mut Faults,
}

impl Examined<'_> {
    fn fault(&mut self, column: &str, rows: Vec<usize>, problem: impl Into<String>, remedy: impl Into<String>) {
        let (problem, remedy) = (problem.into(), remedy.into());
        self.faults.push(Fault { table: self.table, column: column.to_owned(), rows, problem, remedy });
    }

    fn series(&self, column: &str) -> Option<Series> {
        self.frame.column(column).ok().map(|c| c.as_materialized_series().clone())
    }

    fn require(&mut self, column: &str) -> bool {
        let there = self.frame.get_column_index(column).is_some();
        if !there {
            let have: Vec<&str> = self.frame.get_column_names().into_iter().map(|name| name.as_str()).collect();
            let problem = format!("is missing; the table has {}", list(&have));
            self.fault(column, vec![], problem, format!("add it, or rename the column that holds it to {column:?}"));
        }
        there
    }

    fn put(&mut self, series: Series) {
        // The name and the length are those of a column of this very frame.
        let _ = self.frame.replace(series.name().clone().as_str(), series.into_column());
    }

    /// A column of strings. Categories stay such where many rows share a name, and are strings elsewhere; whole numbers become strings.
    fn strings(&mut self, column: &str) -> Option<Series> {
        let series = self.series(column)?;
        let dtype = series.dtype().clone();
        let strings = match &dtype {
            DataType::String => series,
            DataType::Categorical(..) | DataType::Enum(..) if self.table == "events" && NAMES.contains(&column) => {
                series
            }
            DataType::Categorical(..) | DataType::Enum(..) | DataType::Null => series.cast(&DataType::String).ok()?,
            dtype if dtype.is_integer() => series.cast(&DataType::String).ok()?,
            other => {
                let remedy = format!("cast it, as in events.with_columns(pl.col({column:?}).cast(pl.String))");
                self.fault(column, vec![], format!("has the type {other}, not string"), remedy);
                return None;
            }
        };
        self.put(strings.clone());
        Some(strings)
    }

    /// A column of instants, brought to UTC microseconds.
    fn instants(&mut self, column: &str) -> Option<Series> {
        let series = self.series(column)?;
        let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let mut cast = match series.dtype() {
            DataType::Datetime(_, Some(_)) | DataType::Null => series.cast(&utc).ok()?,
            DataType::Datetime(_, None) => {
                let remedy = format!(
                    "name the zone, as in pl.col({column:?}).dt.replace_time_zone(\"UTC\"), or another if the clock was local"
                );
                self.fault(column, vec![], "has no time zone", remedy);
                return None;
            }
            other => {
                let remedy = "parse it into timestamps with a time zone, as in .str.to_datetime(time_zone=\"UTC\")";
                self.fault(column, vec![], format!("has the type {other}, not timestamp"), remedy);
                return None;
            }
        };
        // Looked at once, for all who ask for the first, the last, or the order.
        let in_order = is_in_order(cast.datetime().ok()?.physical());
        cast.set_sorted_flag(if in_order { IsSorted::Ascending } else { IsSorted::Not });
        let times = cast.datetime().ok()?.physical();
        if [times.min(), times.max()].iter().flatten().any(|t| !TIME_RANGE.contains(t)) {
            let is_outside = |t: Option<i64>| t.is_some_and(|t| !TIME_RANGE.contains(&t));
            let outside = times.iter().enumerate().filter_map(|(row, t)| is_outside(t).then_some(row)).collect();
            self.fault(
                column,
                outside,
                "lies outside of the years 1 to 9999",
                "mend the unit (seconds, milliseconds?)",
            );
            return None;
        }
        self.put(cast.clone());
        Some(cast)
    }

    /// A column of truth values, null for false.
    fn marks(&mut self, column: &str) {
        let Some(series) = self.series(column) else { return };
        match series.dtype() {
            DataType::Boolean => {}
            DataType::Null => {
                if let Ok(series) = series.cast(&DataType::Boolean) {
                    self.put(series);
                }
            }
            other => {
                let remedy = format!("cast it, as in events.with_columns(pl.col({column:?}).cast(pl.Boolean))");
                self.fault(column, vec![], format!("has the type {other}, not boolean"), remedy);
            }
        }
    }

    fn no_nulls(&mut self, column: &str, series: &Series, remedy: &str) {
        if series.null_count() > 0 {
            let nulls = series.is_null();
            let rows = nulls.iter().enumerate().filter_map(|(row, null)| (null == Some(true)).then_some(row)).collect();
            self.fault(column, rows, "is null", remedy);
        }
    }

    fn no_empty(&mut self, column: &str, series: &Series, remedy: &str) {
        let Some(series) = unless_sure(series, |name| !name.is_empty()) else { return };
        let Ok(strings) = series.str() else { return };
        if strings.downcast_iter().all(|array| array.views().iter().all(|view| view.length > 0)) {
            return;
        }
        let rows: Vec<usize> =
            strings.iter().enumerate().filter_map(|(row, s)| (s == Some("")).then_some(row)).collect();
        if !rows.is_empty() {
            self.fault(column, rows, "is an empty string", remedy);
        }
    }

    fn unique(&mut self, column: &str, series: &Series, remedy: &str) {
        let Ok(strings) = series.str() else { return };
        let value = |row| strings.get(row).map(str::to_owned);
        repeated(self.table, column, repeats(strings), value, remedy, self.faults);
    }

    /// Of two columns of instants, the second is not before the first.
    fn in_order(&mut self, (first, start): (&str, Option<Series>), (second, end): (&str, Option<Series>)) {
        let (Some(start), Some(end)) = (start, end) else { return };
        let (Ok(start), Ok(end)) = (start.datetime(), end.datetime()) else { return };
        let pairs = start.physical().iter().zip(end.physical().iter()).enumerate();
        let rows: Vec<usize> = pairs.filter_map(|(row, (start, end))| (end? < start?).then_some(row)).collect();
        if !rows.is_empty() {
            self.fault(second, rows, format!("is before {first}"), format!("mend the dates, or set {second} to null"));
        }
    }

    fn among(&mut self, column: &str, series: &Series, allowed: &[&str]) {
        let Some(series) = unless_sure(series, |name| allowed.contains(&name)) else { return };
        let Ok(strings) = series.str() else { return };
        // Few names are of one length, so few are compared.
        let longest = allowed.iter().map(|name| name.len()).max().unwrap_or(0);
        let mut by_length: Vec<Vec<&str>> = vec![vec![]; longest + 1];
        allowed.iter().for_each(|name| by_length[name.len()].push(name));
        let known = |value: &&str| by_length.get(value.len()).is_some_and(|names| names.contains(value));
        let others = strings.iter().enumerate().filter_map(|(row, value)| Some((row, value?)));
        let (rows, mut unknown): (Vec<usize>, Vec<&str>) = others.filter(|(_, value)| !known(value)).unzip();
        if !unknown.is_empty() {
            unknown.sort_unstable();
            unknown.dedup();
            let problem = format!("has {} beside {}", list(&unknown), list(allowed));
            self.fault(column, rows, problem, "map each to one of these, or leave the rows out");
        }
    }
}

/// Whether each is no less than the one before.
fn is_in_order(times: &Int64Chunked) -> bool {
    let mut last = i64::MIN;
    times.null_count() == 0
        && times.downcast_iter().map(|array| array.values().as_slice()).filter(|times| !times.is_empty()).all(|times| {
            let follows = last <= times[0] && times.is_sorted();
            last = times[times.len() - 1];
            follows
        })
}

/// Notes rows that repeat a value, where there are any.
pub(crate) fn repeated(
    table: &'static str,
    column: &str,
    rows: Vec<usize>,
    value: impl Fn(usize) -> Option<String>,
    remedy: &str,
    faults: &mut Faults,
) {
    if let Some(first) = rows.first().and_then(|row| value(*row)) {
        let problem = format!("repeats a value given before, {first:?} first");
        faults.push(Fault { table, column: column.to_owned(), rows, problem, remedy: remedy.to_owned() });
    }
}

/// The column as strings; none where no row needs to be looked at: where it has no value, or holds categories of which all that are used are
/// `right`.
fn unless_sure(series: &Series, right: impl Fn(&str) -> bool) -> Option<Series> {
    if series.null_count() == series.len() {
        return None;
    }
    let Some(names) = categories::names(series) else { return Some(series.clone()) };
    let codes = 0..names.num_cats_upper_bound() as u32;
    let is_wrong = |code: &u32| names.cat_to_str(*code).is_some_and(|name| !right(name));
    let mut wrong: Vec<u32> = codes.filter(is_wrong).collect();
    if !wrong.is_empty() {
        let mut used = vec![false; names.num_cats_upper_bound()];
        categories::for_each(series, |code| {
            let used = code.and_then(|code| used.get_mut(code as usize));
            used.into_iter().for_each(|used| *used = true);
        });
        wrong.retain(|code| used[*code as usize]);
    }
    if wrong.is_empty() { None } else { series.cast(&DataType::String).ok() }
}

fn list(names: &[&str]) -> String {
    const SHOWN: usize = 20;
    let mut text = names.iter().take(SHOWN).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}

/// Brings an events frame to the contract's types; what can't be goes into `faults`.
pub(crate) fn events(frame: DataFrame, faults: &mut Faults) -> DataFrame {
    let mut events = Examined { table: "events", frame, faults };
    if events.require("time")
        && let Some(time) = events.instants("time")
    {
        events.no_nulls("time", &time, "give each act its time, or leave the rows out");
    }
    if events.require("member")
        && let Some(member) = events.strings("member")
    {
        events.no_empty("member", &member, "use null for an unknown author");
    }
    if events.require("kind")
        && let Some(kind) = events.strings("kind")
    {
        events.no_nulls("kind", &kind, "say what each act is");
        events.among("kind", &kind, &Kind::ALL.iter().map(|k| k.name()).collect::<Vec<_>>());
    }
    events.marks("one_sided");
    for column in EVENT_STRINGS {
        let Some(series) = events.strings(column) else { continue };
        match column {
            "id" => events.no_empty("id", &series, "use null for acts without one"),
            "time_quality" => {
                let allowed: Vec<_> = TimeQuality::ALL.iter().map(|q| q.name()).collect();
                events.among("time_quality", &series, &allowed);
            }
            _ => {}
        }
    }
    events.frame
}

/// Brings a members frame to the contract's types; what can't be goes into `faults`.
pub(crate) fn members(frame: DataFrame, faults: &mut Faults) -> DataFrame {
    let mut members = Examined { table: "members", frame, faults };
    if members.require("member")
        && let Some(member) = members.strings("member")
    {
        members.no_nulls("member", &member, "give each member a key, or leave the rows out");
        members.unique("member", &member, "keep one row of each member, as in members.unique(\"member\")");
    }
    let (joined, left) = (members.instants("joined"), members.instants("left"));
    members.in_order(("joined", joined), ("left", left));
    if let Some(role) = members.strings("role") {
        members.among("role", &role, &Role::ALL.iter().map(|r| r.name()).collect::<Vec<_>>());
    }
    members.frame
}

/// Brings an affiliations frame to the contract's types; what can't be goes into `faults`.
pub(crate) fn affiliations(frame: DataFrame, faults: &mut Faults) -> DataFrame {
    let mut table = Examined { table: "affiliations", frame, faults };
    for column in ["member", "dimension", "value"] {
        if table.require(column)
            && let Some(series) = table.strings(column)
        {
            table.no_nulls(column, &series, "fill it, or leave the rows out");
        }
    }
    if let (Some(dimension), Some(value)) = (table.series("dimension"), table.series("value"))
        && let (Ok(dimension), Ok(value)) = (dimension.str(), value.str())
    {
        let roles: StringChunked =
            dimension.iter().zip(value.iter()).map(|(d, v)| v.filter(|_| d == Some("role"))).collect();
        table.among("value", &roles.into_series(), &Role::ALL.iter().map(|r| r.name()).collect::<Vec<_>>());
    }
    let (from, to) = (table.instants("from"), table.instants("to"));
    table.in_order(("from", from), ("to", to));
    table.frame
}

/// The events with every name spelled out: no categories.
pub(crate) fn spelled_out(events: &DataFrame) -> DataFrame {
    let mut events = events.clone();
    for name in NAMES {
        let Ok(column) = events.column(name) else { continue };
        if matches!(column.dtype(), DataType::Categorical(..) | DataType::Enum(..))
            && let Ok(strings) = column.cast(&DataType::String)
        {
            // The name and the length are those of a column of this very frame.
            let _ = events.replace(name, strings);
        }
    }
    events
}

/// Notes where columns that both have differ in their type.
pub(crate) fn same_types(before: &DataFrame, added: &DataFrame, faults: &mut Faults) {
    for column in added.columns() {
        let Ok(known) = before.column(column.name()) else { continue };
        let (was, is) = (known.dtype(), column.dtype());
        if was != is && *was != DataType::Null && *is != DataType::Null {
            faults.push(Fault {
                table: "events",
                column: column.name().to_string(),
                rows: vec![],
                problem: format!("has the type {is}, in the events before it has {was}"),
                remedy: "cast it to the same".to_owned(),
            });
        }
    }
}
