//! What unary tests over literals tell apart: the literals themselves, what lies between them, and
//! null. Sets of these pieces are what tests mean, and can be written as tests again.

use std::{cmp::Ordering, ops::Bound, sync::Arc};

use feel::Value;

use crate::table::{Bits, Condition, Interval, Point, is_same_kind, points, samples_between};

/// The pieces of one expression's values. With cut points `c0 < c1 < ..`, piece `2i` lies below `ci` (and
/// above the cut before), piece `2i + 1` is `ci` itself, and the last piece is null.
#[derive(Debug)]
pub(super) struct Pieces {
    cuts: Vec<Point>,
}

impl Pieces {
    /// The pieces that these conditions tell apart; `None` where their literals are of several kinds.
    pub(super) fn of<'a>(conditions: impl IntoIterator<Item = &'a Condition>) -> Option<Self> {
        let mut cuts: Vec<Point> = Vec::new();
        for condition in conditions {
            if let Condition::Intervals { intervals, .. } = condition {
                cuts.extend(intervals.iter().flat_map(points).cloned());
            }
        }
        let first = cuts.first().cloned();
        if let Some(first) = first
            && !cuts.iter().all(|cut| is_same_kind(cut, &first))
        {
            return None;
        }
        if let Some(Point::Boolean(_)) = cuts.first() {
            cuts.extend([Point::Boolean(false), Point::Boolean(true)]);
        }
        cuts.sort_by(order);
        cuts.dedup();
        Some(Self { cuts })
    }

    pub(super) fn count(&self) -> usize {
        2 * self.cuts.len() + 2
    }

    /// Whether any literal tells values apart.
    pub(super) fn has_cuts(&self) -> bool {
        !self.cuts.is_empty()
    }

    fn null(&self) -> usize {
        2 * self.cuts.len() + 1
    }

    /// Where a set stands among others: by its first piece, what is not named behind what is.
    pub(super) fn place(&self, set: &Bits) -> usize {
        let is_other = matches!(self.cuts.first(), Some(Point::String(_))) && set.contains(0);
        if is_other { usize::MAX } else { set.next(0).unwrap_or(usize::MAX) }
    }

    /// The pieces that a condition takes.
    pub(super) fn set(&self, condition: &Condition) -> Bits {
        let Condition::Intervals { intervals, negated, with_null } = condition else {
            return Bits::all(self.count());
        };
        let mut set = Bits::none(self.count());
        for piece in 0..self.null() {
            let is_in = intervals.iter().any(|interval| self.lies_in(piece, interval));
            if is_in != *negated {
                set.insert(piece);
            }
        }
        if with_null != negated {
            set.insert(self.null());
        }
        set
    }

    fn lies_in(&self, piece: usize, interval: &Interval) -> bool {
        let position = |point: &Point| {
            self.cuts.binary_search_by(|cut| order(cut, point)).map_or(0, |cut| 2 * cut + 1)
        };
        let starts = match &interval.start {
            Bound::Included(point) => piece >= position(point),
            Bound::Excluded(point) => piece > position(point),
            Bound::Unbounded => true,
        };
        let ends = match &interval.end {
            Bound::Included(point) => piece <= position(point),
            Bound::Excluded(point) => piece < position(point),
            Bound::Unbounded => true,
        };
        starts && ends
    }

    /// A value of a piece; `None` where there is none, as between false and true.
    pub(super) fn witness(&self, piece: usize) -> Option<Value> {
        if piece == self.null() {
            return Some(Value::Null);
        }
        if piece % 2 == 1 {
            return self.cuts.get(piece / 2).map(value);
        }
        let before = piece.checked_sub(2).and_then(|at| self.cuts.get(at / 2));
        samples_between(before, self.cuts.get(piece / 2), &self.cuts)
    }

    /// Unary tests that take exactly these pieces.
    pub(super) fn text(&self, set: &Bits) -> String {
        let has_null = set.contains(self.null());
        let is_missing = |piece: &usize| !set.contains(*piece) && self.witness(*piece).is_some();
        let missing: Vec<usize> = (0..self.null()).filter(is_missing).collect();
        match (missing.is_empty(), has_null) {
            (true, true) => return "-".to_owned(),
            (true, false) => return "not(null)".to_owned(),
            (false, _) => {}
        }
        // What is not named, and all but a few literals.
        let is_text = matches!(self.cuts.first(), Some(Point::String(_)));
        if is_text && set.contains(0) {
            let mut parts: Vec<String> =
                missing.iter().filter_map(|piece| self.cuts.get(piece / 2)).map(literal).collect();
            if !has_null {
                parts.push("null".to_owned());
            }
            return format!("not({})", parts.join(", "));
        }
        let mut parts = Vec::new();
        let mut piece = 0;
        while piece < self.null() {
            if !set.contains(piece) || (is_text && piece % 2 == 0) {
                piece += 1;
                continue;
            }
            let start = piece;
            while piece < self.null() && set.contains(piece) {
                piece += 1;
            }
            parts.extend(self.run(start, piece - 1));
        }
        if has_null {
            parts.push("null".to_owned());
        }
        parts.join(", ")
    }

    /// The tests for the pieces from `first` to `last`.
    fn run(&self, first: usize, last: usize) -> Vec<String> {
        let cut = |at: usize| self.cuts.get(at).map(literal).unwrap_or_default();
        let is_listed = matches!(self.cuts.first(), Some(Point::String(_) | Point::Boolean(_)));
        if is_listed || first == last && first % 2 == 1 {
            return (first..=last).filter(|it| it % 2 == 1).map(|it| cut(it / 2)).collect();
        }
        let (includes_start, includes_end) = (first % 2 == 1, last % 2 == 1);
        let start =
            (first > 0).then(|| cut(if includes_start { first / 2 } else { first / 2 - 1 }));
        let end = (last + 1 < self.null()).then(|| cut(last / 2));
        vec![match (start, end) {
            (None, None) => "not(null)".to_owned(),
            (Some(start), None) => format!("{} {start}", if includes_start { ">=" } else { ">" }),
            (None, Some(end)) => format!("{} {end}", if includes_end { "<=" } else { "<" }),
            (Some(start), Some(end)) => format!(
                "{}{start}..{end}{}",
                if includes_start { '[' } else { '(' },
                if includes_end { ']' } else { ')' }
            ),
        }]
    }
}

fn order(left: &Point, right: &Point) -> Ordering {
    match (left, right) {
        (Point::Number(left), Point::Number(right)) => left.cmp(right),
        (Point::String(left), Point::String(right)) => left.cmp(right),
        (Point::Boolean(left), Point::Boolean(right)) => left.cmp(right),
        (Point::Date(left), Point::Date(right)) => left.cmp(right),
        (Point::Days(left), Point::Days(right)) => left.cmp(right),
        (Point::Years(left), Point::Years(right)) => left.cmp(right),
        // Pieces have cuts of one kind only.
        _ => Ordering::Equal,
    }
}

fn value(point: &Point) -> Value {
    match point {
        Point::Number(number) => Value::Number(*number),
        Point::String(text) => Value::String(Arc::clone(text)),
        Point::Boolean(flag) => Value::Boolean(*flag),
        Point::Date(date) => Value::Date(*date),
        Point::Days(days) => Value::DaysDuration(*days),
        Point::Years(years) => Value::YearsDuration(*years),
    }
}

fn literal(point: &Point) -> String {
    match point {
        Point::Number(_) | Point::String(_) | Point::Boolean(_) => value(point).to_string(),
        Point::Date(_) | Point::Days(_) | Point::Years(_) => format!("@\"{}\"", value(point)),
    }
}
