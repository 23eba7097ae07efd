//! The world in a casekit file.

use std::path::Path;

use casekit::{
    Actor, CaseId, CaseKit, CustomerId, Desk, Durability, Fault, FieldKind, ImportCase, ImportChange,
    ImportCustomer, ImportItem, ImportResult, ImportedChange, NewCase, NewCaseType, NewCustomer, NewField,
    NewRequest, NewStep, NewWorkflow, OpenOptions, PackageBuilder, PackageContent, Permission, Role,
    SettingsEdit, StepKind, Timestamp, Visibility, WebformTarget,
};

use super::{
    Dice, FIELDS, INVOICES, KINDS, LETTERS, REQUESTS, RETURNS, STAGES, TAG, Told, What, customer,
    customers_at, person, told,
};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Bytes of an answer.
const PACKAGE: usize = 20_000;

/// A file with the world in it, and who works on it.
pub(crate) struct Kit {
    pub(crate) kit: CaseKit,
    pub(crate) desk: Desk,
    /// The customers, by place.
    pub(crate) customers: Vec<CustomerId>,
}

/// Who sees what is pending: of few cases, of 2 in 100, of 20 in 100.
#[derive(Clone, Copy)]
pub(crate) enum Cast {
    Few,
    Some,
    Many,
}

impl Cast {
    pub(crate) const ALL: [(Self, &'static str); 3] =
        [(Self::Few, "few"), (Self::Some, "2 %"), (Self::Many, "20 %")];

    /// What they may do.
    fn permission(self) -> Permission {
        match self {
            Self::Few => Permission::DecideSteps,
            Self::Some => Permission::ReleaseCases,
            Self::Many => Permission::RevokeApprovals,
        }
    }

    /// One of them, who holds no case.
    pub(crate) fn desk(self, kit: &CaseKit) -> Desk {
        let actor = Actor::new("newcomer", "Newcomer").with_permission(self.permission());
        kit.desk(actor.with_permission(Permission::ReadCases).with_permission(Permission::ReadCustomers))
    }
}

/// An answer of fixed bytes, so that writing papers is not measured here.
struct Fixed;

impl PackageBuilder for Fixed {
    fn build(&self, _: &PackageContent, _: u64) -> Result<Vec<u8>, Fault> {
        Ok(package())
    }
}

/// What is sent as an answer.
pub(crate) fn package() -> Vec<u8> {
    let mut dice = Dice::new(4, 0);
    (0..PACKAGE).map(|_| dice.next() as u8).collect()
}

/// Opens a file; answers go into `folder`.
pub(crate) fn open(path: &Path, durability: Durability, folder: &Path) -> Outcome<CaseKit> {
    let options = OpenOptions::new().durability(durability).allow_folder(folder);
    Ok(options.package_builder(Fixed).open(path)?)
}

impl Kit {
    /// A new file without cases.
    pub(crate) fn create(path: &Path, folder: &Path) -> Outcome<Self> {
        let made = Self::again(path, Durability::Normal, folder, Vec::new())?;
        for (kind, permission) in [(LETTERS, Cast::Some.permission()), (INVOICES, Cast::Many.permission())] {
            let name = KINDS.get(kind).map_or("", |(name, _)| name);
            let step = NewStep {
                permission: Some(permission),
                ..NewStep::new("check", "Check", StepKind::Approval)
            };
            let flow = NewWorkflow::named(name).with_step(step);
            made.desk.create_workflow(flow)?;
            made.desk.create_case_type(NewCaseType::new(name).with_workflow(name))?;
        }
        let fields = vec![
            NewField::choice("Channel", (0..20).map(|one| format!("Channel {one}"))).indexed(),
            NewField::new("Order", FieldKind::Text).indexed(),
        ];
        let name = KINDS.get(RETURNS).map_or("", |(name, _)| name);
        made.desk.create_case_type(NewCaseType::new(name).with_fields(fields))?;
        let webform = Some(WebformTarget::Directory { path: folder.display().to_string() });
        made.desk.change_settings(SettingsEdit { webform, ..SettingsEdit::default() })?;
        Ok(made)
    }

    /// A file that was made before.
    pub(crate) fn again(
        path: &Path,
        durability: Durability,
        folder: &Path,
        customers: Vec<CustomerId>,
    ) -> Outcome<Self> {
        let kit = open(path, durability, folder)?;
        let desk = kit.desk(Actor::new(person(0), "Amara Okafor").with_role(Role::Administrator));
        Ok(Self { kit, desk, customers })
    }

    /// Enters the customers that there are by so many cases.
    pub(crate) fn enter_customers(&mut self, cases: usize) -> Outcome {
        let items: Vec<ImportItem> = (self.customers.len()..customers_at(cases)).map(entered).collect();
        for result in self.desk.import(&items)?.results {
            match result.customer {
                Some(id) => self.customers.push(id),
                None => return Err(format!("no customer was entered: {result:?}").into()),
            }
        }
        Ok(())
    }

    /// Imports cases.
    pub(crate) fn import(&self, items: &[ImportItem]) -> Outcome<Vec<CaseId>> {
        let results = self.desk.import(items)?.results.into_iter();
        let id = |result: ImportResult| {
            result.case.ok_or_else(|| format!("no case was imported: {result:?}").into())
        };
        results.map(id).collect()
    }

    /// What is told as it is imported.
    pub(crate) fn items<'a>(&self, told: impl Iterator<Item = &'a Told>) -> Outcome<Vec<ImportItem>> {
        told.map(|one| item(one, self.customer(one.customer)?)).collect()
    }

    pub(crate) fn customer(&self, place: usize) -> Outcome<CustomerId> {
        self.customers.get(place).copied().ok_or_else(|| "no such customer".into())
    }

    /// Raises one that is told, now.
    pub(crate) fn raise(&self, told: &Told) -> Outcome<CaseId> {
        let new = NewCase::new(kind(told), &told.title).described(&told.description);
        Ok(self.desk.raise_case(new.for_customer(self.customer(told.customer)?))?.id)
    }

    /// Raises a case with fields and a tag.
    pub(crate) fn raise_return(&self, told: &Told, values: &[String; 2]) -> Outcome<CaseId> {
        let name = KINDS.get(RETURNS).map_or("", |(name, _)| name);
        let mut new = NewCase::new(name, &told.title).described(&told.description).with_tag(TAG);
        for (field, value) in FIELDS.iter().zip(values) {
            new = new.with_field(*field, value.as_str());
        }
        Ok(self.desk.raise_case(new.for_customer(self.customer(told.customer)?))?.id)
    }

    /// A request for data arrives.
    pub(crate) fn request(&self, place: usize) -> Outcome<CaseId> {
        let request = NewRequest::new(format!("WEB-{place}"), customer(place % 100).name);
        Ok(self
            .desk
            .receive_request(request.reply_to("ada@example.org"))?
            .id
            .ok_or("a new case has an id")?)
    }

    /// Fills it with the cases of these places, which begin where the last ones ended.
    pub(crate) fn grow(&mut self, places: std::ops::Range<usize>, mut tell: impl FnMut(usize)) -> Outcome {
        if places.start == 0 {
            for place in 0..REQUESTS {
                self.request(place)?;
            }
        }
        let mut from = places.start;
        while from < places.end {
            let to = places.end.min(from + 2_500);
            self.enter_customers(to)?;
            let told: Vec<Told> = (from..to).map(told).collect();
            self.import(&self.items(told.iter().filter(|one| !is_raised(one)))?)?;
            for one in told.iter().filter(|one| is_raised(one)) {
                self.raise(one)?;
            }
            from = to;
            tell(to);
        }
        Ok(())
    }
}

/// Whether it is raised and not imported: its workflow has to start.
pub(crate) fn is_raised(told: &Told) -> bool {
    matches!(told.kind, LETTERS | INVOICES)
}

/// One case as it is imported.
pub(crate) fn item(told: &Told, customer: CustomerId) -> Outcome<ImportItem> {
    let changes = told.past.iter().map(|past| {
        let what = match &past.what {
            What::Note(text) => {
                ImportedChange::Note { text: text.clone(), visibility: Visibility::Internal, reply_to: None }
            }
            What::Taken => ImportedChange::Taken,
            What::Stage(to) => {
                let to = STAGES.get(*to).map_or("", |(id, ..)| id).to_owned();
                ImportedChange::Stage { to, reason: None }
            }
        };
        Ok(ImportChange { at: instant(past.at)?, by: person(past.by), what })
    });
    Ok(ImportItem::Case(ImportCase {
        reference: Some(format!("log {}", told.place)),
        case: NewCase::new(kind(told), &told.title).described(&told.description).for_customer(customer),
        customer_reference: None,
        at: instant(told.at)?,
        by: person(told.by),
        request: None,
        changes: changes.collect::<Outcome<_>>()?,
    }))
}

fn entered(place: usize) -> ImportItem {
    let told = customer(place);
    ImportItem::Customer(ImportCustomer {
        customer: NewCustomer::named(told.name).with_reference(told.reference),
        at: Timestamp::UNIX_EPOCH,
        by: person(0),
    })
}

fn kind(told: &Told) -> &'static str {
    KINDS.get(told.kind).map_or("", |(name, _)| name)
}

fn instant(micros: i64) -> Outcome<Timestamp> {
    Timestamp::from_timestamp_micros(micros).ok_or_else(|| "no such instant".into())
}
