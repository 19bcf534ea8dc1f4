//! The file of an archive, which has its name only once it is whole and on the disk: what is written stands
//! beside it until then. It holds password hashes and every record, so it is its owner's alone.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::folder::open_private;

/// A file on its way.
#[derive(Debug)]
pub struct ArchiveFile {
    path: PathBuf,
    partial: PathBuf,
    file: File,
    replaces: bool,
    is_whole: bool,
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is one of that name.
    #[error("`{path}` exists already; name another file, or say --force to replace it")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Another process writes it.
    #[error("`{path}` is being written by another process; wait for it, or name another file")]
    InUse {
        /// The file beside it that is being written.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("`{path}` cannot be written: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl ArchiveFile {
    /// Begins a file that is to have this name. One that is there is replaced only where `replaces` says so,
    /// and stays until the new one is whole.
    ///
    /// # Errors
    /// Where it exists, where another process writes it, where the operating system refuses.
    pub fn create(path: &Path, replaces: bool) -> Result<Self, FileError> {
        if !replaces && path.symlink_metadata().is_ok() {
            return Err(FileError::Exists { path: path.to_owned() });
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".partial");
        let partial = PathBuf::from(name);
        let io = |source| FileError::Io { path: partial.clone(), source };
        let file = open_private(&partial).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FileError::InUse { path: partial }),
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        file.set_len(0).map_err(io)?;
        Ok(Self { path: path.to_owned(), partial, file, replaces, is_whole: false })
    }

    /// Gives the file its name, when it is on the disk.
    ///
    /// # Errors
    /// Where a file of that name has come into being, where the operating system refuses.
    pub fn finish(mut self) -> Result<(), FileError> {
        let io = |source| FileError::Io { path: self.path.clone(), source };
        self.file.sync_all().map_err(io)?;
        if self.replaces {
            fs::rename(&self.partial, &self.path).map_err(io)?;
        } else {
            // Unlike a rename, a link never takes the place of another file.
            fs::hard_link(&self.partial, &self.path).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => FileError::Exists { path: self.path.clone() },
                _ => io(error),
            })?;
            fs::remove_file(&self.partial).map_err(io)?;
        }
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new("."))).and_then(|it| it.sync_all()).map_err(io)?;
        self.is_whole = true;
        Ok(())
    }
}

impl Write for ArchiveFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What was not finished goes away, as far as that can be done.
impl Drop for ArchiveFile {
    fn drop(&mut self) {
        if !self.is_whole {
            let _gone = fs::remove_file(&self.partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names and texts in the folder.
    fn files(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<String> = entries
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                format!("{name}: {}", fs::read_to_string(&path).unwrap())
            })
            .collect();
        files.sort();
        files
    }

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = ArchiveFile::create(&path, false).unwrap();
        file.write_all(b"one").unwrap();
        assert_eq!(files(folder.path()), ["a.partial: one"]);
        let second = ArchiveFile::create(&path, false);
        assert!(matches!(second, Err(FileError::InUse { .. })), "one at a time");
        file.finish().unwrap();
        assert_eq!(files(folder.path()), ["a: one"]);
        assert!(matches!(ArchiveFile::create(&path, false), Err(FileError::Exists { .. })));
        let mut file = ArchiveFile::create(&path, true).unwrap();
        file.write_all(b"two").unwrap();
        drop(file);
        assert_eq!(files(folder.path()), ["a: one"], "what is given up leaves nothing behind");
        let mut file = ArchiveFile::create(&path, true).unwrap();
        file.write_all(b"two").unwrap();
        file.finish().unwrap();
        assert_eq!(files(folder.path()), ["a: two"]);
    }

    #[test]
    fn a_file_that_came_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = ArchiveFile::create(&path, false).unwrap();
        fs::write(&path, "another's").unwrap();
        assert!(matches!(file.finish(), Err(FileError::Exists { .. })));
        assert_eq!(files(folder.path()), ["a: another's"]);
    }
}
