//! The forms of a customer: the profile, somebody next of kin, and a bank account.

use serde_json::Value;

use super::answers::Answers;
use super::own::{Current, own_fields};
use super::{Form, FormChoice, FormField, Submitted, blockers_of};
use crate::command::{
    BankAccountEdit, CustomerEdit, NewBankAccount, NewCustomer, NewNextOfKin, NextOfKinEdit,
};
use crate::desk::{CustomerView, Desk, DeskAction, admission};
use crate::error::Error;
use crate::model::{BankAccountId, CustomerField, CustomerId, FieldKind, NextOfKinId, limits};
use crate::rejection::{Blocker, Fields, Rejection};
use crate::store::LoadPlan;

/// The fields that have usual answers, each with these.
const USUAL: [(&str, CustomerField, &[&str]); 3] = [
    ("gender", CustomerField::Gender, &["female", "male", "non_binary", "not_disclosed"]),
    (
        "marital_status",
        CustomerField::MaritalStatus,
        &["single", "married", "partnership", "separated", "divorced", "widowed"],
    ),
    (
        "employment_status",
        CustomerField::EmploymentStatus,
        &["employed", "self_employed", "unemployed", "student", "retired"],
    ),
];

impl Desk {
    pub(super) fn form_of_customer(
        &self,
        id: Option<CustomerId>,
        answers: &Answers<'_>,
    ) -> Result<Form, Error> {
        let (one, blockers) = match id {
            Some(id) => (Some(self.customer(id)?), self.why_no_change(id)?),
            None => (None, blockers_of(&self.desk_actions()?, DeskAction::CreateCustomer)),
        };
        let look = self.enter(&admission::CUSTOMERS, "read_customer")?;
        let loaded = self.engine.store.load(&id.map(LoadPlan::customer).unwrap_or_default())?;
        let values = loaded.customers.first().map(|one| &one.fields);
        let mut fields = self.profile(one.as_ref());
        let shown = one.as_ref().map(|one| &one.fields[..]).unwrap_or_default();
        let kept = |id: &_| {
            let shown = shown.iter().find(|one| one.id == format!("{id}"));
            let value = values.and_then(|values| values.get(id)).map(|kept| kept.value.text());
            Current {
                // What is sensitive is shown to those who may see it.
                value: value.filter(|_| shown.is_some_and(|one| one.value.is_some())),
                said: shown.and_then(|one| one.text.clone()),
                blockers: Vec::new(),
            }
        };
        let settings = loaded.catalog.settings.as_ref();
        let defined = settings.map_or(&[][..], |settings| settings.fields_of_customers());
        fields.extend(own_fields(defined, None, kept, answers, look.looking(&loaded.catalog)));
        Ok(Form { revision: one.map(|one| one.revision), target: None, label: None, fields, blockers })
    }

    /// The fields that every customer has.
    fn profile(&self, one: Option<&CustomerView>) -> Vec<FormField> {
        let language = self.language();
        let kept = serde_json::to_value(one).unwrap_or_default();
        let value = |name: &str| {
            let value = kept.get(name)?;
            value.as_str().or(value.pointer("/other/text").and_then(Value::as_str)).map(str::to_owned)
        };
        let field = |name: &str, kind| FormField::new(name, kind, language).with(value(name));
        let usual = USUAL.iter().map(|(name, _, codes)| {
            let choices = codes.iter().map(|code| FormChoice::new(*code, language.word_of(name, code)));
            let field = field(name, FieldKind::Choice);
            let value = field.value.as_deref();
            let said = value.map(|value| match codes.contains(&value) {
                true => language.word_of(name, value),
                false => value.to_owned(),
            });
            FormField { own_words: true, value_label: said, ..field.among(choices) }
        });
        let name = field("name", FieldKind::Text).up_to(limits::NAME).required();
        std::iter::once(name)
            .chain(usual)
            .chain([
                field("email", FieldKind::Email).up_to(limits::SHORT_TEXT),
                field("phone", FieldKind::Phone).up_to(limits::SHORT_TEXT),
                field("address", FieldKind::LongText).up_to(limits::LONG_TEXT),
                field("external_reference", FieldKind::Text).up_to(limits::REFERENCE),
            ])
            .collect()
    }

    pub(super) fn submit_new_customer(&self, answers: &Answers<'_>) -> Result<Submitted, Error> {
        let mut wrong = Fields::default();
        let mut new = answers.fill(NewCustomer::default(), &mut wrong);
        new.fields = self.own_values(answers, &self.fields_of_customers()?, &mut wrong)?;
        wrong.finish(Some(()))?;
        Ok(Submitted { customer: Some(self.create_customer(new)?.id), ..Submitted::default() })
    }

    pub(super) fn submit_customer(&self, id: CustomerId, answers: &Answers<'_>) -> Result<Submitted, Error> {
        let mut wrong = Fields::default();
        let mut edit = answers.fill(CustomerEdit::new(), &mut wrong);
        let emptied =
            USUAL.iter().filter(|(name, ..)| answers.text(name).is_some_and(|text| text.trim().is_empty()));
        edit.clear = emptied.map(|(_, field, _)| *field).collect();
        edit.fields = self.own_values(answers, &self.fields_of_customers()?, &mut wrong)?;
        wrong.finish(Some(()))?;
        self.update_customer(id, edit)?;
        Ok(Submitted::default())
    }

    pub(super) fn form_of_next_of_kin(
        &self,
        id: CustomerId,
        entry: Option<NextOfKinId>,
    ) -> Result<Form, Error> {
        let of = self.customer(id)?;
        let kept = entry.map(|entry| {
            let found = of.next_of_kin.iter().find(|one| one.id == entry);
            found.ok_or_else(|| Rejection::not_found("next of kin", entry))
        });
        let kept = kept.transpose()?;
        let field = |name, kind| FormField::new(name, kind, self.language());
        let fields = vec![
            field("name", FieldKind::Text).with(kept.map(|one| &one.name)).up_to(limits::NAME).required(),
            field("relationship", FieldKind::Text)
                .with(kept.and_then(|one| one.relationship.as_ref()))
                .up_to(limits::SHORT_TEXT),
            field("phone", FieldKind::Phone)
                .with(kept.and_then(|one| one.phone.as_ref()))
                .up_to(limits::SHORT_TEXT),
            field("address", FieldKind::LongText)
                .with(kept.and_then(|one| one.address.as_ref()))
                .up_to(limits::LONG_TEXT),
        ];
        self.entry_of(&of, entry.is_some(), fields)
    }

    pub(super) fn submit_next_of_kin(
        &self,
        of: CustomerId,
        entry: Option<NextOfKinId>,
        answers: &Answers<'_>,
    ) -> Result<Submitted, Error> {
        let mut wrong = Fields::default();
        let is_removed = answers.is_to_be_removed()?;
        match entry {
            None => {
                let new = answers.fill(NewNextOfKin::default(), &mut wrong);
                wrong.finish(Some(()))?;
                self.add_next_of_kin(of, new)?;
            }
            Some(entry) if is_removed => {
                self.remove_next_of_kin(of, entry, None)?;
            }
            Some(entry) => {
                let edit = answers.fill(NextOfKinEdit::new(), &mut wrong);
                wrong.finish(Some(()))?;
                self.edit_next_of_kin(of, entry, edit)?;
            }
        }
        Ok(Submitted::default())
    }

    pub(super) fn form_of_bank_account(
        &self,
        id: CustomerId,
        entry: Option<BankAccountId>,
    ) -> Result<Form, Error> {
        let of = self.customer(id)?;
        let kept = entry.map(|entry| {
            let found = of.bank_accounts.iter().find(|one| one.id == entry);
            found.ok_or_else(|| Rejection::not_found("bank account", entry))
        });
        let kept = kept.transpose()?;
        let field = |name| FormField::new(name, FieldKind::Text, self.language()).up_to(limits::SHORT_TEXT);
        let number = FormField {
            // A number that is kept is not in the form: who may not read it can change the rest.
            value_label: kept.map(|one| one.hint.clone()),
            required: kept.is_none(),
            ..field("number")
        };
        let fields = vec![
            field("bank").with(kept.and_then(|one| one.bank.as_ref())),
            field("account_name").with(kept.and_then(|one| one.account_name.as_ref())),
            number,
        ];
        self.entry_of(&of, entry.is_some(), fields)
    }

    pub(super) fn submit_bank_account(
        &self,
        of: CustomerId,
        entry: Option<BankAccountId>,
        answers: &Answers<'_>,
    ) -> Result<Submitted, Error> {
        let mut wrong = Fields::default();
        let is_removed = answers.is_to_be_removed()?;
        match entry {
            None => {
                let new = answers.fill(NewBankAccount::default(), &mut wrong);
                wrong.finish(Some(()))?;
                self.add_bank_account(of, new)?;
            }
            Some(entry) if is_removed => {
                self.remove_bank_account(of, entry, None)?;
            }
            Some(entry) => {
                let edit = answers.fill(BankAccountEdit::new(), &mut wrong);
                wrong.finish(Some(()))?;
                self.edit_bank_account(of, entry, edit)?;
            }
        }
        Ok(Submitted::default())
    }

    fn entry_of(&self, of: &CustomerView, is_kept: bool, fields: Vec<FormField>) -> Result<Form, Error> {
        let blockers = self.why_no_change(of.id)?;
        Ok(Form { revision: is_kept.then_some(of.revision), target: None, label: None, fields, blockers })
    }

    fn why_no_change(&self, id: CustomerId) -> Result<Vec<Blocker>, Error> {
        Ok(blockers_of(&self.customer_actions(id)?, DeskAction::UpdateCustomer))
    }

    fn fields_of_customers(&self) -> Result<Vec<crate::model::FieldDefinition>, Error> {
        let catalog = self.engine.store.catalog()?;
        let settings = catalog.settings.as_ref();
        Ok(settings.map(|settings| settings.fields_of_customers().to_vec()).unwrap_or_default())
    }
}
