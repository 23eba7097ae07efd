//! Reading, and what a host does from time to time.

use casekit::{CaseKit, CasesQuery, CountBy, Error, PageRequest, StreamId};

use super::{Worker, answered, petra, root};
use crate::ack::Ack;

impl Worker {
    pub(super) fn purge_expired(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        kit.purge_expired()?;
        kit.resume_deliveries()?;
        if let Some(case) = self.random.pick(&self.cases) {
            answered(root(kit).migrate_case(case))?;
        }
        Ok(Vec::new())
    }

    pub(super) fn read(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let root = root(kit);
        root.search("title lampen", PageRequest::first())?;
        root.cases(&CasesQuery::default(), PageRequest::first())?;
        root.counts(CountBy::Stage, &CasesQuery::default())?;
        petra(kit).my_pending_cases(PageRequest::first())?;
        root.failure_overview()?;
        root.changes_since(None, 50)?;
        kit.poll()?;
        let Some(case) = self.random.pick(&self.cases) else { return Ok(Vec::new()) };
        root.case(case)?;
        root.thread(case, PageRequest::first())?;
        root.history(StreamId::Case(case), PageRequest::first())?;
        Ok(Vec::new())
    }
}
