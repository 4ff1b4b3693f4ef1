//! In which channels members were, to tell who left the community from who left one channel of several.
use std::collections::HashMap;

use crate::event::Event;

#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// Of each member and channel: since when they were there, or not.
    changes: HashMap<String, HashMap<String, Vec<(i64, bool)>>>,
    leaves: Vec<Leave>,
}

/// Somebody left a channel.
#[derive(Debug)]
pub(crate) struct Leave {
    time: i64,
    member: String,
    id: Option<String>,
    channel: Option<String>,
    pub channel_type: Option<&'static str>,
    /// No other channel is known that the member was in.
    is_last: bool,
}

impl Leave {
    /// `leave` of the community, else `moderate`.
    pub fn event(&self) -> Event<'_> {
        Event {
            time: self.time,
            member: Some(&self.member),
            kind: if self.is_last { "leave" } else { "moderate" },
            id: self.id.as_deref(),
            channel: self.channel.as_deref(),
            ..Event::default()
        }
    }
}

impl Presence {
    /// A member did something in a channel, and was in it from then on, or no longer.
    pub fn see(&mut self, member: &str, channel: &str, time: i64, is_there: bool) {
        if !self.changes.contains_key(member) {
            self.changes.insert(member.to_owned(), HashMap::new());
        }
        let Some(channels) = self.changes.get_mut(member) else { return };
        if !channels.contains_key(channel) {
            channels.insert(channel.to_owned(), Vec::new());
        }
        let Some(changes) = channels.get_mut(channel) else { return };
        if changes.last().is_none_or(|(_, was_there)| *was_there != is_there) {
            changes.push((time, is_there));
        }
    }

    /// Remembers a leaving: what it was shows when all is read. One by nobody known tells of nobody.
    pub fn leave(&mut self, event: Event<'_>, channel_type: Option<&'static str>) {
        let Some(member) = event.member else { return };
        self.see(member, event.channel.unwrap_or_default(), event.time, false);
        self.leaves.push(Leave {
            time: event.time,
            member: member.to_owned(),
            id: event.id.map(str::to_owned),
            channel: event.channel.map(str::to_owned),
            channel_type,
            is_last: false,
        });
    }

    /// Every leaving, in order of time.
    pub fn leaves(&mut self) -> Vec<Leave> {
        let mut leaves = std::mem::take(&mut self.leaves);
        for leave in &mut leaves {
            let own = leave.channel.as_deref().unwrap_or_default();
            let elsewhere = self.changes.get(&leave.member).is_some_and(|channels| {
                channels.iter().filter(|(channel, _)| *channel != own).any(|(_, changes)| {
                    let until = changes.iter().take_while(|(time, _)| *time <= leave.time);
                    until.last().is_some_and(|(_, is_there)| *is_there)
                })
            });
            leave.is_last = !elsewhere;
        }
        leaves.sort_by(|a, b| (a.time, &a.id, &a.member).cmp(&(b.time, &b.id, &b.member)));
        leaves
    }
}
