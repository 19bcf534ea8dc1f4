//! The one binary: configuration, wiring, the command line, the embedded page and the ready-made packs.

mod archive_file;
mod cli;
mod command;
mod log;
mod pack;
mod page;
mod patience;
mod progress;
mod say;
mod server;
mod settings;
mod workspace;

use std::process::ExitCode;

use crate::cli::Subcommand;
use crate::settings::Parsed;

/// A lane allocates a great many small things, which costs less with this allocator than with the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let Parsed { cli, in_effect, warnings } = match settings::parse(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(stopped) => return stopped.tell(),
    };
    if let Err(error) = log::start(&cli.log, cli.log_format) {
        return ended(Err(error));
    }
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let done = match cli.subcommand {
        Subcommand::Serve(options) => command::serve(&options),
        Subcommand::Deploy(options) => command::deploy(&options),
        Subcommand::Import(options) => return ended(command::import(&options)),
        Subcommand::Backup(options) => command::backup(&options),
        Subcommand::Check(options) => return ended(command::check(&options)),
        Subcommand::Restore(options) => command::restore(&options),
        Subcommand::Eval(options) => command::eval(&options),
        Subcommand::User(options) => command::user(options),
        Subcommand::Dmn(options) => command::dmn(&options),
        Subcommand::Feel(options) => command::feel(&options),
        Subcommand::Config(options) => command::config(&options, &in_effect),
        Subcommand::Openapi => command::openapi(),
    };
    ended(done.map(|()| ExitCode::SUCCESS))
}

fn ended(done: anyhow::Result<ExitCode>) -> ExitCode {
    match done {
        Ok(code) => code,
        Err(error) => {
            say::error(&error);
            ExitCode::FAILURE
        }
    }
}
