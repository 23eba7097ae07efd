//! What the toy says there is, held against what desks show.

mod counted;

use casekit::{CasesQuery, Desk, FieldView, PageRequest, Role, ScopeCases};

use super::fields::{self, CUSTOMERS, Values};
use super::{Case, REFUNDS, Toy, notes::visibility};
use crate::build::{Office, Scoped, actor, all_pages};
use crate::laws::instruction::{ENDS, NAMES, STAGES, TEXTS, TITLES, TYPES, WORKERS};

impl Toy {
    /// Every case, note, tag and customer must be what the toy says, and lists and counts must find what it finds.
    pub(crate) fn is_what_all_show(&self, offices: &[Office]) {
        for office in offices {
            let desk = office.administrator();
            let shown: Vec<Case> = self.cases.iter().map(|case| self.shown(office, case)).collect();
            assert_eq!(shown, self.cases);
            self.are_the_notes(&desk);
            self.are_the_tags(&desk, |_| true);
            self.are_the_rows(&office.agent());
            self.are_the_customers(&desk);
            self.is_found(&office.agent());
            self.is_counted(&desk);
            self.is_narrowed(office);
        }
    }

    fn shown(&self, office: &Office, case: &Case) -> Case {
        let view = office.view(case.id);
        let place_of = |all: &[&str], text: &str| all.iter().position(|one| *one == text).unwrap();
        let customer = view.customer.map(|id| self.customers.iter().position(|one| one.id == id).unwrap());
        let name = customer.map(|place| NAMES[self.customers[place].name].to_owned());
        assert_eq!(view.customer_name, name);
        assert_eq!(view.tags, self.tag_names(case.tags.iter().copied()));
        are_the_fields(&view.fields, case.kind, &case.values);
        are_masked(&office.agent().case(case.id).unwrap().fields);
        Case {
            id: view.id,
            revision: view.revision,
            kind: place_of(&TYPES, &view.case_type),
            stage: place_of(&STAGES, &view.stage_id),
            title: place_of(&TITLES, &view.title),
            text: view.description.map_or(0, |text| place_of(&TEXTS, &text)),
            customer,
            raised_by: view.raised_by,
            holder: view.holder.map(|holder| holder.by),
            tags: case.tags.clone(),
            values: case.values.clone(),
            priority: view.priority.unwrap(),
            end: view.resolution.map(|ended| place_of(&ENDS, &ended.code)),
            reopened: view.reopened,
            notes: view.notes.unwrap(),
        }
    }

    fn are_the_notes(&self, desk: &Desk) {
        let mut said = 0;
        for case in &self.cases {
            for note in desk.thread(case.id, PageRequest::first().of(500)).unwrap().rows {
                let toy = self.notes.iter().find(|toy| toy.id == note.id).unwrap();
                let text = (toy.text > 0).then(|| TEXTS[toy.text].to_owned());
                let expected = (text, WORKERS[toy.author].to_owned(), toy.edits, visibility(toy.shown));
                assert_eq!((note.text, note.author, note.edits, note.visibility), expected);
                said += 1;
            }
        }
        assert_eq!(said, self.notes.len());
    }

    /// Rows say the tags of a case, and of its fields those that its type shows in rows.
    fn are_the_rows(&self, desk: &Desk) {
        let mut rows = all_pages(3, |page| desk.cases(&CasesQuery::default(), page));
        rows.reverse();
        assert_eq!(rows.len(), self.cases.len());
        for (row, case) in rows.into_iter().zip(&self.cases) {
            let names = self.tag_names(case.tags.iter().copied());
            let tags = row.tags.map_or_else(Vec::new, |text| serde_json::from_str(&text).unwrap());
            assert_eq!((row.id, tags), (case.id, names));
            let in_rows = fields::shown(case.kind, &case.values).filter(|field| field.in_rows);
            let said = in_rows.filter_map(|field| {
                let value = case.values.get(&field.number)?;
                Some((fields::IDS[field.number].to_owned(), fields::said(field.number, *value).into()))
            });
            let said: serde_json::Map<String, serde_json::Value> = said.collect();
            let found = row.fields.map_or_else(Default::default, |text| serde_json::from_str(&text).unwrap());
            assert_eq!(said, found, "{}", row.number);
        }
    }

    fn are_the_customers(&self, desk: &Desk) {
        for customer in &self.customers {
            let view = desk.customer(customer.id).unwrap();
            assert_eq!(view.name, NAMES[customer.name]);
            are_the_fields(&view.fields, CUSTOMERS, &customer.values);
        }
    }

    /// Who does not see every case sees, counts and finds those that they see.
    fn is_narrowed(&self, office: &Office) {
        let refunds = office.agent().case_type(TYPES[REFUNDS]).unwrap().id;
        let mut scope = casekit::Scope::all();
        scope.types = Some(vec![refunds]);
        let desk_of = |scope| office.narrowed_by(Scoped(scope)).desk(actor("amara", Role::Agent));
        let of_refunds = |case: &Case| case.kind == REFUNDS;
        self.is_counted_among(&desk_of(scope), &of_refunds);
        let mut scope = casekit::Scope::all();
        scope.cases = ScopeCases::Own;
        let of_amara = |case: &Case| case.raised_by == "amara" || case.holder.as_deref() == Some("amara");
        self.is_counted_among(&desk_of(scope), &of_amara);
    }
}

/// The fields of a case or a customer: those that are shown, each with its value or none.
fn are_the_fields(views: &[FieldView], of: usize, values: &Values) {
    let found = views.iter().map(|view| {
        (view.id.as_str(), view.value.clone(), view.text.as_deref(), view.required, view.sensitive)
    });
    let said = fields::shown(of, values).map(|field| {
        let value = values.get(&field.number);
        let read = value.map(|value| fields::read(field.number, *value));
        let text = value.map(|value| fields::said(field.number, *value));
        (fields::IDS[field.number], read, text, field.required, field.sensitive)
    });
    assert_eq!(found.collect::<Vec<_>>(), said.collect::<Vec<_>>());
}

/// To who may not see sensitive values, only that there is one is said.
fn are_masked(views: &[FieldView]) {
    for view in views.iter().filter(|view| view.sensitive) {
        assert!(view.value.is_none() && view.text.as_deref().is_none_or(|text| text == "…"), "{}", view.id);
    }
}
