//! A store that lives in a file: opened again, and opened twice.

use super::build::{Clerk, RawCase, everything};
use crate::commit::{Expect, Refused};
use crate::language::Language;
use crate::model::{BlobId, CustomerId, StreamId};
use crate::store::{LoadPlan, Store};

/// Opens the store at the same place once more.
pub type Open<'a> = &'a dyn Fn() -> Box<dyn Store>;

pub fn everything_is_there_when_it_is_opened_again(open: Open<'_>) {
    let store = open();
    let clerk = Clerk::new(store.as_ref());
    let customer = clerk.customer("Ada");
    let case_type = clerk.case_type("Support");
    let new = RawCase { customer: Some(customer.id), ..RawCase::of(&case_type, super::build::WORD) };
    let case = clerk.raise(new);
    clerk.note(case.id, super::build::WORD);
    let (kept, orphan) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    store.blob_bytes().append(kept, 0, clerk.now(), b"kept").unwrap();
    store.blob_bytes().append(orphan, 0, clerk.now(), b"orphan").unwrap();
    let mut keeps = clerk.commit(vec![clerk.changes_settings("HELP")]);
    keeps.keep_blobs.push(kept);
    keeps.request = Some(clerk.request("ada", "request 1"));
    clerk.write(keeps.clone());
    let before = everything(store.as_ref());
    store.close().unwrap();
    drop(store);

    let store = open();
    assert_eq!(everything(store.as_ref()), before);
    let again = Clerk::seeded(store.as_ref(), 1);
    assert_eq!(again.attempt(keeps), Err(Refused::RequestClaimed));
    assert!(again.raise(RawCase::of(&case_type, "Next")).number.value > case.number.value);
    assert_eq!(store.blob_bytes().sweep(again.now(), 10).unwrap(), [orphan]);
    assert_eq!(store.blob_bytes().read(kept, 0, 10).unwrap(), Some(b"kept".to_vec()));
    store.check().unwrap();
}

pub fn two_that_are_open_at_once_see_each_other(open: Open<'_>) {
    let (one, two) = (open(), open());
    let (first, second) = (Clerk::new(one.as_ref()), Clerk::seeded(two.as_ref(), 1));
    let case_type = first.case_type("Support");
    assert_eq!(two.catalog().unwrap().type_name(case_type.id, Language::english()), "Support");
    second.write_drafts(vec![second.renames_type(&case_type, "Help")]);
    let loaded = one.load(&LoadPlan::default()).unwrap();
    assert_eq!(
        loaded.catalog.type_name(case_type.id, Language::english()),
        "Help",
        "the catalog is that of this moment"
    );

    let numbers: Vec<u64> = [&first, &second, &first, &second]
        .map(|clerk| clerk.raise(RawCase::of(&case_type, "In turn")).number.value)
        .to_vec();
    assert!(numbers.is_sorted_by(|number, next| number < next), "{numbers:?}");
    assert_eq!(everything(one.as_ref()), everything(two.as_ref()));
    one.check().unwrap();
}

pub fn an_expectation_that_another_broke_is_noticed(open: Open<'_>) {
    let (one, two) = (open(), open());
    let (first, second) = (Clerk::new(one.as_ref()), Clerk::seeded(two.as_ref(), 1));
    let customer: CustomerId = first.customer("Ada").id;
    let stale = first.commit(vec![first.renames_customer(customer, "Ada Late")]);
    let mut request = first.commit(Vec::new());
    request.request = Some(first.request("ada", "request 1"));
    second.write_drafts(vec![second.renames_customer(customer, "Ada Obi")]);
    second.write(request.clone());
    let broken = Expect::Revision(StreamId::Customer(customer), 1);
    assert_eq!(first.attempt(stale), Err(Refused::Stale(broken)));
    assert_eq!(first.attempt(request), Err(Refused::RequestClaimed));
    assert_eq!(first.customer_now(customer).profile.name.as_str(), "Ada Obi");
}
