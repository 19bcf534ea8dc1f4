//! Reading a pattern for references back to its groups, `(.)\1`: which group each means by the rules of `XPath` (F&O 3.1,
//! 5.6.1), and the same said so that an engine takes it that knows more than `XPath` does.

/// What stands behind a backslash in `XPath`, references and `\p{..}` apart, and the two ends of words that Java knows.
const ESCAPED: &str = r"nrt\|.-^?*+{}()[]$sSdDwWiIcCbB";

/// The pattern with its references written out.
///
/// # Errors
/// It refers back, and what it says is no pattern of `XPath`. A pattern that does not refer back is not judged: `None`.
pub(super) fn written_out(pattern: &str) -> Result<Option<String>, &'static str> {
    let mut reading = Reading::default();
    let mut chars = pattern.chars().peekable();
    while let Some(char) = chars.next() {
        reading.take(char, &mut chars);
    }
    match (reading.refers, reading.fault) {
        (false, _) => Ok(None),
        (true, None) => Ok(Some(reading.text)),
        (true, Some(fault)) => Err(fault),
    }
}

type Chars<'t> = std::iter::Peekable<std::str::Chars<'t>>;

/// What a quantifier would stand behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Nothing,
    Atom,
    /// A quantifier, which a `?` makes reluctant.
    Quantifier,
}

#[derive(Debug, Default)]
struct Reading {
    text: String,
    /// Brackets inside each other.
    brackets: u32,
    /// The groups that are open: their numbers, `None` for those that have none.
    open: Vec<Option<usize>>,
    /// For each group, in their order, whether it was closed.
    closed: Vec<bool>,
    before: Before,
    refers: bool,
    /// Why it is no pattern of `XPath`.
    fault: Option<&'static str>,
}

impl Reading {
    fn take(&mut self, char: char, rest: &mut Chars<'_>) {
        match char {
            '\\' => return self.escape(rest),
            '[' => self.brackets += 1,
            ']' => self.brackets = self.brackets.saturating_sub(1),
            _ if self.brackets > 0 => {}
            '(' => return self.open(rest),
            ')' => match self.open.pop() {
                Some(Some(number)) => {
                    if let Some(is_closed) = self.closed.get_mut(number - 1) {
                        *is_closed = true;
                    }
                }
                Some(None) => {}
                None => self.fault = Some("a group is closed that is not open"),
            },
            '*' | '+' | '?' | '{' => return self.quantifier(char, rest),
            _ => {}
        }
        self.text.push(char);
        self.before = if char == '|' { Before::Nothing } else { Before::Atom };
    }

    fn escape(&mut self, rest: &mut Chars<'_>) {
        self.before = Before::Atom;
        match rest.next() {
            Some(digit) if digit.is_ascii_digit() => self.reference(digit, rest),
            Some(kind @ ('p' | 'P')) if rest.peek() == Some(&'{') => {
                self.text.extend(['\\', kind]);
                self.text.extend(std::iter::from_fn(|| rest.next_if(|it| *it != '}')));
                self.text.extend(rest.next_if_eq(&'}'));
            }
            Some(known) if ESCAPED.contains(known) => self.text.extend(['\\', known]),
            _ => self.fault = Some("a backslash stands before what it cannot stand before"),
        }
    }

    /// `\N`: further digits belong to the number as long as so many groups were opened before.
    fn reference(&mut self, first: char, rest: &mut Chars<'_>) {
        let value = |digit: char| digit.to_digit(10).and_then(|it| usize::try_from(it).ok());
        let mut number = value(first).unwrap_or(0);
        if self.brackets > 0 || number == 0 {
            self.fault = Some("a reference to a group stands in brackets, or is to group 0");
            return;
        }
        while let Some(digit) = rest.peek().copied().and_then(value) {
            let longer = number.saturating_mul(10).saturating_add(digit);
            if longer > self.closed.len() {
                break;
            }
            number = longer;
            rest.next();
        }
        self.refers = true;
        if self.closed.get(number - 1) != Some(&true) {
            self.fault = Some("it refers to a group that is not closed before");
        }
        // A group that took no part stands for the empty text.
        let number = number.to_string();
        self.text.extend(["(?(", &number, ")\\", &number, ")"]);
    }

    fn open(&mut self, rest: &mut Chars<'_>) {
        self.text.push('(');
        self.before = Before::Nothing;
        if rest.next_if_eq(&'?').is_none() {
            self.closed.push(false);
            self.open.push(Some(self.closed.len()));
        } else if rest.next_if_eq(&':').is_some() {
            self.text.push_str("?:");
            self.open.push(None);
        } else {
            self.fault = Some("`(?` can only begin `(?:`");
        }
    }

    fn quantifier(&mut self, char: char, rest: &mut Chars<'_>) {
        self.text.push(char);
        self.before = match (self.before, char) {
            (Before::Atom, '{') => {
                let mut is_closed = false;
                let count: String = rest
                    .by_ref()
                    .take_while(|it| {
                        is_closed = *it == '}';
                        !is_closed
                    })
                    .collect();
                self.text.extend([count.as_str(), "}"]);
                if !is_closed || !is_count(&count) {
                    self.fault = Some("braces hold no number of times");
                }
                Before::Quantifier
            }
            (Before::Atom, _) => Before::Quantifier,
            (Before::Quantifier, '?') => Before::Nothing,
            (Before::Nothing | Before::Quantifier, _) => {
                self.fault = Some("a quantifier stands behind nothing that it could repeat");
                Before::Nothing
            }
        };
    }
}

/// `3`, `3,` or `3,5`.
fn is_count(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|it| it.is_ascii_digit());
    match text.split_once(',') {
        Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
        None => is_number(text),
    }
}

#[cfg(test)]
mod tests {
    use super::written_out;

    fn check(pattern: &str, expect: Result<Option<&str>, &str>) {
        let found = written_out(pattern);
        assert_eq!(found.as_ref().map(Option::as_deref).map_err(|it| *it), expect, "{pattern}");
    }

    #[test]
    fn a_reference_means_a_group_that_was_closed_before() {
        let open = Err("it refers to a group that is not closed before");
        check(r"(.)\1", Ok(Some(r"(.)(?(1)\1)")));
        check(r"(a(b)\2)\1", Ok(Some(r"(a(b)(?(2)\2))(?(1)\1)")));
        check(r"(a\1)", open);
        check(r"\1(a)", open);
        check(r"(a)\2", open);
        check(r"(?:a)\1", open);
        check(r"\(a\)\1", open);
        check(r"[(](a)[)]\1", Ok(Some(r"[(](a)[)](?(1)\1)")));
    }

    #[test]
    fn digits_belong_to_a_reference_as_far_as_there_are_groups() {
        check(r"(a)\11", Ok(Some(r"(a)(?(1)\1)1")));
        let ten = "(a)".repeat(10);
        check(&format!(r"{ten}\10"), Ok(Some(&format!(r"{ten}(?(10)\10)"))));
        check(&format!(r"{ten}\100"), Ok(Some(&format!(r"{ten}(?(10)\10)0"))));
        let nine = "(a)".repeat(9);
        check(&format!(r"{nine}\10"), Ok(Some(&format!(r"{nine}(?(1)\1)0"))));
        // Nine groups are closed, and the tenth is open: it is meant, and it cannot be.
        check(&format!(r"{nine}(\10)"), Err("it refers to a group that is not closed before"));
    }

    #[test]
    fn what_is_no_pattern_of_xpath_is_refused_where_it_refers_back() {
        for pattern in [
            r"(a)\1[\1]",
            r"(a)\1\0",
            r"(a)\1(?=b)",
            r"(a)\1(?i)b",
            r"(?P<n>a)\1",
            r"(?>(a)\1)",
            r"(a)\1a*+",
            r"(a)\1{,2}",
            r"(a)\1{x}",
            r"(a)\1\K",
            r"(a)\1\k<1>",
            r"(a)\1)",
            r"(a)\1|*",
            r"(a)\1(*FAIL)",
            r"(a)\1\",
            r"(a)\1{2",
            r"(a)\1\x41",
            r"(a)\1\pL",
        ] {
            assert!(matches!(written_out(pattern), Err(_) | Ok(None)), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_does_not_refer_back_is_not_judged() {
        for pattern in ["", "a*+", "(?=a)", r"\\1", r"[\1]", r"\0", "[a-z-[aeiou]]"] {
            check(pattern, Ok(None));
        }
    }
}
