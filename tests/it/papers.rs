//! What is on paper: read back by poppler, as people read it.

use std::process::{Command, Stdio};

use casekit::export::pdf::{Fonts, PaperSize, Zone};
use casekit::reports::{Paper, case_pdf, customer_copy_pdf, overview_pdf};
use casekit::{
    Actor, CaseEdit, CaseId, CaseKit, CasesQuery, Desk, HeldBy, ImportCase, ImportItem, NewCase, NewCaseType,
    NewCustomer, NewNote, NewStage, OpenOptions, PageRequest, PersonName, Role, SettingsEdit, StageCategory,
    StreamId,
};

/// What a program of poppler's prints about a PDF; `None` without it.
fn read(pdf: &[u8], program: &str, before: &[&str], after: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, pdf).unwrap();
    let read = Command::new(program).args(before).arg(&path).args(after).stderr(Stdio::null()).output();
    let Ok(read) = read else {
        eprintln!("skipped: {program} (poppler-utils) is not here");
        return None;
    };
    assert!(read.status.success());
    Some(String::from_utf8(read.stdout).unwrap())
}

/// The text of a PDF with single spaces, so that it does not matter where lines end.
fn text_of(pdf: &[u8]) -> Option<String> {
    let text = read(pdf, "pdftotext", &[], &["-"])?;
    let text = text.replace(['\u{202a}', '\u{202b}', '\u{202c}'], "");
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn desk(kit: &CaseKit, id: &str, name: &str, role: Role) -> Desk {
    kit.desk(Actor::new(id, name).with_role(role))
}

fn manager(kit: &CaseKit) -> Desk {
    desk(kit, "u-1", "Mona Haddad", Role::Manager)
}

fn printed(desk: &Desk, case: CaseId) -> Vec<u8> {
    let mut out = Vec::new();
    case_pdf(desk, case, Fonts::bundled(), &mut out).unwrap();
    out
}

fn overview(desk: &Desk, query: &CasesQuery) -> Vec<u8> {
    let mut out = Vec::new();
    overview_pdf(desk, query, Fonts::bundled(), &mut out).unwrap();
    out
}

#[test]
fn a_printed_case_says_its_whole_title() {
    let kit = CaseKit::in_memory().unwrap();
    let title = "Wide MMMM WWWW ".repeat(13).trim().to_owned() + " end";
    assert_eq!(title.chars().count(), 198);
    let case = manager(&kit).raise_case(NewCase::new("Support", title.as_str())).unwrap().id;
    let Some(text) = text_of(&printed(&manager(&kit), case)) else { return };
    let head = text.split("Number").next().unwrap();
    assert!(head.contains(&title) && !head.contains('…'), "{head}");
}

#[test]
fn a_printed_history_says_who_did_what_for_whom_and_each_change_from_what_to_what() {
    let kit = CaseKit::in_memory().unwrap();
    let mona = manager(&kit);
    mona.name_people(vec![PersonName::new("u-2", "Ben Old"), PersonName::new("u-3", "Carla Boss")]).unwrap();
    let ada = mona.create_customer(NewCustomer::named("Ada Obi")).unwrap().id;
    let bo = mona.create_customer(NewCustomer::named("Bo Li")).unwrap().id;
    let old = NewCase::new("Support", "Old title").for_customer(bo);
    let item = ImportCase::new(old, "2026-03-01T09:15:00Z".parse().unwrap(), "u-2").with_reference("OLD-1");
    mona.import(&[ImportItem::Case(item)]).unwrap();
    let case = mona.find_case("OLD-1").unwrap().id;
    let deputy = kit.desk(Actor::new("u-4", "Dan Deputy").with_role(Role::Manager).on_behalf_of("u-3"));
    deputy.edit_case(case, CaseEdit::new().title("New title").customer(ada)).unwrap();
    let long = "line of a long description\n".repeat(200);
    deputy.edit_case(case, CaseEdit::new().description(format!("{long}its end"))).unwrap();
    let note = deputy.add_note(case, "First words").unwrap().id;
    deputy.edit_note(note, "Second words").unwrap();
    deputy.add_note(case, "Said once").unwrap();
    let Some(text) = text_of(&printed(&mona, case)) else { return };
    for expected in [
        "Dan Deputy for Carla Boss",
        "Ben Old imported by Mona Haddad",
        "title: from “Old title” to “New title”",
        "customer: from “Bo Li” to “Ada Obi”",
        "text: from “First words” to “Second words”",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    assert!(!text.contains("u-2") && !text.contains(&ada.to_string()), "{text}");
    // The whole description stands as it is, and in the history.
    assert_eq!(text.matches("line of a long description").count(), 400);
    assert_eq!(text.matches("its end").count(), 2);
    // What the thread shows as it was written is not there twice.
    assert_eq!(text.matches("Said once").count(), 1);
}

#[test]
fn a_paper_for_the_customer_has_nothing_internal() {
    let kit = CaseKit::in_memory().unwrap();
    let mona = manager(&kit);
    let stages = vec![
        NewStage::new("Waiting for lawyers", StageCategory::Open).shown_as("We look into it"),
        NewStage::new("Done", StageCategory::Closed),
    ];
    mona.create_case_type(NewCaseType::new("Complaint").with_stages(stages)).unwrap();
    let ada = mona.create_customer(NewCustomer::named("Ada Obi")).unwrap().id;
    let new = NewCase::new("Complaint", "The lamp").for_customer(ada).described("It flickers.");
    let case = mona.raise_case(new).unwrap().id;
    mona.take_case(case).unwrap();
    mona.add_note(case, "She always complains").unwrap();
    let note = mona.add_note(case, NewNote::for_customer("We send somebody")).unwrap().id;
    mona.edit_note(note, "We send somebody on Monday").unwrap();
    let mut out = Vec::new();
    let made = customer_copy_pdf(&mona, case, Fonts::bundled(), &mut out).unwrap();
    assert_eq!((made.pages, made.rows), (1, 1));
    let Some(text) = text_of(&out) else { return };
    for expected in [
        "The lamp",
        "It flickers.",
        "Ada Obi",
        "We look into it",
        "We send somebody on Monday",
        "staff",
        "edited",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    for internal in ["always complains", "lawyers", "u-1", "Mona", "History", "took the case", "internal"] {
        assert!(!text.contains(internal), "{internal} is in {text}");
    }
    assert!(text.contains("Generated on 20"), "{text}");
    // The organisation may name staff to customers.
    desk(&kit, "u-9", "Ivo", Role::ItAdministrator)
        .change_settings(SettingsEdit::new().name_staff(true))
        .unwrap();
    let mut out = Vec::new();
    customer_copy_pdf(&mona, case, Fonts::bundled(), &mut out).unwrap();
    assert!(text_of(&out).unwrap().contains("Mona Haddad"));
}

#[test]
fn the_ledger_says_that_a_paper_for_the_customer_was_made() {
    let kit = CaseKit::in_memory().unwrap();
    let mona = manager(&kit);
    let case = mona.raise_case(NewCase::new("Support", "Lamp")).unwrap().id;
    customer_copy_pdf(&mona, case, Fonts::bundled(), &mut Vec::new()).unwrap();
    let audra = desk(&kit, "u-8", "Audra", Role::Auditor);
    let ledger = audra.history(casekit::StreamId::Ledger, casekit::PageRequest::first()).unwrap().rows;
    let said = ledger.last().unwrap();
    assert!(said.text.starts_with("exported the case for the customer as pdf, 1 row"), "{}", said.text);
}

#[test]
fn an_overview_of_one_customer_or_holder_names_them() {
    let kit = CaseKit::in_memory().unwrap();
    let mona = manager(&kit);
    let ada = mona.create_customer(NewCustomer::named("Ada Obi")).unwrap().id;
    let query = CasesQuery { customer: Some(ada), holder: Some(HeldBy::Me), ..CasesQuery::default() };
    mona.raise_case(NewCase::new("Support", "Lamp")).unwrap();
    let Some(text) = text_of(&overview(&mona, &query)) else { return };
    assert!(text.contains("held by Mona Haddad, of customer Ada Obi"), "{text}");
    assert!(!text.contains(&ada.to_string()), "{text}");
}

#[test]
fn the_time_of_printing_stands_on_every_page_however_long_a_name_is() {
    let kit = CaseKit::in_memory().unwrap();
    let ivo = desk(&kit, "u-9", "Ivo", Role::ItAdministrator);
    let long = |word: &str| word.repeat(20).trim().chars().take(190).collect::<String>();
    ivo.change_settings(SettingsEdit::new().organisation(long("Stadtwerke Musterstadt "))).unwrap();
    let mona = manager(&kit);
    for n in 0..60 {
        mona.raise_case(NewCase::new("Support", format!("Case {n}"))).unwrap();
    }
    let writer = kit.desk(Actor::new("u-5", long("Dr. Maximiliane von ")).with_role(Role::Manager));
    let pdf = overview(&writer, &CasesQuery::default());
    let Some(text) = read(&pdf, "pdftotext", &[], &["-"]) else { return };
    let pages: Vec<String> = text
        .split_terminator('\u{c}')
        .map(|page| page.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert!(pages.len() > 1);
    for page in &pages {
        let said = page.split("Generated by Dr. Maximiliane").nth(1).unwrap_or_default();
        let time = said.split(" on 20").nth(1).unwrap_or_default();
        assert!(time.contains("UTC"), "{page}");
    }
    // Somebody without a name is called by the id.
    let nobody = kit.desk(Actor::new("u-6", " ").with_role(Role::Manager));
    let text = text_of(&overview(&nobody, &CasesQuery::default())).unwrap();
    assert!(text.contains("Generated by u-6 on 20"), "{text}");
}

#[test]
fn a_paper_has_a_time_zone_and_says_it() {
    let kit = CaseKit::in_memory().unwrap();
    let mona = manager(&kit);
    let at = "2026-07-01T22:15:00Z".parse().unwrap();
    let item = ImportCase::new(NewCase::new("Support", "Lamp"), at, "u-2").with_reference("OLD-1");
    mona.import(&[ImportItem::Case(item)]).unwrap();
    let case = mona.find_case("OLD-1").unwrap().id;
    let paper = Paper::new(Fonts::bundled()).in_zone(Zone::named("Europe/Berlin").unwrap());
    let made = |language: &str, paper: &Paper| {
        let desk = mona.in_language(casekit::Language::shipped(language).unwrap());
        let (mut one, mut all) = (Vec::new(), Vec::new());
        case_pdf(&desk, case, paper, &mut one).unwrap();
        overview_pdf(&desk, &CasesQuery::default(), paper, &mut all).unwrap();
        Some([text_of(&one)?, text_of(&all)?])
    };
    let Some(german) = made("de", &paper) else { return };
    for text in &german {
        let text = text.replace("/ ", "/");
        assert!(text.contains("02.07.2026 00:15") && text.contains("(Europe/Berlin)"), "{text}");
    }
    let english = made("en", &Paper::new(Fonts::bundled())).unwrap();
    for text in &english {
        assert!(text.contains("2026-07-01 22:15") && text.contains("(UTC)"), "{text}");
    }
}

#[test]
fn the_history_on_a_paper_tells_instants_by_the_clocks_of_the_paper() {
    let zone = |name| Zone::named(name).unwrap();
    let kit = OpenOptions::new().time_zone(zone("Europe/Berlin")).open(":memory:").unwrap();
    let mona = manager(&kit);
    let case = mona.raise_case(NewCase::new("Support", "Lamp")).unwrap().id;
    mona.follow_up(case, Some("2036-07-01T22:15:00Z".parse().unwrap()), None).unwrap();
    let said = |desk: &casekit::Desk, paper: &Paper| {
        let (mut bytes, history) =
            (Vec::new(), desk.history(StreamId::Case(case), PageRequest::first()).unwrap());
        case_pdf(desk, case, paper, &mut bytes).unwrap();
        Some((history.rows.last().unwrap().text.clone(), text_of(&bytes)?))
    };
    let paper = Paper::new(Fonts::bundled());
    let Some((history, page)) = said(&mona, &paper) else { return };
    assert!(history.contains("2036-07-02 00:15"), "{history}");
    assert!(page.contains("2036-07-02 00:15") && !page.contains("22:15"), "{page}");
    // A language that was given no zone keeps that of the kit, and a paper can have another.
    let german = mona.in_language(casekit::Language::shipped("de").unwrap());
    let (history, page) = said(&german, &paper.in_zone(zone("Asia/Tokyo"))).unwrap();
    assert!(history.contains("02.07.2036 00:15"), "{history}");
    assert!(page.contains("02.07.2036 07:15") && !page.contains("00:15"), "{page}");
}

#[test]
fn a_paper_has_the_size_that_was_asked_for() {
    let kit = CaseKit::in_memory().unwrap();
    let mona = manager(&kit);
    let case = mona.raise_case(NewCase::new("Support", "Lamp")).unwrap().id;
    let size_of = |size: PaperSize| {
        let mut out = Vec::new();
        case_pdf(&mona, case, Paper::new(Fonts::bundled()).of_size(size), &mut out).unwrap();
        read(&out, "pdfinfo", &[], &[])
    };
    let Some(letter) = size_of(PaperSize::Letter) else { return };
    assert!(letter.contains("pts (letter)"), "{letter}");
    assert!(size_of(PaperSize::A4).unwrap().contains("pts (A4)"));
}

#[test]
fn what_no_font_has_is_told_by_script() {
    let kit = CaseKit::in_memory().unwrap();
    let mona = manager(&kit);
    mona.raise_case(NewCase::new("Support", "שלום 日本 → Lamp")).unwrap();
    let printed = overview_pdf(&mona, &CasesQuery::default(), Fonts::bundled(), &mut Vec::new()).unwrap();
    let missing: Vec<_> =
        printed.missing.iter().map(|one| (one.script.as_str(), one.sample.as_str())).collect();
    assert_eq!(missing, [("Common", "→"), ("Han", "日本"), ("Hebrew", "שלום")]);
}

/// Which customer an actor is, for a portal.
struct Portal(casekit::CustomerId);

impl casekit::Authorizer for Portal {
    fn scope(&self, actor: &Actor) -> Result<casekit::Scope, casekit::AuthorizerFailed> {
        match actor.id.as_str() {
            "k-1" => Ok(casekit::Scope::of_customer(self.0)),
            "k-2" => Err(casekit::AuthorizerFailed),
            _ => Ok(casekit::Scope::all()),
        }
    }

    fn forbids(
        &self,
        _: &Actor,
        _: &str,
        _: &casekit::casekit_core::model::Case,
        _: Option<&casekit::casekit_core::model::StageId>,
    ) -> Result<bool, casekit::AuthorizerFailed> {
        Ok(false)
    }
}

#[test]
fn a_paper_for_the_customer_says_which_messages_are_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.db");
    let kit = CaseKit::open(&file).unwrap();
    let mona = manager(&kit);
    let ada = mona.create_customer(NewCustomer::named("Ada Obi")).unwrap().id;
    let case = mona.raise_case(NewCase::new("Support", "Lamp").for_customer(ada)).unwrap().id;
    mona.add_note(case, NewNote::for_customer("From the office")).unwrap();
    desk(&kit, "k-1", "Ada at home", Role::Agent).add_note(case, NewNote::for_customer("From me")).unwrap();
    desk(&kit, "k-2", "Somebody", Role::Agent).add_note(case, NewNote::for_customer("From whom")).unwrap();
    drop((mona, kit));
    let kit = OpenOptions::new().authorizer(Portal(ada)).open(&file).unwrap();
    let copy = manager(&kit).customer_copy(case).unwrap();
    let said: Vec<_> =
        copy.notes.iter().map(|note| (note.author.as_deref(), note.text.as_deref().unwrap())).collect();
    let expected = [(Some("staff"), "From the office"), (Some("Ada Obi"), "From me"), (None, "From whom")];
    assert_eq!(said, expected);
}

#[test]
fn tags_stand_below_the_title_in_small_print() {
    let kit = CaseKit::in_memory().unwrap();
    let mona = manager(&kit);
    let tagged = |title: &str, tags: &[&str]| {
        let new = tags.iter().fold(NewCase::new("Support", title), |new, tag| new.with_tag(*tag));
        mona.raise_case(new.with_priority(casekit::Priority::Urgent)).unwrap();
    };
    tagged("Water in the cellar", &["Roof", "Storm damage"]);
    tagged("العداد لا يعمل منذ أسبوع", &["عاجل", "Zähler"]);
    tagged("Many", &["Aaaaaaaaaaaaaaaaaaaa one", "Bbbbbbbbbbbbbbbbbbbb two", "Cccccccccccccccccccc three"]);
    tagged("None", &[]);
    let Some(text) = text_of(&overview(&mona, &CasesQuery::default())) else { return };
    let text = text.replace(['\u{2068}', '\u{2069}'], "");
    assert!(text.contains("Title and tags"), "{text}");
    for tag in ["Roof, Storm", "damage", "عاجل", "Zähler", "Aaaa"] {
        assert!(text.contains(tag), "{tag} is not in {text}");
    }
    let german = mona.in_language(casekit::language::Language::shipped("de").unwrap());
    let german = text_of(&overview(&german, &CasesQuery::default())).unwrap();
    assert!(german.contains("Titel und") && german.contains("Schlagwörter"), "{german}");
}
