//! Texts with damage at random places, for as long as is asked for.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::Random;

/// How long one damaged text may take in a debug build on a machine that is busy.
const MAX_TIME: Duration = Duration::from_secs(20);

/// Texts that are tried at least in one second that is asked for, once a minute is: fewer say little.
const LEAST_A_SECOND: u64 = 5;

/// What is damaged, and how.
#[derive(Debug, Clone, Copy)]
pub struct Damage<'a> {
    /// The texts to start from.
    pub texts: &'a [String],
    /// What is put in at a random place, over some of what was there.
    pub pieces: &'a [&'a str],
    /// Bytes that are taken out at a place, at most.
    pub cut: usize,
    /// Characters of another text that are put in at a place, at most: so that what is put in has a meaning.
    pub taken: usize,
}

impl Damage<'_> {
    /// Gives damaged texts to the target for as long as is asked for; it may ask for more of the randomness.
    ///
    /// # Panics
    /// Where a text takes too long, or a whole minute is too short for some hundred texts.
    #[expect(clippy::print_stdout, reason = "the runner shows it where a test fails")]
    #[expect(clippy::disallowed_methods, reason = "a test that runs for as long as it is asked to")]
    pub fn run(&self, mut target: impl FnMut(&str, &mut Random)) {
        let number =
            |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let seconds = number("MUTATE_SECONDS").unwrap_or(1);
        let first = number("MUTATE_SEED").unwrap_or_else(|| {
            let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::from(clock.subsec_nanos()) << 20
        });
        let start = Instant::now();
        let mut count = 0;
        while count == 0 || start.elapsed() < Duration::from_secs(seconds) {
            // Each text has a seed of its own, which is printed before it, so that a crash shows it, too.
            let seed = first.wrapping_add(count);
            println!("MUTATE_SEED={seed}");
            let mut random = Random::new(seed);
            let text = self.text(&mut random);
            let begun = Instant::now();
            target(&text, &mut random);
            assert!(begun.elapsed() < MAX_TIME, "seed {seed} takes {:?}:\n{text}", begun.elapsed());
            count += 1;
        }
        println!("{count} damaged texts");
        assert!(
            seconds < 60 || count >= seconds.saturating_mul(LEAST_A_SECOND),
            "only {count} damaged texts in {seconds} seconds"
        );
    }

    /// A damaged text; one in six is left as it is.
    fn text(&self, random: &mut Random) -> String {
        let mut text = random.pick(self.texts).cloned().unwrap_or_default();
        for _ in 0..random.below(6) {
            let start = text.floor_char_boundary(random.below(text.len() + 1));
            let end = text.floor_char_boundary(start + random.below(self.cut)).max(start);
            let piece = self.piece(random);
            text.replace_range(start..end, &piece);
        }
        text
    }

    fn piece(&self, random: &mut Random) -> String {
        let piece = |random: &mut Random| random.pick(self.pieces).copied().unwrap_or_default();
        match random.below(5) {
            0 => {
                let other = random.pick(self.texts).map_or("", String::as_str);
                let from = random.below(other.len());
                other.chars().skip(from).take(random.below(self.taken)).collect()
            }
            1 => piece(random).repeat(1 + random.below(80)),
            _ => piece(random).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_text_again_and_most_seeds_another() {
        let texts = ["a longer text with ä and \u{1F600}".to_owned(), String::new()];
        let damage = Damage { texts: &texts, pieces: &["é", "(("], cut: 12, taken: 9 };
        let text = |seed: u64| damage.text(&mut Random::new(seed));
        let all: std::collections::BTreeSet<String> = (0..1_000).map(text).collect();
        assert!(all.len() > 500, "only {} texts", all.len());
        assert!(all.contains(&texts[0]) && (0..1_000).map(text).all(|text| all.contains(&text)));
    }
}
