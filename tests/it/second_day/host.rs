//! A host as data requests need one: sources, a builder and a webform that do as they are told.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use casekit::casekit_core::Engine;
use casekit::casekit_core::Services;
use casekit::casekit_core::memory::MemoryStore;
use casekit::{
    Adapters, Authorizer, ColumnKind, DataColumn, DataSource, DataTable, DataValue, Delivered, Delivery,
    Desk, Fault, NewCustomer, NewRequest, Outgoing, OutgoingKind, PackageBuilder, PackageContent, RaisedCase,
    Reach, ReceivedRequest, Role, SettingsEdit, SourceQuestion, SourceSetting, Store, WebformTarget,
};

use crate::build::{Ticking, actor, open_store};

/// What a webform does with the next package.
#[derive(Clone)]
pub(crate) enum Answer {
    Takes,
    Fails(Fault),
    /// Takes it, and then the sender dies before it hears of it.
    TakesAndPanics,
}

/// The webform: keeps the first package of each key, and counts how often each was brought.
#[derive(Default)]
pub(crate) struct Webform {
    pub(crate) kept: Mutex<BTreeMap<String, Outgoing>>,
    pub(crate) brought: Mutex<u32>,
    pub(crate) script: Mutex<VecDeque<Answer>>,
    /// Looks at each package that is handed over, before anything becomes of it.
    pub(crate) watch: Mutex<Option<Box<dyn Fn() + Send>>>,
    /// What happens elsewhere while a package is brought.
    pub(crate) meanwhile: Meanwhile,
}

/// What happens elsewhere while the host's code runs, once each.
#[derive(Default)]
pub(crate) struct Meanwhile(Mutex<VecDeque<Box<dyn FnOnce() + Send>>>);

impl Meanwhile {
    pub(crate) fn happens(&self, what: impl FnOnce() + Send + 'static) {
        self.0.lock().unwrap().push_back(Box::new(what));
    }

    fn passes(&self) {
        let next = self.0.lock().unwrap().pop_front();
        if let Some(what) = next {
            what();
        }
    }
}

impl Webform {
    pub(crate) fn will(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().unwrap().extend(answers);
    }

    pub(crate) fn sent(&self) -> Vec<Outgoing> {
        self.kept.lock().unwrap().values().cloned().collect()
    }
}

/// What the package of what was sent is about, and what stands in it.
pub(crate) fn package(outgoing: Outgoing) -> (String, String) {
    let OutgoingKind::Package { outcome, bytes, .. } = outgoing.kind else {
        panic!("only packages are sent")
    };
    (outcome, String::from_utf8(bytes).unwrap())
}

struct Carrier(Arc<Webform>);

impl Delivery for Carrier {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        *self.0.brought.lock().unwrap() += 1;
        if let Some(watch) = &*self.0.watch.lock().unwrap() {
            watch();
        }
        self.0.meanwhile.passes();
        let answer = self.0.script.lock().unwrap().pop_front().unwrap_or(Answer::Takes);
        if let Answer::Fails(fault) = answer {
            return Err(fault);
        }
        let mut kept = self.0.kept.lock().unwrap();
        let first = kept.entry(outgoing.key.clone()).or_insert_with(|| outgoing.clone());
        // Each attempt has its own time; one that was begun earlier may come later.
        let of_first = Outgoing { sent_at: first.sent_at, ..outgoing.clone() };
        assert_eq!(*first, of_first, "one key, the same package each time");
        drop(kept);
        assert!(!matches!(answer, Answer::TakesAndPanics), "the sender dies");
        Ok(Delivered { receipt: Some(format!("receipt of {}", &outgoing.key[..6])) })
    }
}

struct HostAdapters(Arc<Webform>);

impl Adapters for HostAdapters {
    fn source(&self, setting: &SourceSetting) -> Result<Box<dyn DataSource>, Fault> {
        let hint = "the file is not there: fix its path";
        Err(Fault::configuration("source_missing", &format!("sources.{}", setting.name), hint))
    }

    fn delivery(&self, _target: &WebformTarget) -> Result<Box<dyn Delivery>, Fault> {
        Ok(Box::new(Carrier(Arc::clone(&self.0))))
    }

    fn try_source(&self, setting: &SourceSetting) -> Result<(), Fault> {
        self.source(setting).map(|_| ())
    }

    fn try_delivery(&self, _target: &WebformTarget, _reach: Reach) -> Result<(), Fault> {
        Ok(())
    }
}

/// Builds packages: writes the content down as it is, for tests to look into.
#[derive(Default)]
pub(crate) struct Press {
    pub(crate) built: Mutex<u32>,
    pub(crate) faults: Mutex<VecDeque<Fault>>,
    /// What happens elsewhere while a package is built.
    pub(crate) meanwhile: Meanwhile,
}

impl Press {
    /// More than any test asks for: a delivery that never ends is made to end.
    const ENOUGH: u32 = 30;
}

struct Printer(Arc<Press>);

impl PackageBuilder for Printer {
    fn build(&self, content: &PackageContent, _limit: u64) -> Result<Vec<u8>, Fault> {
        let mut built = self.0.built.lock().unwrap();
        *built += 1;
        if *built > Press::ENOUGH {
            return Err(Fault::permanent("worn_out", "it was asked to build again and again"));
        }
        drop(built);
        self.0.meanwhile.passes();
        match self.0.faults.lock().unwrap().pop_front() {
            Some(fault) => Err(fault),
            None => Ok(format!("{content:#?}").into_bytes()),
        }
    }
}

/// A source with one table of orders: number, article, internal remark.
pub(crate) struct Orders {
    pub(crate) rows: Mutex<Result<Vec<[&'static str; 3]>, Fault>>,
    /// What is wrong with it, whatever its rows are.
    fault: Mutex<Option<Fault>>,
    asked: Mutex<u32>,
    /// What happens elsewhere while it is asked.
    pub(crate) meanwhile: Meanwhile,
}

impl Orders {
    pub(crate) fn fails(&self, fault: Fault) {
        *self.fault.lock().unwrap() = Some(fault);
    }

    pub(crate) fn works(&self) {
        *self.fault.lock().unwrap() = None;
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> u32 {
        *self.asked.lock().unwrap()
    }
}

impl DataSource for Orders {
    fn collect(&self, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        *self.asked.lock().unwrap() += 1;
        self.meanwhile.passes();
        if let Some(fault) = self.fault.lock().unwrap().clone() {
            return Err(fault);
        }
        // Not fixed when it is poisoned: that is how a test makes the host's code panic.
        let rows = self.rows.lock().unwrap().clone()?;
        assert!(!question.case_number.is_empty());
        let column = |name: &str| DataColumn { name: name.into(), kind: ColumnKind::Text };
        let cells = |row: [&str; 3]| row.map(|cell| DataValue::Text(cell.into())).to_vec();
        Ok(vec![DataTable {
            name: "orders".into(),
            columns: ["number", "article", "remark"].map(column).to_vec(),
            rows: rows.into_iter().map(cells).collect(),
        }])
    }
}

/// An engine with such a host.
pub(crate) struct Bureau {
    pub(crate) engine: Arc<Engine>,
    pub(crate) webform: Arc<Webform>,
    pub(crate) press: Arc<Press>,
    pub(crate) orders: Arc<Orders>,
    pub(crate) clock: Ticking,
    _folder: Option<tempfile::TempDir>,
}

fn services(webform: &Arc<Webform>, press: &Arc<Press>, orders: &Arc<Orders>) -> Services {
    Services {
        language: None,
        sources: vec![("shop".into(), Arc::clone(orders) as Arc<dyn DataSource>)],
        adapters: Some(Box::new(HostAdapters(Arc::clone(webform)))),
        builder: Some(Box::new(Printer(Arc::clone(press)))),
    }
}

impl Bureau {
    pub(crate) fn in_memory() -> Self {
        Self::over(Arc::new(MemoryStore::new()), None)
    }

    /// In memory, where pages are cut short and go on.
    pub(crate) fn in_short_pages() -> Self {
        Self::over(Arc::new(MemoryStore::with_short_pages()), None)
    }

    pub(crate) fn on_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::over(open_store(&folder.path().join("cases.db")), Some(folder))
    }

    /// On a store of any kind.
    #[cfg(feature = "postgres")]
    pub(crate) fn on(store: Arc<dyn Store>) -> Self {
        Self::over(store, None)
    }

    fn over(store: Arc<dyn Store>, folder: Option<tempfile::TempDir>) -> Self {
        let (webform, press) = (Arc::new(Webform::default()), Arc::new(Press::default()));
        let rows = vec![["4711", "Lamp", "customer is difficult"], ["4712", "Chair", "none"]];
        let orders = Arc::new(Orders {
            rows: Mutex::new(Ok(rows)),
            fault: Mutex::default(),
            asked: Mutex::default(),
            meanwhile: Meanwhile::default(),
        });
        let clock = Ticking::default();
        let services = services(&webform, &press, &orders);
        let engine = Engine::new(store, Box::new(clock.clone()), None, services).unwrap();
        let bureau = Self { engine, webform, press, orders, clock, _folder: folder };
        let webform = Some(WebformTarget::Host { name: "webform".into() });
        let edit = SettingsEdit {
            webform,
            organisation: Some("Lampenhaus".into()),
            support_email: Some("help@lampenhaus.example".into()),
            ..SettingsEdit::default()
        };
        bureau.desk("ivo", Role::ItAdministrator).change_settings(edit).unwrap();
        bureau
    }

    /// An engine on the same store with the same host, which also narrows what its actors may do.
    pub(crate) fn guarded_by(&self, authorizer: impl Authorizer + 'static) -> Arc<Engine> {
        let (store, clock) = (Arc::clone(self.engine.store()), Box::new(self.clock.clone()));
        let services = services(&self.webform, &self.press, &self.orders);
        Engine::new(store, clock, Some(Box::new(authorizer)), services).unwrap()
    }

    pub(crate) fn desk(&self, id: &str, role: Role) -> Desk {
        self.engine.desk(actor(id, role))
    }

    pub(crate) fn petra(&self) -> Desk {
        self.desk("petra", Role::Approver)
    }

    /// A request of Ada Obi, whom the file knows, with two credentials.
    pub(crate) fn request(&self, reference: &str) -> RaisedCase {
        let desk = self.petra();
        if desk.find_customer("CRM-1").is_err() {
            desk.create_customer(NewCustomer::named("Ada Obi").with_reference("CRM-1")).unwrap();
        }
        let request = NewRequest::new(reference, "Ada Obi")
            .about_customer("CRM-1")
            .reply_to("ada@example.org")
            .with_credential("customer number", "CRM-1-4711-0815")
            .with_credential("date of birth", "1990-02-03");
        shown(desk.receive_request(request).unwrap())
    }

    /// The same, taken by Petra, with the requester identified.
    pub(crate) fn identified(&self, reference: &str) -> RaisedCase {
        let case = self.request(reference);
        self.petra().take_case(case.id).unwrap();
        self.petra().approve_identification(case.id, "video call", &["passport"]).unwrap();
        case
    }
}

/// The receipt of a request whose case the actor may see.
pub(crate) fn shown(received: ReceivedRequest) -> RaisedCase {
    let ReceivedRequest { id, number, revision, replayed, reference_shared: _ } = received;
    RaisedCase { id: id.unwrap(), number: number.unwrap(), revision: revision.unwrap(), replayed }
}
