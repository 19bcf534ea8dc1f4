//! The commands of the program, one file each.

mod backup;
mod check;
mod config;
mod deploy;
mod dmn;
mod eval;
mod feel;
mod import;
mod openapi;
mod restore;
mod serve;
mod user;

pub(crate) use backup::backup;
pub(crate) use check::check;
pub(crate) use config::config;
pub(crate) use deploy::deploy;
pub(crate) use dmn::dmn;
pub(crate) use eval::eval;
pub(crate) use feel::feel;
pub(crate) use import::import;
pub(crate) use openapi::openapi;
pub(crate) use restore::restore;
pub(crate) use serve::serve;
pub(crate) use user::user;
