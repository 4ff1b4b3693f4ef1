//! Partials as canonical bytes.
//!
//! Layout: `"CWPT"`, layout (u8), version of commonweal (text), what was asked (text, canonical JSON), number of buckets (u32), own buckets
//! (number, then u32 each), tables (their own bytes), CRC-32 of all before (u32). Texts and tables have their length before them (u32,
//! u64). Integers are little-endian.
use super::spec::{Asked, another_version};
use super::{NAMED_VERSION, Partial};
use crate::error::{Error, Result};
use crate::kpi::{self, Tables};

const MAGIC: &[u8; 4] = b"CWPT";
const LAYOUT: u8 = 1;

impl Partial {
    /// Canonical bytes: equal partials, equal bytes, on every machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(LAYOUT);
        let asked = kpi::canonical(&serde_json::json!(self.asked));
        for text in [NAMED_VERSION, &asked] {
            out.extend((text.len() as u32).to_le_bytes());
            out.extend(text.as_bytes());
        }
        out.extend(self.buckets.to_le_bytes());
        out.extend((self.own.len() as u32).to_le_bytes());
        self.own.iter().for_each(|bucket| out.extend(bucket.to_le_bytes()));
        let tables = self.tables.to_bytes();
        out.extend((tables.len() as u64).to_le_bytes());
        out.extend(tables);
        let checksum = crc32fast::hash(&out);
        out.extend(checksum.to_le_bytes());
        out
    }

    /// The partial of [`Partial::to_bytes`].
    ///
    /// # Errors
    /// [`Error::State`] for bytes that are damaged, of another version, or no partial.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let refuse = |why: &str| Error::State(why.to_owned());
        if bytes.len() < MAGIC.len() + 5 || !bytes.starts_with(MAGIC) {
            return Err(refuse("these bytes are no commonweal partial"));
        }
        let (body, checksum) = bytes.split_at(bytes.len() - 4);
        if crc32fast::hash(body).to_le_bytes() != *checksum {
            return Err(refuse("the checksum does not match: the bytes are damaged or cut short"));
        }
        if body[MAGIC.len()] != LAYOUT {
            let found = body[MAGIC.len()];
            return Err(Error::State(format!("they have layout {found}, {NAMED_VERSION} reads layout {LAYOUT}")));
        }
        let mut reader = Reader(&body[MAGIC.len() + 1..]);
        let theirs = reader.text().ok_or_else(Error::malformed)?;
        if theirs != NAMED_VERSION {
            return Err(another_version("they are of", theirs));
        }
        reader.partial().ok_or_else(Error::malformed)?
    }
}

/// Reads what is left; `None` where the bytes do not allow it.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()? as usize;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn partial(mut self) -> Option<Result<Partial>> {
        let asked: Asked = serde_json::from_str(self.text()?).ok()?;
        let (buckets, count) = (self.number()?, self.number()? as usize);
        let own = self.take(count.checked_mul(4)?)?;
        let own: Vec<u32> = own.chunks_exact(4).filter_map(|b| Some(u32::from_le_bytes(b.try_into().ok()?))).collect();
        let ordered = own.is_sorted_by(|a, b| a < b) && own.last().is_none_or(|last| *last < buckets) && buckets > 0;
        let length = usize::try_from(u64::from_le_bytes(self.take(8)?.try_into().ok()?)).ok()?;
        let tables = self.take(length)?;
        (ordered && self.0.is_empty()).then(|| Ok(Partial { asked, buckets, own, tables: Tables::from_bytes(tables)? }))
    }
}
