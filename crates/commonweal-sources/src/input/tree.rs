//! The files of an export, whatever holds them.
use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use zip::ZipArchive;
use zip::result::ZipError;

use super::guard::{Capped, Counted};
use super::tar::Tar;
use super::unpack::{read_full, unpacked, without_ending};
use crate::error::{Error, Place, Result};

/// More files than any real export of one community.
pub(super) const MOST_FILES: usize = 1_000_000;
const DEEPEST: usize = 16;
/// How much of a file is looked at to recognise it.
const HEAD: u64 = 64 * 1024;

/// One file of the export.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name inside the folder or archive, with `/`; of a single file its own name.
    pub name: String,
    /// Its size in bytes, packed if it is packed.
    pub size: u64,
    /// Where a folder has it, whose name need not be UTF-8.
    disk: PathBuf,
    /// Its number in an archive.
    place: usize,
}

impl Entry {
    /// The last part of the name.
    pub fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// The name without what says the type, in lower case: `2001-may` of `list/2001-May.txt.gz`.
    pub fn stem(&self) -> &str {
        let name = without_ending(self.file_name());
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// The ending of the name in lower case, what says that it is packed put aside.
    pub fn extension(&self) -> String {
        let name = without_ending(self.file_name());
        name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
    }

    /// The folder that the file is in, if the export tells.
    pub fn folder(&self) -> Option<&str> {
        self.name.rsplit_once('/').map(|(folder, _)| folder.rsplit('/').next().unwrap_or(folder))
    }
}

enum Store {
    File,
    Folder,
    Zip(Box<ZipArchive<BufReader<File>>>),
    Tar(Box<Tar>),
}

/// A file, a folder, the files of a pattern, or an archive.
pub(crate) struct Tree {
    path: PathBuf,
    store: Store,
    entries: Vec<Entry>,
    bytes_read: Rc<Cell<u64>>,
}

impl Tree {
    /// Lists the files at `path`, sorted by name; those of a tar archive in its own order, in which they can be read in one pass.
    /// Symbolic links inside a folder or archive are not followed.
    pub fn open(path: &Path) -> Result<Self> {
        let mut entries = Vec::new();
        let bytes_read = Rc::default();
        let metadata = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && matching(path, &mut entries)? => {
                return Ok(Self { path: path.to_owned(), store: Store::Folder, entries, bytes_read });
            }
            metadata => metadata.map_err(|error| Error::io(path, error))?,
        };
        let store = if metadata.is_dir() {
            walk(path, "", 0, &mut entries)?;
            Store::Folder
        } else if let Some(mut archive) = open_zip(path)? {
            entries = zip_entries(path, &mut archive)?;
            Store::Zip(Box::new(archive))
        } else if let Some((archive, listed)) = Tar::open(path, Rc::clone(&bytes_read))? {
            for file in listed {
                let name = safe(path, &file.name)?;
                if !name.split('/').any(is_litter) {
                    entries.push(Entry { name, size: file.size, disk: PathBuf::new(), place: file.place });
                }
            }
            return Ok(Self { path: path.to_owned(), store: Store::Tar(Box::new(archive)), entries, bytes_read });
        } else {
            if metadata.len() == 0 {
                return Err(Error::Empty { path: path.to_owned() });
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            entries.push(Entry { name, size: metadata.len(), disk: path.to_owned(), place: 0 });
            Store::File
        };
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { path: path.to_owned(), store, entries, bytes_read })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn is_file(&self) -> bool {
        matches!(self.store, Store::File)
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The path to name in an error.
    pub fn label(&self, index: usize) -> PathBuf {
        match self.store {
            Store::Zip(_) | Store::Tar(_) => self.path.join(&self.entries[index].name),
            _ => self.entries[index].disk.clone(),
        }
    }

    /// A file on disk that needs no unpacking, if this is one.
    pub fn on_disk(&self, index: usize) -> Option<PathBuf> {
        (!matches!(self.store, Store::Zip(_) | Store::Tar(_))).then(|| self.label(index))
    }

    /// The folder of a file, which for a file at the top is the name of the export's own folder.
    pub fn folder_of(&self, index: usize) -> Option<String> {
        if let Some(folder) = self.entries[index].folder() {
            return Some(folder.to_owned());
        }
        self.name()
    }

    /// The name of the whole: the folder's, that of a single file's folder, or the archive's.
    pub fn name(&self) -> Option<String> {
        let whole = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let name = match self.store {
            Store::File => whole.parent()?.file_name()?,
            Store::Folder => whole.file_name()?,
            Store::Zip(_) | Store::Tar(_) => {
                let name = whole.file_name()?.to_string_lossy();
                let name = without_ending(&name);
                return Some(name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned());
            }
        };
        Some(name.to_string_lossy().into_owned())
    }

    /// The content of a file, unpacked and capped.
    pub fn reader(&mut self, index: usize) -> Result<Box<dyn Read + '_>> {
        let label = self.label(index);
        let entry = &self.entries[index];
        let (raw, packed): (Box<dyn Read + '_>, u64) = match &mut self.store {
            Store::Zip(archive) => {
                let file = archive.by_index(entry.place).map_err(|error| zip_error(&self.path, &error))?;
                let packed = file.compressed_size();
                (Box::new(Capped::new(file, label.clone(), packed)), packed)
            }
            // The archive counts its own bytes.
            Store::Tar(archive) => {
                let file = archive.reader(entry.place)?;
                return unpacked(file, label.clone(), entry.size).map_err(|error| Error::io(&label, error));
            }
            _ => (Box::new(File::open(&label).map_err(|error| Error::io(&label, error))?), entry.size),
        };
        let raw = Counted { inner: raw, bytes: Rc::clone(&self.bytes_read) };
        unpacked(raw, label.clone(), packed).map_err(|error| Error::io(&label, error))
    }

    /// The first bytes of a file, unpacked.
    pub fn head(&mut self, index: usize) -> Result<Vec<u8>> {
        let label = self.label(index);
        let mut head = Vec::new();
        match self.reader(index)?.take(HEAD).read_to_end(&mut head) {
            // What was unpacked before a fault serves to recognise; reading tells of the fault.
            Err(error) if head.is_empty() => Err(Error::io(&label, error)),
            _ => Ok(head),
        }
    }

    /// The last bytes of a file that is not packed.
    pub fn tail(&self, index: usize, bytes: u64) -> Result<Vec<u8>> {
        use std::io::{Seek, SeekFrom};
        let label = self.label(index);
        let told = |error| Error::io(&label, error);
        let mut file = File::open(&label).map_err(told)?;
        let length = file.metadata().map_err(told)?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(bytes))).map_err(told)?;
        let mut tail = Vec::new();
        file.take(bytes).read_to_end(&mut tail).map_err(told)?;
        Ok(tail)
    }

    /// The bytes of these files as they are on disk; of a tar archive, of which no part is read alone, its own.
    pub fn bytes(&self, files: &[usize]) -> u64 {
        match self.store {
            Store::Tar(_) => fs::metadata(&self.path).map_or(0, |metadata| metadata.len()),
            _ => files.iter().map(|index| self.entries[*index].size).sum(),
        }
    }

    /// The count of source bytes read so far, shared with the readers handed out.
    pub fn bytes_read(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.bytes_read)
    }
}

/// What systems leave in folders and archives. Names that merely begin with a dot are kept: zulip-archive writes such topics.
fn is_litter(name: &str) -> bool {
    matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini" | "__MACOSX" | ".git") || name.starts_with("._")
}

fn too_many(path: &Path, what: String) -> Error {
    Error::TooMany { path: path.to_owned(), what }
}

fn walk(folder: &Path, prefix: &str, depth: usize, entries: &mut Vec<Entry>) -> Result<()> {
    if depth > DEEPEST {
        return Err(too_many(folder, format!("nested deeper than {DEEPEST} folders")));
    }
    let told = |error| Error::io(folder, error);
    for item in fs::read_dir(folder).map_err(told)? {
        let item = item.map_err(told)?;
        let name = item.file_name().to_string_lossy().into_owned();
        let kind = item.file_type().map_err(told)?;
        if is_litter(&name) {
            continue;
        }
        if kind.is_dir() {
            walk(&item.path(), &format!("{prefix}{name}/"), depth + 1, entries)?;
        } else if kind.is_file() {
            if entries.len() == MOST_FILES {
                return Err(too_many(folder, format!("more than {MOST_FILES} files")));
            }
            let size = item.metadata().map_err(told)?.len();
            entries.push(Entry { name: format!("{prefix}{name}"), size, disk: item.path(), place: 0 });
        }
    }
    Ok(())
}

fn open_zip(path: &Path) -> Result<Option<ZipArchive<BufReader<File>>>> {
    let told = |error| Error::io(path, error);
    let mut file = BufReader::new(File::open(path).map_err(told)?);
    let mut magic = [0; 4];
    let got = read_full(&mut file, &mut magic).map_err(told)?;
    if got < 4 || !matches!(&magic, b"PK\x03\x04" | b"PK\x05\x06") {
        return Ok(None);
    }
    let mut archive = ZipArchive::new(file).map_err(|error| zip_error(path, &error))?;
    if archive.len() > MOST_FILES {
        return Err(too_many(path, format!("more than {MOST_FILES} files")));
    }
    if archive.has_overlapping_files().map_err(|error| zip_error(path, &error))? {
        return Err(Error::Malformed {
            path: path.to_owned(),
            place: Place::default(),
            format: "zip",
            detail: "files overlap each other".to_owned(),
        });
    }
    Ok(Some(archive))
}

fn zip_entries(path: &Path, archive: &mut ZipArchive<BufReader<File>>) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for place in 0..archive.len() {
        let file = archive.by_index_raw(place).map_err(|error| zip_error(path, &error))?;
        let name = safe(path, file.name())?;
        if !name.ends_with('/') && !name.split('/').any(is_litter) {
            entries.push(Entry { name, size: file.compressed_size(), disk: PathBuf::new(), place });
        }
    }
    Ok(entries)
}

/// A name inside of an archive, with `/`; one that leads out of it is an error.
fn safe(path: &Path, name: &str) -> Result<String> {
    let name = name.replace('\\', "/");
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || drive || name.contains('\0') || name.split('/').any(|part| part == "..") {
        return Err(Error::UnsafeName { path: path.to_owned(), name });
    }
    Ok(name.strip_prefix("./").map_or(name.clone(), str::to_owned))
}

/// Lists the files that a pattern such as `logs/*.txt` names; false where the path is no pattern or nothing matches it.
fn matching(path: &Path, entries: &mut Vec<Entry>) -> Result<bool> {
    let Some(pattern) = path.to_str().filter(|path| path.contains(['*', '?', '['])) else { return Ok(false) };
    let Ok(paths) = glob::glob(pattern) else { return Ok(false) };
    // Names are told from the folder on in which the pattern begins.
    let fixed = pattern.find(['*', '?', '[']).and_then(|at| pattern[..at].rfind('/')).map_or(0, |at| at + 1);
    for found in paths {
        let disk = found.map_err(|error| {
            let path = error.path().to_owned();
            Error::io(&path, error.into())
        })?;
        let metadata = fs::symlink_metadata(&disk).map_err(|error| Error::io(&disk, error))?;
        let name = disk.to_string_lossy().replace('\\', "/");
        let name = name.get(fixed..).unwrap_or(&name).to_owned();
        if metadata.is_file() && !name.split('/').any(is_litter) {
            if entries.len() == MOST_FILES {
                return Err(too_many(path, format!("more than {MOST_FILES} files")));
            }
            entries.push(Entry { name, size: metadata.len(), disk, place: 0 });
        }
    }
    Ok(!entries.is_empty())
}

fn zip_error(path: &Path, error: &ZipError) -> Error {
    let path = path.to_owned();
    match error {
        ZipError::UnsupportedArchive(detail) if detail.contains("assword") => Error::Packed {
            path,
            packing: "zip archive with a password",
            remedy: "unpack it first and give the folder",
        },
        ZipError::UnsupportedArchive(_) => Error::Packed {
            path,
            packing: "zip archive of an unusual kind",
            remedy: "unpack it first and give the folder",
        },
        other => Error::Truncated { path, place: Place::default(), detail: other.to_string() },
    }
}
