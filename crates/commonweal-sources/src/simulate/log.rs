//! The acts before they become tables: 32 bytes each.

use super::text::Voice;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Post,
    Reply,
    Reaction,
    View,
    Share,
    Join,
    Leave,
    Resolve,
    Assign,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Reply => "reply",
            Self::Reaction => "reaction",
            Self::View => "view",
            Self::Share => "share",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Resolve => "resolve",
            Self::Assign => "assign",
        }
    }
}

/// No row, no member, no channel.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
pub(super) struct Act {
    pub time: i64,
    pub who: u32,
    /// The row of the opening post, and of the act it answers.
    pub thread: u32,
    pub parent: u32,
    pub kind: Kind,
    /// Index of the channel; for joins and leaves none.
    pub channel: Option<u8>,
    /// How the text sounds; None for acts without text.
    pub voice: Option<Voice>,
    /// The author must be known: the first answer of a post.
    pub signed: bool,
    /// Index of the department that it is assigned to.
    pub target: Option<u8>,
}
