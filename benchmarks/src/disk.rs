//! How long this machine's disk takes to make 4 KB durable, this minute: without it no other time here
//! can be judged.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::spread::Spread;

/// Syncs measured at several moments of one measurement.
#[derive(Debug, Default)]
pub(crate) struct Syncs(Vec<Duration>);

impl Syncs {
    /// Appends a page and syncs it, `count` times, to a file in the folder.
    pub(crate) fn sample(&mut self, folder: &Path, count: usize) -> Result<()> {
        let path = folder.join("syncs");
        let mut file = File::create(&path)?;
        for _ in 0..count {
            file.write_all(&[7; 4096])?;
            let begun = Instant::now();
            file.sync_data()?;
            self.0.push(begun.elapsed());
        }
        std::fs::remove_file(path)?;
        Ok(())
    }

    pub(crate) fn spread(self) -> Spread {
        Spread::new(self.0)
    }
}
