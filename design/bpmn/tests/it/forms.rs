//! Forms in form-js JSON.

use bpmn::Form;

fn check(json: &str, expect: &str) {
    let found = match Form::parse(json) {
        Ok(form) => {
            let fields: Vec<String> = form
                .fields
                .iter()
                .map(|field| {
                    let required = if field.required { "!" } else { "" };
                    let read_only = if field.read_only { " read-only" } else { "" };
                    format!("{}{required}: {:?}{read_only}", field.key, field.kind)
                })
                .collect();
            format!("{} [{}]", form.id, fields.join(", "))
        }
        Err(problem) => problem.to_string(),
    };
    assert_eq!(found, expect, "{json}");
}

#[test]
fn fields_are_found_with_their_paths() {
    check(
        r#"{"type": "default", "id": "credit-review", "schemaVersion": 18, "components": [
            {"type": "text", "text": "Please decide"},
            {"type": "checkbox", "key": "approved", "label": "Approve", "validate": {"required": true}},
            {"type": "number", "key": "limit", "disabled": true},
            {"type": "group", "path": "review", "components": [
                {"type": "textarea", "key": "comment"},
                {"type": "group", "components": [{"type": "select", "key": "reason.code"}]}]},
            {"type": "rating", "key": "stars"},
            {"type": "button", "action": "submit"}]}"#,
        "credit-review [approved!: Checkbox, limit: Number read-only, review.comment: Text, \
         review.reason.code: Choice, stars: Other(\"rating\")]",
    );
    check(
        r#"{"type": "default", "id": "f", "components": [
            {"type": "dynamiclist", "path": "lines", "components": [{"type": "textfield", "key": "sku"}]}]}"#,
        "f [lines: List([Field { key: \"sku\", label: None, kind: Text, required: false, read_only: false }])]",
    );
}

#[test]
fn a_broken_form_is_refused_with_a_reason() {
    let cases = [
        (
            "{",
            "line 1, column 1: the form is no JSON: EOF while parsing an object at line 1 column 1",
        ),
        ("[]", "line 1, column 1: the form's `type` must be `default`"),
        (r#"{"type": "default"}"#, "line 1, column 1: the form needs an `id`; user tasks name it"),
        (
            r#"{"type": "default", "id": " "}"#,
            "line 1, column 1: the form needs an `id`; user tasks name it",
        ),
        (
            r#"{"type": "default", "id": "f"}"#,
            "line 1, column 1: the form needs a list of `components`",
        ),
        (
            r#"{"type": "default", "id": "f", "components": [1]}"#,
            "line 1, column 1: a form component must be a JSON object",
        ),
        (
            r#"{"type": "default", "id": "f", "components": [{}]}"#,
            "line 1, column 1: a form component needs a `type`",
        ),
        (
            r#"{"type": "default", "id": "f", "components": [{"type": "number", "key": "a..b"}]}"#,
            "line 1, column 1: the field key `a..b` is no path; write `a.b`",
        ),
    ];
    for (json, expect) in cases {
        check(json, expect);
    }
    let deep = "[".repeat(100_000);
    assert!(Form::parse(&deep).unwrap_err().message.contains("recursion limit"));
}
