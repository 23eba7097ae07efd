//! Thirty days of an office, step by step.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;

use super::{Webform, options, past};
use crate::Failed;
use crate::prelude::*;

/// The clock of the office while its days are made. It begins thirty days ago, so that ages look the same whenever that is.
#[derive(Clone)]
struct Clock(Arc<AtomicI64>);

impl Env for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_timestamp(self.0.load(Ordering::Relaxed), 0).unwrap_or_default()
    }

    fn fill(&self, bytes: &mut [u8]) {
        SystemEnv.fill(bytes);
    }
}

impl Clock {
    fn thirty_days_ago() -> Self {
        Self(Arc::new(AtomicI64::new(SystemEnv.now().timestamp() - 30 * 86_400)))
    }

    fn after(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60, Ordering::Relaxed);
    }
}

/// Makes the file. What was begun and not finished is taken away, so that the next start finds no half an office.
pub(crate) fn make(file: &Path, folder: &Path, cases: u32) -> Result<(), Failed> {
    // What an earlier office sent has the numbers that this one gives again.
    let _ = std::fs::remove_dir_all(folder.join("webform"));
    std::fs::create_dir_all(folder.join("webform"))?;
    std::fs::write(
        folder.join("newsletter.csv"),
        "customer,address,since\nK-1001,ada@example.org,2024-05-02\nK-1003,salma@example.org,2025-01-20\n",
    )?;
    let clock = Clock::thirty_days_ago();
    let unfinished = file.with_extension("making");
    for old in ["making", "making-wal", "making-shm"] {
        let _ = std::fs::remove_file(file.with_extension(old));
    }
    let kit = options(folder).env(clock.clone()).open(&unfinished)?;
    Office { kit: &kit, clock: &clock, folder }.work()?;
    past::import(&desk(&kit, "mara"), cases)?;
    kit.close()?;
    std::fs::rename(&unfinished, file)?;
    Ok(())
}

pub(super) fn desk(kit: &CaseKit, id: &str) -> Desk {
    kit.desk(Person::with_id(id).map_or_else(|| Actor::new(id, id), Person::actor))
}

/// What the office brings before its first day: its settings, and a type of case of its own.
type SetUp = (SettingsEdit, NewCaseType);

/// What was filled in, by the names of the fields.
type Given = std::collections::BTreeMap<String, String>;

/// Something that was done: how many minutes after the step before, by whom, with which case, what, and what was filled in.
type Step = (i64, String, String, String, Given);

const SET_UP: &str = include_str!("../../assets/office/set_up.json");
const CUSTOMERS: &str = include_str!("../../assets/office/customers.json");
const DAYS: &str = include_str!("../../assets/office/days.json");

struct Office<'a> {
    kit: &'a CaseKit,
    clock: &'a Clock,
    folder: &'a Path,
}

impl Office<'_> {
    fn work(&self) -> Result<(), Failed> {
        self.set_up()?;
        let amara = desk(self.kit, "amara");
        for customer in serde_json::from_str::<Vec<NewCustomer>>(CUSTOMERS)? {
            amara.create_customer(customer)?;
        }
        serde_json::from_str::<Vec<Step>>(DAYS)?.into_iter().try_for_each(|step| self.step(step))
    }

    fn set_up(&self) -> Result<(), Failed> {
        let newsletter = json!(self.folder.join("newsletter.csv")).to_string();
        let (settings, complaint): SetUp =
            serde_json::from_str(&SET_UP.replace("\"newsletter.csv\"", &newsletter))?;
        desk(self.kit, "ivo").change_settings(settings)?;
        let mara = desk(self.kit, "mara");
        mara.create_case_type(complaint)?;
        let requests = mara.case_type("Data request")?.id;
        mara.edit_case_type(requests, CaseTypeEdit::new().deadlines(["eu_gdpr"]))?;
        let two = NewCaseType::new("Data request of staff").described("Whoever approves does not release");
        let two = mara.create_case_type(two.with_workflow("Data request, four eyes"))?.id;
        mara.edit_case_type(two, CaseTypeEdit::new().deadlines(["uk_gdpr"]))?;
        Ok(())
    }

    fn step(&self, (minutes, who, number, deed, given): Step) -> Result<(), Failed> {
        self.clock.after(minutes);
        let desk = desk(self.kit, &who);
        let case = || desk.find_case(&number).map(|one| one.id);
        let of = match (deed.as_str(), coded::<Action>(&deed)) {
            ("receive_request", _) => return Ok(desk.receive_request(request(&given)).map(drop)?),
            ("release_in_vain", _) => return self.in_vain(&desk, case()?),
            ("approve_data", _) => return approve_data(&desk, case()?, &given),
            ("new_case", _) => FormOf::NewCase,
            ("case", _) => FormOf::Case { case: case()? },
            (_, Some(action @ (Action::Reply | Action::EditNote | Action::RetractNote))) => {
                let target = Some(last_note(&desk, &number)?.to_string());
                FormOf::Action { case: case()?, action, target }
            }
            (_, Some(action)) => FormOf::Action { case: case()?, action, target: None },
            _ => return Err(format!("the demo knows no step {deed}").into()),
        };
        let given: Vec<_> = given.into_iter().map(|(field, text)| GivenField::new(field, text)).collect();
        desk.submit(&of, &given)?;
        Ok(())
    }

    /// Releases a case while the webform is broken.
    fn in_vain(&self, desk: &Desk, case: CaseId) -> Result<(), Failed> {
        let webform = Webform::in_folder(self.folder);
        webform.set_broken(true)?;
        desk.release(case)?;
        Ok(webform.set_broken(false)?)
    }
}

/// Collects the data of a case and approves it without some columns of the shop, such as `orders.remark`.
fn approve_data(desk: &Desk, case: CaseId, given: &Given) -> Result<(), Failed> {
    let found = desk.prepare_data(case)?.id.ok_or("the shop of the demo does not answer")?;
    let hide = given.get("hidden").map(String::as_str).unwrap_or_default().split("; ");
    let hide = hide
        .filter_map(|one| one.split_once('.'))
        .map(|(table, column)| NewRedaction::new("shop", table, column, "opinions and figures of our staff"));
    desk.approve_data(case, found, hide.collect())?;
    Ok(())
}

/// A request about a customer, if one is named, and of a type.
fn request(given: &Given) -> NewRequest {
    let text = |name: &str| given.get(name).map(String::as_str);
    let (who, customer) = (text("requester").unwrap_or_default(), text("customer_ref"));
    let mail = customer.map_or_else(|| "letterbox".to_owned(), str::to_lowercase) + "@example.org";
    let mut new = NewRequest::new(text("request_ref").unwrap_or_default(), who)
        .reply_to(mail)
        .with_credential("Passport", "C01X00T478")
        .with_credential("Date of birth", "1988-04-12")
        .titled(format!("Data held about {who}"))
        .described("Please send me everything that you hold about me, and say whom you gave it to.");
    if let Some(customer) = customer {
        new = new.about_customer(customer).with_credential("Customer number", customer);
    }
    text("case_type").into_iter().fold(new, NewRequest::of_type)
}

/// The newest note of a case.
fn last_note(desk: &Desk, number: &str) -> Result<NoteId, Failed> {
    let newest = desk.notes(desk.find_case(number)?.id, None, PageRequest::first().of(1))?.rows;
    Ok(newest.first().ok_or("a case of the demo has no note")?.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_has_work_for_everybody() {
        let folder = std::env::temp_dir().join(format!("desk-office-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let folder = folder.canonicalize().unwrap();
        let file = folder.join("cases.db");
        make(&file, &folder, 100).unwrap();
        let kit = options(&folder).open(&file).unwrap();
        let pending = |id| desk(&kit, id).my_pending_count().unwrap();
        assert_eq!((pending("petra"), pending("quin"), pending("amara")), (7, 6, 0));
        assert_eq!(desk(&kit, "ivo").failure_overview().unwrap().count, 3);
        assert!(desk(&kit, "ines").verify([]).unwrap().broken.is_none());
        assert!(desk(&kit, "amara").find_case("OLD-99").is_ok());
        kit.close().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
