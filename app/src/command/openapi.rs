//! `rondo openapi`: prints the document that `web/openapi.json` holds.

use anyhow::Result;

use crate::say;

pub(crate) fn openapi() -> Result<()> {
    say::line(api::openapi()?);
    Ok(())
}
