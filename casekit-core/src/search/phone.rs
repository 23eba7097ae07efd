//! Telephone numbers as terms. They are compared by their digits, with the prefix of a country or without it: `+49 151
//! 23456`, `0049 (0)151/23456` and `0151-23456` are one number.

use unicode_normalization::UnicodeNormalization;

use crate::text::LONGEST_TERM;

/// The fewest digits of a number, as typed.
const FEWEST: usize = 4;

/// The most digits of a country's prefix.
const COUNTRY: usize = 3;

/// The digits of a number, by how it begins.
#[derive(PartialEq, Eq, Debug)]
enum Dialled {
    /// With `+` or `00`: the digits from the country's prefix on.
    Abroad(String),
    /// With a single `0`: the digits behind it.
    AtHome(String),
    /// With neither, so it may be either.
    Bare(String),
}

/// The terms by which a number is found; none if the text has none. A number with a country is found without it, which may
/// have one to three digits; one without a country has a term of its own, for those who type it with one.
pub(super) fn phone_terms(text: &str) -> Vec<String> {
    let of = |dialled| match dialled {
        Dialled::Abroad(digits) => (0..=COUNTRY).filter_map(|at| from(&digits, at)).collect(),
        Dialled::AtHome(digits) | Dialled::Bare(digits) => vec![format!("0{digits}"), digits],
    };
    text.split([',', ';', '\n']).filter_map(dialled).flat_map(of).collect::<Vec<String>>()
}

/// The beginnings of terms, one of which a customer must have whose number somebody types; `None` if the text is not a
/// number. A reference of digits alone is found too.
pub(super) fn typed_phone(text: &str) -> Option<Vec<String>> {
    let text: String = text.trim().nfkc().collect();
    let is_number =
        text.chars().all(|c| c.is_ascii_digit() || " \u{a0}+-/().\u{2010}\u{2011}\u{2013}".contains(c));
    let dialled = dialled(&text).filter(|_| is_number)?;
    let mut beginnings = match dialled {
        Dialled::Abroad(digits) => {
            let at_home = |at| from(&digits, at).map(|rest| format!("0{rest}"));
            let at_home: Vec<String> = (1..=COUNTRY).filter_map(at_home).collect();
            [vec![digits], at_home].concat()
        }
        Dialled::AtHome(digits) | Dialled::Bare(digits) => vec![digits],
    };
    beginnings.push(digits_of(&text));
    beginnings.dedup();
    Some(beginnings)
}

fn from(digits: &str, at: usize) -> Option<String> {
    digits.get(at..).filter(|rest| rest.len() >= FEWEST).map(str::to_owned)
}

fn dialled(text: &str) -> Option<Dialled> {
    // The zero that is dialled only at home.
    let text: String = text.nfkc().collect::<String>().replace("(0)", "");
    let digits = digits_of(&text);
    if !(FEWEST..=LONGEST_TERM / 2).contains(&digits.len()) {
        return None;
    }
    if text.trim_start().trim_start_matches('(').starts_with('+') {
        return Some(Dialled::Abroad(digits));
    }
    Some(match (digits.strip_prefix("00"), digits.strip_prefix('0')) {
        (Some(rest), _) => Dialled::Abroad(rest.to_owned()),
        (None, Some(rest)) => Dialled::AtHome(rest.to_owned()),
        (None, None) => Dialled::Bare(digits),
    })
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, kept: &str) -> bool {
        let terms = phone_terms(kept);
        let beginnings = typed_phone(typed).unwrap_or_default();
        beginnings.iter().any(|beginning| terms.iter().any(|term| term.starts_with(beginning.as_str())))
    }

    #[test]
    fn a_number_is_found_with_its_countrys_prefix_and_without() {
        let spellings = [
            "+49 151 2345678",
            "0049 151 2345678",
            "0151 2345678",
            "0151/234 56-78",
            "+49 (0)151 2345678",
            "(0151) 2345678",
            "+49-151-2345678",
            "１５１ ２３４５６７８",
            "0151\u{a0}2345678",
        ];
        for kept in spellings {
            for typed in spellings {
                assert!(finds(typed, kept), "{typed} finds {kept}");
            }
        }
        assert!(finds("0151 234", "+49 151 2345678"), "as far as it is typed");
        // Without `+` and `00` nothing says that `49` is a country, but the digits are the same.
        assert!(finds("49 151 2345678", "+49 151 2345678") && finds("+49 151 2345678", "49 151 2345678"));
    }

    #[test]
    fn another_number_and_another_country_are_not_found() {
        for (typed, kept) in [
            ("+48 151 2345678", "+49 151 2345678"),
            ("0151 2345679", "+49 151 2345678"),
            ("0152 2345678", "0151 2345678"),
            ("12", "0151 2345678"),
        ] {
            assert!(!finds(typed, kept), "{typed} finds {kept}");
        }
        assert!(finds("+351 912 345 678", "912 345 678"), "a country may have three digits");
        assert_eq!((typed_phone("Ada 0151 2345678"), typed_phone("CRM-7788")), (None, None));
        assert!(phone_terms("ask at the desk").is_empty());
        assert_eq!(phone_terms("0151 2345, 0152 6789").len(), 4, "two numbers in one field");
    }
}
