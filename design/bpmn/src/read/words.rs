//! How elements are named in messages.

/// What can be executed, for messages about what cannot.
pub(crate) const SUPPORTED: &str = "supported are: none, message, timer and record start events; \
    none, error and terminate end events; timer and error boundary events; exclusive and parallel \
    gateways; service, send, script, business rule, user, manual and undefined tasks; embedded \
    sub-processes";

/// The name of a BPMN element as people say it: `receiveTask` is `a receive task`.
pub(crate) fn with_article(local: &str) -> String {
    let words = words(local);
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {words}")
}

/// `receiveTask` is `receive task`.
pub(crate) fn words(local: &str) -> String {
    match local {
        "task" => return "task of no type".to_owned(),
        "subProcess" => return "sub-process".to_owned(),
        "adHocSubProcess" => return "ad-hoc sub-process".to_owned(),
        "transaction" => return "transaction sub-process".to_owned(),
        _ => {}
    }
    let mut words = String::with_capacity(local.len() + 4);
    for character in local.chars().take(60) {
        if character.is_uppercase() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words
}

/// Whether a variable may have this name: letters, digits and `_`, not beginning with a digit.
pub(crate) fn is_variable(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|other| other.is_alphanumeric() || other == '_')
}

/// Whether this is a variable or a dotted path into one.
pub(crate) fn is_variable_path(path: &str) -> bool {
    path.split('.').all(is_variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_named_as_people_say_it() {
        let cases = [
            ("receiveTask", "a receive task"),
            ("intermediateCatchEvent", "an intermediate catch event"),
            ("adHocSubProcess", "an ad-hoc sub-process"),
            ("task", "a task of no type"),
        ];
        for (local, expect) in cases {
            assert_eq!(with_article(local), expect);
        }
    }

    #[test]
    fn variables_are_letters_digits_and_underscores() {
        let cases = [
            ("a", true),
            ("_a1.b", true),
            ("客户", true),
            ("1a", false),
            ("a b", false),
            ("a.", false),
            ("", false),
            ("a-b", false),
        ];
        for (path, expect) in cases {
            assert_eq!(is_variable_path(path), expect, "{path}");
        }
    }
}
