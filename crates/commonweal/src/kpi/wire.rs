//! Tables as canonical bytes: equal tables, equal bytes, on every machine.
//!
//! Layout: `"CWTB"`, version (u8), hash of KPI, options and zone (u64), end of observation (i64), number of tables, the tables, CRC-32 of all before (u32).
//! Integers are little-endian where their size is fixed, else LEB128, signed ones in zigzag; keys are written as differences.
use super::Tables;
use super::table::{Key, Merge, Rows, Shape, Table};
use crate::error::{Error, Result};
use crate::view::Group;

const MAGIC: &[u8; 4] = b"CWTB";
const VERSION: u8 = 2;
const HEADER: usize = MAGIC.len() + 1 + 8 + 8;

pub(super) fn encode(tables: &Tables) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.push(VERSION);
    out.extend(tables.parameters.to_le_bytes());
    out.extend(tables.as_of.to_le_bytes());
    unsigned(&mut out, tables.tables.len() as u128);
    for table in &tables.tables {
        unsigned(&mut out, table.shape.width as u128);
        out.push(u8::from(table.shape.merge == Merge::Least));
        unsigned(&mut out, table.groups.len() as u128);
        for group in &table.groups {
            unsigned(&mut out, group.len() as u128);
            for label in group {
                // 0 for null, else the length and one.
                unsigned(&mut out, label.as_ref().map_or(0, |l| l.len() as u128 + 1));
                out.extend(label.as_deref().unwrap_or_default().as_bytes());
            }
        }
        unsigned(&mut out, table.len() as u128);
        let mut before = Key { group: 0, period: 0, x: 0 };
        for (key, values) in table.keyed() {
            unsigned(&mut out, u128::from(key.group - before.group));
            signed(&mut out, i128::from(key.period) - i128::from(before.period));
            signed(&mut out, i128::from(key.x) - i128::from(before.x));
            values.iter().for_each(|value| signed(&mut out, *value));
            before = key;
        }
    }
    let checksum = crc32fast::hash(&out);
    out.extend(checksum.to_le_bytes());
    out
}

pub(super) fn decode(bytes: &[u8]) -> Result<Tables> {
    let refuse = |why: &str| Error::State(why.to_owned());
    if bytes.len() < HEADER + 4 || !bytes.starts_with(MAGIC) {
        return Err(refuse("these bytes are no commonweal tables"));
    }
    let (body, checksum) = bytes.split_at(bytes.len() - 4);
    if crc32fast::hash(body).to_le_bytes() != *checksum {
        return Err(refuse("the checksum does not match: the bytes are damaged or cut short"));
    }
    if body[MAGIC.len()] != VERSION {
        let found = body[MAGIC.len()];
        return Err(Error::State(format!(
            "they have version {found}, this commonweal reads version {VERSION}; compute them anew"
        )));
    }
    let (mut hash, mut as_of) = ([0; 8], [0; 8]);
    hash.copy_from_slice(&body[MAGIC.len() + 1..HEADER - 8]);
    as_of.copy_from_slice(&body[HEADER - 8..HEADER]);
    let tables = Reader(&body[HEADER..]).tables();
    tables
        .map(|tables| Tables { parameters: u64::from_le_bytes(hash), as_of: i64::from_le_bytes(as_of), tables })
        .ok_or_else(|| refuse("they are malformed"))
}

fn unsigned(out: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn signed(out: &mut Vec<u8>, value: i128) {
    unsigned(out, ((value << 1) ^ (value >> 127)) as u128);
}

/// Reads what [`encode`] wrote; `None` where the bytes do not allow it.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn unsigned(&mut self) -> Option<u128> {
        let mut value = 0u128;
        for shift in (0..128).step_by(7) {
            let byte = self.byte()?;
            value |= u128::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i128> {
        let value = self.unsigned()?;
        Some((value >> 1) as i128 ^ -((value & 1) as i128))
    }

    /// A number of things that take at least one byte each, so that no claim makes us allocate more than there is.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.unsigned()?).ok().filter(|n| *n <= self.0.len())
    }

    fn label(&mut self) -> Option<Option<String>> {
        let Some(length) = usize::try_from(self.unsigned()?).ok()?.checked_sub(1) else { return Some(None) };
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Some(std::str::from_utf8(text).ok()?.to_owned()))
    }

    fn table(&mut self) -> Option<Table> {
        let width = usize::try_from(self.unsigned()?).ok().filter(|w| (1..=64).contains(w))?;
        let shape = match self.byte()? {
            0 => Shape::sums(width),
            1 => Shape::least(width),
            _ => return None,
        };
        let mut groups = vec![];
        for _ in 0..self.count()? {
            let labels = self.count()?;
            groups.push((0..labels).map(|_| self.label()).collect::<Option<Group>>()?);
        }
        if !groups.is_sorted_by(|a, b| a < b) {
            return None;
        }
        let rows = self.count()?;
        // Room is made for all of them: each integer of a row takes at least one byte.
        if rows.checked_mul(3 + width)? > self.0.len() {
            return None;
        }
        let (mut table, mut values) = (Rows::with_capacity(shape, rows), vec![0; width]);
        let mut groups = groups.into_iter();
        let mut before = Key { group: 0, period: 0, x: 0 };
        for _ in 0..rows {
            let key = Key {
                group: u32::try_from(self.unsigned()?).ok().and_then(|step| before.group.checked_add(step))?,
                period: i64::try_from(i128::from(before.period).checked_add(self.signed()?)?).ok()?,
                x: i64::try_from(i128::from(before.x).checked_add(self.signed()?)?).ok()?,
            };
            if !table.is_empty() && key <= before {
                return None;
            }
            while table.groups.len() <= key.group as usize {
                table.open(groups.next()?);
            }
            for value in &mut values {
                *value = self.signed()?;
            }
            table.push(key.period, key.x, &values);
            before = key;
        }
        groups.for_each(|label| table.open(label));
        Some(table.into())
    }

    fn tables(mut self) -> Option<Vec<Table>> {
        let count = self.count()?;
        let tables = (0..count).map(|_| self.table()).collect::<Option<_>>()?;
        self.0.is_empty().then_some(tables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::table::TableBuilder;
    use proptest::prelude::*;

    fn sample() -> Tables {
        let mut builder = TableBuilder::<2>::new();
        builder.at(0, -5, 7)[0] = i128::MAX;
        builder.at(1, i64::MIN, i64::MAX)[1] = -1;
        let table = builder.finish(|code| vec![(code == 0).then(|| "général".to_owned()), None]);
        Tables { parameters: 42, as_of: 7, tables: vec![table, Table::new(Shape::least(1))] }
    }

    fn refusal(bytes: &[u8]) -> String {
        decode(bytes).expect_err("refused").to_string()
    }

    #[test]
    fn bytes_come_back_as_the_tables_they_were() {
        let tables = sample();
        assert_eq!(decode(&encode(&tables)).expect("its own bytes"), tables);
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        let bytes = encode(&sample());
        assert_eq!(refusal(b"PK"), "tables refused: these bytes are no commonweal tables");
        let damaged = "tables refused: the checksum does not match: the bytes are damaged or cut short";
        assert_eq!(refusal(&bytes[..bytes.len() - 1]), damaged);
        let resealed = |change: fn(&mut Vec<u8>)| {
            let mut body = bytes[..bytes.len() - 4].to_vec();
            change(&mut body);
            let checksum = crc32fast::hash(&body);
            body.extend(checksum.to_le_bytes());
            refusal(&body)
        };
        let older = "tables refused: they have version 1, this commonweal reads version 2; compute them anew";
        assert_eq!(resealed(|body| body[4] = 1), older);
        assert_eq!(resealed(|body| body.push(0)), "tables refused: they are malformed");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = encode(&Tables { parameters: 42, as_of: 7, tables: vec![] })[..HEADER].to_vec();
            bytes.append(&mut body);
            let checksum = crc32fast::hash(&bytes);
            bytes.extend(checksum.to_le_bytes());
            let _ = decode(&bytes);
        }

        #[test]
        fn any_flipped_bit_is_noticed(bit in 0usize..400) {
            let mut bytes = encode(&sample());
            let bit = bit % (bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(decode(&bytes).is_err());
        }
    }
}
