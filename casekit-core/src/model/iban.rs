//! International bank account numbers (ISO 13616): whether one was mistyped.

/// What is wrong with a number that looks like an IBAN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// IBANs of its country have another length.
    Length,
    /// Its check digits belong to another number: a character was mistyped, or two changed places.
    CheckDigits,
}

/// The lengths of IBANs, each with the countries that have it: the registry of ISO 13616, as of 2025.
const LENGTHS: [(usize, &str); 18] = [
    (15, "NO"),
    (16, "BE"),
    (18, "DK FI FK FO GL NL SD"),
    (19, "MK SI"),
    (20, "AT BA EE KZ LT LU MN XK"),
    (21, "CH HR LI LV"),
    (22, "BG BH CR DE GB GE IE ME RS VA"),
    (23, "AE GI IL IQ OM SO TL"),
    (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
    (25, "LY PT ST"),
    (26, "IS TR"),
    (27, "BI DJ FR GR IT MC MR SM"),
    (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
    (29, "BR EG PS QA UA"),
    (30, "JO KW MU YE"),
    (31, "MT SC"),
    (32, "LC"),
    (33, "RU"),
];

/// As many characters as a number needs to look like an IBAN. The shortest IBAN has 15; one with a digit or two left out
/// is to be noticed, and a short number of another kind is not.
const LEAST: usize = 12;

/// As many characters as the longest IBAN that the standard allows.
const MOST: usize = 34;

/// What is wrong with a number that looks like an IBAN; `None` if nothing is, or if it does not look like one.
///
/// It looks like one if it is made of letters and digits, begins with a country that has IBANs and two digits, and is
/// about as long as one. White space and the case of letters do not matter.
pub(super) fn fault(text: &str) -> Option<Fault> {
    let compact: String =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    if !compact.chars().all(|c| c.is_ascii_alphanumeric()) || !(LEAST..=MOST).contains(&compact.len()) {
        return None;
    }
    let (country, rest) = compact.split_at_checked(2)?;
    let (check, account) = rest.split_at_checked(2)?;
    let length = length_in(country).filter(|_| check.chars().all(|c| c.is_ascii_digit()))?;
    if compact.len() != length {
        return Some(Fault::Length);
    }
    let turned = account.chars().chain(country.chars()).chain(check.chars());
    (remainder(turned) != 1).then_some(Fault::CheckDigits)
}

fn length_in(country: &str) -> Option<usize> {
    let has = |(_, countries): &&(usize, &str)| countries.split(' ').any(|one| one == country);
    LENGTHS.iter().find(has).map(|(length, _)| *length)
}

/// The remainder of division by 97 of the number that the characters stand for, where `A` stands for 10 and `Z` for 35.
fn remainder(characters: impl Iterator<Item = char>) -> u32 {
    characters.filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        let shifted = if value < 10 { rest * 10 } else { rest * 100 };
        (shifted + value) % 97
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of the registry.
    const SOUND: [&str; 8] = [
        "GB29 NWBK 6016 1331 9268 19",
        "DE89 3704 0044 0532 0130 00",
        "NO93 8601 1117 947",
        "FR14 2004 1010 0505 0001 3M02 606",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        "CH93 0076 2011 6238 5295 7",
        "NL91 ABNA 0417 1643 00",
        "LC55 HEMM 0001 0001 0012 0012 0002 3015",
    ];

    #[test]
    fn sound_ibans_are_taken_with_spaces_and_in_small_letters() {
        for iban in SOUND {
            assert_eq!(fault(iban), None, "{iban}");
            assert_eq!(fault(&iban.replace(' ', "").to_lowercase()), None, "{iban}");
        }
    }

    #[test]
    fn every_mistyped_digit_and_every_two_that_changed_places_are_noticed() {
        for iban in SOUND.map(|iban| iban.replace(' ', "")) {
            let characters: Vec<char> = iban.chars().collect();
            for place in 4..characters.len() {
                let mut other = characters.clone();
                other[place] = if other[place] == '7' { '8' } else { '7' };
                assert_eq!(
                    fault(&other.iter().collect::<String>()),
                    Some(Fault::CheckDigits),
                    "{iban} {place}"
                );
                let mut swapped = characters.clone();
                swapped.swap(place - 1, place);
                let alike = swapped == characters || place == 4;
                let found = fault(&swapped.iter().collect::<String>());
                assert!(alike || found == Some(Fault::CheckDigits), "{iban} {place}");
            }
        }
    }

    #[test]
    fn a_digit_too_few_or_too_many_is_noticed() {
        for iban in SOUND {
            let (short, long) = (&iban[..iban.len() - 1], format!("{iban}0"));
            assert_eq!(fault(short), Some(Fault::Length), "{short}");
            // 35 characters are more than any IBAN has; none of these is as long.
            assert_eq!(fault(&long), Some(Fault::Length), "{long}");
        }
    }

    #[test]
    fn what_does_not_look_like_one_has_no_fault() {
        for number in [
            "",
            "DE",
            "DE8937040",
            "0532013000",
            "ZZ89370400440532013000",
            "DE-89-3704-0044",
            "DEX9370400440532",
        ] {
            assert_eq!(fault(number), None, "{number}");
        }
        assert_eq!(fault(&"DE89".repeat(20)), None);
    }
}
