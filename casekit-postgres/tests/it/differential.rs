//! The same to memory, to a file and to a server: whatever is written and whatever is asked, they answer the same.

mod dice;
mod questions;
mod scene;

use std::sync::Arc;

use casekit::Store;
use casekit::casekit_core::memory::MemoryStore;
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::build::{Office, open_store, streams};
use crate::laws::{Toy, alike, instruction, lawful};
use crate::meddled::Meddled;
use crate::server::{Schema, is_here};
pub(crate) use dice::Dice;
use questions::Questions;
pub(crate) use scene::Scene;

/// A store that says of itself what a server says, so that the engine gives each command a request id: ids and hashes are then
/// the same in all of them.
fn as_a_server(store: Arc<dyn Store>) -> Arc<dyn Store> {
    Arc::new(Meddled::losing(store, &[]))
}

proptest! {
    // A thirty-second part of the usual: each question is a way to a server and back. `PROPTEST_CASES` says how many.
    #![proptest_config(Config {
        failure_persistence: None,
        cases: Config::default().cases.div_ceil(32),
        max_shrink_iters: 30,
        ..Config::default()
    })]

    #[test]
    fn every_store_does_what_the_toy_does(commands in prop::collection::vec(instruction(), 1..40)) {
        if !is_here() {
            return Ok(());
        }
        let schema = Schema::fresh();
        let folder = tempfile::tempdir().unwrap();
        let memory = as_a_server(Arc::new(MemoryStore::new()));
        let file = as_a_server(open_store(&folder.path().join("cases.db")));
        let offices = [Office::on(memory), Office::on(file), Office::on(Arc::new(schema.open()))];
        let mut toy = Toy::new(&offices);
        commands.iter().for_each(|command| toy.carry_out(&offices, command));
        toy.is_what_all_show(&offices);
        alike(&offices);
        offices.iter().for_each(lawful);
        let [.., server] = offices;
        let before = streams(server.store.as_ref());
        server.kit.close().unwrap();
        prop_assert_eq!(streams(&schema.open()), before, "the server keeps it all");
    }

    #[test]
    fn random_commits_leave_the_same_and_are_found_by_the_same_questions(seed in any::<u64>(), steps in 1..120_usize) {
        if is_here() {
            random_commits(seed, steps);
        }
    }
}

fn random_commits(seed: u64, steps: usize) {
    let folder = tempfile::tempdir().unwrap();
    let (memory, file) = (MemoryStore::new(), open_store(&folder.path().join("cases.db")));
    let server = Schema::fresh().open();
    let stores: [&dyn Store; 3] = [&memory, file.as_ref(), &server];
    let (mut dice, mut scene) = (Dice::new(seed), Scene::new(&stores));
    for _ in 0..steps {
        scene.step(&mut dice);
    }
    let questions = Questions::new(&stores, &scene);
    questions.of_everything();
    for _ in 0..60 {
        questions.ask(&mut dice);
    }
    for _ in 0..3 {
        scene.loads_alike(&mut dice);
    }
    for store in stores {
        store.check().unwrap();
    }
}
