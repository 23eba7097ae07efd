//! Builders for the tests of the rules, so that a test shows only what matters.

use std::sync::Arc;

use chrono::DateTime;
use uuid::Uuid;

use super::{Command, Context, CreateCaseType, Decision};
use crate::command::{NewCaseType, NewField};
use crate::event::{CaseFact, CaseTypeFact, Event, Fact, Header, OldNew, Personal};
use crate::evolve::evolve;
use crate::language::Language;
use crate::model::{
    Actor, ActorId, Case, CaseId, CaseNumber, CaseType, CaseTypeId, CaseTypeVersion, Catalog, Customer,
    CustomerId, Holder, Name, Note, Person, Profile, Role, Scope, Settings, ShortText, Stage, StageCategory,
    StageId, StageLabels, State, Timestamp, Title,
};
use crate::rejection::Rejection;
use crate::store::Loaded;

pub(crate) const SUPPORT: CaseTypeId = CaseTypeId(Uuid::from_u128(1));
pub(crate) const REFUNDS: CaseTypeId = CaseTypeId(Uuid::from_u128(2));

pub(crate) fn at() -> Timestamp {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

pub(crate) fn actor(id: &str, role: Role) -> Actor {
    Actor::new(id, id).with_role(role)
}

pub(crate) fn agent() -> Actor {
    actor("amara", Role::Agent)
}

pub(crate) fn manager() -> Actor {
    actor("mona", Role::Manager)
}

pub(crate) fn nobody() -> Actor {
    Actor::new("nobody", "nobody")
}

fn typed(id: CaseTypeId, name: &str, stages: &[(&str, &str, StageCategory)]) -> CaseType {
    let stage_id = |text: &str| StageId::parse("stage", text).unwrap();
    let label = |(id, label, _): &(&str, &str, StageCategory)| StageLabels {
        stage: stage_id(id),
        label: ShortText::parse("label", label).unwrap().into(),
        customer_label: None,
    };
    let stage = |(id, _, category): &(&str, &str, StageCategory)| Stage {
        id: stage_id(id),
        category: *category,
        enabled: true,
        needs_resolution: false,
    };
    CaseType {
        id,
        revision: 1,
        name: Name::parse("name", name).unwrap().into(),
        description: None,
        active: true,
        default_priority: crate::model::Priority::Normal,
        labels: stages.iter().map(label).collect(),
        versions: vec![CaseTypeVersion {
            version: 1,
            stages: stages.iter().map(stage).collect(),
            moves: None,
            workflow: None,
            resolutions: crate::model::usual_resolutions(),
            fields: Vec::new(),
        }],
        deadlines: Vec::new(),
        timed_moves: Vec::new(),
    }
}

/// The case type `Support`, with the shipped stages.
pub(crate) fn case_type() -> CaseType {
    typed(
        SUPPORT,
        "Support",
        &[
            ("open", "Open", StageCategory::Open),
            ("in_progress", "In Progress", StageCategory::Active),
            ("resolved", "Resolved", StageCategory::Resolved),
            ("closed", "Closed", StageCategory::Closed),
        ],
    )
}

/// A type like `Support` whose cases have these fields.
pub(crate) fn with_fields(new: Vec<NewField>) -> CaseType {
    let decision =
        Given::new().by(manager()).when(&CreateCaseType(NewCaseType::new("x").with_fields(new))).unwrap();
    let Fact::CaseType(_, CaseTypeFact::CaseTypeCreated { version, .. }) = &decision.drafts[0].fact else {
        panic!()
    };
    let mut support = case_type();
    support.versions[0].fields = version.fields.clone();
    support
}

/// The case type `Refunds`. Its stage `new` is labelled `open`, and its only stage for a resolved case is `Paid`.
pub(crate) fn other_type() -> CaseType {
    typed(
        REFUNDS,
        "Refunds",
        &[("new", "open", StageCategory::Open), ("paid", "Paid", StageCategory::Resolved)],
    )
}

pub(crate) fn customer(name: &str) -> Customer {
    let profile = Profile::named(Name::parse("name", name).unwrap());
    Customer {
        id: CustomerId(Uuid::from_u128(10)),
        revision: 1,
        profile,
        created_at: at(),
        updated_at: at(),
        fields_version: 0,
        fields: std::collections::BTreeMap::new(),
    }
}

/// An open case of `Support` that nobody holds, titled `Cannot log in`.
pub(crate) fn case() -> Case {
    let id = CaseId(Uuid::from_u128(20));
    let fact = CaseFact::CaseRaised {
        number: CaseNumber { prefix: "C".into(), value: 1 },
        case_type: SUPPORT,
        type_version: 1,
        stage: StageId::parse("stage", "open").unwrap(),
        category: StageCategory::Open,
        customer: None,
        team: None,
        priority: crate::model::Priority::Normal,
        resolution: None,
        reference: None,
        received_at: None,
        fields: Vec::new(),
    };
    let title = Some(OldNew::new(Title::parse("title", "Cannot log in").unwrap()));
    let event = Event {
        position: 3,
        revision: 3,
        header: Header::new(at(), ActorId::parse("actor", "rita").unwrap()),
        fact: Fact::Case(id, fact),
        personal: Personal { title, ..Personal::default() },
    };
    evolve(None, &event).and_then(State::into_case).unwrap()
}

/// The same case in progress, held by an actor.
pub(crate) fn held_by(id: &str) -> Case {
    let holder = Some(Holder { by: ActorId::parse("actor", id).unwrap(), since: at() });
    let stage = StageId::parse("stage", "in_progress").unwrap();
    Case { holder, stage, category: StageCategory::Active, ..case() }
}

/// Everything that a rule gets: who acts, and what was loaded.
pub(crate) struct Given {
    pub(crate) actor: Actor,
    pub(crate) scope: Scope,
    pub(crate) catalog: Catalog,
    pub(crate) cases: Vec<Case>,
    pub(crate) notes: Vec<Note>,
    pub(crate) customers: Vec<Customer>,
    pub(crate) people: Vec<Person>,
    pub(crate) claims: Vec<crate::store::Located>,
    pub(crate) language: Arc<Language>,
}

/// The facts about cases in a decision's drafts.
pub(crate) fn case_facts(decision: &Decision) -> Vec<CaseFact> {
    decision.drafts.iter().filter_map(|draft| draft.fact.of_case().cloned()).collect()
}

impl Given {
    /// A file with settings and the type `Support`, and an actor without permissions.
    pub(crate) fn new() -> Self {
        let settings = Settings { revision: 1, ..Settings::shipped() };
        let catalog = Catalog { settings: Some(Arc::new(settings)), ..Catalog::default() };
        let given = Self {
            actor: nobody(),
            scope: Scope::all(),
            catalog,
            cases: Vec::new(),
            notes: Vec::new(),
            customers: Vec::new(),
            people: Vec::new(),
            claims: Vec::new(),
            language: Arc::clone(Language::english()),
        };
        given.with_type(case_type())
    }

    pub(crate) fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    pub(crate) fn in_german(mut self) -> Self {
        self.language = Language::shipped("de").unwrap();
        self
    }

    pub(crate) fn with_type(mut self, case_type: CaseType) -> Self {
        self.catalog.case_types.insert(case_type.id, Arc::new(case_type));
        self
    }

    pub(crate) fn with_case(mut self, case: Case) -> Self {
        self.cases.push(case);
        self
    }

    pub(crate) fn with_note(mut self, note: Note) -> Self {
        self.notes.push(note);
        self
    }

    pub(crate) fn with_customer(mut self, customer: Customer) -> Self {
        self.customers.push(customer);
        self
    }

    pub(crate) fn with_person(mut self, person: Person) -> Self {
        self.people.push(person);
        self
    }

    pub(crate) fn when(&self, command: &impl Command) -> Result<Decision, Rejection> {
        self.when_at(at(), command)
    }

    pub(crate) fn when_at(&self, now: Timestamp, command: &impl Command) -> Result<Decision, Rejection> {
        let loaded = Loaded {
            catalog: Arc::new(self.catalog.clone()),
            cases: self.cases.clone(),
            notes: self.notes.clone(),
            customers: self.customers.clone(),
            people: self.people.clone(),
            claims: self.claims.clone(),
            ..Loaded::default()
        };
        let by = ActorId::parse("actor", &self.actor.id)?;
        command.decide(&Context {
            actor: &self.actor,
            by: &by,
            on_behalf_of: None,
            language: &self.language,
            kit_language: &self.language,
            scope: &self.scope,
            now,
            fresh: Uuid::from_u128(77),
            salt: [7; 16],
            loaded: &loaded,
            data: None,
            named: Some(&loaded),
        })
    }
}
