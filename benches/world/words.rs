//! Words that come as often as words of a language do: the n-th commonest 1 in n times as often as the first, and those that
//! are rare still less often, so that a text of ten times the length has two or three times as many different words.

/// Words of the language.
const WORDS: f64 = 800_000.0;

/// From this place on, a word that is twice as far down comes a quarter as often.
const RARE: f64 = 15_000.0;

const CONSONANTS: [&str; 16] =
    ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z"];
const VOWELS: [&str; 5] = ["a", "e", "i", "o", "u"];
const ENDINGS: [&str; 24] = [
    "", "n", "s", "r", "t", "ns", "nd", "rt", "st", "ng", "ment", "ness", "ted", "ren", "ling", "sam",
    "keit", "schaft", "tion", "nal", "lich", "mente", "sche", "nung",
];

/// Numbers that look like chance and are the same every time.
pub(crate) struct Dice(u64);

impl Dice {
    /// For one purpose, in one place.
    pub(crate) fn new(purpose: u64, place: usize) -> Self {
        let mut dice = Self(super::SEED ^ purpose.wrapping_mul(0xd134_2543_de82_ef95));
        dice.0 = dice.0.wrapping_add((place as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9));
        dice.next();
        dice
    }

    /// SplitMix64.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// From 0 to less than 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of so many, the first ones much more often than the last: half of the time one of the first quarter.
    pub(crate) fn favourite(&mut self, of: usize) -> usize {
        let unit = self.unit();
        (unit * unit * of as f64) as usize
    }

    /// How common the next word of a text is, from 0 for the commonest.
    pub(crate) fn rank(&mut self) -> u64 {
        // The inverse of the sum of 1/n up to the rare ones, and of RARE/n² from there.
        let (common, rare) = (RARE.ln(), 1.0 - RARE / WORDS);
        let drawn = self.unit() * (common + rare);
        let place = if drawn < common { drawn.exp() } else { RARE / (1.0 - (drawn - common)) };
        place as u64 - 1
    }
}

/// The word of a rank. Common ones are short.
pub(crate) fn word(rank: u64) -> String {
    let Some(rest) = rank.checked_sub(80) else { return syllable(rank).concat() };
    let ending = ENDINGS.get((rest % 24) as usize).copied().unwrap_or_default();
    // The beginning changes fastest, so that every beginning has common words and rare ones.
    let stem = rest / 24;
    let (first, second) = (syllable(stem % 80), syllable(stem / 80 % 80));
    let third = (stem / 6400).checked_sub(1).map(syllable).unwrap_or_default();
    [first, second, third].concat().concat() + ending
}

fn syllable(place: u64) -> [&'static str; 2] {
    let consonant = CONSONANTS.get((place % 16) as usize).copied().unwrap_or_default();
    let vowel = VOWELS.get((place / 16 % 5) as usize).copied().unwrap_or_default();
    [consonant, vowel]
}

/// So many words as they come.
pub(crate) fn sentence(dice: &mut Dice, words: usize) -> String {
    let mut text = String::with_capacity(words * 8);
    for place in 0..words {
        if place > 0 {
            text.push(' ');
        }
        text.push_str(&word(dice.rank()));
    }
    text
}

/// What somebody has typed who looks for one of two dozen words: their first letters.
pub(crate) fn prefixes(letters: usize) -> Vec<String> {
    let mut dice = Dice::new(9, 0);
    let mut typed = Vec::new();
    while typed.len() < 24 {
        let word = word(dice.rank());
        // Longer ones only, so that all lengths are begun from the same words.
        if word.len() > 6 {
            typed.push(word.chars().take(letters).collect());
        }
    }
    typed
}
