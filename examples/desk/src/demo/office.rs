//! Thirty days of an office, step by step.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use casekit::{
    Actor, CaseEdit, CaseId, CaseKit, CaseTypeEdit, CustomerId, Desk, EmploymentStatus, Env, Error, Gender,
    MaritalStatus, NewBankAccount, NewCase, NewCaseType, NewCustomer, NewDenial, NewNextOfKin, NewNote,
    NewRedaction, NewRequest, NewStage, SettingsEdit, SourceKind, SourceSetting, StageCategory, SystemEnv,
    Timestamp, WebformTarget,
};

use super::{Webform, options, own, past};
use crate::Failed;
use crate::session::Person;

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

    /// On to this long before now.
    fn to(&self, minutes_ago: i64) {
        self.0.store(SystemEnv.now().timestamp() - minutes_ago * 60, Ordering::Relaxed);
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

const CUSTOMERS: &str = include_str!("../../assets/office/customers.json");
const CASES: &str = include_str!("../../assets/office/cases.json");

/// Rows of so many texts each.
fn texts<const N: usize>(rows: &str) -> Result<Vec<[String; N]>, Failed> {
    let rows: Vec<Vec<String>> = serde_json::from_str(rows)?;
    rows.into_iter()
        .map(|row| row.try_into().map_err(|_| "a row of the demo has too few texts".into()))
        .collect()
}

struct Office<'a> {
    kit: &'a CaseKit,
    clock: &'a Clock,
    folder: &'a Path,
}

impl Office<'_> {
    fn desk(&self, id: &str) -> Desk {
        desk(self.kit, id)
    }

    fn work(&self) -> Result<(), Failed> {
        self.set_up()?;
        let customers = self.customers()?;
        self.ordinary_cases(&customers)?;
        self.threads(&customers)?;
        self.requests()?;
        Ok(())
    }

    fn set_up(&self) -> Result<(), Error> {
        let newsletter =
            SourceKind::csv(self.folder.join("newsletter.csv").display().to_string(), "customer");
        let settings = SettingsEdit::new()
            .organisation("Northwind Household")
            .support_email("help@northwind.example")
            .customer_fields(own::of_customers())
            .webform(WebformTarget::Host { name: "webform".into() })
            .sources(vec![SourceSetting { name: "newsletter".into(), kind: newsletter }]);
        self.desk("ivo").change_settings(settings)?;
        let mara = self.desk("mara");
        let stages = [
            ("Received", StageCategory::Open),
            ("Under review", StageCategory::Active),
            ("Waiting for the customer", StageCategory::Waiting),
            ("Settled", StageCategory::Resolved),
            ("Closed", StageCategory::Closed),
        ];
        let moves = [
            ("Received", "Under review"),
            ("Under review", "Waiting for the customer"),
            ("Waiting for the customer", "Under review"),
            ("Under review", "Settled"),
            ("Settled", "Closed"),
            ("Settled", "Under review"),
        ];
        let complaint = NewCaseType::new("Complaint").described("Somebody is not content with what we did");
        let stages = stages.into_iter().map(|(label, category)| NewStage::new(label, category)).collect();
        mara.create_case_type(
            complaint.with_stages(stages).with_moves(moves).with_fields(own::of_complaints()),
        )?;
        let requests = mara.case_type("Data request")?.id;
        mara.edit_case_type(requests, CaseTypeEdit::new().deadlines(["eu_gdpr"]))?;
        let two = NewCaseType::new("Data request of staff").described("Whoever approves does not release");
        let two = mara.create_case_type(two.with_workflow("Data request, four eyes"))?.id;
        mara.edit_case_type(two, CaseTypeEdit::new().deadlines(["uk_gdpr"]))?;
        Ok(())
    }

    /// Five with a whole profile, and many by name.
    fn customers(&self) -> Result<Vec<CustomerId>, Failed> {
        let amara = self.desk("amara");
        let mut ids = Vec::new();
        for [name, reference, email, phone, address] in texts::<5>(CUSTOMERS)? {
            let new = NewCustomer::named(name)
                .with_reference(reference)
                .with_gender(Gender::NotDisclosed)
                .with_marital_status(MaritalStatus::Married)
                .with_employment_status(EmploymentStatus::Employed)
                .with_email(email)
                .with_phone(phone)
                .with_address(address)
                .with_next_of_kin(NewNextOfKin::named("Robin Vale").with_relationship("partner"))
                .with_bank_account(
                    NewBankAccount::numbered("DE89370400440532013000").at_bank("Northern Savings"),
                );
            ids.push(amara.create_customer(new)?.id);
        }
        let given = ["Mia", "Noah", "Lina", "Elias", "Sofia", "Luca", "Zoë", "Adam", "Ida", "Omar", "Vera"];
        let family = ["Berg", "Costa", "Demir", "Evans", "Farah"];
        for (place, (last, first)) in
            family.iter().flat_map(|last| given.map(|first| (last, first))).enumerate()
        {
            let new =
                NewCustomer::named(format!("{first} {last}")).with_reference(format!("K-{}", 2001 + place));
            ids.push(amara.create_customer(new)?.id);
        }
        Ok(ids)
    }

    /// Forty-two cases of every ordinary type, in every stage.
    fn ordinary_cases(&self, customers: &[CustomerId]) -> Result<(), Failed> {
        let (amara, mara) = (self.desk("amara"), self.desk("mara"));
        let mut whose = customers.iter().copied().cycle();
        for (place, [case_type, title, text]) in texts::<3>(CASES)?.iter().cycle().take(42).enumerate() {
            let wait = || self.clock.after(25 + (place as i64 * 97) % 260);
            self.clock.after(400 + (place as i64 * 211) % 350);
            let worker = if place % 4 == 3 { &mara } else { &amara };
            let mut new = NewCase::new(case_type, title).described(text);
            if let Some(customer) = whose.next().filter(|_| place % 7 != 6) {
                new = new.for_customer(customer);
            }
            let case = worker.raise_case(new)?.id;
            if place % 3 > 0 {
                worker.take_case(case)?;
            }
            let (working, over) = if case_type == "Complaint" {
                ("Under review", "Settled")
            } else {
                ("In Progress", "Resolved")
            };
            if place % 5 > 1 {
                wait();
                worker.edit_case(case, CaseEdit::new().stage(working))?;
            }
            if place % 5 > 2 {
                wait();
                worker.edit_case(case, CaseEdit::new().stage(over))?;
            }
            if place % 10 == 9 {
                wait();
                worker.edit_case(case, CaseEdit::new().stage("Closed"))?;
            }
            if place == 13 {
                worker.edit_case(
                    case,
                    CaseEdit::new().stage("In Progress").because("The replacement was broken too."),
                )?;
            }
        }
        Ok(())
    }

    /// Notes: with replies, for the customer, edited, retracted, and one case that has forty.
    fn threads(&self, customers: &[CustomerId]) -> Result<(), Error> {
        let (amara, petra, mara) = (self.desk("amara"), self.desk("petra"), self.desk("mara"));
        let ada = customers.first().copied().unwrap_or(CustomerId(Default::default()));
        let raise = |title: &str, text: &str| {
            self.clock.after(74);
            let case = amara.raise_case(NewCase::new("Support", title).described(text).for_customer(ada))?.id;
            amara.take_case(case)?;
            Ok::<CaseId, Error>(case)
        };
        let refund = raise(
            "Refund for a lamp that arrived broken",
            "Ordered in May, returned in June. She wants the money back.",
        )?;
        let note = amara.add_note(
            refund,
            "Called, no answer. Left a message with the order number and our opening hours.",
        )?;
        self.clock.after(95);
        let reply = amara.reply(
            note.id,
            "Reached her at 14:10. She wants the money back on the card, not as a voucher.",
        )?;
        amara.edit_note(
            reply.id,
            "Reached her at 14:10. She wants the money back on the card, and no voucher.",
        )?;
        self.clock.after(22);
        petra.reply(reply.id, "Fine by me. Below 200 you need no second signature.")?;
        self.clock.after(61);
        amara.add_note(
            refund,
            NewNote::for_customer("We have sent you the form. It takes three working days once it is back."),
        )?;
        let wrong = amara.add_note(refund, "Bank details are in the other case.")?;
        amara.retract_note(wrong.id, Some("meant for another case"))?;

        let long = raise(
            "Assembly of the wardrobe, third visit",
            "Two panels are of another colour, and a door does not close.",
        )?;
        for visit in 1..=40 {
            self.clock.after(37);
            let who = if visit % 3 == 0 { &mara } else { &amara };
            who.add_note(
                long,
                format!("Visit planned and moved again: date {visit} of the list, the fitter calls before."),
            )?;
        }
        Ok(())
    }

    fn requests(&self) -> Result<(), Failed> {
        let (petra, quin) = (self.desk("petra"), self.desk("quin"));
        let webform = Webform::in_folder(self.folder);
        // The newest came two hours ago.
        self.clock.to(5_600);
        let mut number = 2040;
        let mut receive = |who: &str, customer: Option<&str>, of: Option<&str>| -> Result<CaseId, Failed> {
            self.clock.after(391);
            number += 1;
            let mail = customer.map_or_else(|| "letterbox".to_owned(), str::to_lowercase) + "@example.org";
            let mut new = NewRequest::new(format!("WEB-{number}"), who)
                .reply_to(mail)
                .with_credential("Passport", "C01X00T478")
                .with_credential("Date of birth", "1988-04-12")
                .titled(format!("Data held about {who}"))
                .described("Please send me everything that you hold about me, and say whom you gave it to.");
            if let Some(customer) = customer {
                new = new.about_customer(customer).with_credential("Customer number", customer);
            }
            let new = if let Some(of) = of { new.of_type(of) } else { new };
            Ok(petra.receive_request(new)?.id.ok_or("a request of the demo arrived twice")?)
        };
        let identify = |desk: &Desk, case| -> Result<(), Error> {
            self.clock.after(38);
            desk.take_case(case)?;
            desk.approve_identification(case, "Video call", &["Passport"])?;
            Ok(())
        };
        let approve = |desk: &Desk, case, hide: &[(&str, &str)]| -> Result<(), Failed> {
            identify(desk, case)?;
            let found = desk.prepare_data(case)?.id.ok_or("the shop of the demo does not answer")?;
            let hide = hide.iter().map(|(table, column)| {
                NewRedaction::new("shop", *table, *column, "opinions and figures of our staff")
            });
            desk.approve_data(case, found, hide.collect())?;
            Ok(())
        };

        let released = receive("Mia Berg", Some("K-2001"), None)?;
        approve(&petra, released, &[("orders", "remark")])?;
        petra.release(released)?;
        let none = receive("Emil Sund", None, None)?;
        identify(&quin, none)?;
        quin.prepare_data(none)?;
        quin.approve_no_data(none, Some("You are not a customer of ours."))?;
        quin.release(none)?;
        let denied = receive("Jo Nobody", None, None)?;
        petra.take_case(denied)?;
        petra.deny(
            denied,
            NewDenial::new(
                "insufficient_verification",
                "The passport is of somebody else.",
                "We could not make sure that it is you.",
            ),
        )?;
        webform.set_broken(true)?;
        for (who, customer) in [("Noah Berg", "K-2002"), ("Lina Berg", "K-2003")] {
            let failing = receive(who, Some(customer), None)?;
            approve(&quin, failing, &[("account", "score")])?;
            quin.release(failing)?;
        }
        webform.set_broken(false)?;

        let unclaimed = receive("Ada Obi", Some("K-1001"), None)?;
        let _ = receive("Jürgen Groß", Some("K-1002"), None)?;
        let identified = receive("سلمى حداد", Some("K-1003"), None)?;
        identify(&petra, identified)?;
        let note =
            petra.add_note(identified, "She asks for an answer in Arabic. The letter has a translation.")?;
        self.clock.after(9);
        quin.reply(note.id, "I checked the translation of the hidden columns.")?;
        petra.add_note(
            identified,
            NewNote::for_customer("We know that it is you, and look for what we hold."),
        )?;
        petra.take_case(receive("Tomás Iglesias", Some("K-1004"), None)?)?;
        approve(
            &petra,
            receive("小林 美咲", Some("K-1005"), None)?,
            &[("orders", "remark"), ("account", "score")],
        )?;
        approve(&petra, receive("Elias Berg", Some("K-2004"), Some("Data request of staff"))?, &[])?;
        let closed_shop = receive("Noor van Dijk", None, None)?;
        identify(&petra, closed_shop)?;
        petra.prepare_data(closed_shop)?;
        let _ = receive("Vera Costa", None, None)?;
        self.desk("quin")
            .add_note(unclaimed, "Her letter of last week says the same: one answer is enough.")?;
        Ok(())
    }
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
