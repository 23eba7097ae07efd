//! The forms about a customer: the whole profile, a next of kin and a bank account; each of a new one, or of one that is there.

use serde_json::Value;

use super::prelude::*;

/// The fields of each form, as the library calls them.
const PROFILE: &str = "name gender marital_status employment_status email phone address external_reference";
const KIN: &str = "name relationship phone address";
const ACCOUNT: &str = "bank account_name number";

/// The choices of the profile, each with the usual answers.
const USUAL: [(&str, &[&str]); 3] = [
    ("gender", &["female", "male", "non_binary", "not_disclosed"]),
    ("marital_status", &["single", "married", "partnership", "separated", "divorced", "widowed"]),
    ("employment_status", &["employed", "self_employed", "unemployed", "student", "retired"]),
];

/// A field of a form, with the value that it has.
fn control(f: &Fields<'_>, name: &str, kept: &Value) -> Markup {
    let value = value_in(kept, name).1;
    match USUAL.iter().find(|(usual, _)| *usual == name) {
        Some((_, codes)) => usual(f, name, codes, kept),
        None if name == "address" => f.draw(&Field::new(name, value).lines()),
        None if name == "phone" => f.draw(&Field::new(name, value).of_type("tel")),
        None => f.draw(&Field::new(name, value)),
    }
}

/// One of the usual answers, or somebody's own words, which show when that is chosen.
fn usual(f: &Fields<'_>, name: &str, codes: &[&str], kept: &Value) -> Markup {
    let own_words = f.here.say("own_words");
    let said = |code: &&str| (code.to_string(), f.here.word(name, code));
    let all = codes.iter().map(said).chain([("other".to_owned(), own_words.to_owned())]);
    let (value, own) = match value_in(kept, name) {
        (Value::Object(_), own) => ("other", own),
        (_, value) => (value, ""),
    };
    html! {
        div.choice {
            (f.draw(&Field::new(name, value).among(all).or("—")))
            (f.draw(&Field::new(format!("{name}.other"), own).label(own_words)))
        }
    }
}

fn may_edit(here: &Here, id: Option<CustomerId>) -> Result<()> {
    let can = match id {
        Some(id) => here.can_with(id, DeskAction::UpdateCustomer)?,
        None => here.can(DeskAction::CreateCustomer),
    };
    Problem::unless(can, "may_not_edit_customers")
}

/// The form of the whole profile; of somebody new if the address names nobody.
pub(crate) fn profile(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let id = here.asked.some("id").map(|_| here.asked.id("id")).transpose()?;
    may_edit(here, id)?;
    let one = id.map(|id| here.desk.customer(id)).transpose()?;
    let f = Fields::new(here, draft, one.as_ref().map(|one| (StreamId::Customer(one.id), one.revision)));
    let (kept, defined) = (values_of(&one), here.desk.customer_fields()?);
    let values = one.as_ref().map(|one| &one.fields[..]).unwrap_or_default();
    let own = OwnFields {
        fields: &f,
        defined: &defined,
        value: &|of| values.iter().find(|one| one.id == of.id).map(value_text).unwrap_or_default(),
    };
    let body = html! { @for name in PROFILE.split(' ') { (control(&f, name, &kept)) } (own.controls()?) };
    let back = one.as_ref().map_or("/customers".to_owned(), |one| format!("/customers/{}", one.id));
    let of = FormPage {
        title: here.say(if one.is_some() { "update_customer" } else { "new_customer" }),
        crumb: one.as_ref().map(|one| html! { a href=(back) { bdi { (one.name) } } }),
        under: "customers",
        to: &if one.is_some() { format!("{back}/edit") } else { format!("{back}/new") },
        back: &back,
        ..FormPage::default()
    };
    f.page(&of, body)
}

pub(crate) fn save_profile(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let fields = given(here, form, &here.desk.customer_fields()?);
    let id = if here.asked.some("id").is_none() {
        let mut new = form.command(NewCustomer::default(), PROFILE);
        new.fields = fields;
        desk.create_customer(new)?.id
    } else {
        let id = here.asked.id("id")?;
        let mut edit = form.command(CustomerEdit::new(), PROFILE);
        let emptied = USUAL.iter().filter(|(name, _)| form.said(name) == Some(""));
        (edit.clear, edit.fields) = (emptied.filter_map(|(name, _)| coded(name)).collect(), fields);
        desk.update_customer(id, edit)?;
        id
    };
    Ok(format!("/customers/{id}"))
}

/// The form of an entry of a list: a next of kin or a bank account.
pub(crate) fn entry(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let of = here.desk.customer(here.asked.id("id")?)?;
    may_edit(here, Some(of.id))?;
    let (title, names, all) = match here.asked.get("list") {
        "next_of_kin" => ("next_of_kin", KIN, values_of(&of.next_of_kin)),
        "bank_accounts" => ("bank_account", ACCOUNT, values_of(&of.bank_accounts)),
        _ => return Err(Problem::NOTHING_HERE),
    };
    let kept = all
        .as_array()
        .and_then(|all| all.iter().find(|one| value_in(one, "id").1 == here.asked.get("entry")));
    if kept.is_none() && here.asked.get("entry") != "new" {
        return Err(Problem::NOTHING_HERE);
    }
    let f = Fields::new(here, draft, kept.map(|_| (StreamId::Customer(of.id), of.revision)));
    let hint = kept.map(|kept| format!("{} {}", here.say("keeps_number"), value_in(kept, "hint").1));
    let field = |name: &str| match name {
        // A number that is kept is not in the form: who may not read it can change the rest.
        "number" => f.draw(&Field::new("number", "").anew().hint(hint.as_deref())),
        name => control(&f, name, kept.unwrap_or(&Value::Null)),
    };
    let body = html! { @for name in names.split(' ') { (field(name)) } };
    let back = format!("/customers/{}", of.id);
    let of = FormPage {
        title: &label(here, title),
        crumb: Some(html! { a href=(back) { bdi { (of.name) } } }),
        under: "customers",
        to: &format!("{back}/{}/{}", here.asked.get("list"), here.asked.get("entry")),
        back: &back,
        can_remove: kept.is_some(),
        ..FormPage::default()
    };
    f.page(&of, body)
}

pub(crate) fn save_entry(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let (of, list, seen): (CustomerId, _, _) =
        (here.asked.id("id")?, here.asked.get("list"), form.parsed("seen"));
    let is_kin = list == "next_of_kin";
    if here.asked.get("entry") == "new" {
        match is_kin {
            true => desk.add_next_of_kin(of, form.command(NewNextOfKin::default(), KIN)).map(drop)?,
            false => desk.add_bank_account(of, form.command(NewBankAccount::default(), ACCOUNT)).map(drop)?,
        }
        return Ok(format!("/customers/{of}#{list}"));
    }
    let (kin, account) = (here.asked.id("entry"), here.asked.id("entry"));
    match (is_kin, form.has("remove")) {
        (true, true) => desk.remove_next_of_kin(of, kin?, seen).map(drop)?,
        (true, false) => {
            desk.edit_next_of_kin(of, kin?, form.command(NextOfKinEdit::new(), KIN)).map(drop)?
        }
        (false, true) => desk.remove_bank_account(of, account?, seen).map(drop)?,
        (false, false) => {
            desk.edit_bank_account(of, account?, form.command(BankAccountEdit::new(), ACCOUNT)).map(drop)?;
        }
    }
    Ok(format!("/customers/{of}#{list}"))
}
