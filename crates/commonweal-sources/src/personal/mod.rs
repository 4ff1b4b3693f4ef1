//! Archives that one person asks a platform for: what they did themselves. The other side of every talk is missing, so each row is marked
//! `one_sided`, and the response KPIs refuse such rows.
pub(crate) mod discourse;
pub mod facebook;
pub mod linkedin;
pub mod twitter;

use std::collections::BTreeMap;
use std::path::Path;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::Result;
use crate::event::Event;
use crate::job::Account;

/// The columns that such an archive has beside the contract's.
const COLUMNS: [&str; 5] = ["emoji", "title", "tags", "target", "one_sided"];

/// One act of the person.
#[derive(Debug, Default)]
struct Act {
    time: i64,
    kind: &'static str,
    id: Option<String>,
    thread: Option<String>,
    parent: Option<String>,
    channel: Option<String>,
    text: Option<String>,
    emoji: Option<String>,
    title: Option<String>,
    tags: Option<String>,
    target: Option<String>,
    quality: Option<&'static str>,
    /// Others did it, who are not named.
    is_of_others: bool,
}

/// What is known of the person, and what they did; who it is shows when all is read.
#[derive(Debug, Default)]
struct Diary {
    acts: Vec<Act>,
    key: Option<String>,
    name: Option<String>,
    username: Option<String>,
    /// How often each name stands as the author.
    authors: BTreeMap<String, u64>,
}

impl Diary {
    fn finish(self, path: &Path, platform: &'static str, mut account: Account<'_>) -> Result<Source> {
        let usual = self.authors.iter().max_by_key(|(_, times)| **times).map(|(name, _)| name.clone());
        let name = self.name.or(usual);
        let key = self.key.or_else(|| self.username.clone()).or_else(|| name.clone());
        if key.is_none() {
            account.intake.note("the archive does not say whose it is: the member is called owner");
        }
        let key = key.unwrap_or_else(|| "owner".to_owned());
        let mut chat = Chat::new();
        let person = chat.people.meet(&key);
        person.name = name;
        person.username = self.username;
        for act in &self.acts {
            let event = Event {
                time: act.time,
                member: Some(key.as_str()).filter(|_| !act.is_of_others),
                kind: act.kind,
                id: act.id.as_deref(),
                thread: act.thread.as_deref(),
                parent: act.parent.as_deref(),
                channel: act.channel.as_deref(),
                text: act.text.as_deref(),
                quality: act.quality,
            };
            let extra = Extra {
                emoji: act.emoji.as_deref(),
                title: act.title.as_deref(),
                tags: act.tags.as_deref(),
                target: act.target.as_deref(),
                ..Extra::default()
            };
            chat.push(event, extra, &mut account);
        }
        let of_members = vec![chat.people.usernames()];
        chat.finish(path, platform, &COLUMNS, of_members, account)
    }
}
