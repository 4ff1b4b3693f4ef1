//! `Users.xml`: the members table, and the day each of them joined.
use std::collections::HashSet;
use std::path::Path;

use polars::prelude::*;

use super::{Dump, Extra, date, member};
use crate::error::Result;
use crate::event::{Event, Member, MemberColumns, times};
use crate::job::Account;
use crate::xml::Row;

/// Stack Exchange's own account, which asks old questions again and owns what nobody owns.
const COMMUNITY: &str = "-1";

pub(super) struct Users {
    columns: MemberColumns,
    joined: Vec<Option<i64>>,
    reputation: Vec<Option<i64>>,
    seen: HashSet<String>,
}

impl Users {
    pub fn new() -> Self {
        Self { columns: MemberColumns::new(), joined: Vec::new(), reputation: Vec::new(), seen: HashSet::new() }
    }

    pub fn take(&mut self, row: &Row<'_>, dump: &mut Dump, account: &mut Account<'_>) {
        let (mut key, mut name, mut joined, mut reputation) = (None, None, None, None);
        row.each(|attribute, value| {
            let Some(value) = value else { return };
            match attribute {
                "Id" => key = member(Some(value)),
                "DisplayName" => name = Some(value.into_owned()),
                "CreationDate" => joined = date(Some(&value)),
                "Reputation" => reputation = value.trim().parse().ok(),
                _ => {}
            }
        });
        let Some(key) = key else { return account.refuse("user without Id") };
        if !self.seen.insert(key.clone()) {
            return account.refuse("user with an Id seen before");
        }
        let role = (key == COMMUNITY).then_some("bot");
        self.columns.push(Member { member: &key, name: name.as_deref(), role });
        self.joined.push(joined);
        self.reputation.push(reputation);
        let Some(time) = joined else { return account.refuse("CreationDate cannot be read") };
        let event = Event { time, member: Some(&key), kind: "join", ..Event::default() };
        dump.push(None, event, Extra::default());
        account.keep();
    }

    pub fn finish(self, path: &Path) -> Result<DataFrame> {
        let extra = vec![
            times("joined", Int64Chunked::from_slice_options(PlSmallStr::EMPTY, &self.joined)),
            Column::new("reputation".into(), self.reputation),
        ];
        self.columns.finish(path, extra)
    }
}
