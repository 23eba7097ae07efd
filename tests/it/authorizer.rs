//! The host's own say: it can only narrow, and what it hides is as if it were not there.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use casekit::casekit_core::model::{Case, StageId};
use casekit::{
    Actor, Authorizer, AuthorizerFailed, CaseEdit, CaseId, CaseTypeId, CasesQuery, CountBy, CustomerId, Desk,
    ImportCase, ImportItem, NewCase, NewNote, NewRequest, NoteId, OpenOptions, PageRequest, Permission,
    Rejection, Role, Scope, ScopeCases, StreamId, Visibility,
};

use crate::build::{Office, actor, at, on_every_store, rejection};
use crate::meddled::Meddled;

on_every_store!(
    a_scope_of_types_governs_every_read,
    a_scope_of_own_cases_governs_every_read,
    internal_notes_outside_the_scope_are_nowhere,
    a_note_that_is_shown_later_does_not_show_its_internal_past,
    what_is_outside_the_scope_cannot_be_changed_either,
    one_case_can_be_forbidden_action_by_action,
    an_authorizer_that_fails_means_no,
    an_authorizer_gives_nobody_a_permission,
    an_authorizer_is_asked_about_cases_that_are_raised_and_told_the_stage_of_a_move,
    internal_notes_are_not_told_by_what_belongs_to_their_case,
    a_history_is_of_one_moment,
    the_revisions_of_a_note_are_for_its_author_and_for_who_may_audit,
    a_request_that_is_known_tells_nothing_of_a_case_outside_the_scope,
);

/// Says the same scope to everyone, and forbids what the test names.
struct Host {
    scope: Result<Scope, AuthorizerFailed>,
    forbids: Box<Forbids>,
}

type Forbids = dyn Fn(&str, &Case, Option<&StageId>) -> Result<bool, AuthorizerFailed> + Send + Sync;

impl Host {
    fn scope(scope: Scope) -> Self {
        Self { scope: Ok(scope), forbids: Box::new(|_, _, _| Ok(false)) }
    }

    fn forbids(
        forbids: impl Fn(&str, &Case, Option<&StageId>) -> Result<bool, AuthorizerFailed> + Send + Sync + 'static,
    ) -> Self {
        Self { scope: Ok(Scope::all()), forbids: Box::new(forbids) }
    }
}

impl Authorizer for Host {
    fn scope(&self, _actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        self.scope.clone()
    }

    fn forbids(
        &self,
        _actor: &Actor,
        action: &str,
        case: &Case,
        to: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        (self.forbids)(action, case, to)
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
        let counted: u64 = desk.counts(by, &CasesQuery::default()).unwrap().iter().map(|row| row.count).sum();
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
    let hidden = CasesQuery { case_types: vec!["Enquiries".into()], ..CasesQuery::default() };
    assert_eq!(rejection(support.cases(&hidden, PageRequest::first())).fields()[0].field, "case_types");
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
        assert_eq!(refused.to_string(), "`case type` names nothing that exists: choose `Support`");
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
        Host::forbids(move |action, case, _to| {
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
        rejection(desk.counts(CountBy::Stage, &CasesQuery::default())),
        rejection(desk.search("login", page())),
        rejection(desk.changes_since(None, 1)),
        rejection(desk.case(scene.support)),
        rejection(desk.thread(scene.support, page())),
        rejection(desk.history(StreamId::Case(scene.support), page())),
        rejection(desk.case_types()),
        rejection(desk.validate_case(&NewCase::new("Support", "x"))),
        rejection(desk.import(&[])),
        office.refused(|| desk.raise_case(NewCase::new("Support", "x"))),
        office.refused(|| desk.edit_note(scene.internal, "x")),
    ] {
        assert_eq!(refused, no);
    }
    let desk = administrator(office, "amara", Host::forbids(|_, _, _| Err(AuthorizerFailed)));
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

fn an_authorizer_is_asked_about_cases_that_are_raised_and_told_the_stage_of_a_move(office: &Office) {
    let scene = scene(office);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let no_closing = move |action: &str, case: &Case, to: Option<&StageId>| {
        let to = to.map(ToString::to_string);
        seen.lock().unwrap().push((action.to_owned(), case.stage.to_string(), to.clone()));
        Ok(to.is_some_and(|to| to == "closed"))
    };
    let desk = administrator(office, "amara", Host::forbids(no_closing));
    let last = || asked.lock().unwrap().last().cloned().unwrap();
    let told = |action: &str, from: &str, to: &str| (action.to_owned(), from.to_owned(), Some(to.to_owned()));
    let no = |action: &str| Rejection::NotAllowedHere { action: action.into() };

    desk.raise_case(NewCase::new("Support", "x")).unwrap();
    assert_eq!(last(), told("raise_case", "open", "open"));
    let closed = || NewCase::new("Support", "x").in_stage("Closed");
    assert_eq!(office.refused(|| desk.raise_case(closed())), no("raise_case"));
    desk.receive_request(NewRequest::new("WEB-1", "Ada")).unwrap();
    assert_eq!(last(), told("receive_request", "open", "open"));
    let imported = |case| ImportItem::Case(ImportCase::new(case, at(0), "ben"));
    let report = desk.import(&[imported(closed()), imported(NewCase::new("Support", "y"))]).unwrap();
    assert_eq!(report.refused().collect::<Vec<_>>(), [(0, &no("import"))]);

    let close = || desk.edit_case(scene.support, CaseEdit::new().stage("Closed"));
    assert_eq!(office.refused(close), no("edit_case"));
    assert_eq!(last(), told("edit_case", "in_progress", "closed"));
    desk.edit_case(scene.support, CaseEdit::new().stage("Resolved")).unwrap();
    desk.take_case(scene.enquiry).unwrap();
    assert_eq!(last(), told("take_case", "open", "in_progress"), "a move that comes with taking it");
    desk.edit_case(scene.support, CaseEdit::new().title("x")).unwrap();
    assert_eq!(last(), ("edit_case".to_owned(), "resolved".to_owned(), None));
}

fn internal_notes_are_not_told_by_what_belongs_to_their_case(office: &Office) {
    let scene = scene(office);
    let desk = administrator(office, "olu", Host::scope(Scope { internal_notes: false, ..Scope::all() }));
    assert_eq!(desk.case(scene.support).unwrap().notes, None);
    assert_eq!(desk.summary(scene.support).unwrap().case.notes, None);
    assert_eq!(office.administrator().case(scene.support).unwrap().notes, Some(2));
    let notes = |desk: &Desk| {
        let changes = desk.changes_since(None, 500).unwrap().changes;
        changes.into_iter().filter(|change| change.code == "note_added").count()
    };
    assert_eq!((notes(&desk), notes(&office.administrator())), (2, 3));
    // Nor by an actor who may read no notes at all, whatever the scope is.
    let only_cases = office.kit.desk(Actor::new("rita", "Rita").with_permission(Permission::ReadCases));
    assert_eq!((only_cases.case(scene.support).unwrap().notes, notes(&only_cases)), (None, 0));
    let cursor = desk.changes_since(None, 500).unwrap().cursor;
    office.agent().add_note(scene.support, "between us").unwrap();
    let changes = desk.changes_since(Some(&cursor), 500).unwrap();
    assert!(changes.changes.is_empty() && changes.cursor != cursor, "the cursor goes on all the same");
}

fn a_history_is_of_one_moment(office: &Office) {
    let scene = scene(office);
    let amara = office.agent();
    amara.set_note_visibility(scene.shown, Visibility::Internal).unwrap();
    let narrowed = Scope { internal_notes: false, ..Scope::all() };
    // Shown to the customer again between the first read and the second. Opening the kit reads too, and does not count.
    let reads = Arc::new(Mutex::new(100));
    let (meddling, counted) = (office.agent(), Arc::clone(&reads));
    let store = Meddled::new(Arc::clone(&office.store), move || {
        *counted.lock().unwrap() += 1;
        if *counted.lock().unwrap() == 2 {
            meddling.set_note_visibility(scene.shown, Visibility::Customer).unwrap();
        }
    });
    let kit = OpenOptions::new().authorizer(Host::scope(narrowed)).with_store(Arc::new(store)).unwrap();
    let desk = kit.desk(actor("olu", Role::Administrator));
    *reads.lock().unwrap() = 0;
    let told = |desk: &Desk| {
        let entries = desk.history(StreamId::Case(scene.support), PageRequest::first()).unwrap().rows;
        let of_note = entries.into_iter().filter(|entry| entry.note == Some(scene.shown));
        of_note.map(|entry| entry.code).collect::<Vec<_>>()
    };
    let between = told(&desk);
    assert_eq!(
        *reads.lock().unwrap(),
        5,
        "somebody wrote between two reads, both were made again, and names come last"
    );
    assert_eq!(between, told(&desk), "all of it is of the later moment");
    assert_eq!(between.len(), 2, "{between:?}");
}

fn the_revisions_of_a_note_are_for_its_author_and_for_who_may_audit(office: &Office) {
    let scene = scene(office);
    let amara = office.agent();
    amara.edit_note(scene.internal, "Login secret, again").unwrap();
    amara.set_note_visibility(scene.internal, Visibility::Customer).unwrap();
    let texts = |desk: &Desk| {
        let revisions = desk.note_revisions(scene.internal).unwrap();
        revisions.into_iter().map(|one| one.text).collect::<Vec<_>>()
    };
    let (first, second) = (Some("Login secret".to_owned()), Some("Login secret, again".to_owned()));
    for entitled in [&amara, &office.manager(), &office.auditor()] {
        assert_eq!(texts(entitled), [first.clone(), second.clone()]);
    }
    assert_eq!(
        texts(&office.other_agent()),
        std::slice::from_ref(&second),
        "its internal past is not for a colleague"
    );
    amara.retract_note(scene.internal, None).unwrap();
    assert_eq!(texts(&office.other_agent()), [None], "and neither is a text that was retracted");
    assert_eq!(texts(&office.auditor()), [first, second, None]);
}

fn a_request_that_is_known_tells_nothing_of_a_case_outside_the_scope(office: &Office) {
    let request = || NewRequest::new("WEB-1", "Ada Obi");
    let first = office.administrator().receive_request(request()).unwrap();
    let own = || Scope { cases: ScopeCases::Own, ..Scope::all() };
    let hidden = [
        administrator(office, "webform", Host::scope(own())),
        administrator(
            office,
            "webform",
            Host::forbids(|action, _, to| Ok(action == "receive_request" && to.is_none())),
        ),
    ];
    for desk in hidden {
        let again = desk.receive_request(request()).unwrap();
        assert_eq!((again.id, again.number, again.revision, again.replayed), (None, None, None, true));
    }
    let failing = administrator(office, "webform", Host::forbids(|_, _, _| Err(AuthorizerFailed)));
    assert_eq!(rejection(failing.receive_request(request())).code(), "not_allowed_here");
    let seen = office.administrator().receive_request(request()).unwrap();
    assert_eq!((seen.id, seen.number, seen.replayed), (first.id, first.number, true));
    // What they hand in themselves they may see.
    let other =
        administrator(office, "webform", Host::scope(own())).receive_request(NewRequest::new("WEB-1", "Bob"));
    let other = other.unwrap();
    assert!(other.id.is_some() && other.reference_shared && !other.replayed);
}
