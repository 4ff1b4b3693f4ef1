//! GitHub: issues, pull requests and what is said to them; from an archive that i-d-template makes of a repository, or from the
//! hours of GH Archive.
//!
//! | archive of a repository | hours of GH Archive | becomes |
//! |---|---|---|
//! | issue, pull request | `IssuesEvent`, `PullRequestEvent`, `DiscussionEvent`: opened | `post`, with `title` and `tags` (its labels) |
//! | comment | `IssueCommentEvent`, `DiscussionCommentEvent`, `CommitCommentEvent` | `reply`, parent what it stands under |
//! | review with the comments of its lines, one text | `PullRequestReviewEvent` | `reply`, `action` its state |
//! | | `PullRequestReviewCommentEvent` | `reply`, parent the comment it answers, else the pull request |
//! | `closedAt`, `mergedAt` | closed, merged, answered | `resolve`, `action` `closed`, `merged` or `answered` |
//! | | reopened | `reopen` |
//! | | assigned | `assign`, `target` whom to |
//! | | `PushEvent`, `GollumEvent` (a wiki) | `edit` |
//! | | `WatchEvent` (a star), `ForkEvent` | `reaction`, `share`, of no thread |
//! | | other events and actions | refused, counted by name |
//!
//! The thread, and the id of what opens it, is `owner/repository#number`, the channel `owner/repository`. The member is the login,
//! as no archive of a repository has the numbers of accounts. `staff` is who is owner, member or collaborator of the repository, as
//! of the export; `bot` whose login ends in `[bot]` or is that of a well-known app, as GraphQL tells logins of apps without the mark.
mod archive;
mod timeline;

use std::collections::HashSet;

use crate::Source;
use crate::chat::Chat;
use crate::error::Result;
use crate::format::Format;
use crate::job::{Job, refuse_table_options};
use crate::made::Made;

pub(crate) use archive::is_archive;
pub(crate) use timeline::is_timeline;

pub(crate) const PLATFORM: &str = "github";

/// Apps whose logins stand without `[bot]` in some exports.
const APPS: [&str; 12] = [
    "codecov",
    "codecov-io",
    "coveralls",
    "dependabot",
    "dependabot-preview",
    "github-actions",
    "github-pages",
    "greenkeeper",
    "mergify",
    "pre-commit-ci",
    "renovate",
    "stale",
];

/// What is read so far.
struct Hub {
    chat: Chat,
    made: Made,
    seen: HashSet<String>,
}

impl Hub {
    /// Takes note of who did something: what they are to the repository, where the export tells.
    fn meet(&mut self, login: &str, association: Option<&str>) {
        let person = self.chat.people.meet(login);
        person.username.get_or_insert_with(|| login.to_owned());
        if login.ends_with("[bot]") || APPS.contains(&login) {
            person.role = Some("bot");
        } else if matches!(association, Some("OWNER" | "MEMBER" | "COLLABORATOR")) {
            person.role = Some("staff");
        }
    }

    /// False where the id was met before.
    fn is_new(&mut self, id: &str) -> bool {
        self.seen.insert(id.to_owned())
    }
}

/// The thread of an issue or a pull request.
fn thread_of(repo: &str, number: i64) -> String {
    format!("{repo}#{number}")
}

/// Reads archives and hours, in any mixture.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::GitHub)?;
    let path = job.path();
    let mut hub = Hub { chat: Chat::new(), made: Made::default(), seen: HashSet::new() };
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        let head = String::from_utf8_lossy(&head);
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        if is_archive(&head) {
            archive::read(source, &label, &mut hub, account)?;
        } else if is_timeline(&head) {
            timeline::read(source, &label, &mut hub, account)?;
        } else {
            account.intake.note("file skipped: it is no export of GitHub");
            continue;
        }
        job.account.file_done();
    }
    let mut of_members = vec![hub.chat.people.usernames()];
    of_members.extend(hub.chat.people.account_ids());
    hub.chat.finish(&path, PLATFORM, &["action", "title", "tags", "target"], of_members, job.account)
}
