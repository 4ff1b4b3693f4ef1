//! What the readers of chats share: the columns beside the contract's, who took part, and reactions.
use std::collections::HashMap;
use std::path::Path;

use polars::prelude::*;

use crate::Source;
use crate::error::Result;
use crate::event::{Event, EventColumns, INHERITED, Member, MemberColumns, strings, times};
use crate::job::Account;

/// The most reactions of one message that are believed: a hostile count must not fill the memory.
pub(crate) const MOST_REACTIONS: u64 = 20_000;

/// What chats tell of an act beside the contract's columns.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extra<'a> {
    /// What a system message tells of.
    pub action: Option<&'a str>,
    /// What was reacted with.
    pub emoji: Option<&'a str>,
    /// When the message was changed last.
    pub edited: Option<i64>,
    /// What a conversation is called, on the post that opens it.
    pub title: Option<&'a str>,
    /// Whether all can read the channel: `public`, `private`, `group_dm`, `dm`.
    pub channel_type: Option<&'a str>,
    /// Labels, with commas between them.
    pub tags: Option<&'a str>,
    /// Whom an act is aimed at.
    pub target: Option<&'a str>,
}

/// Events, and the people who made them.
pub(crate) struct Chat {
    events: EventColumns,
    action: StringChunkedBuilder,
    emoji: StringChunkedBuilder,
    edited: Vec<Option<i64>>,
    title: StringChunkedBuilder,
    channel_type: StringChunkedBuilder,
    tags: StringChunkedBuilder,
    target: StringChunkedBuilder,
    pub people: People,
}

impl Default for Chat {
    fn default() -> Self {
        Self::new()
    }
}

impl Chat {
    pub fn new() -> Self {
        Self {
            events: EventColumns::new(),
            action: strings("action"),
            emoji: strings("emoji"),
            edited: Vec::new(),
            title: strings("title"),
            channel_type: strings("channel_type"),
            tags: strings("tags"),
            target: strings("target"),
            people: People::default(),
        }
    }

    /// Takes an event, and counts it.
    pub fn push(&mut self, event: Event<'_>, extra: Extra<'_>, account: &mut Account<'_>) {
        self.events.push(event);
        self.action.append_option(extra.action);
        self.emoji.append_option(extra.emoji);
        self.edited.push(extra.edited);
        self.title.append_option(extra.title);
        self.channel_type.append_option(extra.channel_type);
        self.tags.append_option(extra.tags);
        self.target.append_option(extra.target);
        account.keep();
    }

    /// Takes the reactions of one emoji to a message, at the message's time: one for each who is named, and as many more by nobody
    /// known as the count says.
    pub fn react(
        &mut self,
        message: Event<'_>,
        extra: Extra<'_>,
        named: &[String],
        count: u64,
        account: &mut Account<'_>,
    ) {
        let all = count.max(named.len() as u64);
        let extra = Extra { action: None, edited: None, title: None, tags: None, ..extra };
        let reaction =
            Event { kind: "reaction", id: None, parent: message.id, text: None, quality: INHERITED, ..message };
        for at in 0..all.min(MOST_REACTIONS) {
            self.push(Event { member: named.get(at as usize).map(String::as_str), ..reaction }, extra, account);
        }
        if all > MOST_REACTIONS {
            account.intake.refuse_many("reaction beyond 20,000 of one emoji to one message", all - MOST_REACTIONS);
        }
    }

    /// The source: the contract's columns, those of the extra ones that are named (`one_sided` is true on each row where it is), and the members with the columns given.
    pub fn finish(
        self,
        path: &Path,
        platform: &'static str,
        columns: &[&str],
        of_members: Vec<Column>,
        account: Account<'_>,
    ) -> Result<Source> {
        let edited = Int64Chunked::from_slice_options(PlSmallStr::EMPTY, &self.edited);
        let mut extra = vec![
            self.action.finish().into_column(),
            self.emoji.finish().into_column(),
            times("edited", edited),
            self.title.finish().into_column(),
            self.channel_type.finish().into_column(),
            self.tags.finish().into_column(),
            self.target.finish().into_column(),
        ];
        let height = self.events.len();
        extra.push(Column::new_scalar("one_sided".into(), Scalar::from(true), height));
        extra.retain(|column| columns.contains(&column.name().as_str()));
        let events = self.events.finish(path, platform, extra)?;
        let members = Some(self.people.finish(path, of_members)?);
        Ok(Source::new(platform, events, members, account.intake))
    }
}

/// What is known of a member.
#[derive(Debug, Default)]
pub(crate) struct Person {
    pub name: Option<String>,
    pub username: Option<String>,
    /// The platform's own number of the account, where the key is a name that can be changed.
    pub account_id: Option<String>,
    pub role: Option<&'static str>,
    /// Listed as no longer there.
    pub is_deleted: bool,
    /// Since when, in microseconds.
    pub left: Option<i64>,
    pub joined: Option<i64>,
}

/// The members, in the order met.
#[derive(Debug, Default)]
pub(crate) struct People {
    places: HashMap<String, usize>,
    order: Vec<(String, Person)>,
}

impl People {
    /// The member of a key, who is new where it was not met before.
    pub fn meet(&mut self, key: &str) -> &mut Person {
        let place = match self.places.get(key) {
            Some(place) => *place,
            None => {
                self.places.insert(key.to_owned(), self.order.len());
                self.order.push((key.to_owned(), Person::default()));
                self.order.len() - 1
            }
        };
        &mut self.order[place].1
    }

    pub fn get(&self, key: &str) -> Option<&Person> {
        self.places.get(key).map(|place| &self.order[*place].1)
    }

    /// The name to show: the one given, else the user name.
    pub fn name(&self, key: &str) -> Option<&str> {
        let person = self.get(key)?;
        person.name.as_deref().or(person.username.as_deref())
    }

    /// The key of the one member of a name.
    pub fn of_name(&self, name: &str) -> Option<String> {
        let mut found = self.order.iter().filter(|(_, person)| person.name.as_deref() == Some(name));
        let (key, _) = found.next()?;
        found.next().is_none().then(|| key.clone())
    }

    pub fn column<'a, T>(&'a self, of: impl FnMut(&'a Person) -> T) -> Vec<T> {
        self.order.iter().map(|(_, person)| person).map(of).collect()
    }

    /// A value for each member, by the key.
    pub fn keyed<T>(&self, mut of: impl FnMut(&str) -> T) -> Vec<T> {
        self.order.iter().map(|(key, _)| of(key)).collect()
    }

    pub fn usernames(&self) -> Column {
        Column::new("username".into(), self.column(|person| person.username.as_deref()))
    }

    /// The numbers of accounts, where the export tells any.
    pub fn account_ids(&self) -> Option<Column> {
        let numbers = self.column(|person| person.account_id.as_deref());
        numbers.iter().any(Option::is_some).then(|| Column::new("account_id".into(), numbers))
    }

    pub fn deleted(&self) -> Column {
        Column::new("deleted".into(), self.column(|person| person.is_deleted))
    }

    fn finish(self, path: &Path, extra: Vec<Column>) -> Result<DataFrame> {
        let mut members = MemberColumns::new();
        for (key, person) in &self.order {
            let name = person.name.as_deref().or(person.username.as_deref());
            members.push(Member { member: key, name, role: person.role });
        }
        members.finish(path, extra)
    }
}
