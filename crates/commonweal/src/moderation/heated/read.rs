//! What each thread sounds like, in integers.
use commonweal_text::address::{self, Address};
use commonweal_text::terms;
use commonweal_text::vader::Scorer;
use hashbrown::{HashMap, HashSet};
use polars::prelude::StringChunked;

use super::Heated;
use crate::error::Result;
use crate::hash::stable_hash;
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Part, Table};
use crate::moderation::attack;
use crate::schema::Kind;
use crate::view::{Group, NONE};

/// One, in the fixed point of shares.
pub(super) const UNIT: i128 = 1 << 24;

/// What is summed up for a thread, in the order of the table.
pub(super) const MESSAGES: usize = 0;
pub(super) const AUTHORS: usize = 1;
pub(super) const WORDS: usize = 2;
pub(super) const SECOND_PERSON: usize = 3;
/// Σ r, Σ r², Σ d, Σ d², Σ a, Σ a².
pub(super) const RATE: usize = 4;
pub(super) const DIRECTED: usize = 6;
pub(super) const ATTACK: usize = 8;
pub(super) const ALTERNATING: usize = 10;
/// Messages of those who had spoken, and Σ of the shares of their terms that are no news.
pub(super) const AGAIN: usize = 11;
pub(super) const REPEATED: usize = 12;
pub(super) const FIRST: usize = 13;
pub(super) const LAST: usize = 14;
pub(super) const WIDTH: usize = 15;

/// What a row says of a thread beside its sums, in the order of its labels after those of the group.
pub(super) const OWN: [&str; 5] = ["thread", "channel", "opener", "message", "span"];

/// Letters of an opener that are shown.
const SHOWN: usize = 80;

/// Words that a message is thought to have more, so that "you too" is no talk of others alone.
const CALM_WORDS: i128 = 10;

/// Terms that a message is thought to have more: of 1 to 15, what tells best of arguments that are repeated (docs/kpis/moderation.heated.md).
const FRESH_TERMS: i128 = 10;

pub(super) fn partial(kpi: &Heated, part: &Part<'_>) -> Result<Vec<Table>> {
    let scoped = part.scoped(&kpi.scope)?;
    let community = part.community;
    let dense = community.dense();
    let (time, member) = (dense.time(), &dense.member);
    let column = |name: &str| community.events().column(name).ok().and_then(|column| column.str().ok());
    let (texts, titles, ids, channels) = (column("text"), column("title"), column("id"), column("channel"));
    let of = |column: Option<&StringChunked>, row: usize| column.and_then(|c| c.get(row)).map(str::to_owned);
    let (mut threads, mut members) = (LabelledBuilder::<WIDTH>::new(), TableBuilder::<1>::new());
    let (mut scorer, mut unread) = (Scorer::new(), TableBuilder::<1>::new());
    let attacks = attack::scores(community)?;
    let mut messages: Vec<(usize, &str)> = vec![];
    for (thread, rows) in part.groups() {
        let counted =
            rows.iter().map(|row| *row as usize).filter(|row| dense.kind[*row].is_message() && scoped.counts(*row));
        let counted = counted.count() as i128;
        messages.clear();
        if part.is_none(thread) {
            unread.at(0, 0, 0)[0] += counted;
            continue;
        }
        messages.extend(rows.iter().map(|row| *row as usize).filter_map(|row| {
            let counts = dense.kind[row].is_message() && dense.has_own_time(row) && scoped.counts(row);
            let text = texts?.get(row).filter(|text| counts && !text.trim().is_empty())?;
            Some((row, text))
        }));
        unread.at(0, 0, 0)[0] += counted - messages.len() as i128;
        // Rows of one instant come in an order of their own.
        let key = |(row, text): &(usize, &str)| {
            let own = [
                of(ids, *row),
                member.label(member.rows[*row]).map(str::to_owned),
                of(titles, *row),
                of(channels, *row),
            ];
            (time[*row], dense.kind[*row] as u8, own, (*text).to_owned(), scoped.groups.label(scoped.groups.of(*row)))
        };
        if messages.windows(2).any(|two| time[two[0].0] == time[two[1].0]) {
            messages.sort_by_cached_key(key);
        }
        let Some((first, _)) = messages.first().copied() else { continue };
        let mut sums = [0i128; WIDTH];
        let mut authors: HashMap<u32, HashSet<u64>> = HashMap::new();
        let mut harshest: Option<(u32, usize, String)> = None;
        for (i, (row, text)) in messages.iter().copied().enumerate() {
            let who = member.rows[row];
            let Address { words, second_person, directed, sentence } = address::read(text, &mut scorer);
            let rate = UNIT * i128::from(second_person) / (i128::from(words) + CALM_WORDS);
            let harsh = UNIT * i128::from(directed) / 10_000;
            // What can't be scored attacks nobody.
            let attack = attacks.get(row).map_or(0, |score| UNIT * i128::from(score) / i128::from(attack::ONE));
            let spoke = |ago: usize| i.checked_sub(ago).map(|at| member.rows[messages[at].0]);
            let alternates = who != NONE && spoke(2) == Some(who) && spoke(1) != Some(who);
            sums[MESSAGES] += 1;
            sums[WORDS] += i128::from(words);
            sums[SECOND_PERSON] += i128::from(second_person);
            for (at, value) in [(RATE, rate), (DIRECTED, harsh), (ATTACK, attack)] {
                sums[at] += value;
                sums[at + 1] += value * value;
            }
            sums[ALTERNATING] += i128::from(alternates);
            sums[LAST] = i128::from(time[row]);
            if who != NONE {
                let again = authors.contains_key(&who);
                let known = authors.entry(who).or_default();
                let mut used: Vec<u64> = vec![];
                terms::each(&address::prose(text), |term| used.push(stable_hash(term.as_bytes())));
                used.sort_unstable();
                used.dedup();
                if again {
                    sums[AGAIN] += 1;
                    let old = used.iter().filter(|term| known.contains(*term)).count() as i128;
                    if !brings_something(text) {
                        sums[REPEATED] += UNIT * old / (used.len() as i128 + FRESH_TERMS);
                    }
                }
                known.extend(used);
                members.at(
                    scoped.groups.of(first),
                    0,
                    stable_hash(member.label(who).unwrap_or_default().as_bytes()) as i64,
                )[0] += 1;
            }
            if let Some(sentence) = sentence
                && harshest.as_ref().is_none_or(|(most, ..)| directed > *most)
            {
                harshest = Some((directed, row, sentence));
            }
        }
        sums[AUTHORS] = authors.len() as i128;
        sums[FIRST] = i128::from(time[first]);
        let opening = messages.iter().map(|(row, _)| *row).find(|row| dense.kind[*row] == Kind::Post).unwrap_or(first);
        let opener = of(titles, opening).or_else(|| of(texts, opening)).map(|text| text.chars().take(SHOWN).collect());
        let (message, span) = match harshest {
            Some((_, row, sentence)) => (of(ids, row), Some(sentence)),
            None => (None, None),
        };
        let own = [dense.thread().label(thread as u32).map(str::to_owned), of(channels, first), opener, message, span];
        let label: Group = scoped.groups.label(scoped.groups.of(first)).into_iter().chain(own).collect();
        threads.at(label, 0, 0).iter_mut().zip(sums).for_each(|(sum, value)| *sum += value);
    }
    Ok(vec![threads.finish(), members.finish(|code| scoped.groups.label(code)), unread.finish(|_| Group::new())])
}

/// Whether a message brings a link or code: then it is no mere repetition.
fn brings_something(text: &str) -> bool {
    text.contains("://") || text.contains('`')
}
