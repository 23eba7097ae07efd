//! Teams: cases stand with one, and whoever works for a team sees what is theirs.

use casekit::{
    Action, Blocker, CaseEdit, CaseId, CasesQuery, CountBy, Desk, Error, FieldRule, NewCase, NewRequest,
    NewTeam, PageRequest, Permission, Rejection, Role, Scope, StreamId, TeamEdit, TeamId,
};

use crate::build::{Office, Scoped, actor, all_pages, on_every_store};

on_every_store!(
    a_team_is_configured_like_a_case_type,
    a_case_is_raised_with_a_team_and_goes_to_another,
    a_case_that_leaves_its_team_is_returned,
    who_works_for_a_team_sees_its_cases_and_no_others,
    what_a_member_raises_stands_with_their_team,
    lists_and_counts_are_by_team_too,
    the_form_says_to_which_teams_a_case_can_go,
    a_customer_is_told_nothing_of_teams,
    a_team_out_of_use_keeps_its_cases_and_gets_no_more,
);

/// A team for invoices and one for whoever comes in.
fn teams(office: &Office) -> [TeamId; 2] {
    let mona = office.manager();
    ["Billing", "Front office"].map(|name| mona.create_team(NewTeam::new(name)).unwrap().id)
}

fn raised(desk: &Desk, team: &str, title: &str) -> CaseId {
    desk.raise_case(NewCase::new("Support", title).with_team(team)).unwrap().id
}

/// The desk of a member of some teams.
fn member(office: &Office, teams: &[TeamId], role: Role) -> Desk {
    office.narrowed_by(Scoped(Scope { teams: Some(teams.to_vec()), ..Scope::all() })).desk(actor("bea", role))
}

fn titles(desk: &Desk, query: &CasesQuery) -> Vec<String> {
    all_pages(2, |page| desk.cases(query, page)).into_iter().map(|row| row.title).collect()
}

fn rule(refused: Result<impl std::fmt::Debug, Error>) -> (String, FieldRule) {
    let Err(Error::Rejected(Rejection::Invalid { mut fields })) = refused else { panic!("{refused:?}") };
    let field = fields.remove(0);
    (field.field, field.rule)
}

fn choices(refused: Result<impl std::fmt::Debug, Error>) -> Vec<String> {
    let (_, FieldRule::Unknown { choices }) = rule(refused) else { panic!() };
    choices.names
}

fn a_team_is_configured_like_a_case_type(office: &Office) {
    let mona = office.manager();
    let created = mona.create_team(NewTeam::new(" Billing ").described("Invoices")).unwrap();
    let taken = rule(mona.create_team(NewTeam::new("BILLING")));
    assert_eq!(taken, ("name".to_owned(), FieldRule::AlreadyInUse));
    assert_eq!(rule(mona.create_team(NewTeam::new(" "))).1, FieldRule::Required);

    let edit = TeamEdit::new().name("billing").description("").seen(created.revision);
    let changed = mona.edit_team(created.id, edit.clone()).unwrap();
    assert_eq!((changed.revision, changed.events), (3, 2), "its own name in another spelling is free to it");
    let again = mona.edit_team(created.id, edit);
    assert!(matches!(again, Err(Error::Rejected(Rejection::Conflict { seen: 1, now: 3 }))), "{again:?}");
    let team = mona.team(" Billing").unwrap();
    assert_eq!((team.id, team.name.as_str(), team.description), (created.id, "billing", None));
    assert_eq!(mona.edit_team(created.id, TeamEdit::new().name("billing")).unwrap().events, 0);

    mona.create_team(NewTeam::new("Archive")).unwrap();
    let names: Vec<String> = office.agent().teams().unwrap().into_iter().map(|team| team.name).collect();
    assert_eq!(names, ["Archive", "billing"]);
    let missing = office.agent().team("Biling").unwrap_err().to_string();
    assert!(missing.contains("`billing`"), "{missing}");
    let refused = office.agent().create_team(NewTeam::new("Mine")).unwrap_err();
    let needed = Permission::ConfigureTeams;
    assert!(
        matches!(refused, Error::Rejected(Rejection::Forbidden { permission, .. }) if permission == needed)
    );

    let history = mona.history(StreamId::Team(created.id), PageRequest::first()).unwrap();
    let texts: Vec<&str> = history.rows.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(
        texts,
        ["created the team Billing", "renamed it from Billing to billing", "changed the description"]
    );
    office.administrator().verify_stream(StreamId::Team(created.id)).unwrap();
}

fn a_case_is_raised_with_a_team_and_goes_to_another(office: &Office) {
    let [billing, front] = teams(office);
    let amara = office.agent();
    let case = raised(&amara, "front OFFICE", "Refund");
    let shown = amara.case(case).unwrap();
    assert_eq!((shown.team_id, shown.team.as_deref()), (Some(front), Some("Front office")));
    let edit = CaseEdit::new().team(billing.to_string());
    assert_eq!(amara.edit_case(case, edit.clone()).unwrap().events, 1);
    assert_eq!(amara.edit_case(case, edit).unwrap().events, 0, "it is there already");
    let row = amara.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!((row.team_id, row.team.as_deref()), (Some(billing), Some("Billing")));
    amara.edit_case(case, CaseEdit::new().without_team()).unwrap();
    assert_eq!(amara.case(case).unwrap().team, None);
    let history = amara.history(StreamId::Case(case), PageRequest::first()).unwrap();
    let texts: Vec<&str> = history.rows.iter().skip(1).map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["gave it to the team Billing", "took it from its team"]);

    assert_eq!(choices(amara.edit_case(case, CaseEdit::new().team("Biling"))), ["Billing", "Front office"]);
    let both = rule(amara.edit_case(case, CaseEdit::new().team("Billing").without_team()));
    assert_eq!(both.1, FieldRule::DoesNotFit { why: "given_and_taken_away".into() });
    let request = NewRequest::new("W-1", "Jo Roe").with_team("Billing");
    let received = amara.receive_request(request).unwrap().id.unwrap();
    assert_eq!(amara.case(received).unwrap().team_id, Some(billing));
}

fn a_case_that_leaves_its_team_is_returned(office: &Office) {
    teams(office);
    let amara = office.agent();
    let case = raised(&amara, "Billing", "Refund");
    amara.take_case(case).unwrap();
    let refused = office.other_agent().edit_case(case, CaseEdit::new().team("Front office")).unwrap_err();
    let Error::Rejected(Rejection::Blocked { blockers, .. }) = refused else { panic!("{refused:?}") };
    assert!(matches!(&blockers[..], [Blocker::HeldBy { .. }]), "{blockers:?}");
    assert_eq!(amara.edit_case(case, CaseEdit::new().team("Front office")).unwrap().events, 2);
    assert_eq!(amara.case(case).unwrap().holder, None);

    let untaken = amara.raise_case(NewCase::new("Support", "No team")).unwrap().id;
    amara.take_case(untaken).unwrap();
    amara.edit_case(untaken, CaseEdit::new().team("Billing")).unwrap();
    assert!(amara.case(untaken).unwrap().holder.is_some(), "it left no team");
    office.manager().edit_case(untaken, CaseEdit::new().without_team()).unwrap();
    assert_eq!(amara.case(untaken).unwrap().holder, None, "who may assign may take it away");
}

fn who_works_for_a_team_sees_its_cases_and_no_others(office: &Office) {
    let [billing, front] = teams(office);
    let amara = office.agent();
    let theirs = raised(&amara, "Billing", "Refund of the lamp");
    let other = raised(&amara, "Front office", "Where is the lamp?");
    amara.raise_case(NewCase::new("Support", "A lamp of nobody")).unwrap();
    let bea = member(office, &[billing], Role::Approver);
    assert_eq!(titles(&bea, &CasesQuery::default()), ["Refund of the lamp"]);
    assert_eq!(bea.search("lamp", PageRequest::first()).unwrap().rows.len(), 1);
    assert!(matches!(bea.case(other), Err(Error::Rejected(Rejection::NotFound { .. }))));
    assert!(matches!(bea.take_case(other), Err(Error::Rejected(Rejection::NotFound { .. }))));
    bea.take_case(theirs).unwrap();
    let changed = bea.changes_since(None, 500).unwrap().changes;
    assert!(changed.iter().all(|one| one.stream != StreamId::Case(other)));

    // Whoever hands a case over may name any team, and does not see the case there.
    bea.edit_case(theirs, CaseEdit::new().team("Front office")).unwrap();
    assert_eq!(titles(&bea, &CasesQuery::default()), Vec::<String>::new());
    let both = member(office, &[billing, front], Role::Approver);
    assert_eq!(titles(&both, &CasesQuery::default()), ["Where is the lamp?", "Refund of the lamp"]);
    let nobody = member(office, &[], Role::Approver);
    assert_eq!((titles(&nobody, &CasesQuery::default()).len(), nobody.my_work_counts().unwrap().all), (0, 0));
}

fn what_a_member_raises_stands_with_their_team(office: &Office) {
    let [billing, front] = teams(office);
    let bea = member(office, &[billing], Role::Agent);
    let own = bea.raise_case(NewCase::new("Support", "Refund")).unwrap().id;
    assert_eq!(bea.case(own).unwrap().team_id, Some(billing));
    let refused = bea.raise_case(NewCase::new("Support", "Refund").with_team("Front office"));
    assert_eq!(choices(refused), ["Billing"], "they would not see what they raised");
    let both = member(office, &[billing, front], Role::Agent);
    let refused = both.raise_case(NewCase::new("Support", "Which?"));
    assert_eq!(rule(refused).0, "team");
    assert_eq!(choices(both.raise_case(NewCase::new("Support", "Which?"))), ["Billing", "Front office"]);
    assert_eq!(both.raise_blockers("Support", None).unwrap(), [], "the team is still to be chosen");
    assert_eq!(rule(member(office, &[], Role::Agent).raise_blockers("Support", None)).0, "team");
    let chosen = raised(&both, "Front office", "That one");
    assert_eq!(both.case(chosen).unwrap().team_id, Some(front));
    let received = bea.receive_request(NewRequest::new("W-1", "Jo Roe")).unwrap();
    assert_eq!(bea.case(received.id.unwrap()).unwrap().team_id, Some(billing));
}

fn lists_and_counts_are_by_team_too(office: &Office) {
    let [billing, _] = teams(office);
    let amara = office.agent();
    for title in ["One", "Two"] {
        raised(&amara, "Billing", title);
    }
    amara.raise_case(NewCase::new("Support", "Three")).unwrap();
    let of = |names: &[&str], without_team| CasesQuery {
        teams: names.iter().map(ToString::to_string).collect(),
        without_team,
        ..CasesQuery::default()
    };
    assert_eq!(titles(&amara, &of(&["billing"], false)), ["Two", "One"]);
    assert_eq!(titles(&amara, &of(&[], true)), ["Three"]);
    assert_eq!(titles(&amara, &of(&["Billing"], true)), ["Three", "Two", "One"]);
    assert_eq!(
        choices(amara.cases(&of(&["Biling"], false), PageRequest::first())),
        ["Billing", "Front office"]
    );
    let counts = |desk: &Desk, query: &CasesQuery| -> Vec<(Option<String>, u64)> {
        desk.counts(CountBy::Team, query).unwrap().into_iter().map(|row| (row.team, row.count)).collect()
    };
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(
        counts(&amara, &CasesQuery::default()),
        [(None, 1), (named("Billing"), 2), (named("Front office"), 0)]
    );
    assert_eq!(counts(&amara, &of(&["Billing"], false)), [(named("Billing"), 2)]);
    let bea = member(office, &[billing], Role::Agent);
    assert_eq!(counts(&bea, &CasesQuery::default()), [(named("Billing"), 2)]);
    assert_eq!(counts(&bea, &of(&["Front office"], false)), [], "no case of theirs is there");
}

fn the_form_says_to_which_teams_a_case_can_go(office: &Office) {
    let [billing, front] = teams(office);
    let (amara, mona) = (office.agent(), office.manager());
    let archive = mona.create_team(NewTeam::new("Archive")).unwrap().id;
    let case = raised(&amara, "Billing", "Refund");
    mona.deactivate_team(archive).unwrap();
    mona.deactivate_team(billing).unwrap();
    let form = amara.edit_form(case).unwrap();
    let teams: Vec<_> = form.teams.iter().map(|one| (one.id, one.name.as_str(), one.current)).collect();
    assert_eq!(
        teams,
        [(billing, "Billing", true), (front, "Front office", false)],
        "its own, and those in use"
    );
    let field = form.fields.iter().find(|field| field.field == "team").unwrap();
    assert_eq!((field.label.as_str(), field.value_label.as_deref()), ("team", Some("Billing")));
    assert_eq!(field.blockers, []);
    let blockers = mona.blockers(case, Action::ChangeTeam, None).unwrap();
    assert_eq!(blockers, []);
    office.other_agent().take_case(case).unwrap();
    let form = amara.edit_form(case).unwrap();
    let field = form.fields.iter().find(|field| field.field == "team").unwrap();
    assert!(matches!(&field.blockers[..], [Blocker::HeldBy { .. }]), "{field:?}");
}

fn a_customer_is_told_nothing_of_teams(office: &Office) {
    teams(office);
    let ada = office.customer("Ada Obi").id;
    let amara = office.agent();
    let new = NewCase::new("Support", "Refund").with_team("Billing").for_customer(ada);
    let case = amara.raise_case(new).unwrap().id;
    amara.edit_case(case, CaseEdit::new().team("Front office")).unwrap();
    let portal = office.narrowed_by(Scoped(Scope::of_customer(ada))).desk(actor("ada", Role::Agent));
    let shown = portal.case(case).unwrap();
    assert_eq!((shown.team_id, shown.team), (None, None));
    let row = portal.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!((row.team_id, row.team), (None, None));
    assert_eq!(portal.teams().unwrap(), []);
    assert!(!portal.team("Billing").unwrap_err().to_string().contains("Front"));
    let history = format!("{:?}", portal.history(StreamId::Case(case), PageRequest::first()).unwrap());
    assert!(!history.contains("Billing") && !history.contains("Front office"), "{history}");
    let query = CasesQuery { teams: vec!["Billing".into()], ..CasesQuery::default() };
    assert_eq!(choices(portal.cases(&query, PageRequest::first())), Vec::<String>::new());
    let counted = portal.counts(CountBy::Team, &CasesQuery::default()).unwrap();
    assert!(counted.iter().all(|row| row.team_id.is_none() && row.team.is_none()), "{counted:?}");
    assert_eq!(counted.iter().map(|row| row.count).sum::<u64>(), 1);
    let form = format!("{:?}", portal.edit_form(case).unwrap());
    assert!(!form.contains("Front office"), "{form}");
    for edit in [CaseEdit::new().team("Billing"), CaseEdit::new().without_team()] {
        let refused = portal.edit_case(case, edit);
        assert!(matches!(refused, Err(Error::Rejected(Rejection::NotAllowedHere { .. }))), "{refused:?}");
    }
    assert_eq!(portal.blockers(case, Action::ChangeTeam, None).unwrap(), [Blocker::NotAllowedHere]);
    let refused = portal.raise_case(NewCase::new("Support", "x").with_team("Billing"));
    assert_eq!(choices(refused), Vec::<String>::new());
    let raised = portal.raise_case(NewCase::new("Support", "And this")).unwrap().id;
    assert_eq!(amara.case(raised).unwrap().team, None, "staff say whose it is");
}

fn a_team_out_of_use_keeps_its_cases_and_gets_no_more(office: &Office) {
    let [billing, _] = teams(office);
    let (amara, mona) = (office.agent(), office.manager());
    let case = raised(&amara, "Billing", "Refund");
    assert_eq!(mona.deactivate_team(billing).unwrap().events, 1);
    assert_eq!(mona.deactivate_team(billing).unwrap().events, 0);
    assert_eq!(amara.case(case).unwrap().team.as_deref(), Some("Billing"));
    let refused = amara.raise_case(NewCase::new("Support", "More").with_team("Billing"));
    assert_eq!(rule(refused), ("team".to_owned(), FieldRule::Inactive));
    let other = raised(&amara, "Front office", "Another");
    assert_eq!(rule(amara.edit_case(other, CaseEdit::new().team("Billing"))).1, FieldRule::Inactive);
    mona.activate_team(billing).unwrap();
    amara.edit_case(other, CaseEdit::new().team("Billing")).unwrap();
}
