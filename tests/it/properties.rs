//! Laws, under random commands: on both stores at once, beside a toy model that says what must come of each.
//!
//! Both stores get the same clock and the same random bytes, so that every id, hash and page must be the same.

mod shown;

use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::at::Seen;
use crate::build::Office;
use crate::laws::{Instruction, Raise, Toy, alike, instruction, lawful};
use shown::Shown;

proptest! {
    // `PROPTEST_CASES` says how many; a failure prints its seed and the shortest commands that show it.
    #![proptest_config(Config { failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() })]

    #[test]
    fn both_stores_do_what_the_toy_does_and_keep_every_law(commands in prop::collection::vec(instruction(), 1..40)) {
        let offices = [Office::in_memory(), Office::on_file()];
        let mut toy = Toy::new(&offices);
        let mut shown = offices.each_ref().map(Shown::on);
        let mut seen = [Seen::default(), Seen::default()];
        for command in &commands {
            toy.carry_out(&offices, command);
            offices.iter().zip(&mut shown).for_each(|(office, shown)| shown.is_what_there_is(office));
            offices.iter().zip(&mut seen).for_each(|(office, seen)| seen.look(&office.administrator(), office.store.as_ref()));
        }
        toy.is_what_all_show(&offices);
        alike(&offices);
        prop_assert_eq!(&seen[0], &seen[1], "both stores show the same after every command");
        for (office, seen) in offices.iter().zip(&seen) {
            lawful(office);
            seen.is_said_later(&office.administrator(), office.store.as_ref());
        }
        let [_, file] = offices;
        let before = crate::build::streams(file.store.as_ref());
        let closed = file.close();
        let again = crate::build::open_store(&closed.path);
        prop_assert_eq!(crate::build::streams(again.as_ref()), before, "the file keeps it all");
    }
}

#[test]
fn the_same_commands_leave_the_same_bytes() {
    let offices = [Office::in_memory(), Office::on_file()];
    let mut toy = Toy::new(&offices);
    let refund = || {
        Instruction::Raise(Raise {
            by: 0,
            kind: 2,
            stage: None,
            title: 1,
            text: 2,
            customer: Some(0),
            tags: vec![1, 4],
            given: vec![(0, 1), (1, 2), (2, 3), (3, 2)],
            request: Some(0),
        })
    };
    for command in [
        Instruction::Customer { name: 0, given: vec![(2, 3), (0, 1)] },
        refund(),
        refund(),
        Instruction::Tag { by: 1, case: 0, add: vec![6], remove: vec![3] },
        Instruction::RenameTag { tag: 1, name: 8 },
        Instruction::MergeTags { tag: 1, into: 2 },
        Instruction::Take { by: 1, case: 0 },
        Instruction::Note { by: 0, case: 0, text: 1, shown: true },
        Instruction::Reply { by: 1, note: 0, text: 2 },
        Instruction::Import { kind: 0, title: 0, second: 5, tags: vec![1], given: Vec::new() },
        Instruction::Head,
    ] {
        toy.carry_out(&offices, &command);
    }
    toy.is_what_all_show(&offices);
    alike(&offices);
}
