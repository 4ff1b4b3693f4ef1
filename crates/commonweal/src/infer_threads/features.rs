//! What speaks for a candidate, and for opening a conversation: a cell of each table of weights.
use super::calls::Form;
use super::message::Says;
use super::template::{OPENING, OPENING_STARTS, PAIR, PAIR_STARTS, cells};

pub(super) type PairCells = [u16; PAIR.len()];
pub(super) type OpeningCells = [u16; OPENING.len()];

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// The first bucket whose limit the value is below.
fn bucket<T: PartialOrd + Copy, const N: usize>(value: T, limits: [T; N]) -> usize {
    limits.iter().position(|limit| value < *limit).unwrap_or(N)
}

fn gap(time: i64) -> usize {
    let [s, m, h] = [SECOND, MINUTE, 60 * MINUTE];
    bucket(time, [15 * s, m, 2 * m, 3 * m, 5 * m, 10 * m, 20 * m, h, 4 * h])
}

fn few_gaps(time: i64) -> usize {
    bucket(time, [MINUTE, 5 * MINUTE, 30 * MINUTE])
}

fn distance(messages: u32) -> usize {
    bucket(messages, [2, 3, 4, 5, 7, 10, 15, 25, 50])
}

fn length(says: &Says) -> usize {
    bucket(says.length, [2, 4, 9])
}

fn rare(weight: u32) -> usize {
    bucket(weight, [1, 4, 7, 11, 16])
}

/// How long ago the own last message was.
fn last(ago: Option<i64>) -> usize {
    ago.map_or(0, |ago| 4 - few_gaps(ago))
}

/// The message that may answer, and what is known before it.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) says: &'a Says,
    /// How long ago the author's last message was.
    pub(super) last: Option<i64>,
    /// It calls somebody, in another form than inside.
    pub(super) calls: bool,
}

/// What the place of a message in its conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Opens,
    /// Answers a message of its own author.
    GoesOn,
    /// Answers the author of the message in question.
    AnswersMe,
    AnswersThird,
}

/// A message that may be answered, as seen from the one that may answer it.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) says: &'a Says,
    /// How many messages back.
    pub(super) distance: u32,
    pub(super) time: i64,
    pub(super) own: bool,
    /// How the message calls the candidate's author.
    pub(super) called_by_me: Option<Form>,
    /// The candidate calls the message's author.
    pub(super) calls_me: bool,
    /// Of own messages: both call the same.
    pub(super) same_call: bool,
    /// Messages of the candidate's author since.
    pub(super) later: u32,
    /// Messages of the message's author since.
    pub(super) own_between: u32,
    /// Other authors since.
    pub(super) authors_between: u32,
    pub(super) place: Place,
    /// The last of its conversation so far.
    pub(super) latest: bool,
    /// The conversation is that of the author's last message.
    pub(super) mine: bool,
    /// The author has spoken in the conversation.
    pub(super) took_part: bool,
    pub(super) answers: u32,
    pub(super) answered_by_me: bool,
    /// The candidate's author is whom the author's last message spoke to; none without a last message.
    pub(super) partner: Option<bool>,
    /// Who of the two spoke last to the other, and whether the candidate is later: the message's author?
    pub(super) spoke: Option<(bool, bool)>,
    /// The weight of the rare words in common.
    pub(super) common: u32,
}

/// Whether a message calls somebody to speak to, and not only about.
pub(super) fn calls_somebody(says: &Says) -> bool {
    says.calls.iter().any(|call| call.form != Form::Inside)
}

fn tie(asked: &Asked<'_>, c: &Candidate<'_>) -> usize {
    if c.own {
        return usize::from(asked.calls && !c.same_call);
    }
    match c.called_by_me {
        Some(form) if form != Form::Inside || !asked.calls => 2,
        _ if asked.calls => 6,
        _ if c.calls_me => 3,
        _ if calls_somebody(c.says) => 5,
        _ => 4,
    }
}

/// The cells of a candidate.
pub(super) fn pair(asked: &Asked<'_>, c: &Candidate<'_>) -> PairCells {
    let tie = tie(asked, c);
    let later = (c.later as usize).min(3);
    let few = few_gaps(c.time);
    // The logs that the weights are learnt from have no "@": it weighs what a name at the beginning does.
    let form = match c.called_by_me {
        Some(Form::Opening | Form::At) => 0,
        Some(Form::Edge) => 1,
        Some(Form::Inside) => 2,
        None => 3,
    };
    let form = form + if c.calls_me { 4 } else { 0 };
    let newcomer = asked.last.is_none();
    let unanswered = c.place == Place::Opens && c.answers == 0;
    let conversation = match (c.mine, c.took_part, newcomer) {
        (true, _, _) => usize::from(!c.latest),
        (_, true, _) => 2 + usize::from(!c.latest),
        (_, _, true) if unanswered && !c.own => 7,
        (_, _, true) => 8 + usize::from(!c.latest),
        _ if unanswered => 4,
        _ => 5 + usize::from(!c.latest),
    };
    let partner = match c.partner {
        Some(partner) => 2 * usize::from(!partner) + usize::from(c.own_between > 0),
        None => 4,
    };
    let answers = if c.answered_by_me { 3 } else { (c.answers as usize).min(2) };
    let asks = usize::from(asked.says.asks) + 2 * usize::from(c.says.asks);
    let place = match c.place {
        Place::Opens => 0,
        Place::GoesOn => 2,
        Place::AnswersMe | Place::AnswersThird => 4,
    };
    let opens = usize::from(c.place != Place::Opens);
    let command = usize::from(asked.says.command) + 2 * usize::from(c.says.command);
    let spoke = c.spoke.map_or(0, |(mine, since)| 1 + 2 * usize::from(!mine) + usize::from(since));
    let own_calls = match (c.own, asked.calls, calls_somebody(c.says)) {
        (false, _, _) => 0,
        (_, false, false) => 1,
        (_, true, false) => 2,
        (_, false, true) => 3,
        _ => 5 - usize::from(c.same_call),
    };
    let whom = match c.place {
        Place::Opens => 0,
        Place::AnswersMe if !c.own => 2,
        Place::AnswersMe | Place::GoesOn => 4,
        Place::AnswersThird => 6,
    };
    let at = [
        (form, later),
        (distance(c.distance), tie),
        (gap(c.time), tie),
        (distance(c.distance), few),
        (later + 4 * (c.own_between as usize).min(2), tie),
        (later + 4 * few, tie),
        (conversation, tie),
        (partner, tie),
        (answers, tie),
        (asks, tie),
        (asked.says.manner as usize, tie),
        (c.says.manner as usize, tie),
        (rare(c.common), tie),
        (length(asked.says), tie),
        (length(c.says), tie),
        (place + usize::from(c.says.asks), tie),
        (command, bucket(c.distance, [2, 4])),
        (spoke, tie),
        (bucket(c.authors_between, [1, 2, 3, 5]), tie),
        (2 * last(asked.last) + opens, tie),
        (own_calls, few),
        (whom + usize::from(c.later > 0), tie),
    ];
    cells(PAIR, &PAIR_STARTS, at)
}

/// What is known of a message before any candidate is looked at.
#[derive(Debug)]
pub(super) struct Alone {
    /// It calls somebody among the candidates' authors.
    pub(super) calls_near: bool,
    /// Time since the message before it.
    pub(super) gap: i64,
    /// How often the author has been called since their last message.
    pub(super) called: u32,
    /// Candidates of the last five minutes.
    pub(super) busy: u32,
    /// The most rare words in common with a candidate.
    pub(super) common: u32,
    /// Whether the author's last message opened, and was answered.
    pub(super) last_was: Option<(bool, bool)>,
}

/// How recent candidates are that make a log busy.
pub(super) const BUSY: i64 = 5 * MINUTE;

/// The cells of a message that opens a conversation.
pub(super) fn opening(asked: &Asked<'_>, alone: &Alone) -> OpeningCells {
    let says = asked.says;
    let last = last(asked.last);
    let asks = usize::from(says.asks);
    let calls = match (asked.calls, alone.calls_near) {
        (true, near) => 1 + usize::from(!near),
        (false, _) if says.calls.is_empty() => 0,
        (false, _) => 3,
    };
    let last_was = match alone.last_was {
        None => 0,
        Some((opened, answered)) => 1 + 2 * usize::from(!opened) + usize::from(answered),
    };
    let at = [
        (last, calls),
        (last, asks),
        (says.manner as usize, last),
        (length(says), last),
        (gap(alone.gap), 0),
        (bucket(alone.called, [1, 2]), usize::from(asked.calls)),
        (bucket(alone.busy, [1, 3, 6, 11, 21, 41]), 0),
        (rare(alone.common), asks),
        (usize::from(says.command), 0),
        (last_was, asks),
    ];
    cells(OPENING, &OPENING_STARTS, at)
}
