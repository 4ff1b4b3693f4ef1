//! Weights as bytes.
//!
//! A file is a mark of eight bytes, the version (2), the SHA-256 of what follows (32), and that. Integers are little-endian. Weights
//! are a table, the meanings of words, and a list of profiles; a profile is its name, its blends and leanings, and a table or none; a
//! table is its bits, the lanes it has as bits of a byte, and each lane's weights, two in a byte; meanings are the bits of their
//! buckets, the numbers of each, two in a byte, and the units with their weights, bias, and weights for the heads.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::fault::Fault;
use super::meaning::{INPUTS, Meanings, Unit, WIDTH};
use super::profile::{Blend, HEADS, Own, Weights};
use super::table::{LANES, Table};

pub(crate) const VERSION: u16 = 2;
const WEIGHTS: &[u8; 8] = b"cw-model";
const PROFILE: &[u8; 8] = b"cw-voice";
const HEADER: usize = 8 + 2 + 32;

/// The hash of bytes, in hexadecimal digits.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sealed(mark: &[u8; 8], content: &[u8]) -> Vec<u8> {
    let mut bytes = mark.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(Sha256::digest(content));
    bytes.extend(content);
    bytes
}

fn opened<'b>(bytes: &'b [u8], mark: &[u8; 8]) -> Result<&'b [u8], Fault> {
    if !bytes.starts_with(mark) || bytes.len() < HEADER {
        return Err(Fault::NotAProfile);
    }
    let found = u16::from_le_bytes([bytes[8], bytes[9]]);
    if found != VERSION {
        return Err(Fault::Version { found });
    }
    let content = &bytes[HEADER..];
    if Sha256::digest(content)[..] != bytes[10..HEADER] {
        return Err(Fault::Altered);
    }
    Ok(content)
}

/// Weights as bytes, with the hash that tells them from others.
pub(crate) fn write_weights(weights: &Weights) -> (Vec<u8>, String) {
    let mut content = vec![];
    write_table(&mut content, &weights.shared);
    write_meanings(&mut content, &weights.meanings);
    content.push(weights.profiles.len() as u8);
    weights.profiles.iter().for_each(|own| write_own(&mut content, own));
    let fingerprint = digest(&content);
    (sealed(WEIGHTS, &content), fingerprint)
}

/// Weights from bytes, refused if their hash is not the one expected.
pub(crate) fn read_weights(bytes: &[u8], fingerprint: Option<&str>) -> Result<Weights, Fault> {
    let content = opened(bytes, WEIGHTS)?;
    if fingerprint.is_some_and(|expected| expected.trim() != digest(content)) {
        return Err(Fault::Altered);
    }
    let mut reader = Reader(content);
    let weights = (|| {
        let (shared, meanings) = (reader.table()??, reader.meanings()?);
        let profiles = (0..reader.byte()?).map(|_| reader.own().map(Arc::new)).collect::<Option<_>>()?;
        Some(Weights { shared, meanings, profiles })
    })();
    weights.filter(|_| reader.0.is_empty()).ok_or(Fault::Altered)
}

/// A profile as bytes, with the hash of the weights that it is for.
pub(crate) fn write_profile(own: &Own, fingerprint: &str) -> Vec<u8> {
    let mut content = fingerprint.trim().as_bytes().to_vec();
    write_own(&mut content, own);
    sealed(PROFILE, &content)
}

/// A profile from bytes, refused if it is for other weights.
pub(crate) fn read_profile(bytes: &[u8], fingerprint: &str) -> Result<Own, Fault> {
    let mut reader = Reader(opened(bytes, PROFILE)?);
    let found = reader.take(64).ok_or(Fault::Altered)?;
    if found != fingerprint.trim().as_bytes() {
        return Err(Fault::OtherModel { found: String::from_utf8_lossy(&found[..8]).into_owned() });
    }
    reader.own().filter(|_| reader.0.is_empty()).ok_or(Fault::Altered)
}

fn write_own(bytes: &mut Vec<u8>, own: &Own) {
    let name = own.name.as_bytes();
    bytes.push(name.len() as u8);
    bytes.extend(&name[..usize::from(name.len() as u8)]);
    for blend in own.blends {
        [blend.shared, blend.own, blend.meaning, blend.bias].iter().for_each(|part| bytes.extend(part.to_le_bytes()));
    }
    own.lean.iter().for_each(|part| bytes.extend(part.to_le_bytes()));
    match &own.table {
        Some(table) => write_table(bytes, table),
        None => bytes.push(0),
    }
}

fn write_table(bytes: &mut Vec<u8>, table: &Table) {
    let used = |lane: &usize| table.lane(*lane).any(|two| two != 0x88);
    let lanes: Vec<usize> = (0..LANES).filter(used).collect();
    bytes.push(table.bits() as u8);
    bytes.push(lanes.iter().map(|lane| 1 << lane).sum());
    lanes.iter().for_each(|lane| bytes.extend(table.lane(*lane)));
}

fn write_meanings(bytes: &mut Vec<u8>, meanings: &Meanings) {
    bytes.push(meanings.words.len().ilog2() as u8);
    bytes.extend(meanings.words.as_flattened());
    bytes.push(meanings.units.len() as u8);
    for unit in &meanings.units {
        bytes.extend(unit.weights.map(|weight| weight as u8));
        [unit.bias].iter().chain(&unit.heads).for_each(|part| bytes.extend(part.to_le_bytes()));
    }
}

/// What is left to read.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn integer(&mut self) -> Option<i32> {
        self.take(4)?.try_into().ok().map(i32::from_le_bytes)
    }

    /// A table, or none; outer none where the bytes are no table.
    fn table(&mut self) -> Option<Option<Table>> {
        let bits = u32::from(self.byte()?);
        if bits == 0 {
            return Some(None);
        }
        if !(4..=24).contains(&bits) {
            return None;
        }
        let lanes = self.byte()?;
        let mut table = Table::new(bits);
        for lane in (0..LANES).filter(|lane| lanes >> lane & 1 == 1) {
            table.set_lane(lane, self.take(1 << (bits - 1))?)?;
        }
        Some(Some(table))
    }

    fn meanings(&mut self) -> Option<Meanings> {
        let bits = u32::from(self.byte()?);
        let bits = Some(bits).filter(|bits| *bits <= 24)?;
        let words = self.take((WIDTH / 2) << bits)?.as_chunks().0.to_vec();
        let units = (0..self.byte()?).map(|_| self.unit()).collect::<Option<_>>()?;
        Some(Meanings { words, units })
    }

    fn unit(&mut self) -> Option<Unit> {
        let weights: [u8; INPUTS] = self.take(INPUTS)?.try_into().ok()?;
        let bias = self.integer()?;
        let mut heads = [0; HEADS];
        for head in &mut heads {
            *head = self.integer()?;
        }
        Some(Unit { weights: weights.map(|weight| i16::from(weight as i8)), bias, heads })
    }

    fn own(&mut self) -> Option<Own> {
        let length = usize::from(self.byte()?);
        let name = std::str::from_utf8(self.take(length)?).ok()?.to_owned();
        let mut blends = [Blend::default(); HEADS];
        for blend in &mut blends {
            *blend = Blend {
                shared: self.integer()?,
                own: self.integer()?,
                meaning: self.integer()?,
                bias: self.integer()?,
            };
        }
        let lean = [self.integer()?, self.integer()?];
        Some(Own { name, blends, lean, table: self.table()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_as_they_were_written() -> Result<(), Fault> {
        let weights = Weights::built_in()?;
        let (mut bytes, fingerprint) = write_weights(weights);
        assert_eq!(read_weights(&bytes, Some(&fingerprint))?, *weights);
        assert_eq!(read_weights(&bytes, Some("0")), Err(Fault::Altered));
        let last = bytes.len() - 1;
        for at in [HEADER, last / 3, last] {
            bytes[at] ^= 1;
            assert_eq!(read_weights(&bytes, None), Err(Fault::Altered), "byte {at}");
            bytes[at] ^= 1;
        }
        Ok(())
    }
}
