//! Who answered which question, and which terms it has: the integers.
use hashbrown::HashMap;
use polars::prelude::StringChunked;

use super::question::{Packed, pack};
use super::{Experts, WORDS};
use crate::community::Community;
use crate::error::Result;
use crate::hash::stable_hash;
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Part, Table};
use crate::schema::{Kind, Role};
use crate::view::{Codes, Group, NONE, TEXT_COLUMNS};

/// Rows of the collection that are no term.
pub(super) const QUESTIONS: i64 = -2;
pub(super) const LENGTH: i64 = -1;

/// The tables of a part.
///
/// 1. answers: by group, unit and member, the time of the last answer to a question, and the question;
/// 2. questions that were answered and are alike: length, whether of the channel, and how often they have each term;
/// 3. the collection: questions, their summed length, and how many have each term;
/// 4. when members left.
pub(super) fn partial(kpi: &Experts, part: &Part<'_>) -> Result<Vec<Table>> {
    let (scoped, community) = (part.scoped(&kpi.scope)?, part.community);
    let groups = community.groups(&kpi.columns()).map_err(|error| error.of_option("unit", kpi.unit.as_slice()))?;
    let (dense, roles) = (community.dense(), community.roles());
    let time = dense.time();
    let question = kpi.question(true);
    let threads = part.keys();
    let bots = kpi.scope.bots;
    let by_bot = |row: usize| !bots && roles.at(dense.member.rows[row], time[row]) == Some(Role::Bot);
    let terms = if question.is_empty() { None } else { Some(community.terms()?) };
    let mut packed = vec![Packed::default(); if terms.is_some() { threads.len() } else { 0 }];
    for (i, hash) in question.hashes().enumerate() {
        for (thread, times) in terms.iter().flat_map(|terms| terms.of(hash, &threads)) {
            pack(&mut packed[*thread as usize - threads.start], i, *times);
        }
    }
    let channel = match &kpi.topic {
        Some(topic) if community.events().get_column_index("channel").is_some() => {
            let channel = community.dimension("channel")?;
            let code = channel.events.labels.iter().position(|label| label == topic);
            code.map(|code| (channel, code as u32))
        }
        _ => None,
    };

    let mut codes: HashMap<(u32, u32), u32> = HashMap::new();
    let mut answers = TableBuilder::<1>::new();
    let mut questions = TableBuilder::<{ 2 + WORDS }>::new();
    let mut collection = TableBuilder::<1>::new();
    let (mut askers, mut last): (Vec<u32>, Vec<(u32, i64, u32)>) = (vec![], vec![]);
    for (thread, rows) in part.groups().filter(|(thread, _)| !part.is_none(*thread)) {
        let rows = || rows.iter().map(|row| *row as usize);
        let said = || rows().filter(|row| dense.kind[*row] == Kind::Post);
        let asking = || said().filter(|row| !by_bot(*row));
        let posts = || asking().filter(|row| dense.has_own_time(*row));
        let Some(asked) = posts().next().map(|row| time[row]) else { continue };
        let (terms_here, length) = match &terms {
            None => (Packed::default(), 0),
            // The index is of all posts, those of bots too.
            Some(_) if said().any(by_bot) => question.read(&texts(community), asking()),
            Some(terms) => (packed.get(thread - threads.start).copied().unwrap_or_default(), terms.length(thread)),
        };
        if length > 0 {
            collection.at(0, 0, QUESTIONS)[0] += 1;
            collection.at(0, 0, LENGTH)[0] += i128::from(length);
            for i in (0..question.len()).filter(|i| super::question::times(&terms_here, *i) > 0) {
                collection.at(0, 0, i as i64)[0] += 1;
            }
        }
        askers.clear();
        askers.extend(posts().map(|row| dense.member.rows[row]));
        askers.sort_unstable();
        last.clear();
        for row in rows().filter(|row| dense.kind[*row] == Kind::Reply && dense.has_own_time(*row)) {
            let (member, at) = (dense.member.rows[row], time[row]);
            let role = roles.at(member, at);
            let person = role.is_some_and(|role| role != Role::Bot) && scoped.counts_as(role);
            if at >= asked && person && dense.member.label(member) != kpi.asker.as_deref() {
                last.push((member, at, groups.of(row)));
            }
        }
        // The last answer of each; of two at once the one whose labels come last.
        last.sort_unstable_by(|a, b| {
            let labels = || groups.label(a.2).cmp(&groups.label(b.2));
            (a.0, a.1).cmp(&(b.0, b.1)).then_with(labels)
        });
        let id = stable_hash(dense.thread().labels[thread].as_bytes()) as i64;
        let mut answered = false;
        for own in last.chunk_by(|a, b| a.0 == b.0) {
            let (member, at, group) = own[own.len() - 1];
            if askers.binary_search(&member).is_err() {
                answered = true;
                let next = codes.len() as u32;
                answers.at(*codes.entry((group, member)).or_insert(next), at, id)[0] += 1;
            }
        }
        let here = channel.as_ref().is_some_and(|(all, code)| posts().any(|row| all.events.code(row) == *code));
        if answered && (here || terms_here != Packed::default()) {
            let row = questions.at(0, 0, id);
            row[0] += i128::from(length);
            row[1] += i128::from(here);
            row[2..].iter_mut().zip(terms_here).for_each(|(sum, word)| *sum += word);
        }
    }

    let mut left = LabelledBuilder::<1>::least();
    if let Some(membership) = community.membership()?.as_ref() {
        for (_, member) in codes.keys() {
            let name = &dense.member.labels[*member as usize];
            if let Some((_, gone)) = membership.of(name).filter(|(_, gone)| *gone < i64::MAX) {
                let row = left.at(vec![Some(name.to_owned())], 0, 0);
                row[0] = row[0].min(i128::from(gone));
            }
        }
    }
    let mut labels = vec![(NONE, NONE); codes.len()];
    codes.into_iter().for_each(|(pair, code)| labels[code as usize] = pair);
    let name = |codes: &Codes, code: u32| codes.label(code).map(str::to_owned);
    let answers = answers.finish(|code| -> Group {
        let (group, member) = labels[code as usize];
        groups.label(group).into_iter().chain([name(&dense.member, member)]).collect()
    });
    let nobody = |_| Group::new();
    Ok(vec![answers, questions.finish(nobody), collection.finish(nobody), left.finish()])
}

/// The columns that say what a post is about.
fn texts(community: &Community) -> Vec<&StringChunked> {
    TEXT_COLUMNS.iter().filter_map(|name| community.events().column(name).ok()?.str().ok()).collect()
}
