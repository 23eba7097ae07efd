//! Lengths of time counted by how long they are, and percentiles of them.

use std::collections::BTreeMap;

/// How many buckets there are for each power of two.
const PER_POWER: u64 = 16;

/// A range of lengths that are counted together, by its number from 0. Below 32 seconds each second has its own; from there on
/// each is a sixteenth of a power of two wide, so that the lengths in one differ by less than a sixteenth.
///
/// ```
/// use casekit_core::durations::Bucket;
///
/// assert_eq!(Bucket::of(31).bounds(), (31, 31));
/// assert_eq!(Bucket::of(3_600).bounds(), (3_584, 3_711));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Bucket(u16);

impl Bucket {
    /// The bucket of a length in seconds.
    #[must_use]
    pub fn of(seconds: u64) -> Self {
        let Some(power) = seconds.checked_ilog2().filter(|power| *power >= 4) else {
            return Self(seconds as u16);
        };
        // The four bits below the highest one.
        let within = (seconds >> (power - 4)) % PER_POWER;
        Self((u64::from(power - 3) * PER_POWER + within) as u16)
    }

    /// The bucket with a number.
    #[must_use]
    pub fn numbered(number: u16) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }

    /// The shortest and the longest length in it, in seconds.
    #[must_use]
    pub fn bounds(self) -> (u64, u64) {
        let number = u64::from(self.0);
        if number < PER_POWER {
            return (number, number);
        }
        let shift = u32::try_from(number / PER_POWER - 1).unwrap_or(u32::MAX);
        let at = |place: u64| place.checked_shl(shift).filter(|least| *least >> shift.min(63) == place);
        let place = PER_POWER + number % PER_POWER;
        let least = at(place).unwrap_or(u64::MAX);
        (least, at(place + 1).map_or(u64::MAX, |next| next - 1))
    }
}

/// Lengths of time, counted by bucket.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Histogram(BTreeMap<Bucket, (u64, u64)>);

impl Histogram {
    /// Adds lengths that are in one bucket: how many, and how many seconds together.
    pub fn add(&mut self, bucket: Bucket, count: u64, seconds: u64) {
        let kept = self.0.entry(bucket).or_default();
        *kept = (kept.0.saturating_add(count), kept.1.saturating_add(seconds));
    }

    /// How many lengths there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.values().fold(0, |sum, (count, _)| sum.saturating_add(*count))
    }

    /// All lengths together, in seconds.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        self.0.values().fold(0, |sum, (_, seconds)| sum.saturating_add(*seconds))
    }

    /// The mean, in whole seconds; `None` without any length.
    #[must_use]
    pub fn mean(&self) -> Option<u64> {
        self.seconds().checked_div(self.count())
    }

    /// The length that so many of a hundred do not exceed, in seconds; `None` without any length.
    ///
    /// It is the mean of the bucket in which that length is, so it is right to a sixteenth, and exact where the bucket has
    /// one length. Of the exact lengths it would be the shortest that at least `of_hundred` in a hundred do not exceed.
    #[must_use]
    pub fn percentile(&self, of_hundred: u64) -> Option<u64> {
        let rank = u128::from(self.count()) * u128::from(of_hundred.min(100));
        let rank = rank.div_ceil(100).max(1);
        let mut seen = 0_u128;
        self.0.values().find_map(|(count, seconds)| {
            seen += u128::from(*count);
            (seen >= rank).then(|| seconds.checked_div(*count)).flatten()
        })
    }

    /// The buckets in which there is a length, with how many.
    pub fn buckets(&self) -> impl Iterator<Item = (Bucket, u64)> {
        self.0.iter().map(|(bucket, (count, _))| (*bucket, *count))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn buckets_follow_each_other_without_a_gap() {
        let mut next = 0;
        for number in 0..=Bucket::of(u64::MAX).number() {
            let bucket = Bucket::numbered(number);
            let (least, most) = bucket.bounds();
            assert_eq!(least, next, "{number}");
            assert_eq!((Bucket::of(least), Bucket::of(most)), (bucket, bucket));
            assert!(most - least <= least / 16, "{number}: {least} to {most}");
            next = most.wrapping_add(1);
        }
        assert_eq!(next, 0, "the last ends with the longest time that there is");
    }

    #[test]
    fn nothing_has_neither_a_mean_nor_a_percentile() {
        assert_eq!((Histogram::default().mean(), Histogram::default().percentile(50)), (None, None));
    }

    #[test]
    fn lengths_that_are_all_the_same_are_told_exactly() {
        let all = of(&[3_600; 7]);
        assert_eq!(
            (all.mean(), all.percentile(50), all.percentile(90)),
            (Some(3_600), Some(3_600), Some(3_600))
        );
    }

    fn of(lengths: &[u64]) -> Histogram {
        let mut all = Histogram::default();
        lengths.iter().for_each(|seconds| all.add(Bucket::of(*seconds), 1, *seconds));
        all
    }

    proptest! {
        #[test]
        fn a_percentile_is_right_to_a_sixteenth(
            lengths in prop::collection::vec(prop_oneof![0_u64..100, 0_u64..100_000, 0_u64..400_000_000], 1..200),
            of_hundred in 1_u64..=100,
        ) {
            let all = of(&lengths);
            let mut sorted = lengths.clone();
            sorted.sort_unstable();
            let place = (sorted.len() * of_hundred as usize).div_ceil(100).max(1) - 1;
            let (exact, said) = (sorted[place], all.percentile(of_hundred).unwrap());
            prop_assert!(exact.abs_diff(said) <= exact / 16, "{said} for {exact}");
            prop_assert_eq!(all.mean(), Some(sorted.iter().sum::<u64>() / sorted.len() as u64));
            prop_assert_eq!(all.count(), sorted.len() as u64);
        }
    }
}
