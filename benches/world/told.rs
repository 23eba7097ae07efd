//! What is told of one case: about 48 words, a note of 30, a number; most are taken, and four in five are closed.

use super::words::{Dice, sentence, word};
use super::{CLOSED, IN_PROGRESS, INVOICES, KINDS, LETTERS, OPEN, PEOPLE, RESOLVED};

/// When the first case was raised, in microseconds, and how far apart they are.
const BEGAN: i64 = 1_577_836_800_000_000;
const APART: i64 = 100_000_000;

const HOUR: i64 = 3_600_000_000;

/// A case, and what happened to it.
pub(crate) struct Told {
    pub(crate) place: usize,
    /// Which of the types.
    pub(crate) kind: usize,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) customer: usize,
    /// Which of the people raised it.
    pub(crate) by: usize,
    pub(crate) at: i64,
    pub(crate) past: Vec<Past>,
}

/// One thing that happened.
pub(crate) struct Past {
    pub(crate) by: usize,
    pub(crate) at: i64,
    pub(crate) what: What,
}

/// What happened. Taking an open case brings it into progress.
pub(crate) enum What {
    Note(String),
    Taken,
    Stage(usize),
}

/// Somebody whom cases concern.
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) reference: String,
}

/// How many customers there are when there are so many cases.
pub(crate) fn customers_at(cases: usize) -> usize {
    100 + cases / 10
}

/// The customer of a place.
pub(crate) fn customer(place: usize) -> Customer {
    let mut dice = Dice::new(1, place);
    let name = sentence(&mut dice, 1) + " " + &word(80 + dice.below(40_000));
    Customer { name, reference: format!("K-{place}") }
}

/// The case of a place. One of a type with a workflow is only raised.
pub(crate) fn told(place: usize) -> Told {
    let mut dice = Dice::new(2, place);
    let kind = kind(&mut dice);
    let (title, description) = described(place);
    let by = dice.favourite(PEOPLE);
    let at = BEGAN + place as i64 * APART;
    let customer = dice.favourite(customers_at(place));
    let past = if matches!(kind, LETTERS | INVOICES) { Vec::new() } else { past(&mut dice, at, by) };
    Told { place, kind, title, description, customer, by, at, past }
}

/// Title and description of a case. One of two words is in every case, and never both.
pub(crate) fn described(place: usize) -> (String, String) {
    let mut dice = Dice::new(3, place);
    let title = sentence(&mut dice, 6);
    let half = if place.is_multiple_of(2) { "north" } else { "south" };
    let number = dice.below(9_000_000) + 1_000_000;
    let description = format!("{} {half} {number}", sentence(&mut dice, 40));
    (title, description)
}

/// The rarest word of a case.
pub(crate) fn rare_word(place: usize) -> String {
    let mut dice = Dice::new(3, place);
    // As `described` draws: first the title and the number.
    (0..7).for_each(|_| {
        dice.next();
    });
    word((0..40).map(|_| dice.rank()).max().unwrap_or_default())
}

/// A case with so many short notes, and as many moves as told.
pub(crate) fn deep(place: usize, notes: usize, moves: usize) -> Told {
    let mut dice = Dice::new(5, place);
    let mut told = Told { kind: 0, past: Vec::new(), ..told(place) };
    let mut at = told.at;
    let mut happens = |what: What| {
        at += HOUR;
        told.past.push(Past { by: 1, at, what });
    };
    (0..notes).for_each(|_| happens(What::Note(sentence(&mut dice, 8))));
    (0..moves).for_each(|turn| happens(What::Stage(if turn.is_multiple_of(2) { IN_PROGRESS } else { OPEN })));
    told
}

/// A case with so many characters in its description.
pub(crate) fn long(place: usize, characters: usize) -> Told {
    let mut dice = Dice::new(6, place);
    let mut description = sentence(&mut dice, characters / 4);
    description.truncate(characters);
    Told { kind: 0, description, past: Vec::new(), ..told(place) }
}

fn kind(dice: &mut Dice) -> usize {
    let mut drawn = dice.below(1000);
    for (kind, (_, share)) in KINDS.iter().enumerate() {
        match drawn.checked_sub(*share) {
            Some(rest) => drawn = rest,
            None => return kind,
        }
    }
    0
}

fn past(dice: &mut Dice, mut at: i64, by: usize) -> Vec<Past> {
    let mut past = Vec::new();
    let mut happens = |dice: &mut Dice, by: usize, what: What| {
        at += HOUR / 4 + dice.below(200 * HOUR.unsigned_abs()) as i64;
        past.push(Past { by, at, what });
    };
    let note = sentence(dice, 30);
    happens(dice, by, What::Note(note));
    let fate = dice.below(100);
    // Of a hundred, 4 are open, 6 in progress, 10 resolved and 80 closed, of these a quarter by nobody in particular.
    if fate >= 4 {
        let by = dice.favourite(PEOPLE);
        let what = if fate < 80 { What::Taken } else { What::Stage(IN_PROGRESS) };
        happens(dice, by, what);
        if fate >= 10 {
            happens(dice, by, What::Stage(if fate < 20 { RESOLVED } else { CLOSED }));
        }
    }
    past
}
