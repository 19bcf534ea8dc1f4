//! What the API document says of words out of a closed list, and of labels: the core's own enums, by their
//! own lists, so that a word added there is added here. Only schemas; what is sent are the core's values.

use access::Role as AccessRole;
use runtime::port;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Declares the schema of an enum of the core.
macro_rules! listed {
    ($($(#[$doc:meta])* $name:ident = $words:expr;)+) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl PartialSchema for $name {
                fn schema() -> utoipa::openapi::RefOr<Schema> {
                    let words = $words.iter().map(|word| word.as_str());
                    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
                }
            }

            impl ToSchema for $name {
                fn name() -> std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }
            }
        )+
    };
}

listed! {
    /// Where an instance is in its life.
    InstanceState = port::InstanceState::ALL;
    /// Where a pass through an element is in its life.
    ElementState = port::ElementState::ALL;
    /// Where an incident is in its life.
    IncidentState = port::IncidentState::ALL;
    /// Where a user task is in its life.
    UserTaskState = port::UserTaskState::ALL;
    /// Where an entry of the outbox is in its life.
    OutboxState = port::OutboxState::ALL;
    /// What an end of a stage bar is to those who work for it.
    Outcome = records::Outcome::ALL;
    /// What a user is to the workspace.
    Role = AccessRole::ALL;
}

/// A name in both languages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of `records::Label`, which is what is sent")]
pub(crate) struct Label {
    /// English.
    en: String,
    /// Simplified Chinese.
    zh: String,
}
