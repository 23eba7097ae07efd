//! Many at once: threads and processes on one file. Every acknowledged write is there, every conflict is reported.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use casekit::{
    CaseEdit, CaseId, CaseKit, CasesQuery, CountBy, Desk, Error, FieldKind, NewCase, NewCaseType, NewField,
    OpenOptions, PageRequest, RaisedCase, Rejection, Role, StreamId,
};

use crate::build::{Office, actor, all_pages, on_every_store};

on_every_store!(
    of_two_takers_one_wins_and_the_other_learns_who,
    what_threads_were_told_is_written_and_what_they_were_refused_is_not,
    the_same_request_from_many_threads_raises_one_case,
    the_same_request_from_many_threads_does_not_refuse_its_own_value,
);

const THREADS: usize = 8;

/// What one worker was told.
#[derive(Default, Debug)]
struct Told {
    raised: Vec<(u64, CaseId)>,
    notes: u64,
    titles: u64,
    conflicts: u64,
}

/// Raises cases, writes notes on one that all share, and edits its title as it was last seen.
fn work(desk: &Desk, shared: CaseId, rounds: u64) -> Told {
    let mut told = Told::default();
    for round in 0..rounds {
        let title = format!("{} {round}", desk.actor().id);
        let raised = desk.raise_case(NewCase::new("Support", &title)).unwrap();
        told.raised.push((number(&raised), raised.id));
        // Others change the shared case all the time: a note may be told to try again, and is then not there.
        match desk.add_note(shared, title.clone()) {
            Ok(_) => told.notes += 1,
            Err(Error::Rejected(Rejection::Contended { .. })) => told.conflicts += 1,
            Err(other) => panic!("{other:?}"),
        }
        let seen = desk.case(shared).unwrap().revision;
        match desk.edit_case(shared, CaseEdit::new().title(title).seen(seen)) {
            Ok(changed) => told.titles += changed.events,
            Err(Error::Rejected(Rejection::Conflict { seen: named, now })) => {
                assert!(named == seen && now > seen, "a conflict says what is true");
                told.conflicts += 1;
            }
            Err(Error::Rejected(Rejection::Contended { .. })) => told.conflicts += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    told
}

fn number(raised: &RaisedCase) -> u64 {
    raised.number.trim_start_matches("C-").parse().unwrap()
}

/// The file must hold exactly what the workers were told.
fn holds(kit: &CaseKit, shared: CaseId, told: &[Told]) {
    let desk = kit.desk(actor("root", Role::Administrator));
    let raised: BTreeMap<u64, CaseId> = told.iter().flat_map(|told| told.raised.iter().copied()).collect();
    let acknowledged: usize = told.iter().map(|told| told.raised.len()).sum();
    assert_eq!(raised.len(), acknowledged, "no number was given twice");
    assert!(raised.keys().copied().eq(2..=acknowledged as u64 + 1), "numbers are dense");
    for (number, id) in raised {
        assert_eq!(desk.find_case(&number.to_string()).unwrap().id, id);
    }
    let rows = all_pages(500, |page| desk.cases(&CasesQuery::default(), page));
    assert_eq!(rows.len(), acknowledged + 1, "and nothing is there that nobody was told of");
    let counted: u64 =
        desk.counts(CountBy::CaseType, &CasesQuery::default()).unwrap().iter().map(|row| row.count).sum();
    assert_eq!(counted, rows.len() as u64);

    let history = all_pages(500, |page| desk.history(StreamId::Case(shared), page));
    let revisions: Vec<u64> = history.iter().map(|entry| entry.revision).collect();
    assert_eq!(revisions, (1..=history.len() as u64).collect::<Vec<_>>(), "revisions never repeat");
    let of = |code: &str| history.iter().filter(|entry| entry.code == code).count() as u64;
    assert_eq!(of("note_added"), told.iter().map(|told| told.notes).sum::<u64>());
    assert_eq!(of("title_changed"), told.iter().map(|told| told.titles).sum::<u64>());
    assert_eq!(all_pages(500, |page| desk.thread(shared, page)).len() as u64, of("note_added"));
    assert_eq!(desk.verify(None).unwrap().broken, None);
    kit.check().unwrap();
}

fn what_threads_were_told_is_written_and_what_they_were_refused_is_not(office: &Office) {
    let shared = office.case("Shared").id;
    let together = Barrier::new(THREADS);
    let told: Vec<Told> = thread::scope(|scope| {
        let worker = |place: usize| {
            let desk = office.desk(&format!("worker-{place}"), Role::Agent);
            let together = &together;
            scope.spawn(move || {
                together.wait();
                work(&desk, shared, 12)
            })
        };
        let workers: Vec<_> = (0..THREADS).map(worker).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    holds(&office.kit, shared, &told);
}

fn of_two_takers_one_wins_and_the_other_learns_who(office: &Office) {
    let cases: Vec<CaseId> = (0..30).map(|place| office.case(&format!("Case {place}")).id).collect();
    for case in cases {
        let together = Arc::new(Barrier::new(2));
        let takers = ["amara", "ben"].map(|id| {
            let (desk, together) = (office.desk(id, Role::Agent), Arc::clone(&together));
            thread::spawn(move || {
                together.wait();
                desk.take_case(case).map_err(|error| error.rejection().cloned())
            })
        });
        let [amara, ben] = takers.map(|taker| taker.join().unwrap());
        let holder = office.view(case).holder.unwrap().by;
        let (won, lost) = if holder == "amara" { (amara, ben) } else { (ben, amara) };
        assert_eq!(won.map(|changed| changed.revision), Ok(3));
        assert_eq!(lost, Err(Some(Rejection::already_taken(holder))));
    }
}

fn the_same_request_from_many_threads_raises_one_case(office: &Office) {
    for round in 0..5 {
        let together = Barrier::new(THREADS);
        let raised: Vec<RaisedCase> = thread::scope(|scope| {
            let one = || {
                let desk = office.agent().request(format!("form {round}"));
                let together = &together;
                scope.spawn(move || {
                    together.wait();
                    desk.raise_case(NewCase::new("Support", "Sent twice and more")).unwrap()
                })
            };
            let all: Vec<_> = (0..THREADS).map(|_| one()).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(raised.iter().filter(|one| !one.replayed).count(), 1, "one of them raised it");
        assert_eq!(raised.iter().map(|one| one.id).collect::<BTreeSet<_>>().len(), 1, "and all learn which");
        let rows = office.agent().cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows;
        assert_eq!(rows.len(), round + 1);
    }
    // The id is the actor's own: another may use the same for another command.
    let other = office.other_agent().request("form 0").raise_case(NewCase::new("Enquiries", "Mine")).unwrap();
    assert!(!other.replayed);
}

fn the_same_request_from_many_threads_does_not_refuse_its_own_value(office: &Office) {
    let order = NewField::new("Order", FieldKind::Text).unique();
    office.manager().create_case_type(NewCaseType::new("Refunds").with_fields(vec![order])).unwrap();
    for round in 0..10 {
        let together = Barrier::new(THREADS);
        let raise = || {
            together.wait();
            let new =
                NewCase::new("Refunds", "Sent twice and more").with_field("Order", format!("A-{round}"));
            office.agent().request(format!("form {round}")).raise_case(new).unwrap().id
        };
        let raised: BTreeSet<CaseId> = thread::scope(|scope| {
            let all: Vec<_> = (0..THREADS).map(|_| scope.spawn(raise)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(raised.len(), 1, "all learn of the same case");
    }
}

/// Kits of their own on one file, as processes have them.
#[test]
fn kits_that_are_open_side_by_side_share_one_file() {
    let office = Office::on_file();
    let shared = office.case("Shared").id;
    let told: Vec<Told> = thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|place| {
                let path = office.path();
                scope.spawn(move || {
                    let kit = open_patiently(path);
                    work(&kit.desk(actor(&format!("kit-{place}"), Role::Agent)), shared, 10)
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert!(office.kit.poll().unwrap(), "what others wrote is news");
    holds(&office.kit, shared, &told);
}

/// Waits for other writers for as long as it takes: on a busy machine five seconds may pass.
fn open_patiently(path: impl AsRef<Path>) -> CaseKit {
    OpenOptions::new().busy_timeout(Duration::from_secs(120)).open(path).unwrap()
}

const FILE: &str = "CASEKIT_TEST_FILE";
const WORKER: &str = "CASEKIT_TEST_WORKER";

#[test]
fn processes_share_one_file_and_nothing_that_was_acknowledged_is_lost() {
    let office = Office::on_file();
    let shared = office.case("Shared").id;
    let children: Vec<_> = (0..4).map(|place| spawn(&office.path(), place)).collect();
    let told: Vec<Told> = children
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
            understood(&text)
        })
        .collect();
    assert!(told.iter().all(|told| told.raised.len() == 25), "every process did its work");
    holds(&office.kit, shared, &told);
}

/// This test binary once more, to run only the worker below.
fn spawn(path: &Path, place: usize) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "concurrency::a_process_among_others_does_its_work", "--nocapture"])
        .env(FILE, path)
        .env(WORKER, format!("process-{place}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Does nothing unless the test above started it.
#[test]
fn a_process_among_others_does_its_work() {
    let (Ok(path), Ok(id)) = (std::env::var(FILE), std::env::var(WORKER)) else { return };
    let kit = open_patiently(path);
    let desk = kit.desk(actor(&id, Role::Agent));
    let shared = desk.find_case("1").unwrap().id;
    let told = work(&desk, shared, 25);
    for (number, id) in told.raised {
        println!("told: raised {number} {id}");
    }
    println!("told: notes {}\ntold: titles {}\ntold: conflicts {}", told.notes, told.titles, told.conflicts);
}

fn understood(text: &str) -> Told {
    let mut told = Told::default();
    for line in text.lines().filter_map(|line| line.split_once("told: ")).map(|(_, line)| line) {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["raised", number, id] => told.raised.push((number.parse().unwrap(), id.parse().unwrap())),
            ["notes", count] => told.notes = count.parse().unwrap(),
            ["titles", count] => told.titles = count.parse().unwrap(),
            ["conflicts", count] => told.conflicts = count.parse().unwrap(),
            _ => panic!("a worker said {line}"),
        }
    }
    told
}
