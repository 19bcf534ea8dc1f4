//! Every form of row, in pieces of every size, and what is too much.

use super::*;

/// The rows as `line: cells | flaw`.
fn read(bytes: &[u8], piece: usize) -> Vec<String> {
    let mut reader = RowReader::new();
    let mut rows = Vec::new();
    let mut take = |reader: &mut RowReader| {
        while let Some(row) = reader.next_row() {
            let cells: Vec<String> = row.cells().map(|cell| format!("{cell:?}")).collect();
            let flaw = row.flaw.map(|flaw| format!(" {flaw:?}")).unwrap_or_default();
            rows.push(format!("{}: {}{flaw}", row.line, cells.join(" ")));
        }
    };
    for piece in bytes.chunks(piece) {
        reader.push(piece);
        take(&mut reader);
    }
    reader.end();
    take(&mut reader);
    rows
}

fn check(text: impl AsRef<[u8]>, expect: &[&str]) {
    let text = text.as_ref();
    for piece in [1, 2, 3, 7, text.len().max(1)] {
        let shown = String::from_utf8_lossy(text);
        assert_eq!(read(text, piece), expect, "{shown:?} in pieces of {piece}");
    }
}

#[test]
fn rows_end_as_every_system_ends_them() {
    check("", &[]);
    check("a,b\nc,d", &["1: \"a\" \"b\"", "2: \"c\" \"d\""]);
    check("a,b\r\nc,d\r\n", &["1: \"a\" \"b\"", "2: \"c\" \"d\""]);
    check("a\rb\r", &["1: \"a\"", "1: \"b\""]);
    check("\n\r\n\na\n\nb\n", &["4: \"a\"", "6: \"b\""]);
    check("\u{feff}a,b\n", &["1: \"a\" \"b\""]);
    check("\u{feff}\"a\",b\n", &["1: \"a\" \"b\""]);
    check("a,\n,\n", &["1: \"a\" \"\"", "2: \"\" \"\""]);
    check("a,", &["1: \"a\" \"\""]);
    check("订单,名称\n一,二\n", &["1: \"订单\" \"名称\"", "2: \"一\" \"二\""]);
}

#[test]
fn quotes_hold_commas_quotes_and_line_breaks() {
    check("\"a,b\",c\n", &["1: \"a,b\" \"c\""]);
    check("\"say \"\"hi\"\"\"\n", &["1: \"say \\\"hi\\\"\""]);
    check("\"a\r\nb\",c\nd,e\n", &["1: \"a\\r\\nb\" \"c\"", "3: \"d\" \"e\""]);
    check("\"\",\"\"", &["1: \"\" \"\""]);
    check("27\" screen,x\n", &["1: \"27\\\" screen\" \"x\""]);
}

#[test]
fn the_first_line_says_what_separates() {
    check("a;b\n1,5;\"x;y\"\n", &["1: \"a\" \"b\"", "2: \"1,5\" \"x;y\""]);
    check("\u{feff}a\tb\nc d\te;f", &["1: \"a\" \"b\"", "2: \"c d\" \"e;f\""]);
    check("\"a;b\",c\nd;e,f", &["1: \"a;b\" \"c\"", "2: \"d;e\" \"f\""]);
    let after = "TextAfterQuote { column: 0 }";
    check("a;b\n\"c\",d;e\n", &["1: \"a\" \"b\"", &format!("2: \"c,d\" \"e\" {after}")]);
}

#[test]
fn blanks_around_a_cell_are_not_part_of_it_unless_quoted() {
    check(" a , b\n\" c \",\td e\t\n", &["1: \"a\" \"b\"", "2: \" c \" \"d e\""]);
    check("a, \u{a0}b\u{3000}\n ,", &["1: \"a\" \"b\"", "2: \"\" \"\""]);
    check(b"a, \xff \n", &["1: \"a\" \" \u{fffd} \" NotUtf8 { column: 1 }"]);
    check("a;\tb\n", &["1: \"a\" \"b\""]);
}

#[test]
fn a_misplaced_quote_costs_its_row_and_no_other() {
    let open = "QuoteOpen { column: 1 }";
    let after = "TextAfterQuote { column: 1 }";
    check("a,\"b\nc,d\n", &[&format!("1: \"a\" \"\\\"b\" {open}"), "2: \"c\" \"d\""]);
    check("a,\"b\r\nc,d\r\n", &[&format!("1: \"a\" \"\\\"b\" {open}"), "2: \"c\" \"d\""]);
    check("a,\"b", &[&format!("1: \"a\" \"b\" {open}")]);
    check("a,\"b\"x,c\nd,e\n", &[&format!("1: \"a\" \"bx\" \"c\" {after}"), "2: \"d\" \"e\""]);
    // The quote of the next row closes the one that is open, and text follows it.
    check(
        "a,\"b\nc,\"d\"\ne,f\n",
        &[&format!("1: \"a\" \"\\\"b\" {open}"), "2: \"c\" \"d\"", "3: \"e\" \"f\""],
    );
    check(
        "a,\"b\"x,\"c\nd,e\n",
        &[&format!("1: \"a\" \"bx\" \"\\\"c\" {after}"), "2: \"d\" \"e\""],
    );
}

#[test]
fn what_is_not_utf8_is_told_by_cell() {
    check(b"a,\xff\nb,c\n", &["1: \"a\" \"\u{fffd}\" NotUtf8 { column: 1 }", "2: \"b\" \"c\""]);
    // Two halves of a character on either side of a comma are no character.
    check(b"\xc3,\xa9\n", &["1: \"\u{fffd}\" \"\u{fffd}\" NotUtf8 { column: 0 }"]);
    check(b"\"\xc3\xa9\"\n", &["1: \"é\""]);
}

/// Pushes pieces until they end; answers the rows and the most memory that was held.
fn stream<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Row>, usize) {
    let (mut reader, mut rows, mut most) = (RowReader::new(), Vec::new(), 0);
    for piece in pieces {
        reader.push(piece);
        while let Some(row) = reader.next_row() {
            rows.push(row);
        }
        most = most.max(reader.input.capacity() + reader.scan.text.capacity());
    }
    reader.end();
    rows.extend(std::iter::from_fn(|| reader.next_row()));
    (rows, most)
}

#[test]
fn a_cell_of_a_gigabyte_is_refused_in_little_memory() {
    let mebibyte = vec![b'x'; 1 << 20];
    for (before, after) in [("a,", ",b\n"), ("a,\"", "\",b\n"), ("a,\"\n", "\n\",b\n")] {
        let huge = std::iter::repeat_n(&mebibyte[..], 1024);
        let pieces = [before.as_bytes()].into_iter().chain(huge);
        let (rows, most) = stream(pieces.chain([after.as_bytes(), b"c,d,e\n"]));
        let flaws: Vec<_> = rows.iter().map(|row| row.flaw).collect();
        assert_eq!(flaws, [Some(Flaw::CellTooLong { column: 1 }), None], "{before:?}");
        assert_eq!(rows[0].cell(0), Some("a"), "what was read can tell whose row it is");
        assert!(rows[0].cell(1).is_some_and(|cell| cell.len() <= SHOWN));
        assert_eq!(rows[1].line, 2 + before.matches('\n').count() as u64 * 2);
        assert!(most < 8 << 20, "{most} bytes were held");
    }
}

#[test]
fn a_row_of_a_million_cells_is_refused_in_little_memory() {
    let (rows, most) =
        stream(std::iter::repeat_n(&b"a,a,a,a,a,a,a,a,"[..], 125_000).chain([&b"a\nb,c\n"[..]]));
    let flaws: Vec<_> = rows.iter().map(|row| row.flaw).collect();
    assert_eq!(flaws, [Some(Flaw::TooManyCells), None]);
    assert_eq!(rows[0].len(), COLUMNS_MAX);
    assert!(most < 1 << 20, "{most} bytes were held");
}

#[test]
fn limits_are_reached_and_not_passed() {
    let cells = |count: usize| vec!["a"; count].join(",");
    for (text, flaw) in [
        (cells(COLUMNS_MAX), None),
        (cells(COLUMNS_MAX + 1), Some(Flaw::TooManyCells)),
        ("a".repeat(CELL_MAX), None),
        ("a".repeat(CELL_MAX + 1), Some(Flaw::CellTooLong { column: 0 })),
        (vec!["a".repeat(CELL_MAX); 4].join(","), None),
        (vec!["a".repeat(CELL_MAX); 5].join(","), Some(Flaw::RowTooLong)),
        ("é".repeat(CELL_MAX), Some(Flaw::CellTooLong { column: 0 })),
    ] {
        let (rows, _) = stream([text.as_bytes()].into_iter());
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].flaw, flaw);
    }
}

proptest::proptest! {
    #[test]
    fn whatever_comes_is_read_alike_in_pieces(text in "[a\",;\t \n\ré]{0,40}", piece in 1_usize..9) {
        let whole = read(text.as_bytes(), text.len().max(1));
        proptest::prop_assert_eq!(read(text.as_bytes(), piece), whole);
    }

    #[test]
    fn what_is_written_as_refused_is_read_again(
        cells in proptest::collection::vec("[a\",;\t\n\r= ]{1,6}", 1..4),
        separator in proptest::sample::select(&[Separator::Comma, Separator::Semicolon, Separator::Tab][..]),
    ) {
        let columns: Vec<_> = cells.iter().map(|it| it.as_str().into()).collect();
        let row = crate::import::refused_header(&columns, separator);
        let (rows, _) = stream([row.as_bytes()].into_iter());
        proptest::prop_assert_eq!(rows.len(), 1);
        proptest::prop_assert_eq!(rows[0].flaw, None);
        let read: Vec<&str> = rows[0].cells().take(cells.len()).map(crate::import::refused::unguarded).collect();
        proptest::prop_assert_eq!(read, cells);
    }
}
