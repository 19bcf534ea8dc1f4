//! Sorted numbers that are searched often: buckets of equal width say where to start, so that a search mostly looks at one
//! number or two.

/// Buckets for one number, at most; there are half as many at least.
const BUCKETS_A_NUMBER: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Ranks {
    // INVARIANT: sorted.
    sorted: Vec<i64>,
    /// The smallest of them.
    low: i64,
    /// A number is in the bucket of its distance to `low`, shifted by this.
    shift: u32,
    /// For each bucket the first position in it or behind it, and one more for the end.
    starts: Vec<u32>,
}

impl Ranks {
    /// `sorted` is sorted.
    pub(super) fn new(sorted: Vec<i64>) -> Self {
        let (Some(low), Some(high)) = (sorted.first().copied(), sorted.last().copied()) else {
            return Self::default();
        };
        let distance = |number: i64| number.wrapping_sub(low).cast_unsigned();
        let most = u64::try_from(sorted.len().saturating_mul(BUCKETS_A_NUMBER)).unwrap_or(u64::MAX);
        let mut shift = 0;
        while distance(high) >> shift >= most {
            shift += 1;
        }
        let count = usize::try_from(distance(high) >> shift).unwrap_or(0) + 1;
        let mut starts = Vec::with_capacity(count + 1);
        for (at, number) in sorted.iter().enumerate() {
            let bucket = usize::try_from(distance(*number) >> shift).unwrap_or(0);
            starts.resize(starts.len().max(bucket + 1), place(at));
        }
        starts.push(place(sorted.len()));
        Self { sorted, low, shift, starts }
    }

    /// How many are below a number.
    #[inline]
    pub(super) fn below(&self, number: i64) -> usize {
        if number <= self.low {
            return 0;
        }
        let bucket = number.wrapping_sub(self.low).cast_unsigned() >> self.shift;
        let bucket = usize::try_from(bucket).unwrap_or(usize::MAX);
        let Some([from, to]) = self.starts.get(bucket..).and_then(<[u32]>::first_chunk) else {
            return self.sorted.len();
        };
        let (from, to) = (index(*from), index(*to));
        let inside = self.sorted.get(from..to).unwrap_or_default();
        from + inside.partition_point(|own| *own < number)
    }

    /// How many are equal to a number, from the position on that [`Ranks::below`] gave for it.
    #[inline]
    pub(super) fn same(&self, number: i64, from: usize) -> usize {
        match self.sorted.get(from..) {
            Some([first, second, ..]) if *first == number && *second == number => {
                self.sorted.partition_point(|own| *own <= number) - from
            }
            Some([first, ..]) if *first == number => 1,
            _ => 0,
        }
    }
}

/// A position as it is kept. Four thousand million cells are beyond what a file may hold.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn index(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(mut numbers: Vec<i64>, asked: &[i64]) {
        numbers.sort_unstable();
        let ranks = Ranks::new(numbers.clone());
        let around =
            numbers.iter().flat_map(|it| [it.saturating_sub(1), *it, it.saturating_add(1)]);
        for number in around.chain(asked.iter().copied()).chain([i64::MIN, 0, i64::MAX]) {
            let below = numbers.iter().filter(|own| **own < number).count();
            let same = numbers.iter().filter(|own| **own == number).count();
            let from = ranks.below(number);
            assert_eq!((from, ranks.same(number, from)), (below, same), "{number} in {numbers:?}");
        }
        assert!(ranks.starts.len() <= BUCKETS_A_NUMBER * numbers.len() + 1);
    }

    #[test]
    fn numbers_far_apart_and_equal_ones_are_found() {
        let cases: [&[i64]; 6] = [
            &[],
            &[7],
            &[i64::MIN, i64::MAX],
            &[i64::MIN, i64::MIN, -1, 0, 0, 0, 1, i64::MAX],
            &[5, 5, 5],
            &[0, 1, 2, 3, 1 << 62],
        ];
        for numbers in cases {
            check(numbers.to_vec(), &[]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_search_finds_what_counting_finds(
            wide in prop::collection::vec(any::<i64>(), 0..40),
            near in prop::collection::vec(-20..20_i64, 0..40),
            asked in prop::collection::vec(any::<i64>(), 10),
        ) {
            check(near.clone(), &asked);
            check(wide.iter().chain(&near).copied().collect(), &asked);
            check(wide, &asked);
        }
    }
}
