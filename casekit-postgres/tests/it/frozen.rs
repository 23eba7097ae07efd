//! A host that stops while it holds the writer's lock: the others wait no longer than they said, and go on once the server has cut
//! it off. It is not lost either, when it wakes.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use casekit_core::conformance::build::{Clerk, RawCase};
use casekit_core::model::{BlobId, CaseId, CustomerId, TeamId};
use casekit_core::store::{EventQuery, Store, StoreErrorKind};
use casekit_postgres::{PostgresOptions, PostgresStore};

use crate::server::{Schema, address, is_here, open_psql};

/// How soon the others give up in these tests. The server cuts a host off after five seconds.
const BUSY: Duration = Duration::from_millis(400);

/// The schema that a child process works in, and a word that tells its connections from those of others.
const SCHEMA: &str = "CASEKIT_FROZEN_HOST";

/// What the child says after each commit that was promised to it.
const PROMISED: &str = "promised ";

fn impatient(schema: &Schema) -> PostgresStore {
    let options = PostgresOptions { busy_timeout: BUSY, ..schema.options() };
    PostgresStore::connect(&address(), &options).unwrap()
}

/// Another host, as a process of its own, which creates teams until its input ends.
struct Host {
    child: Child,
    input: Option<ChildStdin>,
}

impl Host {
    fn start(schema: &Schema) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "frozen::as_a_child", "--ignored", "--nocapture", "--test-threads=1"]);
        child.env(SCHEMA, format!("{} {}", schema.name(), address()));
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take();
        Self { child, input }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Stops the process at a moment in which it holds the lock and does nothing: then nobody but the server can end that.
    fn freeze_with_the_lock(&self, schema: &Schema) {
        let began = Instant::now();
        let holds = format!(
            "SELECT count(*) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
            WHERE a.application_name = 'frozen_{}' AND a.state = 'idle in transaction'
            AND l.relation = 'org.file'::regclass AND l.mode = 'RowShareLock'",
            schema.name()
        );
        loop {
            self.signal("STOP");
            // What it had sent is still carried out: what holds afterwards holds for good. Two looks, since the first may come
            // before that.
            if schema.meddle(&holds) == "1\n" && schema.meddle(&holds) == "1\n" {
                return;
            }
            self.signal("CONT");
            assert!(began.elapsed() < Duration::from_secs(60), "it never holds the lock");
        }
    }

    /// Lets it go on and end, and returns the teams that were promised to it.
    fn end(mut self) -> Vec<String> {
        self.signal("CONT");
        drop(self.input.take());
        let said = BufReader::new(self.child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let promised =
            said.filter_map(|line| line.split_once(PROMISED).map(|(_, id)| id.to_owned())).collect();
        assert!(self.child.wait().unwrap().success());
        promised
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
#[ignore = "the work of a child process"]
fn as_a_child() {
    let Ok(place) = std::env::var(SCHEMA) else { return };
    let (schema, url) = place.split_once(' ').unwrap();
    let options = PostgresOptions { schema: schema.to_owned(), ..PostgresOptions::default() };
    let url = format!("{url}?application_name=frozen_{schema}");
    let store = PostgresStore::connect(&url, &options).unwrap();
    let ended = std::thread::spawn(|| std::io::stdin().read_line(&mut String::new()));
    let clerk = Clerk::seeded(&store, 9);
    let mut out = std::io::stdout();
    while !ended.is_finished() {
        let id = TeamId(clerk.uuid());
        let create = clerk.commit(vec![clerk.creates_team(id, &format!("Team {}", id.0))]);
        // After a sleep that was longer than a call may wait it hears that nothing was written, and tries again.
        while let Err(error) = store.commit(vec![create.clone()]) {
            assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
        }
        writeln!(out, "{PROMISED}{}", id.0).unwrap();
    }
}

#[test]
fn a_host_that_freezes_with_the_lock_stops_the_others_for_a_while_and_loses_nothing() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = impatient(&schema);
    let clerk = Clerk::new(&store);
    let case_type = clerk.case_type("Support");
    let host = Host::start(&schema);
    while store.newest().unwrap().position < 3 {}
    host.freeze_with_the_lock(&schema);
    let before = store.newest().unwrap().position;
    // Everybody reads, and who wants to write hears that it is busy, in time.
    let began = Instant::now();
    let raises = clerk.commit(vec![clerk.raises(CaseId(clerk.uuid()), RawCase::of(&case_type, "Meanwhile"))]);
    let error = store.commit(vec![raises.clone()]).expect_err("the other host has the lock");
    assert_eq!(error.kind(), StoreErrorKind::Busy);
    assert!(began.elapsed() >= BUSY && began.elapsed() < BUSY * 8, "{:?}", began.elapsed());
    assert_eq!(store.newest().unwrap().position, before, "nothing of it is there");
    // It goes on by itself.
    let mut busy = 0;
    let committed = loop {
        match store.commit(vec![raises.clone()]) {
            Ok(mut answers) => break answers.remove(0).unwrap(),
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Busy),
        }
        busy += 1;
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "the host that is frozen still stops it after {busy} more"
        );
    };
    assert_eq!(committed.receipt.position, before + 1);
    // It wakes, finds its connection cut, and carries out what it had begun.
    let promised = host.end();
    assert!(promised.len() >= 2, "{promised:?}");
    let events = store.events(&EventQuery::All { after: 0, limit: 1_000_000 }).unwrap();
    let positions: Vec<u64> = events.iter().map(|event| event.position).collect();
    assert_eq!(positions, (1..=positions.len() as u64).collect::<Vec<_>>());
    for id in &promised {
        let times = events.iter().filter(|event| event.stream.uuid().to_string() == *id).count();
        assert_eq!(times, 1, "{id}");
    }
    assert_eq!(events.len(), promised.len() + 2, "nothing that was not promised");
    assert!(
        events.iter().filter(|event| event.position > committed.receipt.position).count() >= 1,
        "it went on"
    );
}

/// Has the server note for how long the connection may do nothing, whenever it writes to a table.
fn note_limits(schema: &Schema, table: &str) {
    schema.meddle(&format!(
        "CREATE TABLE org.limits (idle text);
        CREATE FUNCTION org.note_limit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO org.limits VALUES (current_setting('idle_in_transaction_session_timeout')); RETURN NEW; END $$;
        CREATE TRIGGER note_limit BEFORE INSERT OR UPDATE ON org.{table} FOR EACH ROW EXECUTE FUNCTION org.note_limit();"
    ));
}

#[test]
fn a_host_that_freezes_with_a_blob_or_while_it_reads_is_cut_off() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = schema.open();
    note_limits(&schema, "blobs");
    let clerk = Clerk::new(&store);
    store.blob_bytes().append(BlobId(clerk.uuid()), 0, clerk.now(), b"a picture").unwrap();
    let limits = schema.meddle("SELECT DISTINCT idle FROM org.limits");
    assert_eq!(limits, "5s\n", "others wait for the same blob");
    clerk.team("Berths");
    // What reads says it in the place of what it reads.
    schema.meddle(
        "ALTER TABLE org.claims RENAME TO those; CREATE VIEW org.claims AS SELECT kind,
            current_setting('idle_in_transaction_session_timeout') AS value, number, stream_kind, stream_id FROM org.those",
    );
    let said = store.claims(None, 10).unwrap();
    assert_eq!(said.first().map(|located| located.claim.value.as_str()), Some("1min"));
}

#[test]
fn who_renames_a_customer_with_many_cases_has_time_for_it_while_it_has_the_lock() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = schema.open();
    let clerk = Clerk::new(&store);
    let (case_type, few, many) = (clerk.case_type("Support"), clerk.customer("Jo"), clerk.customer("Ada"));
    let of =
        |customer: CustomerId| RawCase { customer: Some(customer), ..RawCase::of(&case_type, "A pelican") };
    clerk.raise(of(few.id));
    clerk.raise_all((0..501).map(|_| of(many.id)).collect());
    note_limits(&schema, "search");
    clerk.write_drafts(vec![clerk.renames_customer(few.id, "Joanna")]);
    assert_eq!(
        schema.meddle("SELECT idle, count(*) FROM org.limits GROUP BY idle; DELETE FROM org.limits"),
        "5s|1\n"
    );
    clerk.write_drafts(vec![clerk.renames_customer(many.id, "Adaeze")]);
    assert_eq!(
        schema.meddle("SELECT idle, count(*) FROM org.limits GROUP BY idle; DELETE FROM org.limits"),
        "5min|501\n"
    );
    clerk.write_drafts(vec![clerk.renames_customer(few.id, "Jo")]);
    assert_eq!(
        schema.meddle("SELECT idle, count(*) FROM org.limits GROUP BY idle"),
        "5s|1\n",
        "for the one alone"
    );
}

#[test]
fn a_transaction_of_somebody_else_that_holds_the_lock_is_waited_for_as_long_as_was_said() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let (store, patient) = (impatient(&schema), schema.open());
    let clerk = Clerk::new(&store);
    let mut stranger = open_psql(&address(), &[]);
    let mut says = |sql: &str| {
        let sql = sql.replace("org.", &format!("{}.", schema.name()));
        stranger.stdin.as_mut().unwrap().write_all(sql.as_bytes()).unwrap();
    };
    says("BEGIN; SELECT position FROM org.file WHERE id = 1 FOR UPDATE;\n");
    let began = Instant::now();
    let held =
        "SELECT count(*) FROM pg_locks WHERE relation = 'org.file'::regclass AND mode = 'RowShareLock'";
    while schema.meddle(held) != "1\n" {
        assert!(began.elapsed() < Duration::from_secs(60), "the lock is not taken");
    }
    let create = clerk.commit(vec![clerk.creates_team(TeamId(clerk.uuid()), "Berths")]);
    assert_eq!(store.commit(vec![create.clone()]).unwrap_err().kind(), StoreErrorKind::Busy);
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| patient.commit(vec![create.clone()]));
        // It waits by now, or will: it is carried out after the stranger's end either way.
        says("COMMIT;\n");
        assert_eq!(waits.join().unwrap().unwrap().remove(0).unwrap().receipt.position, 1);
    });
    drop(stranger.stdin.take());
    stranger.wait().unwrap();
}
