//! Importing what happened elsewhere.

use casekit::{
    CaseKit, Error, ImportCase, ImportChange, ImportCustomer, ImportItem, ImportedChange, NewCase,
    NewCustomer, StreamId, Timestamp, Visibility,
};
use chrono::DateTime;

use super::{Worker, event, mona};
use crate::ack::Ack;

/// In September 2020.
const THEN: i64 = 1_600_000_000;

impl Worker {
    pub(super) fn import(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let at = DateTime::from_timestamp(THEN, 0).unwrap_or_default();
        let customer = NewCustomer::named(self.name("Imported")).with_reference(self.name("IMP"));
        let mut items = vec![ImportItem::Customer(ImportCustomer { customer, at, by: "old".into() })];
        let cases = 1 + self.random.below(25);
        items.extend((0..cases).map(|place| ImportItem::Case(self.told(place, at))));
        let report = mona(kit).import(&items)?;
        let mut acks = Vec::new();
        for result in report.results {
            if let Some((case, number)) = result.case.zip(result.number) {
                // Raised, taken, noted, resolved.
                acks.extend(event(StreamId::Case(case), 4));
                acks.push(Ack::Raised { case, number });
            }
            if let Some(id) = result.customer {
                acks.extend(event(StreamId::Customer(id), 1));
            }
        }
        Ok(acks)
    }

    fn told(&self, place: u64, at: Timestamp) -> ImportCase {
        let change = |what| ImportChange { at, by: "old".into(), what };
        let text = format!("said {place}");
        ImportCase {
            reference: Some(format!("{}-{place}", self.name("ref"))),
            case: NewCase::new("Support", format!("{} {place}", self.name("Imported"))),
            customer_reference: Some(self.name("IMP")),
            at,
            by: "old".into(),
            request: None,
            changes: vec![
                change(ImportedChange::Taken),
                change(ImportedChange::Note { text, visibility: Visibility::Internal, reply_to: None }),
                change(ImportedChange::Stage { to: "Resolved".into(), reason: None }),
            ],
        }
    }
}
