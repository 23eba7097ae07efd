//! Makes the two documents that the README shows, with the same content on every run:
//! `cargo run --example pictures [FOLDER]`. `scripts/pictures` turns their first pages into the files under
//! `docs/pictures`.

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use casekit::export::pdf::Fonts;
use casekit::{
    Actor, CaseEdit, CaseId, CaseKit, CasesQuery, Desk, Env, NewCase, NewCustomer, NewRedaction, NewRequest,
    OpenOptions, Role, SettingsEdit, SourceKind, SourceSetting, Timestamp, WebformTarget, reports,
};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// A clock that the example moves, and random bytes that are the same on every run: never use it for real cases.
#[derive(Clone, Debug, Default)]
struct Office {
    minutes: Arc<AtomicI64>,
    filled: Arc<AtomicU64>,
}

impl Office {
    fn wait(&self, minutes: i64) {
        self.minutes.fetch_add(minutes, Ordering::Relaxed);
    }
}

impl Env for Office {
    fn now(&self) -> Timestamp {
        // 8 o'clock on 10 November 2025, a Monday.
        const MONDAY: i64 = 29_379_360;
        let minutes = MONDAY + self.minutes.load(Ordering::Relaxed);
        Timestamp::from_timestamp(minutes * 60, 0).unwrap_or_default()
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let next = self.filled.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            *byte = (next ^ (next >> 29)).to_le_bytes()[5];
        }
    }
}

fn main() -> Result {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/pictures"), PathBuf::from);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("webform"))?;
    let folder = folder.canonicalize()?;
    let office = Office::default();
    let kit = OpenOptions::new().env(office.clone()).allow_folder(&folder).open(folder.join("cases.db"))?;
    set_up(&kit, &folder)?;
    let customers = customer_cases(&kit, &office)?;
    let released = data_requests(&kit, &office, &customers)?;

    let mona = kit.desk(Actor::new("mona", "Mona Haddad").with_role(Role::Manager));
    let (fonts, all) = (Fonts::bundled(), CasesQuery::default());
    reports::overview_pdf(&mona, &all, &fonts, &mut File::create(folder.join("overview.pdf"))?)?;
    reports::case_pdf(&mona, released, &fonts, &mut File::create(folder.join("case.pdf"))?)?;
    println!("overview.pdf and case.pdf are in {}", folder.display());
    Ok(())
}

fn set_up(kit: &CaseKit, folder: &Path) -> Result {
    let shop = folder.join("shop.csv");
    fs::write(
        &shop,
        "customer,number,article,remark\nCRM-1,4711,Reading lamp,asks a lot\nCRM-1,4802,Oak chair,\n",
    )?;
    let kind = SourceKind::csv(shop.display().to_string(), "customer");
    let ivo = kit.desk(Actor::new("ivo", "Ivo Marek").with_role(Role::ItAdministrator));
    let edit = SettingsEdit::new()
        .organisation("Lampenhaus Lind")
        .webform(WebformTarget::Directory { path: folder.join("webform").display().to_string() })
        .sources(vec![SourceSetting { name: "shop".into(), kind }]);
    ivo.change_settings(edit)?;
    Ok(())
}

/// Fourteen cases of six customers, with cases in every stage.
fn customer_cases(kit: &CaseKit, office: &Office) -> Result<Vec<casekit::CustomerId>> {
    let amara = kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent));
    let bola = kit.desk(Actor::new("bola", "Bola Adeyemi").with_role(Role::Agent));
    let names = ["Ada Obi", "Łukasz Żółć", "Ελένη Παπαδοπούλου", "Иван Петров", "محمد الأحمد", "Acme AV Ltd"];
    let customers = (1..)
        .zip(names)
        .map(|(n, name)| {
            Ok(amara.create_customer(NewCustomer::named(name).with_reference(format!("CRM-{n}")))?.id)
        })
        .collect::<std::result::Result<Vec<_>, casekit::Error>>()?;
    let cases = [
        ("Enquiries", "Where is my refund?", Some("Resolved")),
        ("Support", "The lamp flickers when it is dimmed", Some("In Progress")),
        ("Bug report", "The web shop forgets my address", None),
        ("Feature requests", "Pay by standing order", None),
        ("Process update", "New address from 1 December", Some("Closed")),
        ("Support", "Cannot log in since Monday", Some("In Progress")),
        ("Follow up", "Call back about the oak chair", None),
        ("Enquiries", "Is the reading lamp still made?", Some("Resolved")),
        ("Support", "The invoice shows the wrong company", Some("In Progress")),
        ("Bug report", "Search finds nothing with an accent", Some("Closed")),
        ("Enquiries", "Delivery to a second address, and how long that takes in December", None),
        ("Process update", "Bank account changed", Some("Resolved")),
        ("Feature requests", "A reminder before the warranty ends", None),
        ("Support", "One of four bulbs arrived broken", Some("In Progress")),
    ];
    for ((n, (case_type, title, stage)), customer) in
        cases.into_iter().enumerate().zip(customers.iter().cycle())
    {
        office.wait(1_465);
        let desk: &Desk = if n % 3 == 1 { &bola } else { &amara };
        let case = desk.raise_case(NewCase::new(case_type, title).for_customer(*customer))?.id;
        if let Some(stage) = stage {
            office.wait(20);
            desk.take_case(case)?;
            desk.edit_case(case, CaseEdit::new().stage(stage))?;
        }
    }
    Ok(customers)
}

/// Three requests: one is answered, one waits for its approval, and one waits to be taken.
fn data_requests(kit: &CaseKit, office: &Office, customers: &[casekit::CustomerId]) -> Result<CaseId> {
    let petra = kit.desk(Actor::new("petra", "Petra Lind").with_role(Role::Approver));
    let mut received = Vec::new();
    for (n, name) in (1..=customers.len()).zip(["Ada Obi", "Łukasz Żółć", "Ελένη Παπαδοπούλου"])
    {
        office.wait(95);
        let request = NewRequest::new(format!("WEB-{n}"), name)
            .about_customer(format!("CRM-{n}"))
            .reply_to("requester@example.org")
            .with_credential("date of birth", "1990-02-03");
        received.extend(petra.receive_request(request)?.id);
    }
    let [answered, approved, _untaken] = received[..] else {
        return Err("three requests were expected".into());
    };
    for case in [answered, approved] {
        office.wait(40);
        petra.take_case(case)?;
        petra.approve_identification(case, "video call", &["passport", "date of birth"])?;
    }
    office.wait(15);
    petra.add_note(answered, "She asks for the orders of this year only.")?;
    let snapshot = petra.prepare_data(answered)?.id.ok_or("nothing was found")?;
    office.wait(25);
    let hide = NewRedaction::new("shop", &shop_table(&petra, answered)?, "remark", "opinions of our staff");
    petra.approve_data(answered, snapshot, vec![hide])?;
    petra.release(answered)?;
    Ok(answered)
}

/// The name of the shop's table: a CSV source has only one.
fn shop_table(desk: &Desk, case: CaseId) -> Result<String> {
    let tables = desk.snapshot(case)?.tables;
    let shop = tables.into_iter().find(|table| table.source == "shop");
    Ok(shop.ok_or("the shop was not asked")?.name)
}
