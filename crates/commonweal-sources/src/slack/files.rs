//! Which file of an export holds what.
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::job::Job;
use crate::json::loose_text;

/// A channel in one of the lists; conversations of two have no name.
#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(default, deserialize_with = "loose_text")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    pub name: Option<String>,
}

const LISTS: [(&str, &str); 4] =
    [("channels.json", "public"), ("groups.json", "private"), ("mpims.json", "group_dm"), ("dms.json", "dm")];

#[derive(Debug, Default)]
pub(super) struct Files {
    pub users: Option<usize>,
    /// The lists of channels, with what channels they list.
    pub channels: Vec<(usize, &'static str)>,
    pub days: Vec<usize>,
    /// How many files are none of these.
    pub others: usize,
}

impl Files {
    pub fn sort(job: &Job<'_>) -> Result<Self> {
        let mut files = Self::default();
        let entries = job.tree.entries();
        for file in job.files.iter().copied() {
            let entry = &entries[file];
            let list = LISTS.iter().find(|(name, _)| *name == entry.file_name());
            if job.tree.is_file() || is_day(entry.stem()) {
                files.days.push(file);
            } else if entry.file_name() == "users.json" {
                if let Some(other) = files.users.replace(file) {
                    let found = [other, file].map(|file| entries[file].name.clone()).to_vec();
                    return Err(Error::Several { path: job.path(), found });
                }
            } else if let Some((_, kind)) = list {
                files.channels.push((file, kind));
            } else {
                files.others += 1;
            }
        }
        Ok(files)
    }
}

/// `2020-05-01`.
fn is_day(stem: &str) -> bool {
    let is_sign = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    stem.len() == 10 && stem.bytes().enumerate().all(is_sign)
}
