//! One channel for each log, wherever in it the channel is named.
use std::collections::HashMap;

use polars::prelude::*;

use crate::event::strings;

/// The channels that lines of joining name.
#[derive(Clone, Debug, Default)]
enum Named {
    #[default]
    None,
    One(String),
    Several,
}

impl Named {
    /// One more. Channels tell no case apart.
    fn add(&mut self, channel: &str) {
        match self {
            Self::None => *self = Self::One(channel.to_owned()),
            Self::One(first) if first.eq_ignore_ascii_case(channel) => {}
            Self::One(_) => *self = Self::Several,
            Self::Several => {}
        }
    }
}

#[derive(Debug)]
struct Log {
    /// The channel by its name or folder.
    place: Option<String>,
    /// The first of its events.
    begins: usize,
    named: Named,
}

/// The logs, in the order in which they are read.
#[derive(Debug, Default)]
pub(super) struct Channels {
    logs: Vec<Log>,
}

impl Channels {
    /// A log begins, before which there are so many events.
    pub fn begin(&mut self, place: Option<&str>, begins: usize) {
        self.logs.push(Log { place: place.map(str::to_owned), begins, named: Named::None });
    }

    /// A line of joining names a channel.
    pub fn name(&mut self, channel: &str) {
        if let Some(log) = self.logs.last_mut() {
            log.named.add(channel);
        }
    }

    /// The channel of each of so many events. Logs of one place, such as those of its days, are of one channel: a day on which nobody joined has that of the others.
    pub fn finish(self, events: usize) -> Column {
        let mut places: HashMap<Option<&str>, Named> = HashMap::new();
        for log in &self.logs {
            let place = places.entry(log.place.as_deref()).or_default();
            match &log.named {
                Named::None => {}
                Named::One(channel) => place.add(channel),
                Named::Several => *place = Named::Several,
            }
        }
        let mut channels = strings("channel");
        for (at, log) in self.logs.iter().enumerate() {
            let end = self.logs.get(at + 1).map_or(events, |next| next.begins);
            let channel = match (&log.named, places.get(&log.place.as_deref())) {
                (Named::One(channel), _) | (Named::None, Some(Named::One(channel))) => Some(channel.as_str()),
                _ => log.place.as_deref(),
            };
            (log.begins..end).for_each(|_| channels.append_option(channel));
        }
        channels.finish().into_column()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_one_channel() {
        let mut channels = Channels::default();
        // Place, names of joining, events; and the channel.
        let logs: [(Option<&str>, &[&str], usize, Option<&str>); 8] = [
            (Some("zig"), &["#Zig", "#zig"], 2, Some("#Zig")),
            (Some("zig"), &[], 1, Some("#Zig")),
            (Some("server"), &["#a", "#b"], 1, Some("server")),
            (Some("server"), &[], 1, Some("server")),
            (Some("mixed"), &["#a"], 1, Some("#a")),
            (Some("mixed"), &["#b"], 0, None),
            (Some("mixed"), &[], 1, Some("mixed")),
            (None, &[], 1, None),
        ];
        let (mut all, mut expected) = (0, vec![]);
        for (place, names, events, channel) in logs {
            channels.begin(place, all);
            names.iter().for_each(|name| channels.name(name));
            all += events;
            expected.extend(std::iter::repeat_n(channel, events));
        }
        let column = channels.finish(all);
        assert!(column.str().expect("text").iter().eq(expected));
    }
}
