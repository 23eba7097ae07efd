//! Whoever works on a case reads its history and prints it, with what they may see of it and no more.

use casekit::casekit_core::model::{Case, StageId};
use casekit::reports::{case_pdf, overview_csv, overview_pdf};
use casekit::{
    Actor, Authorizer, AuthorizerFailed, CaseId, CasesQuery, Desk, HistoryEntry, Moment, NewCase, NewNote,
    NoteId, PageRequest, Permission, Rejection, Role, Scope, ScopeCases, StreamId,
};

use crate::build::{Office, Scoped, actor, on_every_store, rejection};

on_every_store!(
    whoever_may_read_a_case_reads_its_history,
    the_history_shows_only_the_notes_that_the_actor_may_see,
    what_others_said_before_they_edited_it_stays_with_them,
    the_history_is_within_the_scope_and_the_say_of_the_application,
    an_agent_prints_the_overview_and_a_case_and_exports_no_data,
);

fn history(desk: &Desk, case: CaseId) -> Vec<HistoryEntry> {
    desk.history(StreamId::Case(case), PageRequest::first()).unwrap().rows
}

fn codes(desk: &Desk, case: CaseId) -> Vec<String> {
    history(desk, case).into_iter().map(|entry| entry.code).collect()
}

/// A reader of cases with these permissions in addition.
fn reader(office: &Office, more: &[Permission]) -> Desk {
    let reads = Actor::new("nia", "").with_permission(Permission::ReadCases);
    office.kit.desk(more.iter().copied().fold(reads, Actor::with_permission))
}

fn whoever_may_read_a_case_reads_its_history(office: &Office) {
    let case = office.case("Lamp").id;
    office.other_agent().take_case(case).unwrap();
    for role in [Role::Agent, Role::Approver, Role::Manager, Role::Auditor] {
        let desk = office.desk("amara", role);
        assert_eq!(codes(&desk, case), ["case_raised", "case_taken", "stage_changed"], "{role:?}");
    }
    assert_eq!(codes(&reader(office, &[]), case).len(), 3);
    let it = office.desk("ivo", Role::ItAdministrator);
    let refused = rejection(it.history(StreamId::Case(case), PageRequest::first()));
    assert!(matches!(refused, Rejection::Forbidden { permission: Permission::ReadCases, .. }), "{refused:?}");
    // The other histories, and the whole past of a case, are not part of working on one.
    let agent = office.agent();
    let case_type = agent.case_type("Support").unwrap().id;
    for stream in [StreamId::Settings, StreamId::Ledger, StreamId::CaseType(case_type)] {
        let refused = rejection(agent.history(stream, PageRequest::first()));
        let needs = Permission::ReadHistory;
        assert!(matches!(refused, Rejection::Forbidden { permission, .. } if permission == needs));
    }
    assert_eq!(rejection(agent.case_at(case, Moment::Revision(1))).code(), "forbidden");
}

fn the_history_shows_only_the_notes_that_the_actor_may_see(office: &Office) {
    let case = office.case("Lamp").id;
    let desk = office.agent();
    desk.add_note(case, "Among us.").unwrap();
    desk.add_note(case, NewNote::for_customer("For her.")).unwrap();
    assert_eq!(codes(&reader(office, &[]), case), ["case_raised"], "who may not read notes");
    let reads_notes = reader(office, &[Permission::ReadNotes]);
    assert_eq!(codes(&reads_notes, case), ["case_raised", "note_added", "note_added"]);
    let outside = office.narrowed_by(Scoped(Scope { internal_notes: false, ..Scope::all() }));
    let outside = outside.desk(actor("amara", Role::Agent));
    let said: Vec<_> = history(&outside, case).into_iter().flat_map(|entry| entry.changes).collect();
    assert!(said.iter().all(|change| change.to.as_deref() != Some("Among us.")), "{said:?}");
    assert_eq!(codes(&outside, case), ["case_raised", "note_added"]);
}

fn what_others_said_before_they_edited_it_stays_with_them(office: &Office) {
    let case = office.case("Lamp").id;
    let author = office.agent();
    let note: NoteId = author.add_note(case, "She is a nuisance.").unwrap().id;
    author.edit_note(note, "She called again.").unwrap();
    author.retract_note(note, Some("wrong case")).unwrap();
    let said = |desk: &Desk| -> Vec<String> {
        let changes = history(desk, case).into_iter().filter(|entry| entry.note == Some(note));
        changes.flat_map(|entry| entry.changes).flat_map(|one| [one.from, one.to]).flatten().collect()
    };
    let all = ["She is a nuisance.", "She is a nuisance.", "She called again."];
    assert_eq!(said(&author), all, "the author");
    assert_eq!(said(&office.auditor()), all, "whoever may read every history");
    let other = office.other_agent();
    assert_eq!(said(&other), [""; 0]);
    let told = ["case_raised", "note_added", "note_edited", "note_retracted"];
    assert_eq!(codes(&other, case), told, "that it happened, they see");
}

/// Forbids the history of every case.
struct NoHistory;

impl Authorizer for NoHistory {
    fn scope(&self, _: &Actor) -> Result<Scope, AuthorizerFailed> {
        Ok(Scope::all())
    }

    fn forbids(
        &self,
        _: &Actor,
        action: &str,
        _: &Case,
        _: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        Ok(action == "read_history")
    }
}

fn the_history_is_within_the_scope_and_the_say_of_the_application(office: &Office) {
    let theirs = office.other_agent().raise_case(NewCase::new("Support", "Theirs")).unwrap().id;
    let mine = office.case("Mine").id;
    let own = office.narrowed_by(Scoped(Scope { cases: ScopeCases::Own, ..Scope::all() }));
    let own = own.desk(actor("amara", Role::Agent));
    assert_eq!(codes(&own, mine), ["case_raised"]);
    let page = PageRequest::first;
    let missing = rejection(own.history(StreamId::Case(theirs), page()));
    assert_eq!(missing, Rejection::not_found("case", theirs));
    let told = office.narrowed_by(NoHistory).desk(actor("amara", Role::Agent));
    let refused = rejection(told.history(StreamId::Case(mine), page()));
    assert_eq!(refused.code(), "not_allowed_here");
}

fn an_agent_prints_the_overview_and_a_case_and_exports_no_data(office: &Office) {
    let (case, fonts) = (office.case("Lamp").id, casekit::export::pdf::Fonts::bundled());
    office.agent().add_note(case, "Called her.").unwrap();
    let (desk, query) = (office.agent(), CasesQuery::default());
    let mut paper = Vec::new();
    assert_eq!(overview_pdf(&desk, &query, &fonts, &mut paper).unwrap().rows, 1);
    case_pdf(&desk, case, &fonts, &mut paper).unwrap();
    assert!(paper.starts_with(b"%PDF"));
    let raw = casekit::CsvForm::for_programs();
    let refused = overview_csv(&desk, &query, raw, &mut Vec::new()).unwrap_err();
    assert_eq!(refused.code(), "forbidden");
    let ledger = office.auditor().history(StreamId::Ledger, PageRequest::first()).unwrap().rows;
    let ledger: Vec<_> = ledger.iter().skip(1).map(|entry| entry.code.as_str()).collect();
    assert_eq!(ledger, ["export_begun", "exported", "export_begun", "exported"]);
}
