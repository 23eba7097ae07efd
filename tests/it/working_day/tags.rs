//! Tags: words by which people group cases, made as they are used, renamed and merged later.

use std::ops::ControlFlow;
use std::thread;

use casekit::{
    CaseEdit, CaseId, CaseTypeEdit, CasesQuery, CountBy, Desk, Error, FieldRule, ImportCase, ImportItem,
    ImportOptions, Language, Moment, NewCase, NewTeam, PageRequest, Permission, Rejection, Role, Scope,
    ScopeCases, StreamId, TagId, TagsEdit,
};

use crate::build::{Office, Scoped, actor, all_pages, at, on_every_store};

on_every_store!(
    a_case_is_tagged_by_names_that_are_folded,
    a_case_is_raised_and_imported_with_tags,
    a_case_as_of_a_revision_has_its_team_its_deadline_and_its_tags_by_name,
    tags_are_listed_with_the_cases_that_the_actor_sees,
    a_list_has_the_cases_with_all_of_the_given_tags,
    a_tag_is_renamed_on_every_case_by_one_event,
    merged_tags_are_one_wherever_they_are_seen,
    what_was_merged_gives_its_name_to_what_it_was_merged_into,
    two_who_make_the_same_tag_at_once_agree,
    what_is_wrong_with_tags_is_said_and_changes_nothing,
    a_customer_is_told_nothing_of_tags,
    history_says_tags_by_name_in_both_languages,
);

fn tagged(desk: &Desk, title: &str, tags: &[&str]) -> CaseId {
    let new = tags.iter().fold(NewCase::new("Support", title), |new, tag| new.with_tag(*tag));
    desk.raise_case(new).unwrap().id
}

fn with(tags: &[&str]) -> CasesQuery {
    CasesQuery { tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), ..CasesQuery::default() }
}

fn titles(desk: &Desk, query: &CasesQuery) -> Vec<String> {
    all_pages(2, |page| desk.cases(query, page)).into_iter().map(|row| row.title).collect()
}

fn counted(desk: &Desk) -> Vec<(String, u64)> {
    desk.tags().unwrap().into_iter().map(|tag| (tag.name, tag.count)).collect()
}

fn some(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn tag(desk: &Desk, name: &str) -> TagId {
    desk.tags().unwrap().into_iter().find(|tag| tag.name == name).unwrap().id
}

fn rules(refused: Result<impl std::fmt::Debug, Error>) -> Vec<(String, FieldRule)> {
    let Err(Error::Rejected(Rejection::Invalid { fields })) = refused else { panic!("{refused:?}") };
    fields.into_iter().map(|field| (field.field, field.rule)).collect()
}

fn why(refused: Result<impl std::fmt::Debug, Error>) -> (String, String) {
    match rules(refused).remove(0) {
        (field, FieldRule::DoesNotFit { why }) => (field, why),
        other => panic!("{other:?}"),
    }
}

fn a_case_is_tagged_by_names_that_are_folded(office: &Office) {
    let amara = office.agent();
    let case = office.case("Leak").id;
    assert!(amara.case(case).unwrap().tags.is_empty());
    let changed = amara.tag_case(case, TagsEdit::new().with("Straße").with("Dach").with(" dach ")).unwrap();
    assert_eq!(
        (changed.revision, changed.events),
        (2, 3),
        "one of the case, and one for each tag that is made"
    );
    assert_eq!(amara.case(case).unwrap().tags, ["Dach", "Straße"], "in the order of their names");
    for known in ["STRASSE", "ｄａｃｈ", "Straße"] {
        let again = amara.tag_case(case, TagsEdit::new().with(known)).unwrap();
        assert_eq!((again.revision, again.events), (2, 0), "{known} is there");
    }
    let other = office.case("Gutter").id;
    assert_eq!(amara.tag_case(other, TagsEdit::new().with("DACH")).unwrap().events, 1);
    assert_eq!(amara.case(other).unwrap().tags, ["Dach"], "the first spelling is shown");
    let row = amara.cases(&with(&["dach"]), PageRequest::first()).unwrap().rows.remove(1);
    assert_eq!((row.id, row.tags.as_deref()), (case, Some(r#"["Dach","Straße"]"#)));

    let swapped = TagsEdit::new().without("STRASSE").with("Keller");
    assert_eq!(amara.tag_case(case, swapped).unwrap().events, 2);
    assert_eq!(amara.case(case).unwrap().tags, ["Dach", "Keller"]);
    let gone = amara.tag_case(case, TagsEdit::new().without("Straße")).unwrap();
    assert_eq!(gone.events, 0, "it has it no more");
    assert_eq!(counted(&amara), some(&[("Dach", 2), ("Keller", 1), ("Straße", 0)]));
    let seen = amara.seen(1).tag_case(case, TagsEdit::new().with("Late")).unwrap_err();
    assert!(matches!(seen, Error::Rejected(Rejection::Conflict { seen: 1, now: 3 })), "{seen:?}");
    office.administrator().verify_stream(StreamId::Case(case)).unwrap();
    office.administrator().verify_stream(StreamId::Tag(tag(&amara, "Dach"))).unwrap();
}

fn a_case_is_raised_and_imported_with_tags(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let case = tagged(&amara, "Leak", &["Roof", "Urgent repair"]);
    let view = amara.case(case).unwrap();
    assert_eq!(
        (view.tags, view.number.as_str()),
        (vec!["Roof".to_owned(), "Urgent repair".to_owned()], "C-000001")
    );
    let import = |reference: &str, tags: &[&str]| {
        let new = tags.iter().fold(NewCase::new("Support", reference), |new, tag| new.with_tag(*tag));
        ImportItem::Case(ImportCase {
            reference: Some(reference.to_owned()),
            case: new,
            customer_reference: None,
            at: at(0),
            by: "olga".into(),
            request: None,
            changes: Vec::new(),
        })
    };
    let items = [import("one", &["ROOF", "Old"]), import("two", &["old"]), import("three", &[])];
    let options = ImportOptions { dry_run: true, ..ImportOptions::default() };
    let dry = mona.import_with(&items, &options, &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(dry.results.iter().all(|result| result.rejection.is_none()), "{dry:?}");
    assert_eq!(counted(&amara), some(&[("Roof", 1), ("Urgent repair", 1)]), "nothing is written");
    let report = mona.import(&items).unwrap();
    assert!(report.results.iter().all(|result| result.case.is_some()), "{report:?}");
    assert_eq!(counted(&amara), some(&[("Old", 2), ("Roof", 2), ("Urgent repair", 1)]));
    assert_eq!(titles(&amara, &with(&["old"])), ["two", "one"]);
    let unsaid = amara.raise_case(NewCase::new("Support", "x").with_tag(" "));
    assert_eq!(rules(unsaid), [("tags[0]".to_owned(), FieldRule::Required)]);
    office.administrator().verify(None).unwrap();
}

fn a_case_as_of_a_revision_has_its_team_its_deadline_and_its_tags_by_name(office: &Office) {
    let (desk, manager) = (office.agent(), office.manager());
    manager.create_team(NewTeam::new("Roofers")).unwrap();
    let support = manager.case_type("Support").unwrap().id;
    manager.edit_case_type(support, CaseTypeEdit::new().deadlines(["eu_gdpr"])).unwrap();
    let case = tagged(&desk, "Leak", &["roof"]);
    desk.edit_case(case, CaseEdit::new().team("Roofers")).unwrap();
    desk.tag_case(case, TagsEdit::new().with("attic").with("roof")).unwrap();
    manager.merge_tags(tag(&manager, "attic"), tag(&manager, "roof")).unwrap();
    let today = desk.case(case).unwrap();
    let then = |revision| manager.case_at(case, Moment::Revision(revision)).unwrap().summary.case;
    for past in (1..=today.revision).map(then) {
        assert!(past.tags.iter().all(|tag| tag == "attic" || tag == "roof"), "{:?}", past.tags);
        assert_eq!(past.team.as_deref(), past.team_id.map(|_| "Roofers"));
        assert!(
            past.deadlines.iter().all(|one| one.label == today.deadlines[0].label),
            "{:?}",
            past.deadlines
        );
    }
    // The tags as they are called since, once the moment is after the merge.
    assert_eq!(then(today.revision).tags, ["attic", "roof"]);
    let now = manager.case_at(case, Moment::Instant(today.updated_at)).unwrap();
    assert_eq!((now.summary.case.team, now.summary.case.deadlines.len()), (Some("Roofers".into()), 1));
}

fn tags_are_listed_with_the_cases_that_the_actor_sees(office: &Office) {
    let amara = office.agent();
    for (title, tags) in [("One", &["Roof"][..]), ("Two", &["Roof", "Cellar"]), ("Three", &["Attic"])] {
        tagged(&amara, title, tags);
    }
    let held = tagged(&office.desk("ben", Role::Agent), "Four", &["Roof"]);
    office.desk("ben", Role::Agent).take_case(held).unwrap();
    assert_eq!(counted(&amara), some(&[("Attic", 1), ("Cellar", 1), ("Roof", 3)]));
    let scoped = |scope: Scope| office.narrowed_by(Scoped(scope)).desk(actor("ben", Role::Agent));
    let own = scoped(Scope { cases: ScopeCases::Own, ..Scope::all() });
    assert_eq!(counted(&own), some(&[("Attic", 0), ("Cellar", 0), ("Roof", 1)]));
    let nothing = scoped(Scope { types: Some(Vec::new()), ..Scope::all() });
    assert_eq!(
        counted(&nothing),
        some(&[("Attic", 0), ("Cellar", 0), ("Roof", 0)]),
        "names are for all staff"
    );
    let by_tag = amara.counts(CountBy::Tag, &CasesQuery::default()).unwrap();
    let by_tag: Vec<_> = by_tag.into_iter().map(|row| (row.tag.unwrap(), row.count)).collect();
    assert_eq!(by_tag, counted(&amara));
}

fn a_list_has_the_cases_with_all_of_the_given_tags(office: &Office) {
    let amara = office.agent();
    for (title, tags) in [
        ("One", &["Roof", "Cellar"][..]),
        ("Two", &["Roof"]),
        ("Three", &["Cellar"]),
        ("Four", &["Roof", "Cellar", "Attic"]),
        ("Five", &[]),
    ] {
        tagged(&amara, title, tags);
    }
    assert_eq!(titles(&amara, &with(&["roof"])), ["Four", "Two", "One"]);
    assert_eq!(titles(&amara, &with(&["Cellar", "Roof"])), ["Four", "One"]);
    assert_eq!(titles(&amara, &with(&["Cellar", "Roof", "Attic"])), ["Four"]);
    let query = CasesQuery { stages: vec!["Open".into()], ..with(&["Roof"]) };
    let open = amara.counts(CountBy::Stage, &query).unwrap();
    assert_eq!(open.iter().map(|row| row.count).sum::<u64>(), 3);
    let [(field, FieldRule::Unknown { choices })] =
        &rules(amara.cases(&with(&["Rof"]), PageRequest::first()))[..]
    else {
        panic!()
    };
    assert_eq!((field.as_str(), choices.names.len()), ("tags", 3));
}

fn a_tag_is_renamed_on_every_case_by_one_event(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let cases = [tagged(&amara, "One", &["Rof"]), tagged(&amara, "Two", &["Rof", "Cellar"])];
    let id = tag(&amara, "Rof");
    assert_eq!(mona.rename_tag(id, "Roof".into()).unwrap().events, 1);
    assert_eq!(mona.rename_tag(id, "Roof".into()).unwrap().events, 0);
    assert_eq!(amara.case(cases[1]).unwrap().tags, ["Cellar", "Roof"]);
    assert_eq!(amara.case(cases[0]).unwrap().revision, 2, "no case changed");
    assert_eq!(titles(&amara, &with(&["ROOF"])), ["Two", "One"]);
    assert!(amara.cases(&with(&["rof"]), PageRequest::first()).is_err(), "the old name is free");
    assert_eq!(why(mona.rename_tag(id, "CELLAR".into())), ("name".into(), "name_of_another_tag".into()));
    let said = mona.rename_tag(id, "CELLAR".into()).unwrap_err().to_string();
    assert!(said.contains("merge the two"), "{said}");
    let forbidden = amara.rename_tag(id, "Roofs".into()).unwrap_err();
    let needed = Permission::ConfigureCaseTypes;
    assert!(
        matches!(forbidden, Error::Rejected(Rejection::Forbidden { permission, .. }) if permission == needed)
    );
}

fn merged_tags_are_one_wherever_they_are_seen(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let one = tagged(&amara, "One", &["roofing"]);
    let both = tagged(&amara, "Both", &["roofing", "Roof"]);
    let house = tagged(&amara, "House", &["House"]);
    let [roofing, roof, all] = ["roofing", "Roof", "House"].map(|name| tag(&amara, name));
    assert_eq!(mona.merge_tags(roofing, roof).unwrap().events, 1);
    assert_eq!(counted(&amara), some(&[("House", 1), ("Roof", 2)]), "who had both has one");
    assert_eq!(amara.case(both).unwrap().tags, ["Roof"]);
    assert_eq!(titles(&amara, &with(&["Roofing"])), ["Both", "One"], "its name leads to the other");
    assert_eq!(amara.tag_case(one, TagsEdit::new().with("roof")).unwrap().events, 0, "it has it already");
    assert_eq!(amara.tag_case(house, TagsEdit::new().with("ROOFING")).unwrap().events, 1);
    assert_eq!(amara.case(house).unwrap().tags, ["House", "Roof"]);

    assert_eq!(mona.merge_tags(roof, all).unwrap().events, 1);
    assert_eq!(counted(&amara), some(&[("House", 3)]));
    for name in ["House", "Roof", "roofing"] {
        assert_eq!(titles(&amara, &with(&[name])), ["House", "Both", "One"], "{name}");
        assert_eq!(titles(&amara, &with(&["House", name])).len(), 3, "{name}");
    }
    let row = amara.cases(&with(&["roof"]), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!(row.tags.as_deref(), Some(r#"["House"]"#));
    assert_eq!(amara.tag_case(both, TagsEdit::new().without("roofing")).unwrap().events, 1);
    assert_eq!(amara.case(both).unwrap().tags, [""; 0], "both that it had are gone");
    assert_eq!(counted(&amara), some(&[("House", 2)]));

    assert_eq!(why(mona.merge_tags(all, all)), ("into".into(), "same_tag".into()));
    assert_eq!(why(mona.merge_tags(all, roofing)), ("into".into(), "merged_tag".into()), "no circle");
    assert_eq!(why(mona.merge_tags(roof, all)), ("tag".into(), "merged_tag".into()));
    assert_eq!(why(mona.rename_tag(roof, "New".into())), ("tag".into(), "merged_tag".into()));
    let unknown = mona.merge_tags(TagId(uuid::Uuid::nil()), all).unwrap_err();
    assert!(matches!(unknown, Error::Rejected(Rejection::NotFound { .. })), "{unknown:?}");
    let history = mona.history(StreamId::Tag(roof), PageRequest::first()).unwrap().rows;
    let texts: Vec<&str> = history.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["made the tag Roof", "merged it into House"]);
    office.administrator().verify(None).unwrap();
}

fn what_was_merged_gives_its_name_to_what_it_was_merged_into(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let case = tagged(&amara, "One", &["Roof"]);
    tagged(&amara, "Two", &["roofing"]);
    let [roof, roofing] = ["Roof", "roofing"].map(|name| tag(&amara, name));
    mona.merge_tags(roof, roofing).unwrap();
    assert_eq!(mona.rename_tag(roofing, "ROOF".into()).unwrap().events, 2, "the wrong way round, put right");
    assert_eq!(amara.case(case).unwrap().tags, ["ROOF"]);
    for name in ["roof", "Roofing"] {
        assert_eq!(titles(&amara, &with(&[name])), ["Two", "One"], "both names lead there");
    }
    assert_eq!(counted(&amara), some(&[("ROOF", 2)]));
    office.administrator().verify(None).unwrap();
}

fn two_who_make_the_same_tag_at_once_agree(office: &Office) {
    let amara = office.agent();
    let cases: Vec<CaseId> = (0..8).map(|n| office.case(&format!("Case {n}")).id).collect();
    thread::scope(|scope| {
        for (place, case) in cases.iter().enumerate() {
            let amara = &amara;
            let name = if place % 2 == 0 { "Roof" } else { "ROOF" };
            scope.spawn(move || {
                for tag in [name, "Cellar", &format!("Own {place}")] {
                    amara.tag_case(*case, TagsEdit::new().with(tag)).unwrap();
                }
            });
        }
    });
    let counts = counted(&amara);
    assert_eq!(counts.len(), 10, "one of each name: {counts:?}");
    assert!(
        counts.iter().all(|(name, count)| *count == if name.starts_with("Own") { 1 } else { 8 }),
        "{counts:?}"
    );
    office.administrator().verify(None).unwrap();
}

fn what_is_wrong_with_tags_is_said_and_changes_nothing(office: &Office) {
    let amara = office.agent();
    let case = office.case("Leak").id;
    let wrong = TagsEdit::new().with("Fine").with("").with("two\nlines").without("Nothing");
    let wrong: Vec<String> = rules(amara.tag_case(case, wrong)).into_iter().map(|(field, _)| field).collect();
    assert_eq!(wrong, ["add[1]", "add[2]", "remove[0]"], "all at once");
    assert_eq!(counted(&amara), [], "not even the one that was fine");
    let many = (0..21).fold(TagsEdit::new(), |edit, n| edit.with(format!("Tag {n}")));
    assert_eq!(rules(amara.tag_case(case, many)), [("add".to_owned(), FieldRule::TooMany { limit: 20 })]);
    let both = amara.tag_case(case, TagsEdit::new().with("Roof").without("Roof"));
    assert!(matches!(rules(both).remove(0), (field, FieldRule::Unknown { .. }) if field == "remove[0]"));
    amara.tag_case(case, TagsEdit::new().with("Roof")).unwrap();
    let both = amara.tag_case(case, TagsEdit::new().with("Roof").without("ROOF"));
    assert_eq!(why(both), ("remove".into(), "given_and_taken_away".into()));
    let auditor = office.desk("ines", Role::Auditor);
    let refused = auditor.tag_case(case, TagsEdit::new().without("Roof")).unwrap_err();
    let needed = Permission::EditCases;
    assert!(
        matches!(refused, Error::Rejected(Rejection::Forbidden { permission, .. }) if permission == needed)
    );
    assert_eq!(counted(&auditor), some(&[("Roof", 1)]));
}

fn a_customer_is_told_nothing_of_tags(office: &Office) {
    let customer = office.customer("Ada Obi").id;
    let amara = office.agent();
    let case =
        amara.raise_case(NewCase::new("Support", "Leak").for_customer(customer).with_tag("Roof")).unwrap().id;
    let scope = Scope { customer: Some(customer), ..Scope::all() };
    let ada = office.narrowed_by(Scoped(scope)).desk(actor("ada", Role::Manager));
    assert_eq!(ada.case(case).unwrap().tags, [""; 0]);
    assert_eq!(ada.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0).tags, None);
    assert_eq!(ada.tags().unwrap(), []);
    assert!(ada.cases(&with(&["Roof"]), PageRequest::first()).is_err(), "as if there were none");
    let counts = ada.counts(CountBy::Tag, &CasesQuery::default()).unwrap();
    assert_eq!(counts.iter().map(|row| (row.tag.clone(), row.count)).collect::<Vec<_>>(), [(None, 1)]);
    let history = ada.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
    assert!(history.iter().all(|entry| entry.code != "tags_changed"));
    for refused in [
        ada.tag_case(case, TagsEdit::new().with("Roof")).map(drop),
        ada.rename_tag(tag(&amara, "Roof"), "x".into()).map(drop),
        ada.raise_case(NewCase::new("Support", "x").with_tag("Roof")).map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Rejected(Rejection::NotAllowedHere { .. }))), "{refused:?}");
    }
}

fn history_says_tags_by_name_in_both_languages(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let case = tagged(&amara, "Leak", &["roofing", "Cellar"]);
    amara.tag_case(case, TagsEdit::new().without("Cellar").with("Attic")).unwrap();
    amara.tag_case(case, TagsEdit::new().without("Attic")).unwrap();
    tagged(&amara, "Other", &["Roof"]);
    mona.merge_tags(tag(&amara, "roofing"), tag(&amara, "Roof")).unwrap();
    let texts = |desk: &Desk| -> Vec<String> {
        let history = desk.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
        history.into_iter().skip(1).map(|entry| entry.text).collect()
    };
    assert_eq!(
        texts(&amara),
        [
            "gave it the tags: Cellar, roofing",
            "gave it the tags: Attic; and took off: Cellar",
            "took off the tags: Attic"
        ],
        "as it was said then"
    );
    let german = amara.in_language(Language::shipped("de").unwrap());
    assert_eq!(texts(&german)[0], "hat ihm Schlagwörter gegeben: Cellar, roofing");
}
