//! Orders: cases of a type that has fields and deadlines of its own.

use casekit::{
    CaseEdit, CaseId, CaseKit, CaseTypeEdit, CaseTypeView, Changed, Error, FieldKind, GivenValue, Migration,
    NewCase, NewCaseType, NewExtension, NewField, NewPause, NewResumption, PageRequest, StreamId, Timestamp,
};
use chrono::TimeDelta;

use super::{Worker, amara, answered, event, mona, remember};
use crate::ack::Ack;

/// What their type is called.
pub const ORDERS: &str = "Orders";

/// The deadlines of an order: one of them can be paused, two extended, and one ends within hours.
const DEADLINES: [&str; 3] = ["eu_gdpr", "uk_gdpr", "first_answer"];

/// The fields of orders: in every second version they have a weight, and else a remark.
fn fields(of_version: u32) -> Vec<NewField> {
    let last = match of_version % 2 {
        1 => NewField::decimal("Weight", 2),
        _ => NewField::new("Remark", FieldKind::LongText).sensitive(),
    };
    vec![
        NewField::new("Order", FieldKind::Text).required().unique().indexed().in_rows(),
        NewField::new("Amount", FieldKind::Money).required_at("Resolved").indexed(),
        NewField::choice("Channel", ["Phone", "Web"]),
        NewField::new("Page", FieldKind::Url).shown_when("Channel", ["Web"]),
        last,
    ]
}

/// The type of orders. Whoever comes first makes it.
///
/// # Errors
/// What the library answers.
pub fn orders(kit: &CaseKit) -> Result<CaseTypeView, Error> {
    let mona = mona(kit);
    if let Some(known) = answered(mona.case_type(ORDERS))? {
        return Ok(known);
    }
    let mut new = NewCaseType::new(ORDERS).with_fields(fields(1));
    new.deadlines = DEADLINES.map(str::to_owned).to_vec();
    // Another one may have been quicker.
    answered(mona.create_case_type(new))?;
    mona.case_type(ORDERS)
}

impl Worker {
    /// Raises an order. Every second one was received up to two months ago, so that some of its deadlines are over.
    pub(super) fn order(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let version = orders(kit)?.version;
        let mut new = NewCase::new(ORDERS, self.name("Order")).with_field("Order", self.name("A"));
        if self.random.one_in(2) {
            new = new.with_field("Amount", self.amount());
        }
        new = match version % 2 {
            1 => new.with_field("Weight", GivenValue::Number(7)),
            _ => new.with_field("Remark", "fragile"),
        };
        let amara = amara(kit);
        let raised = amara.raise_case(new)?;
        remember(&mut self.orders, raised.id, 30);
        remember(&mut self.cases, raised.id, 60);
        let mut acks = event(StreamId::Case(raised.id), raised.revision);
        acks.push(Ack::Raised { case: raised.id, number: raised.number });
        if self.random.one_in(2) {
            let days = TimeDelta::try_days(i64::from(self.random.byte() % 60)).unwrap_or_default();
            let at = amara.case(raised.id)?.raised_at - days;
            let changed = amara.edit_case(raised.id, CaseEdit::new().received_at(at))?;
            acks.extend(event(StreamId::Case(raised.id), changed.revision));
        }
        Ok(acks)
    }

    /// Gives fields of an order other values, or empties them.
    pub(super) fn fill(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let edit = match self.random.below(5) {
            0 => CaseEdit::new().field("Order", self.name("B")),
            1 => CaseEdit::new().field("Channel", "Web").field("Page", "https://example.org/lamps"),
            // With it goes the page, which is no longer shown.
            2 => CaseEdit::new().field("Channel", GivenValue::Nothing),
            3 => CaseEdit::new().field("Amount", GivenValue::Nothing),
            _ => CaseEdit::new().field("Amount", self.amount()).title(self.name("Filled in")),
        };
        self.with_an_order(|case| amara(kit).edit_case(case, edit))
    }

    /// Gives the type of orders another version.
    pub(super) fn redefine(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let known = orders(kit)?;
        let edit = CaseTypeEdit::new().fields(fields(known.version + 1));
        let changed = mona(kit).edit_case_type(known.id, edit)?;
        Ok(event(StreamId::CaseType(known.id), changed.revision))
    }

    /// Brings orders to the newest version of their type; what has no place there is given up.
    pub(super) fn migrate(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let migration = Migration::new().giving_up("weight").giving_up("remark");
        mona(kit).migrate_case_type(orders(kit)?.id, &migration, PageRequest::first().of(20))?;
        Ok(Vec::new())
    }

    pub(super) fn pause(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        self.with_an_order(|case| amara(kit).pause_deadlines(case, NewPause::new("clarification")))
    }

    pub(super) fn resume(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        self.with_an_order(|case| amara(kit).resume_deadlines(case, NewResumption::new()))
    }

    pub(super) fn extend(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let of = self.random.pick(&["eu_gdpr", "uk_gdpr"]).unwrap_or("eu_gdpr");
        let extension = NewExtension::because("many boxes").of(of);
        self.with_an_order(|case| amara(kit).extend_deadline(case, extension))
    }

    /// Asks to be reminded of an order very soon, or not any more.
    pub(super) fn follow_up(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let amara = amara(kit);
        if self.random.one_in(4) {
            return self.with_an_order(|case| amara.follow_up(case, None, None));
        }
        let title = CaseEdit::new().title(self.name("To follow up"));
        self.with_an_order(|case| {
            amara.edit_case(case, title)?;
            let soon: Timestamp = amara.case(case)?.updated_at + TimeDelta::milliseconds(100);
            amara.follow_up(case, Some(soon), Some("call her"))
        })
    }

    /// What is due by now: warnings, what was missed, reminders.
    pub(super) fn due(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        kit.run_due().map(|_| Vec::new())
    }

    fn amount(&mut self) -> String {
        format!("{}.50 EUR", self.random.below(1_000))
    }

    fn with_an_order(
        &mut self,
        change: impl FnOnce(CaseId) -> Result<Changed, Error>,
    ) -> Result<Vec<Ack>, Error> {
        let Some(case) = self.random.pick(&self.orders) else { return Ok(Vec::new()) };
        let changed = change(case)?;
        Ok(event(StreamId::Case(case), changed.revision))
    }
}
