//! A head as text for paper: groups that are typed again without a mistake that nobody notices.
//!
//! The text is in groups of six characters of Crockford's base 32 (`0` to `9` and `A` to `Z` without `I`, `L`, `O` and
//! `U`). Five of them hold 25 bits; the sixth is the check character of its group. The bits are, in this order: one byte
//! with the version, 1; the number, the position, what is covered and the events, each as groups of seven bits, the least
//! significant first, with the highest bit of a byte set if another follows; the 32 bytes of the digest; the first two
//! bytes of the SHA-256 of all of these; and zeros up to the end of a group.
//!
//! A group is right if `c1·x⁵ + c2·x⁴ + c3·x³ + c4·x² + c5·x + c6` in the field of 32 elements (modulo `x⁵ + x² + 1`) is
//! the number of the group, from 1. Each character has another weight, and no weight is zero: so every single wrong
//! character is found, every two that changed places, and groups that changed places.

use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::AuditHead;
use super::checkpoint::unhex;
use crate::commit::{Digest, hex};
use crate::field::{FieldError, FieldRule};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const VERSION: u8 = 1;
/// The characters of a group that hold bits.
const DATA: usize = 5;
const GROUP: usize = DATA + 1;
/// As many as the largest numbers take.
const MOST_GROUPS: usize = 24;
/// How many bytes of a SHA-256 are a checksum over the whole.
const CHECKSUM: usize = 2;

impl AuditHead {
    /// The head as text for paper, as `0G0C1J-9400K7-…`: 13 to 24 groups of six characters, for people to copy and to
    /// type. [`FromStr`] reads it.
    ///
    /// # Errors
    /// `Malformed` if the digest is not the hexadecimal form of a SHA-256, as that of every head of a file is.
    pub fn to_text(&self) -> Result<String, FieldError> {
        let mut bytes = vec![VERSION];
        for number in [self.number, self.position, self.covers, self.events] {
            put(&mut bytes, number);
        }
        bytes.extend(self.digest_bytes()?);
        let checksum = checksum(&bytes);
        bytes.extend(checksum);
        let symbols = symbols_of(&bytes);
        let groups = symbols.chunks(DATA).zip(1..).map(|(data, number)| {
            let checked = data.iter().copied().chain([check_of(data, number)]);
            checked.filter_map(|symbol| ALPHABET.get(usize::from(symbol)).copied()).map(char::from).collect()
        });
        Ok(groups.collect::<Vec<String>>().join("-"))
    }

    pub(super) fn digest_bytes(&self) -> Result<Digest, FieldError> {
        unhex(&self.digest).ok_or_else(|| malformed("sha256"))
    }
}

impl FromStr for AuditHead {
    type Err = FieldError;

    /// Reads the text that [`to_text`](AuditHead::to_text) makes. Upper and lower case are the same, `O` is read as `0`,
    /// `I` and `L` as `1`, and there may be any space and hyphens between groups.
    ///
    /// # Errors
    /// `Misread`, which names the first group that is not as it was written; `Malformed` if groups are left out or added;
    /// `DoesNotFit` if each group is right, but they are not of one head, or a newer version wrote it.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let mut bits = Bits::default();
        let mut bytes = Vec::new();
        for (group, number) in groups_of(text)?.iter().zip(1..) {
            let (data, check) = group.split_at(DATA);
            if check != [check_of(data, number)] {
                return Err(misread(u64::from(number)));
            }
            data.iter().for_each(|symbol| bytes.extend(bits.push(*symbol)));
        }
        if bytes.first().is_some_and(|version| *version != VERSION) {
            return Err(error(FieldRule::DoesNotFit { why: "head_version".into() }));
        }
        read(&bytes, &bits).ok_or_else(|| malformed("audit_head"))?
    }
}

/// The head in these bytes; `None` if there are too few or too many.
fn read(bytes: &[u8], rest: &Bits) -> Option<Result<AuditHead, FieldError>> {
    let mut left = bytes.get(1..)?;
    let mut numbers = [0_u64; 4];
    for number in &mut numbers {
        *number = take(&mut left)?;
    }
    let (digest, left) = left.split_first_chunk::<32>()?;
    let (said, padding) = left.split_first_chunk::<CHECKSUM>()?;
    let covered = bytes.len() - CHECKSUM - padding.len();
    // A group holds 25 bits, so three whole bytes can be left over.
    if padding.len() > 3 || padding.iter().any(|byte| *byte != 0) || rest.held != 0 {
        return None;
    }
    if checksum(bytes.get(..covered)?) != *said {
        return Some(Err(error(FieldRule::DoesNotFit { why: "head_groups".into() })));
    }
    let [number, position, covers, events] = numbers;
    Some(Ok(AuditHead { number, position, covers, events, digest: hex(digest) }))
}

/// The groups of a text, as symbols. Where people left space or hyphens, a group must end.
fn groups_of(text: &str) -> Result<Vec<Vec<u8>>, FieldError> {
    let mut groups: Vec<Vec<u8>> = Vec::new();
    for run in text.split(|c: char| c.is_whitespace() || c == '-').filter(|run| !run.is_empty()) {
        let mut symbols = Vec::new();
        for c in run.chars() {
            let number = groups.len() + symbols.len() / GROUP + 1;
            if number > MOST_GROUPS {
                return Err(malformed("audit_head"));
            }
            symbols.push(symbol_of(c).ok_or_else(|| misread(number as u64))?);
        }
        if symbols.len() % GROUP != 0 {
            return Err(misread((groups.len() + symbols.len() / GROUP + 1) as u64));
        }
        groups.extend(symbols.chunks(GROUP).map(<[u8]>::to_vec));
    }
    if groups.is_empty() { Err(malformed("audit_head")) } else { Ok(groups) }
}

fn symbol_of(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|symbol| char::from(*symbol) == c)?;
    u8::try_from(place).ok()
}

/// The character that makes a group right.
fn check_of(data: &[u8], number: u8) -> u8 {
    data.iter().fold(0, |sum, symbol| times_x(sum ^ symbol)) ^ (number & 31)
}

/// The product with `x` in the field of 32 elements, modulo `x⁵ + x² + 1`.
fn times_x(symbol: u8) -> u8 {
    let double = symbol << 1;
    if double & 32 == 0 { double } else { (double ^ 0b10_0101) & 31 }
}

/// The bits of bytes, five in a symbol, with zeros up to the end of a group.
fn symbols_of(bytes: &[u8]) -> Vec<u8> {
    let bit = |place: usize| bytes.get(place / 8).map_or(0, |byte| byte >> (7 - place % 8) & 1);
    let groups = (bytes.len() * 8).div_ceil(DATA * 5);
    let symbol = |place: usize| (place * 5..place * 5 + 5).fold(0, |symbol, at| symbol << 1 | bit(at));
    (0..groups * DATA).map(symbol).collect()
}

/// Bits that are not a byte yet.
#[derive(Default)]
struct Bits {
    held: u32,
    count: u32,
}

impl Bits {
    /// Adds five bits; gives a byte once there are eight.
    fn push(&mut self, symbol: u8) -> Option<u8> {
        self.held = self.held << 5 | u32::from(symbol);
        self.count += 5;
        self.count.checked_sub(8).map(|left| {
            let byte = self.held >> left;
            (self.held, self.count) = (self.held & ((1 << left) - 1), left);
            byte as u8
        })
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = (number & 127) as u8;
        number >>= 7;
        if number == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 128);
    }
}

/// The next number; `None` if there is none. One number has one form.
fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let low = u64::from(byte & 127);
        if low << shift >> shift != low {
            return None;
        }
        number |= low << shift;
        if byte & 128 == 0 {
            return (*byte != 0 || shift == 0).then_some(number);
        }
    }
    None
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let digest: Digest = Sha256::digest(bytes).into();
    let [first, second, ..] = digest;
    [first, second]
}

fn misread(group: u64) -> FieldError {
    error(FieldRule::Misread { group })
}

fn malformed(form: &str) -> FieldError {
    error(FieldRule::Malformed { form: form.to_owned() })
}

fn error(rule: FieldRule) -> FieldError {
    FieldError::new("audit_head", rule)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn heads() -> impl Strategy<Value = AuditHead> {
        let number = || prop_oneof![0..300_u64, any::<u64>(), Just(u64::MAX)];
        (number(), number(), number(), number(), any::<[u8; 32]>()).prop_map(
            |(number, position, covers, events, digest)| AuditHead {
                number,
                position,
                covers,
                events,
                digest: hex(&digest),
            },
        )
    }

    fn rule_of(text: &str) -> FieldRule {
        text.parse::<AuditHead>().unwrap_err().rule
    }

    /// The number of the group in which a character of the text is.
    fn group_at(place: usize) -> u64 {
        (place / (GROUP + 1) + 1) as u64
    }

    proptest! {
        #[test]
        fn a_head_is_read_as_it_was_written_however_it_was_typed(head in heads()) {
            let text = head.to_text().unwrap();
            let groups = text.split('-').count();
            prop_assert!((13..=MOST_GROUPS).contains(&groups), "{groups}");
            let typed = [
                text.clone(),
                text.to_lowercase(),
                text.replace('-', ""),
                text.replace('-', "\n \t"),
                text.replace('0', "o").replace('1', "l"),
                text.replace('0', "O").replace('1', "I"),
            ];
            for text in typed {
                prop_assert_eq!(text.parse::<AuditHead>(), Ok(head.clone()));
            }
        }

        #[test]
        fn every_single_wrong_character_is_found_in_its_group(head in heads(), other in 0..31_usize) {
            let text = head.to_text().unwrap();
            for (place, right) in text.char_indices().filter(|(_, c)| *c != '-') {
                let others = ALPHABET.iter().map(|symbol| char::from(*symbol)).filter(|c| *c != right);
                let wrong = others.clone().nth(other).unwrap();
                let mut typed = text.clone();
                typed.replace_range(place..=place, &wrong.to_string());
                prop_assert_eq!(rule_of(&typed), FieldRule::Misread { group: group_at(place) });
                typed.replace_range(place..=place, "");
                prop_assert_eq!(rule_of(&typed), FieldRule::Misread { group: group_at(place) });
                typed.insert(place, 'U');
                prop_assert_eq!(rule_of(&typed), FieldRule::Misread { group: group_at(place) });
            }
        }

        #[test]
        fn neighbours_and_groups_that_changed_places_are_found(head in heads()) {
            let text = head.to_text().unwrap();
            let plain: Vec<char> = text.replace('-', "").chars().collect();
            for place in 1..plain.len() {
                let mut typed = plain.clone();
                typed.swap(place - 1, place);
                if typed != plain {
                    let group = ((place - 1) / GROUP + 1) as u64;
                    let typed: String = typed.into_iter().collect();
                    prop_assert_eq!(rule_of(&typed), FieldRule::Misread { group });
                }
            }
            let groups: Vec<&str> = text.split('-').collect();
            for (one, other) in (0..groups.len()).flat_map(|one| (0..one).map(move |other| (one, other))) {
                let mut typed = groups.clone();
                typed.swap(one, other);
                if typed[one] != typed[other] {
                    prop_assert_eq!(rule_of(&typed.join(" ")), FieldRule::Misread { group: other as u64 + 1 });
                }
            }
            for left_out in 0..groups.len() {
                let mut typed = groups.clone();
                typed.remove(left_out);
                prop_assert!(typed.join("-").parse::<AuditHead>().is_err());
            }
        }

        #[test]
        fn whatever_is_typed_is_read_or_refused(text in "[0-9A-Za-z -]{0,200}") {
            if let Ok(head) = text.parse::<AuditHead>() {
                prop_assert_eq!(head.to_text().unwrap().parse(), Ok(head));
            }
        }
    }

    #[test]
    fn the_worked_example_of_the_page_on_the_file_is_this_text() {
        let digest = "9abd09a7ae214ff1337edba22ed37cea25a9fe10c08b4183f4a42dcf9117e43f".to_owned();
        let head = AuditHead { number: 2, position: 16, covers: 15, events: 15, digest };
        assert_eq!(
            head.to_text().unwrap(),
            "041107-3RFKAH-YGK9XN-E457ZQ-2CVYVK-EH2XME-VWX8JV-TKZGG1-R25M3A-0ZMMG2-PWZ48Z-QWGZGW-JS800Y"
        );
    }

    #[test]
    fn what_is_wrong_is_said_in_each_language() {
        let digest = "00".repeat(32);
        let head = AuditHead { number: 1, position: 2, covers: 1, events: 1, digest };
        let mut typed = head.to_text().unwrap();
        typed.replace_range(7..8, "z");
        let wrong = typed.parse::<AuditHead>().unwrap_err();
        let said = "`audit head` is not as it was written in group `2`: compare that group with the original";
        assert_eq!(wrong.to_string(), said);
        let german = crate::language::Language::shipped("de").unwrap().render(&wrong.message());
        assert!(german.contains("Gruppe 2"), "{german}");
        for text in ["", "- -", &"000001".repeat(MOST_GROUPS + 1)] {
            assert_eq!(rule_of(text), FieldRule::Malformed { form: "audit_head".into() });
        }
        let foreign = AuditHead { digest: "no digest".into(), ..head };
        assert_eq!(foreign.to_text().unwrap_err().rule, FieldRule::Malformed { form: "sha256".into() });
    }
}
