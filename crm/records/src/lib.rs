//! Objects and fields as metadata, validation, change sets. No I/O, no clock.
//!
//! An [`ObjectDef`] says what a row looks like; a [`Schema`] is a set of objects that fit together;
//! [`create`] and [`update`] are the only ways from outside [`Input`] to a [`Record`], [`take_back`] the way back; [`view`]
//! shows a record to FEEL and to JSON; [`import`] makes records of CSV.

mod bounds;
mod change;
mod currency;
mod define;
mod field;
mod guard;
pub mod import;
mod input;
mod invalid;
mod label;
mod lock;
mod login;
mod object;
mod read;
mod record;
#[cfg(test)]
mod sample;
mod schema;
mod selection;
mod total;
mod undo;
mod value;
pub mod view;

pub use bounds::Bounds;
pub use change::{FieldChange, Origin, changes, create, update};
pub use currency::unknown_currencies;
pub use field::{Choice, FieldDef, FieldDefault, FieldKind, LONG_TEXT_MAX, USER_OBJECT};
pub use guard::{guard, matches};
pub use input::Input;
pub use invalid::{FieldProblem, Invalid, ProblemCode};
pub use label::Label;
pub use lock::{Holds, Locked};
pub use object::{ObjectDef, Outcome, PartOf, StageEnd, StageLock, Stages};
pub use record::{Record, RecordRef};
pub use schema::{MAX_FIELDS, MAX_OBJECTS, Part, Schema, SchemaProblem};
pub use selection::{NotSelectable, REFERENCES_MAX, REFERRED_MAX, Referred, Selection};
pub use total::TotalOf;
pub use undo::take_back;
pub use value::FieldValue;
pub use view::resolve::{Known, Missing, Source, resolve};
