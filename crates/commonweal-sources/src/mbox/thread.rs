//! Which message answers which.
use std::collections::HashMap;

/// How long after its last message a conversation can be joined by its subject alone.
const SUBJECT_JOINS: i64 = 30 * 86_400_000_000;

/// Strings kept once, known by number.
#[derive(Default)]
pub(super) struct Names {
    names: Vec<Box<str>>,
    codes: HashMap<Box<str>, u32>,
}

impl Names {
    pub fn code(&mut self, name: &str) -> u32 {
        if let Some(code) = self.codes.get(name) {
            return *code;
        }
        let code = self.len();
        self.names.push(name.into());
        self.codes.insert(name.into(), code);
        code
    }

    pub fn name(&self, code: u32) -> &str {
        &self.names[code as usize]
    }

    pub fn len(&self) -> u32 {
        self.names.len() as u32
    }
}

/// A message without its text.
#[derive(Debug)]
pub(super) struct Letter {
    pub id: Option<u32>,
    pub in_reply_to: Vec<u32>,
    /// The ids of `in_reply_to` count only where they are in the archive.
    pub only_if_known: bool,
    pub references: Vec<u32>,
    pub time: i64,
    pub member: Option<u32>,
    pub channel: u32,
    pub subject: u32,
    pub says_reply: bool,
}

/// Where a letter belongs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub is_reply: bool,
    /// The id of the message answered, in the archive or not.
    pub parent: Option<u32>,
    pub thread: String,
    pub note: Option<&'static str>,
}

const BY_SUBJECT: &str = "reply without references: joined to its conversation by the subject";
const OUTSIDE: &str = "reply to a message that is not in the archive";

#[derive(Default)]
pub(super) struct Threads {
    pub letters: Vec<Letter>,
    pub ids: Names,
    pub subjects: Names,
    rows: HashMap<u32, usize>,
}

impl Threads {
    /// True if a message of this id is there already.
    pub fn knows(&self, id: u32) -> bool {
        self.rows.contains_key(&id)
    }

    pub fn push(&mut self, letter: Letter) {
        if let Some(id) = letter.id {
            self.rows.entry(id).or_insert(self.letters.len());
        }
        self.letters.push(letter);
    }

    /// Finds each letter's parent and conversation, once all are there.
    pub fn place(&self) -> Vec<Placed> {
        let parents: Vec<Option<u32>> = (0..self.letters.len()).map(|row| self.parent(row)).collect();
        let mut links: Vec<Option<usize>> =
            (0..self.letters.len()).map(|row| self.nearest(row, parents[row])).collect();
        let by_headers = roots(&mut links);
        let joined = self.join_by_subject(&parents, &links, &by_headers);
        for (link, root) in links.iter_mut().zip(&joined) {
            *link = link.or(*root);
        }
        let roots = roots(&mut links);
        let letters = self.letters.iter().enumerate();
        letters
            .map(|(row, letter)| {
                let parent = parents[row].or_else(|| joined[row].and_then(|root| self.letters[root].id));
                let is_reply = parent.is_some() || joined[row].is_some() || letter.says_reply;
                let is_outside = is_reply && links[row].is_none();
                Placed {
                    is_reply,
                    parent,
                    thread: self.thread_key(roots[row], parents[roots[row]]),
                    note: if joined[row].is_some() { Some(BY_SUBJECT) } else { is_outside.then_some(OUTSIDE) },
                }
            })
            .collect()
    }

    fn row_of(&self, id: u32, not: usize) -> Option<usize> {
        self.rows.get(&id).copied().filter(|row| *row != not)
    }

    /// The message that the headers say is answered: the first that is in the archive, else the first named.
    fn parent(&self, row: usize) -> Option<u32> {
        let letter = &self.letters[row];
        let not_itself = |id: &&u32| Some(**id) != letter.id;
        let known = |id: &&u32| self.row_of(**id, row).is_some();
        let direct = letter.in_reply_to.iter().find(known);
        let direct = direct.or_else(|| letter.in_reply_to.iter().filter(|_| !letter.only_if_known).find(not_itself));
        let back =
            || letter.references.iter().rev().find(known).or_else(|| letter.references.iter().rev().find(not_itself));
        direct.or_else(back).copied()
    }

    /// The parent's row, or that of the nearest ancestor in the archive.
    fn nearest(&self, row: usize, parent: Option<u32>) -> Option<usize> {
        let direct = parent.and_then(|id| self.row_of(id, row));
        direct.or_else(|| self.letters[row].references.iter().rev().find_map(|id| self.row_of(*id, row)))
    }

    /// For replies that name no message, the opening row of the latest conversation of their subject.
    fn join_by_subject(
        &self,
        parents: &[Option<u32>],
        links: &[Option<usize>],
        by_headers: &[usize],
    ) -> Vec<Option<usize>> {
        let mut order: Vec<usize> = (0..self.letters.len()).collect();
        order.sort_by_key(|row| (self.letters[*row].time, *row));
        let mut latest: HashMap<(u32, u32), (usize, i64)> = HashMap::new();
        let mut joined: Vec<Option<usize>> = vec![None; self.letters.len()];
        // The top of a row's conversation, as joined so far. Tops alone are joined, so this ends.
        let top = |joined: &[Option<usize>], row: usize| {
            let mut top = by_headers[row];
            while let Some(up) = joined[top] {
                top = by_headers[up];
            }
            top
        };
        for row in order {
            let letter = &self.letters[row];
            let key = (letter.channel, letter.subject);
            if self.subjects.name(letter.subject).is_empty() {
                continue;
            }
            let is_lost = letter.says_reply && parents[row].is_none() && links[row].is_none();
            if is_lost
                && let Some((found, last)) = latest.get(&key)
                && letter.time - last <= SUBJECT_JOINS
            {
                let root = top(&joined, *found);
                joined[row] = (root != row).then_some(root);
            }
            latest.insert(key, (top(&joined, row), letter.time));
        }
        joined
    }

    fn thread_key(&self, root: usize, parent: Option<u32>) -> String {
        let letter = &self.letters[root];
        let outside = parent.map(|parent| *letter.references.first().unwrap_or(&parent));
        match outside.or(letter.id) {
            Some(id) => self.ids.name(id).to_owned(),
            // No id at all: a key that no message has.
            None => format!("message {root}"),
        }
    }
}

/// The top of every chain. Where messages answer each other in a circle, the circle is cut.
fn roots(links: &mut [Option<usize>]) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    const OPEN: usize = usize::MAX - 1;
    let mut roots = vec![UNSEEN; links.len()];
    let mut path = Vec::new();
    for row in 0..links.len() {
        let mut at = row;
        while roots[at] == UNSEEN {
            roots[at] = OPEN;
            path.push(at);
            match links[at] {
                Some(up) if roots[up] == OPEN => {
                    links[at] = None;
                    roots[at] = at;
                }
                Some(up) => at = up,
                None => roots[at] = at,
            }
        }
        let root = roots[at];
        for passed in path.drain(..) {
            roots[passed] = root;
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    /// Letters as `(id, in reply to, references, day, subject)`.
    fn place(letters: &[(&str, &str, &[&str], i64, &str)]) -> (Vec<Placed>, Threads) {
        let mut threads = Threads::default();
        for (id, answered, references, day, subject) in letters {
            let (key, says_reply) = super::super::subject::normalise(subject);
            let letter = Letter {
                id: (!id.is_empty()).then(|| threads.ids.code(id)),
                in_reply_to: answered.split_whitespace().map(|id| threads.ids.code(id)).collect(),
                only_if_known: false,
                references: references.iter().map(|id| threads.ids.code(id)).collect(),
                time: day * DAY,
                member: None,
                channel: 0,
                subject: threads.subjects.code(&key),
                says_reply,
            };
            threads.push(letter);
        }
        (threads.place(), threads)
    }

    fn shown(letters: &[(&str, &str, &[&str], i64, &str)]) -> Vec<(bool, String, String)> {
        let (placed, threads) = place(letters);
        let parent = |place: &Placed| place.parent.map_or(String::new(), |id| threads.ids.name(id).to_owned());
        placed.iter().map(|place| (place.is_reply, parent(place), place.thread.clone())).collect()
    }

    fn row(is_reply: bool, parent: &str, thread: &str) -> (bool, String, String) {
        (is_reply, parent.to_owned(), thread.to_owned())
    }

    #[test]
    fn headers_thread_whatever_the_order() {
        let found = shown(&[
            ("c", "b", &["a", "b"], 3, "Re: x"),
            ("a", "", &[], 1, "x"),
            ("b", "a", &["a"], 2, "other words"),
            ("d", "", &["a", "c"], 4, "x"),
        ]);
        assert_eq!(found, [row(true, "b", "a"), row(false, "", "a"), row(true, "a", "a"), row(true, "c", "a")]);
    }

    #[test]
    fn a_parent_outside_the_archive_is_kept() {
        let found = shown(&[
            ("b", "gone", &["root", "gone"], 1, "Re: x"),
            ("c", "lost", &["root", "lost"], 2, "Re: x"),
            ("d", "lost", &["b", "lost"], 3, "Re: x"),
            ("e", "alone", &[], 4, "Re: x"),
        ]);
        assert_eq!(
            found,
            [
                row(true, "gone", "root"),
                row(true, "lost", "root"),
                row(true, "lost", "root"),
                row(true, "alone", "alone")
            ]
        );
    }

    #[test]
    fn subjects_join_what_has_no_references() {
        let found = shown(&[
            ("a", "", &[], 0, "[l] Lunch"),
            ("b", "", &[], 10, "Re: [l] lunch"),
            ("c", "", &[], 39, "RE: Lunch"),
            ("d", "", &[], 70, "Re: Lunch"),
            ("e", "", &[], 71, "Lunch"),
            ("f", "", &[], 72, "Re: Lunch"),
            ("g", "", &[], 73, "Re:"),
            ("h", "", &[], 74, "Re:"),
        ]);
        assert_eq!(
            found,
            [
                row(false, "", "a"),
                row(true, "a", "a"),
                row(true, "a", "a"),
                row(true, "", "d"),
                row(false, "", "e"),
                row(true, "e", "e"),
                row(true, "", "g"),
                row(true, "", "h"),
            ]
        );
    }

    #[test]
    fn circles_and_self_answers_end() {
        let found = shown(&[("a", "b", &[], 1, "x"), ("b", "a", &[], 2, "x"), ("c", "c", &["c"], 3, "x")]);
        assert_eq!(found[0].2, found[1].2);
        assert_eq!(found[2], row(false, "", "c"));
    }

    #[test]
    fn letters_without_an_id_have_their_own_thread() {
        let found = shown(&[("", "", &[], 1, "x"), ("", "", &[], 2, "y"), ("", "", &[], 3, "Re: y")]);
        assert_eq!(found, [row(false, "", "message 0"), row(false, "", "message 1"), row(true, "", "message 1")]);
    }

    #[test]
    fn a_long_chain_is_no_deep_recursion() {
        let ids: Vec<String> = (0..100_000).map(|i| format!("m{i}")).collect();
        let letters: Vec<_> = (0..ids.len())
            .map(|i| (ids[i].as_str(), if i == 0 { "" } else { ids[i - 1].as_str() }, &[][..], 1, "x"))
            .collect();
        assert!(place(&letters).0.iter().all(|place| place.thread == "m0"));
    }
}
