//! The data folder and the proof that this process alone works in it. The lock is the operating
//! system's, so it ends with the process however that ends; the pid in the file is only for the
//! message to whoever comes second.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Rights of a new folder: its owner's alone, for the records, sessions and password hashes are in it.
const FOLDER_MODE: u32 = 0o700;
/// Rights of a new file in it, for the folder may be an older one that others can enter.
const FILE_MODE: u32 = 0o600;
/// The file whose lock means "somebody works in this folder".
const LOCK_FILE: &str = "rondo.lock";

/// A data folder held by this process for as long as the value lives.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    // INVARIANT: holds the exclusive lock of `LOCK_FILE`; dropping the file releases it.
    _lock: File,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process holds the folder.
    #[error(
        "the data folder `{path}` is in use by process {holder}; stop that process or name another folder"
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Process id of the holder, or `unknown` where the lock file cannot be read.
        holder: String,
    },
    /// The operating system refused.
    #[error("the data folder `{path}` cannot be used; check that it exists and is writable")]
    Io {
        /// The folder or the file in it.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl Folder {
    /// Creates the folder where it is missing, for its owner alone, and takes it for this process. The
    /// rights of a folder that is there stay as they are.
    ///
    /// # Errors
    /// [`FolderError::InUse`] with the holder's pid, or what the operating system said.
    pub fn take(path: &Path) -> Result<Self, FolderError> {
        let io = |source| FolderError::Io { path: path.to_owned(), source };
        create_folder(path).map_err(io)?;
        let mut lock = open_private(&path.join(LOCK_FILE)).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(FolderError::InUse {
                    path: path.to_owned(),
                    holder: holder(&mut lock),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        write_pid(&mut lock).map_err(io)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Creates the folder and those above it; only the last one is private.
fn create_folder(path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)
}

/// Opens a file for reading and writing; creates it, for its owner alone, where it is missing.
pub(crate) fn open_private(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(file)
}

fn write_pid(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "{}", std::process::id())
}

/// The pid that the holder wrote. Only digits are believed: the file may hold anything.
fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    let read = lock.take(32).read_to_string(&mut text);
    match (read, text.trim().parse::<u32>()) {
        (Ok(_), Ok(pid)) => pid.to_string(),
        _ => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it exists").permissions().mode() & 0o777
    }

    #[test]
    fn a_new_folder_and_the_database_in_it_are_its_owners_alone() {
        let above = tempfile::tempdir().expect("a folder");
        let path = above.path().join("data").join("rondo");
        let database = crate::sqlite::Database::open(&path).expect("a database");
        let lane = database.lane().expect("a lane");
        assert_eq!(mode(&path), 0o700);
        for entry in fs::read_dir(&path).expect("the folder can be read") {
            let file = entry.expect("an entry").path();
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
        drop(lane);
    }

    #[test]
    fn the_rights_of_a_folder_that_is_there_stay() {
        let above = tempfile::tempdir().expect("a folder");
        let path = above.path().join("shared");
        fs::create_dir(&path).expect("a folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).expect("rights");
        drop(Folder::take(&path).expect("the folder is free"));
        assert_eq!(mode(&path), 0o750);
        assert_eq!(mode(&path.join(LOCK_FILE)), 0o600);
    }
}
