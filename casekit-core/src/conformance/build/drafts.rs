//! Drafts of what happens to cases, customers and definitions.

use super::{Clerk, actor, long_text, name, reference, resolution, stage, title};
use crate::event::{
    CaseFact, CaseTypeFact, CustomerFact, Draft, Fact, Header, LedgerFact, OldNew, PersonFact, Personal,
    SettingsFact, TagFact, TeamFact, WorkflowFact,
};
use crate::model::{
    Case, CaseId, CaseNumber, CaseType, CaseTypeId, CaseTypeVersion, CustomerField, CustomerId, Lineage,
    Note, NoteId, NoteOrigin, PersonId, Priority, Profile, ProfileValue, Settings, Stage, StageCategory,
    StageLabels, TagId, TeamId, Timestamp, Visibility, WorkflowId, shipped_workflows,
};

/// The values with which a check raises a case.
#[derive(Clone, Debug)]
pub struct RawCase {
    /// Its type.
    pub case_type: CaseTypeId,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: Option<String>,
    /// The customer that it is linked to.
    pub customer: Option<CustomerId>,
    /// The category of the stage in which it starts.
    pub category: StageCategory,
    /// The actor who raises it.
    pub by: String,
    /// The team with which it stands.
    pub team: Option<TeamId>,
    /// How soon it should be worked on.
    pub priority: Priority,
    /// When it is raised; `None` for the clerk's next instant.
    pub at: Option<Timestamp>,
    /// Its reference in another system, as an imported case has one.
    pub reference: Option<String>,
}

impl RawCase {
    /// An open case, raised by `ada`.
    #[must_use]
    pub fn of(case_type: &CaseType, title: &str) -> Self {
        Self {
            case_type: case_type.id,
            title: title.to_owned(),
            description: None,
            customer: None,
            category: StageCategory::Open,
            by: "ada".to_owned(),
            team: None,
            priority: Priority::Normal,
            at: None,
            reference: None,
        }
    }
}

impl Clerk<'_> {
    /// A draft of any fact, by `ada` at the next instant, without a personal part.
    pub fn draft(&self, fact: Fact) -> Draft {
        Draft { header: Header::new(self.now(), actor("ada")), fact, personal: Personal::default() }
    }

    /// The settings are changed.
    pub fn changes_settings(&self, prefix: &str) -> Draft {
        let settings = Settings { number_prefix: prefix.to_owned(), ..Settings::shipped() };
        self.draft(Fact::Settings(SettingsFact::SettingsChanged { settings }))
    }

    /// A workflow is created.
    pub fn creates_workflow(&self, id: WorkflowId, called: &str) -> Draft {
        let (_, version) = shipped_workflows().remove(0);
        self.draft(Fact::Workflow(
            id,
            WorkflowFact::WorkflowCreated { name: name(called).into(), version, deadlines: Vec::new() },
        ))
    }

    /// A case type is created.
    pub fn creates_type(&self, id: CaseTypeId, called: &str) -> Draft {
        let stage = |category| Stage {
            id: stage(stage_of(category)),
            category,
            enabled: true,
            needs_resolution: false,
        };
        let stages = StageCategory::ALL.map(stage).to_vec();
        let label = |stage: &Stage| StageLabels {
            stage: stage.id.clone(),
            label: super::short_text(stage.id.as_str()).into(),
            customer_label: None,
        };
        let fact = CaseTypeFact::CaseTypeCreated {
            name: name(called).into(),
            description: None,
            active: true,
            default_priority: Priority::Normal,
            labels: stages.iter().map(label).collect(),
            version: CaseTypeVersion {
                version: 1,
                stages,
                moves: None,
                workflow: None,
                resolutions: crate::model::usual_resolutions(),
                fields: Vec::new(),
            },
            deadlines: Vec::new(),
            timed_moves: Vec::new(),
        };
        self.draft(Fact::CaseType(id, fact))
    }

    /// A case type gets another name.
    pub fn renames_type(&self, case_type: &CaseType, to: &str) -> Draft {
        let fact = CaseTypeFact::CaseTypeRenamed { from: case_type.name.clone(), to: name(to) };
        self.draft(Fact::CaseType(case_type.id, fact))
    }

    /// A team is created.
    pub fn creates_team(&self, id: TeamId, called: &str) -> Draft {
        self.draft(Fact::Team(id, TeamFact::TeamCreated { name: name(called), description: None }))
    }

    /// A team gets another name.
    pub fn renames_team(&self, id: TeamId, from: &str, to: &str) -> Draft {
        self.draft(Fact::Team(id, TeamFact::TeamRenamed { from: name(from), to: name(to) }))
    }

    /// A tag is made.
    pub fn creates_tag(&self, id: TagId, called: &str) -> Draft {
        self.draft(Fact::Tag(id, TagFact::TagCreated { name: name(called) }))
    }

    /// A tag gets another name.
    pub fn renames_tag(&self, id: TagId, from: &str, to: &str) -> Draft {
        self.draft(Fact::Tag(id, TagFact::TagRenamed { from: name(from), to: name(to) }))
    }

    /// A tag is merged into another one.
    pub fn merges_tag(&self, from: TagId, into: TagId) -> Draft {
        self.draft(Fact::Tag(from, TagFact::TagMerged { into }))
    }

    /// A case gets tags, and loses some.
    pub fn tags(&self, case: CaseId, added: &[TagId], removed: &[TagId]) -> Draft {
        let (added, removed) = (added.to_vec(), removed.to_vec());
        self.draft(Fact::Case(case, CaseFact::TagsChanged { added, removed }))
    }

    /// A customer is created, optionally with a reference in another system.
    pub fn creates_customer(&self, id: CustomerId, called: &str, known_as: Option<&str>) -> Draft {
        let mut profile = Profile::named(name(called));
        profile.external_reference = known_as.map(reference);
        let fact = CustomerFact::CustomerCreated {
            fields: vec![CustomerField::Name],
            own_fields: Vec::new(),
            fields_version: None,
        };
        let personal = Personal { profile: Some(Box::new(profile)), ..Personal::default() };
        Draft { personal, ..self.draft(Fact::Customer(id, fact)) }
    }

    /// A customer gets another name.
    pub fn renames_customer(&self, id: CustomerId, to: &str) -> Draft {
        self.updates_customer(id, CustomerField::Name, ProfileValue::Name(name(to)))
    }

    /// A customer gets another external reference, or none.
    pub fn refers_to_customer(&self, id: CustomerId, known_as: Option<&str>) -> Draft {
        let value = ProfileValue::ExternalReference(known_as.map(reference));
        self.updates_customer(id, CustomerField::ExternalReference, value)
    }

    /// A customer gets another e-mail address and telephone number, or none.
    pub fn reaches_customer(&self, id: CustomerId, email: Option<&str>, phone: Option<&str>) -> Draft {
        let (email, phone) = (email.map(super::short_text), phone.map(super::short_text));
        let fact = CustomerFact::CustomerUpdated { fields: vec![CustomerField::Email, CustomerField::Phone] };
        let profile_to = vec![ProfileValue::Email(email), ProfileValue::Phone(phone)];
        let personal = Personal { profile_to, ..Personal::default() };
        Draft { personal, ..self.draft(Fact::Customer(id, fact)) }
    }

    fn updates_customer(&self, id: CustomerId, field: CustomerField, to: ProfileValue) -> Draft {
        let fact = CustomerFact::CustomerUpdated { fields: vec![field] };
        let personal = Personal { profile_to: vec![to], ..Personal::default() };
        Draft { personal, ..self.draft(Fact::Customer(id, fact)) }
    }

    /// Somebody is entered in the directory of people.
    pub fn enters_person(&self, id: PersonId, known_as: &str, called: &str) -> Draft {
        let personal = Personal { name: Some(OldNew::new(name(called))), ..Personal::default() };
        let fact = PersonFact::PersonEntered { actor: actor(known_as) };
        Draft { personal, ..self.draft(Fact::Person(id, fact)) }
    }

    /// Somebody is called something else.
    pub fn renames_person(&self, id: PersonId, from: Option<&str>, to: &str) -> Draft {
        let names = OldNew { from: from.map(name), to: Some(name(to)) };
        let personal = Personal { name: Some(names), ..Personal::default() };
        Draft { personal, ..self.draft(Fact::Person(id, PersonFact::PersonRenamed)) }
    }

    /// A case is raised.
    pub fn raises(&self, id: CaseId, new: RawCase) -> Draft {
        let fact = CaseFact::CaseRaised {
            number: CaseNumber { prefix: "C".into(), value: 0 },
            case_type: new.case_type,
            type_version: 1,
            stage: stage(stage_of(new.category)),
            category: new.category,
            customer: new.customer,
            team: new.team,
            priority: new.priority,
            resolution: None,
            reference: new.reference,
            received_at: None,
            fields: Vec::new(),
        };
        let personal = Personal {
            title: Some(OldNew::new(title(&new.title))),
            description: new.description.map(|text| OldNew::new(long_text(&text))),
            ..Personal::default()
        };
        let draft = self.draft(Fact::Case(id, fact));
        let header = Header::new(new.at.unwrap_or(draft.header.at), actor(&new.by));
        Draft { personal, header, ..draft }
    }

    /// A case gets another title.
    pub fn retitles(&self, case: CaseId, to: &str) -> Draft {
        let personal = Personal { title: Some(OldNew::new(title(to))), ..Personal::default() };
        Draft { personal, ..self.draft(Fact::Case(case, CaseFact::TitleChanged)) }
    }

    /// A case gets another description.
    pub fn describes(&self, case: CaseId, to: &str) -> Draft {
        let personal = Personal { description: Some(OldNew::new(long_text(to))), ..Personal::default() };
        Draft { personal, ..self.draft(Fact::Case(case, CaseFact::DescriptionChanged)) }
    }

    /// A case moves to the stage of another category.
    pub fn moves(&self, case: &Case, to: StageCategory) -> Draft {
        let fact = CaseFact::StageChanged {
            from: case.stage.clone(),
            to: stage(stage_of(to)),
            category: to,
            reopened: case.category.is_ended(),
            resolution: None,
        };
        self.draft(Fact::Case(case.id, fact))
    }

    /// A case moves to the stage of a category in which it ends, in this way and for this reason.
    pub fn ends(&self, case: &Case, to: StageCategory, code: &str, why: &str) -> Draft {
        let fact = CaseFact::StageChanged {
            from: case.stage.clone(),
            to: stage(stage_of(to)),
            category: to,
            reopened: false,
            resolution: Some(resolution(code)),
        };
        let personal = Personal::because(Some(super::short_text(why)));
        Draft { personal, ..self.draft(Fact::Case(case.id, fact)) }
    }

    /// It is said of a case that has ended how that was.
    pub fn resolves(&self, case: &Case, code: &str) -> Draft {
        let from = case.resolution_code().cloned();
        self.draft(Fact::Case(case.id, CaseFact::ResolutionChanged { from, to: resolution(code) }))
    }

    /// A case moves to another type, into its stage `open`.
    pub fn changes_type(&self, case: &Case, to: CaseTypeId) -> Draft {
        let fact = CaseFact::TypeChanged {
            from: case.case_type,
            from_version: case.type_version,
            to,
            to_version: 1,
            stage: stage("open"),
            category: StageCategory::Open,
            reopened: false,
            resolution: None,
        };
        self.draft(Fact::Case(case.id, fact))
    }

    /// A case is linked to another customer, or to none.
    pub fn links(&self, case: &Case, to: Option<CustomerId>) -> Draft {
        self.draft(Fact::Case(case.id, CaseFact::CustomerChanged { from: case.customer, to }))
    }

    /// A case is given to another team, or to none.
    pub fn gives(&self, case: &Case, to: Option<TeamId>) -> Draft {
        self.draft(Fact::Case(case.id, CaseFact::TeamChanged { from: case.team, to }))
    }

    /// A case gets another priority.
    pub fn prioritises(&self, case: &Case, to: Priority) -> Draft {
        self.draft(Fact::Case(case.id, CaseFact::PriorityChanged { from: case.priority, to }))
    }

    /// Somebody takes a case.
    pub fn takes(&self, case: CaseId, who: &str) -> Draft {
        let header = Header::new(self.now(), actor(who));
        Draft { header, ..self.draft(Fact::Case(case, CaseFact::CaseTaken)) }
    }

    /// Somebody returns a case.
    pub fn returns(&self, case: CaseId, who: &str) -> Draft {
        self.draft(Fact::Case(case, CaseFact::CaseReturned { from: actor(who) }))
    }

    /// A note is added at the next free place of the thread.
    pub fn adds_note(
        &self,
        case: &Case,
        id: NoteId,
        parent: Option<&Note>,
        text: &str,
        visibility: Visibility,
    ) -> Draft {
        let mut path = parent.map(|note| note.path.clone()).unwrap_or_default();
        path.push(case.notes + 1);
        let fact = CaseFact::NoteAdded {
            note: id,
            parent: parent.map(|note| note.id),
            path,
            visibility,
            origin: NoteOrigin::Staff,
        };
        self.says(case.id, fact, text)
    }

    /// A note gets another text.
    pub fn edits_note(&self, note: &Note, text: &str) -> Draft {
        self.says(note.case, CaseFact::NoteEdited { note: note.id, visibility: note.visibility }, text)
    }

    fn says(&self, case: CaseId, fact: CaseFact, text: &str) -> Draft {
        let personal = Personal { text: Some(OldNew::new(long_text(text))), ..Personal::default() };
        Draft { personal, ..self.draft(Fact::Case(case, fact)) }
    }

    /// A note is retracted.
    pub fn retracts_note(&self, note: &Note) -> Draft {
        self.draft(Fact::Case(
            note.case,
            CaseFact::NoteRetracted { note: note.id, visibility: note.visibility },
        ))
    }

    /// A note gets another visibility.
    pub fn shows_note(&self, note: &Note, to: Visibility) -> Draft {
        let fact = CaseFact::NoteVisibilityChanged { note: note.id, from: note.visibility, to };
        self.draft(Fact::Case(note.case, fact))
    }

    /// An import is recorded in the ledger: an event of the file as a whole.
    pub fn imports(&self) -> Draft {
        let fact = LedgerFact::Imported { items: 2, refused: 0, events: 2 };
        self.draft(Fact::Ledger(fact))
    }

    /// The file is restored from a backup, optionally with a floor for case numbers.
    pub fn restores(&self, number_floor: Option<u64>) -> Draft {
        let lineage = Lineage(self.uuid());
        self.draft(Fact::Ledger(LedgerFact::Restored { number_floor, position: 1, number: 1, lineage }))
    }

    /// The store is set up, with its first lineage.
    pub fn begins(&self, lineage: Lineage) -> Draft {
        self.draft(Fact::Ledger(LedgerFact::Begun { lineage }))
    }
}

/// The same draft at another instant.
#[must_use]
pub fn at_time(at: Timestamp, draft: Draft) -> Draft {
    Draft { header: Header { at, ..draft.header }, ..draft }
}

fn stage_of(category: StageCategory) -> &'static str {
    match category {
        StageCategory::Open => "open",
        StageCategory::Active => "in_progress",
        StageCategory::Waiting => "waiting",
        StageCategory::Resolved => "resolved",
        StageCategory::Closed => "closed",
    }
}
