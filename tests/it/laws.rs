//! Laws that every store keeps under any commands: the commands, a toy model that says what must come of each, and what must
//! be the same in all stores. `properties` puts them to the stores of this crate; other stores take them from here.

mod alike;
mod instruction;
mod toy;

use casekit::{Desk, Error, Role};

use crate::build::Office;

pub(crate) use alike::{alike, lawful};
pub(crate) use instruction::{Instruction, Raise, instruction};
pub(crate) use toy::Toy;

/// Asks one command of every office; the answers must be the same to the letter.
fn ask_each<T: std::fmt::Debug>(
    offices: &[Office],
    by: (&str, Role),
    ask: impl Fn(&Desk) -> Result<T, Error>,
) -> Result<T, String> {
    let mut answers = offices.iter().map(|office| {
        let before = office.store.last_position().unwrap();
        let answer = ask(&office.desk(by.0, by.1));
        let after = office.store.last_position().unwrap();
        assert!(answer.is_ok() || before == after, "a refusal changes nothing: {answer:?}");
        (format!("{answer:?}"), after, answer)
    });
    let first = answers.next().expect("an office");
    for other in answers {
        assert_eq!((&first.0, first.1), (&other.0, other.1), "all stores answer alike");
    }
    first.2.map_err(|error| error.code().to_owned())
}
