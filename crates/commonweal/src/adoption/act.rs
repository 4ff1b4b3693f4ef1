//! What a member may do for the first time.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};
use crate::schema::Kind;

/// An act that a newcomer may come to: a kind, one of several kinds, or what befalls them.
///
/// ```
/// use commonweal::Act;
/// assert_eq!("contribution".parse::<Act>()?, Act::Contribution);
/// assert_eq!(Act::FirstReplyReceived.to_string(), "first_reply_received");
/// # Ok::<(), commonweal::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Act {
    /// A post, a reply, a reaction or an edit.
    #[default]
    Contribution,
    /// A post or a reply.
    Message,
    /// Another person's first reply to a message of theirs.
    FirstReplyReceived,
    /// An act of this kind.
    Kind(Kind),
}

const NAMES: [(Act, &str); 3] =
    [(Act::Contribution, "contribution"), (Act::Message, "message"), (Act::FirstReplyReceived, "first_reply_received")];

impl Act {
    /// Whether an act of this kind, by the member, is one.
    pub(super) fn is(self, kind: Kind) -> bool {
        match self {
            Self::Contribution => kind.is_contribution(),
            Self::Message => kind.is_message(),
            Self::FirstReplyReceived => false,
            Self::Kind(own) => own == kind,
        }
    }

    /// Whether every source records it, so that none on record means none happened. Of views, reactions and so on that can't be told.
    pub(super) fn always_recorded(self) -> bool {
        !matches!(self, Self::Kind(kind) if !matches!(kind, Kind::Post | Kind::Reply | Kind::Join))
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kind(kind) => kind.name(),
            act => NAMES.iter().find(|(own, _)| own == act).map_or("", |(_, name)| name),
        })
    }
}

impl FromStr for Act {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let named = NAMES.iter().find(|(_, name)| *name == text).map(|(act, _)| *act);
        named.or_else(|| Kind::parse(text).map(Self::Kind)).ok_or_else(|| {
            let names = NAMES.iter().map(|(_, name)| *name).chain(Kind::ALL.iter().map(|kind| kind.name()));
            let names: Vec<String> = names.map(|name| format!("{name:?}")).collect();
            Error::option("act", format!("one of {}", names.join(", ")), format!("{text:?}"))
        })
    }
}

impl Serialize for Act {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Act {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
