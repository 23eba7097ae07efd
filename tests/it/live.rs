//! Live lists: rows that are delivered again when a commit touched them, and at no other time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use casekit::casekit_core::model::{Case, StageId};
use casekit::{
    Actor, Authorizer, AuthorizerFailed, CaseEdit, CaseId, CaseKit, CasesQuery, Desk, NewCase, PageRequest,
    Role, Scope, StreamId,
};

use crate::build::{Office, actor, on_every_store};

on_every_store!(
    fifty_open_lists_read_nothing_while_nothing_changes,
    each_list_hears_of_what_touches_it_and_of_nothing_else,
    a_slow_consumer_gets_the_newest_and_no_backlog,
    a_list_that_may_no_longer_be_read_says_so_and_goes_on_when_it_may,
    a_task_waits_for_commits_without_a_thread,
    whoever_observes_is_told_which_streams_changed,
);

const LONG: Duration = Duration::from_secs(60);

fn titles(rows: &[casekit::CaseSummary]) -> Vec<&str> {
    rows.iter().map(|row| row.title.as_str()).collect()
}

fn in_stage(stage: &str) -> CasesQuery {
    CasesQuery { stages: vec![stage.into()], ..CasesQuery::default() }
}

fn fifty_open_lists_read_nothing_while_nothing_changes(office: &Office) {
    office.case("The only one");
    let reads = Arc::new(AtomicU32::new(0));
    let open: Vec<_> = (0..50)
        .map(|_| {
            let reads = Arc::clone(&reads);
            office.agent().live(move |desk: &Desk| {
                reads.fetch_add(1, Ordering::Relaxed);
                desk.cases(&CasesQuery::default(), PageRequest::first())
            })
        })
        .collect();
    for list in &open {
        assert_eq!(titles(&list.refresh().unwrap().unwrap().rows), ["The only one"]);
    }
    assert_eq!(reads.load(Ordering::Relaxed), 50, "each is read once to begin with");
    for list in open.iter().cycle().take(10_000) {
        assert_eq!(list.next(Duration::ZERO).unwrap(), None);
    }
    assert_eq!(reads.load(Ordering::Relaxed), 50, "and never again");
}

fn each_list_hears_of_what_touches_it_and_of_nothing_else(office: &Office) {
    let desk = office.agent();
    let id = office.case("Moves").id;
    let watched = desk.clone();
    let open = watched.live(|desk| desk.cases(&in_stage("Open"), PageRequest::first()));
    let progress = watched.live(|desk| desk.cases(&in_stage("In Progress"), PageRequest::first()));
    let thread = watched.live(move |desk| desk.thread(id, PageRequest::first()));
    let held = watched.live(|desk| desk.my_held_cases(PageRequest::first()));
    for list in [&open, &progress, &held] {
        list.refresh().unwrap().unwrap();
    }
    thread.refresh().unwrap().unwrap();

    desk.add_note(id, "Called, no answer.").unwrap();
    assert_eq!(thread.next(LONG).unwrap().unwrap().rows.len(), 1);
    assert_eq!(progress.refresh().unwrap(), None, "a note touches no list of another stage");
    assert!(open.refresh().unwrap().is_some(), "the case on it was changed by the note");

    desk.take_case(id).unwrap();
    assert_eq!(titles(&open.refresh().unwrap().unwrap().rows), [""; 0]);
    assert_eq!(titles(&progress.refresh().unwrap().unwrap().rows), ["Moves"]);
    assert_eq!(titles(&held.refresh().unwrap().unwrap().rows), ["Moves"]);
    assert_eq!(thread.refresh().unwrap(), None);
}

fn a_slow_consumer_gets_the_newest_and_no_backlog(office: &Office) {
    let list = office.agent().live(|desk| desk.cases(&CasesQuery::default(), PageRequest::first()));
    list.refresh().unwrap().unwrap();
    let id = office.case("Title 0").id;
    for n in 1..=200 {
        office.agent().edit_case(id, CaseEdit::new().title(format!("Title {n}"))).unwrap();
    }
    assert_eq!(titles(&list.next(LONG).unwrap().unwrap().rows), ["Title 200"]);
    assert_eq!(list.refresh().unwrap(), None);
}

/// Fails as long as it is told to.
struct Moody(Arc<std::sync::atomic::AtomicBool>);

impl Authorizer for Moody {
    fn scope(&self, _: &Actor) -> Result<Scope, AuthorizerFailed> {
        if self.0.load(Ordering::Relaxed) { Err(AuthorizerFailed) } else { Ok(Scope::all()) }
    }

    fn forbids(&self, _: &Actor, _: &str, _: &Case, _: Option<&StageId>) -> Result<bool, AuthorizerFailed> {
        Ok(false)
    }
}

fn a_list_that_may_no_longer_be_read_says_so_and_goes_on_when_it_may(office: &Office) {
    let moody = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let kit = office.narrowed_by(Moody(Arc::clone(&moody)));
    let desk = kit.desk(actor("amara", Role::Agent));
    let list = desk.live(|desk| desk.cases(&CasesQuery::default(), PageRequest::first()));
    list.refresh().unwrap().unwrap();
    desk.raise_case(NewCase::new("Support", "Raised meanwhile")).unwrap();
    moody.store(true, Ordering::Relaxed);
    assert_eq!(list.refresh().unwrap_err().code(), "not_allowed_here");
    moody.store(false, Ordering::Relaxed);
    assert_eq!(titles(&list.next(LONG).unwrap().unwrap().rows), ["Raised meanwhile"]);
}

#[test]
fn changes_of_another_process_come_with_the_next_poll() {
    let office = Office::on_file();
    let list = office.agent().live(|desk| desk.cases(&CasesQuery::default(), PageRequest::first()));
    list.refresh().unwrap().unwrap();
    // Another kit on the same file hears as little of this one as another process would.
    let other = CaseKit::open(office.path()).unwrap();
    other.desk(actor("ben", Role::Agent)).raise_case(NewCase::new("Support", "From elsewhere")).unwrap();
    assert_eq!(list.refresh().unwrap(), None);
    assert!(office.kit.poll().unwrap());
    assert_eq!(titles(&list.refresh().unwrap().unwrap().rows), ["From elsewhere"]);
}

#[test]
fn a_list_waits_through_a_suspension_and_says_so_when_it_is_asked() {
    let office = Office::on_file();
    let list = Arc::new(office.agent().live(|desk| desk.cases(&CasesQuery::default(), PageRequest::first())));
    list.refresh().unwrap().unwrap();
    let first = office.agent().live(|desk| desk.cases(&CasesQuery::default(), PageRequest::first()));
    let (sender, delivered) = mpsc::channel();
    let waiting = {
        let list = Arc::clone(&list);
        std::thread::spawn(move || sender.send(list.next(LONG)).unwrap())
    };
    office.kit.suspend(LONG).unwrap();
    assert_eq!(first.refresh().unwrap_err().code(), "suspended", "it was never read, and cannot be now");
    assert!(delivered.try_recv().is_err(), "who waits for news goes on waiting");
    office.kit.resume().unwrap();
    office.case("After the pause");
    let rows = delivered.recv().unwrap().unwrap().unwrap().rows;
    assert_eq!(titles(&rows), ["After the pause"]);
    waiting.join().unwrap();
    assert_eq!(titles(&first.refresh().unwrap().unwrap().rows), ["After the pause"]);
}

/// Runs a future on this thread, which sleeps until it is woken: as little of a runtime as there can be.
fn run<T>(future: impl Future<Output = T>) -> T {
    struct Unparks(std::thread::Thread);
    impl std::task::Wake for Unparks {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::task::Waker::from(Arc::new(Unparks(std::thread::current())));
    let mut future = std::pin::pin!(future);
    loop {
        let polled = future.as_mut().poll(&mut std::task::Context::from_waker(&waker));
        let std::task::Poll::Ready(done) = polled else {
            std::thread::park();
            continue;
        };
        return done;
    }
}

fn a_task_waits_for_commits_without_a_thread(office: &Office) {
    let list = Arc::new(office.agent().live(|desk| desk.cases(&CasesQuery::default(), PageRequest::first())));
    assert!(run(list.changed()), "what was never read is news");
    assert_eq!(titles(&list.refresh().unwrap().unwrap().rows), [""; 0]);
    let waiting = {
        let list = Arc::clone(&list);
        std::thread::spawn(move || run(list.changed()).then(|| list.refresh()))
    };
    office.case("Wakes it");
    let rows = waiting.join().unwrap().unwrap().unwrap().unwrap().rows;
    assert_eq!(titles(&rows), ["Wakes it"]);

    let mut watch = office.kit.watch();
    office.case("Once more");
    assert!(run(watch.changed()).is_some());
    let waiting = std::thread::spawn(move || run(watch.changed()));
    office.kit.close().unwrap();
    assert_eq!(waiting.join().unwrap(), None, "a closed kit ends what waits");
    assert!(!run(list.changed()));
}

fn whoever_observes_is_told_which_streams_changed(office: &Office) {
    let begin = office.kit.changed_streams(None).unwrap();
    assert_eq!(begin.streams, None, "nobody said since when");
    let (sender, told) = mpsc::channel();
    let subscription = office.kit.observe_streams(move |changed| {
        sender.send(changed.clone()).ok();
    });
    let shared = subscription.clone();
    drop(subscription);
    let case = StreamId::Case(office.case("Changes").id);
    let other = StreamId::Case(CaseId(Default::default()));
    let heard = told.recv_timeout(LONG).unwrap();
    assert!(heard.concerns(case) && !heard.concerns(other));
    let since = office.kit.changed_streams(Some(&begin.cursor)).unwrap();
    assert!(since.concerns(case) && !since.concerns(other));
    assert_eq!(office.kit.changed_streams(Some(&since.cursor)).unwrap().streams, Some(Vec::new()));
    drop(shared);
    office.case("Nobody hears of it");
    assert!(told.recv_timeout(LONG).is_err(), "the last of its clones ended the subscription");

    for n in 0..500 {
        office.case(&format!("Case {n}"));
    }
    let many = office.kit.changed_streams(Some(&since.cursor)).unwrap();
    assert!(many.streams.is_none() && many.concerns(other), "too much changed to say what");
    assert_eq!(office.kit.changed_streams(Some(&many.cursor)).unwrap().streams, Some(Vec::new()));
}
