//! Rows that become records, and rows that are refused with line, column and reason.

use super::*;
use crate::import::sample::schema;
use crate::import::{Census, Grouper, Mapping, RowReader, refused_rows, shared};

/// Every account and article with a code that begins with `A`, by a key that its digits say.
struct Known;

impl Keys for Known {
    fn key(&self, _object: &str, _field: &str, text: &str) -> Option<Key> {
        text.strip_prefix('A')?.parse().ok().map(Key)
    }
}

fn rows(text: &str) -> Vec<Row> {
    let mut reader = RowReader::new();
    reader.push(text.as_bytes());
    reader.end();
    std::iter::from_fn(|| reader.next_row()).filter(|row| !row.is_blank()).collect()
}

/// Everything that becomes of a file: records as text, refused rows as CSV.
fn import(object: &str, text: &str) -> (Vec<String>, String) {
    let schema = schema();
    let object = schema.object(object).expect("the case names an object");
    let mut rows = rows(text).into_iter();
    let header = rows.next().expect("the case has a header");
    let plan = Plan::new(&schema, object, &Mapping::default(), &header)
        .unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut census = Census::new();
    rows.clone().for_each(|row| census.note(plan.key_of(&row)).expect("few rows"));
    let mut grouper = Grouper::new(census);
    let (mut records, mut refused) = (Vec::new(), String::new());
    for row in rows {
        let key = plan.key_of(&row).map(str::to_owned);
        let Some(group) = grouper.push(key.as_deref(), row) else { continue };
        match plan.build(&group, &Known) {
            Ok(record) => records.push(shown(&record)),
            Err(problems) => {
                let problems = shared(&group, problems);
                refused.push_str(&refused_rows(
                    plan.columns(),
                    plan.separator(),
                    &group,
                    &problems,
                ));
            }
        }
    }
    (records, refused)
}

fn shown(record: &NewRecord) -> String {
    let fields = |input: &Input| {
        let pairs: Vec<String> =
            input.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join(" ")
    };
    let parts = record.parts.iter().map(|(name, parts)| {
        format!(" {name}[{}]", parts.iter().map(fields).collect::<Vec<_>>().join("; "))
    });
    format!("{}{}", fields(&record.input), parts.collect::<String>())
}

fn check(object: &str, text: &str, records: &[&str], refused: &[&str]) {
    let (got, got_refused) = import(object, text);
    assert_eq!(got, records, "{text}");
    let lines: Vec<&str> = got_refused.split_terminator("\r\n").collect();
    assert_eq!(lines, refused, "{text}");
}

const HEADER: &str = "reference,account.code,lines.article.code,lines.quantity\n";

fn check_orders(text: &str, records: &[&str], refused: &[&str]) {
    check("order", &format!("{HEADER}{text}"), records, refused);
}

#[test]
fn rows_with_one_key_become_one_record_with_parts() {
    check_orders(
        "R1,A1,A7,2\nR2,A2,A7,1\nR1,A1,A8,3\n",
        &[
            r#"account="2" reference="R2" lines[article="7" quantity="1"]"#,
            r#"account="1" reference="R1" lines[article="7" quantity="2"; article="8" quantity="3"]"#,
        ],
        &[],
    );
    // What belongs to the record need not be repeated, and a record needs no parts.
    check_orders(
        "R1,A1,A7,2\nR1,,A8,3\nR2,A2,,\n,,,\n",
        &[
            r#"account="1" reference="R1" lines[article="7" quantity="2"; article="8" quantity="3"]"#,
            r#"account="2" reference="R2""#,
        ],
        &[],
    );
}

#[test]
fn a_record_is_refused_whole_with_line_column_and_reason() {
    check_orders(
        "R1,A1,A7,2\nR1,A1,B9,3\nR2,A2,A7,1\n",
        &[r#"account="2" reference="R2" lines[article="7" quantity="1"]"#],
        &[
            "R1,A1,A7,2,2,,the record is refused as a whole because of line 3",
            "R1,A1,B9,3,3,lines.article.code,there is no account whose `code` is `B9`",
        ],
    );
    check_orders(
        "R1,A1,A7,many\n",
        &[],
        &[
            "R1,A1,A7,many,2,lines.quantity,\"`quantity` takes a number such as `-12.5`, not `many`\"",
        ],
    );
    check_orders(
        "R1,A1,A7\nR2,A1,A7,1,1\n",
        &[],
        &[
            "R1,A1,A7,,2,,\"the row has 3 cells, and the header has 4\"",
            "R2,A1,A7,1,3,,\"the row has 5 cells, and the header has 4\"",
        ],
    );
    check_orders(
        "R1,A1,A7,1\nR1,A2,A7,1\n",
        &[],
        &[
            "R1,A1,A7,1,2,,the record is refused as a whole because of line 3",
            "R1,A2,A7,1,3,account.code,\"is not what line 2 says, and both are of one record\"",
        ],
    );
    check_orders(
        ",A1,A7,1\nR2,,A7,1\n",
        &[],
        &[
            ",A1,A7,1,2,reference,\"`reference` is empty; rows are put together by it\"",
            "R2,,A7,1,3,account.code,\"`account` is required; give it a value\"",
        ],
    );
    check_orders(
        "=R1,B1,,\n",
        &[],
        &["'=R1,B1,,,2,account.code,there is no account whose `code` is `B1`"],
    );
}

#[test]
fn a_broken_row_takes_its_record_with_it() {
    check_orders(
        "R1,A1,A7,1\nR1,A1,\"A7,1\nR2,A1,A7,1\n",
        &[r#"account="1" reference="R2" lines[article="7" quantity="1"]"#],
        &[
            "R1,A1,A7,1,2,,the record is refused as a whole because of line 3",
            "R1,A1,\"\"\"A7,1\",,3,lines.article.code,\"a quote is opened and never closed; close it, or double it to mean itself\"",
        ],
    );
}

#[test]
fn a_file_with_semicolons_has_commas_in_its_numbers() {
    check(
        "account",
        "name;code;credit_limit;rating\nAda, Ltd.;A1;1250,50;1,5\nBob;A2;12,5 EUR;2.25\n",
        &[
            r#"code="A1" credit_limit="1250.50" name="Ada, Ltd." rating="1.5""#,
            r#"code="A2" credit_limit="12.5 EUR" name="Bob" rating="2.25""#,
        ],
        &[],
    );
    check(
        "account",
        "name;credit_limit;rating\nAda, Ltd.;1.250,50;1.234\nB;1,250;many; x\n",
        &[],
        &[
            "\"Ada, Ltd.\";\"1.250,50\";1.234;2;\"credit_limit, rating\";\"`1.250,50` can be misread; write `1250,50`; `1.234` can be misread; write `1234` or `1,2340`\"",
            "B;\"1,250\";many;3;;\"the row has 4 cells, and the header has 3\"",
        ],
    );
}

#[test]
fn blanks_around_a_value_are_not_part_of_it() {
    check_orders(
        "R1 , A1,A7\u{a0}, 2\n R1,A1 ,A8,3\n\" R1\",A1,A8,1\n",
        &[
            r#"account="1" reference="R1" lines[article="7" quantity="2"; article="8" quantity="3"]"#,
            r#"account="1" reference=" R1" lines[article="8" quantity="1"]"#,
        ],
        &[],
    );
}

#[test]
fn every_problem_of_a_record_is_told_at_once() {
    let text = "name,rating,parent.code\nfar too long for a name of this,1.234,B1\n";
    let (records, refused) = import("account", text);
    assert!(records.is_empty());
    for part in [",2,\"parent.code, name, rating\",", "takes at most 20", "2 digits", "`B1`"] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
}

#[test]
fn refused_rows_can_be_imported_when_they_are_repaired() {
    let header = "reference,account.code,lines.article.code,lines.quantity,line,column,reason\n";
    check(
        "order",
        &format!("{header}'=R1,A1,A7,'-2,3,reference,wrong\n"),
        &[r#"account="1" reference="=R1" lines[article="7" quantity="-2"]"#],
        &[],
    );
}

#[test]
fn a_record_has_at_most_so_many_rows() {
    let text: String = (0..=ROWS_PER_RECORD_MAX).map(|_| "R1,A1,A7,1\n").collect();
    let (records, refused) = import("order", &format!("{HEADER}{text}"));
    assert!(records.is_empty());
    assert_eq!(refused.lines().count(), ROWS_PER_RECORD_MAX + 1);
    assert!(refused.contains("more than 1000 rows"));
}

#[test]
fn a_problem_found_later_is_told_where_it_stands() {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let rows = rows(&format!("{HEADER}R1,A1,A7,1\nR1,A1,,\nR1,A1,A8,2\n"));
    let plan = Plan::new(&schema, order, &Mapping::default(), &rows[0]).expect("a good header");
    let record = plan.build(&rows[1..], &Known).expect("good rows");
    for (field, row, column) in [
        ("account", 0, "account.code"),
        ("lines[0].article", 0, "lines.article.code"),
        ("lines[1].quantity", 2, "lines.quantity"),
        ("status", 0, ""),
    ] {
        let problem = FieldProblem {
            field: field.into(),
            message: "m".to_owned(),
            code: crate::ProblemCode::NotFound,
        };
        let reason = Reason::Field { code: problem.code, message: "m".to_owned() };
        let expect = RowProblem { row, column: column.into(), reason };
        assert_eq!(plan.locate(&record, &problem), expect, "{field}");
    }
}
