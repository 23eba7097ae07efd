//! Somebody who verifies and checks while others work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use casekit::{CaseKit, CasesQuery, Error, PageRequest, StreamId, VerifyReport};
use casekit_torture::{Ack, Outcome, root};

pub(super) struct Auditor {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Audited>,
}

/// What the auditor saw.
#[derive(Default)]
pub(super) struct Audited {
    pub(super) rounds: u64,
    pub(super) wrong: Vec<String>,
    pub(super) acks: Vec<Ack>,
}

impl Auditor {
    pub(super) fn start(kit: CaseKit) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut audited = Audited::default();
            while !stopped.load(Ordering::Relaxed) {
                audited.look(&kit);
                thread::sleep(Duration::from_millis(20));
            }
            audited
        });
        Self { stop, thread }
    }

    pub(super) fn stop(self) -> Outcome<Audited> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.thread.join().map_err(|_| "the auditor ended")?)
    }
}

impl Audited {
    fn look(&mut self, kit: &CaseKit) {
        self.rounds += 1;
        let root = root(kit);
        self.verified("verify", root.verify(None));
        let newest = root.cases(&CasesQuery::default(), PageRequest::first().of(20));
        match newest.map(|page| page.rows.last().map(|row| row.id)) {
            Ok(Some(case)) => {
                self.verified("verify of a case", root.verify_stream(StreamId::Case(case)));
            }
            Ok(None) => {}
            Err(error) => self.wrong("the list of cases", &error),
        }
        if let Err(error) = kit.check() {
            self.wrong("check", &error);
        }
        match root.audit_head() {
            Ok(head) => self.acks.push(Ack::Head(head)),
            // A head is a write like others.
            Err(error) if matches!(error.code(), "contended" | "busy") => {}
            Err(error) => self.wrong("a head", &error),
        }
    }

    fn verified(&mut self, what: &str, report: Result<VerifyReport, Error>) {
        match report.map(|report| report.broken) {
            Ok(None) => {}
            Ok(Some(broken)) => {
                self.wrong.push(format!("{what} cries wolf in round {}: {broken:?}", self.rounds));
            }
            Err(error) => self.wrong(what, &error),
        }
    }

    fn wrong(&mut self, what: &str, error: &Error) {
        self.wrong.push(format!("{what} in round {}: {}: {error}", self.rounds, error.code()));
    }
}
