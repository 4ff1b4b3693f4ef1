//! A message as the export writes it, and what it is.
use serde::Deserialize;

use crate::json::{loose_number, loose_text};

#[derive(Default, Deserialize)]
pub(super) struct Message {
    #[serde(default, rename = "type", deserialize_with = "loose_text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    pub subtype: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    pub user: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    pub bot_id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    pub username: Option<String>,
    #[serde(default)]
    pub user_profile: Option<Profile>,
    #[serde(default, deserialize_with = "loose_text")]
    pub text: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    pub ts: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    pub thread_ts: Option<String>,
    #[serde(default)]
    pub reactions: Option<Vec<Reaction>>,
    #[serde(default)]
    pub edited: Option<Edited>,
}

/// Who a user is, in the list of users and on messages of those it lacks.
#[derive(Default, Deserialize)]
pub(super) struct Profile {
    #[serde(default, deserialize_with = "loose_text")]
    pub display_name: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    pub real_name: Option<String>,
    /// The user name.
    #[serde(default, deserialize_with = "loose_text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    pub bot_id: Option<String>,
}

impl Profile {
    /// The name that others see.
    pub fn name(&self) -> Option<String> {
        let names = [&self.display_name, &self.real_name];
        names.into_iter().flatten().find(|name| !name.trim().is_empty()).cloned()
    }
}

#[derive(Deserialize)]
pub(super) struct Reaction {
    #[serde(default, deserialize_with = "loose_text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "count")]
    pub count: Option<u64>,
    #[serde(default)]
    pub users: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Edited {
    #[serde(default, deserialize_with = "loose_text")]
    pub ts: Option<String>,
}

fn count<'de, D: serde::Deserializer<'de>>(field: D) -> Result<Option<u64>, D::Error> {
    Ok(loose_number(field)?.and_then(|count| u64::try_from(count).ok()))
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    Said,
    Join,
    Leave,
    /// The place of a deleted message that has answers.
    Tombstone,
    /// Slack's own words, of this subtype.
    System(&'a str),
}

/// Subtypes of messages that somebody, or some bot, said.
const SAID: [&str; 8] = [
    "thread_broadcast",
    "file_share",
    "file_comment",
    "file_mention",
    "me_message",
    "bot_message",
    "slackbot_response",
    "assistant_app_thread",
];

const SYSTEM: [&str; 27] = [
    "bot_add",
    "bot_remove",
    "bot_enable",
    "bot_disable",
    "channel_archive",
    "channel_canvas_updated",
    "channel_convert_to_private",
    "channel_convert_to_public",
    "channel_name",
    "channel_posting_permissions",
    "channel_purpose",
    "channel_topic",
    "channel_unarchive",
    "document_mention",
    "ekm_access_denied",
    "group_archive",
    "group_name",
    "group_purpose",
    "group_topic",
    "group_unarchive",
    "huddle_thread",
    "joiner_notification",
    "pinned_item",
    "reminder_add",
    "sh_room_created",
    "sh_room_shared",
    "unpinned_item",
];

pub(super) fn is_known_system(subtype: &str) -> bool {
    SYSTEM.contains(&subtype)
}

impl Message {
    pub fn is_by_bot(&self) -> bool {
        self.subtype.as_deref() == Some("bot_message")
    }

    /// What it is, or why it is refused.
    pub fn what(&self) -> Result<What<'_>, &'static str> {
        match self.kind.as_deref() {
            Some("message") => {}
            Some(_) => return Err("entry of a type other than message"),
            None => return Err("JSON object that is no message"),
        }
        Ok(match self.subtype.as_deref() {
            None | Some("") => What::Said,
            Some(subtype) if SAID.contains(&subtype) => What::Said,
            Some("channel_join" | "group_join") => What::Join,
            Some("channel_leave" | "group_leave") => What::Leave,
            Some("tombstone") => What::Tombstone,
            Some("reply_broadcast") => return Err("reply_broadcast: the copy of a reply"),
            Some("message_changed" | "message_deleted" | "message_replied") => {
                return Err("notice that a message was changed, deleted or answered");
            }
            Some(subtype) => What::System(subtype),
        })
    }
}

/// `1503435956.000247` in microseconds: seconds, and up to six digits after the point.
pub(super) fn ts(text: &str) -> Option<i64> {
    let (seconds, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.is_empty() || seconds.len() > 11 || fraction.len() > 6 || !are_digits(seconds) || !are_digits(fraction) {
        return None;
    }
    let micros: i64 = format!("{fraction:0<6}").parse().ok()?;
    Some(seconds.parse::<i64>().ok()? * 1_000_000 + micros).filter(|time| *time > 0)
}

#[cfg(test)]
mod tests {
    use super::ts;

    #[test]
    fn times_keep_their_microseconds() {
        assert_eq!(ts("1503435956.000247"), Some(1_503_435_956_000_247));
        assert_eq!(ts("1503435956"), Some(1_503_435_956_000_000));
        assert_eq!(ts("1503435956.5"), Some(1_503_435_956_500_000));
        for bad in ["", ".5", "0.0", "1503435956.0000001", "15e8", "-1503435956.0", "150343595600000247", "soon"] {
            assert_eq!(ts(bad), None, "{bad}");
        }
    }
}
