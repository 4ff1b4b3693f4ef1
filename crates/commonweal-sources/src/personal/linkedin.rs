//! LinkedIn: the archive that a person can ask for (*Settings* → *Data privacy* → *Get a copy of your data*), read by its headers.
//!
//! | source | becomes |
//! |---|---|
//! | `Shares.csv` | `post` |
//! | `Comments.csv` | `reply`, parent what it stands under |
//! | `Reactions.csv` | `reaction`, with its `emoji` (`like`, `praise` …) |
//! | `InstantReposts.csv` | `share` |
//! | `Profile.csv` | who the member is |
//!
//! **One-sided**: what others wrote is not in the archive, so each row has `one_sided` true. Times have no zone: they are taken in the
//! option `time_zone`, else as UTC, and noted. Connections, messages, invitations and all else are skipped. `parent` is the name
//! (`urn:li:…`) in the link.
use std::collections::HashSet;

use super::{Act, Diary};
use crate::Source;
use crate::error::Result;
use crate::format::Format;
use crate::job::{Account, Job, refuse_table_options};
use crate::rows::{self, Header, Row};
use crate::time::{Zone, parse_iso};

pub(crate) const PLATFORM: &str = "linkedin";

/// What a file of the archive holds, told by its header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Shares,
    Comments,
    Reactions,
    Reposts,
    Profile,
}

fn part_of(text: &str) -> Option<Part> {
    let header = Header::of(text);
    if header.has(&["Date", "ShareLink", "ShareCommentary"]) {
        Some(Part::Shares)
    } else if header.has(&["Date", "Link", "Message"]) {
        Some(Part::Comments)
    } else if header.has(&["Date", "Type", "Link"]) {
        Some(Part::Reactions)
    } else if header.has(&["First Name", "Last Name", "Headline"]) {
        Some(Part::Profile)
    } else {
        None
    }
}

/// Whether a text is of such an archive, and of acts.
pub(crate) fn is_acts(text: &str) -> bool {
    matches!(part_of(text), Some(Part::Shares | Part::Comments | Part::Reactions))
}

/// Reads an archive.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::LinkedIn)?;
    let path = job.path();
    let zone = Zone::option(job.options.time_zone.as_deref())?;
    let (mut diary, mut seen) = (Diary::default(), HashSet::new());
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        let head = String::from_utf8_lossy(&head);
        let is_reposts = job.tree.entries()[file].stem().eq_ignore_ascii_case("InstantReposts");
        let part = part_of(&head)
            .or_else(|| (is_reposts && Header::of(&head).has(&["Date", "Link"])).then_some(Part::Reposts));
        let Some(part) = part else {
            job.account.intake.note("file skipped: neither shares, comments, reactions nor the profile");
            continue;
        };
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        let replaced = rows::each(source, &label, |row| take(part, &row, zone, &mut diary, &mut seen, account))?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    diary.finish(&path, PLATFORM, job.account)
}

fn take(
    part: Part,
    row: &Row<'_>,
    zone: Option<Zone>,
    diary: &mut Diary,
    seen: &mut HashSet<String>,
    account: &mut Account<'_>,
) {
    if part == Part::Profile {
        let names = [row.get(&["First Name"]), row.get(&["Last Name"])];
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        diary.name = Some(name).filter(|name| !name.is_empty());
        return;
    }
    let Some(stamp) = row.get(&["Date"]).and_then(parse_iso) else { return account.refuse("Date cannot be read") };
    let time = if stamp.zoned {
        stamp.micros
    } else {
        if zone.is_none() {
            account.intake.note("date without a zone: taken as UTC (the option `time_zone` names another)");
        }
        let (time, local) = zone.unwrap_or(Zone::UTC).to_utc(stamp.micros);
        if let Some(note) = local.note() {
            account.intake.note(note);
        }
        time
    };
    let link = row.get(&["ShareLink", "Link"]).map(name_in);
    let text = row.get(&["ShareCommentary", "Message"]).map(|text| text.replace("\\\"", "\""));
    let mut act = Act { time, text, ..Act::default() };
    match part {
        Part::Shares => {
            act.kind = "post";
            act.id = link;
        }
        Part::Comments => {
            act.kind = "reply";
            act.parent = link;
        }
        Part::Reactions => {
            act.kind = "reaction";
            act.parent = link;
            act.emoji = row.get(&["Type"]).map(str::to_lowercase);
        }
        Part::Reposts | Part::Profile => {
            act.kind = "share";
            act.parent = link;
        }
    }
    if act.id.as_ref().is_some_and(|id| !seen.insert(id.clone())) {
        return account.refuse("share with a link seen before");
    }
    diary.acts.push(act);
}

/// The name in a link: `urn:li:activity:12` of `https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A12`.
fn name_in(link: &str) -> String {
    let link = link.replace("%3A", ":").replace("%3a", ":");
    let Some(at) = link.find("urn:li:") else { return link };
    let name = &link[at..];
    name[..name.find(['?', '/', '&', '#']).unwrap_or(name.len())].to_owned()
}
