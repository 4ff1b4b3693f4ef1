//! Columns of ids from Parquet pages, as the numbers that they differ in: no string is made for any row.
use commonweal::{Numbers, Written};
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::encoding::hybrid_rle::{HybridRleChunk, HybridRleDecoder};
use polars_parquet::parquet::page::{DataPage, EncodedSplitBuffer, split_buffer};

use super::chunks::{self, Chunk, Footer, Origin};

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
    let mut pages = chunk.pages();
    let names = match pages.read_dict_page().ok()? {
        Some(names) => names.buffer.to_vec(),
        None => {
            let page = pages.next()?.ok()?.decompress(&mut pages).ok()?;
            let values = split_buffer(&page).ok()?.values;
            if page.encoding() != Encoding::Plain {
                return None;
            }
            values.to_vec()
        }
    };
    let length = u32::from_le_bytes(names.get(..LENGTH)?.try_into().ok()?) as usize;
    String::from_utf8(names.get(LENGTH..)?.get(..length)?.to_vec()).ok()
}

/// The number of each row; none where a name is written otherwise, or a page is of a kind that is not read here.
fn read_chunk(chunk: &Chunk<'_>, written: Written, mut rows: &mut [u32]) -> Option<()> {
    let mut pages = chunk.pages();
    let mut shared: Vec<u32> = vec![];
    if let Some(names) = pages.read_dict_page().ok()? {
        let mut names = Names { bytes: &names.buffer, written };
        while !names.bytes.is_empty() {
            shared.push(names.next()?);
        }
    }
    while let Some(page) = pages.next() {
        let page = page.ok()?.decompress(&mut pages).ok()?;
        let own;
        (own, rows) = rows.split_at_mut_checked(page.num_values())?;
        read_page(&page, &shared, written, own)?;
        pages.reuse_page_buffer(page);
    }
    rows.is_empty().then_some(())
}

/// The number of each row of a page, and of its null.
fn read_page(page: &DataPage, shared: &[u32], written: Written, rows: &mut [u32]) -> Option<()> {
    let EncodedSplitBuffer { rep, def, values } = split_buffer(page).ok()?;
    if !rep.is_empty() || page.descriptor.max_rep_level > 0 || page.descriptor.max_def_level > 1 {
        return None;
    }
    // Which rows have a name.
    let there = match page.descriptor.max_def_level {
        0 => None,
        _ => Some(HybridRleDecoder::new(def, 1, rows.len()).collect().ok().filter(|there| there.len() == rows.len())?),
    };
    let names = there.as_ref().map_or(rows.len(), |there| there.iter().filter(|there| **there != 0).count());
    match page.encoding() {
        Encoding::Plain => {
            let mut names = Names { bytes: values, written };
            fill(rows, there.as_deref(), || names.next())
        }
        Encoding::PlainDictionary | Encoding::RleDictionary => {
            let (bits, codes) = values.split_first().filter(|(bits, _)| u32::from(**bits) <= u32::BITS)?;
            let mut found = Vec::with_capacity(names);
            for run in HybridRleDecoder::new(codes, u32::from(*bits), names).into_chunk_iter() {
                match run.ok()? {
                    HybridRleChunk::Rle(code, length) => found.resize(found.len() + length, code),
                    HybridRleChunk::Bitpacked(codes) => codes.collect_into(&mut found),
                }
            }
            let mut found = found.into_iter();
            fill(rows, there.as_deref(), || shared.get(found.next()? as usize).copied())
        }
        _ => None,
    }
}

/// Puts the next number into each row that is there; the others are null.
fn fill(rows: &mut [u32], there: Option<&[u32]>, mut next: impl FnMut() -> Option<u32>) -> Option<()> {
    match there {
        None => rows.iter_mut().try_for_each(|row| {
            *row = next()?;
            Some(())
        }),
        Some(there) => rows.iter_mut().zip(there).try_for_each(|(row, there)| {
            *row = if *there == 0 { Numbers::NONE } else { next()? };
            Some(())
        }),
    }
}

/// Names as plain pages have them: the length, then the bytes.
struct Names<'a> {
    bytes: &'a [u8],
    written: Written,
}

impl Names<'_> {
    /// The number of the next name.
    #[inline]
    fn next(&mut self) -> Option<u32> {
        let packed = match self.bytes.first_chunk::<PACKED>() {
            Some(packed) => u128::from_le_bytes(*packed),
            None => {
                let mut packed = [0; PACKED];
                packed[..self.bytes.len()].copy_from_slice(self.bytes);
                u128::from_le_bytes(packed)
            }
        };
        // Whatever its length says, a name must be there.
        self.bytes = self.bytes.get(LENGTH.checked_add(packed as u32 as usize)?..)?;
        self.written.number(packed)
    }
}
