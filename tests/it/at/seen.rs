//! What somebody saw of every case after each command, to be held against what the file says of it later.

use casekit::casekit_core::commit::StoredEvent;
use casekit::casekit_core::store::EventQuery;
use casekit::{CaseId, CasesQuery, Desk, Moment, RequestSummary, Store, StreamId, ThreadNote};

use crate::build::all_pages;

/// What was seen, oldest first.
#[derive(PartialEq, Debug, Default)]
pub(crate) struct Seen(Vec<Glance>);

#[derive(PartialEq, Debug)]
struct Glance {
    case: CaseId,
    /// The position of the newest event of the file.
    position: u64,
    shown: Shown,
}

type Shown = (RequestSummary, Vec<ThreadNote>);

impl Seen {
    /// Looks at every case, if anything happened since.
    pub(crate) fn look(&mut self, desk: &Desk, store: &dyn Store) {
        let position = store.last_position().unwrap();
        if self.0.last().is_some_and(|last| last.position == position) {
            return;
        }
        for row in all_pages(500, |page| desk.cases(&CasesQuery::default(), page)) {
            let mut summary = RequestSummary {
                actions: Vec::new(),
                package_blockers: Vec::new(),
                ..desk.summary(row.id).unwrap()
            };
            summary.steps.iter_mut().for_each(|step| step.actions.clear());
            let thread = all_pages(500, |page| desk.thread(row.id, page));
            self.0.push(Glance { case: row.id, position, shown: (summary, thread) });
        }
    }

    /// Every case is said to have been what was seen of it, by every moment that means the same.
    pub(crate) fn is_said_later(&self, desk: &Desk, store: &dyn Store) {
        let events = events(store);
        for glance in &self.0 {
            let Glance { case, position, shown } = glance;
            let then = |moment, size| then(desk, *case, moment, size);
            assert_eq!(then(Moment::Position(*position), 500), *shown, "at position {position}");
            let (before, after) = events.split_at(usize::try_from(*position).unwrap());
            let newest = before.last().unwrap();
            if newest.stream != StreamId::Case(*case) {
                continue;
            }
            assert_eq!(then(Moment::Revision(newest.revision), 3), *shown, "at position {position}");
            // What is imported happened elsewhere, at any time; and two things can happen at one instant.
            let clock = |event: &&StoredEvent| event.header.imported_by.is_none();
            let Some(at) = before.iter().filter(clock).map(|event| event.header.at).max() else { continue };
            if after.iter().filter(clock).all(|event| event.header.at > at) {
                assert_eq!(then(Moment::Instant(at), 3), *shown, "at {at}, position {position}");
            }
        }
    }

    /// How many different things were seen.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}

/// A case and its thread as they were, the thread read in pages of `size`.
pub(crate) fn then(desk: &Desk, case: CaseId, moment: Moment, size: u32) -> Shown {
    let summary = desk.case_at(case, moment).unwrap().summary;
    (summary, all_pages(size, |page| desk.thread_at(case, moment, page)))
}

fn events(store: &dyn Store) -> Vec<StoredEvent> {
    store.events(&EventQuery::All { after: 0, limit: 1_000_000 }).unwrap()
}
