//! Which message answers which, one after the other.
use super::features::{Alone, Asked, BUSY, Candidate, OpeningCells, PairCells, calls_somebody, opening, pair};
use super::memory::Memory;
use super::message::Message;
use super::weights::{WITH_TEXT, WITHOUT_TEXT};
use crate::view::NONE;

/// The messages of one log, in order, and what the source says of them.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) messages: Vec<Message>,
    pub(super) known: Vec<Known>,
    pub(super) authors: usize,
}

/// What the source says of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing.
    #[default]
    Nothing,
    /// It is what it is: an answer to a message of this log that came before, or to none such; in the conversation that another began.
    /// Nothing is linked to what is `astray`.
    Given { parent: Option<usize>, conversation: Option<usize>, astray: bool },
}

/// How far candidates are looked for, how they are weighed, and when one is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits<'a> {
    pub(super) weights: Weights<'a>,
    pub(super) look_back: usize,
    pub(super) longest_gap: i64,
    pub(super) min_confidence: f64,
}

/// The weight of each cell: of messages with text, and of those without.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights<'a> {
    pub(super) with_text: &'a [i16],
    pub(super) without_text: &'a [i16],
}

impl Weights<'_> {
    /// Those that were learnt.
    pub(super) const LEARNT: Self = Self { with_text: &WITH_TEXT, without_text: &WITHOUT_TEXT };
}

/// What was found of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    /// The message that it answers, none where it opens a conversation.
    pub(super) parent: Option<usize>,
    pub(super) confidence: f64,
}

/// The candidates of a message, nearest first, each with its cells; and the cells of opening.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) candidates: Vec<(usize, PairCells)>,
    pub(super) opening: OpeningCells,
}

/// The links of a log; those that are given have no choice, and `seen` is shown the choices of the others.
pub(super) fn links(log: &Log, limits: Limits<'_>, mut seen: impl FnMut(usize, &Choice)) -> Vec<Option<Link>> {
    let mut memory = Memory::new(log.messages.len(), log.authors);
    let mut scratch = Scratch { later: vec![0; log.authors], spoken: vec![] };
    let mut found = Vec::with_capacity(log.messages.len());
    for (at, known) in log.known.iter().enumerate() {
        let link = match *known {
            Known::Given { parent, conversation, .. } => {
                memory.learn(&log.messages, parent, conversation);
                None
            }
            Known::Nothing => {
                let choice = choice(log, at, &memory, limits, &mut scratch);
                seen(at, &choice);
                let silent = log.messages[at].says.nothing;
                let weights = if silent { limits.weights.without_text } else { limits.weights.with_text };
                let link = decide(&choice, weights, limits.min_confidence);
                memory.learn(&log.messages, link.parent, None);
                Some(link)
            }
        };
        found.push(link);
    }
    found
}

/// The best candidate, or opening; of equals the nearest. Confidence is the share of its exponential in the sum of all.
fn decide(choice: &Choice, weights: &[i16], min_confidence: f64) -> Link {
    let score = |cells: &[u16]| cells.iter().map(|cell| i32::from(weights[*cell as usize])).sum::<i32>();
    let opens = score(&choice.opening);
    let scores: Vec<i32> = choice.candidates.iter().map(|(_, cells)| score(cells)).collect();
    let best = scores.iter().copied().enumerate().rev().max_by_key(|(_, score)| *score);
    let most = best.map_or(opens, |(_, score)| score.max(opens));
    // Weights are hundredths.
    let share = |score: i32| (f64::from(score - most) / 100.0).exp();
    let total: f64 = share(opens) + scores.iter().map(|score| share(*score)).sum::<f64>();
    match best {
        Some((i, score)) if score >= opens && share(score) / total >= min_confidence => {
            Link { parent: Some(choice.candidates[i].0), confidence: share(score) / total }
        }
        _ => Link { parent: None, confidence: share(opens) / total },
    }
}

/// What is counted on the way back from a message.
struct Scratch {
    /// Messages of each author since.
    later: Vec<u32>,
    /// The authors that have any.
    spoken: Vec<u32>,
}

fn choice(log: &Log, at: usize, memory: &Memory, limits: Limits<'_>, scratch: &mut Scratch) -> Choice {
    let messages = &log.messages;
    let message = &messages[at];
    let me = message.author;
    let last = memory.last(me);
    let asked = Asked {
        says: &message.says,
        last: last.map(|last| message.time - messages[last].time),
        calls: calls_somebody(&message.says),
    };
    let partner = last.and_then(|last| partner(messages, last, memory));
    let weighed: Vec<(u64, u32)> =
        message.says.terms.iter().map(|term| (*term, memory.weight(*term, at))).filter(|(_, w)| *w > 0).collect();
    let (mut candidates, mut calls_near, mut busy, mut most_common) = (vec![], false, 0, 0);
    for back in (at.saturating_sub(limits.look_back)..at).rev() {
        let other = &messages[back];
        let time = message.time - other.time;
        if time > limits.longest_gap {
            break;
        }
        let known = other.author != NONE;
        let own = known && other.author == me;
        let called_by_me =
            message.says.calls.iter().find(|call| known && call.who == other.author).map(|call| call.form);
        let both_call = |who: u32| message.says.calls.iter().any(|call| call.who == who);
        let later = scratch.later.get(other.author as usize).copied().unwrap_or(0);
        let own_between = scratch.later.get(me as usize).copied().unwrap_or(0);
        let others = scratch.spoken.len() as u32 - u32::from(own_between > 0) - u32::from(later > 0 && !own);
        let mine = memory.spoke(me, other.author).filter(|_| known && me != NONE);
        let theirs = memory.spoke(other.author, me).filter(|_| known && me != NONE);
        let common = common(&weighed, &other.says.terms);
        let candidate = Candidate {
            says: &other.says,
            distance: (at - back) as u32,
            time,
            own,
            called_by_me,
            calls_me: me != NONE && other.says.calls.iter().any(|call| call.who == me),
            same_call: other.says.calls.iter().any(|call| both_call(call.who)),
            later,
            own_between,
            authors_between: others,
            place: memory.place(messages, back, me),
            latest: memory.is_latest(back),
            mine: last.is_some_and(|last| memory.same_conversation(last, back)),
            took_part: me != NONE && memory.took_part(back, me),
            answers: memory.answers[back],
            answered_by_me: me != NONE && memory.answered_by(back, me),
            partner: last.map(|_| known && partner == Some(other.author)),
            spoke: mine.max(theirs).map(|when| (mine > theirs, back as u32 > when)),
            common,
        };
        if !matches!(log.known[back], Known::Given { astray: true, .. }) {
            candidates.push((back, pair(&asked, &candidate)));
        }
        calls_near |= called_by_me.is_some();
        busy += u32::from(time < BUSY);
        most_common = most_common.max(common);
        if known {
            let count = &mut scratch.later[other.author as usize];
            if *count == 0 {
                scratch.spoken.push(other.author);
            }
            *count += 1;
        }
    }
    for author in scratch.spoken.drain(..) {
        scratch.later[author as usize] = 0;
    }
    let alone = Alone {
        calls_near,
        gap: at.checked_sub(1).map_or(i64::MAX, |before| message.time - messages[before].time),
        called: memory.called.get(me as usize).copied().unwrap_or(0),
        busy,
        common: most_common,
        last_was: last.map(|last| (memory.parent[last] == NONE, memory.answers[last] > 0)),
    };
    Choice { candidates, opening: opening(&asked, &alone) }
}

/// Whom a message spoke to: whom it called first, or else whom it answered; through own messages that it went on from.
fn partner(messages: &[Message], message: usize, memory: &Memory) -> Option<u32> {
    const STEPS: usize = 8;
    let me = messages[message].author;
    let mut at = message;
    for _ in 0..STEPS {
        let called = messages[at].says.calls.iter().filter(|call| call.who != me).min_by_key(|call| call.form);
        if let Some(call) = called.filter(|_| calls_somebody(&messages[at].says)) {
            return Some(call.who);
        }
        let parent = memory.parent[at];
        if parent == NONE {
            return None;
        }
        at = parent as usize;
        let author = messages[at].author;
        if author != me {
            return Some(author).filter(|author| *author != NONE);
        }
    }
    None
}

/// The weight of the terms in common. Both lists are in order.
fn common(weighed: &[(u64, u32)], terms: &[u64]) -> u32 {
    let (mut sum, mut rest) = (0, terms);
    for (term, weight) in weighed {
        let smaller = rest.iter().take_while(|other| *other < term).count();
        rest = &rest[smaller..];
        match rest.first() {
            None => break,
            Some(other) if other == term => sum += weight,
            Some(_) => {}
        }
    }
    sum
}
