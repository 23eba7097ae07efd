//! Hints between hosts.

use std::io::{BufRead, BufReader, Write};
use std::time::{Duration, Instant};

use casekit_core::conformance::build::Clerk;
use casekit_core::store::Store;
use casekit_postgres::{Hinting, PostgresOptions, PostgresStore};

use crate::server::{Schema, address, is_here, open_psql};

const LONG: Duration = Duration::from_secs(60);

/// A host whose connections can be told from those of others by a name.
fn host(schema: &Schema, name: &str) -> PostgresStore {
    PostgresStore::connect(&format!("{}?application_name={name}", address()), &schema.options()).unwrap()
}

/// Listens, and returns how many hints there were once it does.
fn listening(store: &PostgresStore) -> u64 {
    let hints = store.hints().unwrap();
    // The first says that it listens now.
    hints.wait(0, LONG)
}

#[test]
fn a_commit_of_another_host_is_hinted_at_and_can_be_read_by_then() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let (here, there) = (schema.open(), schema.open());
    let told = listening(&here);
    let hints = here.hints().unwrap();
    Clerk::new(&there).team("Berths");
    let told = hints.wait(told, LONG);
    assert_eq!(here.newest().unwrap().position, 1);
    // After a pause too, in which nothing was heard.
    here.suspend(Duration::ZERO).unwrap();
    Clerk::seeded(&there, 1).team("Cranes");
    here.resume().unwrap();
    let told = hints.wait(told, LONG);
    Clerk::seeded(&there, 2).team("Sheds");
    assert_ne!(hints.wait(told, LONG), told);
    assert_eq!(here.newest().unwrap().position, 3);
}

#[test]
fn hints_are_merged_and_come_from_no_connection_that_writes() {
    if !is_here() {
        return;
    }
    const COMMITS: u64 = 60;
    let schema = Schema::fresh();
    let mut listener = open_psql(&address(), &[]);
    let mut asks = listener.stdin.take().unwrap();
    writeln!(asks, "LISTEN {}; SELECT 'listens';", schema.name()).unwrap();
    let mut lines = BufReader::new(listener.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "listens");
    let store = host(&schema, schema.name());
    let writes = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%COMMIT%' AND application_name = ";
    let began = Instant::now();
    let clerk = Clerk::new(&store);
    for number in 0..COMMITS {
        clerk.team(&format!("Team {number}"));
    }
    let mut writers = Vec::new();
    let mut said = Vec::new();
    while said.last() != Some(&COMMITS) {
        writers.push(schema.meddle(&format!("{writes}'{}'", schema.name())));
        writeln!(asks, "SELECT 'asked';").unwrap();
        for line in lines.by_ref().take_while(|line| line != "asked") {
            let payload = line.split('"').nth(3).unwrap().parse::<u64>().unwrap();
            let pid = line.trim_end_matches('.').rsplit(' ').next().unwrap().to_owned();
            assert!(writers.iter().all(|writers| !writers.lines().any(|writer| writer == pid)), "{line}");
            said.push(payload);
        }
        assert!(began.elapsed() < LONG, "{said:?}");
    }
    assert!(said.is_sorted(), "{said:?}");
    let most = began.elapsed().as_millis() / 100 + 2;
    assert!(said.len() as u128 <= most && said.len() as u64 <= COMMITS, "{said:?} in {:?}", began.elapsed());
    drop(asks);
    listener.wait().unwrap();
}

#[test]
fn without_hints_or_with_their_connection_cut_everything_works() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let silent = PostgresOptions { hinting: Hinting::Off, ..schema.options() };
    let silent = PostgresStore::connect(&address(), &silent).unwrap();
    assert!(silent.hints().is_none());
    let (here, there) = (host(&schema, &format!("{}_here", schema.name())), schema.open());
    Clerk::new(&silent).team("Berths");
    assert_eq!(here.newest().unwrap().position, 1, "who looks finds it");
    let told = listening(&here);
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND application_name = ";
    assert_eq!(schema.meddle(&format!("{cut}'{}_here'", schema.name())), "1\n");
    Clerk::seeded(&here, 1).team("Cranes");
    Clerk::seeded(&there, 2).team("Sheds");
    assert_eq!(here.newest().unwrap().position, 3);
    // It listens again by itself, and says so since it may have missed something.
    let hints = here.hints().unwrap();
    let told = hints.wait(told, LONG);
    Clerk::seeded(&there, 3).team("Quays");
    assert_ne!(hints.wait(told, LONG), told);
}
