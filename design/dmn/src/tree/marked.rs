//! JSON and YAML as values that know where they stand. What could make a small file large is refused:
//! anchors, aliases, tags, deep nesting.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScanError, Span};

use crate::problem::{Place, Problem};

/// The most that a file may hold.
const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 50;

/// A value with its place.
#[derive(Debug)]
pub(super) struct Marked {
    pub(super) place: Place,
    pub(super) form: Form,
}

#[derive(Debug)]
pub(super) enum Form {
    /// A scalar as text.
    Text(String),
    List(Vec<Marked>),
    /// Entries in order; names are unique.
    Map(Vec<(String, Marked)>),
}

/// What is open while events come in.
enum Open {
    List(Place, Vec<Marked>),
    /// The entries, and the name that waits for its value.
    Map(Place, Vec<(String, Marked)>, Option<String>),
}

/// Reads the one value of a file.
pub(super) fn read(text: &str) -> Result<Marked, Problem> {
    if text.len() > MAX_BYTES {
        return Err(Place::default().problem(format!("the file has more than {MAX_BYTES} bytes")));
    }
    // Tabs may indent JSON, but not YAML; to both a blank between values is the same.
    let text = if text.trim_start().starts_with('{') {
        Cow::Owned(text.replace('\t', " "))
    } else {
        Cow::Borrowed(text)
    };
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(&text) {
        let (event, span) = event.map_err(|error| unreadable(&error))?;
        let place = place(&span);
        let done = match event {
            Event::Scalar(text, _, 0, None) => {
                Marked { place, form: Form::Text(text.into_owned()) }
            }
            Event::SequenceStart(0, None) => {
                push(&mut open, Open::List(place, Vec::new()))?;
                continue;
            }
            Event::MappingStart(0, None) => {
                push(&mut open, Open::Map(place, Vec::new(), None))?;
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(place, items)) => Marked { place, form: Form::List(items) },
                Some(Open::Map(place, entries, _)) => Marked { place, form: Form::Map(entries) },
                None => continue,
            },
            Event::Alias(_)
            | Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::MappingStart(..) => {
                return Err(
                    place.problem("anchors, aliases and tags are not read; write the value out")
                );
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => continue,
        };
        match open.last_mut() {
            Some(last) => add(last, done)?,
            None if root.is_none() => root = Some(done),
            None => return Err(done.place.problem("there is more than one document in the file")),
        }
    }
    root.ok_or_else(|| Place::default().problem("the file is empty"))
}

fn push(open: &mut Vec<Open>, new: Open) -> Result<(), Problem> {
    if open.len() >= MAX_DEPTH {
        let (Open::List(place, _) | Open::Map(place, ..)) = &new;
        return Err(place.problem(format!("more than {MAX_DEPTH} levels inside each other")));
    }
    open.push(new);
    Ok(())
}

fn add(open: &mut Open, done: Marked) -> Result<(), Problem> {
    match open {
        Open::List(_, items) => items.push(done),
        Open::Map(_, entries, waiting) => match (waiting.take(), done.form) {
            (Some(name), form) => entries.push((name, Marked { place: done.place, form })),
            (None, Form::Text(name)) if entries.iter().all(|(known, _)| *known != name) => {
                *waiting = Some(name);
            }
            (None, Form::Text(name)) => {
                return Err(done.place.problem(format!("`{name}` is there twice")));
            }
            (None, Form::List(_) | Form::Map(_)) => {
                return Err(done.place.problem("the name of an entry must be plain text"));
            }
        },
    }
    Ok(())
}

fn place(span: &Span) -> Place {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Place { element: None, line: number(span.start.line()), column: number(span.start.col() + 1) }
}

fn unreadable(error: &ScanError) -> Problem {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let marker = error.marker();
    let place =
        Place { element: None, line: number(marker.line()), column: number(marker.col() + 1) };
    place.problem(format!("the file is neither JSON nor YAML: {}", error.info()))
}
