//! The host's own say: it can only narrow, and what it hides is as if it were not there.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use casekit::casekit_core::model::Case;
use casekit::{
    Actor, Authorizer, AuthorizerFailed, CaseEdit, CaseId, CaseTypeId, CasesQuery, CountBy, CountsQuery,
    CustomerId, Desk, NewCase, NewNote, NoteId, PageRequest, Rejection, Role, Scope, ScopeCases, StreamId,
    Visibility,
};

use crate::build::{Office, actor, on_every_store, rejection};

on_every_store!(
    a_scope_of_types_governs_every_read,
    a_scope_of_own_cases_governs_every_read,
    internal_notes_outside_the_scope_are_nowhere,
    a_note_that_is_shown_later_does_not_show_its_internal_past,
    what_is_outside_the_scope_cannot_be_changed_either,
    one_case_can_be_forbidden_action_by_action,
    an_authorizer_that_fails_means_no,
    an_authorizer_gives_nobody_a_permission,
);

/// Says the same scope to everyone, and forbids what the test names.
struct Host {
    scope: Result<Scope, AuthorizerFailed>,
    forbids: Box<Forbids>,
}

type Forbids = dyn Fn(&str, &Case) -> Result<bool, AuthorizerFailed> + Send + Sync;

impl Host {
    fn scope(scope: Scope) -> Self {
        Self { scope: Ok(scope), forbids: Box::new(|_, _| Ok(false)) }
    }

    fn forbids(
        forbids: impl Fn(&str, &Case) -> Result<bool, AuthorizerFailed> + Send + Sync + 'static,
    ) -> Self {
        Self { scope: Ok(Scope::all()), forbids: Box::new(forbids) }
    }
}

impl Authorizer for Host {
    fn scope(&self, _actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        self.scope.clone()
    }

    fn forbids(&self, _actor: &Actor, action: &str, case: &Case) -> Result<bool, AuthorizerFailed> {
        (self.forbids)(action, case)
    }
}

/// A support case that ben raised and amara holds, and an enquiry that nobody holds; both of one customer, each with
/// an internal note and one for the customer.
struct Scene {
    customer: CustomerId,
    support: CaseId,
    enquiry: CaseId,
    internal: NoteId,
    shown: NoteId,
    enquiry_note: NoteId,
}

fn scene(office: &Office) -> Scene {
    let (amara, ben) = (office.agent(), office.other_agent());
    let customer = office.customer("Ada Obi").id;
    let raise = |kind: &str, title: &str| {
        ben.raise_case(NewCase::new(kind, title).for_customer(customer)).unwrap().id
    };
    let (support, enquiry) = (raise("Support", "Login fails"), raise("Enquiries", "Login hours"));
    amara.take_case(support).unwrap();
    Scene {
        customer,
        support,
        enquiry,
        internal: amara.add_note(support, "Login secret").unwrap().id,
        shown: amara.add_note(support, NewNote::for_customer("Login works")).unwrap().id,
        enquiry_note: ben.add_note(enquiry, NewNote::for_customer("Login at nine")).unwrap().id,
    }
}

fn types(office: &Office, name: &str) -> Vec<CaseTypeId> {
    vec![office.agent().case_type(name).unwrap().id]
}

/// Every read that lists cases must show exactly these.
#[track_caller]
fn sees_only(desk: &Desk, scene: &Scene, seen: &[CaseId], hits: usize) {
    let page = PageRequest::first;
    let all: BTreeSet<CaseId> = seen.iter().copied().collect();
    let listed = desk.cases(&CasesQuery::default(), page()).unwrap().rows;
    assert_eq!(listed.iter().map(|row| row.id).collect::<BTreeSet<_>>(), all, "the overview");
    let interactions = desk.interactions(scene.customer, page()).unwrap().rows;
    assert_eq!(interactions.iter().map(|row| row.id).collect::<BTreeSet<_>>(), all, "interactions");
    for by in [CountBy::CaseType, CountBy::Stage, CountBy::Category, CountBy::Holder] {
        let counted: u64 =
            desk.counts(by, &CountsQuery::default()).unwrap().iter().map(|row| row.count).sum();
        assert_eq!(counted, seen.len() as u64, "counts by {by:?}");
    }
    let found = desk.search("login", page()).unwrap().rows;
    assert!(found.iter().all(|hit| all.contains(&hit.case.id)), "search");
    assert_eq!(found.len(), hits, "cases and notes that are found");
    let changes = desk.changes_since(None, 500).unwrap().changes;
    let changed = changes.iter().filter_map(|change| change.stream.case());
    assert_eq!(changed.collect::<BTreeSet<_>>(), all, "changes");
    for case in [scene.support, scene.enquiry] {
        let opened = [
            desk.case(case).err(),
            desk.find_case(&case.to_string()).err(),
            desk.thread(case, page()).err(),
            desk.history(StreamId::Case(case), page()).err(),
        ];
        let refused = opened.map(|error| error.map(|error| error.code()));
        let expected = if all.contains(&case) { None } else { Some("not_found") };
        assert_eq!(refused, [expected; 4], "one case, opened by itself");
    }
}

fn administrator(office: &Office, id: &str, host: Host) -> Desk {
    office.narrowed_by(host).desk(actor(id, Role::Administrator))
}

fn a_scope_of_types_governs_every_read(office: &Office) {
    let scene = scene(office);
    let narrowed =
        |types| administrator(office, "amara", Host::scope(Scope { types: Some(types), ..Scope::all() }));
    sees_only(&narrowed(types(office, "Support")), &scene, &[scene.support], 3);
    sees_only(&narrowed(types(office, "Enquiries")), &scene, &[scene.enquiry], 2);
    sees_only(&narrowed(types(office, "Bug report")), &scene, &[], 0);
    sees_only(&narrowed(Vec::new()), &scene, &[], 0);
    let support = narrowed(types(office, "Support"));
    let names: Vec<String> = support.case_types().unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["Support"]);
    let enquiries = types(office, "Enquiries")[0];
    assert_eq!(rejection(support.case_type("Enquiries")).code(), "not_found");
    assert_eq!(
        rejection(support.history(StreamId::CaseType(enquiries), PageRequest::first())).code(),
        "not_found"
    );
    let hidden = CasesQuery { case_type: Some("Enquiries".into()), ..CasesQuery::default() };
    assert_eq!(rejection(support.cases(&hidden, PageRequest::first())).fields()[0].field, "case_type");
    let changes = support.changes_since(None, 500).unwrap().changes;
    assert!(changes.iter().all(|change| change.stream != StreamId::CaseType(enquiries)));
}

fn a_scope_of_own_cases_governs_every_read(office: &Office) {
    let scene = scene(office);
    let own = || Host::scope(Scope { cases: ScopeCases::Own, ..Scope::all() });
    sees_only(&administrator(office, "ben", own()), &scene, &[scene.support, scene.enquiry], 5);
    sees_only(&administrator(office, "amara", own()), &scene, &[scene.support], 3);
    sees_only(&administrator(office, "mona", own()), &scene, &[], 0);
}

fn internal_notes_outside_the_scope_are_nowhere(office: &Office) {
    let scene = scene(office);
    let desk = administrator(office, "amara", Host::scope(Scope { internal_notes: false, ..Scope::all() }));
    sees_only(&desk, &scene, &[scene.support, scene.enquiry], 4);
    let page = PageRequest::first;
    let thread: Vec<NoteId> =
        desk.thread(scene.support, page()).unwrap().rows.iter().map(|note| note.id).collect();
    assert_eq!(thread, [scene.shown]);
    assert_eq!(rejection(desk.note_revisions(scene.internal)).code(), "not_found");
    assert_eq!(desk.search("secret", page()).unwrap().rows, []);
    let history = desk.history(StreamId::Case(scene.support), page()).unwrap().rows;
    assert!(history.iter().all(|entry| entry.note != Some(scene.internal)));
    assert!(history.iter().any(|entry| entry.note == Some(scene.shown)));
    let hidden = Rejection::not_found("note", scene.internal);
    for refused in [
        office.refused(|| desk.reply(scene.internal, "x").map(|_| ())),
        office.refused(|| desk.edit_note(scene.internal, "x").map(|_| ())),
        office.refused(|| desk.retract_note(scene.internal, None).map(|_| ())),
        office.refused(|| desk.set_note_visibility(scene.internal, Visibility::Customer).map(|_| ())),
    ] {
        assert_eq!(refused, hidden);
    }
}

fn a_note_that_is_shown_later_does_not_show_its_internal_past(office: &Office) {
    let scene = scene(office);
    let amara = office.agent();
    amara.edit_note(scene.internal, "secret, second").unwrap();
    amara.set_note_visibility(scene.internal, Visibility::Customer).unwrap();
    amara.edit_note(scene.internal, "for all").unwrap();
    let narrowed = Host::scope(Scope { internal_notes: false, ..Scope::all() });
    let outside = administrator(office, "olu", narrowed);
    let texts = |desk: &Desk| -> Vec<(u32, String)> {
        let revisions = desk.note_revisions(scene.internal).unwrap();
        revisions.into_iter().map(|one| (one.revision, one.text.unwrap())).collect()
    };
    assert_eq!(texts(&outside), [(2, "secret, second".into()), (3, "for all".into())]);
    assert_eq!(texts(&office.administrator()).len(), 3);
    let told = |desk: &Desk| -> Vec<String> {
        let history = desk.history(StreamId::Case(scene.support), PageRequest::first()).unwrap().rows;
        let about = history.into_iter().filter(|entry| entry.note == Some(scene.internal));
        about.map(|entry| entry.code).collect()
    };
    assert_eq!(told(&outside), ["note_visibility_changed", "note_edited"]);
    assert_eq!(told(&office.administrator()).len(), 4);
}

fn what_is_outside_the_scope_cannot_be_changed_either(office: &Office) {
    let scene = scene(office);
    let support = Scope { types: Some(types(office, "Support")), ..Scope::all() };
    let desk = administrator(office, "ben", Host::scope(support));
    let case = scene.enquiry;
    for refused in [
        office.refused(|| desk.edit_case(case, CaseEdit::new().title("x")).map(|_| ())),
        office.refused(|| desk.migrate_case(case).map(|_| ())),
        office.refused(|| desk.take_case(case).map(|_| ())),
        office.refused(|| desk.return_case(case, None).map(|_| ())),
        office.refused(|| desk.assign_case(case, "amara", None).map(|_| ())),
        office.refused(|| desk.take_over_case(case, None).map(|_| ())),
        office.refused(|| desk.add_note(case, "x").map(|_| ())),
    ] {
        assert_eq!(refused, Rejection::not_found("case", case));
    }
    let note = office.refused(|| desk.edit_note(scene.enquiry_note, "x"));
    assert_eq!(note, Rejection::not_found("note", scene.enquiry_note));
    let raised = office.refused(|| desk.raise_case(NewCase::new("Enquiries", "x")));
    let moved = office.refused(|| desk.edit_case(scene.support, CaseEdit::new().case_type("Enquiries")));
    for refused in [raised, moved] {
        assert_eq!(refused.to_string(), "`case type` names nothing that exists: choose one from the list");
    }
    desk.edit_case(scene.support, CaseEdit::new().title("Mine to change")).unwrap();
}

fn one_case_can_be_forbidden_action_by_action(office: &Office) {
    let scene = scene(office);
    let asked = Arc::new(Mutex::new(BTreeSet::new()));
    let (seen, hidden) = (Arc::clone(&asked), scene.support);
    let desk = administrator(
        office,
        "amara",
        Host::forbids(move |action, case| {
            seen.lock().unwrap().insert(action.to_owned());
            Ok(case.id == hidden)
        }),
    );
    let page = PageRequest::first;
    let (case, note) = (scene.support, scene.internal);
    let refused = [
        ("read_case", rejection(desk.case(case))),
        ("read_case", rejection(desk.find_case("1"))),
        ("read_thread", rejection(desk.thread(case, page()))),
        ("read_thread", rejection(desk.note_revisions(note))),
        ("read_history", rejection(desk.history(StreamId::Case(case), page()))),
        ("edit_case", office.refused(|| desk.edit_case(case, CaseEdit::new().title("x")))),
        ("migrate_case", office.refused(|| desk.migrate_case(case))),
        ("take_case", office.refused(|| desk.take_case(case))),
        ("return_case", office.refused(|| desk.return_case(case, None))),
        ("assign_case", office.refused(|| desk.assign_case(case, "ben", None))),
        ("take_over_case", office.refused(|| desk.take_over_case(case, None))),
        ("add_note", office.refused(|| desk.add_note(case, "x"))),
        ("reply", office.refused(|| desk.reply(note, "x"))),
        ("edit_note", office.refused(|| desk.edit_note(note, "x"))),
        ("retract_note", office.refused(|| desk.retract_note(note, None))),
        ("set_note_visibility", office.refused(|| desk.set_note_visibility(note, Visibility::Customer))),
    ];
    for (action, refused) in &refused {
        assert_eq!(*refused, Rejection::NotAllowedHere { action: (*action).to_owned() });
    }
    let actions: BTreeSet<String> = refused.iter().map(|(action, _)| (*action).to_owned()).collect();
    assert_eq!(*asked.lock().unwrap(), actions, "the host is asked by these words");
    desk.case(scene.enquiry).unwrap();
    desk.take_case(scene.enquiry).unwrap();
}

fn an_authorizer_that_fails_means_no(office: &Office) {
    let scene = scene(office);
    let page = PageRequest::first;
    let desk =
        administrator(office, "amara", Host { scope: Err(AuthorizerFailed), ..Host::scope(Scope::all()) });
    let no = Rejection::NotAllowedHere { action: "scope".into() };
    for refused in [
        rejection(desk.cases(&CasesQuery::default(), page())),
        rejection(desk.interactions(scene.customer, page())),
        rejection(desk.counts(CountBy::Stage, &CountsQuery::default())),
        rejection(desk.search("login", page())),
        rejection(desk.changes_since(None, 1)),
        rejection(desk.case(scene.support)),
        rejection(desk.thread(scene.support, page())),
        rejection(desk.history(StreamId::Case(scene.support), page())),
        rejection(desk.case_types()),
        rejection(desk.validate_case(&NewCase::new("Support", "x"))),
        rejection(desk.import(&[], |_| ())),
        office.refused(|| desk.raise_case(NewCase::new("Support", "x"))),
        office.refused(|| desk.edit_note(scene.internal, "x")),
    ] {
        assert_eq!(refused, no);
    }
    let desk = administrator(office, "amara", Host::forbids(|_, _| Err(AuthorizerFailed)));
    assert_eq!(rejection(desk.case(scene.support)), Rejection::NotAllowedHere { action: "read_case".into() });
    let refused = office.refused(|| desk.take_case(scene.enquiry));
    assert_eq!(refused, Rejection::NotAllowedHere { action: "take_case".into() });
}

fn an_authorizer_gives_nobody_a_permission(office: &Office) {
    let scene = scene(office);
    let kit = office.narrowed_by(Host::scope(Scope::all()));
    for desk in [kit.desk(Actor::new("nobody", "Nobody")), kit.desk(actor("ivo", Role::ItAdministrator))] {
        assert_eq!(rejection(desk.case(scene.support)).code(), "forbidden");
        assert_eq!(rejection(desk.cases(&CasesQuery::default(), PageRequest::first())).code(), "forbidden");
        assert_eq!(office.refused(|| desk.take_case(scene.enquiry)).code(), "forbidden");
    }
}
