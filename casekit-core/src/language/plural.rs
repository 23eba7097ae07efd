//! Which plural category a count has, by language.
//!
//! The rules for whole numbers of Unicode CLDR 47, `common/supplemental/plurals.xml` (`type="cardinal"`). Everything
//! that casekit counts is whole, so the operands for fractions (`v`, `f`, `t`, `e`) have the values of a number without
//! any.

/// The plural categories of CLDR.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Plural {
    /// For 0, in languages that have a form for it.
    Zero,
    /// For 1, and in some languages for every count that ends in 1.
    One,
    /// For 2, in languages that have a dual.
    Two,
    /// For small counts, such as 2 to 4 in Czech.
    Few,
    /// For large counts, such as whole millions in Spanish.
    Many,
    /// For all other counts. Every language has it.
    Other,
}

impl Plural {
    const ALL: [Self; 6] = [Self::Zero, Self::One, Self::Two, Self::Few, Self::Many, Self::Other];

    /// The name of the category in templates, such as `few`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::One => "one",
            Self::Two => "two",
            Self::Few => "few",
            Self::Many => "many",
            Self::Other => "other",
        }
    }

    /// The category with this name in templates; `None` if there is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plural| plural.code() == code)
    }
}

/// How a language assigns counts to categories.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rules {
    /// No plurals: Chinese, Japanese, Korean, Vietnamese, Thai, Indonesian, Malay.
    None,
    /// One for 1: English, German, Dutch, Greek, Turkish and most others. Unknown languages use it too.
    One,
    /// One for 0 and 1: Hindi, Persian, Bengali.
    ZeroOrOne,
    /// One for 1, many for whole millions: Spanish, Italian, European Portuguese, Catalan.
    OneAndMillions,
    /// One for 0 and 1, many for whole millions: French, Portuguese.
    ZeroOrOneAndMillions,
    /// Russian, Ukrainian, Belarusian.
    EastSlavic,
    /// Croatian, Serbian, Bosnian.
    SouthSlavic,
    /// Polish.
    Polish,
    /// Czech, Slovak.
    Czech,
    /// Slovenian.
    Slovenian,
    /// Lithuanian.
    Lithuanian,
    /// Latvian.
    Latvian,
    /// Romanian.
    Romanian,
    /// Arabic.
    Arabic,
    /// Hebrew.
    Hebrew,
}

/// The rules of a language by its tag. The whole tag is looked up first and then the language alone: `pt-PT`, then
/// `pt`.
pub(super) fn rules(tag: &str) -> Rules {
    let tag = tag.to_ascii_lowercase().replace('_', "-");
    if tag == "pt-pt" || tag.starts_with("pt-pt-") {
        return Rules::OneAndMillions;
    }
    match tag.split('-').next().unwrap_or_default() {
        "zh" | "ja" | "ko" | "vi" | "th" | "id" | "ms" | "yue" | "lo" | "my" | "km" => Rules::None,
        "hi" | "fa" | "bn" | "gu" | "kn" | "zu" | "am" | "as" => Rules::ZeroOrOne,
        "es" | "it" | "ca" => Rules::OneAndMillions,
        "fr" | "pt" => Rules::ZeroOrOneAndMillions,
        "ru" | "uk" | "be" => Rules::EastSlavic,
        "hr" | "sr" | "bs" => Rules::SouthSlavic,
        "pl" => Rules::Polish,
        "cs" | "sk" => Rules::Czech,
        "sl" => Rules::Slovenian,
        "lt" => Rules::Lithuanian,
        "lv" => Rules::Latvian,
        "ro" => Rules::Romanian,
        "ar" => Rules::Arabic,
        "he" | "iw" => Rules::Hebrew,
        _ => Rules::One,
    }
}

impl Rules {
    /// The plural categories that templates in this language may use.
    pub(super) fn categories(self) -> &'static [Plural] {
        use Plural::{Few, Many, One, Other, Two, Zero};
        match self {
            Self::None => &[Other],
            Self::One | Self::ZeroOrOne => &[One, Other],
            Self::OneAndMillions | Self::ZeroOrOneAndMillions => &[One, Many, Other],
            // In East Slavic languages and Polish `other` applies to fractions only, but every template has it.
            Self::EastSlavic | Self::Polish => &[One, Few, Many, Other],
            Self::SouthSlavic | Self::Romanian | Self::Lithuanian => &[One, Few, Other],
            // In Czech and Slovak `many` applies to fractions only.
            Self::Czech => &[One, Few, Other],
            Self::Slovenian => &[One, Two, Few, Other],
            Self::Latvian => &[Zero, One, Other],
            Self::Arabic => &[Zero, One, Two, Few, Many, Other],
            Self::Hebrew => &[One, Two, Other],
        }
    }

    /// The category of a whole number.
    pub(super) fn of(self, count: i64) -> Plural {
        use Plural::{Few, Many, One, Other, Two, Zero};
        let n = count.unsigned_abs();
        let (ten, hundred) = (n % 10, n % 100);
        let millions = n != 0 && n.is_multiple_of(1_000_000);
        match self {
            Self::None => Other,
            Self::One if n == 1 => One,
            Self::ZeroOrOne if n <= 1 => One,
            Self::OneAndMillions if n == 1 => One,
            Self::ZeroOrOneAndMillions if n <= 1 => One,
            Self::OneAndMillions | Self::ZeroOrOneAndMillions if millions => Many,
            Self::EastSlavic | Self::SouthSlavic if ten == 1 && hundred != 11 => One,
            Self::EastSlavic | Self::SouthSlavic | Self::Polish
                if (2..=4).contains(&ten) && !(12..=14).contains(&hundred) =>
            {
                Few
            }
            Self::EastSlavic => Many,
            Self::Polish if n == 1 => One,
            Self::Polish => Many,
            Self::Czech if n == 1 => One,
            Self::Czech if (2..=4).contains(&n) => Few,
            Self::Slovenian if hundred == 1 => One,
            Self::Slovenian if hundred == 2 => Two,
            Self::Slovenian if (3..=4).contains(&hundred) => Few,
            Self::Lithuanian if ten == 1 && !(11..=19).contains(&hundred) => One,
            Self::Lithuanian if (2..=9).contains(&ten) && !(11..=19).contains(&hundred) => Few,
            Self::Latvian if ten == 0 || (11..=19).contains(&hundred) => Zero,
            Self::Latvian if ten == 1 && hundred != 11 => One,
            Self::Romanian if n == 1 => One,
            Self::Romanian if n == 0 || (1..=19).contains(&hundred) => Few,
            Self::Arabic if n == 0 => Zero,
            Self::Arabic | Self::Hebrew if n == 1 => One,
            Self::Arabic | Self::Hebrew if n == 2 => Two,
            Self::Arabic if (3..=10).contains(&hundred) => Few,
            Self::Arabic if (11..=99).contains(&hundred) => Many,
            Self::One
            | Self::ZeroOrOne
            | Self::OneAndMillions
            | Self::ZeroOrOneAndMillions
            | Self::SouthSlavic
            | Self::Czech
            | Self::Slovenian
            | Self::Lithuanian
            | Self::Latvian
            | Self::Romanian
            | Self::Arabic
            | Self::Hebrew => Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Samples<'a> = &'a [(Plural, &'a [i64])];

    /// The first counts of each category, from the samples in CLDR.
    #[test]
    fn every_language_counts_as_cldr_says() {
        use Plural::{Few, Many, One, Other, Two, Zero};
        let samples: [(&str, Samples<'_>); 18] = [
            ("en", &[(One, &[1]), (Other, &[0, 2, 16, 100, 1_000_000])]),
            ("de", &[(One, &[1]), (Other, &[0, 2, 16, 100, 1_000_000])]),
            ("nl", &[(One, &[1]), (Other, &[0, 2, 11, 101])]),
            ("tr", &[(One, &[1]), (Other, &[0, 2, 11, 101])]),
            ("fr", &[(One, &[0, 1]), (Many, &[1_000_000, 2_000_000]), (Other, &[2, 17, 1_000_001])]),
            ("es", &[(One, &[1]), (Many, &[1_000_000]), (Other, &[0, 2, 100])]),
            ("it", &[(One, &[1]), (Many, &[1_000_000]), (Other, &[0, 2, 100])]),
            ("pt-BR", &[(One, &[0, 1]), (Many, &[1_000_000]), (Other, &[2, 100])]),
            ("pt-PT", &[(One, &[1]), (Many, &[1_000_000]), (Other, &[0, 2])]),
            ("pl", &[(One, &[1]), (Few, &[2, 4, 22, 102]), (Many, &[0, 5, 11, 12, 14, 19, 21, 112])]),
            ("cs", &[(One, &[1]), (Few, &[2, 3, 4]), (Other, &[0, 5, 22, 101])]),
            ("ru", &[(One, &[1, 21, 101]), (Few, &[2, 24, 102]), (Many, &[0, 5, 11, 14, 111, 112])]),
            ("uk", &[(One, &[1, 21]), (Few, &[3, 33]), (Many, &[0, 11, 13, 20])]),
            (
                "ar",
                &[
                    (Zero, &[0]),
                    (One, &[1]),
                    (Two, &[2]),
                    (Few, &[3, 10, 103, 110]),
                    (Many, &[11, 26, 111, 1_011]),
                    (Other, &[100, 102, 200, 1_000_000]),
                ],
            ),
            ("he", &[(One, &[1]), (Two, &[2]), (Other, &[0, 3, 10, 20])]),
            ("ja", &[(Other, &[0, 1, 2, 100])]),
            ("hi", &[(One, &[0, 1]), (Other, &[2, 17])]),
            ("xx", &[(One, &[1]), (Other, &[0, 2])]),
        ];
        for (tag, categories) in samples {
            for (plural, counts) in categories {
                for count in *counts {
                    assert_eq!(rules(tag).of(*count), *plural, "{count} in {tag}");
                    assert!(rules(tag).categories().contains(plural), "{plural:?} in {tag}");
                }
            }
        }
    }
}
