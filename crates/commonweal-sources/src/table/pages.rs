//! Columns straight from Parquet pages: what is made of each value is written to its row, and nothing is held beside it.
use polars_parquet::parquet::CowBuffer;
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::encoding::hybrid_rle::{HybridRleChunk, HybridRleDecoder};
use polars_parquet::parquet::page::{DataPage, EncodedSplitBuffer, split_buffer};
use polars_parquet::read::BasicDecompressor;

use super::chunks::Chunk;

/// The pages of a chunk, of which the dictionary has been read.
pub(super) struct Pages {
    pages: BasicDecompressor,
    /// The values that data pages give by their place, as plain pages would have them.
    pub(super) dictionary: Option<CowBuffer>,
}

/// What is made of the values of a column.
pub(super) trait Make<T> {
    /// Of the first of these values; they begin after it then. None where it is of a kind that is not read here.
    fn value(&mut self, plain: &mut &[u8]) -> Option<T>;

    /// Of null, by the row of the chunk.
    fn null(&mut self, row: usize) -> Option<T>;
}

impl Pages {
    /// Those of a chunk; none where it is broken.
    pub(super) fn open(chunk: &Chunk<'_>) -> Option<Self> {
        let mut pages = chunk.pages();
        let dictionary = pages.read_dict_page().ok()?.map(|names| names.buffer);
        Some(Self { pages, dictionary })
    }

    /// The values of the first page, as plain pages have them; none where it is of another kind.
    pub(super) fn first(mut self) -> Option<Vec<u8>> {
        if let Some(values) = self.dictionary {
            return Some(values.to_vec());
        }
        let page = self.pages.next()?.ok()?.decompress(&mut self.pages).ok()?;
        let values = split_buffer(&page).ok()?.values;
        (page.encoding() == Encoding::Plain).then(|| values.to_vec())
    }

    /// What is made of each row. `shared` is what is made of each value of the dictionary. None where the pages are of a kind that is not
    /// read here, or have other rows.
    pub(super) fn read<T: Copy>(mut self, shared: &[T], make: &mut impl Make<T>, rows: &mut [T]) -> Option<()> {
        let (mut done, mut room) = (0, Room::default());
        while let Some(page) = self.pages.next() {
            let page = page.ok()?.decompress(&mut self.pages).ok()?;
            let own = rows.get_mut(done..)?.get_mut(..page.num_values())?;
            read_page(&page, shared, make, done, own, &mut room)?;
            done += page.num_values();
            self.pages.reuse_page_buffer(page);
        }
        (done == rows.len()).then_some(())
    }
}

/// Room that one page after the other is read in.
#[derive(Default)]
struct Room {
    /// For each row, whether it has a value.
    there: Vec<u32>,
    /// Places in the dictionary.
    codes: Vec<u32>,
}

/// What is made of each row of a page, of which the first is `before` rows into its chunk.
fn read_page<T: Copy>(
    page: &DataPage,
    shared: &[T],
    make: &mut impl Make<T>,
    before: usize,
    rows: &mut [T],
    room: &mut Room,
) -> Option<()> {
    let EncodedSplitBuffer { rep, def, values } = split_buffer(page).ok()?;
    if !rep.is_empty() || page.descriptor.max_rep_level > 0 || page.descriptor.max_def_level > 1 {
        return None;
    }
    let there = match page.descriptor.max_def_level {
        0 => None,
        _ => there(def, rows.len(), &mut room.there)?,
    };
    let null = |make: &mut _, row: usize| Make::null(make, before + row);
    match page.encoding() {
        Encoding::Plain => {
            let mut values = values;
            fill(rows, there, make, null, |make| make.value(&mut values))
        }
        Encoding::PlainDictionary | Encoding::RleDictionary => {
            let (bits, values) = values.split_first().filter(|(bits, _)| u32::from(**bits) <= u32::BITS)?;
            let names = there.map_or(rows.len(), |there| there.iter().filter(|there| **there != 0).count());
            let mut codes = spread(HybridRleDecoder::new(values, u32::from(*bits), names), &mut room.codes)?.iter();
            fill(rows, there, make, null, |_| shared.get(*codes.next()? as usize).copied())
        }
        _ => None,
    }
}

/// Which of so many rows have a value: none where all do.
#[allow(clippy::option_option)]
fn there<'r>(levels: &[u8], rows: usize, room: &'r mut Vec<u32>) -> Option<Option<&'r [u32]>> {
    let levels = HybridRleDecoder::new(levels, 1, rows);
    if let Some(Ok(HybridRleChunk::Rle(1, length))) = levels.clone().into_chunk_iter().next()
        && length == rows
    {
        return Some(None);
    }
    spread(levels, room).filter(|there| there.len() == rows).map(Some)
}

/// What runs stand for, one by one.
fn spread<'r>(runs: HybridRleDecoder<'_>, room: &'r mut Vec<u32>) -> Option<&'r [u32]> {
    room.clear();
    room.reserve(runs.len());
    for run in runs.into_chunk_iter() {
        match run.ok()? {
            HybridRleChunk::Rle(value, length) => room.resize(room.len() + length, value),
            HybridRleChunk::Bitpacked(run) => run.collect_into(room),
        }
    }
    Some(room)
}

/// Puts the next value into each row that is there, and what stands for null into the others.
fn fill<T, M>(
    rows: &mut [T],
    there: Option<&[u32]>,
    make: &mut M,
    null: impl Fn(&mut M, usize) -> Option<T>,
    mut next: impl FnMut(&mut M) -> Option<T>,
) -> Option<()> {
    match there {
        None => rows.iter_mut().try_for_each(|row| {
            *row = next(make)?;
            Some(())
        }),
        Some(there) => rows.iter_mut().zip(there).enumerate().try_for_each(|(at, (row, there))| {
            *row = if *there == 0 { null(make, at)? } else { next(make)? };
            Some(())
        }),
    }
}

/// Takes the first name of a plain page: its length, then its bytes.
pub(super) fn name<'p>(plain: &mut &'p [u8]) -> Option<&'p [u8]> {
    let (length, rest) = plain.split_first_chunk()?;
    let (name, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *plain = rest;
    Some(name)
}
