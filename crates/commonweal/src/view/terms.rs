//! Which threads ask about which terms: an inverted index, built once.
use std::ops::Range;

use commonweal_text::terms;
use polars::prelude::*;
use rayon::prelude::*;

use super::NONE;
use crate::error::Result;
use crate::hash::stable_hash;
use crate::schema::Kind;

/// The columns that say what a post is about.
pub(crate) const TEXT_COLUMNS: [&str; 3] = ["text", "title", "tags"];

/// The terms of the posts of each thread, by thread.
#[derive(Debug)]
pub(crate) struct Terms {
    /// The hash of each term, in order, and where its postings start.
    hashes: Vec<u64>,
    starts: Vec<u32>,
    /// Threads, in order within a term, and how often their posts have it.
    postings: Vec<(u32, u32)>,
    /// The number of terms of each thread's posts, each as often as it is there.
    lengths: Vec<u32>,
}

impl Terms {
    /// Reads title, tags and text of the posts.
    pub(crate) fn build(events: &DataFrame, kind: &[Kind], thread: &[u32], threads: usize) -> Result<Self> {
        let columns: Vec<StringChunked> = TEXT_COLUMNS
            .iter()
            .filter_map(|name| events.column(name).ok()?.str().ok().map(|column| column.rechunk().into_owned()))
            .collect();
        let mut posts: Vec<(u32, u32)> = (0..kind.len())
            .filter(|row| kind[*row] == Kind::Post && thread[*row] != NONE)
            .map(|row| (thread[row], row as u32))
            .collect();
        posts.par_sort_unstable();
        let asked: Vec<&[(u32, u32)]> = posts.chunk_by(|a, b| a.0 == b.0).collect();
        // Term, thread, how often.
        let mut found: Vec<(u64, u32, u32)> = asked
            .par_iter()
            .with_min_len(256)
            .flat_map_iter(|rows| {
                let mut hashes: Vec<u64> = vec![];
                for (_, row) in *rows {
                    for text in columns.iter().filter_map(|column| column.get(*row as usize)) {
                        terms::each(text, |term| hashes.push(stable_hash(term.as_bytes())));
                    }
                }
                hashes.sort_unstable();
                let thread = rows[0].0;
                let counted: Vec<_> =
                    hashes.chunk_by(|a, b| a == b).map(|same| (same[0], thread, same.len() as u32)).collect();
                counted
            })
            .collect();
        found.par_sort_unstable();
        let mut lengths = vec![0u32; threads];
        let (mut hashes, mut starts, mut postings) = (vec![], vec![], Vec::with_capacity(found.len()));
        for (hash, thread, times) in found {
            if hashes.last() != Some(&hash) {
                hashes.push(hash);
                starts.push(postings.len() as u32);
            }
            postings.push((thread, times));
            lengths[thread as usize] = lengths[thread as usize].saturating_add(times);
        }
        starts.push(postings.len() as u32);
        Ok(Self { hashes, starts, postings, lengths })
    }

    /// The threads of this range whose posts have a term, in order, and how often.
    pub(crate) fn of(&self, term: u64, threads: &Range<usize>) -> &[(u32, u32)] {
        let Ok(at) = self.hashes.binary_search(&term) else { return &[] };
        let all = &self.postings[self.starts[at] as usize..self.starts[at + 1] as usize];
        let before = |end: usize| all.partition_point(|(thread, _)| (*thread as usize) < end);
        &all[before(threads.start)..before(threads.end)]
    }

    /// The number of terms in the posts of a thread.
    pub(crate) fn length(&self, thread: usize) -> u32 {
        self.lengths[thread]
    }
}
