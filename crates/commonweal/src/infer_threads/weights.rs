//! The weights, in hundredths. Written by docs/evaluations/infer_threads_train.py, which learns them from
//! the train part of irc-disentanglement (Kummerfeld and others: A Large-Scale Corpus for Conversation
//! Disentanglement, ACL 2019; the data, <https://github.com/jkkummerfeld/irc-disentanglement>, is under
//! CC BY 4.0). A row of numbers is a row of a table of `template.rs`.
use super::template::SIZE;

/// For messages with text.
#[rustfmt::skip]
pub(super) static WITH_TEXT: [i16; SIZE] = [
    0, // no cell
    // how the message calls the candidate's author; how many messages of theirs are later: 0, 1, 2, 3+
    58, -1, -16, -66, // opening or @
    23, -39, -75, -89, // edge
    79, 20, -1, -16, // inside
    -111, -95, -106, -161, // no
    114, 64, 48, 55, // opening or @, called too
    64, 29, 3, 55, // edge, called too
    88, 52, 23, 17, // inside, called too
    -17, 14, -21, -20, // called
    // distance in messages; tie: own, own to another, calls, called, free, aside, elsewhere
    115, 45, -63, -6, 39, 34, 15, // 1
    13, -27, -11, 20, 30, 21, -19, // 2
    -12, -2, 19, 8, 24, -14, -9, // 3
    -3, 12, 52, 26, 32, 22, 20, // 4
    -33, 8, 51, 29, 37, 21, -1, // 5-6
    -35, -5, 43, 8, 21, 9, 24, // 7-9
    -39, 2, 29, 13, 0, 6, 2, // 10-14
    -20, 4, 15, -22, -23, -33, -23, // 15-24
    19, -13, -5, -11, -80, -41, -31, // 25-49
    0, -26, -82, -49, -95, -57, -39, // 50+
    // time between; tie: own, own to another, calls, called, free, aside, elsewhere
    42, 4, -12, -1, -9, -17, -1, // <15s
    21, 6, 8, 20, 39, 22, 3, // <1m
    27, 32, 31, 32, 59, 43, 18, // <2m
    -7, 4, 3, 18, 5, -2, -10, // <3m
    -25, -11, -29, -39, -50, -33, -18, // <5m
    9, -20, 47, 16, 20, -14, -12, // <10m
    -18, -4, -3, -1, -33, -20, -26, // <20m
    -29, -11, -15, -30, -36, -8, -12, // <1h
    -14, -2, 17, 2, -9, -3, -2, // <4h
    0, 0, 0, 0, 0, 0, 0, // more
    // distance; time between: <1m, <5m, <30m, more
    87, 77, 15, 0, // 1
    52, 13, -38, 0, // 2
    29, -11, -5, 0, // 3
    74, 38, 49, 0, // 4
    59, 38, 15, 1, // 5-6
    39, 14, 15, -3, // 7-9
    18, -4, 4, -4, // 10-14
    -31, -28, -29, -12, // 15-24
    -60, -40, -67, 6, // 25-49
    -140, -51, -92, -65, // 50+
    // later messages of the candidate's author, own messages between; tie: own, own to another, calls, called, free, aside, elsewhere
    50, 35, 24, 23, 34, 10, 3, // 0, 0
    0, 0, 39, 50, 21, 26, 14, // 1, 0
    0, 0, 20, 45, 13, 1, -6, // 2, 0
    0, 0, 43, 49, 16, 2, -3, // 3+, 0
    0, 0, 57, 58, 39, 31, 50, // 0, 1
    22, 2, 42, 37, 11, 14, -14, // 1, 1
    0, 0, 20, 36, 14, -7, -1, // 2, 1
    0, 0, 31, 40, -4, 14, -14, // 3+, 1
    0, 0, 9, -46, -36, -15, -33, // 0, 2+
    0, 0, -54, -76, -42, -45, -7, // 1, 2+
    -18, -12, -63, -82, -47, -28, -32, // 2, 2+
    -48, -28, -123, -117, -33, -36, -19, // 3+, 2+
    // later messages of the candidate's author, time between; tie: own, own to another, calls, called, free, aside, elsewhere
    51, 22, -7, 15, 23, 23, 13, // 0, <1m
    -7, 16, 1, 14, 0, -2, 9, // 1, <1m
    0, -19, 0, -4, 17, -8, -17, // 2, <1m
    18, -8, 1, -6, -9, -8, -3, // 3+, <1m
    15, 14, 17, 14, 13, 10, 13, // 0, <5m
    13, -5, 2, -2, 6, 9, 1, // 1, <5m
    -19, 18, -2, 8, -13, -15, -12, // 2, <5m
    -14, -3, -11, -9, 8, 4, -13, // 3+, <5m
    6, 2, 75, 12, 9, -3, -4, // 0, <30m
    -6, -8, 27, 1, -10, -14, -15, // 1, <30m
    -6, -10, -15, -2, -20, -10, -10, // 2, <30m
    -43, -11, -25, -14, -11, -11, -15, // 3+, <30m
    -22, -2, 6, -6, -8, -3, -2, // 0, more
    21, 0, -2, -2, -5, 2, -1, // 1, more
    7, -1, -6, -3, -4, -1, -1, // 2, more
    -9, -6, -13, 1, -10, -5, -4, // 3+, more
    // the candidate's conversation; tie: own, own to another, calls, called, free, aside, elsewhere
    22, 47, 103, 40, 61, 53, 81, // own last one, latest
    -26, -19, 51, -4, 26, 51, 45, // own last one, earlier
    11, -9, 60, 20, 21, -24, -22, // took part, latest
    -2, -21, 18, -26, 1, 21, -25, // took part, earlier
    0, 0, -31, 10, -43, 16, -27, // unanswered opening
    0, 0, -69, -17, -31, -59, -33, // other, latest
    0, 0, -80, -7, -23, -66, -67, // other, earlier
    0, 0, -8, 0, -22, -2, 1, // newcomer: unanswered opening
    0, 0, 14, 0, 0, -5, -16, // newcomer: latest
    0, 0, -11, 0, -4, -16, 4, // newcomer: earlier
    // whether the candidate's author is whom the own last message spoke to, and the candidate is later than it; tie: own, own to another, calls, called, free, aside, elsewhere
    0, 0, 59, 98, 90, 43, -16, // partner, later
    0, 0, -106, -52, -34, -14, -18, // partner, earlier
    50, 35, 73, 68, 21, 20, 36, // other, later
    -45, -37, 26, -98, -65, -57, -51, // other, earlier
    0, 0, -5, 0, -26, -23, -12, // no own message
    // answers to the candidate so far; tie: own, own to another, calls, called, free, aside, elsewhere
    14, 19, 22, 21, -24, -43, -17, // none
    -21, -10, 8, -6, -9, -2, -16, // one
    -42, -7, 12, 15, 28, 20, -11, // more
    54, -4, 5, -14, -8, -7, -17, // an own one
    // questions; tie: own, own to another, calls, called, free, aside, elsewhere
    15, -5, -13, -17, 6, 23, -22, // neither asks
    -28, -28, 12, 5, -19, -29, -29, // message asks
    -11, -21, 20, 14, 39, 32, 3, // candidate asks
    28, 52, 27, 14, -40, -57, -12, // both ask
    // manner of the message; tie: own, own to another, calls, called, free, aside, elsewhere
    12, 13, 7, -44, -6, -21, -18, // other
    -11, -11, 14, 77, -3, -25, 14, // thanks
    2, -20, -52, -71, -86, -92, -22, // greets
    -41, -28, 60, 55, 72, 48, -13, // yes or no
    -34, -17, 17, 12, 10, 27, -20, // nods
    78, 60, 1, -13, -1, 32, -1, // goes on
    // manner of the candidate; tie: own, own to another, calls, called, free, aside, elsewhere
    16, 6, 18, 44, 14, 0, 25, // other
    -11, 11, -4, -41, -27, -9, -47, // thanks
    -32, 3, 5, -63, -18, 4, -7, // greets
    10, 4, 18, 26, 27, -6, -11, // yes or no
    -5, -11, -5, 8, -35, -19, -16, // nods
    27, -16, 15, 42, 25, -2, -6, // goes on
    // rare words in common; tie: own, own to another, calls, called, free, aside, elsewhere
    -101, -87, -87, -91, -197, -236, -190, // none
    -27, -21, -37, -39, -109, -52, -36, // 1-3
    2, 14, -5, -3, -32, -18, -27, // 4-6
    6, 14, 24, 46, 80, 91, 32, // 7-10
    43, 12, 70, 25, 83, 82, 83, // 11-15
    83, 67, 82, 78, 161, 102, 78, // 16+
    // length of the message; tie: own, own to another, calls, called, free, aside, elsewhere
    -15, 40, -33, -1, 20, 8, -15, // 1
    -7, -15, 33, 8, 19, 21, -8, // 2-3
    21, -25, 32, 12, 6, 1, -12, // 4-8
    6, -2, 15, -3, -59, -62, -26, // 9+ words
    // length of the candidate; tie: own, own to another, calls, called, free, aside, elsewhere
    -75, -30, -63, -30, -33, -8, -13, // 1
    -12, 3, -5, -1, 7, -24, 16, // 2-3
    32, 11, 49, 22, 17, 9, -38, // 4-8
    60, 13, 66, 25, -5, -9, -26, // 9+ words
    // what the candidate is, and whether it asks; tie: own, own to another, calls, called, free, aside, elsewhere
    10, -35, 28, -19, 26, 20, -18, // opens
    41, 34, 31, 21, 1, -18, 12, // opens, asks
    -14, 10, -19, 15, -19, -9, -22, // goes on
    -11, -8, 23, 12, -2, 0, 6, // goes on, asks
    -8, -9, -10, -9, -20, -18, -11, // answers
    -13, 5, -7, -4, 0, -8, -28, // answers, asks
    // commands; distance: 1, 2-3, 4+
    -39, 1, -84, // neither
    -32, 30, -22, // message
    267, -1, -116, // candidate
    -17, 11, -37, // both
    // who spoke last to whom; tie: own, own to another, calls, called, free, aside, elsewhere
    5, -2, 53, -7, -85, -50, -86, // never
    0, 0, 54, 16, 35, 1, -3, // message's author, before
    0, 0, -81, -5, 4, -11, -4, // message's author, since
    0, 0, 42, 10, 17, 10, 62, // candidate's, before
    0, 0, -21, 2, 15, 19, -31, // candidate's, since
    // authors between; tie: own, own to another, calls, called, free, aside, elsewhere
    -18, 29, 35, 33, 72, 33, 16, // 0
    -9, 1, 9, 0, 18, 9, -1, // 1
    11, -5, -3, 7, -10, 5, -2, // 2
    15, -7, 4, -3, -35, -3, -21, // 3-4
    7, -21, 2, -21, -59, -76, -54, // 5+
    // own last message, what the candidate is; tie: own, own to another, calls, called, free, aside, elsewhere
    0, 0, 5, 0, -1, -4, -9, // never spoke, opens
    0, 0, -10, 0, -25, -19, -3, // never spoke, answers
    19, 0, 5, 13, -3, -1, 8, // long ago, opens
    -11, -3, 6, -15, -40, 12, -7, // long ago, answers
    78, -4, 2, -5, -14, 4, -25, // <30m, opens
    -4, 7, -14, 46, -30, -35, -13, // <30m, answers
    6, 7, 21, 11, 12, -15, -14, // <5m, opens
    -4, -4, 5, 4, 5, 0, -12, // <5m, answers
    -52, -3, 27, -16, 34, 19, 34, // <1m, opens
    -27, -2, 0, -21, 49, 9, -21, // <1m, answers
    // of own messages, whom both call; time between: <1m, <5m, <30m, more
    53, 27, -56, -66, // not own
    46, 38, 13, 14, // nobody
    66, 34, 28, -4, // message
    23, -22, -79, -20, // candidate
    41, 38, -2, 3, // the same
    -102, -68, -37, -6, // different
    // whom the candidate answers, later messages of its author; tie: own, own to another, calls, called, free, aside, elsewhere
    4, 2, 55, -2, 14, 12, -5, // nobody, last
    47, -3, 4, 4, 13, -9, -1, // nobody, earlier
    0, 0, 51, 50, 39, 10, 32, // message's author, last
    0, 0, 10, 8, -4, 16, 1, // message's author, earlier
    27, 20, 15, 41, 6, 12, 1, // own, last
    -52, -18, -11, -14, -27, -21, -17, // own, earlier
    20, 13, -30, -55, -22, -6, -8, // a third, last
    -41, -17, -48, -17, -34, -44, -64, // a third, earlier
    // opens: own last message; calls: nobody, somebody near, somebody not near, inside
    31, -41, -1, 78, // never spoke
    5, -22, 21, 13, // long ago
    8, -16, -22, 38, // <30m
    -19, -30, -16, 44, // <5m
    -47, -23, 6, 34, // <1m
    // opens: own last message; asks: no, asks
    7, 59, // never spoke
    -8, 26, // long ago
    -17, 24, // <30m
    -15, -6, // <5m
    -32, 1, // <1m
    // opens: manner; own last message: never spoke, long ago, <30m, <5m, <1m
    -6, 30, 9, 16, 8, // other
    8, -5, -27, 10, -42, // thanks
    85, 21, 66, 39, 130, // greets
    -11, -8, -29, -54, -51, // yes or no
    -4, 16, 21, 0, -28, // nods
    -6, -36, -33, -32, -49, // goes on
    // opens: length; own last message: never spoke, long ago, <30m, <5m, <1m
    17, 8, -20, 0, -10, // 1
    21, -11, -18, -20, -23, // 2-3
    -25, -18, 31, -13, -12, // 4-8
    53, 38, 13, 12, 14, // 9+ words
    // opens: time since the message before: weight
    6, // <15s
    14, // <1m
    1, // <2m
    19, // <3m
    -1, // <5m
    -2, // <10m
    1, // <20m
    0, // <1h
    1, // <4h
    0, // more
    // opens: called since the own last message: calls nobody, calls
    39, -62, // no
    57, -33, // once
    87, -49, // more
    // opens: candidates of the last five minutes: weight
    0, // 0
    -21, // 1-2
    8, // 3-5
    -6, // 6-10
    2, // 11-20
    17, // 21-40
    39, // 41+
    // opens: most rare words in common; asks: no, asks
    -3, -13, // none
    42, 65, // 1-3
    -9, 27, // 4-6
    -23, 25, // 7-10
    -31, 18, // 11-15
    -40, -19, // 16+
    // opens: command: weight
    -27, // no
    67, // command
    // opens: what the own last message was; asks: no, asks
    7, 59, // none
    23, 47, // unanswered opening
    -3, 9, // answered opening
    -48, -9, // answer
    -44, -2, // answered answer
];

/// For messages without, learnt from the same logs less their text.
#[rustfmt::skip]
pub(super) static WITHOUT_TEXT: [i16; SIZE] = [
    0, // no cell
    // how the message calls the candidate's author; how many messages of theirs are later: 0, 1, 2, 3+
    0, 0, 0, 0, // opening or @
    0, 0, 0, 0, // edge
    0, 0, 0, 0, // inside
    53, 10, -31, -58, // no
    0, 0, 0, 0, // opening or @, called too
    0, 0, 0, 0, // edge, called too
    0, 0, 0, 0, // inside, called too
    0, 0, 0, 0, // called
    // distance in messages; tie: own, own to another, calls, called, free, aside, elsewhere
    72, 0, 0, 0, -32, 0, 0, // 1
    -16, 0, 0, 0, 15, 0, 0, // 2
    -39, 0, 0, 0, 39, 0, 0, // 3
    -13, 0, 0, 0, 84, 0, 0, // 4
    -24, 0, 0, 0, 78, 0, 0, // 5-6
    -32, 0, 0, 0, 62, 0, 0, // 7-9
    -21, 0, 0, 0, 34, 0, 0, // 10-14
    5, 0, 0, 0, -20, 0, 0, // 15-24
    31, 0, 0, 0, -99, 0, 0, // 25-49
    30, 0, 0, 0, -182, 0, 0, // 50+
    // time between; tie: own, own to another, calls, called, free, aside, elsewhere
    47, 0, 0, 0, -3, 0, 0, // <15s
    10, 0, 0, 0, 38, 0, 0, // <1m
    21, 0, 0, 0, 52, 0, 0, // <2m
    4, 0, 0, 0, 15, 0, 0, // <3m
    -17, 0, 0, 0, -28, 0, 0, // <5m
    32, 0, 0, 0, 29, 0, 0, // <10m
    -9, 0, 0, 0, -49, 0, 0, // <20m
    -69, 0, 0, 0, -58, 0, 0, // <1h
    -24, 0, 0, 0, -17, 0, 0, // <4h
    -1, 0, 0, 0, -1, 0, 0, // more
    // distance; time between: <1m, <5m, <30m, more
    -2, 9, 35, -1, // 1
    43, 2, -44, -1, // 2
    31, -26, -5, -1, // 3
    50, -1, 25, -2, // 4
    44, 4, -3, 10, // 5-6
    40, 5, -10, -5, // 7-9
    39, -4, -13, -9, // 10-14
    14, 7, -16, -20, // 15-24
    -50, 25, -24, -18, // 25-49
    -115, 28, -24, -41, // 50+
    // later messages of the candidate's author, own messages between; tie: own, own to another, calls, called, free, aside, elsewhere
    46, 0, 0, 0, 23, 0, 0, // 0, 0
    0, 0, 0, 0, 24, 0, 0, // 1, 0
    0, 0, 0, 0, 21, 0, 0, // 2, 0
    0, 0, 0, 0, 45, 0, 0, // 3+, 0
    0, 0, 0, 0, 58, 0, 0, // 0, 1
    17, 0, 0, 0, 44, 0, 0, // 1, 1
    0, 0, 0, 0, 26, 0, 0, // 2, 1
    0, 0, 0, 0, 49, 0, 0, // 3+, 1
    0, 0, 0, 0, -75, 0, 0, // 0, 2+
    0, 0, 0, 0, -76, 0, 0, // 1, 2+
    -2, 0, 0, 0, -76, 0, 0, // 2, 2+
    -67, 0, 0, 0, -84, 0, 0, // 3+, 2+
    // later messages of the candidate's author, time between; tie: own, own to another, calls, called, free, aside, elsewhere
    62, 0, 0, 0, 9, 0, 0, // 0, <1m
    -8, 0, 0, 0, 2, 0, 0, // 1, <1m
    -12, 0, 0, 0, 14, 0, 0, // 2, <1m
    15, 0, 0, 0, 11, 0, 0, // 3+, <1m
    22, 0, 0, 0, 17, 0, 0, // 0, <5m
    12, 0, 0, 0, 3, 0, 0, // 1, <5m
    2, 0, 0, 0, 16, 0, 0, // 2, <5m
    -28, 0, 0, 0, 3, 0, 0, // 3+, <5m
    -14, 0, 0, 0, 6, 0, 0, // 0, <30m
    4, 0, 0, 0, 6, 0, 0, // 1, <30m
    3, 0, 0, 0, -45, 0, 0, // 2, <30m
    -39, 0, 0, 0, -1, 0, 0, // 3+, <30m
    -25, 0, 0, 0, -25, 0, 0, // 0, more
    9, 0, 0, 0, -19, 0, 0, // 1, more
    5, 0, 0, 0, -14, 0, 0, // 2, more
    -15, 0, 0, 0, -4, 0, 0, // 3+, more
    // the candidate's conversation; tie: own, own to another, calls, called, free, aside, elsewhere
    -3, 0, 0, 0, 11, 0, 0, // own last one, latest
    1, 0, 0, 0, 16, 0, 0, // own last one, earlier
    31, 0, 0, 0, 36, 0, 0, // took part, latest
    -34, 0, 0, 0, 16, 0, 0, // took part, earlier
    0, 0, 0, 0, -22, 0, 0, // unanswered opening
    0, 0, 0, 0, -10, 0, 0, // other, latest
    0, 0, 0, 0, -34, 0, 0, // other, earlier
    0, 0, 0, 0, -6, 0, 0, // newcomer: unanswered opening
    0, 0, 0, 0, 5, 0, 0, // newcomer: latest
    0, 0, 0, 0, -33, 0, 0, // newcomer: earlier
    // whether the candidate's author is whom the own last message spoke to, and the candidate is later than it; tie: own, own to another, calls, called, free, aside, elsewhere
    0, 0, 0, 0, 95, 0, 0, // partner, later
    0, 0, 0, 0, -50, 0, 0, // partner, earlier
    46, 0, 0, 0, 52, 0, 0, // other, later
    -52, 0, 0, 0, -84, 0, 0, // other, earlier
    0, 0, 0, 0, -34, 0, 0, // no own message
    // answers to the candidate so far; tie: own, own to another, calls, called, free, aside, elsewhere
    -8, 0, 0, 0, -9, 0, 0, // none
    -16, 0, 0, 0, -8, 0, 0, // one
    -12, 0, 0, 0, -10, 0, 0, // more
    30, 0, 0, 0, 6, 0, 0, // an own one
    // questions; tie: own, own to another, calls, called, free, aside, elsewhere
    -6, 0, 0, 0, -20, 0, 0, // neither asks
    0, 0, 0, 0, 0, 0, 0, // message asks
    0, 0, 0, 0, 0, 0, 0, // candidate asks
    0, 0, 0, 0, 0, 0, 0, // both ask
    // manner of the message; tie: own, own to another, calls, called, free, aside, elsewhere
    -6, 0, 0, 0, -20, 0, 0, // other
    0, 0, 0, 0, 0, 0, 0, // thanks
    0, 0, 0, 0, 0, 0, 0, // greets
    0, 0, 0, 0, 0, 0, 0, // yes or no
    0, 0, 0, 0, 0, 0, 0, // nods
    0, 0, 0, 0, 0, 0, 0, // goes on
    // manner of the candidate; tie: own, own to another, calls, called, free, aside, elsewhere
    -6, 0, 0, 0, -20, 0, 0, // other
    0, 0, 0, 0, 0, 0, 0, // thanks
    0, 0, 0, 0, 0, 0, 0, // greets
    0, 0, 0, 0, 0, 0, 0, // yes or no
    0, 0, 0, 0, 0, 0, 0, // nods
    0, 0, 0, 0, 0, 0, 0, // goes on
    // rare words in common; tie: own, own to another, calls, called, free, aside, elsewhere
    -6, 0, 0, 0, -20, 0, 0, // none
    0, 0, 0, 0, 0, 0, 0, // 1-3
    0, 0, 0, 0, 0, 0, 0, // 4-6
    0, 0, 0, 0, 0, 0, 0, // 7-10
    0, 0, 0, 0, 0, 0, 0, // 11-15
    0, 0, 0, 0, 0, 0, 0, // 16+
    // length of the message; tie: own, own to another, calls, called, free, aside, elsewhere
    -6, 0, 0, 0, -20, 0, 0, // 1
    0, 0, 0, 0, 0, 0, 0, // 2-3
    0, 0, 0, 0, 0, 0, 0, // 4-8
    0, 0, 0, 0, 0, 0, 0, // 9+ words
    // length of the candidate; tie: own, own to another, calls, called, free, aside, elsewhere
    -6, 0, 0, 0, -20, 0, 0, // 1
    0, 0, 0, 0, 0, 0, 0, // 2-3
    0, 0, 0, 0, 0, 0, 0, // 4-8
    0, 0, 0, 0, 0, 0, 0, // 9+ words
    // what the candidate is, and whether it asks; tie: own, own to another, calls, called, free, aside, elsewhere
    34, 0, 0, 0, 11, 0, 0, // opens
    0, 0, 0, 0, 0, 0, 0, // opens, asks
    -30, 0, 0, 0, -25, 0, 0, // goes on
    0, 0, 0, 0, 0, 0, 0, // goes on, asks
    -11, 0, 0, 0, -7, 0, 0, // answers
    0, 0, 0, 0, 0, 0, 0, // answers, asks
    // commands; distance: 1, 2-3, 4+
    40, -1, -66, // neither
    0, 0, 0, // message
    0, 0, 0, // candidate
    0, 0, 0, // both
    // who spoke last to whom; tie: own, own to another, calls, called, free, aside, elsewhere
    -6, 0, 0, 0, -21, 0, 0, // never
    0, 0, 0, 0, -20, 0, 0, // message's author, before
    0, 0, 0, 0, 2, 0, 0, // message's author, since
    0, 0, 0, 0, 5, 0, 0, // candidate's, before
    0, 0, 0, 0, 14, 0, 0, // candidate's, since
    // authors between; tie: own, own to another, calls, called, free, aside, elsewhere
    3, 0, 0, 0, 65, 0, 0, // 0
    -8, 0, 0, 0, 3, 0, 0, // 1
    8, 0, 0, 0, -22, 0, 0, // 2
    -4, 0, 0, 0, -28, 0, 0, // 3-4
    -5, 0, 0, 0, -39, 0, 0, // 5+
    // own last message, what the candidate is; tie: own, own to another, calls, called, free, aside, elsewhere
    0, 0, 0, 0, -7, 0, 0, // never spoke, opens
    0, 0, 0, 0, -27, 0, 0, // never spoke, answers
    8, 0, 0, 0, 1, 0, 0, // long ago, opens
    -4, 0, 0, 0, -31, 0, 0, // long ago, answers
    67, 0, 0, 0, -16, 0, 0, // <30m, opens
    2, 0, 0, 0, -60, 0, 0, // <30m, answers
    3, 0, 0, 0, -5, 0, 0, // <5m, opens
    -7, 0, 0, 0, 22, 0, 0, // <5m, answers
    -43, 0, 0, 0, 37, 0, 0, // <1m, opens
    -32, 0, 0, 0, 64, 0, 0, // <1m, answers
    // of own messages, whom both call; time between: <1m, <5m, <30m, more
    35, 39, -33, -62, // not own
    57, 8, -46, -26, // nobody
    0, 0, 0, 0, // message
    0, 0, 0, 0, // candidate
    0, 0, 0, 0, // the same
    0, 0, 0, 0, // different
    // whom the candidate answers, later messages of its author; tie: own, own to another, calls, called, free, aside, elsewhere
    10, 0, 0, 0, 0, 0, 0, // nobody, last
    24, 0, 0, 0, 11, 0, 0, // nobody, earlier
    0, 0, 0, 0, 24, 0, 0, // message's author, last
    0, 0, 0, 0, 11, 0, 0, // message's author, earlier
    12, 0, 0, 0, -2, 0, 0, // own, last
    -41, 0, 0, 0, -23, 0, 0, // own, earlier
    24, 0, 0, 0, -16, 0, 0, // a third, last
    -35, 0, 0, 0, -26, 0, 0, // a third, earlier
    // opens: own last message; calls: nobody, somebody near, somebody not near, inside
    34, 0, 0, 0, // never spoke
    25, 0, 0, 0, // long ago
    7, 0, 0, 0, // <30m
    -14, 0, 0, 0, // <5m
    -26, 0, 0, 0, // <1m
    // opens: own last message; asks: no, asks
    34, 0, // never spoke
    25, 0, // long ago
    7, 0, // <30m
    -14, 0, // <5m
    -26, 0, // <1m
    // opens: manner; own last message: never spoke, long ago, <30m, <5m, <1m
    34, 25, 7, -14, -26, // other
    0, 0, 0, 0, 0, // thanks
    0, 0, 0, 0, 0, // greets
    0, 0, 0, 0, 0, // yes or no
    0, 0, 0, 0, 0, // nods
    0, 0, 0, 0, 0, // goes on
    // opens: length; own last message: never spoke, long ago, <30m, <5m, <1m
    34, 25, 7, -14, -26, // 1
    0, 0, 0, 0, 0, // 2-3
    0, 0, 0, 0, 0, // 4-8
    0, 0, 0, 0, 0, // 9+ words
    // opens: time since the message before: weight
    25, // <15s
    7, // <1m
    30, // <2m
    -18, // <3m
    3, // <5m
    -15, // <10m
    -7, // <20m
    -3, // <1h
    4, // <4h
    0, // more
    // opens: called since the own last message: calls nobody, calls
    27, 0, // no
    0, 0, // once
    0, 0, // more
    // opens: candidates of the last five minutes: weight
    -20, // 0
    -25, // 1-2
    -31, // 3-5
    -21, // 6-10
    -1, // 11-20
    44, // 21-40
    81, // 41+
    // opens: most rare words in common; asks: no, asks
    27, 0, // none
    0, 0, // 1-3
    0, 0, // 4-6
    0, 0, // 7-10
    0, 0, // 11-15
    0, 0, // 16+
    // opens: command: weight
    27, // no
    0, // command
    // opens: what the own last message was; asks: no, asks
    34, 0, // none
    31, 0, // unanswered opening
    17, 0, // answered opening
    -31, 0, // answer
    -24, 0, // answered answer
];
