//! Correcting a request after it arrived: who asked, where the answer goes, what they gave later, and when it was
//! received.

use serde::Serialize;

use super::action::Action;
use super::intake::credentials;
use super::received::received_at;
use super::steps::approved;
use super::{Command, Context, Decision, Subject, not_changed_since};
use crate::command::RequestEdit;
use crate::event::{CaseFact, Fact, OldNew, Personal, RequestChange};
use crate::model::{Case, CaseId, Credential, Name, Permission, Request, ShortText, Timestamp, limits};
use crate::rejection::{Blocker, Fields, Rejection};
use crate::store::LoadPlan;

/// Corrects a request: only the fields that are given, all in one event.
#[derive(Serialize)]
pub(crate) struct EditRequest {
    pub(crate) case: CaseId,
    pub(crate) edit: RequestEdit,
}

impl Command for EditRequest {
    fn action(&self) -> &'static str {
        Action::EditRequest.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCases, self.action())?;
        let case = context.case(self.case)?;
        not_changed_since(self.edit.seen, case.revision)?;
        context.beyond_one_customer(self.action())?;
        context.unblocked(case, Action::EditRequest, None)?;
        let missing = || Rejection::blocked(self.action(), Blocker::NoRequest);
        let request = case.request.as_ref().ok_or_else(missing)?;
        let (change, received_at, reason) = self.parse(request, context)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        if change == RequestChange::default() && received_at.is_none() {
            return Ok(decision);
        }
        let (is_another, goes_elsewhere) = (change.requester.is_some(), change.reply_to.is_some());
        let credentials = u32::try_from(change.credentials.len()).unwrap_or(u32::MAX);
        let fact = CaseFact::RequestEdited { credentials, received_at };
        let personal = Personal { request_change: Some(Box::new(change)), ..Personal::because(reason) };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), personal));
        if is_another || goes_elsewhere {
            take_back(&mut decision, case, context);
        }
        if let Some(progress) = case.live().filter(|_| is_another) {
            decision.lapses(case, context, approved(progress));
        }
        Ok(decision)
    }
}

impl EditRequest {
    /// What changes of a request, when it was received if that changes, and why.
    fn parse(
        &self,
        request: &Request,
        context: &Context<'_>,
    ) -> Result<(RequestChange, Option<Timestamp>, Option<ShortText>), Rejection> {
        let edit = &self.edit;
        let mut fields = Fields::default();
        let requester = edit.requester.as_deref().map(|text| Name::parse("requester", text));
        let requester = fields.take(requester.transpose());
        let reply_to = edit.reply_to.as_deref();
        let reply_to = reply_to.map(|text| ShortText::parse_optional("reply_to", Some(text)));
        let reply_to = fields.take(reply_to.transpose());
        let room = limits::CREDENTIALS.saturating_sub(request.credentials.len());
        let added = credentials(&mut fields, &edit.credentials, room);
        let received_at = received_at(&mut fields, edit.received_at, context.now);
        let reason = fields.take(ShortText::parse_optional("reason", edit.reason.as_deref()));
        let parsed = requester.zip(reply_to).zip(added).zip(received_at).zip(reason);
        let ((((requester, reply_to), added), received_at), reason) = fields.finish(parsed)?;
        let requester = requester.filter(|name| *name != request.requester);
        let reply_to = reply_to.filter(|text| *text != request.reply_to);
        let is_new = |one: &Credential| !request.credentials.contains(one);
        let change = RequestChange {
            requester: requester.map(|to| OldNew { from: Some(request.requester.clone()), to: Some(to) }),
            reply_to: reply_to.map(|to| OldNew { from: request.reply_to.clone(), to }),
            credentials: added.into_iter().filter(is_new).collect(),
        };
        Ok((change, received_at.filter(|at| *at != request.received_at), reason))
    }
}

/// Takes back an answer that could not be sent: it was meant for another person or place. Whoever may do so asks for it
/// again, or denies the request again. What has arrived stays; only a repeated sending of it is given up.
fn take_back(decision: &mut Decision, case: &Case, context: &Context<'_>) {
    let release = case.progress.as_deref().and_then(|progress| progress.release.as_ref());
    let Some(release) = release.filter(|release| !release.sending.is_over()) else { return };
    let key = release.sending.key.clone();
    if release.is_delivered() {
        decision.push(case, context, CaseFact::SendingStopped { key });
    } else {
        decision.drop_blobs.extend(release.blob());
        decision.push(case, context, CaseFact::AnswerTakenBack { key });
    }
}
