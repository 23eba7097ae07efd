//! Numbers that a seed decides.

/// A source of numbers: the same seed gives the same ones. Not for secrets.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Begins with a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut random = Self((seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03) | 1);
        // The first numbers of near seeds are near each other.
        for _ in 0..8 {
            random.number();
        }
        random
    }

    /// That of the `place`-th item of a run, which can so be run by itself.
    #[must_use]
    pub fn of_item(seed: u64, place: u64) -> Self {
        Self::new(seed.wrapping_mul(1_000_003).wrapping_add(place))
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`; 0 if that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        (self.number() >> 11) % end.max(1)
    }

    /// A place in something that is so long; 0 if it is empty.
    pub fn place(&mut self, length: usize) -> usize {
        // A length fits: what is below it does too.
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        self.number().to_le_bytes()[3]
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of these; `None` if there is none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.place(from.len())).copied()
    }

    /// Puts them in another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.place(end + 1));
        }
    }
}
