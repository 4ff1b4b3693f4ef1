//! The median of durations.

/// The median of lengths and how many there are of each, the mean of the two in the middle where their number is even.
pub(crate) fn median(mut lengths: Vec<(i64, u64)>) -> Option<i64> {
    lengths.sort_unstable();
    let all: u64 = lengths.iter().map(|(_, n)| n).sum();
    let at = |rank: u64| {
        let mut before = 0;
        lengths.iter().find_map(|(length, n)| {
            before += n;
            (before > rank).then_some(*length)
        })
    };
    let (low, high) = (at(all.checked_sub(1)? / 2)?, at(all / 2)?);
    Some(low + (high - low) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_or_of_the_two_in_the_middle() {
        assert_eq!(median(vec![(7, 1), (1, 2)]), Some(1));
        assert_eq!(median(vec![(1, 1), (4, 1)]), Some(2));
        assert_eq!(median(vec![(1, 2), (4, 2), (9, 1)]), Some(4));
        assert_eq!(median(vec![]), None);
    }
}
