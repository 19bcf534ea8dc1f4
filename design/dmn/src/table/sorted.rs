//! The rules of a column by elementary interval: intervals between sorted cut points, and for each the set of rules whose
//! cell it satisfies. One search answers a column for all rules.

use std::{cmp::Ordering, ops::Bound, sync::Arc};

use feel::{Date, DaysDuration, Decimal, YearsDuration};

use super::{
    bits::{Bits, Set, outline},
    condition::{Condition, Point},
    index::points,
    ranks::Ranks,
};

/// How many words the sets of one column may take: 8 MiB.
const MAX_WORDS: usize = 1 << 20;

/// A value that a number stands for in the first search: the number never falls where the value
/// grows.
pub(crate) trait Ranked: Ord + Clone {
    fn rank(&self) -> i64;

    /// The order of two of the same rank.
    fn cmp_in_rank(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

/// Bytes of a text that its rank is made of.
const RANKED_BYTES: usize = 8;

impl Ranked for Decimal {
    #[inline]
    fn rank(&self) -> i64 {
        self.floor_saturating()
    }
}

impl Ranked for Arc<str> {
    /// The first eight bytes.
    fn rank(&self) -> i64 {
        let mut first = [0; RANKED_BYTES];
        for (to, from) in first.iter_mut().zip(self.bytes()) {
            *to = from;
        }
        // As signed numbers, those with the first bit set come first unless it is turned.
        (u64::from_be_bytes(first) ^ (1 << 63)).cast_signed()
    }

    fn cmp_in_rank(&self, other: &Self) -> Ordering {
        if self.len() <= RANKED_BYTES && other.len() <= RANKED_BYTES {
            // The longer one goes on with zeros.
            return self.len().cmp(&other.len());
        }
        self.cmp(other)
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
    ranks: Ranks,
    /// The sets of the intervals `0, stride, 2 * stride, ..`, one after the other.
    sets: Vec<u64>,
    /// For each set which of its words are not all zero; nothing where not all sets are kept.
    outlines: Vec<u64>,
    /// How many words a set takes.
    words: usize,
    /// 1, unless the sets would take too much memory.
    stride: usize,
    /// Where a rule starts or ends to match, in order; used between two kept sets.
    toggles: Vec<(usize, usize)>,
}

impl<K: Ranked> Sorted<K> {
    pub(super) fn build(
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
        let (mut outlines, mut kept) = (Vec::new(), toggles);
        if stride == 1 && words > 0 {
            outlines = sets.chunks_exact(words).map(outline).collect();
            kept = Vec::new();
        }
        let ranks = Ranks::new(cuts.iter().map(K::rank).collect());
        Self { cuts, ranks, sets, outlines, words, stride, toggles: kept }
    }

    /// The interval that a value lies in.
    #[inline]
    fn interval(&self, value: &K) -> usize {
        let rank = value.rank();
        let from = self.ranks.below(rank);
        // Cut points of the same rank are told apart by themselves; mostly there is one at most.
        let same = self.ranks.same(rank, from);
        let cuts = self.cuts.get(from..from + same).unwrap_or_default();
        match cuts.binary_search_by(|cut| cut.cmp_in_rank(value)) {
            Ok(at) => 2 * (from + at) + 1,
            Err(at) => 2 * (from + at),
        }
    }

    /// The rules that the value lets through, where every set is kept.
    #[inline]
    pub(super) fn set(&self, value: &K) -> Option<Set<'_>> {
        let interval = self.interval(value);
        let outline = *self.outlines.get(interval)?;
        let from = interval * self.words;
        Some(Set { words: self.sets.get(from..from + self.words)?, outline })
    }

    pub(super) fn intersect(&self, value: &K, alive: &mut Bits) {
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

    use super::{super::index::Index, *};

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
