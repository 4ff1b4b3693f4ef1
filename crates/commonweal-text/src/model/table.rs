//! Weights of four bits for hashed features, and the sums of them.

/// Heads that a table can have: a feature's weights for all of them are one integer.
pub(crate) const LANES: usize = 8;
/// A weight of nothing; weights are from −7 to 7.
const ZERO: u32 = 8;
const EMPTY: u32 = 0x8888_8888;
/// So many weights, each at most 15 as it is stored, have a sum of eight bits.
const ROOM: usize = 17;

/// Weights by bucket: a lane of four bits for each head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// A feature's bucket is as many of its lowest bits.
    bits: u32,
    buckets: Vec<u32>,
}

impl Table {
    pub(crate) fn new(bits: u32) -> Self {
        Self { bits, buckets: vec![EMPTY; 1 << bits] }
    }

    pub(crate) fn bits(&self) -> u32 {
        self.bits
    }

    #[inline]
    pub(crate) fn bucket(&self, hash: u32) -> u32 {
        self.buckets[hash as usize & (self.buckets.len() - 1)]
    }

    /// The sums of the weights of features, a head a lane. `bucket` tells of a hash which bits choose the bucket.
    pub(crate) fn sums(&self, hashes: &[u32], bucket: impl Fn(u32) -> u32) -> [i64; LANES] {
        const FOUR_LANES: u32 = 0x0F0F_0F0F;
        let mut sums = [0u32; LANES];
        let Some(last) = self.buckets.len().checked_sub(1) else { return [0; LANES] };
        for few in hashes.chunks(ROOM) {
            let (mut even, mut odd) = (0, 0);
            for hash in few {
                let weights = self.buckets[bucket(*hash) as usize & last];
                even += weights & FOUR_LANES;
                odd += weights >> 4 & FOUR_LANES;
            }
            let lanes = even.to_le_bytes().into_iter().zip(odd.to_le_bytes()).flat_map(|(even, odd)| [even, odd]);
            sums.iter_mut().zip(lanes).for_each(|(sum, few)| *sum += u32::from(few));
        }
        sums.map(|sum| i64::from(sum) - i64::from(ZERO) * hashes.len() as i64)
    }

    /// The weight of a feature for one head.
    pub(crate) fn weight(&self, hash: u32, lane: usize) -> i32 {
        (self.bucket(hash) >> (4 * lane) & 15) as i32 - ZERO as i32
    }

    pub(crate) fn set(&mut self, bucket: usize, lane: usize, weight: i32) {
        let own = (weight.clamp(-7, 7) + ZERO as i32) as u32;
        let others = self.buckets[bucket] & !(15 << (4 * lane));
        self.buckets[bucket] = others | own << (4 * lane);
    }

    /// The weights of one head, two in a byte.
    pub(crate) fn lane(&self, lane: usize) -> impl Iterator<Item = u8> {
        self.buckets.chunks(2).map(move |two| {
            let [low, high] = [0, 1].map(|at| (two.get(at).copied().unwrap_or(EMPTY) >> (4 * lane) & 15) as u8);
            low | high << 4
        })
    }

    /// Takes one head's weights from bytes; none where some are not from −7 to 7, or not as many as there are buckets.
    pub(crate) fn set_lane(&mut self, lane: usize, bytes: &[u8]) -> Option<()> {
        if bytes.len() * 2 != self.buckets.len() {
            return None;
        }
        for (two, byte) in self.buckets.chunks_mut(2).zip(bytes) {
            for (bucket, weight) in two.iter_mut().zip([byte & 15, byte >> 4]) {
                if weight == 0 {
                    return None;
                }
                *bucket = *bucket & !(15 << (4 * lane)) | u32::from(weight) << (4 * lane);
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_are_sums(weights in prop::collection::vec(prop::array::uniform8(-7i32..=7), 1..64), times in 1usize..300) {
            let mut table = Table::new(6);
            for (bucket, lanes) in weights.iter().enumerate() {
                lanes.iter().enumerate().for_each(|(lane, weight)| table.set(bucket, lane, *weight));
            }
            let hashes: Vec<u32> = (0..times).flat_map(|_| 0..weights.len() as u32).collect();
            let expected: Vec<i64> =
                (0..LANES).map(|lane| times as i64 * weights.iter().map(|w| i64::from(w[lane])).sum::<i64>()).collect();
            prop_assert_eq!(table.sums(&hashes, |hash| hash | 64).to_vec(), expected);

            let mut copy = Table::new(6);
            for lane in 0..LANES {
                copy.set_lane(lane, &table.lane(lane).collect::<Vec<_>>()).unwrap();
            }
            prop_assert_eq!(copy, table);
        }
    }

    #[test]
    fn bytes_that_are_no_weights_are_refused() {
        let mut table = Table::new(2);
        assert_eq!(table.set_lane(0, &[0x88, 0x08]), None);
        assert_eq!(table.set_lane(0, &[0x88]), None);
    }
}
