//! People have names: on screens, in the history and on paper, and not in the package that goes to a customer.

use std::path::Path;
use std::sync::{Arc, Barrier};
use std::thread;

use casekit::{
    Actor, CaseEdit, CaseId, CaseKit, CasesQuery, CountBy, Desk, HistoryEntry, Language, NewCase, NewNote,
    NewRequest, OpenOptions, PageRequest, PersonName, Rejection, Role, Scope, SettingsEdit, StreamId,
    WebformTarget,
};

use crate::build::{Office, Scoped, actor, on_every_store, rejection};

on_every_store!(
    whoever_does_something_is_named_by_an_event_of_the_same_commit,
    a_name_is_an_event_only_when_it_differs,
    a_blank_name_and_a_name_that_is_the_id_change_nothing,
    a_name_that_breaks_a_rule_is_refused_by_name,
    of_many_commands_at_once_one_names_the_actor,
    a_directory_is_filled_ahead_and_corrected,
    a_directory_is_read_a_page_at_a_time,
    views_carry_the_id_and_the_name,
    the_history_says_who_by_name,
    a_customers_desk_names_staff_only_if_the_organisation_wants_that,
    a_live_list_is_delivered_again_with_a_new_name,
    an_approval_says_who_gave_it,
);

fn ada(office: &Office, name: &str) -> Desk {
    office.kit.desk(Actor::new("u-17", name).with_role(Role::Manager))
}

/// The codes of all events since a position, with the streams' kinds.
fn events_since(office: &Office, position: u64) -> Vec<String> {
    let desk = office.administrator();
    let all = desk.changes_since(None, 500).unwrap().changes;
    all.into_iter().skip(usize::try_from(position).unwrap()).map(|change| change.code).collect()
}

fn position(office: &Office) -> u64 {
    office.store.last_position().unwrap()
}

fn name_of(office: &Office, id: &str) -> Option<String> {
    office.administrator().person(id).ok().and_then(|person| person.name)
}

fn whoever_does_something_is_named_by_an_event_of_the_same_commit(office: &Office) {
    let before = position(office);
    let desk = ada(office, " Ada Obi ");
    let raised = desk.raise_case(NewCase::new("Support", "Cannot log in")).unwrap();
    assert_eq!(events_since(office, before), ["case_raised", "person_entered"]);
    assert_eq!(raised.revision, 1, "the receipt is that of the case");
    assert_eq!(name_of(office, "u-17").as_deref(), Some("Ada Obi"));
    // Reading is not doing, and neither is a command that changes nothing.
    let before = position(office);
    let reader = office.kit.desk(Actor::new("u-18", "Bea Ito").with_role(Role::Manager));
    reader.case(raised.id).unwrap();
    let nothing = reader.edit_case(raised.id, CaseEdit::new().title("Cannot log in")).unwrap();
    assert_eq!((nothing.events, position(office)), (0, before));
    assert_eq!(name_of(office, "u-18"), None);
    office.kit.check().unwrap();
}

fn a_name_is_an_event_only_when_it_differs(office: &Office) {
    let case = ada(office, "Ada Obi").raise_case(NewCase::new("Support", "One")).unwrap().id;
    let before = position(office);
    let desk = ada(office, "Ada Obi");
    let edit = CaseEdit::new().title("Two").description("Both in one command");
    assert_eq!(desk.edit_case(case, edit).unwrap().events, 2);
    assert_eq!(events_since(office, before), ["title_changed", "description_changed"]);
    let before = position(office);
    let married = ada(office, "Ada Lund");
    assert_eq!(married.take_case(case).unwrap().events, 2, "it is taken and moved; the name is not counted");
    let mut events = events_since(office, before);
    assert_eq!(events.pop().as_deref(), Some("person_renamed"));
    assert_eq!((events.len(), name_of(office, "u-17").as_deref()), (2, Some("Ada Lund")));
}

fn a_blank_name_and_a_name_that_is_the_id_change_nothing(office: &Office) {
    let case = ada(office, "Ada Obi").raise_case(NewCase::new("Support", "One")).unwrap().id;
    let before = position(office);
    for name in ["", "  ", "\u{200B}", "u-17"] {
        ada(office, name).add_note(case, "x").unwrap();
    }
    assert_eq!(events_since(office, before), ["note_added"; 4]);
    assert_eq!(name_of(office, "u-17").as_deref(), Some("Ada Obi"));
}

fn a_name_that_breaks_a_rule_is_refused_by_name(office: &Office) {
    for (name, code) in [("x".repeat(201), "too_long"), ("a\nb".into(), "control_character")] {
        let refused = office.refused(|| ada(office, &name).raise_case(NewCase::new("Support", "One")));
        let Rejection::Invalid { fields } = refused else { panic!("{refused:?}") };
        assert_eq!((fields[0].field.as_str(), fields[0].rule.code()), ("actor_name", code));
        assert!(!fields[0].to_string().contains(&name), "no name in an error");
    }
}

fn of_many_commands_at_once_one_names_the_actor(office: &Office) {
    const THREADS: usize = 8;
    let start = Barrier::new(THREADS);
    let before = position(office);
    thread::scope(|all| {
        for n in 0..THREADS {
            let (desk, start) = (ada(office, "Ada Obi"), &start);
            all.spawn(move || {
                start.wait();
                desk.raise_case(NewCase::new("Support", format!("Case {n}"))).unwrap();
            });
        }
    });
    let mut events = events_since(office, before);
    events.sort();
    let mut due = vec!["case_raised"; THREADS];
    due.push("person_entered");
    assert_eq!(events, due);
    office.kit.check().unwrap();
}

fn a_directory_is_filled_ahead_and_corrected(office: &Office) {
    let desk = office.manager();
    let named = |people: &[(&str, &str)]| {
        let people = people.iter().map(|(id, name)| PersonName::new(*id, *name)).collect();
        desk.name_people(people).unwrap().events
    };
    assert_eq!(named(&[("u-17", "Ada Obi"), ("u-18", "Bea Ito")]), 2);
    assert_eq!(named(&[("u-17", "Ada Obi"), ("u-18", "Bea Lund"), ("u-19", "Ada Obi")]), 2);
    let before = position(office);
    assert_eq!(named(&[("u-17", "Ada Obi")]), 0);
    assert_eq!(position(office), before, "nothing was written");
    let shown: Vec<_> = desk.people(PageRequest::first()).unwrap().rows;
    let shown: Vec<_> =
        shown.iter().map(|one| (one.id.as_str(), one.name.as_str(), one.name_shared)).collect();
    assert_eq!(shown, [("u-17", "Ada Obi", true), ("u-18", "Bea Lund", false), ("u-19", "Ada Obi", true)]);

    let entry = desk.person("u-18").unwrap();
    assert_eq!((entry.id.as_str(), entry.revision), ("u-18", 2));
    let history = desk.history(StreamId::Person(entry.entry), PageRequest::first()).unwrap().rows;
    let said: Vec<_> = history.iter().map(|one| (one.text.as_str(), one.changes[0].to.as_deref())).collect();
    assert_eq!(
        said,
        [
            ("entered Bea Lund in the directory of people", Some("Bea Ito")),
            ("changed the name in the directory of people", Some("Bea Lund")),
        ]
    );
    let german = desk.in_language(Language::shipped("de").unwrap());
    let history = german.history(StreamId::Person(entry.entry), PageRequest::first()).unwrap().rows;
    assert_eq!(history[0].text, "hat Bea Lund ins Personenverzeichnis aufgenommen");
    assert_eq!(rejection(desk.person("U-17")).code(), "not_found", "ids are compared as they are");
    assert_eq!(office.refused(|| office.agent().people(PageRequest::first())).code(), "forbidden");
}

fn a_directory_is_read_a_page_at_a_time(office: &Office) {
    let desk = office.manager();
    let people =
        |range: std::ops::Range<u32>| range.map(|n| PersonName::new(format!("@u.{n:03}"), "x")).collect();
    desk.name_people(people(0..500)).unwrap();
    desk.name_people(people(500..510)).unwrap();
    let (mut ids, mut next, mut pages) = (Vec::new(), Some(PageRequest::first().of(100)), 0);
    while let Some(request) = next {
        let page = desk.people(request).unwrap();
        next = page.next_request();
        ids.extend(page.rows.into_iter().map(|one| one.id));
        pages += 1;
    }
    let due: Vec<String> = (0..510).map(|n| format!("@u.{n:03}")).collect();
    assert_eq!((ids, pages), (due, 6));
    let other = PageRequest::after("customers.n.7");
    assert_eq!(rejection(desk.people(other)).code(), "invalid", "a cursor of another list");
}

fn views_carry_the_id_and_the_name(office: &Office) {
    let desk = ada(office, "Ada Obi");
    let case = desk.raise_case(NewCase::new("Support", "One")).unwrap().id;
    desk.take_case(case).unwrap();
    let note = desk.add_note(case, "Called.").unwrap().id;
    let named = |id: &str, name: &Option<String>| (id.to_owned(), name.clone());
    let due = || ("u-17".to_owned(), Some("Ada Obi".to_owned()));
    let reader = office.auditor();

    let view = reader.case(case).unwrap();
    let holder = view.holder.clone().unwrap();
    assert_eq!(named(&view.raised_by, &view.raised_by_name), due());
    assert_eq!(named(&holder.by, &holder.name), due());
    let row = |row: &casekit::CaseSummary| named(row.holder.as_deref().unwrap_or_default(), &row.holder_name);
    let rows = reader.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows;
    assert_eq!(row(&rows[0]), due());
    let found = reader.search("one", PageRequest::first()).unwrap().rows;
    assert_eq!(row(&found[0].case), due());
    let counted = reader.counts(CountBy::Holder, &CasesQuery::default()).unwrap();
    let held = counted.iter().find(|row| row.holder.is_some()).unwrap();
    assert_eq!(named(held.holder.as_deref().unwrap(), &held.holder_name), due());
    let notes = reader.thread(case, PageRequest::first()).unwrap().rows;
    assert_eq!(named(&notes[0].author, &notes[0].author_name), due());
    let revisions = reader.note_revisions(note).unwrap();
    assert_eq!(named(&revisions[0].by, &revisions[0].by_name), due());
    let summary = reader.summary(case).unwrap();
    assert_eq!(summary.case, view);
    assert_eq!(named(&summary.last_notes[0].author, &summary.last_notes[0].author_name), due());
    let then = reader.case_at(case, casekit::Moment::Revision(1)).unwrap().summary.case;
    assert_eq!(named(&then.raised_by, &then.raised_by_name), due());
    let thread = reader.thread_at(case, casekit::Moment::Revision(view.revision), PageRequest::first());
    assert_eq!(thread.unwrap().rows[0].author_name.as_deref(), Some("Ada Obi"));
    // Nobody named her: the id alone.
    let other = office.agent().raise_case(NewCase::new("Support", "Two")).unwrap().id;
    let other = reader.case(other).unwrap();
    assert_eq!(named(&other.raised_by, &other.raised_by_name), ("amara".to_owned(), None));
}

fn the_history_says_who_by_name(office: &Office) {
    let desk = ada(office, "Ada Obi");
    let manager = office.manager();
    manager
        .name_people(vec![PersonName::new("u-18", "Bea Ito"), PersonName::new("u-19", "Bea Ito")])
        .unwrap();
    let case = desk.raise_case(NewCase::new("Support", "One")).unwrap().id;
    desk.assign_case(case, "u-18", None).unwrap();
    desk.assign_case(case, "nobody-named", None).unwrap();
    let entries = manager.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
    let by = |code: &str| entries.iter().filter(|one| one.code == code).collect::<Vec<&HistoryEntry>>();
    let assigned = by("case_assigned");
    assert_eq!((assigned[0].actor.as_str(), assigned[0].actor_name.as_deref()), ("u-17", Some("Ada Obi")));
    assert!(assigned[0].text.contains("Bea Ito (u-18)"), "two have that name: {}", assigned[0].text);
    assert!(assigned[1].text.contains("nobody-named"), "{}", assigned[1].text);
    assert_eq!(assigned[1].changes[0].from.as_deref(), Some("Bea Ito (u-18)"));
}

fn a_customers_desk_names_staff_only_if_the_organisation_wants_that(office: &Office) {
    let desk = ada(office, "Ada Obi");
    let case = desk.raise_case(NewCase::new("Support", "One")).unwrap().id;
    desk.add_note(case, NewNote::for_customer("We look into it.")).unwrap();
    // A host that gives customers desks of their own.
    let portal = office.narrowed_by(Scoped(Scope { internal_notes: false, ..Scope::all() }));
    let joan = portal.desk(Actor::new("k-1", "Joan Clarke").with_role(Role::Agent));
    joan.add_note(case, NewNote::for_customer("Thank you.")).unwrap();
    let names = || -> Vec<Option<String>> {
        let notes = joan.thread(case, PageRequest::first()).unwrap().rows;
        notes.into_iter().map(|note| note.author_name).collect()
    };
    assert_eq!(names(), [None, Some("Joan Clarke".into())], "who reads knows their own name");
    assert_eq!(joan.case(case).unwrap().raised_by_name, None);
    office.administrator().change_settings(SettingsEdit::new().name_staff(true)).unwrap();
    assert_eq!(names(), [Some("Ada Obi".into()), Some("Joan Clarke".into())]);
    assert_eq!(joan.case(case).unwrap().raised_by_name.as_deref(), Some("Ada Obi"));
}

fn a_live_list_is_delivered_again_with_a_new_name(office: &Office) {
    let desk = ada(office, "Ada Obi");
    let case = desk.raise_case(NewCase::new("Support", "One")).unwrap().id;
    desk.take_case(case).unwrap();
    let live = office.auditor().live(|desk| desk.cases(&CasesQuery::default(), PageRequest::first()));
    assert_eq!(live.refresh().unwrap().unwrap().rows[0].holder_name.as_deref(), Some("Ada Obi"));
    office.manager().name_people(vec![PersonName::new("u-17", "Ada Lund")]).unwrap();
    assert_eq!(live.refresh().unwrap().unwrap().rows[0].holder_name.as_deref(), Some("Ada Lund"));
}

fn an_approval_says_who_gave_it(office: &Office) {
    let desk = office.kit.desk(Actor::new("u-20", "Petra Lind").with_role(Role::Approver));
    let case = desk.receive_request(NewRequest::new("WEB-1", "Joan Clarke")).unwrap().id.unwrap();
    desk.take_case(case).unwrap();
    desk.approve_identification(case, "video call", &[]).unwrap();
    let steps = office.auditor().summary(case).unwrap().steps;
    let approval = &steps[0].approvals[0];
    assert_eq!((approval.by.as_str(), approval.by_name.as_deref()), ("u-20", Some("Petra Lind")));
}

/// The manifest of a package that answers one request, with the staff named or not.
fn manifest(folder: &Path, name_staff: bool) -> String {
    let folder = folder.canonicalize().unwrap();
    let webform = folder.join("webform");
    std::fs::create_dir(&webform).unwrap();
    let kit = OpenOptions::new().allow_folder(&webform).open(folder.join("cases.db")).unwrap();
    let target = WebformTarget::Directory { path: webform.display().to_string() };
    let edit = SettingsEdit::new().webform(target).name_staff(name_staff);
    kit.desk(actor("ivo", Role::ItAdministrator)).change_settings(edit).unwrap();
    let petra = kit.desk(Actor::new("u-4711", "Petra Lind").with_role(Role::Approver));
    let case = petra.receive_request(NewRequest::new("WEB-1", "Joan Clarke")).unwrap().id.unwrap();
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "known", &[]).unwrap();
    petra.approve_no_data(case, Some("never a customer")).unwrap();
    petra.release(case).unwrap();
    let sent = std::fs::read_dir(&webform).unwrap().next().unwrap().unwrap().path();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(sent).unwrap()).unwrap();
    std::io::read_to_string(archive.by_name("manifest.json").unwrap()).unwrap()
}

#[test]
fn a_package_names_roles_and_staff_only_if_the_organisation_wants_that() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let roles = manifest(one.path(), false);
    assert!(roles.contains(r#""role": "approver""#), "{roles}");
    assert!(!roles.contains("u-4711") && !roles.contains("Petra"), "{roles}");
    let names = manifest(other.path(), true);
    assert!(names.contains(r#""by": "Petra Lind""#) && !names.contains("u-4711"), "{names}");
}

/// The overview as CSV, and how papers call people.
#[test]
fn papers_show_names_and_ids_where_a_name_tells_too_little() {
    let kit = CaseKit::in_memory().unwrap();
    let ada = kit.desk(Actor::new("u-17", "Ada Obi").with_role(Role::Manager));
    let case = |desk: &Desk, title: &str| -> CaseId {
        let id = desk.raise_case(NewCase::new("Support", title)).unwrap().id;
        desk.take_case(id).unwrap();
        id
    };
    case(&ada, "One");
    case(&kit.desk(Actor::new("u-18", "Bea Ito").with_role(Role::Agent)), "Two");
    case(&kit.desk(Actor::new("u-19", "Bea Ito").with_role(Role::Agent)), "Three");
    case(&kit.desk(actor("u-20", Role::Agent)), "Four");
    let mut csv = Vec::new();
    casekit::reports::overview_csv(&ada, &CasesQuery::default(), casekit::CsvForm::for_programs(), &mut csv)
        .unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let holders: Vec<(&str, &str)> = csv
        .lines()
        .map(|line| {
            let mut cells = line.rsplit(',').skip(4);
            let name = cells.next().unwrap();
            (cells.next().unwrap(), name)
        })
        .collect();
    assert_eq!(
        holders,
        [
            ("holder", "holder_name"),
            ("u-20", ""),
            ("u-19", "Bea Ito"),
            ("u-18", "Bea Ito"),
            ("u-17", "Ada Obi")
        ]
    );
    let ids = ["u-17", "u-18", "u-19", "u-20"].map(str::to_owned);
    let called: Vec<String> = ada.people_on_paper(ids).unwrap().into_values().collect();
    assert_eq!(called, ["Ada Obi", "Bea Ito (u-18)", "Bea Ito (u-19)", "u-20"]);
}

#[test]
fn a_name_that_another_process_gave_is_shown_and_not_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    let (here, there) = (CaseKit::open(&path).unwrap(), CaseKit::open(&path).unwrap());
    let manager = |kit: &CaseKit, name: &str| kit.desk(Actor::new("u-17", name).with_role(Role::Manager));
    let case = manager(&here, "Ada Obi").raise_case(NewCase::new("Support", "One")).unwrap().id;
    assert_eq!(manager(&there, "").case(case).unwrap().raised_by_name.as_deref(), Some("Ada Obi"));
    manager(&there, "Ada Obi").add_note(case, "x").unwrap();
    manager(&there, "Ada Lund").add_note(case, "x").unwrap();
    assert_eq!(manager(&here, "").case(case).unwrap().raised_by_name.as_deref(), Some("Ada Lund"));
    let barrier = Arc::new(Barrier::new(2));
    let race = [(here.clone(), "Ada A"), (there.clone(), "Ada B")].map(|(kit, name)| {
        let barrier = Arc::clone(&barrier);
        thread::spawn(move || {
            barrier.wait();
            manager(&kit, name).add_note(case, name).unwrap();
        })
    });
    race.into_iter().for_each(|one| one.join().unwrap());
    let entry = manager(&here, "").person("u-17").unwrap();
    assert_eq!(entry.revision, 4, "entered, renamed, and once by each of the two");
    here.check().unwrap();
}
