//! The way in: [`read`].
use std::path::Path;

use commonweal::{Builder, Community, Intake, Numbers};
use polars::prelude::DataFrame;

use crate::calendar;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::input::Tree;
use crate::job::{Job, Progress};
use crate::options::ReadOptions;
use crate::personal::{facebook, linkedin, twitter};
use crate::recognise::survey;
use crate::{
    discord, discourse, git, github, irc, mattermost, mbox, mediawiki, perceval, reddit, slack, stackexchange, table,
    telegram, wordpress, yammer, zulip,
};

/// What was read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Source {
    /// The platform, as the events' column has it; `table` for a table, whose own column tells.
    pub platform: &'static str,
    /// The events: `time` (UTC, microseconds), `member`, `kind`, `id`, `thread`, `parent`, `channel`, `platform`, `text`,
    /// `time_quality`, then what else the source tells. Names that many rows share may be categories, where a Parquet file holds them so;
    /// the community takes them as they are.
    pub events: DataFrame,
    /// Columns that are left out of `events`, as the numbers that their names differ in: with [`ReadOptions::numbered`].
    pub numbered: Vec<(String, Numbers)>,
    /// The members, where the source tells of them.
    pub members: Option<DataFrame>,
    /// The account: rows read, kept, refused with the reason, and remarks. `intake.kept()` is the height of `events`.
    pub intake: Intake,
}

impl Source {
    /// What a reader has read, all columns in the table.
    pub(crate) fn new(platform: &'static str, events: DataFrame, members: Option<DataFrame>, intake: Intake) -> Self {
        Self { platform, events, numbered: vec![], members, intake }
    }

    /// Starts a community of what was read.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("events.csv");
    /// # std::fs::write(&path, "ts,user,kind\n2024-05-01T09:00:00Z,ann,post\n")?;
    /// let options = commonweal_sources::ReadOptions { numbered: true, ..Default::default() };
    /// let community = commonweal_sources::read(&path, &options)?.into_builder().build()?;
    /// assert_eq!(community.n_events(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn into_builder(self) -> Builder {
        let mut builder = Community::builder(self.events).intake(self.intake);
        for (column, numbers) in self.numbered {
            builder = builder.numbered(column, numbers);
        }
        match self.members {
            Some(members) => builder.members(members),
            None => builder,
        }
    }
}

/// Reads an export: a file, a folder, the files that a pattern such as `logs/*.txt` names, or an archive (zip, tar). Files packed as
/// gzip, xz or zstd are undone.
///
/// # Errors
/// Whatever [`crate::recognise`] tells, content that breaks off or breaks the rules of its format, and options that do not fit.
/// Single rows that cannot be used are no errors: they are counted in [`Source::intake`].
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("events.csv");
/// std::fs::write(&path, "ts,user,kind\n2024-05-01T09:00:00Z,ann,post\n2024-05-01T09:05:00Z,bob,wave\n")?;
/// let source = commonweal_sources::read(&path, &Default::default())?;
/// assert_eq!(source.events.height(), 1);
/// assert_eq!(source.intake.refused()["kind \"wave\" is none of the contract's"], 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Source> {
    run(path.as_ref(), options, None)
}

/// Reads an export as [`read`] does, and tells how far it is: after each file and every few thousand rows.
///
/// # Errors
/// As [`read`].
pub fn read_with_progress(
    path: impl AsRef<Path>,
    options: &ReadOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Source> {
    run(path.as_ref(), options, Some(progress))
}

fn run<'a>(path: &Path, options: &'a ReadOptions, progress: Option<&'a mut dyn FnMut(Progress)>) -> Result<Source> {
    let mut tree = Tree::open(path)?;
    let (format, files) = survey(&mut tree, options.format)?;
    let job = Job::new(tree, files, options, progress);
    let source = match format {
        Format::StackExchange => stackexchange::read(job),
        Format::Discourse => discourse::read(job),
        Format::Zulip => zulip::read(job),
        Format::Slack => slack::read(job),
        Format::Discord => discord::read(job),
        Format::Mattermost => mattermost::read(job),
        Format::Telegram => telegram::read(job),
        Format::Irc => irc::read(job),
        Format::WordPress => wordpress::read(job),
        Format::GitHub => github::read(job),
        Format::MediaWiki => mediawiki::read(job),
        Format::Reddit => reddit::read(job),
        Format::Perceval => perceval::read(job),
        Format::Git => git::read(job),
        Format::Twitter => twitter::read(job),
        Format::Facebook => facebook::read(job),
        Format::LinkedIn => linkedin::read(job),
        Format::Yammer => yammer::read(job),
        Format::Mbox => mbox::read(job),
        Format::Parquet | Format::Csv | Format::Ndjson => table::read(job, format),
    }?;
    debug_assert_eq!(source.intake.kept(), source.events.height() as u64);
    let source = calendar::hold(source).map_err(|error| Error::frame(path, &error))?;
    match &options.privacy {
        Some(privacy) => privacy.apply(source, path),
        None => Ok(source),
    }
}
