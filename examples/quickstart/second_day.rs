//! Data requests: from the webform to the receipt, with what can go wrong, and the overview as a PDF.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use casekit::export::pdf::Fonts;
use casekit::{
    Action, Actor, CaseId, CaseKit, CasesQuery, Desk, NewRedaction, NewRequest, PageRequest, Reach,
    ReleaseReport, Role, SettingsEdit, SourceKind, SourceQuery, SourceSetting, WebformTarget, reports,
};

use crate::tell::Tell;

type Told<T = ()> = Result<T, Box<dyn Error>>;

/// The people who work here on the second day.
struct Staff {
    petra: Desk,
    ivo: Desk,
    mona: Desk,
    ines: Desk,
}

pub(crate) fn run(kit: &CaseKit, folder: &Path, tell: &mut Tell<'_>) -> Told {
    let staff = Staff {
        petra: kit.desk(Actor::new("petra", "Petra Lind").with_role(Role::Approver)),
        ivo: kit.desk(Actor::new("ivo", "Ivo Marek").with_role(Role::ItAdministrator)),
        mona: kit.desk(Actor::new("mona", "Mona Haddad").with_role(Role::Manager)),
        ines: kit.desk(Actor::new("ines", "Inês Prata").with_role(Role::Auditor)),
    };
    let shop = folder.join("shop.db");
    // As on the first morning: the shop's file is not where the settings say.
    if shop.exists() {
        std::fs::remove_file(&shop)?;
    }
    settings(&staff, folder, &shop, tell)?;
    let case = receive(&staff, tell)?;
    identify(&staff, case, tell)?;
    collect(&staff, case, &shop, tell)?;
    release(&staff, case, tell)?;
    leave(&staff, case, folder, tell)
}

fn settings(staff: &Staff, folder: &Path, shop: &Path, tell: &mut Tell<'_>) -> Told {
    let ivo = &staff.ivo;
    tell.part("Set up where data comes from and where answers go (petra approves, ivo keeps the settings)")?;
    let webform = folder.join("webform");
    std::fs::create_dir_all(&webform)?;
    let orders = SourceQuery {
        table: "orders".into(),
        sql: "SELECT number, article, remark FROM orders WHERE customer = :customer_ref ORDER BY number"
            .into(),
    };
    let edit = SettingsEdit::new()
        .organisation("Lampenhaus Lind")
        .support_email("help@lampenhaus.example")
        .webform(WebformTarget::Directory { path: webform.display().to_string() })
        .sources(vec![SourceSetting {
            name: "shop".into(),
            kind: SourceKind::Sqlite { path: shop.display().to_string(), queries: vec![orders] },
        }]);
    call!(tell, ivo.change_settings(edit)?);
    tell.back(
        "the webform is a folder, and the shop's database a source; both lie where the host allows it",
    )?;
    Ok(())
}

fn receive(staff: &Staff, tell: &mut Tell<'_>) -> Told<CaseId> {
    let petra = &staff.petra;
    tell.part("A request arrives at the webform")?;
    let request = |n: u32| {
        NewRequest::new(format!("WEB-{n}"), "Ada Obi")
            .about_customer("CRM-77")
            .reply_to("ada@example.org")
            .with_credential("customer number", "CRM-77-2291-0042")
            .with_credential("date of birth", "1990-02-03")
    };
    // A repeated request gives the same case again, so the first new case is the one of this run.
    let mut n = 1;
    while petra.receive_request(request(n))?.replayed {
        n += 1;
    }
    let case = call!(tell, petra.receive_request(request(n))?);
    tell.back(format_args!(
        "{}; handed in twice, it is the same case: replayed is {}",
        case.number.unwrap_or_default(),
        case.replayed
    ))?;
    // Only a repeated request whose case the actor may not see has no id.
    let case = case.id.ok_or("the case of the request is hidden from Petra")?;
    let pending = call!(tell, petra.my_pending_count()?);
    tell.back(format_args!("{pending} pending"))?;
    for row in call!(tell, petra.my_pending_cases(PageRequest::first())?).rows {
        tell.back(format_args!(
            "{} {} | {} | {}",
            row.number,
            row.title,
            row.status,
            row.workflow.unwrap_or_default()
        ))?;
    }
    let found = call!(tell, petra.find_case(&case.to_string())?);
    tell.back(format_args!(
        "found by its id: {} of {}",
        found.number,
        found.customer_name.unwrap_or_default()
    ))?;
    Ok(case)
}

fn identify(staff: &Staff, case: CaseId, tell: &mut Tell<'_>) -> Told {
    let petra = &staff.petra;
    tell.part("Take the case, and make sure who is asking")?;
    if let Err(refused) = call!(tell, petra.release(case)) {
        for blocker in refused.blockers() {
            tell.back(format_args!("not yet: {blocker}"))?;
        }
    }
    call!(tell, petra.take_case(case)?);
    let summary = call!(tell, petra.summary(case)?);
    for credential in &summary.credentials {
        tell.back(format_args!(
            "{}: {}",
            credential.kind,
            credential.value.as_deref().unwrap_or(&credential.hint)
        ))?;
    }
    call!(tell, petra.approve_identification(case, "video call", &["passport", "date of birth"])?);
    let steps = petra.summary(case)?.steps;
    let boxes: Vec<String> = steps.iter().map(|step| format!("{}: {:?}", step.label, step.state)).collect();
    tell.back(boxes.join(" | "))?;
    Ok(())
}

fn collect(staff: &Staff, case: CaseId, shop: &Path, tell: &mut Tell<'_>) -> Told {
    let Staff { petra, ivo, .. } = staff;
    tell.part("Collect the data: a source fails, is fixed, and the retry goes on")?;
    if let Some(failure) = call!(tell, petra.prepare_data(case)?).failure {
        tell.back(format_args!(
            "failed: {} because of {}",
            failure.code,
            failure.setting.unwrap_or_default()
        ))?;
        tell.back(format_args!("to be fixed by {:?}: {}", failure.responsible, failure.hint))?;
    }
    let errors = call!(tell, ivo.failure_overview()?);
    for group in &errors.groups {
        tell.back(format_args!(
            "{} x {} ({})",
            group.count,
            group.code,
            group.setting.as_deref().unwrap_or("-")
        ))?;
    }
    tell.back(format_args!("help: {}", errors.support_email.unwrap_or_default()))?;
    for finding in call!(tell, ivo.check_settings(Reach::Here)?) {
        tell.back(format_args!("{}: {}", finding.setting, finding.fix.as_deref().unwrap_or("works")))?;
    }
    put_shop_in_place(shop)?;
    tell.back(format_args!("ivo puts {} in its place", shop.display()))?;
    for one in call!(tell, ivo.retry_all("source_missing", Some("sources.shop"))?) {
        let works = one.report == Some(ReleaseReport::Recovered);
        tell.back(format_args!("{}: {}", one.number, if works { "goes on" } else { "fails still" }))?;
    }
    let snapshot = call!(tell, petra.snapshot(case)?);
    for table in &snapshot.tables {
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        tell.back(format_args!(
            "{}.{}, {} rows: {}",
            table.source,
            table.name,
            table.rows,
            columns.join(", ")
        ))?;
    }
    Ok(())
}

/// The shop's own database, which casekit only reads.
fn put_shop_in_place(path: &Path) -> Told {
    let shop = rusqlite::Connection::open(path)?;
    shop.execute_batch(
        "CREATE TABLE orders (customer TEXT, number INTEGER, article TEXT, remark TEXT);
         INSERT INTO orders VALUES ('CRM-77', 4711, 'Reading lamp', 'asks a lot'), ('CRM-77', 4802, 'Oak chair', NULL),
             ('CRM-12', 4713, 'Rug', NULL);",
    )?;
    Ok(())
}

fn release(staff: &Staff, case: CaseId, tell: &mut Tell<'_>) -> Told {
    let petra = &staff.petra;
    tell.part("Hide a column, approve exactly this, and release it")?;
    let snapshot = petra.snapshot(case)?.id.ok_or("nothing was collected")?;
    let hide =
        vec![NewRedaction::new("shop", "orders", "remark", "opinions of our staff, not data about you")];
    call!(tell, petra.approve_data(case, snapshot, hide)?);
    let free = call!(tell, petra.blockers(case, Action::Release, None)?).is_empty();
    tell.back(if free { "nothing stands in the way" } else { "something stands in the way" })?;
    match call!(tell, petra.release(case)?) {
        ReleaseReport::Delivered { receipt } => {
            tell.back(format_args!("delivered, receipt {}", receipt.unwrap_or_default()))?
        }
        ReleaseReport::Failed { failure } => tell.back(failure.hint)?,
        ReleaseReport::UnderWay => tell.back("another process sends it just now")?,
        // Later versions may add variants.
        _ => tell.back("nothing is on its way")?,
    }
    let done = petra.case(case)?;
    tell.back(format_args!("{} is {}; {} pending", done.number, done.stage, petra.my_pending_count()?))?;
    Ok(())
}

fn leave(staff: &Staff, case: CaseId, folder: &Path, tell: &mut Tell<'_>) -> Told {
    let Staff { mona, ines, .. } = staff;
    tell.part("Leave something to look at")?;
    let fonts = Fonts::bundled();
    let all = CasesQuery::default();
    let create = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    call!(tell, reports::overview_pdf(mona, &all, &fonts, &mut create("overview.pdf")?)?);
    call!(
        tell,
        reports::overview_csv(mona, &all, casekit::CsvForm::for_people(), &mut create("overview.csv")?)?
    );
    call!(tell, reports::case_pdf(mona, case, &fonts, &mut create("case.pdf")?)?);
    let report = call!(tell, ines.verify(None)?);
    let sound = if report.broken.is_none() { "nothing was altered" } else { "something was altered" };
    tell.back(format_args!("{} events in {} streams: {sound}", report.events, report.streams))?;
    Ok(())
}
