//! Reading the values of fields for a table, and what they name.

use std::collections::BTreeMap;

use super::Desk;
use super::look::Look;
use super::own_field_view::{FieldView, fields_of};
use crate::error::Error;
use crate::model::{CaseId, GivenValue, Permission};
use crate::store::LoadPlan;

/// A value of a case for a table that leaves the file.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FieldOnPaper {
    /// The id of the field.
    pub id: String,
    /// The value as the desk's language says it: a person and a customer by name, a case by its number.
    pub said: String,
    /// The value in the form that is the same in every language.
    pub plain: String,
}

impl Desk {
    /// The values of the organisation's own fields of these cases, for a table: without those that are sensitive. Cases that
    /// the actor may not see, and cases without values, are left out.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Cost
    ///
    /// Reads each of the cases by an index, whole, and what their fields name: it grows with their number.
    pub fn fields_on_paper(
        &self,
        cases: impl IntoIterator<Item = CaseId>,
    ) -> Result<BTreeMap<CaseId, Vec<FieldOnPaper>>, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let cases: Vec<CaseId> = cases.into_iter().collect();
        if cases.is_empty() {
            return Ok(BTreeMap::new());
        }
        let loaded = self.engine.load_named(&LoadPlan { cases, ..LoadPlan::default() }, &look.caller)?;
        let looking = look.looking(&loaded.catalog);
        let (mut of, mut shown) = (Vec::new(), Vec::new());
        for case in &loaded.cases {
            for field in fields_of(case, looking).into_iter().filter(|field| !field.sensitive) {
                let kept = case.fields.iter().find(|(id, _)| id.as_str() == field.id);
                if let Some((_, kept)) = kept {
                    of.push((case.id, kept.value.text()));
                    shown.push(field);
                }
            }
        }
        // Of all cases at once, so that a page of a table asks once, whatever its fields name.
        look.name(shown.as_mut_slice())?;
        self.name_fields(&look, &mut shown)?;
        let mut on_paper: BTreeMap<CaseId, Vec<FieldOnPaper>> = BTreeMap::new();
        for ((case, plain), field) in of.into_iter().zip(shown) {
            let said = field.text.map(|said| FieldOnPaper { id: field.id, said, plain });
            on_paper.entry(case).or_default().extend(said);
        }
        Ok(on_paper)
    }

    /// Says what the customers and cases are called that fields name, as far as the actor may know.
    pub(super) fn name_fields(&self, look: &Look<'_>, fields: &mut [FieldView]) -> Result<(), Error> {
        let mut plan = LoadPlan::default();
        for field in fields.iter() {
            match &field.value {
                Some(GivenValue::Customer(id)) if self.access().customers => plan.customers.push(*id),
                Some(GivenValue::Case(id)) => plan.cases.push(*id),
                Some(_) | None => {}
            }
        }
        if plan == LoadPlan::default() {
            return Ok(());
        }
        let named = self.engine.load_named(&plan, &look.caller)?;
        for field in fields {
            let said = match &field.value {
                Some(GivenValue::Customer(id)) => {
                    let found = named.customers.iter().find(|customer| customer.id == *id);
                    found.map(|customer| customer.profile.name.to_string())
                }
                Some(GivenValue::Case(id)) => {
                    named.cases.iter().find(|case| case.id == *id).map(|case| case.number.text())
                }
                Some(_) | None => None,
            };
            field.text = said.or(field.text.take());
        }
        Ok(())
    }
}
