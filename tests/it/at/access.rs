//! Who may see what of the past: what is true today decides.

use casekit::casekit_core::model::{Case, StageId};
use casekit::{
    Actor, Authorizer, AuthorizerFailed, CaseEdit, Desk, Moment, NewCase, NewNote, PageRequest, Rejection,
    Role, Scope, Visibility,
};

use super::seen::then;
use crate::build::{Office, actor, on_every_store, rejection};

on_every_store!(
    a_note_is_shown_to_who_could_see_it_then_and_can_see_it_now,
    who_cannot_see_the_case_now_does_not_see_it_as_it_was,
);

/// A host that shows no internal notes, and forbids what the test names.
struct Host {
    scope: Scope,
    forbidden: &'static str,
}

impl Authorizer for Host {
    fn scope(&self, _actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        Ok(self.scope.clone())
    }

    fn forbids(
        &self,
        _actor: &Actor,
        action: &str,
        _case: &Case,
        _to: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        Ok(action == self.forbidden)
    }
}

fn narrowed(office: &Office, scope: Scope, forbidden: &'static str) -> Desk {
    office.narrowed_by(Host { scope, forbidden }).desk(actor("olu", Role::Administrator))
}

fn a_note_is_shown_to_who_could_see_it_then_and_can_see_it_now(office: &Office) {
    let amara = office.agent();
    let case = office.case("Cannot log in").id;
    amara.add_note(case, "Never shown").unwrap();
    let later = amara.add_note(case, "Shown later").unwrap().id;
    let hidden = amara.add_note(case, NewNote::for_customer("Hidden later")).unwrap().id;
    let shown = amara.add_note(case, NewNote::for_customer("Always shown")).unwrap().id;
    let before = office.view(case).revision;
    amara.edit_note(later, "Shown later, in other words").unwrap();
    amara.set_note_visibility(later, Visibility::Customer).unwrap();
    amara.edit_note(shown, "Always shown, in other words").unwrap();
    let between = office.view(case).revision;
    amara.set_note_visibility(hidden, Visibility::Internal).unwrap();
    let desk = narrowed(office, Scope { internal_notes: false, ..Scope::all() }, "");
    let texts = |desk: &Desk, revision| {
        let (summary, thread) = then(desk, case, Moment::Revision(revision), 50);
        assert_eq!(summary.last_notes, thread, "few notes, none a reply");
        (summary.case.notes, thread.into_iter().map(|note| note.text.unwrap()).collect::<Vec<_>>())
    };
    assert_eq!(texts(&desk, before), (None, vec!["Always shown".to_owned()]));
    let both = ["Shown later, in other words", "Always shown, in other words"].map(str::to_owned).to_vec();
    assert_eq!(texts(&desk, between), (None, both.clone()));
    assert_eq!(texts(&desk, between + 1), (None, both));
    assert_eq!(texts(&office.auditor(), before).1.len(), 4);
    let without = Actor::new("nia", "Nia").with_permission(casekit::Permission::ReadHistory);
    let without = office.kit.desk(without.with_permission(casekit::Permission::ReadCases));
    let summary = without.case_at(case, Moment::Revision(before)).unwrap().summary;
    assert_eq!((summary.last_notes, summary.case.notes), (Vec::new(), None));
    let page = PageRequest::first();
    assert_eq!(rejection(without.thread_at(case, Moment::Revision(1), page)).code(), "forbidden");
}

fn who_cannot_see_the_case_now_does_not_see_it_as_it_was(office: &Office) {
    let ada = office.customer("Ada Obi").id;
    let case = office.agent().raise_case(NewCase::new("Enquiries", "Hours").for_customer(ada)).unwrap().id;
    office.agent().edit_case(case, CaseEdit::new().case_type("Support")).unwrap();
    let enquiries = office.agent().case_type("Enquiries").unwrap().id;
    let moment = Moment::Revision(1);
    let hidden = narrowed(office, Scope { types: Some(vec![enquiries]), ..Scope::all() }, "");
    assert_eq!(rejection(hidden.case_at(case, moment)), Rejection::not_found("case", case));
    let forbidden = narrowed(office, Scope::all(), "read_history");
    let no = Rejection::NotAllowedHere { action: "read_history".into() };
    assert_eq!(rejection(forbidden.case_at(case, moment)), no);
    assert_eq!(rejection(forbidden.thread_at(case, moment, PageRequest::first())), no);
    assert_eq!(rejection(office.agent().case_at(case, moment)).code(), "forbidden");
    // Who may not read customers is not told whose the case was.
    let nia = Actor::new("nia", "Nia").with_permission(casekit::Permission::ReadHistory);
    let nia = office.kit.desk(nia.with_permission(casekit::Permission::ReadCases));
    let summary = nia.case_at(case, moment).unwrap().summary;
    assert_eq!((summary.customer, summary.case.customer_name), (None, None));
    assert_eq!(office.auditor().case_at(case, moment).unwrap().summary.case.case_type, "Enquiries");
}
