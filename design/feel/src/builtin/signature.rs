//! The types that the built-in functions declare for their parameters and results (DMN 1.5, 10.3.4), for `instance of
//! function<..>`. What they do with other arguments is theirs to say.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::syntax::{parse_type, tree::Type};

/// `parameters -> result` of functions: `T` is any one type, `T..` one or more of it. A function that takes values of several
/// types has several; what only one dialect has of a function that both know is left out.
const SIGNATURES: [(&[&str], &[&str]); 70] = [
    (&["not"], &["boolean -> boolean"]),
    (&["is"], &["Any, Any -> boolean"]),
    (&["all", "and", "any", "or"], &["list<boolean> -> boolean", "boolean.. -> boolean"]),
    (&["get value"], &["context, string -> Any"]),
    (&["get entries"], &["context -> list<context<key: string, value: Any>>"]),
    (&["context"], &["list<context<key: string, value: Any>> -> context"]),
    (
        &["context put"],
        &["context, string, Any -> context", "context, list<string>, Any -> context"],
    ),
    (&["put"], &["context, string, Any -> context"]),
    (&["context merge"], &["list<context> -> context"]),
    (&["put all"], &["list<context> -> context", "context.. -> context"]),
    (&["date"], &["string -> date", "date and time -> date", "number, number, number -> date"]),
    (
        &["time"],
        &[
            "string -> time",
            "date and time -> time",
            "number, number, number -> time",
            "number, number, number, days and time duration -> time",
        ],
    ),
    (
        &["date and time"],
        &[
            "string -> date and time",
            "date, time -> date and time",
            "date and time, time -> date and time",
            "date and time, string -> date and time",
        ],
    ),
    // Of one kind or the other.
    (&["duration"], &["string -> Any"]),
    (
        &["years and months duration"],
        &[
            "date, date -> years and months duration",
            "date, date and time -> years and months duration",
            "date and time, date -> years and months duration",
            "date and time, date and time -> years and months duration",
        ],
    ),
    (
        &["number"],
        &["string -> number", "string, string -> number", "string, string, string -> number"],
    ),
    (&["string"], &["Any -> string"]),
    (&["list contains"], &["list, Any -> boolean"]),
    (&["count"], &["list -> number"]),
    (&["sublist"], &["list<T>, number -> list<T>", "list<T>, number, number -> list<T>"]),
    (&["append"], &["list<T>, T.. -> list<T>"]),
    (&["concatenate", "union"], &["list<T>.. -> list<T>"]),
    (&["insert before"], &["list<T>, number, T -> list<T>"]),
    (&["remove"], &["list<T>, number -> list<T>"]),
    (
        &["list replace"],
        &["list<T>, number, T -> list<T>", "list<T>, function<T, T>->boolean, T -> list<T>"],
    ),
    (&["reverse", "distinct values", "duplicate values"], &["list<T> -> list<T>"]),
    (&["flatten"], &["list -> list"]),
    (&["index of"], &["list, Any -> list<number>"]),
    (&["sort"], &["list<T>, function<T, T>->boolean -> list<T>"]),
    (&["is empty"], &["list -> boolean"]),
    (&["partition"], &["list<T>, number -> list<list<T>>"]),
    (&["decimal"], &["number, number -> number", "number, number, string -> number"]),
    (&["floor", "ceiling"], &["number -> number", "number, number -> number"]),
    (
        &["round up", "round down", "round half up", "round half down", "modulo"],
        &["number, number -> number"],
    ),
    (
        &["abs"],
        &[
            "number -> number",
            "days and time duration -> days and time duration",
            "years and months duration -> years and months duration",
        ],
    ),
    (&["sqrt", "log", "exp"], &["number -> number"]),
    (&["odd", "even"], &["number -> boolean"]),
    (&["random number"], &[" -> number"]),
    (&["before", "after", "coincides"], &["Any, Any -> boolean"]),
    (&["meets", "met by"], &["range, range -> boolean"]),
    (&["overlaps", "overlaps before", "overlaps after"], &["range, range -> boolean"]),
    (&["finishes", "starts", "during"], &["Any, range -> boolean"]),
    (&["finished by", "started by", "includes"], &["range, Any -> boolean"]),
    (&["range"], &["string -> range"]),
    (&["is defined"], &["Any -> boolean"]),
    (&["get or else"], &["Any, Any -> Any"]),
    (&["assert"], &["Any, Any -> Any", "Any, Any, string -> Any"]),
    (&["uuid"], &[" -> string"]),
    (&["to base64", "from base64"], &["string -> string"]),
    (&["to json"], &["Any -> string"]),
    (&["from json"], &["string -> Any"]),
    (
        &["fromAi"],
        &[
            "Any -> Any",
            "Any, string -> Any",
            "Any, string, string -> Any",
            "Any, string, string, context -> Any",
            "Any, string, string, context, context -> Any",
        ],
    ),
    (&["min", "max"], &["list<T> -> T", "T.. -> T"]),
    (
        &["sum", "mean", "product", "median", "stddev"],
        &["list<number> -> number", "number.. -> number"],
    ),
    (&["mode"], &["list<number> -> list<number>", "number.. -> list<number>"]),
    (&["substring"], &["string, number -> string", "string, number, number -> string"]),
    (&["string length"], &["string -> number"]),
    (&["upper case", "lower case", "trim"], &["string -> string"]),
    (&["substring before", "substring after"], &["string, string -> string"]),
    (&["contains", "starts with", "ends with"], &["string, string -> boolean"]),
    (&["matches"], &["string, string -> boolean", "string, string, string -> boolean"]),
    (
        &["replace"],
        &["string, string, string -> string", "string, string, string, string -> string"],
    ),
    (&["split", "extract"], &["string, string -> list<string>"]),
    (&["string join"], &["list<string> -> string", "list<string>, string -> string"]),
    (&["is blank"], &["string -> boolean"]),
    (&["now"], &[" -> date and time"]),
    (&["today"], &[" -> date"]),
    (&["day of year", "week of year"], &["date -> number", "date and time -> number"]),
    (&["day of week", "month of year"], &["date -> string", "date and time -> string"]),
    (&["last day of month"], &["date -> date", "date and time -> date"]),
];

/// What `T` stands for.
const ANY_ONE: [&str; 10] = [
    "Any",
    "boolean",
    "number",
    "string",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
    "context",
];

/// One way in which a function may be called.
#[derive(Debug)]
pub(crate) struct Signature {
    parameters: Vec<Type>,
    /// The last parameter may come more than once.
    is_repeated: bool,
    pub(crate) result: Type,
}

static BY_NAME: LazyLock<BTreeMap<&'static str, Vec<Signature>>> = LazyLock::new(|| {
    let mut by_name = BTreeMap::new();
    for (names, texts) in SIGNATURES {
        for name in names {
            by_name.insert(*name, texts.iter().flat_map(|text| Signature::all(text)).collect());
        }
    }
    by_name
});

/// The signatures of the function of that name.
pub(crate) fn signatures(name: &str) -> &'static [Signature] {
    BY_NAME.get(name).map_or(&[], |all| all.as_slice())
}

impl Signature {
    /// Those that a text stands for.
    fn all(text: &str) -> Vec<Self> {
        if !text.contains('T') {
            return Self::read(text).into_iter().collect();
        }
        ANY_ONE.iter().filter_map(|one| Self::read(&text.replace('T', one))).collect()
    }

    fn read(text: &str) -> Option<Self> {
        let (parameters, result) = text.split_once(" -> ")?;
        let is_repeated = parameters.ends_with("..");
        let written = format!("function<{}>->{result}", parameters.trim_end_matches('.'));
        match parse_type(&written).ok()? {
            Type::Function(Some((parameters, result))) => {
                Some(Self { parameters, is_repeated, result: *result })
            }
            _ => None,
        }
    }

    /// The types of so many parameters, where it takes so many.
    pub(crate) fn parameters(&self, count: usize) -> Option<impl Iterator<Item = &Type>> {
        let own = self.parameters.len();
        let fits = own == count || self.is_repeated && own < count;
        let repeated = self.parameters.last().into_iter().cycle();
        fits.then(|| self.parameters.iter().chain(repeated).take(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::{TABLES, takes};
    use crate::expression::Dialect;

    #[test]
    fn every_function_has_signatures_that_fit_its_forms() {
        let all = || TABLES.iter().flat_map(|table| table.iter());
        for builtin in all() {
            let own = signatures(builtin.name);
            assert!(!own.is_empty(), "`{}` has no signature", builtin.name);
            let forms: Vec<_> = builtin.forms_of(Dialect::Camunda).collect();
            for Signature { parameters, .. } in own {
                let fits = forms.iter().any(|form| takes(form, parameters.len()));
                assert!(fits, "`{}` takes no {} arguments", builtin.name, parameters.len());
            }
            // And each form of the standard has one: with all that may be left out, and with nothing of it.
            for form in builtin.forms_of(Dialect::Standard) {
                let least = form.iter().filter(|name| !name.ends_with('?')).count();
                for count in [least, form.len()] {
                    let is_there = own.iter().any(|it| it.parameters(count).is_some());
                    assert!(is_there, "`{}` has none for {count} arguments", builtin.name);
                }
            }
        }
        for (names, texts) in SIGNATURES {
            for name in names {
                assert!(all().any(|it| it.name == *name), "there is no `{name}`");
            }
            assert!(texts.iter().all(|text| !Signature::all(text).is_empty()), "{texts:?}");
        }
    }
}
