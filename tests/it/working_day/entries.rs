//! Bank accounts and next of kin have ids, and are changed one by one.

use casekit::{
    AddedBankAccount, BankAccountEdit, CustomerId, FieldRule, HistoryEntry, ImportCustomer, ImportItem,
    NewBankAccount, NewCustomer, NewNextOfKin, NextOfKinEdit, PageRequest, Rejection, StreamId,
};

use crate::build::{Office, at, nothing, on_every_store};

on_every_store!(
    bank_accounts_have_ids_and_are_changed_one_by_one,
    next_of_kin_have_ids_and_are_changed_one_by_one,
    an_agent_renames_the_bank_and_the_number_stays,
    the_hint_of_a_number_is_refused,
    what_looks_like_an_iban_is_checked,
    what_became_of_an_account_stays_in_the_history,
    an_account_that_is_added_again_is_the_same,
    who_is_imported_has_ids_too,
);

const NUMBER: &str = "DE89 3704 0044 0532 0130 00";
const OTHER: &str = "GB33BUKB20201555555555";

fn ada(office: &Office) -> CustomerId {
    let new = NewCustomer::named("Ada Obi")
        .with_bank_account(NewBankAccount::numbered(NUMBER).at_bank("First Bank"))
        .with_bank_account(NewBankAccount::numbered(OTHER))
        .with_next_of_kin(NewNextOfKin::named("Chidi Obi").with_relationship("husband"))
        .with_next_of_kin(NewNextOfKin::named("Ngozi Obi"));
    office.agent().create_customer(new).unwrap().id
}

fn history(office: &Office, ada: CustomerId) -> Vec<HistoryEntry> {
    office.manager().history(StreamId::Customer(ada), PageRequest::first()).unwrap().rows
}

fn refused_number(why: &str) -> Rejection {
    Rejection::field("number", FieldRule::DoesNotFit { why: why.into() })
}

fn bank_accounts_have_ids_and_are_changed_one_by_one(office: &Office) {
    let (ada, desk) = (ada(office), office.agent());
    let numbers = || -> Vec<Option<String>> {
        let accounts = office.approver().customer(ada).unwrap().bank_accounts;
        accounts.into_iter().map(|account| account.number).collect()
    };
    let before = desk.customer(ada).unwrap();
    let [first, second] = [0, 1].map(|place| before.bank_accounts[place].id);
    assert_ne!(first, second);
    let third = desk.add_bank_account(ada, NewBankAccount::numbered("0532 013")).unwrap();
    assert_eq!((third.revision, third.replayed), (2, false));
    let edit = BankAccountEdit::new().number("12-34-56 12345678").account_name("A. Obi");
    let changed = desk.edit_bank_account(ada, second, edit).unwrap();
    assert_eq!((changed.revision, changed.events), (3, 1));
    desk.remove_bank_account(ada, first, Some(3)).unwrap();
    assert_eq!(numbers(), [Some("12-34-56 12345678".into()), Some("0532 013".into())]);
    let after = desk.customer(ada).unwrap();
    assert_eq!([after.bank_accounts[0].id, after.bank_accounts[1].id], [second, third.id]);
    assert_eq!(after.next_of_kin, before.next_of_kin);

    let missing = Rejection::not_found("bank account", first);
    let edit = || desk.edit_bank_account(ada, first, BankAccountEdit::new().bank("x"));
    assert_eq!(office.refused(edit), missing);
    assert_eq!(office.refused(|| desk.remove_bank_account(ada, first, None)), missing);
    let stale = office.refused(|| desk.remove_bank_account(ada, second, Some(3)));
    assert_eq!(stale, Rejection::Conflict { seen: 3, now: 4 });
    let nobody = office.refused(|| desk.add_bank_account(nothing(), NewBankAccount::numbered("1")));
    assert_eq!(nobody.code(), "not_found");
}

fn next_of_kin_have_ids_and_are_changed_one_by_one(office: &Office) {
    let (ada, desk) = (ada(office), office.agent());
    let before = desk.customer(ada).unwrap();
    let [chidi, ngozi] = [0, 1].map(|place| before.next_of_kin[place].id);
    assert_ne!(chidi, ngozi);
    let bo = desk.add_next_of_kin(ada, NewNextOfKin::named("Bo Obi")).unwrap();
    desk.edit_next_of_kin(ada, chidi, NextOfKinEdit::new().phone("+234 1 555").relationship("")).unwrap();
    desk.remove_next_of_kin(ada, ngozi, None).unwrap();
    let after = desk.customer(ada).unwrap();
    let known: Vec<_> = after
        .next_of_kin
        .iter()
        .map(|one| (one.id, one.name.as_str(), one.relationship.as_deref(), one.phone.as_deref()))
        .collect();
    assert_eq!(known, [(chidi, "Chidi Obi", None, Some("+234 1 555")), (bo.id, "Bo Obi", None, None)]);
    assert_eq!(after.bank_accounts, before.bank_accounts);
    let gone = office.refused(|| desk.edit_next_of_kin(ada, ngozi, NextOfKinEdit::new().phone("1")));
    assert_eq!(gone, Rejection::not_found("next of kin", ngozi));
    let said: Vec<String> = history(office, ada).into_iter().skip(1).map(|entry| entry.text).collect();
    assert_eq!(
        said,
        [
            "added Bo Obi as next of kin",
            "changed the next of kin Chidi Obi: relationship, phone",
            "removed the next of kin Ngozi Obi",
        ]
    );
}

fn an_agent_renames_the_bank_and_the_number_stays(office: &Office) {
    let (ada, desk) = (ada(office), office.agent());
    let seen = desk.customer(ada).unwrap().bank_accounts.remove(0);
    assert_eq!((seen.number, seen.hint.as_str()), (None, "…3000"), "an agent sees no number");
    desk.edit_bank_account(ada, seen.id, BankAccountEdit::new().bank("Second Bank")).unwrap();
    let now = office.manager().customer(ada).unwrap().bank_accounts.remove(0);
    assert_eq!((now.bank.as_deref(), now.number.as_deref()), (Some("Second Bank"), Some(NUMBER)));
}

fn the_hint_of_a_number_is_refused(office: &Office) {
    let (ada, desk) = (ada(office), office.agent());
    let seen = desk.customer(ada).unwrap().bank_accounts.remove(0);
    let edit = BankAccountEdit::new().bank("Second Bank").number(seen.hint.as_str());
    let refused = office.refused(|| desk.edit_bank_account(ada, seen.id, edit));
    assert_eq!(refused, refused_number("hint_of_a_number"));
    assert_eq!(
        refused.to_string(),
        "`number` does not fit: it is the hint of a number: leave the number out to keep it, or give the whole number"
    );
    let again = || desk.add_bank_account(ada, NewBankAccount::numbered(seen.hint.as_str()));
    assert_eq!(office.refused(again), refused_number("hint_of_a_number"));
}

fn what_looks_like_an_iban_is_checked(office: &Office) {
    let (ada, desk) = (ada(office), office.agent());
    let add = |number: &str| desk.add_bank_account(ada, NewBankAccount::numbered(number));
    assert_eq!(office.refused(|| add("DE98 3704 0044 0532 0130 00")), refused_number("iban_check_digits"));
    assert_eq!(office.refused(|| add("DE89 3704 0044 0532 0130")), refused_number("iban_length"));
    for sound in ["gb29 nwbk 6016 1331 9268 19", "NO9386011117947", "0532013000", "Depot 7"] {
        let id = add(sound).unwrap().id;
        let kept = office.manager().customer(ada).unwrap().bank_accounts;
        let kept = kept.into_iter().find(|account| account.id == id).and_then(|account| account.number);
        assert_eq!(kept.as_deref(), Some(sound), "it is kept as it was given");
    }
}

fn what_became_of_an_account_stays_in_the_history(office: &Office) {
    let (ada, desk) = (ada(office), office.agent());
    let account = desk.customer(ada).unwrap().bank_accounts[0].id;
    desk.edit_bank_account(ada, account, BankAccountEdit::new().number(OTHER).bank("")).unwrap();
    desk.remove_bank_account(ada, account, None).unwrap();
    let told = |entries: Vec<HistoryEntry>| -> Vec<_> {
        let one = |entry: HistoryEntry| {
            let changes = entry.changes.into_iter().map(|one| (one.field, one.from, one.to));
            (entry.code, entry.text, changes.collect::<Vec<_>>())
        };
        entries.into_iter().skip(1).map(one).collect()
    };
    let change = |field: &str, from: &str, to: Option<&str>| {
        (field.to_owned(), Some(from.to_owned()), to.map(str::to_owned))
    };
    let expected = |number: &str, other: &str| {
        vec![
            (
                "bank_account_changed".to_owned(),
                "changed the bank account …3000: bank, number".to_owned(),
                vec![change("bank", "First Bank", None), change("number", number, Some(other))],
            ),
            (
                "bank_account_removed".to_owned(),
                "removed the bank account …5555".to_owned(),
                vec![change("number", other, None)],
            ),
        ]
    };
    assert_eq!(told(history(office, ada)), expected(NUMBER, OTHER));
    let auditor = office.auditor().history(StreamId::Customer(ada), PageRequest::first()).unwrap().rows;
    assert_eq!(told(auditor), expected("…3000", "…5555"));
}

fn an_account_that_is_added_again_is_the_same(office: &Office) {
    let (ada, desk) = (ada(office), office.agent().request("form 7"));
    let first = desk.add_bank_account(ada, NewBankAccount::numbered("1")).unwrap();
    let again = desk.add_bank_account(ada, NewBankAccount::numbered("1")).unwrap();
    assert_eq!(again, AddedBankAccount { replayed: true, ..first });
    assert_eq!(office.agent().customer(ada).unwrap().bank_accounts.len(), 3);
    office.kit.check().unwrap();
}

fn who_is_imported_has_ids_too(office: &Office) {
    let bo = NewCustomer::named("Bo Obi")
        .with_bank_account(NewBankAccount::numbered(OTHER))
        .with_next_of_kin(NewNextOfKin::named("Ada Obi"));
    let item = ImportItem::Customer(ImportCustomer::new(bo, at(0), "amara"));
    let report = office.manager().import(&[item]).unwrap();
    let id = report.results[0].customer.unwrap();
    let account = office.agent().customer(id).unwrap().bank_accounts[0].id;
    office.agent().edit_bank_account(id, account, BankAccountEdit::new().bank("First Bank")).unwrap();
}
