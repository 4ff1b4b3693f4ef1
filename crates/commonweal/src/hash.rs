//! One hash for everything that must be the same on every machine and in every version: partitions, parameters, member keys.

/// FNV-1a over the bytes (Fowler, Noll, Vo), its bits mixed so that any few of them can pick a bucket.
pub(crate) fn stable_hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    // The finalizer of MurmurHash3.
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_never_changes() {
        // Partitions of different machines meet by this value: a change here is a new version of the state.
        assert_eq!(super::stable_hash(b"ana"), 0x1ece80a38bba8016);
        assert_eq!(super::stable_hash(b""), 0xefd01f60ba992926);
    }
}
