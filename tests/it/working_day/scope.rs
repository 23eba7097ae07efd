//! A scope is a filter over everything: what it leaves is in every list, count and search, and what it leaves out is nowhere.

use casekit::{
    CaseEdit, CaseId, CaseTypeId, CaseView, CasesQuery, Changed, CountBy, CustomerId, Desk, Error, Moment,
    NewCase, NewNote, NewTeam, PageRequest, Role, Scope, ScopeCases, StreamId, TeamId,
};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::build::{Office, Scoped, actor, all_pages, nothing};

proptest! {
    // An eighth of the usual: each scope asks for everything. `PROPTEST_CASES` says how many.
    #![proptest_config(Config {
        failure_persistence: None,
        cases: Config::default().cases.div_ceil(8),
        max_shrink_iters: 200,
        ..Config::default()
    })]

    #[test]
    fn lists_counts_and_search_are_a_filter_over_everything(
        commands in prop::collection::vec(command(), 1..25),
        narrowed in prop::collection::vec(narrowing(), 1..6),
    ) {
        for office in [Office::in_memory(), Office::in_short_pages(), Office::on_file()] {
            let mut scene = Scene::new(&office);
            commands.iter().for_each(|command| scene.carry_out(*command));
            narrowed.iter().for_each(|one| scene.lawful(*one));
        }
    }
}

const PEOPLE: [&str; 3] = ["amara", "ben", "cy"];
const TEAMS: [&str; 3] = ["Front office", "Billing", "Archive"];
const TYPES: [&str; 3] = ["Support", "Enquiries", "Data request"];

#[derive(Clone, Copy, Debug)]
enum Command {
    Raise { by: usize, kind: usize, customer: usize },
    Take { by: usize, case: usize },
    Return { case: usize },
    Link { case: usize, customer: usize },
    Retype { case: usize, kind: usize },
    Give { case: usize, team: usize },
    Note { by: usize, case: usize, internal: bool },
}

fn command() -> impl Strategy<Value = Command> {
    let any = || 0..1_000_usize;
    prop_oneof![
        4 => (any(), any(), any()).prop_map(|(by, kind, customer)| Command::Raise { by, kind, customer }),
        3 => (any(), any()).prop_map(|(by, case)| Command::Take { by, case }),
        1 => any().prop_map(|case| Command::Return { case }),
        2 => (any(), any()).prop_map(|(case, customer)| Command::Link { case, customer }),
        1 => (any(), any()).prop_map(|(case, kind)| Command::Retype { case, kind }),
        3 => (any(), any()).prop_map(|(case, team)| Command::Give { case, team }),
        2 => (any(), any(), prop::bool::ANY)
            .prop_map(|(by, case, internal)| Command::Note { by, case, internal }),
    ]
}

/// What a scope names, by place: `None` narrows nothing.
#[derive(Clone, Copy, Debug)]
struct Narrowing {
    by: usize,
    types: Option<u8>,
    teams: Option<u8>,
    own: bool,
    customer: Option<usize>,
    internal: bool,
}

fn narrowing() -> impl Strategy<Value = Narrowing> {
    let types = prop::option::of(0..8_u8);
    let customer = prop::option::of(0..3_usize);
    let teams = prop::option::of(0..8_u8);
    (0..PEOPLE.len(), types, teams, any::<bool>(), customer, any::<bool>()).prop_map(
        |(by, types, teams, own, customer, internal)| Narrowing { by, types, teams, own, customer, internal },
    )
}

struct Scene<'a> {
    office: &'a Office,
    types: Vec<CaseTypeId>,
    customers: Vec<CustomerId>,
    teams: Vec<TeamId>,
    cases: Vec<CaseId>,
}

impl<'a> Scene<'a> {
    fn new(office: &'a Office) -> Self {
        let root = office.administrator();
        let types = TYPES.map(|name| root.case_type(name).unwrap().id).to_vec();
        let customers = ["Ada Obi", "Bo Li"].map(|name| office.customer(name).id).to_vec();
        let teams = TEAMS.map(|name| root.create_team(NewTeam::new(name)).unwrap().id).to_vec();
        Self { office, types, customers, teams, cases: Vec::new() }
    }

    fn carry_out(&mut self, command: Command) {
        let desk = |by: usize| self.office.desk(PEOPLE[by % PEOPLE.len()], Role::Manager);
        let case = |place: usize| self.cases.get(place % self.cases.len().max(1)).copied();
        let customer = |place: usize| self.customers.get(place % 3).copied();
        // What the rules refuse changes nothing, and is not what is looked at here.
        let on = |place: usize, act: &dyn Fn(CaseId) -> Result<Changed, Error>| {
            if let Some(id) = case(place) {
                act(id).ok();
            }
        };
        match command {
            Command::Raise { by, kind, customer: whose } => {
                let new = NewCase::new(TYPES[kind % TYPES.len()], "Lamp broken");
                let new = NewCase { customer: customer(whose), ..new };
                let raised = desk(by).raise_case(new).unwrap().id;
                self.cases.push(raised);
            }
            Command::Take { by, case } => on(case, &|id| desk(by).take_case(id)),
            Command::Return { case } => on(case, &|id| desk(0).return_case(id, None)),
            Command::Link { case, customer: whose } => {
                let edit = match customer(whose) {
                    Some(id) => CaseEdit::new().customer(id),
                    None => CaseEdit::new().without_customer(),
                };
                on(case, &|id| desk(0).edit_case(id, edit.clone()));
            }
            Command::Retype { case, kind } => {
                let edit = CaseEdit::new().case_type(TYPES[kind % TYPES.len()]);
                on(case, &|id| desk(0).edit_case(id, edit.clone()));
            }
            Command::Give { case, team } => {
                let edit = match TEAMS.get(team % (TEAMS.len() + 1)) {
                    Some(team) => CaseEdit::new().team(*team),
                    None => CaseEdit::new().without_team(),
                };
                on(case, &|id| desk(0).edit_case(id, edit.clone()));
            }
            Command::Note { by, case: place, internal } => {
                let note =
                    if internal { NewNote::from("The lamp") } else { NewNote::for_customer("The lamp") };
                if let Some(id) = case(place) {
                    desk(by).add_note(id, note).unwrap();
                }
            }
        }
    }

    fn scope(&self, one: Narrowing) -> Scope {
        fn among<T: Copy>(all: &[T], bits: u8) -> Vec<T> {
            let chosen = all.iter().enumerate().filter(|(place, _)| bits & (1 << place) != 0);
            chosen.map(|(_, id)| *id).collect()
        }
        Scope {
            types: one.types.map(|bits| among(&self.types, bits)),
            teams: one.teams.map(|bits| among(&self.teams, bits)),
            cases: if one.own { ScopeCases::Own } else { ScopeCases::All },
            customer: one.customer.map(|place| self.customers.get(place).copied().unwrap_or_else(nothing)),
            internal_notes: one.internal,
        }
    }

    fn lawful(&self, narrowing: Narrowing) {
        let (scope, by) = (self.scope(narrowing), PEOPLE[narrowing.by]);
        let desk = self.office.narrowed_by(Scoped(scope.clone())).desk(actor(by, Role::Manager));
        let everything: Vec<CaseView> = self.cases.iter().map(|id| self.office.view(*id)).collect();
        let (within, outside): (Vec<_>, Vec<_>) =
            everything.iter().partition(|case| is_within(case, &scope, by));
        let mut ids: Vec<CaseId> = within.iter().map(|case| case.id).collect();
        ids.sort_unstable();
        self.shows(&desk, &scope, &ids);
        for case in &within {
            assert_eq!(desk.case(case.id).unwrap().id, case.id);
        }
        for case in outside {
            assert_eq!(
                answers(&desk, case.id),
                answers(&desk, nothing()),
                "{scope:?}: as if it did not exist"
            );
            assert_eq!(desk.find_cases(&case.number).unwrap().len(), 0, "{scope:?}");
        }
    }

    /// What lists, counts, search and changes have are these cases.
    fn shows(&self, desk: &Desk, scope: &Scope, due: &[CaseId]) {
        let sorted = |mut ids: Vec<CaseId>| {
            ids.sort_unstable();
            ids
        };
        let listed = all_pages(3, |page| desk.cases(&CasesQuery::default(), page));
        assert_eq!(sorted(listed.iter().map(|row| row.id).collect()), due, "{scope:?}");
        // A case is counted for each of its tags, and these have none.
        for by in CountBy::ALL.into_iter().filter(|by| *by != CountBy::Tag) {
            let counts = desk.counts(by, &CasesQuery::default()).unwrap();
            let sum: u64 = counts.iter().map(|group| group.count).sum();
            assert_eq!(sum, due.len() as u64, "{scope:?} by {by:?}");
        }
        let found = all_pages(3, |page| desk.search("lamp", page));
        let cases = found.iter().filter(|hit| hit.note.is_none()).map(|hit| hit.case.id).collect();
        assert_eq!(sorted(cases), due, "{scope:?}");
        let of_notes = found.iter().filter(|hit| hit.note.is_some()).map(|hit| hit.case.id);
        assert!(of_notes.clone().all(|id| due.contains(&id)), "{scope:?}");
        let mine = all_pages(3, |page| desk.my_pending_cases(page));
        assert!(mine.iter().all(|row| due.contains(&row.id)), "{scope:?}");
        assert_eq!(desk.my_pending_count().unwrap(), mine.len() as u64, "{scope:?}");
        let work = all_pages(3, |page| desk.my_work(page));
        assert!(work.iter().all(|row| due.contains(&row.case.id)), "{scope:?}");
        assert_eq!(desk.my_work_counts().unwrap().all, work.len() as u64, "{scope:?}");
        for customer in &self.customers {
            let theirs = CasesQuery { customer: Some(*customer), ..CasesQuery::default() };
            let listed = all_pages(3, |page| desk.cases(&theirs, page));
            assert!(listed.iter().all(|row| due.contains(&row.id) && row.customer_id == Some(*customer)));
        }
        let changed = desk.changes_since(None, 500).unwrap().changes;
        let mut changed: Vec<CaseId> = changed.iter().filter_map(|one| one.stream.case()).collect();
        changed.sort_unstable();
        changed.dedup();
        assert_eq!(changed, due, "{scope:?}");
    }
}

/// The meaning of a scope, without any store.
fn is_within(case: &CaseView, scope: &Scope, by: &str) -> bool {
    let is_own = case.raised_by == by || case.holder.as_ref().is_some_and(|holder| holder.by == by);
    scope.types.as_ref().is_none_or(|types| types.contains(&case.case_type_id))
        && scope.teams.as_ref().is_none_or(|teams| case.team_id.is_some_and(|team| teams.contains(&team)))
        && (scope.cases == ScopeCases::All || is_own)
        && scope.customer.is_none_or(|customer| case.customer == Some(customer))
}

/// What is answered about one case, without its id.
fn answers(desk: &Desk, case: CaseId) -> Vec<String> {
    let page = PageRequest::first;
    fn said<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
        format!("{answer:?}")
    }
    let all = [
        said(desk.case(case)),
        said(desk.find_case(&case.to_string())),
        said(desk.summary(case)),
        said(desk.thread(case, page())),
        said(desk.history(StreamId::Case(case), page())),
        said(desk.case_at(case, Moment::Revision(1))),
        said(desk.thread_at(case, Moment::Revision(1), page())),
        said(desk.available_actions(case)),
        said(desk.edit_case(case, CaseEdit::new().title("x"))),
        said(desk.take_case(case)),
        said(desk.add_note(case, "x")),
    ];
    all.into_iter().map(|answer| answer.replace(&case.to_string(), "it")).collect()
}
