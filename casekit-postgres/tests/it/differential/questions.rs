//! Random questions, the same to each of several stores, whose answers must be the same.

use std::fmt::Debug;

use casekit_core::conformance::build::{everything, paged, query, resolution};
use casekit_core::model::{
    ActorId, DueTask, FieldKey, Measure, Month, OutcomeKind, Permission, Priority, StageCategory, StreamId,
    TeamId, Timestamp,
};
use casekit_core::store::{
    CaseFilter, CaseQuery, CountBy, CountQuery, CustomerQuery, Direction, Due, DurationQuery, EventQuery,
    Failing, FieldFilter, FieldOrder, FieldRange, HistoryQuery, HolderFilter, NoteQuery, Pending,
    PeopleQuery, SearchQuery, Sort, Stalled, Store, Within,
};

use super::dice::Dice;
use super::scene::{Scene, WORDS, field};

/// Asks the same of every store.
pub(super) struct Questions<'a> {
    stores: &'a [&'a dyn Store],
    scene: &'a Scene<'a>,
    instants: Vec<Timestamp>,
    people: Vec<ActorId>,
    teams: Vec<Option<TeamId>>,
}

impl<'a> Questions<'a> {
    pub(super) fn new(stores: &'a [&'a dyn Store], scene: &'a Scene<'a>) -> Self {
        let teams = scene.teams.iter().copied().map(Some).chain([None]).collect();
        Self { stores, scene, instants: scene.instants(), people: scene.people(), teams }
    }

    fn same<T: PartialEq + Debug>(&self, question: &dyn Debug, ask: impl Fn(&dyn Store) -> T) -> T {
        let mut answers = self.stores.iter().map(|store| ask(*store));
        let first = answers.next().expect("a store");
        answers.for_each(|answer| assert_eq!(first, answer, "{question:?}"));
        first
    }

    /// Everything that has no condition, and the whole of what `verify` reads.
    pub(super) fn of_everything(&self) {
        self.same(&"everything", |store| {
            let mut all = everything(store);
            // The number of an entry is for each store to choose; which of two is newer is not.
            assert!(all.found.is_sorted_by(|one, next| one.entry > next.entry));
            all.found.iter_mut().for_each(|row| row.entry = 0);
            all
        });
        self.same(&"the newest", |store| store.newest().unwrap());
        self.same(&"requests", |store| store.requests(None, 1_000).unwrap());
        self.same(&"claims", |store| store.claims(None, 1_000).unwrap());
        self.same(&"blobs", |store| store.blobs(None, 1_000).unwrap());
        for limit in [1, 7] {
            self.same(&"events by stream", |store| {
                let (mut all, mut after) = (Vec::new(), None);
                loop {
                    let page = store.events(&EventQuery::Streams { after, limit }).unwrap();
                    let Some(last) = page.last() else { return all };
                    after = Some((last.stream, last.revision));
                    all.extend(page);
                }
            });
        }
        for due_task in DueTask::ALL {
            self.same(&due_task, |store| store.next_due(due_task).unwrap());
            // A few of them: each is a way to a server and back.
            for before in self.instants.iter().step_by(self.instants.len() / 8 + 1) {
                self.same(&due_task, |store| store.count_due_tasks(due_task, *before, 5).unwrap());
            }
        }
    }

    pub(super) fn ask(&self, dice: &mut Dice) {
        match dice.below(9) {
            0..=2 => self.cases(dice),
            3 | 4 => self.counts(dice),
            5 => self.search(dice),
            6 => self.customers_and_people(dice),
            7 => self.durations(dice),
            _ => self.streams(dice),
        }
    }

    fn cases(&self, dice: &mut Dice) {
        let mut filter = self.filter(dice);
        let sort = dice.one_of(&[Sort::Number, Sort::Raised, Sort::Updated, Sort::Due, Sort::StageSince]);
        // Lists in these orders have only such cases, which is for the caller to say.
        match sort {
            Sort::Due => drop(filter.due.get_or_insert_default()),
            Sort::StageSince => filter.categories = Some(vec![StageCategory::Open, StageCategory::Waiting]),
            Sort::Number | Sort::Raised | Sort::Updated => {}
        }
        let by_size = dice.once_in(6);
        let case_type = dice.one_of(&self.scene.types).id;
        let by_field = by_size.then(|| FieldOrder { case_type, field: field("size") });
        let direction = dice.one_of(&[Direction::Ascending, Direction::Descending]);
        let limit = dice.one_of(&[1, 3, 500]);
        let question = CaseQuery { filter, sort, by_field, direction, after: None, limit };
        self.same(&question, |store| {
            paged(|after| store.cases(&CaseQuery { after, ..question.clone() }).unwrap().answer)
        });
    }

    fn counts(&self, dice: &mut Dice) {
        let question = CountQuery { by: dice.one_of(&CountBy::ALL), filter: self.filter(dice) };
        self.same(&question, |store| store.count_cases(&question).unwrap().answer);
        let at_most = dice.one_of(&[0, 1, 3, 1_000]);
        self.same(&question, |store| store.count_up_to(&question.filter, at_most).unwrap().answer);
        let within = self.within(dice);
        self.same(&within, |store| store.count_failures(&within).unwrap().answer);
    }

    fn within(&self, dice: &mut Dice) -> Within {
        let CaseFilter { types, teams, customer, own, .. } = self.filter(dice);
        Within { types, teams, customer, own }
    }

    fn search(&self, dice: &mut Dice) {
        let Within { types, teams, customer, own } = self.within(dice);
        let text = query(&self.typed(dice));
        if text.is_empty() {
            return;
        }
        let (notes, internal, cases) = (!dice.once_in(3), dice.once_in(2), !dice.once_in(3));
        let limit = dice.one_of(&[1, 3, 500]);
        let question =
            SearchQuery { text, types, teams, customer, own, notes, internal, cases, after: None, limit };
        self.same(&question, |store| {
            let found =
                paged(|after| store.search(&SearchQuery { after, ..question.clone() }).unwrap().answer);
            assert!(found.is_sorted_by(|one, next| one.entry > next.entry), "{question:?}");
            found.into_iter().map(|row| (row.case, row.note, row.visibility)).collect::<Vec<_>>()
        });
    }

    /// What somebody types: a word as it is written somewhere, or its beginning.
    fn typed(&self, dice: &mut Dice) -> String {
        let word = dice.one_of(&WORDS);
        let most = word.chars().count();
        word.chars().take(dice.below(most) + 1).collect()
    }

    fn customers_and_people(&self, dice: &mut Dice) {
        let text = dice.once_in(2).then(|| query(&self.typed(dice)));
        let of_size = dice.once_in(3).then(|| (field("size"), self.range(dice)));
        let fields = of_size.into_iter().collect();
        let question = CustomerQuery { text, fields, after: None, limit: dice.one_of(&[1, 3, 500]) };
        self.same(&question, |store| {
            paged(|after| store.customers(&CustomerQuery { after, ..question.clone() }).unwrap())
        });
        let reference = dice.one_of(&["CRM-7", "CRM 7", "r9", "R9", "nobody"]);
        self.same(&reference, |store| store.customer_by_reference(reference).unwrap());
        let question = PeopleQuery::All { after: dice.maybe(&self.people, 2), limit: dice.one_of(&[1, 500]) };
        self.same(&question, |store| store.people(&question).unwrap());
        let question = PeopleQuery::Those(self.people.clone());
        self.same(&question, |store| store.people(&question).unwrap());
    }

    fn durations(&self, dice: &mut Dice) {
        let Within { types, teams, .. } = self.within(dice);
        let months: Vec<Month> = self.instants.iter().map(|at| Month::of(*at)).collect();
        let (from, to) = (dice.maybe(&months, 2), dice.maybe(&months, 2));
        let (measures, by_month) = (dice.some_of(&Measure::ALL), dice.once_in(2));
        let question = DurationQuery { measures, types, teams, from, to, by_month };
        self.same(&question, |store| store.durations(&question).unwrap().answer);
    }

    fn streams(&self, dice: &mut Dice) {
        let Some(case) = dice.maybe(&self.scene.cases, 9) else { return };
        let (internal, limit) = (dice.once_in(2), dice.one_of(&[1, 2, 500]));
        for direction in [Direction::Ascending, Direction::Descending] {
            let question = NoteQuery::added(case, internal, (direction, None), limit);
            self.same(&question, |store| {
                paged(|after| {
                    store.notes(&NoteQuery::added(case, internal, (direction, after), limit)).unwrap()
                })
            });
        }
        self.same(&"a thread", |store| {
            paged(|after| store.notes(&NoteQuery::thread(case, internal, after, limit)).unwrap())
        });
        let question = HistoryQuery { stream: StreamId::Case(case), after: dice.below(4) as u64, limit };
        self.same(&question, |store| store.history(&question).unwrap().answer);
    }

    /// Conditions, each with something that some cases meet and others do not.
    fn filter(&self, dice: &mut Dice) -> CaseFilter {
        let scene = self.scene;
        // Few of them at once, so that something is left.
        let rare = |dice: &mut Dice| dice.once_in(9);
        let mut filter = CaseFilter::default();
        let types: Vec<_> = scene.types.iter().map(|one| one.id).collect();
        let people = |dice: &mut Dice| dice.one_of(&self.people);
        let instant = |dice: &mut Dice| dice.one_of(&self.instants);
        filter.types = rare(dice).then(|| dice.some_of(&types));
        filter.stages = rare(dice).then(|| dice.some_of(&scene.stages()));
        filter.categories = rare(dice).then(|| dice.some_of(&StageCategory::ALL));
        filter.teams = rare(dice).then(|| dice.some_of(&self.teams));
        filter.priorities = rare(dice).then(|| dice.some_of(&Priority::ALL));
        filter.resolutions = rare(dice)
            .then(|| dice.some_of(&[None, Some(resolution("done")), Some(resolution("duplicate"))]));
        filter.holder = rare(dice).then(|| match dice.once_in(2) {
            true => HolderFilter::Untaken,
            false => HolderFilter::By(people(dice)),
        });
        filter.customer = rare(dice).then(|| dice.one_of(&scene.customers));
        filter.raised_by = rare(dice).then(|| people(dice));
        filter.raised_from = rare(dice).then(|| instant(dice));
        filter.raised_before = rare(dice).then(|| instant(dice));
        filter.resolved_from = rare(dice).then(|| instant(dice));
        filter.resolved_before = rare(dice).then(|| instant(dice));
        filter.closed_from = rare(dice).then(|| instant(dice));
        filter.closed_before = rare(dice).then(|| instant(dice));
        filter.updated_before = rare(dice).then(|| instant(dice));
        filter.stalled = rare(dice).then(|| {
            let one = |(case_type, stage)| Stalled { case_type, stage, before: instant(dice) };
            let stages = scene.stages();
            types.iter().zip(&stages).map(|(case_type, stage)| (*case_type, stage.clone())).map(one).collect()
        });
        filter.workflow = rare(dice).then(|| dice.one_of(&scene.workflows));
        filter.outcome = rare(dice).then_some(OutcomeKind::Withdrawn);
        filter.text = rare(dice).then(|| query(&self.typed(dice)));
        filter.own = rare(dice).then(|| people(dice));
        filter.pending = rare(dice).then(|| self.pending(dice));
        filter.work = rare(dice).then(|| self.pending(dice));
        filter.tags = if rare(dice) { dice.some_of(&scene.tags) } else { Vec::new() };
        filter.fields = if rare(dice) { vec![self.field(dice)] } else { Vec::new() };
        filter.failing = rare(dice).then(|| Failing {
            code: dice.maybe(&["source_missing", "press_jammed"], 3).map(str::to_owned),
            setting: dice.maybe(&["sources.crm"], 2).map(str::to_owned),
        });
        filter.due_task = rare(dice).then(|| (dice.one_of(&DueTask::ALL), instant(dice)));
        filter.due = rare(dice).then(|| Due {
            from: dice.maybe(&self.instants, 2),
            before: dice.maybe(&self.instants, 2),
            warned: dice.maybe(&self.instants, 2),
        });
        filter
    }

    fn pending(&self, dice: &mut Dice) -> Pending {
        let all = [Permission::DecideSteps, Permission::ReleaseCases, Permission::RetryFailures];
        let bits = dice.some_of(&all).iter().fold(0, |bits, one| bits | one.bit());
        Pending { by: dice.one_of(&self.people), on_behalf_of: dice.maybe(&self.people, 2), bits }
    }

    fn field(&self, dice: &mut Dice) -> FieldFilter {
        if dice.once_in(3) {
            let codes = dice.some_of(&["letter", "phone", "web"]);
            let any = codes.into_iter().map(|code| FieldKey::Text(code.to_owned())).collect();
            let case_type = dice.one_of(&self.scene.types).id;
            return FieldFilter { any: vec![(case_type, field("channel"), FieldRange::OneOf(any))] };
        }
        let range = self.range(dice);
        let of = self.scene.types.iter().filter(|_| !dice.once_in(3));
        FieldFilter { any: of.map(|one| (one.id, field("size"), range.clone())).collect() }
    }

    /// A range of sizes.
    fn range(&self, dice: &mut Dice) -> FieldRange {
        let sizes = [-5, 0, 3, 7].map(FieldKey::Number);
        match dice.once_in(2) {
            true => FieldRange::OneOf(dice.some_of(&sizes)),
            false => FieldRange::Between(dice.maybe(&sizes, 2), dice.maybe(&sizes, 2)),
        }
    }
}
