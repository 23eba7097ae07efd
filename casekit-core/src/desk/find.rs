//! Finding a case by what a person holds: its number, its id, or the reference of another system.

use std::collections::BTreeSet;
use std::iter;

use serde::{Deserialize, Serialize};

use super::look::Look;
use super::{CaseView, Desk, RequestSummary};
use crate::commit::{Claim, ClaimKind};
use crate::decide::intake_claim;
use crate::error::Error;
use crate::model::{Case, CaseId, Permission, StreamId, Typed, TypedNumber, limits};
use crate::rejection::{FieldRule, Rejection};
use crate::store::{LoadPlan, Loaded};
use crate::text::fold_name;

/// A case that was found, and by what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FoundCase {
    /// The case.
    pub case: CaseView,
    /// What the text is of this case; never empty, and more than one if it is several things at once.
    pub by: Vec<FoundBy>,
}

/// What a text is of the case that it found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum FoundBy {
    /// The case number.
    Number,
    /// The id.
    Id,
    /// What the webform calls the request.
    RequestReference,
    /// What the system calls the case from which it was imported.
    ImportReference,
}

type Found = (Case, Vec<FoundBy>);

impl Desk {
    /// Finds the one case that a person refers to.
    ///
    /// The text is read as by [`find_cases`](Self::find_cases). Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `text`: a case number (`C-000123`, `c123`, `#123`), an id, or the reference of a request or of an import.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    /// - `Invalid`: with `ambiguous` and their numbers, if the text finds several cases; `find_cases` answers them.
    ///
    /// # Cost
    ///
    /// Looks for the number, the id and each spelling of a reference by an index: the same at a thousand cases and at a
    /// million. If several requests share the reference, it reads each of them, the first 500.
    pub fn find_case(&self, text: &str) -> Result<CaseView, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let (loaded, case) = self.the_one(&look, text)?;
        let mut view = self.view_of(&look, &loaded, case);
        look.name(&mut view)?;
        self.name_fields(&look, &mut view.fields)?;
        Ok(view)
    }

    /// Returns everything that a case worker's screen shows of the one case that a person refers to.
    ///
    /// It is [`summary`](Self::summary) of what [`find_case`](Self::find_case) finds, read once. Needs
    /// [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `text`: a case number (`C-000123`, `c123`, `#123`), an id, or the reference of a request or of an import.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    /// - `Invalid`: with `ambiguous` and their numbers, if the text finds several cases; `find_cases` answers them.
    ///
    /// # Cost
    ///
    /// Looks for the case as [`find_case`](Self::find_case) does, and reads its five newest notes by an index.
    pub fn find_summary(&self, text: &str) -> Result<RequestSummary, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let (loaded, case) = self.the_one(&look, text)?;
        self.whole_summary(&look, &loaded, case)
    }

    /// The refusal of a text that finds no case.
    fn none_like(&self, typed: &Typed, loaded: &Loaded) -> Rejection {
        // Without hyphens it may be somebody's account number, unless something else has it for an id.
        let is_id = |refused: &Rejection| {
            let is_another = matches!(refused, Rejection::NotFound { instead: Some(_), .. });
            is_another || typed.plain().contains('-')
        };
        let refused = typed.id().map(|id| self.not_found("case", id)).filter(is_id);
        refused.unwrap_or_else(|| Rejection::not_found("case", shown(typed, loaded)))
    }

    /// The one case that a text finds and into which the actor may look, with what was loaded with it.
    fn the_one(&self, look: &Look<'_>, text: &str) -> Result<(Loaded, Case), Error> {
        let typed = Typed::read(text);
        let (loaded, found) = self.found(look, &typed)?;
        let none = found.is_empty();
        let mut open = Vec::new();
        for (case, _) in found {
            if look.may_open(&case, "read_case")? {
                open.push(case);
            }
        }
        match (open.len(), open.pop()) {
            (1, Some(case)) => Ok((loaded, case)),
            (_, None) if none => Err(self.none_like(&typed, &loaded).into()),
            (_, None) => Err(Rejection::NotAllowedHere { action: "read_case".to_owned() }.into()),
            (_, Some(last)) => {
                let choices = open.iter().chain([&last]).map(|case| case.number.text()).collect();
                Err(Rejection::field("text", FieldRule::Ambiguous { choices }).into())
            }
        }
    }

    /// Finds every case that a person may mean, and says by what each was found.
    ///
    /// A number may have its prefix or not, in any letter case, with any dash, a space or nothing before the digits, and
    /// `#` before all of it; digits may be those of any script. A prefix must be the case's own: `WEB-1` is not
    /// `C-000001`. References are compared as they are kept, and in upper and lower case; `WEB-1` finds every request
    /// with that reference, `WEB-1#2` the second. Invisible marks and the punctuation around the text do not count.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `text`: a case number (`C-000123`, `c123`, `#123`), an id, or the reference of a request or of an import.
    ///
    /// # Returns
    ///
    /// The cases that the actor may see: first by number and id, then by reference; empty if there are none.
    ///
    /// # Cost
    ///
    /// Looks for the number, the id and each spelling of a reference by an index: the same at a thousand cases and at a
    /// million. If several requests share the reference, it reads each of them, the first 500.
    pub fn find_cases(&self, text: &str) -> Result<Vec<FoundCase>, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let (loaded, found) = self.found(&look, &Typed::read(text))?;
        let mut cases = Vec::new();
        for (case, by) in found {
            if look.may_open(&case, "read_case")? {
                cases.push(FoundCase { case: self.view_of(&look, &loaded, case), by });
            }
        }
        look.name(cases.as_mut_slice())?;
        Ok(cases)
    }

    /// Finds the cases of the requests that arrived under a reference: usually one, more if several share it.
    ///
    /// This is for a program that has the webform's reference; [`find_cases`](Self::find_cases) is for what people type.
    /// Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `reference`: the webform's reference as it was given; only outer white space does not matter.
    ///
    /// # Returns
    ///
    /// The cases that the actor may see, in the order in which the requests arrived, 500 at most; empty if there are none.
    ///
    /// # Cost
    ///
    /// Finds each case that has the reference by an index, the first 500 of them: the same at a thousand cases and at a
    /// million.
    pub fn find_by_reference(&self, reference: &str) -> Result<Vec<CaseView>, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let claims = self.sharing(&intake_claim(reference))?;
        let plan = LoadPlan { claims, claimed_cases: true, case_customers: true, ..LoadPlan::default() };
        let loaded = self.engine.store.load(&plan)?;
        let mut found = Vec::new();
        for (case, _) in by_reference(&loaded) {
            if look.may_open(case, "read_case")? {
                found.push(self.view_of(&look, &loaded, case.clone()));
            }
        }
        look.name(found.as_mut_slice())?;
        Ok(found)
    }

    /// The cases within the actor's scope that a text finds, each once.
    fn found(&self, look: &Look<'_>, typed: &Typed) -> Result<(Loaded, Vec<Found>), Error> {
        let (id, numbers) = (typed.id().map(CaseId), typed.numbers());
        let mut plan = LoadPlan {
            cases: id.into_iter().collect(),
            case_numbers: numbers.iter().map(|number| number.value).collect(),
            case_customers: true,
            claims: claims_of(typed).into_iter().collect(),
            claimed_cases: true,
            ..LoadPlan::default()
        };
        let mut loaded = self.engine.store.load(&plan)?;
        let mut others = Vec::new();
        for (text, _) in typed.references().iter().filter(|(_, number)| number.is_none()) {
            let first = intake_claim(text);
            let case = by_reference(&loaded).find(|(_, claim)| **claim == first);
            if case.is_some_and(|(case, _)| case.intake.as_ref().is_some_and(|intake| intake.shared)) {
                others.extend(self.sharing(&first)?);
            }
        }
        if !others.is_empty() {
            plan.claims.extend(others);
            loaded = self.engine.store.load(&plan)?;
        }
        let mut found = Vec::new();
        for case in &loaded.cases {
            let is = |typed: &TypedNumber| typed.is(&case.number);
            let by_number = numbers.iter().any(is).then_some(FoundBy::Number);
            let by_id = (id == Some(case.id)).then_some(FoundBy::Id);
            by_number.into_iter().chain(by_id).for_each(|by| add(&mut found, case, by));
        }
        for (case, claim) in by_reference(&loaded) {
            let is_import = claim.kind == ClaimKind::ImportReference;
            let by = if is_import { FoundBy::ImportReference } else { FoundBy::RequestReference };
            add(&mut found, case, by);
        }
        found.retain(|(case, _)| look.caller.sees(case));
        Ok((loaded, found))
    }

    /// The claims of all requests that have a reference, from the first to the last, 500 at most.
    fn sharing(&self, first: &Claim) -> Result<Vec<Claim>, Error> {
        let newest_of = Some(first.clone());
        let newest = self.engine.store.load(&LoadPlan { newest_of, ..LoadPlan::default() })?.claims.pop();
        let last = newest.map_or(0, |newest| newest.claim.number).min(limits::PAGE);
        Ok((1..=last).map(|number| first.clone().numbered(number)).collect())
    }
}

fn claims_of(typed: &Typed) -> BTreeSet<Claim> {
    let claims = |(text, number): (String, Option<u32>)| {
        let import = number.is_none().then(|| Claim::new(ClaimKind::ImportReference, &text));
        iter::once(intake_claim(&text).numbered(number.unwrap_or(1))).chain(import)
    };
    typed.references().into_iter().flat_map(claims).collect()
}

/// The cases that were loaded by a reference, with the claim of each, in the order of the claims.
fn by_reference(loaded: &Loaded) -> impl Iterator<Item = (&Case, &Claim)> {
    loaded.claims.iter().filter_map(|located| {
        let case = loaded.claimed_cases.iter().find(|case| StreamId::Case(case.id) == located.stream);
        case.map(|case| (case, &located.claim))
    })
}

fn add(found: &mut Vec<Found>, case: &Case, by: FoundBy) {
    match found.iter_mut().find(|(known, _)| known.id == case.id) {
        Some((_, all)) if all.contains(&by) => {}
        Some((_, all)) => all.push(by),
        None => found.push((case.clone(), vec![by])),
    }
}

/// What an error repeats of a text that found nothing. A reference may be somebody's name, and a long number somebody's
/// account: only a number is shown that could be one of this file.
fn shown(typed: &Typed, loaded: &Loaded) -> String {
    let own = loaded.catalog.settings.as_ref().map(|settings| fold_name(&settings.number_prefix));
    let is_own = |number: &TypedNumber| {
        let prefix = number.prefix.as_deref().map(fold_name);
        prefix.is_none() || prefix == own
    };
    let digits = typed.plain().split(|c: char| !c.is_ascii_digit()).map(str::len).max();
    match typed.numbers().first().is_some_and(is_own) && digits.is_some_and(|most| most < 10) {
        true => typed.plain().to_owned(),
        false => String::new(),
    }
}
