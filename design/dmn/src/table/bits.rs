//! A set of rules as bits, one word for 64 rules.

/// A set of small numbers below a fixed length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// The empty set for numbers below `length`.
    pub(crate) fn none(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    /// The set of all numbers below `length`.
    pub(crate) fn all(length: usize) -> Self {
        let mut bits = Self::default();
        bits.fill(length);
        bits
    }

    /// Makes it the set of all numbers below `length`, in the memory it has.
    pub(crate) fn fill(&mut self, length: usize) {
        self.0.clear();
        self.0.resize(length.div_ceil(64), u64::MAX);
        if let (Some(last), true) = (self.0.last_mut(), !length.is_multiple_of(64)) {
            *last = (1 << (length % 64)) - 1;
        }
    }

    pub(crate) fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    /// Puts a number in where it is missing and takes it out where it is there.
    pub(crate) fn toggle(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word ^= 1 << (number % 64);
        }
    }

    pub(crate) fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Keeps what is in both sets.
    pub(crate) fn intersect(&mut self, other: &Self) {
        self.intersect_words(&other.0);
    }

    /// The same with a set as words.
    pub(crate) fn intersect_words(&mut self, other: &[u64]) {
        for (word, other) in self.0.iter_mut().zip(other) {
            *word &= other;
        }
    }

    /// Adds what the other set has.
    pub(crate) fn unite(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    /// The smallest number that both sets have.
    pub(crate) fn first_common(&self, other: &Self) -> Option<usize> {
        let mut pairs = self.0.iter().zip(&other.0).map(|(left, right)| left & right).enumerate();
        let (index, word) = pairs.find(|(_, word)| *word != 0)?;
        Some(index * 64 + usize::try_from(word.trailing_zeros()).unwrap_or(0))
    }

    /// The smallest number that is not below `from`.
    pub(crate) fn next(&self, from: usize) -> Option<usize> {
        let mut index = from / 64;
        let mut word = *self.0.get(index)? & (u64::MAX << (from % 64));
        while word == 0 {
            index += 1;
            word = *self.0.get(index)?;
        }
        Some(index * 64 + usize::try_from(word.trailing_zeros()).unwrap_or(0))
    }

    /// The set as words.
    pub(crate) fn words(&self) -> &[u64] {
        &self.0
    }
}

/// A set that stands somewhere else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Set<'a> {
    pub(crate) words: &'a [u64],
    /// Which of the words are not all zero, as [`outline`] tells.
    pub(crate) outline: u64,
}

impl Set<'_> {
    pub(crate) const EMPTY: Self = Self { words: &[], outline: 0 };
}

/// How many words one bit of the outline of so many words stands for.
pub(crate) fn words_a_bit(words: usize) -> usize {
    words.div_ceil(64).max(1)
}

/// A bit for every word, or for several where there are many: whether any of them is not zero.
pub(crate) fn outline(words: &[u64]) -> u64 {
    let groups = words.chunks(words_a_bit(words.len())).enumerate();
    groups
        .filter(|(_, group)| group.iter().any(|word| *word != 0))
        .fold(0, |all, (at, _)| all | 1 << at)
}

impl From<&[u64]> for Bits {
    fn from(words: &[u64]) -> Self {
        Self(words.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_knows_its_members_in_order() {
        let mut bits = Bits::none(130);
        for number in [0, 63, 64, 129] {
            bits.insert(number);
        }
        bits.toggle(63);
        bits.toggle(65);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(number) = bits.next(from) {
            found.push(number);
            from = number + 1;
        }
        assert_eq!(found, [0, 64, 65, 129]);
        assert!(bits.contains(129) && !bits.contains(128) && !bits.contains(1000));
    }

    #[test]
    fn all_is_what_is_below_the_length_and_no_more() {
        for length in [0, 1, 63, 64, 65, 128] {
            let all = Bits::all(length);
            let members = (0..300).filter(|number| all.contains(*number)).count();
            assert_eq!(members, length);
        }
    }
}
