//! Letters that people type as others, and characters that say nothing to a search.

/// What a letter is typed as where a keyboard lacks it: Latin letters with a stroke or a hook, and ligatures; the forms of
/// Arabic letters that are written for one another; digits of every script. `None` if it stands for itself.
///
/// Marks that Unicode decomposes have been removed before. Latin as in CLDR's transform `Latin-ASCII`, Arabic as most
/// engines of Arabic search do it: alef without its hamza, alef maksura and Farsi yeh as yeh, ta marbuta as ha.
pub(super) fn typed(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ƀ' | 'ƃ' | 'ɓ' => "b",
        'ƈ' | 'ȼ' | 'ɕ' => "c",
        'đ' | 'ð' | 'ƌ' | 'ȡ' | 'ɖ' | 'ɗ' => "d",
        'ɇ' | 'ɛ' => "e",
        'ƒ' => "f",
        'ǥ' | 'ɠ' => "g",
        'ħ' | 'ɦ' | 'ⱨ' => "h",
        'ı' | 'ɨ' | 'ɩ' => "i",
        'ȷ' | 'ɉ' | 'ʝ' => "j",
        'ĸ' | 'ƙ' | 'ⱪ' => "k",
        'ł' | 'ƚ' | 'ȴ' | 'ɫ' | 'ɬ' | 'ɭ' | 'ⱡ' => "l",
        'ɱ' => "m",
        'ŋ' | 'ƞ' | 'ȵ' | 'ɲ' | 'ɳ' => "n",
        'ø' | 'ɵ' => "o",
        'ƥ' | 'ᵽ' => "p",
        'ɋ' => "q",
        'ɍ' | 'ɽ' => "r",
        'ȿ' | 'ʂ' => "s",
        'ŧ' | 'ƫ' | 'ƭ' | 'ȶ' | 'ʈ' | 'ⱦ' => "t",
        'ʉ' => "u",
        'ʋ' | 'ⱱ' => "v",
        'ⱳ' => "w",
        'ƴ' | 'ɏ' => "y",
        'ƶ' | 'ȥ' | 'ɀ' | 'ʐ' | 'ʑ' | 'ⱬ' => "z",
        'ⱥ' => "a",
        'ґ' => "г",
        '\u{0671}' => "\u{0627}",
        '\u{0649}' | '\u{06CC}' | '\u{06D2}' => "\u{064A}",
        '\u{06A9}' => "\u{0643}",
        '\u{0629}' | '\u{06BE}' | '\u{06C1}' | '\u{06C3}' | '\u{06D5}' => "\u{0647}",
        _ => return digit(c),
    })
}

/// The digit 0 of each script that has its own; 1 to 9 follow it.
const ZEROS: [char; 36] = [
    '\u{0660}',
    '\u{06F0}',
    '\u{07C0}',
    '\u{0966}',
    '\u{09E6}',
    '\u{0A66}',
    '\u{0AE6}',
    '\u{0B66}',
    '\u{0BE6}',
    '\u{0C66}',
    '\u{0CE6}',
    '\u{0D66}',
    '\u{0DE6}',
    '\u{0E50}',
    '\u{0ED0}',
    '\u{0F20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17E0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19D0}',
    '\u{1A80}',
    '\u{1A90}',
    '\u{1B50}',
    '\u{1BB0}',
    '\u{1C40}',
    '\u{1C50}',
    '\u{A620}',
    '\u{A8D0}',
    '\u{A900}',
    '\u{A9D0}',
    '\u{A9F0}',
    '\u{AA50}',
    '\u{ABF0}',
    '\u{11066}',
];

fn digit(c: char) -> Option<&'static str> {
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let before = ZEROS.get(..ZEROS.partition_point(|zero| *zero <= c))?;
    let value = u32::from(c) - u32::from(*before.last()?);
    DIGITS.get(value as usize).copied()
}

/// The letters that German, Danish, Norwegian and Swedish write as two where a keyboard lacks them. With a mark removed
/// they are one letter; `None` for any other.
pub(super) fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' => "oe",
        'ü' | 'Ü' => "ue",
        'å' | 'Å' => "aa",
        _ => return None,
    })
}

/// What no word is made of and what parts no words: characters that are not shown (Unicode's
/// `Default_Ignorable_Code_Point`: soft hyphen, zero-width space and joiners, marks of direction, variation selectors),
/// accents, and the skin tones of emoji.
pub(super) fn is_dropped(c: char) -> bool {
    is_accent(c) || is_ignorable(c) || matches!(c, '\u{1F3FB}'..='\u{1F3FF}')
}

/// Whether a character is not shown: Unicode's `Default_Ignorable_Code_Point`, such as a soft hyphen, zero-width space and
/// joiners, marks of direction, and a byte order mark.
#[must_use]
pub fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Marks that change how a letter sounds in Latin, Greek, Cyrillic, Hebrew, Arabic, Syriac or Hindi, and do not make
/// another word. Kana voicing marks and the vowel signs of Indic and Thai scripts do, so they stay.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05C7}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06ED}' | '\u{0640}' | '\u{0730}'..='\u{074A}'
        | '\u{093C}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20F0}'
        | '\u{FE20}'..='\u{FE2F}')
        && !matches!(c, '\u{05BE}' | '\u{05C0}' | '\u{05C3}' | '\u{05C6}')
}

/// Apostrophes and hyphens in the midst of a word, whichever of them somebody typed: with them it is found as one word
/// and as its parts.
pub(super) fn joins(c: char) -> bool {
    matches!(c, '\'' | '`' | '-' | '\u{00B7}' | '\u{02B9}'..='\u{02BF}' | '\u{058A}' | '\u{05BE}' | '\u{05F3}' | '\u{05F4}'
        | '\u{2010}'..='\u{2013}' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2032}' | '\u{2212}')
}

/// Whether a sign is a word by itself: emoji, and what is used as such. Letters, digits and marks are none.
pub(super) fn is_sign(c: char) -> bool {
    matches!(c, '\u{231A}' | '\u{231B}' | '\u{23E9}'..='\u{23FA}' | '\u{2600}'..='\u{27BF}' | '\u{2B05}'..='\u{2B55}'
        | '\u{1F000}'..='\u{1FAFF}')
}

/// Half of a flag: two of these are one.
pub(super) fn is_half_a_flag(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// Scripts that are found by pairs of characters: those that are written without spaces (Thai, Lao, Myanmar, Khmer, their
/// neighbours, Chinese and Japanese), and Korean, whose endings stand at the word without a space.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{17FF}'
        | '\u{1950}'..='\u{19DF}' | '\u{1A20}'..='\u{1AAF}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{A9E0}'..='\u{A9FF}'
        | '\u{AA60}'..='\u{AADF}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
