//! The hashes that are the same on every machine and in every version: of parameters and member keys, and of buckets.

/// FNV-1a over the bytes (Fowler, Noll, Vo), its bits mixed so that any few of them are as good as any others.
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

/// The bucket of a member or thread: the CRC-32 of its name, modulo their number. Every engine has this hash, so that it can bring
/// together what belongs together by itself.
pub(crate) fn bucket(key: &str, buckets: usize) -> usize {
    crc32fast::hash(key.as_bytes()) as usize % buckets.max(1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_bucket_is_what_zlib_says() {
        // zlib.crc32(b"ana"), zlib.crc32("Zoë".encode())
        assert_eq!(super::bucket("ana", 1 << 32), 2_006_937_570);
        assert_eq!(super::bucket("Zoë", 1 << 32), 1_739_342_378);
        assert_eq!((super::bucket("", 7), super::bucket("ana", 1)), (0, 0));
    }

    #[test]
    fn it_never_changes() {
        // Tables of different machines meet by this value: a change here is a new version of the state.
        assert_eq!(super::stable_hash(b"ana"), 0x1ece80a38bba8016);
        assert_eq!(super::stable_hash(b""), 0xefd01f60ba992926);
    }
}
