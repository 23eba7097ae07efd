//! Commits for tests that speak to the store itself: they show only what matters.

#![allow(unreachable_pub, reason = "for the modules of this program")]

use std::sync::atomic::{AtomicU64, Ordering};

use casekit_core::commit::{Claim, ClaimKind, Commit, Committed, Expect, Refused, RequestClaim};
use casekit_core::event::{
    CaseFact, CaseTypeFact, CustomerFact, Draft, Fact, Header, OldNew, Personal, SettingsFact,
};
use casekit_core::model::{
    ActorId, BlobId, Case, CaseId, CaseNumber, CaseTypeId, CaseTypeVersion, Customer, CustomerField,
    CustomerId, LongText, Name, Note, NoteId, Priority, Profile, ProfileValue, Reference, RequestId,
    ResolutionCode, Settings, Stage, StageCategory, StageId, State, StreamId, TeamId, Timestamp, Title,
    Visibility,
};
use casekit_core::search::Query;
use casekit_core::store::{
    CaseFilter, CaseQuery, CountBy, CountQuery, Direction, LoadPlan, SearchQuery, Sort, Store, StoreError,
};
use casekit_sqlite::{SqliteOptions, SqliteStore};
use chrono::DateTime;
use tempfile::TempDir;
use uuid::Uuid;

/// A folder with a store in it.
pub struct World {
    pub folder: TempDir,
    pub store: SqliteStore,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("cases"), &SqliteOptions::default()).unwrap();
        Self { folder, store }
    }

    pub fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("cases")
    }

    /// Another store on the same file.
    pub fn second(&self) -> SqliteStore {
        SqliteStore::open(self.path(), &SqliteOptions::default()).unwrap()
    }
}

/// What a killed process leaves of a file with 20 cases: the file and its log, without the index of the log.
pub fn left_by_a_kill() -> TempDir {
    let world = World::new();
    for n in 0..20 {
        raise(&format!("Case {n}")).on(&world.store);
    }
    let left = tempfile::tempdir().unwrap();
    for name in ["cases", "cases-wal"] {
        std::fs::copy(world.folder.path().join(name), left.path().join(name)).unwrap();
    }
    left
}

/// An id that no other has.
pub fn fresh() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u64_pair(7, NEXT.fetch_add(1, Ordering::Relaxed))
}

pub fn at(second: i64) -> Timestamp {
    DateTime::from_timestamp(1_700_000_000 + second, 123_000).unwrap()
}

pub fn actor(id: &str) -> ActorId {
    ActorId::parse("actor", id).unwrap()
}

pub fn resolution(text: &str) -> ResolutionCode {
    ResolutionCode::parse("resolution", text).unwrap()
}

pub fn stage(id: &str) -> StageId {
    StageId::parse("stage", id).unwrap()
}

pub fn title(text: &str) -> Title {
    Title::parse("title", text).unwrap()
}

pub fn name(text: &str) -> Name {
    Name::parse("name", text).unwrap()
}

pub fn long(text: &str) -> LongText {
    LongText::parse("text", text).unwrap()
}

pub fn category(stage: &str) -> StageCategory {
    match stage {
        "open" => StageCategory::Open,
        "in_progress" => StageCategory::Active,
        "resolved" => StageCategory::Resolved,
        "closed" => StageCategory::Closed,
        other => panic!("no stage {other}"),
    }
}

pub fn draft(second: i64, by: &str, fact: Fact) -> Draft {
    Draft { header: Header::new(at(second), actor(by)), fact, personal: Personal::default() }
}

pub fn commit(drafts: Vec<Draft>) -> Commit {
    Commit {
        request: None,
        expect: Vec::new(),
        read_set: Vec::new(),
        read_notes: Vec::new(),
        salts: vec![[7; 16]; drafts.len()],
        drafts,
        keep_blobs: Vec::new(),
        drop_blobs: Vec::new(),
    }
}

/// A case to raise.
#[derive(Clone)]
pub struct Raise {
    pub id: CaseId,
    pub second: i64,
    pub by: String,
    pub title: String,
    pub description: Option<String>,
    pub case_type: CaseTypeId,
    pub stage: String,
    pub customer: Option<CustomerId>,
    pub team: Option<TeamId>,
    pub priority: Priority,
    pub reference: Option<String>,
}

pub const TYPE: CaseTypeId = CaseTypeId(Uuid::from_u128(1));

pub fn raise(title: &str) -> Raise {
    Raise {
        id: CaseId(fresh()),
        second: 0,
        by: "ada".into(),
        title: title.into(),
        description: None,
        case_type: TYPE,
        stage: "open".into(),
        customer: None,
        team: None,
        priority: Priority::Normal,
        reference: None,
    }
}

impl Raise {
    pub fn commit(&self) -> Commit {
        let fact = CaseFact::CaseRaised {
            number: CaseNumber { prefix: "C".into(), value: 0 },
            case_type: self.case_type,
            type_version: 1,
            stage: stage(&self.stage),
            category: category(&self.stage),
            customer: self.customer,
            team: self.team,
            priority: self.priority,
            resolution: None,
            reference: self.reference.clone(),
            received_at: None,
            fields: Vec::new(),
        };
        let mut draft = draft(self.second, &self.by, Fact::Case(self.id, fact));
        draft.personal.title = Some(OldNew::new(title(&self.title)));
        draft.personal.description = self.description.as_deref().map(|text| OldNew::new(long(text)));
        let mut commit = commit(vec![draft]);
        commit.expect.push(Expect::Absent(StreamId::Case(self.id)));
        commit
    }

    pub fn on(&self, store: &dyn Store) -> Case {
        write(store, self.commit());
        case(store, self.id)
    }
}

/// A change of one case, on its state as it was loaded.
pub fn change(case: &Case, second: i64, by: &str, fact: CaseFact, personal: Personal) -> Commit {
    let mut draft = draft(second, by, Fact::Case(case.id, fact));
    draft.personal = personal;
    let mut commit = commit(vec![draft]);
    commit.expect.push(Expect::Revision(StreamId::Case(case.id), case.revision));
    commit.read_set.push(State::Case(Box::new(case.clone())));
    commit
}

pub fn retitle(case: &Case, to: &str) -> Commit {
    let personal = Personal { title: Some(OldNew::new(title(to))), ..Personal::default() };
    change(case, 10, "ada", CaseFact::TitleChanged, personal)
}

pub fn describe(case: &Case, to: &str) -> Commit {
    let personal = Personal { description: Some(OldNew::new(long(to))), ..Personal::default() };
    change(case, 10, "ada", CaseFact::DescriptionChanged, personal)
}

pub fn take(case: &Case, by: &str) -> Commit {
    change(case, 11, by, CaseFact::CaseTaken, Personal::default())
}

pub fn move_to(case: &Case, to: &str) -> Commit {
    let fact = CaseFact::StageChanged {
        from: case.stage.clone(),
        to: stage(to),
        category: category(to),
        reopened: false,
        resolution: match to {
            "resolved" => Some(resolution("done")),
            "closed" => Some(resolution("duplicate")),
            _ => None,
        },
    };
    change(case, 12, "ada", fact, Personal::default())
}

pub fn link(case: &Case, to: Option<CustomerId>) -> Commit {
    change(case, 13, "ada", CaseFact::CustomerChanged { from: case.customer, to }, Personal::default())
}

pub fn add_note(
    case: &Case,
    id: NoteId,
    parent: Option<&Note>,
    text: &str,
    visibility: Visibility,
) -> Commit {
    let mut path = parent.map(|parent| parent.path.clone()).unwrap_or_default();
    path.push(case.notes + 1);
    let fact = CaseFact::NoteAdded {
        note: id,
        parent: parent.map(|parent| parent.id),
        path,
        visibility,
        origin: casekit_core::model::NoteOrigin::Staff,
    };
    let personal = Personal { text: Some(OldNew::new(long(text))), ..Personal::default() };
    change(case, 20, "ada", fact, personal)
}

pub fn edit_note(case: &Case, note: &Note, text: &str) -> Commit {
    let personal = Personal { text: Some(OldNew::new(long(text))), ..Personal::default() };
    let mut commit = change(
        case,
        21,
        "ada",
        CaseFact::NoteEdited { note: note.id, visibility: note.visibility },
        personal,
    );
    commit.read_notes.push(note.clone());
    commit
}

pub fn retract_note(case: &Case, note: &Note) -> Commit {
    let fact = CaseFact::NoteRetracted { note: note.id, visibility: note.visibility };
    let mut commit = change(case, 22, "ada", fact, Personal::default());
    commit.read_notes.push(note.clone());
    commit
}

pub fn create_customer(id: CustomerId, called: &str, reference: Option<&str>) -> Commit {
    let mut profile = Profile::named(name(called));
    profile.external_reference = reference.map(|text| Reference::parse("reference", text).unwrap());
    let fact = CustomerFact::CustomerCreated {
        fields: vec![CustomerField::Name],
        own_fields: Vec::new(),
        fields_version: None,
    };
    let mut draft = draft(1, "ada", Fact::Customer(id, fact));
    draft.personal.profile = Some(Box::new(profile));
    let mut commit = commit(vec![draft]);
    commit.expect.push(Expect::Absent(StreamId::Customer(id)));
    if let Some(reference) = reference {
        commit.expect.push(Expect::Unclaimed(Claim::new(ClaimKind::CustomerReference, reference)));
    }
    commit
}

pub fn rename_customer(customer: &Customer, to: &str) -> Commit {
    let fact = CustomerFact::CustomerUpdated { fields: vec![CustomerField::Name] };
    let mut draft = draft(2, "ada", Fact::Customer(customer.id, fact));
    draft.personal.profile_to = vec![ProfileValue::Name(name(to))];
    let mut commit = commit(vec![draft]);
    commit.expect.push(Expect::Revision(StreamId::Customer(customer.id), customer.revision));
    commit.read_set.push(State::Customer(customer.clone()));
    commit
}

pub fn create_type(id: CaseTypeId, called: &str) -> Commit {
    let stage =
        Stage { id: stage("open"), category: StageCategory::Open, enabled: true, needs_resolution: false };
    let (moves, workflow, resolutions) = (None, None, Vec::new());
    let version =
        CaseTypeVersion { version: 1, stages: vec![stage], moves, workflow, resolutions, fields: Vec::new() };
    let fact = CaseTypeFact::CaseTypeCreated {
        name: name(called).into(),
        description: None,
        active: true,
        default_priority: Priority::Normal,
        labels: vec![],
        version,
        deadlines: vec![],
        timed_moves: vec![],
    };
    let mut commit = commit(vec![draft(0, "ada", Fact::CaseType(id, fact))]);
    commit.expect.push(Expect::Absent(StreamId::CaseType(id)));
    commit.expect.push(Expect::Unclaimed(Claim::new(ClaimKind::CaseTypeName, called)));
    commit
}

pub fn set_up(prefix: &str) -> Commit {
    let settings = Settings { number_prefix: prefix.into(), ..Settings::shipped() };
    let fact = SettingsFact::SettingsChanged { settings };
    commit(vec![draft(0, "ada", Fact::Settings(fact))])
}

pub fn request(by: &str, id: &str) -> RequestClaim {
    RequestClaim {
        actor: actor(by),
        id: RequestId::parse("request", id).unwrap(),
        salt: [3; 16],
        fingerprint: [4; 32],
        at: at(0),
    }
}

pub fn one(store: &dyn Store, commit: Commit) -> Result<Committed, Refused> {
    let results: Result<Vec<_>, StoreError> = store.commit(vec![commit]);
    results.unwrap().pop().unwrap()
}

pub fn write(store: &dyn Store, commit: Commit) -> Committed {
    one(store, commit).unwrap()
}

pub fn case(store: &dyn Store, id: CaseId) -> Case {
    let plan = LoadPlan { cases: vec![id], ..LoadPlan::default() };
    store.load(&plan).unwrap().cases.pop().unwrap()
}

pub fn note(store: &dyn Store, id: NoteId) -> Note {
    let plan = LoadPlan { notes: vec![id], ..LoadPlan::default() };
    store.load(&plan).unwrap().notes.pop().unwrap()
}

pub fn customer(store: &dyn Store, id: CustomerId) -> Customer {
    let plan = LoadPlan { customers: vec![id], ..LoadPlan::default() };
    store.load(&plan).unwrap().customers.pop().unwrap()
}

pub fn cases_query() -> CaseQuery {
    CaseQuery {
        filter: CaseFilter::default(),
        sort: Sort::Number,
        by_field: None,
        direction: Direction::Ascending,
        after: None,
        limit: 50,
    }
}

pub fn numbers(store: &dyn Store, query: &CaseQuery) -> Vec<u64> {
    store.cases(query).unwrap().answer.rows.iter().map(|row| row.number.value).collect()
}

pub fn count_query(by: CountBy) -> CountQuery {
    CountQuery { by, filter: CaseFilter::default() }
}

pub fn search_query(text: &str) -> SearchQuery {
    SearchQuery {
        text: Query::parse("text", text).unwrap(),
        types: None,
        teams: None,
        customer: None,
        own: None,
        notes: true,
        internal: true,
        cases: true,
        after: None,
        limit: 50,
    }
}

/// The titles of the cases and the ids of the notes that are found, newest first.
pub fn found(store: &dyn Store, text: &str) -> Vec<(String, Option<NoteId>)> {
    let rows = store.search(&search_query(text)).unwrap().answer.rows;
    rows.into_iter().map(|row| (row.case.title.to_string(), row.note)).collect()
}

pub fn blob() -> BlobId {
    BlobId(fresh())
}
