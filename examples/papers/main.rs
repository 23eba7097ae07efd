//! Every paper in English, German and Arabic, with what is hard for paper in it: long titles and names, several scripts, people
//! who act for others, an import, notes of both kinds, an answer with parts hidden: `cargo run --example papers [FOLDER]`.
//!
//! Arabic does not ship: `ar.json` beside this file is a language that a host brings, with the texts of papers. `make verapdf`
//! has these files checked for archives.

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casekit::export::pdf::{Fonts, PaperSize, Zone};
use casekit::reports::{self, Paper};
use casekit::{
    Actor, CaseEdit, CaseId, CaseKit, CasesQuery, ColumnKind, DataColumn, DataTable, DataValue, Fault,
    ImportCase, ImportItem, Language, LetterBlock, LetterBlockKind, NewCase, NewCustomer, NewIdentification,
    NewNote, NewRedaction, NewRequest, OpenOptions, Role, SettingsEdit, SourceFile, SourceKind,
    SourceQuestion, SourceSetting, WebformTarget,
};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const ARABIC: &str = include_str!("ar.json");

fn main() -> Result {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/papers"), PathBuf::from);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    print(&folder, Language::english(), "America/New_York", PaperSize::Letter)?;
    print(&folder, &Language::shipped("de")?, "Europe/Berlin", PaperSize::A4)?;
    print(&folder, &Language::parse(ARABIC)?, "Africa/Cairo", PaperSize::A4)?;
    println!("the papers are in {}", folder.display());
    Ok(())
}

/// The papers of one office, in its language.
fn print(folder: &Path, language: &Arc<Language>, zone: &str, size: PaperSize) -> Result {
    let paper = &Paper::new(Fonts::bundled()).of_size(size);
    let office = folder.join(language.tag());
    fs::create_dir_all(office.join("sent"))?;
    let kit = OpenOptions::new()
        .language(Arc::clone(language))
        .allow_folder(&office)
        .time_zone(Zone::named(zone)?)
        .package_size(size)
        .source("post", letters)
        .open(office.join("cases.db"))?;
    set_up(&kit, &office, language.tag())?;
    let hard = hard_case(&kit)?;
    let answered = answered(&kit)?;
    for n in 0..120 {
        let title = format!("Meter {n}: قراءة العداد {n}");
        let name = ["Support", "Enquiries"].into_iter().cycle().nth(n).unwrap_or("Support");
        kit.desk(amara()).raise_case(NewCase::new(name, title))?;
    }
    let mona = kit.desk(Actor::new("mona", "Mona Haddad").with_role(Role::Manager));
    let file = |name: &str| File::create(office.join(name));
    let mut told = vec![
        reports::overview_pdf(&mona, &CasesQuery::default(), paper, &mut file("overview.pdf")?)?,
        reports::case_pdf(&mona, hard, paper, &mut file("case.pdf")?)?,
        reports::case_pdf(&mona, answered, paper, &mut file("request.pdf")?)?,
        reports::customer_copy_pdf(&mona, hard, paper, &mut file("customer.pdf")?)?,
    ];
    // A name of 200 characters, whose papers still say when they were made; and an actor without one.
    let long = Actor::new("u-17", "Dr. Maximiliane von und zu ".repeat(7).trim()).with_role(Role::Manager);
    let customer = mona.case(hard)?.customer;
    let of_one = CasesQuery { customer, ..CasesQuery::default() };
    told.push(reports::overview_pdf(&kit.desk(long), &of_one, paper, &mut file("of-one.pdf")?)?);
    let missing: Vec<_> = told.iter().flat_map(|printed| &printed.missing).collect();
    println!(
        "{}: {} pages, missing: {missing:?}",
        language.tag(),
        told.iter().map(|one| one.pages).sum::<usize>()
    );
    summary(&office)
}

fn amara() -> Actor {
    Actor::new("amara", "Amara Okafor").with_role(Role::Agent)
}

fn set_up(kit: &CaseKit, office: &Path, tag: &str) -> Result {
    let shop = office.join("shop.csv");
    fs::write(
        &shop,
        "customer,number,article,remark\nCRM-1,4711,Reading lamp,asks a lot\nCRM-1,4802,كرسي من خشب البلوط,\n",
    )?;
    let kind = SourceKind::csv(shop.display().to_string(), "customer");
    let edit = SettingsEdit::new()
        .organisation("Stadtwerke Musterstadt GmbH")
        .support_email("help@example.org")
        .webform(WebformTarget::Directory { path: office.join("sent").display().to_string() })
        .sources(vec![SourceSetting { name: "shop".into(), kind }])
        .letter(letter(tag));
    kit.desk(Actor::new("ivo", "Ivo Marek").with_role(Role::ItAdministrator)).change_settings(edit)?;
    Ok(())
}

/// A letter to the person, as a file.
fn letters(_question: &SourceQuestion) -> std::result::Result<Vec<DataTable>, Fault> {
    let columns =
        [("sent", ColumnKind::Timestamp), ("letter", ColumnKind::File), ("paid", ColumnKind::Boolean)];
    let column = |(name, kind): (&str, ColumnKind)| DataColumn { name: name.into(), kind };
    let file = SourceFile::new("Brief an <b>Ada.txt", "text/plain", "Dear Ada,\n");
    let sent = DataValue::Text("2026-03-31T22:30:00Z".into());
    let rows = vec![vec![sent, file.cell(), DataValue::Boolean(true)]];
    Ok(vec![DataTable { name: "letters".into(), columns: columns.map(column).into(), rows }])
}

/// What the organisation says in its answers, in the language of the office.
fn letter(tag: &str) -> Vec<LetterBlock> {
    let (purposes, rights) = match tag {
        "de" => (
            "Wir verwenden Ihre Daten, um Sie mit Strom zu beliefern (Art. 6 Abs. 1 Buchst. b DSGVO).",
            "Sie können verlangen, dass wir Ihre Daten berichtigen oder löschen.\n\nBeschweren können Sie sich beim Landesbeauftragten für den Datenschutz.",
        ),
        "ar" => (
            "نستخدم بياناتكم لتزويدكم بالكهرباء (المادة 6 من اللائحة GDPR).",
            "يمكنكم طلب تصحيح بياناتكم أو محوها.\n\nويمكنكم تقديم شكوى إلى سلطة حماية البيانات.",
        ),
        _ => (
            "We use your data to supply you with electricity (GDPR, article 6 (1) (b)).",
            "You can ask us to correct or erase your data.\n\nYou can complain to the data protection authority.",
        ),
    };
    vec![
        LetterBlock::new(LetterBlockKind::Purposes, tag, purposes),
        LetterBlock::new(LetterBlockKind::Rights, tag, rights),
    ]
}

/// A case that was imported, then changed by people who act for others, with a title as long as titles can be.
fn hard_case(kit: &CaseKit) -> Result<CaseId> {
    let mona = kit.desk(Actor::new("mona", "Mona Haddad").with_role(Role::Manager));
    let name = "محمد الأحمد";
    let customer = mona.create_customer(NewCustomer::named(name).with_reference("CRM-9"))?.id;
    let other = mona.create_customer(NewCustomer::named("Łukasz Żółć"))?.id;
    let case = NewCase::new("Support", "Meter reads backwards")
        .for_customer(other)
        .described("First line.\nSecond line.");
    let at = "2026-03-01T09:15:00Z".parse()?;
    let report =
        mona.import(&[ImportItem::Case(ImportCase::new(case, at, "old-system-7").with_reference("OLD-1"))])?;
    if report.refused().next().is_some() {
        return Err("the import was refused".into());
    }
    let id = mona.find_case("OLD-1")?.id;
    let deputy = kit.desk(amara().on_behalf_of("mona"));
    deputy.take_case(id)?;
    let title = "The customer says that the smart meter in the basement reads backwards since the last storm, and that the \
                 display شاشة العداد shows an error code that nobody has heard of";
    deputy.edit_case(id, CaseEdit::new().title(title).because("as she said on the phone"))?;
    deputy.edit_case(id, CaseEdit::new().customer(customer))?;
    deputy.edit_case(id, CaseEdit::new().description("A description of many words. ".repeat(60)))?;
    deputy.edit_case(
        id,
        CaseEdit::new().description("العداد في القبو يقرأ بالعكس منذ 2026-02-27، والشاشة تعرض الخطأ E-42."),
    )?;
    let note = deputy.add_note(id, "Internal: she was angry. سري للغاية")?;
    deputy.edit_note(note.id, "Internal: she was upset. سري")?;
    let asked =
        deputy.add_note(id, NewNote::for_customer("We send somebody on Monday, 2026-04-13, at 10:00."))?;
    mona.reply(
        asked.id,
        NewNote::for_customer("سنرسل فنياً يوم الاثنين 2026-04-13 الساعة 10:00 (رقم C-000001)."),
    )?;
    deputy.edit_case(id, CaseEdit::new().stage("In Progress"))?;
    Ok(id)
}

/// A request for data that was answered, with a column hidden.
fn answered(kit: &CaseKit) -> Result<CaseId> {
    let petra = kit.desk(Actor::new("petra", "Petra Lind").with_role(Role::Approver));
    petra.create_customer(NewCustomer::named("Ada Obi").with_reference("CRM-1"))?;
    let request = NewRequest::new("WEB-1", "Ada Obi")
        .about_customer("CRM-1")
        .reply_to("requester@example.org")
        .with_credential("date of birth", "1990-02-03")
        .described("Please send me everything that you have about me.\nA <b>paper</b> copy is <script>alert(1)</script> enough.");
    let case = petra.receive_request(request)?.id.ok_or("the request is not for Petra")?;
    petra.take_case(case)?;
    let said =
        petra.add_note(case, NewNote::for_customer("We have your request, and need your passport."))?;
    petra.reply(said.id, NewNote::for_customer("شكراً، وصلت النسخة في 2026-04-13."))?;
    petra.add_note(case, "Internal: never shown.")?;
    let passport = NewIdentification::by("video call").with_credential(0);
    petra.approve_identification_with(case, passport)?;
    let snapshot = petra.prepare_data(case)?.id.ok_or("nothing was found")?;
    let tables = petra.snapshot(case)?.tables;
    let shop = tables.into_iter().find(|table| table.source == "shop").ok_or("the shop was not asked")?;
    let hide = NewRedaction::new("shop", &shop.name, "remark", "opinions of our staff");
    petra.approve_data(case, snapshot, vec![hide])?;
    petra.release(case)?;
    Ok(case)
}

/// The letter and the page of the package that was sent.
fn summary(office: &Path) -> Result {
    for sent in fs::read_dir(office.join("sent"))? {
        let sent = sent?.path();
        if sent.extension().is_some_and(|extension| extension == "zip") {
            let mut package = zip::ZipArchive::new(File::open(sent)?)?;
            for (name, file) in [("summary.pdf", "answer.pdf"), ("index.html", "answer.html")] {
                std::io::copy(&mut package.by_name(name)?, &mut File::create(office.join(file))?)?;
            }
            return Ok(());
        }
    }
    Err("no package was sent".into())
}
