//! Bringing the cases of a type to its newest version, and customers to the newest fields of customers: what does not fit,
//! and then for real.

use super::look::Look;
use super::{Desk, MigratedCase, MigratedCustomer, Migration, Misfit, Page, PageRequest, admission};
use crate::decide::{Command, Context, MigrateAll, MigrateCase, MigrateCustomer};
use crate::error::Error;
use crate::model::{CaseId, CaseTypeId, Catalog, CustomerId, FieldId, FieldOwner, Permission};
use crate::rejection::{Blocker, FieldError, Rejection};
use crate::store::{CaseFilter, CaseQuery, CustomerQuery, Direction, LoadPlan, Sort};

impl Desk {
    /// Brings the cases of a type to its newest version, as many as a page, and says of each what became of it; or tells what
    /// does not fit, in a dry run.
    ///
    /// Each case is migrated as [`migrate_case`](Self::migrate_case) does it, by itself: one that does not fit stays as it is,
    /// and the others go on. Cases that have the newest version are passed over. To migrate all, go on while there is a
    /// `next`; whoever begins again finds only what is left. Needs [`ConfigureCaseTypes`](Permission::ConfigureCaseTypes) and
    /// [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `case_type`: the id of the type.
    /// - `migration`: whether it is a dry run, and which values may be given up.
    /// - `page`: how many cases are looked at, and where to go on.
    ///
    /// # Returns
    ///
    /// The cases of this page that had an older version, oldest first.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such type, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads a page of the cases of the type by an index, whatever their versions, and each of them. A dry run writes nothing;
    /// otherwise each case that fits is a transaction of one or two events. It grows with the page.
    ///
    /// A page has 1 to 500 cases, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn migrate_case_type(
        &self,
        case_type: CaseTypeId,
        migration: &Migration,
        page: PageRequest,
    ) -> Result<Page<MigratedCase>, Error> {
        const LIST: &str = "migration";
        let look = self.enter(&admission::MIGRATION, "migrate_case_type")?;
        self.pass(&admission::EDITED_CASES, "migrate_case_type")?;
        self.call.without_revision()?;
        let (after, limit) = (page.place(LIST)?, page.limit()?);
        let catalog = look.catalog()?;
        let found = catalog.case_types.get(&case_type).filter(|found| look.sees_type(found.id));
        let newest = found.and_then(|found| found.current()).map(|version| version.version);
        let newest = newest.ok_or_else(|| Rejection::not_found("case type", case_type))?;
        if !migration.dry_run {
            // Each case is migrated under a request id of its own. Without this the whole call's id would be spent on nothing.
            let (give_up, after) = (migration.give_up.clone(), page.after.clone());
            self.engine.run(&self.call, &MigrateAll { case_type: Some(case_type), give_up, after })?;
        }
        let filter = CaseFilter { types: Some(vec![case_type]), ..look.caller.filter() };
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let slice = self
            .engine
            .store
            .cases(&CaseQuery { filter, sort, by_field: None, direction, after, limit })?
            .answer;
        let ids: Vec<CaseId> = slice.rows.iter().map(|row| row.id).collect();
        let mut loaded = self.engine.store.load(&LoadPlan { cases: ids, ..LoadPlan::default() })?;
        self.engine.narrow(&mut loaded, &look.caller);
        let mut cases = std::mem::take(&mut loaded.cases);
        cases.retain(|case| case.case_type == case_type && case.type_version != newest);
        cases.sort_by_key(|case| case.number.value);
        let mut rows = Vec::with_capacity(cases.len());
        for case in cases {
            let command = MigrateCase { case: case.id, give_up: migration.give_up.clone() };
            let refused = match migration.dry_run {
                true => match self.engine.allow(&self.call.actor, command.action(), &case) {
                    Err(refused) => Some(refused),
                    Ok(()) => self.would_refuse(&look, &command)?,
                },
                false => self.refused(case.id, &command)?,
            };
            let label = |id: &str| self.label_of(&catalog, FieldOwner::CaseType(case_type), id);
            let misfits = refused.map(|refused| self.misfits(&refused, label)).unwrap_or_default();
            rows.push(MigratedCase {
                case: case.id,
                number: case.number.text(),
                from_version: case.type_version,
                fits: misfits.is_empty(),
                misfits,
            });
        }
        Ok(Page::new(LIST, limit, rows, slice.next))
    }

    /// Brings the values of customers to the newest version of the fields of customers, for as many customers as a page, and
    /// says of each what became of it; or tells what does not fit, in a dry run.
    ///
    /// Each customer is migrated by itself: one that does not fit stays as it is, and the others go on. What does not fit is what
    /// is required and empty, a value that is no longer one of the choices, and one that must be unique by now and is not. The
    /// values of a field that customers have no longer stay, unless they are given up. Customers who are right by the newest
    /// version are passed over, and whoever begins again finds only what is left. Needs
    /// [`ConfigureCaseTypes`](Permission::ConfigureCaseTypes) and [`EditCustomers`](Permission::EditCustomers).
    ///
    /// # Arguments
    ///
    /// - `migration`: whether it is a dry run, and which values may be given up.
    /// - `page`: how many customers are looked at, and where to go on.
    ///
    /// # Returns
    ///
    /// The customers of this page who were not right by the newest version, in the order of their names.
    ///
    /// # Cost
    ///
    /// Reads a page of customers by an index, whatever their versions, and each of them. A dry run writes nothing; otherwise each
    /// customer who fits is a transaction of one event. It grows with the page.
    ///
    /// A page has 1 to 500 customers, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn migrate_customers(
        &self,
        migration: &Migration,
        page: PageRequest,
    ) -> Result<Page<MigratedCustomer>, Error> {
        const LIST: &str = "customer_migration";
        let action = "migrate_customers";
        let look = self.enter(&admission::MIGRATION, action)?.of_the_office(action)?;
        self.require(Permission::EditCustomers, action)?;
        self.call.without_revision()?;
        let (after, limit) = (page.place(LIST)?, page.limit()?);
        let catalog = look.catalog()?;
        let newest = catalog.settings.as_ref().map_or(0, |settings| settings.customer_fields_version());
        if !migration.dry_run {
            let (give_up, after) = (migration.give_up.clone(), page.after.clone());
            self.engine.run(&self.call, &MigrateAll { case_type: None, give_up, after })?;
        }
        let slice =
            self.engine.store.customers(&CustomerQuery { text: None, fields: Vec::new(), after, limit })?;
        let customers: Vec<CustomerId> = slice.rows.iter().map(|row| row.id).collect();
        let loaded = self.engine.store.load(&LoadPlan { customers, ..LoadPlan::default() })?;
        let mut rows = Vec::new();
        for row in slice.rows {
            let known = loaded.customers.iter().find(|customer| customer.id == row.id);
            let Some(known) = known.filter(|customer| customer.fields_version != newest) else { continue };
            let command = MigrateCustomer { customer: row.id, give_up: migration.give_up.clone() };
            let refused = match migration.dry_run {
                true => self.would_refuse(&look, &command)?,
                false => self.refused(row.id, &command)?,
            };
            let label = |id: &str| self.label_of(&catalog, FieldOwner::Customers, id);
            let misfits = refused.map(|refused| self.misfits(&refused, label)).unwrap_or_default();
            rows.push(MigratedCustomer {
                customer: row.id,
                name: row.name.into(),
                from_version: known.fields_version,
                fits: misfits.is_empty(),
                misfits,
            });
        }
        Ok(Page::new(LIST, limit, rows, slice.next))
    }

    /// Migrates one of many. Why it was refused; `None` if it was not.
    fn refused(
        &self,
        part: impl std::fmt::Display,
        command: &impl Command,
    ) -> Result<Option<Rejection>, Error> {
        match self.engine.run(&self.call.part(part), command) {
            Ok(_) => Ok(None),
            Err(Error::Rejected(refused)) => Ok(Some(refused)),
            Err(fault) => Err(fault),
        }
    }

    /// Why a command would be refused now; `None` if it would not.
    fn would_refuse(&self, look: &Look<'_>, command: &impl Command) -> Result<Option<Rejection>, Error> {
        let mut loaded = self.engine.store.load(&command.load_plan()?)?;
        self.engine.narrow(&mut loaded, &look.caller);
        let now = self.engine.now()?;
        let context = look.caller.context(&self.call, now, self.engine.fresh(now), &loaded);
        let named = command.names(&context);
        let named = named.map(|plan| self.engine.load_named(&plan, &look.caller)).transpose()?;
        Ok(command.decide(&Context { named: named.as_ref(), ..context }).err())
    }

    /// What a field is called.
    fn label_of(&self, catalog: &Catalog, owner: FieldOwner, id: &str) -> Option<String> {
        let field = catalog.field(owner, &FieldId::parse("field", id).ok()?)?;
        Some(field.label.said(self.language()).to_owned())
    }

    /// A refusal, part by part.
    fn misfits(&self, refused: &Rejection, label: impl Fn(&str) -> Option<String>) -> Vec<Misfit> {
        let language = self.language();
        let of_field = |error: &FieldError| Misfit {
            field: error.field.strip_prefix("fields.").map(|id| label(id).unwrap_or_else(|| id.to_owned())),
            code: error.rule.code().to_owned(),
            why: language.on_screen(&error.rule.message()),
        };
        let of_blocker = |blocker: &Blocker| {
            let fields = blocker.fields();
            let one = |field: Option<String>, blocker: &Blocker| Misfit {
                field,
                code: blocker.code().to_owned(),
                why: language.on_screen(&blocker.message()),
            };
            match fields {
                [] => vec![one(None, blocker)],
                fields => fields.iter().map(|field| one(Some(field.clone()), blocker)).collect(),
            }
        };
        let mut misfits: Vec<Misfit> = refused.fields().iter().map(of_field).collect();
        misfits.extend(refused.blockers().iter().flat_map(of_blocker));
        if misfits.is_empty() {
            let why = language.on_screen(&refused.message());
            misfits.push(Misfit { field: None, code: refused.code().to_owned(), why });
        }
        misfits
    }
}
