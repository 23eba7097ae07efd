//! Requests for data: from the webform to the answer.

use casekit::{
    CaseId, CaseKit, Changed, Desk, Error, NewDenial, NewRedaction, NewRequest, ReleaseReport, StoreError,
    StreamId,
};

use super::{Worker, answered, event, petra, remember};
use crate::ack::Ack;

/// How far a request is brought.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Far {
    /// To the next point at which a kill can find it.
    OneStep,
    AsFarAsItGoes,
}

impl Worker {
    pub(super) fn receive(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let request = NewRequest::new(self.name("WEB"), "Ada Obi")
            .reply_to("ada@example.org")
            .with_credential("born", "1990");
        let raised = petra(kit).receive_request(request)?;
        let (Some(id), Some(number), Some(revision)) = (raised.id, raised.number, raised.revision) else {
            return Ok(Vec::new());
        };
        remember(&mut self.requests, id, 12);
        let mut acks = event(StreamId::Case(id), revision);
        acks.push(Ack::Raised { case: id, number });
        Ok(acks)
    }

    pub(super) fn proceed(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        Ok(self.bring_on(kit, Far::OneStep)?)
    }

    pub(super) fn finish(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        Ok(self.bring_on(kit, Far::AsFarAsItGoes)?)
    }

    /// Does each step of a request; one that is done already is rejected, and the next is tried.
    fn bring_on(&mut self, kit: &CaseKit, far: Far) -> Result<Vec<Ack>, StoreError> {
        let Some(case) = self.random.pick(&self.requests) else { return Ok(Vec::new()) };
        let petra = petra(kit);
        let mut acks = Vec::new();
        let done = |changed: Changed| event(StreamId::Case(case), changed.revision);
        if let Some(changed) = answered(petra.take_case(case))? {
            acks.extend(done(changed));
        }
        if let Some(changed) = answered(petra.approve_identification(case, "video call", &["passport"]))? {
            acks.extend(done(changed));
            if far == Far::OneStep {
                return Ok(acks);
            }
        }
        if let Some(changed) = answered(self.approve(&petra, case))?.flatten() {
            acks.extend(done(changed));
            if far == Far::OneStep {
                return Ok(acks);
            }
        }
        match answered(petra.release(case))? {
            Some(ReleaseReport::Delivered { receipt }) => {
                self.requests.retain(|known| *known != case);
                acks.push(Ack::Delivered { case, file: receipt.unwrap_or_default() });
            }
            Some(ReleaseReport::Ended { .. }) => self.requests.retain(|known| *known != case),
            Some(ReleaseReport::Failed { .. } | ReleaseReport::UnderWay | ReleaseReport::Recovered)
            | None => {}
        }
        Ok(acks)
    }

    /// Approves that there is no data, or what was found without its remarks.
    fn approve(&mut self, petra: &Desk, case: CaseId) -> Result<Option<Changed>, Error> {
        if self.random.one_in(3) {
            return petra.approve_no_data(case, Some("it is about somebody else")).map(Some);
        }
        let Some(found) = petra.prepare_data(case)?.id else { return Ok(None) };
        let hidden = vec![NewRedaction::new("shop", "orders", "remark", "ours")];
        petra.approve_data(case, found, hidden).map(Some)
    }

    pub(super) fn change_course(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let Some(case) = self.random.pick(&self.requests) else { return Ok(Vec::new()) };
        let petra = petra(kit);
        match self.random.below(4) {
            0 => petra.withdraw(case, Some("no longer wanted")).map(|_| ())?,
            1 => petra.revoke(case, "data_approval", Some("once more")).map(|_| ())?,
            2 => petra.retry(case).map(|_| ())?,
            _ => {
                let denial = NewDenial {
                    step: None,
                    code: "no_match".into(),
                    internal_reason: "the passport has expired".into(),
                    customer_reason: "we could not tell who you are".into(),
                };
                petra.deny(case, denial).map(|_| ())?;
            }
        }
        Ok(Vec::new())
    }
}
