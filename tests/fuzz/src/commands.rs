//! Commands in any order.

use casekit_torture::{Action, Random, Worker};

use crate::pair::Pair;

/// The first byte decides what the worker chooses, each other one is an action.
pub(crate) fn commands(bytes: &[u8]) {
    let Some((seed, actions)) = bytes.split_first() else { return };
    let pair = Pair::new();
    let [mut memory, mut file] = [(), ()].map(|()| Worker::new(Random::new(u64::from(*seed)), "any-"));
    // More than these find nothing that fewer do not, and take long.
    for byte in actions.iter().take(60) {
        let action = Action::USUAL[usize::from(*byte) % Action::USUAL.len()];
        let [one, other] = &pair.kits;
        let answers = (memory.run(action, one), file.run(action, other));
        assert_eq!(format!("{:?}", answers.0), format!("{:?}", answers.1), "both stores answer alike");
        answers.0.unwrap();
    }
    pair.is_sound();
}
