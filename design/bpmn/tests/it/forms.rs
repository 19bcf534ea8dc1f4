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

/// What is said of the translations of a form with this one component.
fn check_translations(component: &str, expect: &[&str]) {
    let json = format!(r#"{{"type": "default", "id": "f", "components": [{component}]}}"#);
    let form = Form::parse(&json).expect("the form is good");
    let told: Vec<String> = form
        .unused_translations()
        .into_iter()
        .map(|unused| format!("`{}` {}", unused.component, unused.message))
        .collect();
    assert_eq!(told, expect, "{component}");
}

#[test]
fn a_translation_of_what_is_not_there_is_told() {
    check_translations(
        r#"{"type": "radio", "key": "decision", "label": "Decision", "description": "d",
            "values": [{"label": "Approve", "value": "approve"}, {"label": "1.5", "value": "1.5"}],
            "appearance": {"suffixAdorner": "EUR"},
            "properties": {"label.zh": "决定", "description.zh": "d", "values.approve.zh": "批准",
                "values.1.5.zh": "x", "appearance.suffixAdorner.zh": "欧元", "label.de": "E",
                "tooltip": "t", "note.of.mine": "n"}}"#,
        &[],
    );
    check_translations(
        r#"{"type": "radio", "key": "decision", "label": "Decision",
            "values": [{"label": "Approve", "value": "approve"}], "appearance": {},
            "properties": {"appearance.suffixAdorner.zh": "s", "label.approve.zh": "x",
                "labell.zh": "决定", "values.aprove.zh": "批准", "values.zh": "v"}}"#,
        &[
            "`decision` has the translation `appearance.suffixAdorner.zh`, but no text \
             `appearance.suffixAdorner`; correct the name or remove it",
            "`decision` has the translation `label.approve.zh`, but no text `label.approve`; correct \
             the name or remove it",
            "`decision` has the translation `labell.zh`, but no text `labell`; correct the name or \
             remove it",
            "`decision` has the translation `values.aprove.zh`, but no entry `aprove` in `values`; \
             correct the name or remove it",
            "`decision` has the translation `values.zh`, but no text `values`; correct the name or \
             remove it",
        ],
    );
    // A table's columns have keys, and components stand within others.
    check_translations(
        r#"{"type": "group", "path": "g", "properties": {"label.en": "Group"}, "components": [
            {"type": "text", "text": "t", "properties": {"text.zh": "文", "text.en": 5, "txt.zh": "文"}},
            {"type": "table", "id": "t", "columns": [{"key": "sku", "label": "SKU"}],
             "properties": {"columns.sku.zh": "货号", "columns.skuu.zh": "货号"}}]}"#,
        &[
            "`g` has the translation `label.en`, but no text `label`; correct the name or remove it",
            "`text` has the translation `txt.zh`, but no text `txt`; correct the name or remove it",
            "`t` has the translation `columns.skuu.zh`, but no entry `skuu` in `columns`; correct the \
             name or remove it",
        ],
    );
}
