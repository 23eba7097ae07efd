//! What the toy says there is, held against what desks show.

use casekit::{CasesQuery, CountBy, Desk, HeldBy, PageRequest};

use super::{Case, Toy, visibility};
use crate::build::{Office, all_pages};
use crate::laws::instruction::{ENDS, NAMES, STAGES, TEXTS, TITLES, TYPES, WORKERS};

impl Toy {
    /// Every case and every note must be what the toy says, and counting must find what the counts say.
    pub(crate) fn is_what_all_show(&self, offices: &[Office]) {
        for office in offices {
            let desk = office.administrator();
            let shown: Vec<Case> = self.cases.iter().map(|case| self.shown(office, case)).collect();
            assert_eq!(shown, self.cases);
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
            self.counts(&desk);
        }
    }

    fn shown(&self, office: &Office, case: &Case) -> Case {
        let view = office.view(case.id);
        let place_of = |all: &[&str], text: &str| all.iter().position(|one| *one == text).unwrap();
        let customer = view.customer.map(|id| self.customers.iter().position(|(one, _)| *one == id).unwrap());
        let name = customer.map(|place| NAMES[self.customers[place].1].to_owned());
        assert_eq!(view.customer_name, name);
        Case {
            id: view.id,
            revision: view.revision,
            kind: place_of(&TYPES, &view.case_type),
            stage: place_of(&STAGES, &view.stage_id),
            title: place_of(&TITLES, &view.title),
            text: view.description.map_or(0, |text| place_of(&TEXTS, &text)),
            customer,
            holder: view.holder.map(|holder| holder.by),
            priority: view.priority.unwrap(),
            end: view.resolution.map(|ended| place_of(&ENDS, &ended.code)),
            reopened: view.reopened,
            notes: view.notes.unwrap(),
        }
    }

    fn counts(&self, desk: &Desk) {
        let any = CasesQuery::default();
        for (kind, name) in TYPES.iter().enumerate() {
            let expected = self.cases.iter().filter(|case| case.kind == kind).count();
            let of_type = CasesQuery { case_types: vec![(*name).to_owned()], ..any.clone() };
            // A case has any number of tags, so their groups are no parts of a whole.
            for by in CountBy::ALL.into_iter().filter(|by| *by != CountBy::Tag) {
                let counted: u64 = desk.counts(by, &of_type).unwrap().iter().map(|row| row.count).sum();
                assert_eq!(counted, expected as u64, "{name} by {by:?}");
            }
        }
        for row in desk.counts(CountBy::Holder, &any).unwrap() {
            let held = self.cases.iter().filter(|case| case.holder == row.holder).count();
            assert_eq!(row.count, held as u64, "held by {:?}", row.holder);
            let holder = row.holder.map_or(HeldBy::Nobody, |id| HeldBy::Actor { id });
            let listed = CasesQuery { holder: Some(holder), ..CasesQuery::default() };
            assert_eq!(all_pages(3, |page| desk.cases(&listed, page)).len(), held);
        }
        for row in desk.counts(CountBy::Priority, &any).unwrap() {
            let expected = self.cases.iter().filter(|case| Some(case.priority) == row.priority).count();
            assert_eq!(row.count, expected as u64, "{:?}", row.priority);
            let listed =
                CasesQuery { priorities: row.priority.into_iter().collect(), ..CasesQuery::default() };
            assert_eq!(all_pages(3, |page| desk.cases(&listed, page)).len(), expected);
        }
        for row in desk.counts(CountBy::Resolution, &any).unwrap() {
            let code = row.resolution_code;
            let ended_so = |case: &&Case| case.end.map(|end| ENDS[end]) == code.as_deref();
            let expected = self.cases.iter().filter(ended_so).count();
            assert_eq!(row.count, expected as u64, "{code:?}");
            let (without_resolution, resolutions) = (code.is_none(), code.into_iter().collect());
            let listed = CasesQuery { resolutions, without_resolution, ..CasesQuery::default() };
            assert_eq!(all_pages(3, |page| desk.cases(&listed, page)).len(), expected);
        }
        for (stage, id) in STAGES.iter().enumerate() {
            let expected = self.cases.iter().filter(|case| case.stage == stage).count();
            let in_stage = CasesQuery { stages: vec![(*id).to_owned()], ..any.clone() };
            let counted: u64 =
                desk.counts(CountBy::CaseType, &in_stage).unwrap().iter().map(|row| row.count).sum();
            assert_eq!(counted, expected as u64, "in {id}");
        }
    }
}
