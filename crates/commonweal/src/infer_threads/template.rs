//! The shape of the weights: small tables, each of two things that are known about a message and one it may answer.
//!
//! Every table gives one weight; their sum is the score of a candidate, or of opening a conversation.

/// A table of weights.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) name: &'static str,
    pub(super) rows: &'static [&'static str],
    pub(super) columns: &'static [&'static str],
}

/// How a message and a candidate stand to each other, by their authors and whom they call.
pub(super) const TIES: &[&str] = &[
    "own",            // by the same author
    "own to another", // by the same author, who now calls somebody whom the candidate does not
    "calls",          // the message calls the candidate's author
    "called",         // the candidate calls the message's author
    "free",           // neither calls anybody
    "aside",          // the candidate calls a third, the message nobody
    "elsewhere",      // the message calls a third
];
const GAPS: &[&str] = &["<15s", "<1m", "<2m", "<3m", "<5m", "<10m", "<20m", "<1h", "<4h", "more"];
const FEW_GAPS: &[&str] = &["<1m", "<5m", "<30m", "more"];
const DISTANCES: &[&str] = &["1", "2", "3", "4", "5-6", "7-9", "10-14", "15-24", "25-49", "50+"];
const MANNERS: &[&str] = &["other", "thanks", "greets", "yes or no", "nods", "goes on"];
const LENGTHS: &[&str] = &["1", "2-3", "4-8", "9+ words"];
const ONE: &[&str] = &["weight"];
const ASKS: &[&str] = &["neither asks", "message asks", "candidate asks", "both ask"];
const LAST: &[&str] = &["never spoke", "long ago", "<30m", "<5m", "<1m"];

/// The tables of a message and a candidate, in the order of [`super::features::pair`].
pub(super) const PAIR: &[Template] = &[
    Template {
        name: "how the message calls the candidate's author; how many messages of theirs are later",
        rows: &[
            "opening or @",
            "edge",
            "inside",
            "no",
            "opening or @, called too",
            "edge, called too",
            "inside, called too",
            "called",
        ],
        columns: &["0", "1", "2", "3+"],
    },
    Template { name: "distance in messages; tie", rows: DISTANCES, columns: TIES },
    Template { name: "time between; tie", rows: GAPS, columns: TIES },
    Template { name: "distance; time between", rows: DISTANCES, columns: FEW_GAPS },
    Template {
        name: "later messages of the candidate's author, own messages between; tie",
        rows: &["0, 0", "1, 0", "2, 0", "3+, 0", "0, 1", "1, 1", "2, 1", "3+, 1", "0, 2+", "1, 2+", "2, 2+", "3+, 2+"],
        columns: TIES,
    },
    Template {
        name: "later messages of the candidate's author, time between; tie",
        rows: &[
            "0, <1m", "1, <1m", "2, <1m", "3+, <1m", "0, <5m", "1, <5m", "2, <5m", "3+, <5m", "0, <30m", "1, <30m",
            "2, <30m", "3+, <30m", "0, more", "1, more", "2, more", "3+, more",
        ],
        columns: TIES,
    },
    Template {
        name: "the candidate's conversation; tie",
        rows: &[
            "own last one, latest",
            "own last one, earlier",
            "took part, latest",
            "took part, earlier",
            "unanswered opening",
            "other, latest",
            "other, earlier",
            "newcomer: unanswered opening",
            "newcomer: latest",
            "newcomer: earlier",
        ],
        columns: TIES,
    },
    Template {
        name: "whether the candidate's author is whom the own last message spoke to, and the candidate is later than it; tie",
        rows: &["partner, later", "partner, earlier", "other, later", "other, earlier", "no own message"],
        columns: TIES,
    },
    Template {
        name: "answers to the candidate so far; tie",
        rows: &["none", "one", "more", "an own one"],
        columns: TIES,
    },
    Template { name: "questions; tie", rows: ASKS, columns: TIES },
    Template { name: "manner of the message; tie", rows: MANNERS, columns: TIES },
    Template { name: "manner of the candidate; tie", rows: MANNERS, columns: TIES },
    Template {
        name: "rare words in common; tie",
        rows: &["none", "1-3", "4-6", "7-10", "11-15", "16+"],
        columns: TIES,
    },
    Template { name: "length of the message; tie", rows: LENGTHS, columns: TIES },
    Template { name: "length of the candidate; tie", rows: LENGTHS, columns: TIES },
    Template {
        name: "what the candidate is, and whether it asks; tie",
        rows: &["opens", "opens, asks", "goes on", "goes on, asks", "answers", "answers, asks"],
        columns: TIES,
    },
    Template {
        name: "commands; distance",
        rows: &["neither", "message", "candidate", "both"],
        columns: &["1", "2-3", "4+"],
    },
    Template {
        name: "who spoke last to whom; tie",
        rows: &[
            "never",
            "message's author, before",
            "message's author, since",
            "candidate's, before",
            "candidate's, since",
        ],
        columns: TIES,
    },
    Template { name: "authors between; tie", rows: &["0", "1", "2", "3-4", "5+"], columns: TIES },
    Template {
        name: "own last message, what the candidate is; tie",
        rows: &[
            "never spoke, opens",
            "never spoke, answers",
            "long ago, opens",
            "long ago, answers",
            "<30m, opens",
            "<30m, answers",
            "<5m, opens",
            "<5m, answers",
            "<1m, opens",
            "<1m, answers",
        ],
        columns: TIES,
    },
    Template {
        name: "of own messages, whom both call; time between",
        rows: &["not own", "nobody", "message", "candidate", "the same", "different"],
        columns: FEW_GAPS,
    },
    Template {
        name: "whom the candidate answers, later messages of its author; tie",
        rows: &[
            "nobody, last",
            "nobody, earlier",
            "message's author, last",
            "message's author, earlier",
            "own, last",
            "own, earlier",
            "a third, last",
            "a third, earlier",
        ],
        columns: TIES,
    },
];

/// The tables of a message that opens a conversation, in the order of [`super::features::opening`].
pub(super) const OPENING: &[Template] = &[
    Template {
        name: "opens: own last message; calls",
        rows: LAST,
        columns: &["nobody", "somebody near", "somebody not near", "inside"],
    },
    Template { name: "opens: own last message; asks", rows: LAST, columns: &["no", "asks"] },
    Template { name: "opens: manner; own last message", rows: MANNERS, columns: LAST },
    Template { name: "opens: length; own last message", rows: LENGTHS, columns: LAST },
    Template { name: "opens: time since the message before", rows: GAPS, columns: ONE },
    Template {
        name: "opens: called since the own last message",
        rows: &["no", "once", "more"],
        columns: &["calls nobody", "calls"],
    },
    Template {
        name: "opens: candidates of the last five minutes",
        rows: &["0", "1-2", "3-5", "6-10", "11-20", "21-40", "41+"],
        columns: ONE,
    },
    Template {
        name: "opens: most rare words in common; asks",
        rows: &["none", "1-3", "4-6", "7-10", "11-15", "16+"],
        columns: &["no", "asks"],
    },
    Template { name: "opens: command", rows: &["no", "command"], columns: ONE },
    Template {
        name: "opens: what the own last message was; asks",
        rows: &["none", "unanswered opening", "answered opening", "answer", "answered answer"],
        columns: &["no", "asks"],
    },
];

/// Where the cells of each table start, and after all of them where they end. Cell 0 is of no table: it weighs nothing.
const fn starts<const N: usize>(templates: &[Template], from: usize) -> [usize; N] {
    let mut starts = [from; N];
    let mut i = 1;
    while i < N {
        starts[i] = starts[i - 1] + templates[i - 1].rows.len() * templates[i - 1].columns.len();
        i += 1;
    }
    starts
}

pub(super) const PAIR_STARTS: [usize; PAIR.len() + 1] = starts(PAIR, 1);
pub(super) const OPENING_STARTS: [usize; OPENING.len() + 1] = starts(OPENING, PAIR_STARTS[PAIR.len()]);

/// The number of cells.
pub(super) const SIZE: usize = OPENING_STARTS[OPENING.len()];

/// The cell of each table, by its row and column.
pub(super) fn cells<const N: usize>(templates: &[Template], starts: &[usize], at: [(usize, usize); N]) -> [u16; N] {
    std::array::from_fn(|i| {
        let (row, column) = at[i];
        debug_assert!(row < templates[i].rows.len() && column < templates[i].columns.len(), "{}", templates[i].name);
        (starts[i] + row * templates[i].columns.len() + column) as u16
    })
}
