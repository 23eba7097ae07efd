//! Customers and requesters are found by what they say of themselves on the telephone.

use casekit::{CaseId, CasesQuery, CustomerEdit, CustomerId, NewCustomer, NewRequest, PageRequest};

use crate::build::{Office, on_every_store};

on_every_store!(
    customers_are_found_by_name_email_phone_and_reference,
    a_customer_who_moved_is_found_by_what_holds_now,
    requesters_are_found_by_name_reply_address_and_reference,
);

fn found(office: &Office, text: &str) -> Vec<CustomerId> {
    office
        .agent()
        .customers(Some(text), PageRequest::first())
        .unwrap()
        .rows
        .iter()
        .map(|row| row.id)
        .collect()
}

fn ada(office: &Office) -> CustomerId {
    let new = NewCustomer {
        email: Some("Ada.Obi@example.org".into()),
        phone: Some("+49 (0)151 / 23 45 67 8".into()),
        ..NewCustomer::named("Ada Obi").with_reference("CRM-0077")
    };
    office.agent().create_customer(new).unwrap().id
}

fn customers_are_found_by_name_email_phone_and_reference(office: &Office) {
    let ada = ada(office);
    let local = NewCustomer { phone: Some("030 5550-1234".into()), ..NewCustomer::named("Bo Li") };
    let bo = office.agent().create_customer(local).unwrap().id;
    for text in [
        "ada",
        "Obi ",
        "ada.obi@example.org",
        "ADA.OBI@EXAMPLE.ORG",
        "ada.obi@ex",
        "0151 2345678",
        "0151/2345678",
        "+491512345678",
        "0049 151 2345678",
        "(0151) 234 56 78",
        "0151 23",
        "CRM-0077",
        "crm-0077",
        "CRM-00",
    ] {
        assert_eq!(found(office, text), [ada], "{text}");
    }
    for text in ["030/55501234", "+49 30 55501234", "0049 (0)30 5550 1234", "030 5550"] {
        assert_eq!(found(office, text), [bo], "{text}");
    }
    for text in ["+48 151 2345678", "0151 2345679", "eve@example.org", "CRM-0078"] {
        assert_eq!(found(office, text), [], "{text}");
    }
    let row = office.agent().customers(Some("ada"), PageRequest::first()).unwrap().rows.remove(0);
    let shown = (row.email.as_deref(), row.phone.as_deref(), row.external_reference.as_deref());
    assert_eq!(shown, (Some("Ada.Obi@example.org"), Some("+49 (0)151 / 23 45 67 8"), Some("CRM-0077")));
}

fn a_customer_who_moved_is_found_by_what_holds_now(office: &Office) {
    let ada = ada(office);
    let edit = CustomerEdit {
        email: Some(String::new()),
        phone: Some("0152 1111111".into()),
        external_reference: Some("CRM-0088".into()),
        ..CustomerEdit::default()
    };
    office.agent().update_customer(ada, edit).unwrap();
    for text in ["ada.obi@example.org", "0151 2345678", "CRM-0077"] {
        assert_eq!(found(office, text), [], "{text}");
    }
    for text in ["+49 152 1111111", "CRM-0088", "ada"] {
        assert_eq!(found(office, text), [ada], "{text}");
    }
    office.store.check().unwrap();
    assert_eq!(office.store.repair_derived().unwrap(), 0);
}

fn requesters_are_found_by_name_reply_address_and_reference(office: &Office) {
    let desk = office.agent();
    let asks = |reference: &str, requester: &str, reply_to: &str| -> CaseId {
        let new = NewRequest::new(reference, requester).reply_to(reply_to);
        desk.receive_request(new).unwrap().id.unwrap()
    };
    let first = asks("WEB-1001", "Ada Obi", "ada@example.org");
    let second = asks("WEB-1002", "Ada Obi", "ada@example.org");
    let other = asks("WEB-2000", "Bo Li", "bo@example.org");
    let asked = |text: &str| {
        let query = CasesQuery { text: Some(text.into()), ..CasesQuery::default() };
        desk.cases(&query, PageRequest::first()).unwrap().rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    for text in ["Ada Obi", "obi", "ada@example.org", "ADA@example.org"] {
        assert_eq!(asked(text), [second, first], "{text}");
    }
    assert_eq!((asked("WEB-1001"), asked("bo@example.org")), (vec![first], vec![other]));
}
