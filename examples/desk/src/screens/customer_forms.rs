//! The forms about a customer: a new one, the whole profile, the next of kin and the bank accounts.

use std::str::FromStr;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use casekit::{
    BankAccountEdit, CustomerEdit, CustomerField, CustomerId, CustomerView, NewBankAccount, NewCustomer,
    NewNextOfKin, NextOfKinEdit, Permission, StreamId,
};
use maud::{Markup, html};
use serde::de::DeserializeOwned;

use super::customer::id_of;
use crate::acts::{Draft, Form, Problem, answer};
use crate::kit::{App, Here};
use crate::parts::{
    Field, OwnFields, Screen, area, coded, form_head, given, input, label, name_of, page, refusal, select,
    sentence,
};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/customers/new", get(new_form).post(new))
        .route("/customers/{id}/edit", get(edit_form).post(edit))
        .route("/customers/{id}/next_of_kin/{entry}", get(kin_form).post(kin))
        .route("/customers/{id}/bank_accounts/{entry}", get(account_form).post(account))
}

/// A choice of the profile, the usual answers, and the field of the library that it is.
type Usual = (&'static str, CustomerField, &'static [&'static str]);
const GENDER: Usual = ("gender", CustomerField::Gender, &["female", "male", "non_binary", "not_disclosed"]);
const MARRIED: Usual = (
    "marital_status",
    CustomerField::MaritalStatus,
    &["single", "married", "partnership", "separated", "divorced", "widowed"],
);
const EMPLOYED: Usual = (
    "employment_status",
    CustomerField::EmploymentStatus,
    &["employed", "self_employed", "unemployed", "student", "retired"],
);

async fn new_form(State(app): State<App>, session: Session) -> Response {
    app.read(session, |here| draw(here, None, Draft::default())).await
}

async fn new(State(app): State<App>, session: Session, form: Form) -> Response {
    app.act(session, form, |here, desk, form| {
        let mut new = NewCustomer::named(form.get("name"));
        (new.gender, new.marital_status, new.employment_status) =
            (chosen(form, GENDER.0), chosen(form, MARRIED.0), chosen(form, EMPLOYED.0));
        (new.email, new.phone, new.address) = (form.some("email"), form.some("phone"), form.some("address"));
        new.external_reference = form.some("external_reference");
        new.fields = given(here, form, &here.desk.customer_fields()?);
        new.fields.retain(|one| one.value != casekit::GivenValue::Text(String::new()));
        let to = |done: casekit::CreatedCustomer| format!("/customers/{}", done.id);
        answer(form, desk.create_customer(new), to, |draft| draw(here, None, draft))
    })
    .await
}

async fn edit_form(State(app): State<App>, session: Session, Path(id): Path<String>) -> Response {
    app.read(session, move |here| draw(here, Some(&here.desk.customer(id_of(&id)?)?), Draft::default())).await
}

async fn edit(State(app): State<App>, session: Session, Path(id): Path<String>, form: Form) -> Response {
    app.act(session, form, move |here, desk, form| {
        let id: CustomerId = id_of(&id)?;
        let mut edit = CustomerEdit::new();
        edit.name = form.changed("name");
        (edit.email, edit.phone, edit.address) =
            (form.changed("email"), form.changed("phone"), form.changed("address"));
        edit.external_reference = form.changed("external_reference");
        edit.gender = changed(form, GENDER, &mut edit.clear);
        edit.marital_status = changed(form, MARRIED, &mut edit.clear);
        edit.employment_status = changed(form, EMPLOYED, &mut edit.clear);
        edit.fields = given(here, form, &here.desk.customer_fields()?);
        let again = |draft: Draft<'_>| draw(here, Some(&here.desk.customer(id)?), draft);
        answer(form, desk.update_customer(id, edit), |_| format!("/customers/{id}"), again)
    })
    .await
}

/// A choice as it was made: one of the usual answers, or somebody's own words.
fn chosen<T: DeserializeOwned>(form: &Form, name: &str) -> Option<T> {
    match form.get(name) {
        "other" => {
            let own = serde_json::json!({ "other": { "text": form.get(&format!("{name}.other")) } });
            serde_json::from_value(own).ok()
        }
        code => coded(code),
    }
}

fn changed<T: DeserializeOwned>(form: &Form, of: Usual, clear: &mut Vec<CustomerField>) -> Option<T> {
    let other = format!("{}.other", of.0);
    let is_other = form.get(of.0) == "other" && form.changed(&other).is_some();
    let code = form.changed(of.0).or(is_other.then(String::new))?;
    clear.extend((code.is_empty() && !is_other).then_some(of.1));
    chosen(form, of.0)
}

/// The form of the whole profile; of somebody new if there is none.
fn draw(here: &Here, one: Option<&CustomerView>, draft: Draft<'_>) -> Result<Markup, Problem> {
    may_edit(here)?;
    let defined = here.desk.customer_fields()?;
    let labels: Vec<_> = defined.iter().map(|one| (name_of(&one.id), one.label.as_str())).collect();
    let plain = [
        "name",
        "gender",
        "marital_status",
        "employment_status",
        "email",
        "phone",
        "address",
        "external_reference",
    ];
    let fields =
        plain.iter().map(|name| (*name, "")).chain(labels.iter().map(|(id, label)| (id.as_str(), *label)));
    let fields: Vec<_> = fields.collect();
    let above = match one {
        Some(one) => refusal(here, StreamId::Customer(one.id), draft, &fields)?,
        None => crate::parts::summary_of(here, draft, &fields),
    };
    let text = |name: &'static str, value: Option<&String>| {
        Entry { here, draft, edits: one.is_some() }.text(name, value)
    };
    let choice = |of: Usual, code: Option<&str>, own: Option<&str>| usual(here, draft, of, code, own);
    let values = one.map(|one| &one.fields[..]).unwrap_or_default();
    let values: Vec<_> = values.iter().map(|one| (one.id.clone(), crate::parts::value_text(one))).collect();
    let own = OwnFields { here, draft, defined: &defined, values: &values, edits: one.is_some() };
    let (gender, married, employed) = (
        one.and_then(|one| one.gender.as_ref()),
        one.and_then(|one| one.marital_status.as_ref()),
        one.and_then(|one| one.employment_status.as_ref()),
    );
    let (title, to, back) = match one {
        Some(one) => (
            here.say("update_customer"),
            format!("/customers/{}/edit", one.id),
            format!("/customers/{}", one.id),
        ),
        None => (here.say("new_customer"), "/customers/new".to_owned(), "/customers".to_owned()),
    };
    let body = html! {
        (text("name", one.map(|one| &one.name)))
        (choice(GENDER, gender.map(|one| one.code()), gender.and_then(|one| one.own_words())))
        (choice(MARRIED, married.map(|one| one.code()), married.and_then(|one| one.own_words())))
        (choice(EMPLOYED, employed.map(|one| one.code()), employed.and_then(|one| one.own_words())))
        (text("email", one.and_then(|one| one.email.as_ref())))
        (text("phone", one.and_then(|one| one.phone.as_ref())))
        (text("address", one.and_then(|one| one.address.as_ref())))
        (text("external_reference", one.and_then(|one| one.external_reference.as_ref())))
        (own.controls()?)
    };
    let seen = one.map(|one| one.revision);
    sheet(here, draft, (title, one.map(|one| one.name.as_str())), (&to, &back, seen), (above, body))
}

/// One of the usual answers, or somebody's own words, which show when that is chosen.
fn usual(here: &Here, draft: Draft<'_>, of: Usual, code: Option<&str>, own: Option<&str>) -> Markup {
    let (name, _, codes) = of;
    let language = here.desk.language();
    let said: Vec<_> = codes.iter().map(|code| (*code, sentence(&language.word_of(name, code)))).collect();
    let mut all = vec![("", "—")];
    all.extend(said.iter().map(|(code, said)| (*code, said.as_str())));
    all.push(("other", here.say("own_words")));
    let value = own.map_or(code.unwrap_or_default(), |_| "other");
    let (called, other) = (label(here, name), format!("{name}.other"));
    let own = own.unwrap_or_default();
    html! {
        div.choice {
            (select(here, draft, Field::new(name, &called).edits(value), value, &all))
            (input(here, draft, Field::new(&other, here.say("own_words")).edits(own), own))
        }
    }
}

/// A field of a form about a customer, called as the library calls it.
struct Entry<'a> {
    here: &'a Here,
    draft: Draft<'a>,
    edits: bool,
}

impl Entry<'_> {
    fn text(&self, name: &str, value: Option<&String>) -> Markup {
        let (label, value) = (label(self.here, name), value.map_or("", String::as_str));
        let field = Field::new(name, &label);
        let field = if self.edits { field.edits(value) } else { field };
        match name {
            "address" => area(self.here, self.draft, field, value),
            "phone" => input(self.here, self.draft, field.of_type("tel"), value),
            _ => input(self.here, self.draft, field, value),
        }
    }
}

/// Before a form is drawn that would be refused whatever is typed.
fn may_edit(here: &Here) -> Result<(), Problem> {
    match here.desk.actor().may(Permission::EditCustomers) {
        true => Ok(()),
        false => Err(Problem::Said(StatusCode::FORBIDDEN, "may_not_edit_customers")),
    }
}

/// A page with one form that goes to `to`, and back to `back`.
fn sheet(
    here: &Here,
    draft: Draft<'_>,
    (title, whom): (&str, Option<&str>),
    (to, back, seen): (&str, &str, Option<u64>),
    (above, body): (Markup, Markup),
) -> Result<Markup, Problem> {
    // An entry that is there can be removed; a whole customer cannot.
    let remove = whom.zip(seen).filter(|_| !to.ends_with("/edit")).map(|_| here.say("remove"));
    let main = html! {
        div.narrow {
            @if let Some(whom) = whom { p.crumb { a href=(back) { bdi { (whom) } } } }
            h1 { (title) } (above)
            form method="post" action=(to) novalidate data-keep=[seen.is_none().then_some(to)] { (form_head(here, seen)) (body)
                div.buttons { button.button.primary { (here.say("save")) } a.button.quiet href=(back) { (here.say("cancel")) }
                    @if let Some(remove) = remove { span.grow {} button.button.danger name="remove" value="1" { (remove) } } }
            }
        }
    };
    page(here, &Screen::new(title).under("customers").with_problem(draft.error.is_some()), main)
}

/// The entry that an address names; `None` for a new one.
fn entry_of<'a, T, I: FromStr + PartialEq>(
    all: &'a [T],
    entry: &str,
    id: impl Fn(&T) -> I,
) -> Result<Option<&'a T>, Problem> {
    if entry == "new" {
        return Ok(None);
    }
    let wanted: I = id_of(entry)?;
    let found = all.iter().find(|one| id(one) == wanted);
    found.map(Some).ok_or(Problem::Said(StatusCode::NOT_FOUND, "nothing_here"))
}

async fn kin_form(
    State(app): State<App>,
    session: Session,
    Path((id, entry)): Path<(String, String)>,
) -> Response {
    app.read(session, move |here| draw_kin(here, id_of(&id)?, &entry, Draft::default())).await
}

async fn kin(
    State(app): State<App>,
    session: Session,
    Path((id, entry)): Path<(String, String)>,
    form: Form,
) -> Response {
    app.act(session, form, move |here, desk, form| {
        let id: CustomerId = id_of(&id)?;
        let done = match (entry.as_str(), form.some("remove")) {
            ("new", _) => {
                let mut new = NewNextOfKin::named(form.get("name"));
                (new.relationship, new.phone, new.address) =
                    (form.some("relationship"), form.some("phone"), form.some("address"));
                desk.add_next_of_kin(id, new).map(|_| ())
            }
            (entry, Some(_)) => desk.remove_next_of_kin(id, id_of(entry)?, form.parsed("seen")).map(|_| ()),
            (entry, None) => {
                let mut edit = NextOfKinEdit::new();
                (edit.name, edit.relationship) = (form.changed("name"), form.changed("relationship"));
                (edit.phone, edit.address) = (form.changed("phone"), form.changed("address"));
                desk.edit_next_of_kin(id, id_of(entry)?, edit).map(|_| ())
            }
        };
        let to = |()| format!("/customers/{id}#next_of_kin");
        answer(form, done, to, |draft| draw_kin(here, id, &entry, draft))
    })
    .await
}

fn draw_kin(here: &Here, id: CustomerId, entry: &str, draft: Draft<'_>) -> Result<Markup, Problem> {
    may_edit(here)?;
    let of = here.desk.customer(id)?;
    let one = entry_of(&of.next_of_kin, entry, |one| one.id)?;
    let of_form = Entry { here, draft, edits: one.is_some() };
    let body = html! {
        (of_form.text("name", one.map(|one| &one.name)))
        (of_form.text("relationship", one.and_then(|one| one.relationship.as_ref())))
        (of_form.text("phone", one.and_then(|one| one.phone.as_ref())))
        (of_form.text("address", one.and_then(|one| one.address.as_ref())))
    };
    let names = [("name", ""), ("relationship", ""), ("phone", ""), ("address", "")];
    let above = refusal(here, StreamId::Customer(id), draft, &names)?;
    let to = (format!("/customers/{id}/next_of_kin/{entry}"), format!("/customers/{id}"));
    let to = (to.0.as_str(), to.1.as_str(), one.map(|_| of.revision));
    sheet(here, draft, (&label(here, "next_of_kin"), Some(&of.name)), to, (above, body))
}

async fn account_form(
    State(app): State<App>,
    session: Session,
    Path((id, entry)): Path<(String, String)>,
) -> Response {
    app.read(session, move |here| draw_account(here, id_of(&id)?, &entry, Draft::default())).await
}

async fn account(
    State(app): State<App>,
    session: Session,
    Path((id, entry)): Path<(String, String)>,
    form: Form,
) -> Response {
    app.act(session, form, move |here, desk, form| {
        let id: CustomerId = id_of(&id)?;
        let done = match (entry.as_str(), form.some("remove")) {
            ("new", _) => {
                let mut new = NewBankAccount::numbered(form.get("number"));
                (new.bank, new.account_name) = (form.some("bank"), form.some("account_name"));
                desk.add_bank_account(id, new).map(|_| ())
            }
            (entry, Some(_)) => desk.remove_bank_account(id, id_of(entry)?, form.parsed("seen")).map(|_| ()),
            (entry, None) => {
                let mut edit = BankAccountEdit::new();
                (edit.bank, edit.account_name) = (form.changed("bank"), form.changed("account_name"));
                edit.number = form.some("number");
                desk.edit_bank_account(id, id_of(entry)?, edit).map(|_| ())
            }
        };
        let to = |()| format!("/customers/{id}#bank_accounts");
        answer(form, done, to, |draft| draw_account(here, id, &entry, draft))
    })
    .await
}

/// A number that is kept is not in the form: who may not read it can change the rest.
fn draw_account(here: &Here, id: CustomerId, entry: &str, draft: Draft<'_>) -> Result<Markup, Problem> {
    may_edit(here)?;
    let of = here.desk.customer(id)?;
    let one = entry_of(&of.bank_accounts, entry, |one| one.id)?;
    let of_form = Entry { here, draft, edits: one.is_some() };
    let number = label(here, "number");
    let hint = one.map(|one| format!("{} {}", here.say("keeps_number"), one.hint));
    let number = Field::new("number", &number);
    let number = hint.as_deref().map_or(number, |hint| number.hint(hint));
    let body = html! {
        (of_form.text("bank", one.and_then(|one| one.bank.as_ref())))
        (of_form.text("account_name", one.and_then(|one| one.account_name.as_ref())))
        (input(here, draft, number, ""))
    };
    let above =
        refusal(here, StreamId::Customer(id), draft, &[("bank", ""), ("account_name", ""), ("number", "")])?;
    let to = (format!("/customers/{id}/bank_accounts/{entry}"), format!("/customers/{id}"));
    let to = (to.0.as_str(), to.1.as_str(), one.map(|_| of.revision));
    sheet(here, draft, (&label(here, "bank_account"), Some(&of.name)), to, (above, body))
}
