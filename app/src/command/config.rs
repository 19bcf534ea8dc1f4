//! `rondo config`: every setting, what it is at this moment and who says so.

use anyhow::Result;

use crate::cli::{Config, Printed};
use crate::say;
use crate::settings::{self, InEffect};

pub(crate) fn config(options: &Config, in_effect: &[InEffect]) -> Result<()> {
    // What the server would refuse is told here too.
    options.serve.check()?;
    let text = match options.printed {
        Printed::File => settings::sample(in_effect),
        Printed::Handbook => settings::handbook(),
    };
    say::line(text.trim_end());
    Ok(())
}
