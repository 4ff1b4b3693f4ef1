//! What has happened in a log so far.
use hashbrown::{HashMap, HashSet};

use super::features::{Place, calls_somebody};
use super::message::Message;
use crate::view::NONE;

/// The links, conversations and speakers of the messages read so far.
#[derive(Debug)]
pub(super) struct Memory {
    /// The message that each answers; `NONE` where it opens.
    pub(super) parent: Vec<u32>,
    /// The first message of each one's conversation.
    root: Vec<u32>,
    /// How many answers each has.
    pub(super) answers: Vec<u32>,
    answered_by: HashSet<(u32, u32)>,
    /// The last message of a conversation, by its root.
    latest: Vec<u32>,
    took_part: HashSet<(u32, u32)>,
    /// The last message of each author.
    pub(super) last_of: Vec<u32>,
    /// How often each author has been called since their last message.
    pub(super) called: Vec<u32>,
    /// When the first spoke last to the second.
    spoke: HashMap<(u32, u32), u32>,
    /// In how many messages each term was.
    terms: HashMap<u64, u32>,
}

/// A term is not made rarer than this.
const RAREST: u32 = 10;

impl Memory {
    pub(super) fn new(messages: usize, authors: usize) -> Self {
        Self {
            parent: Vec::with_capacity(messages),
            root: Vec::with_capacity(messages),
            answers: vec![0; messages],
            answered_by: HashSet::new(),
            latest: (0..messages as u32).collect(),
            took_part: HashSet::new(),
            last_of: vec![NONE; authors],
            called: vec![0; authors],
            spoke: HashMap::new(),
            terms: HashMap::new(),
        }
    }

    /// The author's last message, none where they are unknown or have not spoken.
    pub(super) fn last(&self, author: u32) -> Option<usize> {
        let last = *self.last_of.get(author as usize)?;
        (last != NONE).then_some(last as usize)
    }

    pub(super) fn is_latest(&self, message: usize) -> bool {
        self.latest[self.root[message] as usize] == message as u32
    }

    pub(super) fn same_conversation(&self, a: usize, b: usize) -> bool {
        self.root[a] == self.root[b]
    }

    pub(super) fn took_part(&self, message: usize, author: u32) -> bool {
        self.took_part.contains(&(self.root[message], author))
    }

    pub(super) fn answered_by(&self, message: usize, author: u32) -> bool {
        self.answered_by.contains(&(message as u32, author))
    }

    /// What a message is in its conversation, as seen by an author.
    pub(super) fn place(&self, messages: &[Message], message: usize, me: u32) -> Place {
        let parent = self.parent[message];
        if parent == NONE {
            return Place::Opens;
        }
        match messages[parent as usize].author {
            NONE => Place::AnswersThird,
            author if author == messages[message].author => Place::GoesOn,
            author if author == me => Place::AnswersMe,
            _ => Place::AnswersThird,
        }
    }

    /// When the first spoke last to the second.
    pub(super) fn spoke(&self, who: u32, to: u32) -> Option<u32> {
        self.spoke.get(&(who, to)).copied()
    }

    /// The weight of a term: how often the number of messages so far can be halved until no more are left than have it.
    pub(super) fn weight(&self, term: u64, messages: usize) -> u32 {
        let seen = self.terms.get(&term).copied().unwrap_or(0);
        (messages as u32).checked_div(seen).and_then(u32::checked_ilog2).unwrap_or(0).min(RAREST)
    }

    /// Takes the next message in: what it answers, and which conversation that is where the source says so.
    pub(super) fn learn(&mut self, messages: &[Message], parent: Option<usize>, conversation: Option<usize>) {
        let at = self.parent.len();
        let message = &messages[at];
        let me = message.author;
        let root = match (conversation, parent) {
            (Some(root), _) => root as u32,
            (None, Some(parent)) => self.root[parent],
            (None, None) => at as u32,
        };
        self.parent.push(parent.map_or(NONE, |parent| parent as u32));
        self.root.push(root);
        self.latest[root as usize] = at as u32;
        if let Some(parent) = parent {
            self.answers[parent] += 1;
            self.answered_by.insert((parent as u32, me));
        }
        for term in &message.says.terms {
            *self.terms.entry(*term).or_default() += 1;
        }
        if me == NONE {
            return;
        }
        self.took_part.insert((root, me));
        let answered = parent.map(|parent| messages[parent].author).filter(|author| *author != NONE && *author != me);
        let called = message.says.calls.iter().filter(|_| calls_somebody(&message.says)).map(|call| call.who);
        for other in answered.into_iter().chain(called) {
            self.spoke.insert((me, other), at as u32);
        }
        self.called[me as usize] = 0;
        for call in &message.says.calls {
            self.called[call.who as usize] += 1;
        }
        self.last_of[me as usize] = at as u32;
    }
}
