//! What an event and a member are, and what is wrong with a table that does not hold them.
mod examined;

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, Faults};
use examined::Examined;

pub(crate) use examined::repeated;

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
        if events.is_void(column) {
            continue;
        }
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
