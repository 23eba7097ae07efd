//! Bringing the cases of a type to its newest version: what does not fit, and then for real.

use serde::{Deserialize, Serialize};

use super::look::Look;
use super::{Desk, Page, PageRequest};
use crate::decide::{Command, Context, MigrateCase};
use crate::error::Error;
use crate::model::{Case, CaseId, CaseTypeId, Permission};
use crate::rejection::{Blocker, FieldError, Rejection};
use crate::store::{CaseFilter, CaseQuery, Direction, LoadPlan, Sort};

/// How the cases of a type are migrated.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseTypeMigration {
    /// Whether it is only told what would happen. Nothing is written.
    pub dry_run: bool,
    /// The ids of fields whose values are given up where the newest version has no place for them. The history of each case
    /// keeps what they were. A value that has a place stays.
    pub give_up: Vec<String>,
}

impl CaseTypeMigration {
    /// A migration that is carried out, and gives up no value.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same migration, of which is only told what would happen.
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// The same migration, which gives up values of a field that have no place in the newest version.
    #[must_use]
    pub fn giving_up(mut self, field: impl Into<String>) -> Self {
        self.give_up.push(field.into());
        self
    }
}

/// What became of one case in a migration, or would.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct MigratedCase {
    /// The id of the case.
    pub case: CaseId,
    /// The case number, such as `C-000123`.
    pub number: String,
    /// The version of the type that the case had.
    pub from_version: u32,
    /// Whether it has the newest version now; in a dry run, whether it would.
    pub fits: bool,
    /// What does not fit, and keeps the case where it is; empty if it fits.
    pub misfits: Vec<Misfit>,
}

/// Why a case cannot have the newest version of its type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Misfit {
    /// The label of the field that does not fit, or its id where no version calls it anything; `None` if it is something else,
    /// such as the stage.
    pub field: Option<String>,
    /// The code of the reason: of a blocker such as `fields_do_not_fit`, of a rule such as `already_in_use`, or of another
    /// refusal.
    pub code: String,
    /// What to do about it, as text in the desk's language.
    pub why: String,
}

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
        migration: &CaseTypeMigration,
        page: PageRequest,
    ) -> Result<Page<MigratedCase>, Error> {
        const LIST: &str = "migration";
        let look = self.look(Permission::ConfigureCaseTypes, "migrate_case_type")?;
        self.require(Permission::EditCases, "migrate_case_type")?;
        self.call.without_revision()?;
        let (after, limit) = (page.place(LIST)?, page.limit()?);
        let catalog = look.catalog()?;
        let found = catalog.case_types.get(&case_type).filter(|found| look.sees_type(found.id));
        let newest = found.and_then(|found| found.current()).map(|version| version.version);
        let newest = newest.ok_or_else(|| Rejection::not_found("case type", case_type))?;
        let filter = CaseFilter { types: Some(vec![case_type]), ..look.caller.filter() };
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let slice = self.engine.store.cases(&CaseQuery { filter, sort, direction, after, limit })?.answer;
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
                true => self.would_refuse(&look, &command, &case)?,
                false => match self.engine.run(&self.call.part(case.id), &command) {
                    Ok(_) => None,
                    Err(Error::Rejected(refused)) => Some(refused),
                    Err(fault) => return Err(fault),
                },
            };
            let misfits = refused.map(|refused| self.misfits(&refused)).unwrap_or_default();
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

    /// Why a case would not be migrated now; `None` if it would.
    fn would_refuse(
        &self,
        look: &Look<'_>,
        command: &MigrateCase,
        case: &Case,
    ) -> Result<Option<Rejection>, Error> {
        if let Err(refused) = self.engine.allow(&self.call.actor, command.action(), case) {
            return Ok(Some(refused));
        }
        let mut loaded = self.engine.store.load(&LoadPlan::case(case.id))?;
        self.engine.narrow(&mut loaded, &look.caller);
        let now = self.engine.now()?;
        let context = look.caller.context(&self.call, now, self.engine.fresh(now), &loaded);
        let named = command.names(&context);
        let named = named.map(|plan| self.engine.load_named(&plan, &look.caller)).transpose()?;
        Ok(command.decide(&Context { named: named.as_ref(), ..context }).err())
    }

    /// A refusal, part by part.
    fn misfits(&self, refused: &Rejection) -> Vec<Misfit> {
        let language = self.language();
        let of_field = |error: &FieldError| Misfit {
            field: error.field.strip_prefix("fields.").map(str::to_owned),
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
