//! Moves between channels, by hand.
use serde_json::{Value, json};

use super::{Row, community, counts, numbers, table, texts};
use crate::community::Community;

/// Hours of a day, so that months are easily told: January is up to 648, February up to 1320, March up to 2064.
const PLACES: &[Row<'static>] = &[
    (0, "ana", "post", "intro", "", ""),
    (1, "bo", "post", "intro", "", ""),
    (2, "bo", "post", "help", "", ""),
    (3, "cy", "post", "intro", "", ""),
    (700, "ana", "reply", "help", "", ""),
    (701, "bo", "reply", "help", "", ""),
    (702, "bo", "view", "intro", "", ""),
    (703, "bot", "reply", "help", "", ""),
    (1400, "ana", "reply", "art", "", ""),
    (2100, "ana", "reply", "art", "", ""),
];

/// Source, target, n, members, moved.
type Moves = Vec<(String, String, i64, i64, i64)>;

fn moves(community: &Community, options: Value) -> Moves {
    let frame = table(community, "network.flow", options);
    let (from, to) = (texts(&frame, "source"), texts(&frame, "target"));
    let [n, members, moved] = ["n", "members", "moved"].map(|name| counts(&frame, name));
    let row = |i: usize| {
        (from[i].clone(), to[i].clone(), n[i].unwrap_or(-1), members[i].unwrap_or(-1), moved[i].unwrap_or(-1))
    };
    (0..frame.height()).map(row).collect()
}

#[test]
fn flow_by_hand() {
    let row = |from: &str, to: &str, n, members, moved| (from.to_owned(), to.to_owned(), n, members, moved);
    // In April: of January and February the next month is known to its end, of March it is not.
    let mut found = moves(&community(PLACES, 2300), json!({"unit": "channel"}));
    found.sort();
    let expected = [
        row("h", "a", 3, 1, 1),    // Ana, from February, when Bo was there too; in January it was Bo alone
        row("h", "h", 3, 1, 0),    // Bo, from January
        row("h", "null", 3, 1, 0), // Bo, from February
        row("i", "h", 3, 2, 1),    // Ana moved; Bo was there
        row("i", "null", 3, 1, 0), // Cy
    ];
    assert_eq!(found, expected);
    let frame = table(&community(PLACES, 2300), "network.flow", json!({}));
    let shares = numbers(&frame, "share_of_all");
    // Five were active in January and February: Ana, Bo and Cy, then Ana and Bo. Two of them were in help next.
    let at =
        texts(&frame, "source").iter().zip(texts(&frame, "target")).position(|(a, b)| a == "i" && b == "h").unwrap();
    assert!((shares[at].unwrap() - 2.0 / 5.0).abs() < 1e-12);
    // At the end of February only the step from January is known.
    let early = moves(&community(&PLACES[..8], 1321), json!({}));
    assert_eq!(early.iter().map(|row| row.3).sum::<i64>(), 4);
    let hidden = moves(&community(PLACES, 2300), json!({"min_group": 2}));
    assert!(hidden.iter().filter(|row| row.3 >= 0).all(|row| (&row.0[..], &row.1[..]) == ("i", "h")), "{hidden:?}");
}
