//! Ids for what a source gives none: made of what is said, so that they stay the same.
use std::collections::HashMap;

/// The ids made so far.
#[derive(Debug, Default)]
pub(crate) struct Made(HashMap<u64, u32>);

impl Made {
    /// The id of these parts, with a number behind it when the same was met before.
    pub fn id(&mut self, parts: &[&str]) -> String {
        let name = hash(parts);
        let number = self.0.entry(name).or_default();
        *number += 1;
        if *number == 1 { format!("{name:016x}") } else { format!("{name:016x}-{number}") }
    }
}

/// FNV-1a, with a mark between the parts: the same everywhere and for ever.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0xFF]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_have_one_name_and_a_number() {
        let mut made = Made::default();
        assert_eq!(made.id(&["a", "b"]), made.id(&["a", "b"]).trim_end_matches("-2"));
        assert_ne!(made.id(&["ab", ""]), made.id(&["a", "b"]));
        // The value of the standard's test vectors: "" hashes to the offset, one mark follows each part.
        assert_eq!(hash(&[]), 0xcbf2_9ce4_8422_2325);
    }
}
