//! Columns of ids from Parquet pages, as the numbers that they differ in: no string is made for any row.
use commonweal::{Filled, Numbers, Written};

use super::chunks::{self, Chunk, Footer, Origin};
use super::pages::{self, Make, Pages};

/// Bytes that hold a name, and those before it that hold its length.
const PACKED: usize = size_of::<u128>();
const LENGTH: usize = size_of::<u32>();

/// Those of these columns whose names differ in a number only.
pub(super) fn read(origin: &Origin, footer: &Footer, columns: &[String]) -> Vec<(String, Numbers)> {
    let mut found: Vec<(String, Numbers)> = vec![];
    for name in footer.texts(columns) {
        let Some(all) = Chunk::all(origin, footer, name) else { continue };
        let Some(first) = all.iter().find_map(first) else { continue };
        // Ids, threads and parents are mostly written alike.
        let known = found.iter().map(|(_, numbers)| numbers.written());
        let mut ways: Vec<Written> = known.chain(Written::ways(&first)).collect();
        ways.dedup();
        let rows = |written| chunks::gather(Chunk::with_rows(&all), |chunk, rows| read_chunk(chunk, written, rows));
        if let Some((rows, written)) = ways.into_iter().find_map(|written| Some((rows(written)?, written))) {
            found.push((name.to_string(), Numbers::new(rows, written)));
        }
    }
    found
}

/// The first name of a chunk; none where there is none, or where it is not to be had.
fn first(chunk: &Chunk<'_>) -> Option<String> {
    let names = Pages::open(chunk)?.first()?;
    String::from_utf8(pages::name(&mut &names[..])?.to_vec()).ok()
}

/// The number of each row; none where a name is written otherwise, or a page is of a kind that is not read here.
fn read_chunk(chunk: &Chunk<'_>, written: Written, rows: &mut [u32]) -> Option<()> {
    match written.filled() {
        Some(filled) => read_each(chunk, filled, rows),
        None => read_each(chunk, written, rows),
    }
}

fn read_each(chunk: &Chunk<'_>, mut written: impl Make<u32>, rows: &mut [u32]) -> Option<()> {
    let pages = Pages::open(chunk)?;
    let mut names = pages.dictionary.as_deref().unwrap_or_default();
    // As many as there can be: what is not used is never touched.
    let mut shared = Vec::with_capacity(names.len() / LENGTH);
    while !names.is_empty() {
        shared.push(written.value(&mut names)?);
    }
    pages.read(&shared, &mut written, rows)
}

/// The first bytes of a plain page.
#[inline]
fn packed(plain: &[u8]) -> u128 {
    match plain.first_chunk::<PACKED>() {
        Some(packed) => u128::from_le_bytes(*packed),
        None => {
            let mut packed = [0; PACKED];
            packed[..plain.len()].copy_from_slice(plain);
            u128::from_le_bytes(packed)
        }
    }
}

impl Make<u32> for Filled {
    #[inline]
    fn value(&mut self, plain: &mut &[u8]) -> Option<u32> {
        let number = self.number(packed(plain))?;
        // As long as it says: where the next begins need not be waited for.
        *plain = plain.get(LENGTH + self.length()..)?;
        Some(number)
    }

    fn null(&mut self, _: usize) -> Option<u32> {
        Some(Numbers::NONE)
    }
}

impl Make<u32> for Written {
    #[inline]
    fn value(&mut self, plain: &mut &[u8]) -> Option<u32> {
        let packed = packed(plain);
        // Whatever its length says, a name must be there.
        *plain = plain.get(LENGTH.checked_add(packed as u32 as usize)?..)?;
        self.number(packed)
    }

    fn null(&mut self, _: usize) -> Option<u32> {
        Some(Numbers::NONE)
    }
}
