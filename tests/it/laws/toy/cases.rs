//! Cases as the toy has them: raising, editing and importing them.

use casekit::{
    CaseEdit, GivenField, ImportCase, ImportChange, ImportItem, ImportedChange, NewCase, Priority,
    RaisedCase, Role,
};

use super::fields::{self, Given, Values};
use super::{ACTIVE, CANCELLED, CLOSED, Case, MONA, MOVES, OPEN, Outcome, REFUNDS, Toy};
use crate::build::{Office, at};
use crate::laws::ask_each;
use crate::laws::instruction::{ENDS, Edit, Raise, STAGES, Seen, TAGS, TEXTS, TITLES, TYPES, WORKERS};

impl Toy {
    pub(super) fn raise(&mut self, offices: &[Office], raise: &Raise) -> (Outcome, Result<u64, String>) {
        let Raise { by, kind, stage, title, text, customer, tags, given, request } = raise;
        let customer =
            customer.filter(|_| !self.customers.is_empty()).map(|place| place % self.customers.len());
        let mut new = NewCase::new(TYPES[*kind], TITLES[*title]).described(TEXTS[*text]);
        new.stage = stage.map(|stage| STAGES[stage].to_owned());
        new.customer = customer.map(|place| self.customers[place].id);
        new.tags = tags.iter().map(|tag| TAGS[*tag].to_owned()).collect();
        new.fields = given_fields(given, |field| fields::LABELS[field].to_uppercase());
        let id = request.map(|id| format!("request {id}"));
        let answer = ask_each(offices, (WORKERS[*by], Role::Agent), |desk| match &id {
            Some(id) => desk.request(id).raise_case(new.clone()),
            None => desk.raise_case(new.clone()),
        });
        let known = request.and_then(|id| self.requests.get(&(*by, id)));
        // The customer that a number means may be another by now; then it is another command.
        let exact = Raise { customer, ..raise.clone() };
        let told = |answer: Result<RaisedCase, String>, events| {
            answer.map(|raised| if raised.replayed { 0 } else { events })
        };
        if let Some((first, raised)) = known {
            if *first != exact {
                return (Err("request_id_reused"), told(answer, 1));
            }
            assert_eq!(answer, Ok(RaisedCase { replayed: true, ..raised.clone() }));
            return (Ok(0), told(answer, 1));
        }
        let stage = stage.unwrap_or(OPEN);
        let values = match self.values_of_new(*kind, stage, given) {
            Some(values) if *title > 0 && self.active[*kind] && self.can_be_given(tags) => values,
            _ => return (Err("invalid"), told(answer, 1)),
        };
        let mut events = 1;
        if let Ok(raised) = &answer {
            assert_eq!(raised.number, format!("C-{:06}", self.cases.len() + 1), "numbers are dense");
            let (tags, made) = self.of_new(offices, tags);
            let revision = 1 + u64::from(!tags.is_empty());
            events = revision + made;
            assert_eq!(raised.revision, revision);
            self.cases.push(Case {
                id: raised.id,
                revision,
                kind: *kind,
                stage,
                title: *title,
                text: *text,
                customer,
                raised_by: WORKERS[*by].to_owned(),
                holder: None,
                tags,
                values,
                priority: Priority::Normal,
                end: None,
                reopened: 0,
                notes: 0,
            });
            if let Some(id) = request {
                self.requests.insert((*by, *id), (exact, raised.clone()));
            }
        }
        (Ok(events), told(answer, events))
    }

    /// The values of a new case; `None` if they are wrong, or something is missing.
    fn values_of_new(&self, kind: usize, stage: usize, given: &Given) -> Option<Values> {
        let values = fields::settled(kind, &Values::new(), given).ok()?;
        (!fields::is_lacking(kind, &values, Some(stage), true)).then_some(values)
    }

    // What an edit gains is not the toy's to know: today it knows all there is.
    #[allow(clippy::needless_update)]
    pub(super) fn command(&self, place: usize, edit: &Edit) -> CaseEdit {
        let customer = self.customer_of(edit);
        CaseEdit {
            case_type: edit.kind.map(|kind| TYPES[kind].to_uppercase()),
            stage: edit.stage.map(|stage| STAGES[stage].to_owned()),
            title: edit.title.map(|title| TITLES[title].to_owned()),
            description: edit.text.map(|text| TEXTS[text].to_owned()),
            customer: customer.flatten().map(|place| self.customers[place].id),
            without_customer: customer == Some(None),
            priority: edit.priority.map(|priority| Priority::ALL[priority]),
            resolution: edit.end.map(|end| ENDS[end].to_owned()),
            fields: given_fields(&edit.given, |field| fields::IDS[field].to_owned()),
            reason: edit.reason.then(|| "wrote again".to_owned()),
            seen: match edit.seen {
                Seen::Nothing => None,
                Seen::Now => Some(self.cases[place].revision),
                Seen::Before => Some(self.cases[place].revision - 1),
            },
            ..CaseEdit::new()
        }
    }

    fn customer_of(&self, edit: &Edit) -> Option<Option<usize>> {
        let known = |place: usize| (!self.customers.is_empty()).then(|| place % self.customers.len());
        edit.customer.map(|customer| customer.and_then(known))
    }

    pub(super) fn edit(&mut self, place: usize, edit: &Edit) -> Outcome {
        let customer = self.customer_of(edit);
        let case = self.cases[place].clone();
        if edit.seen == Seen::Before {
            return Err("conflict");
        }
        if edit.title == Some(0) || edit.kind.is_some_and(|kind| !self.active[kind]) {
            return Err("invalid");
        }
        let ends = edit.stage.unwrap_or(case.stage) > ACTIVE;
        if edit.end.is_some_and(|end| !ends || (end == CANCELLED && !edit.reason)) {
            return Err("invalid");
        }
        let mut next = case.clone();
        next.kind = edit.kind.unwrap_or(case.kind);
        next.values = fields::settled(next.kind, &case.values, &edit.given)?;
        if fields::is_left_empty(next.kind, &case.values, &edit.given, &next.values) {
            return Err("invalid");
        }
        next.end = edit.end.or(case.end).filter(|_| ends);
        next.priority = edit.priority.map_or(case.priority, |priority| Priority::ALL[priority]);
        next.stage = edit.stage.unwrap_or(case.stage);
        next.title = edit.title.unwrap_or(case.title);
        next.text = edit.text.unwrap_or(case.text);
        next.customer = customer.unwrap_or(case.customer);
        let (moved, retyped) = (next.stage != case.stage, next.kind != case.kind);
        if moved && !retyped && case.kind == REFUNDS && !MOVES.contains(&(case.stage, next.stage)) {
            return Err("blocked");
        }
        let reopened = case.stage > ACTIVE && next.stage <= ACTIVE;
        if reopened && !edit.reason {
            return Err("blocked");
        }
        if retyped && fields::is_unfit(next.kind, &next.values)
            || (retyped || moved) && fields::is_lacking(next.kind, &next.values, Some(next.stage), retyped)
        {
            return Err("blocked");
        }
        next.reopened += u32::from(reopened);
        // What is said again with a reason is said anew.
        let said = edit.end.is_some() && (next.end != case.end || edit.reason);
        let events = u64::from(moved || retyped || said)
            + u64::from(next.priority != case.priority)
            + u64::from(next.title != case.title)
            + u64::from(next.text != case.text)
            + u64::from(fields::as_kept(next.kind, &next.values) != fields::as_kept(case.kind, &case.values))
            + u64::from(next.customer != case.customer);
        next.revision += events;
        self.cases[place] = next;
        Ok(events)
    }

    pub(super) fn import(
        &mut self,
        offices: &[Office],
        (kind, title): (usize, usize),
        second: i64,
        (tags, given): (&[usize], &Given),
    ) -> (Outcome, Result<u64, String>) {
        let change = |second: i64, what| ImportChange { at: at(second), by: "old-hand".into(), what };
        let closed = ImportedChange::Stage { to: STAGES[CLOSED].into(), reason: None };
        let mut new = NewCase::new(TYPES[kind], TITLES[title]);
        new.tags = tags.iter().map(|tag| TAGS[*tag].to_owned()).collect();
        new.fields = given_fields(given, |field| fields::IDS[field].to_owned());
        let item = ImportItem::Case(ImportCase {
            reference: None,
            case: new,
            customer_reference: None,
            at: at(second),
            by: "old-raiser".into(),
            request: None,
            changes: vec![change(second, ImportedChange::Taken), change(second + 1, closed)],
        });
        let report = ask_each(offices, MONA, |desk| desk.import(std::slice::from_ref(&item)));
        let found = report.as_ref().map(|report| report.events + 1).map_err(Clone::clone);
        let values = self.values_of_new(kind, OPEN, given);
        let is_sound = title > 0 && self.active[kind] && self.can_be_given(tags);
        let Some(values) = values.filter(|_| is_sound) else { return (Ok(1), found) };
        let id = report.ok().and_then(|report| report.results.first().and_then(|result| result.case));
        let Some(id) = id else { return (Ok(0), found) };
        let (tags, made) = self.of_new(offices, tags);
        let mut case = Case {
            id,
            revision: 3,
            kind,
            stage: OPEN,
            title,
            text: 0,
            customer: None,
            raised_by: "old-raiser".into(),
            holder: Some("old-hand".into()),
            tags,
            values,
            priority: Priority::Normal,
            end: None,
            reopened: 0,
            notes: 0,
        };
        case.revision += u64::from(case.begins_when_held()) + u64::from(!case.tags.is_empty());
        case.stage = CLOSED;
        let events = case.revision + made + 1;
        self.cases.push(case);
        (Ok(events), found)
    }
}

pub(super) fn given_fields(given: &Given, called: impl Fn(usize) -> String) -> Vec<GivenField> {
    given
        .iter()
        .map(|(field, value)| GivenField::new(called(*field), fields::given(*field, *value)))
        .collect()
}
