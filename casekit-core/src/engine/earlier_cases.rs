//! What the built-in source says of a customer's other cases: what they are about, and the notes that the customer can see.

use std::collections::BTreeMap;

use super::Engine;
use super::profile_source::table;
use super::snapshot::too_large;
use crate::language::{Language, Message};
use crate::model::{Case, CaseId, Catalog, ColumnKind, CustomerId, DataTable, DataValue, LongText, limits};
use crate::release::{CustomerNote, Fault};
use crate::store::{CaseFilter, CaseQuery, CaseRow, Defined, Direction, LoadPlan, Sort, StoreError};

const CASES: [(&str, ColumnKind); 7] = [
    ("number", ColumnKind::Text),
    ("type", ColumnKind::Text),
    ("stage", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("description", ColumnKind::Text),
    ("raised_at", ColumnKind::Timestamp),
    ("resolved_at", ColumnKind::Timestamp),
];

const NOTES: [(&str, ColumnKind); 5] = [
    ("case", ColumnKind::Text),
    ("author", ColumnKind::Text),
    ("added_at", ColumnKind::Timestamp),
    ("edited", ColumnKind::Boolean),
    ("text", ColumnKind::Text),
];

impl Engine {
    /// The tables of a customer's cases and of the notes on them that the customer can see, of which there is none if there
    /// are no notes; a fault if they have more cells than a snapshot can hold.
    ///
    /// The case that is answered is not among them: the package describes it by itself, and what somebody hides here would
    /// stand there.
    pub(super) fn earlier_cases(
        &self,
        customer: CustomerId,
        but: CaseId,
        most_cells: u64,
    ) -> Result<Vec<DataTable>, Fault> {
        let unavailable = |_| Fault::transient("store_unavailable", Message::new("hint.store_unavailable"));
        let filter = CaseFilter { customer: Some(customer), ..CaseFilter::default() };
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let mut query =
            CaseQuery { filter, sort, by_field: None, direction, after: None, limit: limits::PAGE };
        let (mut cases, mut notes) = (Vec::new(), Vec::new());
        loop {
            let Defined { answer, catalog } = self.store.cases(&query).map_err(unavailable)?;
            let rows: Vec<CaseRow> = answer.rows.into_iter().filter(|row| row.id != but).collect();
            let read = self.whole(&rows).map_err(unavailable)?;
            // In the order of the page; a case that was erased meanwhile is not there any more.
            for case in rows.iter().filter_map(|row| read.get(&row.id)) {
                let name = rows.iter().find_map(|row| row.customer_name.as_ref()).map(|name| name.as_str());
                let said = self.customer_notes(case, name, catalog.names_staff(), self.language());
                let number = case.number.to_string();
                notes.extend(said.map_err(unavailable)?.into_iter().filter_map(|one| row_of(&number, one)));
                cases.push(self.case_row(case, &catalog));
            }
            if (cases.len() * CASES.len() + notes.len() * NOTES.len()) as u64 > most_cells {
                return Err(too_large());
            }
            query.after = answer.next;
            if query.after.is_none() {
                break;
            }
        }
        let noted = (!notes.is_empty()).then(|| table("notes", &NOTES, notes));
        Ok(std::iter::once(table("cases", &CASES, cases)).chain(noted).collect())
    }

    /// The cases of these rows with what rows lack, by their ids.
    fn whole(&self, rows: &[CaseRow]) -> Result<BTreeMap<CaseId, Case>, StoreError> {
        let plan = LoadPlan { cases: rows.iter().map(|row| row.id).collect(), ..LoadPlan::default() };
        Ok(self.store.load(&plan)?.cases.into_iter().map(|case| (case.id, case)).collect())
    }

    fn case_row(&self, case: &Case, catalog: &Catalog) -> Vec<DataValue> {
        let language: &Language = self.language();
        let text = |value: Option<String>| value.map_or(DataValue::Null, DataValue::Text);
        vec![
            text(Some(case.number.to_string())),
            text(Some(catalog.type_name(case.case_type, language))),
            text(Some(catalog.stage_label(case.case_type, &case.stage, language))),
            text(Some(case.title.to_string())),
            text(case.description.as_ref().map(LongText::to_string)),
            text(Some(case.raised_at.to_rfc3339())),
            text(case.resolved_at.map(|at| at.to_rfc3339())),
        ]
    }
}

/// The row of a note; `None` if it was retracted.
fn row_of(case: &str, note: CustomerNote) -> Option<Vec<DataValue>> {
    let text = note.text?;
    Some(vec![
        DataValue::Text(case.to_owned()),
        note.author.map_or(DataValue::Null, DataValue::Text),
        DataValue::Text(note.added_at.to_rfc3339()),
        DataValue::Boolean(note.edited),
        DataValue::Text(text),
    ])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::command::{NewCase, NewCustomer, NewNote};
    use crate::engine::Services;
    use crate::engine::testing::Counting;
    use crate::memory::MemoryStore;
    use crate::model::{Actor, Role};

    #[test]
    fn all_cases_of_a_customer_but_the_one_that_is_answered_are_read_or_none() {
        for store in [MemoryStore::new(), MemoryStore::with_short_pages()] {
            let env = Box::new(Counting::new());
            let engine = Engine::new(Arc::new(store), env, None, Services::default()).unwrap();
            let desk = engine.desk(Actor::new("amara", "").with_role(Role::Agent));
            let ada = desk.create_customer(NewCustomer::named("Ada Obi")).unwrap().id;
            let raise = |n| {
                let case = NewCase::new("Support", format!("Case {n}")).for_customer(ada);
                desk.raise_case(case.described(format!("About {n}"))).unwrap().id
            };
            let ids: Vec<CaseId> = (1..=13).map(raise).collect();
            desk.add_note(ids[1], "SECRET of the staff").unwrap();
            desk.add_note(ids[1], NewNote::for_customer("We sent it.")).unwrap();
            let taken_back = desk.add_note(ids[2], NewNote::for_customer("Wrong case.")).unwrap();
            desk.retract_note(taken_back.id, None).unwrap();
            desk.add_note(ids[0], NewNote::for_customer("In the package already.")).unwrap();
            let tables = engine.earlier_cases(ada, ids[0], 12 * 7 + 5).unwrap();
            let text = |text: &str| DataValue::Text(text.into());
            assert_eq!((tables[0].rows.len(), tables[0].columns.len()), (12, 7));
            assert_eq!(tables[0].rows[0][3..5], [text("Case 2"), text("About 2")]);
            assert_eq!((tables[1].name.as_str(), tables[1].rows.len()), ("notes", 1));
            assert_eq!(
                (&tables[1].rows[0][0], &tables[1].rows[0][4]),
                (&text("C-000002"), &text("We sent it."))
            );
            assert!(!format!("{tables:?}").contains("SECRET"));
            let refused = engine.earlier_cases(ada, ids[0], 12 * 7 + 4).map_err(|fault| fault.code);
            assert_eq!(refused, Err("snapshot_too_large".into()));
        }
    }
}
