//! The log on standard error: as text for people, or one JSON object a line for what collects logs. Also
//! where a defect goes, so that it is in the log in the same form.

use anyhow::{Context as _, Result};
use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;

/// Starts the log. `levels` is a level, or levels by target.
pub(crate) fn start(levels: &str, format: LogFormat) -> Result<()> {
    let filter = EnvFilter::try_new(levels).with_context(|| {
        format!("`{levels}` is no level of the log; say `info`, or as `runtime=debug,info`")
    })?;
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a defect stopped a thread")));
    Ok(())
}
