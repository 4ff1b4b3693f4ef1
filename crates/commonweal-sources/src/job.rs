//! What every reader is handed: the files, the options, the account, the progress.
use std::cell::Cell;
use std::collections::HashSet;
use std::path::PathBuf;
use std::rc::Rc;

use commonweal::Intake;

use crate::error::{Error, Result};
use crate::input::{Replaced, Tree};
use crate::options::ReadOptions;

/// How far the reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Files read to the end.
    pub files_done: usize,
    /// Files of the export.
    pub files: usize,
    /// Bytes read of the files as they are on disk, packed or not.
    pub bytes_done: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Events made so far.
    pub events: u64,
}

/// Rows between two calls of the progress function.
const STRIDE: u64 = 4096;

pub(crate) struct Job<'a> {
    pub tree: Tree,
    /// The files of the export's format.
    pub files: Vec<usize>,
    pub options: &'a ReadOptions,
    pub account: Account<'a>,
}

/// The intake and the progress, in one hand, as rows tick both.
#[derive(Default)]
pub(crate) struct Account<'a> {
    pub intake: Intake,
    callback: Option<&'a mut dyn FnMut(Progress)>,
    progress: Progress,
    bytes_read: Rc<Cell<u64>>,
    ticks: u64,
    /// Reasons that hold a value of the source, so that hostile input can't make them many.
    reasons: HashSet<String>,
}

impl<'a> Job<'a> {
    pub fn new(
        tree: Tree,
        files: Vec<usize>,
        options: &'a ReadOptions,
        callback: Option<&'a mut dyn FnMut(Progress)>,
    ) -> Self {
        let bytes_read = tree.bytes_read();
        bytes_read.set(0);
        let bytes = tree.bytes(&files);
        let progress = Progress { files: files.len(), bytes, ..Progress::default() };
        let account =
            Account { intake: Intake::default(), callback, progress, bytes_read, ticks: 0, reasons: HashSet::new() };
        Self { tree, files, options, account }
    }

    /// The path to name when the fault lies in the whole.
    pub fn path(&self) -> PathBuf {
        self.tree.path().to_owned()
    }
}

impl Account<'_> {
    /// One row became an event.
    pub fn keep(&mut self) {
        self.intake.keep(1);
        self.tick();
    }

    /// So many rows became events, at once.
    pub fn keep_all(&mut self, rows: usize) {
        self.intake.keep(rows as u64);
        self.report();
    }

    /// One row became none.
    pub fn refuse(&mut self, reason: &str) {
        self.intake.refuse(reason);
        self.tick();
    }

    /// One row became none, for a reason that quotes the source: after 20 different ones they are counted as `summary`.
    pub fn refuse_quoting(&mut self, reason: String, summary: &str) {
        let reason = self.bounded(reason, summary);
        self.intake.refuse(&reason);
        self.tick();
    }

    /// A remark that quotes the source: after 20 different ones they are counted as `summary`.
    pub fn note_quoting(&mut self, remark: String, summary: &str) {
        let remark = self.bounded(remark, summary);
        self.intake.note(&remark);
    }

    fn bounded(&mut self, text: String, summary: &str) -> String {
        if self.reasons.contains(&text) || (self.reasons.len() < 20 && text.len() < 200) {
            self.reasons.insert(text.clone());
            return text;
        }
        summary.to_owned()
    }

    /// Notes what of a text was no character.
    pub fn note_replaced(&mut self, replaced: &Replaced) {
        for (count, what) in [
            (&replaced.bytes, "bytes that are not UTF-8, replaced by U+FFFD"),
            (&replaced.halves, "halves of surrogate pairs, replaced by U+FFFD"),
            (&replaced.undeclared, "bytes that are not of the encoding that the file declares, replaced by U+FFFD"),
        ] {
            (0..count.replace(0)).for_each(|_| self.intake.note(what));
        }
    }

    /// A file is read to the end.
    pub fn file_done(&mut self) {
        self.progress.files_done += 1;
        self.report();
    }

    fn tick(&mut self) {
        self.ticks += 1;
        if self.ticks.is_multiple_of(STRIDE) {
            self.report();
        }
    }

    fn report(&mut self) {
        if let Some(callback) = &mut self.callback {
            // A file of a members table or one looked at twice may add bytes.
            self.progress.bytes_done = self.bytes_read.get().min(self.progress.bytes);
            self.progress.events = self.intake.kept();
            callback(self.progress);
        }
    }
}

/// Faults when a table's option is given for a format that has no use for it.
pub(crate) fn refuse_table_options(job: &Job<'_>, format: crate::Format) -> Result<()> {
    let options = [
        ("mapping", job.options.mapping.is_some()),
        ("members", job.options.members.is_some()),
        ("columns", job.options.columns.is_some()),
    ];
    match options.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Error::UnusedOption { path: job.path(), option, format }),
        None => Ok(()),
    }
}
