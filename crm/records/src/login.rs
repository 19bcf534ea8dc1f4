//! The one rule that is special to users: what a login may look like. It is part of HTTP Basic (no colon),
//! is read from paths and told apart by eye (lower case only), and must not be taken for the engine's.

use std::sync::Arc;

use crate::{FieldProblem, FieldValue, ObjectDef, ProblemCode, Record, USER_OBJECT};

/// The field of users with the name to sign in with.
const FIELD: &str = "login";
/// Names that the platform uses itself.
const RESERVED: [&str; 1] = ["system"];

/// What is wrong with the login among `values`, where it was changed. One that stands may stay.
pub(crate) fn check(
    object: &ObjectDef,
    before: Option<&Record>,
    values: &[FieldValue],
) -> Option<FieldProblem> {
    if &*object.name != USER_OBJECT {
        return None;
    }
    let position = object.fields.iter().position(|field| &*field.name == FIELD)?;
    let login = values.get(position)?;
    if before.is_some_and(|before| before.at(position) == login) {
        return None;
    }
    let text = login.as_text()?;
    let problem = |code, message| Some(FieldProblem { field: Arc::from(FIELD), message, code });
    if !text.chars().all(is_login_character) {
        let message = format!(
            "`{text}` is no login; use lower-case letters, digits and `.`, `_`, `-`, `@` only"
        );
        return problem(ProblemCode::Characters, message);
    }
    if RESERVED.contains(&text) {
        let message = format!("`{text}` is the login of the engine itself; choose another");
        return problem(ProblemCode::NotUnique, message);
    }
    None
}

fn is_login_character(character: char) -> bool {
    character.is_ascii_lowercase()
        || character.is_ascii_digit()
        || matches!(character, '.' | '_' | '-' | '@')
}

#[cfg(test)]
mod tests {
    use base::{Key, Timestamp};
    use serde_json::json;

    use crate::{Input, Invalid, ObjectDef, Origin, Record, create, update};

    fn object(name: &str) -> ObjectDef {
        let text = include_str!("../../objects/user.json");
        let text = text.replace("\"name\": \"user\"", &format!("\"name\": \"{name}\""));
        ObjectDef::from_json(&text).expect("the object can be read")
    }

    fn user(object: &ObjectDef, login: &str) -> Result<Record, Invalid> {
        let input = json!({ "login": login, "name": "Ada" });
        let input: Input = serde_json::from_value(input).expect("an input");
        create(object, Key(1), &input, Origin::Person, Key(0), Timestamp(0))
    }

    fn check(login: &str, expect: &str) {
        let got = user(&object("user"), login).map(|_| "good".to_owned());
        let got = got.unwrap_or_else(|invalid| invalid.problems[0].code.to_string());
        assert_eq!(got, expect, "{login:?}");
    }

    #[test]
    fn a_login_has_lower_case_letters_digits_and_four_signs() {
        for login in ["ada", "a.b-c_d@example.com", "7"] {
            check(login, "good");
        }
        for login in ["Admin", "admin x", "a:b", "ада", "a\tb", "a/b"] {
            check(login, "characters");
        }
        check("system", "not_unique");
    }

    #[test]
    fn the_rule_holds_for_users_only() {
        assert!(user(&object("visitor"), "A:b").is_ok());
    }

    #[test]
    fn a_login_that_stands_may_stay() {
        let object = object("user");
        let mut old = user(&object, "ada").expect("a good login");
        let position = object.fields.iter().position(|field| &*field.name == "login");
        old.values[position.expect("a login")] = crate::FieldValue::Text("Old One".into());
        let change = |input| {
            let input: Input = serde_json::from_value(input).expect("an input");
            update(&object, &old, &input, Origin::Person, Key(0), Timestamp(1))
        };
        assert!(change(json!({ "name": "Eve", "login": "Old One" })).is_ok());
        assert!(change(json!({ "login": "Old Two" })).is_err());
    }
}
