//! Invented display names.

use super::draw::Draw;

const STARTS: [&str; 28] = [
    "Al", "Bre", "Cal", "Da", "El", "Fen", "Gai", "Hal", "Ily", "Jor", "Ka", "Lio", "Mar", "Ner", "Ori", "Pel", "Quin",
    "Ra", "Sel", "Ta", "Ul", "Vi", "Wen", "Xa", "Yev", "Zo", "Ama", "Tho",
];
const ENDS: [&str; 18] = [
    "ra", "vin", "dis", "lo", "mira", "nel", "ko", "sha", "ren", "tia", "bo", "wyn", "ssa", "dan", "lis", "mo", "vi",
    "rek",
];
const FAMILY_STARTS: [&str; 24] = [
    "Ash", "Bram", "Cinder", "Dew", "Elder", "Fern", "Gale", "Hazel", "Iron", "Juniper", "Kestrel", "Larch", "Marrow",
    "Nettle", "Oat", "Pebble", "Quill", "Rowan", "Salt", "Thistle", "Umber", "Vale", "Willow", "Yarrow",
];
const FAMILY_ENDS: [&str; 14] = [
    "brook", "croft", "dale", "fen", "field", "gate", "holm", "mere", "moor", "ridge", "shaw", "stead", "wick", "wold",
];

/// A display name made of invented parts, such as "Mirlo Ashfen".
pub(super) fn display_name(draw: &mut Draw) -> String {
    let mut name = String::with_capacity(24);
    for part in [draw.pick(&STARTS), draw.pick(&ENDS), " ", draw.pick(&FAMILY_STARTS), draw.pick(&FAMILY_ENDS)] {
        name.push_str(part);
    }
    name
}
