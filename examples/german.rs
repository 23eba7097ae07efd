//! An office that works in German. It prints a page of history and a reason why something is not possible, and writes
//! the overview, one case and the released package: `cargo run --release --example german [FOLDER]`.
//!
//! Only the language differs. The file is the same, and at the end an auditor reads it in English.

use std::error::Error;
use std::fs::{self, File};
use std::path::PathBuf;

use casekit::export::pdf::Fonts;
use casekit::{
    Action, Actor, CaseId, CaseKit, CasesQuery, CsvForm, CsvSeparator, Desk, Language, NewCase, NewCustomer,
    NewDenial, NewRequest, OpenOptions, PageRequest, Role, SettingsEdit, StreamId, WebformTarget, reports,
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/german"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let file = folder.join("faelle.db");
    for left in ["faelle.db", "faelle.db-wal", "faelle.db-shm"] {
        let _ = fs::remove_file(folder.join(left));
    }
    let sent = folder.join("versandt");
    let _ = fs::remove_dir_all(&sent);
    fs::create_dir(&sent)?;
    let kit = OpenOptions::new().language(Language::shipped("de")?).allow_folder(&folder).open(&file)?;
    let webform = WebformTarget::Directory { path: sent.display().to_string() };
    let edit = SettingsEdit::new().webform(webform).organisation("Stadtwerke Musterstadt GmbH");
    kit.desk(Actor::new("ivo", "Ivo Marek").with_role(Role::ItAdministrator)).change_settings(edit)?;

    raise(&kit.desk(Actor::new("jonas", "Jonas Weiß").with_role(Role::Agent)))?;
    let petra = kit.desk(Actor::new("petra", "Petra Lind").with_role(Role::Approver));
    let case = released(&petra)?;
    denied(&petra)?;

    let mona = kit.desk(Actor::new("mona", "Mona Keller").with_role(Role::Manager));
    println!("Historie von {}:", mona.case(case)?.number);
    for entry in mona.history(StreamId::Case(case), PageRequest::first())?.rows {
        println!("  {} {} {}", mona.language().minute(entry.at), entry.actor, entry.text);
    }

    println!("\nWarum dieser Fall nicht noch einmal versandt werden kann:");
    for blocker in petra.blockers(case, Action::Release, None)? {
        println!("  {}: {}", blocker.code(), petra.language().render(&blocker.message()));
    }
    if let Err(casekit::Error::Rejected(refused)) = petra.raise_case(NewCase::new("Fehlermeldung", " ")) {
        println!("\nWas an einem Formular falsch ist:\n  {}", petra.language().render(&refused.message()));
    }

    let all = CasesQuery::default();
    reports::overview_pdf(&mona, &all, Fonts::bundled(), &mut File::create(folder.join("uebersicht.pdf"))?)?;
    reports::case_pdf(&mona, case, Fonts::bundled(), &mut File::create(folder.join("fall.pdf"))?)?;
    let mut table = Vec::new();
    // As a German spreadsheet opens it.
    let form = CsvForm::for_people().separated_by(CsvSeparator::Semicolon).with_byte_order_mark();
    reports::overview_csv(&mona, &all, form, &mut table)?;
    fs::write(folder.join("uebersicht.csv"), &table)?;
    println!("\n{}", String::from_utf8(table)?.lines().take(3).collect::<Vec<_>>().join("\n"));
    in_english(&kit, case)?;
    println!("\n{}: uebersicht.pdf, uebersicht.csv, fall.pdf, versandt/*.zip", folder.display());
    Ok(())
}

/// Case types can be named in German, in English, and by their ids.
fn raise(jonas: &Desk) -> Result<(), casekit::Error> {
    let names = ["Björn Größlinger", "Käthe Süßmilch-Überschär", "Łukasz Żółć"];
    let customers = names.map(|name| jonas.create_customer(NewCustomer::named(name)));
    let [bjoern, kaethe, lukasz] = customers;
    let (bjoern, kaethe, lukasz) = (bjoern?.id, kaethe?.id, lukasz?.id);
    let titles = [
        ("Fehlermeldung", bjoern, "Zählerstandsübermittlung über das Kundenportal nicht möglich"),
        (
            "Prozessänderung",
            kaethe,
            "Lastschrifteinzugsermächtigung: Geschwindigkeitsüberschreitungsgebühren bitte nicht mehr abbuchen, sondern \
             die Rechnung schicken, und zwar an die neue Anschrift",
        ),
        ("Anfragen", lukasz, "Wann wird der Wärmemengenzähler getauscht?"),
        ("Support", lukasz, "Passwort vergessen"),
        ("Feature requests", bjoern, "Abschlagsanpassung ohne Anruf"),
        ("Wiedervorlage", kaethe, "Rückruf wegen der Jahresendabrechnung"),
    ];
    for (case_type, customer, title) in titles {
        let case = jonas.raise_case(NewCase::new(case_type, title).for_customer(customer))?;
        if case_type == "Anfragen" {
            jonas.take_case(case.id)?;
        }
    }
    Ok(())
}

fn released(petra: &Desk) -> Result<CaseId, Box<dyn Error>> {
    let received = petra.receive_request(NewRequest::new("WEB-1", "Käthe Süßmilch-Überschär"))?;
    let case = received.id.ok_or("arrived before")?;
    petra.take_case(case)?;
    let note = petra.add_note(case, "Angerufen, niemand da.")?;
    petra.edit_note(note.id, "Angerufen, niemand da; ruft zurück.")?;
    petra.approve_identification(case, "Videoanruf", &["Personalausweis"])?;
    petra.prepare_data(case)?;
    petra.approve_no_data(case, Some("it is about somebody else"))?;
    petra.release(case)?;
    Ok(case)
}

fn denied(petra: &Desk) -> Result<(), Box<dyn Error>> {
    let received = petra.receive_request(NewRequest::new("WEB-2", "Unbekannt Verzogen"))?;
    let case = received.id.ok_or("arrived before")?;
    petra.take_case(case)?;
    petra.deny(
        case,
        NewDenial::new(
            "insufficient_verification",
            "Anschrift unbekannt",
            "Wir konnten Sie keinem unserer Verträge zuordnen.",
        ),
    )?;
    petra.receive_request(NewRequest::new("WEB-3", "Łukasz Żółć"))?;
    Ok(())
}

/// The same file for a reader of English: the file keeps codes and no texts.
fn in_english(kit: &CaseKit, case: CaseId) -> Result<(), casekit::Error> {
    let ines = kit.desk(Actor::new("ines", "Inês Prata").with_role(Role::Auditor));
    let ines = ines.in_language(Language::english().clone());
    println!("\nThe same history for an auditor who reads English:");
    for entry in ines.history(StreamId::Case(case), PageRequest::first())?.rows.iter().take(4) {
        println!("  {} {} {}", ines.language().minute(entry.at), entry.actor, entry.text);
    }
    Ok(())
}
