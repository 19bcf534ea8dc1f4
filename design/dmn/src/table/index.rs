//! The index of a column: elementary intervals between sorted cut points, and for each the set of
//! rules whose cell it satisfies. One binary search answers a column for all rules at once.

use std::{ops::Bound, sync::Arc};

use feel::{Date, DaysDuration, Decimal, Value, YearsDuration};

use super::{
    bits::Bits,
    condition::{Condition, Interval, Point, is_same_kind},
    sample,
};

/// How many words the sets of one column may take: 8 MiB.
const MAX_WORDS: usize = 1 << 20;

/// The index of a column by the kind of its literals.
#[derive(Debug)]
pub(crate) enum Index {
    /// No cell has a literal; the column has unary tests only.
    Unindexed,
    Numbers(Sorted<Decimal>),
    Strings(Sorted<Arc<str>>),
    Booleans(Sorted<bool>),
    Dates(Sorted<Date>),
    Days(Sorted<DaysDuration>),
    Years(Sorted<YearsDuration>),
}

impl Index {
    /// Keeps of `alive` what the value lets through. `false`, and nothing done, where the value is
    /// not of the index's kind.
    pub(crate) fn intersect(&self, value: &Value, alive: &mut Bits) -> bool {
        match (self, value) {
            (Self::Numbers(sorted), Value::Number(number)) => sorted.intersect(number, alive),
            (Self::Strings(sorted), Value::String(text)) => sorted.intersect(text, alive),
            (Self::Booleans(sorted), Value::Boolean(flag)) => sorted.intersect(flag, alive),
            (Self::Dates(sorted), Value::Date(date)) => sorted.intersect(date, alive),
            (Self::Days(sorted), Value::DaysDuration(days)) => sorted.intersect(days, alive),
            (Self::Years(sorted), Value::YearsDuration(years)) => sorted.intersect(years, alive),
            _ => return false,
        }
        true
    }

    /// A value of every elementary interval, where there is one; `more` are cut points besides the
    /// index's own. Empty where there are no literals at all.
    pub(super) fn samples(&self, more: &[Point]) -> Vec<Value> {
        match self {
            Self::Unindexed => match more.first() {
                None => Vec::new(),
                Some(Point::Number(_)) => sample::numbers(&[], more),
                Some(Point::String(_)) => sample::strings(&[], more),
                Some(Point::Boolean(_)) => vec![Value::Boolean(false), Value::Boolean(true)],
                Some(Point::Date(_)) => sample::dates(&[], more),
                Some(Point::Days(_)) => sample::days(&[], more),
                Some(Point::Years(_)) => sample::years(&[], more),
            },
            Self::Numbers(sorted) => sample::numbers(&sorted.cuts, more),
            Self::Strings(sorted) => sample::strings(&sorted.cuts, more),
            Self::Booleans(_) => vec![Value::Boolean(false), Value::Boolean(true)],
            Self::Dates(sorted) => sample::dates(&sorted.cuts, more),
            Self::Days(sorted) => sample::days(&sorted.cuts, more),
            Self::Years(sorted) => sample::years(&sorted.cuts, more),
        }
    }

    /// Builds the index over the conditions of all rules and gives the rules that it does not answer:
    /// those without a condition, and those whose literals are of another kind than most.
    pub(crate) fn build(conditions: &[Option<Condition>]) -> (Self, Bits) {
        let mut residual = Bits::none(conditions.len());
        let kind = most_common_kind(conditions);
        for (rule, condition) in conditions.iter().enumerate() {
            let answers = match (condition, &kind) {
                (Some(Condition::Any), _) => true,
                (Some(Condition::Intervals { intervals, .. }), Some(kind)) => {
                    intervals.iter().flat_map(points).all(|point| is_same_kind(point, kind))
                }
                _ => false,
            };
            if !answers {
                residual.insert(rule);
            }
        }
        let Some(kind) = kind else { return (Self::Unindexed, residual) };
        let index = match kind {
            Point::Number(_) => {
                Self::Numbers(Sorted::build(conditions, &residual, |it| match it {
                    Point::Number(number) => Some(*number),
                    _ => None,
                }))
            }
            Point::String(_) => {
                Self::Strings(Sorted::build(conditions, &residual, |it| match it {
                    Point::String(text) => Some(Arc::clone(text)),
                    _ => None,
                }))
            }
            Point::Boolean(_) => {
                Self::Booleans(Sorted::build(conditions, &residual, |it| match it {
                    Point::Boolean(flag) => Some(*flag),
                    _ => None,
                }))
            }
            Point::Date(_) => Self::Dates(Sorted::build(conditions, &residual, |it| match it {
                Point::Date(date) => Some(*date),
                _ => None,
            })),
            Point::Days(_) => Self::Days(Sorted::build(conditions, &residual, |it| match it {
                Point::Days(days) => Some(*days),
                _ => None,
            })),
            Point::Years(_) => Self::Years(Sorted::build(conditions, &residual, |it| match it {
                Point::Years(years) => Some(*years),
                _ => None,
            })),
        };
        (index, residual)
    }
}

/// A point of the kind that most cells start with.
fn most_common_kind(conditions: &[Option<Condition>]) -> Option<Point> {
    let mut kinds: Vec<(&Point, usize)> = Vec::new();
    for point in conditions.iter().flatten().filter_map(first_point) {
        match kinds.iter_mut().find(|(kind, _)| is_same_kind(kind, point)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((point, 1)),
        }
    }
    kinds.into_iter().max_by_key(|(_, count)| *count).map(|(kind, _)| kind.clone())
}

fn first_point(condition: &Condition) -> Option<&Point> {
    match condition {
        Condition::Any => None,
        Condition::Intervals { intervals, .. } => intervals.iter().flat_map(points).next(),
    }
}

pub(crate) fn points(interval: &Interval) -> impl Iterator<Item = &Point> {
    [&interval.start, &interval.end].into_iter().filter_map(|bound| match bound {
        Bound::Included(point) | Bound::Excluded(point) => Some(point),
        Bound::Unbounded => None,
    })
}

/// A value that a number stands for in the first search: the number never falls where the value
/// grows.
pub(crate) trait Ranked: Ord + Clone {
    fn rank(&self) -> i64;
}

impl Ranked for Decimal {
    fn rank(&self) -> i64 {
        self.floor_saturating()
    }
}

impl Ranked for Arc<str> {
    /// The first eight bytes.
    fn rank(&self) -> i64 {
        let mut first = [0; 8];
        for (to, from) in first.iter_mut().zip(self.bytes()) {
            *to = from;
        }
        // As signed numbers, those with the first bit set come first unless it is turned.
        (u64::from_be_bytes(first) ^ (1 << 63)).cast_signed()
    }
}

impl Ranked for bool {
    fn rank(&self) -> i64 {
        i64::from(*self)
    }
}

impl Ranked for Date {
    fn rank(&self) -> i64 {
        self.epoch_days()
    }
}

impl Ranked for DaysDuration {
    fn rank(&self) -> i64 {
        let nanos = self.total_nanos();
        i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
    }
}

impl Ranked for YearsDuration {
    fn rank(&self) -> i64 {
        self.months()
    }
}

/// The rules by elementary interval. With cut points `c0 < c1 < ..`, interval `2i` lies below `ci`
/// (and above the cut before), interval `2i + 1` is `ci` itself.
#[derive(Debug)]
pub(crate) struct Sorted<K> {
    cuts: Vec<K>,
    /// The ranks of the cut points.
    ranks: Vec<i64>,
    /// The sets of the intervals `0, stride, 2 * stride, ..`, one after the other.
    sets: Vec<u64>,
    /// How many words a set takes.
    words: usize,
    /// 1, unless the sets would take too much memory.
    stride: usize,
    /// Where a rule starts or ends to match, in order; used between two kept sets.
    toggles: Vec<(usize, usize)>,
}

impl<K: Ranked> Sorted<K> {
    fn build(
        conditions: &[Option<Condition>],
        residual: &Bits,
        key: impl Fn(&Point) -> Option<K>,
    ) -> Self {
        let rules = conditions.len();
        let mut cuts: Vec<K> = conditions
            .iter()
            .enumerate()
            .filter(|(rule, _)| !residual.contains(*rule))
            .filter_map(|(_, condition)| condition.as_ref())
            .flat_map(|condition| match condition {
                Condition::Any => &[][..],
                Condition::Intervals { intervals, .. } => intervals,
            })
            .flat_map(points)
            .filter_map(&key)
            .collect();
        cuts.sort();
        cuts.dedup();
        let mut toggles = Vec::new();
        for (rule, condition) in conditions.iter().enumerate() {
            let condition = condition.as_ref().filter(|_| !residual.contains(rule));
            for at in turns(condition, &cuts, &key) {
                toggles.push((at, rule));
            }
        }
        toggles.sort_unstable();
        Self::with_sets(cuts, toggles, rules, MAX_WORDS)
    }

    /// Sweeps over the intervals once; keeps so many sets as fit into `max_words`.
    fn with_sets(
        cuts: Vec<K>,
        toggles: Vec<(usize, usize)>,
        rules: usize,
        max_words: usize,
    ) -> Self {
        let count = 2 * cuts.len() + 1;
        let mut current = Bits::none(rules);
        let words = current.words().len();
        let stride = (count * words).div_ceil(max_words).max(1);
        let mut sets = Vec::with_capacity(count.div_ceil(stride) * words);
        let mut next = toggles.iter().peekable();
        for interval in 0..count {
            while let Some((_, rule)) = next.next_if(|(at, _)| *at == interval) {
                current.toggle(*rule);
            }
            if interval % stride == 0 {
                sets.extend_from_slice(current.words());
            }
        }
        let toggles = if stride == 1 { Vec::new() } else { toggles };
        let ranks = cuts.iter().map(K::rank).collect();
        Self { cuts, ranks, sets, words, stride, toggles }
    }

    /// The interval that a value lies in.
    fn interval(&self, value: &K) -> usize {
        let rank = value.rank();
        let from = self.ranks.partition_point(|cut| *cut < rank);
        // Cut points of the same rank are told apart by themselves; mostly there is one at most.
        let same = match self.ranks.get(from..) {
            Some([first, second, ..]) if *first == rank && *second == rank => {
                self.ranks.partition_point(|cut| *cut <= rank) - from
            }
            Some([first, ..]) if *first == rank => 1,
            _ => return 2 * from,
        };
        match self.cuts.get(from..from + same).unwrap_or_default().binary_search(value) {
            Ok(at) => 2 * (from + at) + 1,
            Err(at) => 2 * (from + at),
        }
    }

    fn intersect(&self, value: &K, alive: &mut Bits) {
        let interval = self.interval(value);
        let (kept, offset) = match self.stride {
            1 => (interval, 0),
            stride => (interval / stride, interval % stride),
        };
        let from = kept * self.words;
        let Some(set) = self.sets.get(from..from + self.words) else { return };
        if offset == 0 {
            alive.intersect_words(set);
            return;
        }
        let mut set = Bits::from(set);
        let from = self.toggles.partition_point(|(at, _)| *at <= kept * self.stride);
        for (_, rule) in self.toggles.iter().skip(from).take_while(|(at, _)| *at <= interval) {
            set.toggle(*rule);
        }
        alive.intersect(&set);
    }
}

/// The intervals at which a rule starts to match or ceases to. What the index does not answer
/// (`None`) matches everywhere.
fn turns<K: Ord>(
    condition: Option<&Condition>,
    cuts: &[K],
    key: impl Fn(&Point) -> Option<K>,
) -> Vec<usize> {
    let Some(Condition::Intervals { intervals, negated, .. }) = condition else { return vec![0] };
    let position = |point: &Point| {
        key(point).and_then(|key| cuts.binary_search(&key).ok()).map_or(0, |cut| 2 * cut + 1)
    };
    let mut spans: Vec<(usize, usize)> = intervals
        .iter()
        .map(|interval| {
            let first = match &interval.start {
                Bound::Included(point) => position(point),
                Bound::Excluded(point) => position(point) + 1,
                Bound::Unbounded => 0,
            };
            let behind = match &interval.end {
                Bound::Included(point) => position(point) + 1,
                Bound::Excluded(point) => position(point),
                Bound::Unbounded => 2 * cuts.len() + 1,
            };
            (first, behind)
        })
        .filter(|(first, behind)| first < behind)
        .collect();
    spans.sort_unstable();
    let mut turns: Vec<usize> = if *negated { vec![0] } else { Vec::new() };
    let mut open: Option<(usize, usize)> = None;
    for (first, behind) in spans {
        open = Some(match open {
            Some((start, end)) if first <= end => (start, end.max(behind)),
            Some((start, end)) => {
                turns.extend([start, end]);
                (first, behind)
            }
            None => (first, behind),
        });
    }
    turns.extend(open.into_iter().flat_map(|(start, end)| [start, end]));
    turns
}

#[cfg(test)]
mod tests {
    use feel::Dialect;

    use super::*;

    #[test]
    fn a_large_column_that_keeps_fewer_sets_answers_the_same() {
        let conditions: Vec<Option<Condition>> = (0..300)
            .map(|rule| {
                let text = match rule % 4 {
                    0 => format!("[{}..{}]", rule, rule + 40),
                    1 => format!("not({rule})"),
                    2 => format!("< {rule}, > {}", rule + 100),
                    _ => "-".to_owned(),
                };
                Condition::read(&text, Dialect::Standard)
            })
            .collect();
        let (Index::Numbers(all), residual) = Index::build(&conditions) else {
            panic!("the column is not indexed")
        };
        assert_eq!((all.stride, residual), (1, Bits::none(300)));
        let mut toggles = Vec::new();
        for (rule, condition) in conditions.iter().enumerate() {
            let key = |point: &Point| match point {
                Point::Number(number) => Some(*number),
                _ => None,
            };
            toggles
                .extend(turns(condition.as_ref(), &all.cuts, key).into_iter().map(|at| (at, rule)));
        }
        toggles.sort_unstable();
        for max_words in [1, 100, 1000, 2000] {
            let few = Sorted::with_sets(all.cuts.clone(), toggles.clone(), 300, max_words);
            assert!(few.stride > 1 && few.sets.len() < all.sets.len());
            for halves in -2..900 {
                let value = Decimal::from_scaled(halves * 5, 1);
                let (mut expect, mut found) = (Bits::all(300), Bits::all(300));
                all.intersect(&value, &mut expect);
                few.intersect(&value, &mut found);
                assert_eq!(found, expect, "{value} with {max_words} words");
            }
        }
    }
}
