//! Random commits, the same to each of several stores.

use std::fmt::Debug;

use casekit_core::commit::RequestClaim;
use casekit_core::conformance::build::{Clerk, RawCase, actor, at_time, instant, plain, short_text, stage};
use casekit_core::event::{CaseFact, CustomerFact, Draft, Fact, Personal};
use casekit_core::model::{
    ActorId, BlobId, Case, CaseField, CaseId, CaseType, CustomerId, FieldId, FieldValue, Note, NoteId,
    Permission, PersonId, Priority, StageCategory, StageId, Step, StepDoer, StepId, StepKind, TagId, TeamId,
    Timestamp, Visibility, WorkflowId, shipped_workflows,
};
use casekit_core::store::{EventQuery, LoadPlan, Store};

use super::dice::Dice;

pub(super) const PEOPLE: [&str; 4] = ["ada", "bea", "cy", "Ödön"];
pub(super) const WORDS: [&str; 12] = [
    "Lamp broken",
    "lamp",
    "Roof leaks",
    "roof e-mail",
    "Straße 12",
    "返金について",
    "O'Neill \\ 100%",
    "C-000003",
    "pelican",
    "+49 151 2345678",
    "Ça va",
    "x",
];
const STEPS: [&str; 5] = ["identification", "data_approval", "privacy_approval", "legal_approval", "release"];

/// What there is to write about, and a clerk of each store. All clerks draw the same ids, instants and salts.
pub(crate) struct Scene<'a> {
    clerks: Vec<Clerk<'a>>,
    pub(super) types: Vec<CaseType>,
    pub(super) teams: Vec<TeamId>,
    pub(super) tags: Vec<TagId>,
    pub(super) customers: Vec<CustomerId>,
    pub(super) cases: Vec<CaseId>,
    pub(super) notes: Vec<NoteId>,
    pub(super) workflows: Vec<WorkflowId>,
    people: Vec<PersonId>,
    requests: u32,
    /// Whether data is found and packed, of which the blobs are not there.
    finds_data: bool,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(stores: &[&'a dyn Store]) -> Self {
        let mut scene = Self {
            clerks: stores.iter().map(|store| Clerk::new(*store)).collect(),
            types: Vec::new(),
            teams: Vec::new(),
            tags: Vec::new(),
            customers: Vec::new(),
            cases: Vec::new(),
            notes: Vec::new(),
            workflows: Vec::new(),
            people: Vec::new(),
            requests: 0,
            finds_data: true,
        };
        scene.types = ["Support", "Refunds"].map(|name| scene.each(|clerk| clerk.case_type(name))).to_vec();
        scene.teams =
            ["Front office", "Back office"].map(|name| scene.each(|clerk| clerk.team(name))).to_vec();
        scene.tags = ["urgent", "vip", "late"].map(|name| scene.each(|clerk| clerk.tag(name))).to_vec();
        scene.customers = vec![scene.each(|clerk| clerk.customer("Jo Straßer").id)];
        scene.workflows = vec![scene.each(|clerk| WorkflowId(clerk.uuid()))];
        scene
    }

    /// The same, in which nothing is found and nothing packed: the bytes of both would have to be there.
    pub(crate) fn without_data(stores: &[&'a dyn Store]) -> Self {
        Self { finds_data: false, ..Self::new(stores) }
    }

    /// What each clerk makes of the same call, which must be the same.
    fn each<T: PartialEq + Debug>(&self, ask: impl Fn(&Clerk<'a>) -> T) -> T {
        let mut answers = self.clerks.iter().map(ask);
        let first = answers.next().expect("a store");
        answers.for_each(|answer| assert_eq!(first, answer, "every store answers alike"));
        first
    }

    /// Commits drafts to each store. What some of them refuse all must, for the same reason.
    fn write(&self, drafts: impl Fn(&Clerk<'a>) -> Vec<Draft>) -> bool {
        self.each(|clerk| {
            let commit = clerk.commit(drafts(clerk));
            format!("{:?}", clerk.attempt(commit))
        })
        .starts_with("Ok")
    }

    pub(crate) fn step(&mut self, dice: &mut Dice) {
        let Some(case) = dice.maybe(&self.cases, 6) else { return self.raise(dice) };
        let now = self.each(|clerk| clerk.case_now(case));
        match dice.below(12) {
            0 | 1 => self.hold(dice, &now),
            2 | 3 => self.proceed(dice, &now),
            4 => self.change(dice, &now),
            5 => self.tag(dice, case),
            6 => self.fill_in(dice, &now),
            7 | 8 => self.note(dice, &now),
            9 => self.customer(dice),
            10 => self.define(dice),
            _ => self.work(dice, case),
        }
    }

    fn raise(&mut self, dice: &mut Dice) {
        let case_type = dice.one_of(&self.types);
        let new = RawCase {
            description: dice.maybe(&WORDS, 2).map(str::to_owned),
            customer: dice.maybe(&self.customers, 2),
            category: dice.one_of(&StageCategory::ALL),
            by: dice.one_of(&PEOPLE).to_owned(),
            team: dice.maybe(&self.teams, 2),
            priority: dice.one_of(&Priority::ALL),
            at: dice.once_in(3).then(|| instant(dice.below(20) as i64 * 100_000)),
            reference: dice.once_in(8).then(|| format!("old {}", self.cases.len())),
            ..RawCase::of(&case_type, dice.one_of(&WORDS))
        };
        let with_request = dice.once_in(4);
        let nth = self.requests;
        self.requests += u32::from(with_request);
        let (answer, id) = self.each(|clerk| {
            let id = CaseId(clerk.uuid());
            let draft = clerk.raises(id, new.clone());
            // What carries out a request is by its actor, and happens when it was made.
            let at = draft.header.at;
            let mut commit = clerk.commit(vec![draft]);
            if with_request {
                let claim = clerk.request(&new.by, &format!("request {nth}"));
                commit.request = Some(RequestClaim { at, ..claim });
            }
            (format!("{:?}", clerk.attempt(commit)), id)
        });
        if answer.starts_with("Ok") {
            self.cases.push(id);
        }
    }

    fn hold(&self, dice: &mut Dice, now: &Case) {
        let who = dice.one_of(&PEOPLE);
        self.write(|clerk| match now.holder_id() {
            Some(holder) => vec![clerk.returns(now.id, holder.as_str())],
            None => vec![clerk.takes(now.id, who)],
        });
    }

    fn proceed(&self, dice: &mut Dice, now: &Case) {
        let to = dice.one_of(&StageCategory::ALL);
        let (ends, code, case_type) =
            (dice.once_in(2), dice.one_of(&["done", "duplicate"]), dice.one_of(&self.types));
        let retyped = dice.once_in(6);
        self.write(|clerk| match (to.is_ended() && ends, retyped) {
            (_, true) => vec![clerk.changes_type(now, case_type.id)],
            (true, false) => vec![clerk.ends(now, to, code, "It was so")],
            (false, false) => vec![clerk.moves(now, to)],
        });
    }

    fn change(&self, dice: &mut Dice, now: &Case) {
        let (customer, team) = (dice.maybe(&self.customers, 3), dice.maybe(&self.teams, 3));
        let (priority, word, which) = (dice.one_of(&Priority::ALL), dice.one_of(&WORDS), dice.below(5));
        self.write(|clerk| {
            vec![match which {
                0 => clerk.links(now, customer),
                1 => clerk.gives(now, team),
                2 => clerk.prioritises(now, priority),
                3 => clerk.retitles(now.id, word),
                _ => clerk.describes(now.id, word),
            }]
        });
    }

    fn tag(&mut self, dice: &mut Dice, case: CaseId) {
        let (one, other) = (dice.one_of(&self.tags), dice.one_of(&self.tags));
        if dice.once_in(8) && one != other {
            // One that stands for another has no case of its own any more.
            if self.write(|clerk| vec![clerk.merges_tag(one, other)]) {
                self.tags.retain(|tag| *tag != one);
            }
        } else if dice.once_in(6) {
            let name =
                format!("tag {}", self.requests + u32::try_from(self.tags.len() + self.cases.len()).unwrap());
            let id = self.each(|clerk| {
                let id = TagId(clerk.uuid());
                let commit = clerk.commit(vec![clerk.creates_tag(id, &name), clerk.tags(case, &[id], &[])]);
                clerk.attempt(commit).ok().map(|_| id)
            });
            self.tags.extend(id);
        } else {
            let has = self.each(|clerk| clerk.case_now(case)).tags.contains(&one);
            self.write(|clerk| {
                vec![if has { clerk.tags(case, &[], &[one]) } else { clerk.tags(case, &[one], &[]) }]
            });
        }
    }

    /// Gives a case values of its own fields.
    fn fill_in(&self, dice: &mut Dice, now: &Case) {
        let size = dice.maybe(&[-5, 0, 3, 1 << 40], 4).map(|n| kept(FieldValue::Number(n), true));
        let codes = dice.some_of(&["phone", "web", "letter"]);
        let channels = FieldValue::Choices(codes.iter().map(|code| field(code)).collect());
        let channels = (!codes.is_empty()).then(|| kept(channels, true));
        let word = dice.maybe(&WORDS, 3).map(|word| CaseField {
            sensitive: dice.once_in(3),
            ..kept(FieldValue::Text(short_text(word)), dice.once_in(2))
        });
        let fields = vec![field("channel"), field("size"), field("word")];
        let personal = Personal {
            fields_from: fields.iter().map(|id| now.fields.get(id).cloned()).collect(),
            fields_to: vec![channels, size, word],
            ..Personal::default()
        };
        self.write(|clerk| {
            let fact = CaseFact::FieldsChanged { fields: fields.clone() };
            vec![Draft { personal: personal.clone(), ..clerk.draft(Fact::Case(now.id, fact)) }]
        });
    }

    fn note(&mut self, dice: &mut Dice, now: &Case) {
        let (word, which) = (dice.one_of(&WORDS), dice.below(6));
        let note: Option<Note> = dice.maybe(&self.notes, 2).map(|id| self.each(|clerk| clerk.note_now(id)));
        let seen = dice.one_of(&[Visibility::Internal, Visibility::Customer]);
        match (note, which) {
            // The engine edits no note that was retracted, and which entry one would have is for each store to choose.
            (Some(note), 0) if note.text().is_some() => {
                _ = self.write(|clerk| vec![clerk.edits_note(&note, word)]);
            }
            (Some(note), 1) => drop(self.write(|clerk| vec![clerk.retracts_note(&note)])),
            (Some(note), 2) => drop(self.write(|clerk| vec![clerk.shows_note(&note, seen)])),
            (parent, _) => {
                let parent = parent.filter(|parent| parent.case == now.id);
                let id = self.each(|clerk| {
                    let id = NoteId(clerk.uuid());
                    let draft = clerk.adds_note(now, id, parent.as_ref(), word, seen);
                    clerk.attempt(clerk.commit(vec![draft])).ok().map(|_| id)
                });
                self.notes.extend(id);
            }
        }
    }

    /// Gives a customer a value of their own.
    fn fill_in_customer(&self, dice: &mut Dice, id: CustomerId) {
        let now = self.each(|clerk| clerk.customer_now(id));
        let size = dice.maybe(&[-5, 0, 3, 7], 4).map(|n| kept(FieldValue::Number(n), true));
        let word =
            dice.maybe(&WORDS, 3).map(|word| kept(FieldValue::Text(short_text(word)), dice.once_in(2)));
        let fields = vec![field("size"), field("word")];
        let personal = Personal {
            fields_from: fields.iter().map(|id| now.fields.get(id).cloned()).collect(),
            fields_to: vec![size, word],
            ..Personal::default()
        };
        self.write(|clerk| {
            let fact = CustomerFact::CustomerFieldsChanged { fields: fields.clone(), fields_version: 1 };
            vec![Draft { personal: personal.clone(), ..clerk.draft(Fact::Customer(id, fact)) }]
        });
    }

    fn customer(&mut self, dice: &mut Dice) {
        let (id, word) = (dice.one_of(&self.customers), dice.one_of(&WORDS));
        let reference = dice.maybe(&["CRM-7", "CRM 7", "r9"], 2);
        match dice.below(5) {
            4 => self.fill_in_customer(dice, id),
            0 => drop(self.write(|clerk| vec![clerk.renames_customer(id, word)])),
            1 => drop(self.write(|clerk| vec![clerk.refers_to_customer(id, reference)])),
            2 => {
                let phone = dice.maybe(&["+49 151 2345678", "0151 99999"], 2);
                self.write(|clerk| vec![clerk.reaches_customer(id, Some("jo@example.org"), phone)]);
            }
            _ => {
                let id = self.each(|clerk| {
                    let id = CustomerId(clerk.uuid());
                    clerk.attempt(clerk.commit(vec![clerk.creates_customer(id, word, None)])).ok().map(|_| id)
                });
                self.customers.extend(id);
            }
        }
    }

    fn define(&mut self, dice: &mut Dice) {
        let nth = self.people.len();
        let (name, who) = (dice.one_of(&["Ada Obi", "Bea", "Bea"]), format!("person {nth}"));
        match dice.below(4) {
            0 => {
                let case_type = dice.one_of(&self.types);
                let now = self.each(|clerk| clerk.store.catalog().unwrap().case_types[&case_type.id].clone());
                self.write(|clerk| vec![clerk.renames_type(&now, &format!("Type {nth} {}", case_type.id))]);
            }
            1 => drop(self.write(|clerk| vec![clerk.imports()])),
            2 => drop(self.write(|clerk| vec![clerk.changes_settings("K")])),
            _ => {
                let id = self.each(|clerk| {
                    let id = PersonId(clerk.uuid());
                    clerk.attempt(clerk.commit(vec![clerk.enters_person(id, &who, name)])).ok().map(|_| id)
                });
                self.people.extend(id);
            }
        }
    }

    /// Goes on with the workflow of a case, by a step that may not be its turn.
    fn work(&mut self, dice: &mut Dice, case: CaseId) {
        let now = self.each(|clerk| clerk.case_now(case));
        if now.progress.is_none() {
            let workflow = dice.one_of(&self.workflows);
            let steps = dice.one_of(&courses());
            let arrived = dice.once_in(2);
            let reference = format!("W-{}", self.requests);
            self.requests += 1;
            self.write(|clerk| {
                let request = arrived.then(|| clerk.receives_request(case, &reference));
                request.into_iter().chain([clerk.starts_steps(case, workflow, steps.clone())]).collect()
            });
            return;
        }
        let (step, who) = (dice.one_of(&STEPS), dice.one_of(&PEOPLE));
        let (code, setting) =
            (dice.one_of(&["source_missing", "press_jammed"]), dice.maybe(&["sources.crm"], 2));
        let at: Timestamp = instant(3_000_000 + dice.below(9) as i64);
        let which =
            Some(dice.below(13)).filter(|which| self.finds_data || ![6, 8].contains(which)).unwrap_or(0);
        self.write(|clerk| {
            vec![match which {
                0..=3 => clerk.approves_as(case, step, who, None),
                4 => clerk.approves_as(case, step, who, Some("bea")),
                5 => clerk.fails(case, step, code, setting),
                6 => clerk.collects(case, BlobId(clerk.uuid())),
                7 => clerk.requests_release(case),
                8 => clerk.builds_package(case, BlobId(clerk.uuid())),
                9 => at_time(at, clerk.starts_delivery(case, at)),
                10 => clerk.fails_to_deliver(case, code, setting),
                11 => clerk.delivers(case),
                _ => clerk.withdraws(case),
            }]
        });
    }

    /// Every instant of an event so far, and one before and one after all of them.
    pub(super) fn instants(&self) -> Vec<Timestamp> {
        let events = self.clerks[0].store.events(&EventQuery::All { after: 0, limit: 1_000_000 }).unwrap();
        let mut all: Vec<Timestamp> = events.iter().map(|event| event.header.at).collect();
        all.extend([instant(-1), instant(10_000_000)]);
        all
    }

    pub(super) fn people(&self) -> Vec<ActorId> {
        PEOPLE.iter().copied().chain(["nobody"]).map(actor).collect()
    }

    pub(super) fn stages(&self) -> Vec<StageId> {
        ["open", "in_progress", "waiting", "resolved", "closed", "nowhere"].map(stage).to_vec()
    }

    /// That what a decision loads is the same, whatever it asks for.
    pub(super) fn loads_alike(&self, dice: &mut Dice) {
        let plan = LoadPlan {
            cases: dice.some_of(&self.cases),
            case_numbers: vec![dice.below(40) as u64, 1],
            case_customers: dice.once_in(2),
            notes: dice.some_of(&self.notes),
            customers: dice.some_of(&self.customers),
            people: self.people(),
            ledger: dice.once_in(2),
            claimed_cases: dice.once_in(2),
            claimed_customers: dice.once_in(2),
            claims: self
                .each(|clerk| clerk.store.claims(None, 1_000).unwrap())
                .into_iter()
                .map(|one| one.claim)
                .collect(),
            ..LoadPlan::default()
        };
        self.each(|clerk| {
            let mut loaded = clerk.store.load(&plan).unwrap();
            loaded.cases.sort_by_key(|case| case.id);
            loaded.claimed_cases.sort_by_key(|case| case.id);
            loaded.notes.sort_by_key(|note| note.id);
            loaded.customers.sort_by_key(|customer| customer.id);
            loaded.people.sort_by_key(|person| person.id);
            loaded.claims.sort_by(|one, other| one.claim.cmp(&other.claim));
            loaded
        });
    }
}

/// Steps of workflows: those that ship, and two of which each is for somebody else, and none for who raised the case.
fn courses() -> Vec<Vec<Step>> {
    let mut courses: Vec<Vec<Step>> =
        shipped_workflows().into_iter().map(|(_, version)| version.steps).collect();
    let step = |id: &str, other: &str| Step {
        id: StepId::parse("step", id).unwrap(),
        label: short_text(id).into(),
        kind: StepKind::Approval,
        requires: Vec::new(),
        permission: Permission::DecideSteps,
        doer: StepDoer::Anyone,
        quorum: 1,
        excludes_raiser: true,
        excludes_doers_of: vec![StepId::parse("step", other).unwrap()],
        denial_codes: Vec::new(),
        material: Vec::new(),
        methods: Vec::new(),
    };
    let [_, _, one, other, _] = STEPS;
    courses.push(vec![step(one, other), step(other, one)]);
    courses
}

pub(super) fn field(text: &str) -> FieldId {
    FieldId::parse("field", text).unwrap()
}

fn kept(value: FieldValue, indexed: bool) -> CaseField {
    CaseField { in_rows: true, indexed, ..plain(value) }
}
