//! How long things take and what does not go on, as somebody takes it away.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use casekit::reports::{
    ExportFile, statistics_csv, statistics_csv_to, statistics_xlsx, statistics_xlsx_to, stuck_cases_csv,
    stuck_cases_csv_to, stuck_cases_csv_to_with, stuck_cases_xlsx, stuck_cases_xlsx_to,
    stuck_cases_xlsx_to_with,
};
use casekit::{
    CasesQuery, CsvForm, Desk, PageRequest, Permission, Rejection, Role, Scope, ScopeCases, StatisticsQuery,
    StreamId, StuckBy,
};

use super::statistics::{DAY, HOUR, import, past, stage};
use crate::build::{Office, Scoped, actor, on_every_store, rejection};

on_every_store!(
    statistics_leave_as_csv_for_people_and_for_programs,
    statistics_leave_as_a_workbook,
    stuck_cases_leave_with_how_long_they_wait,
    a_list_of_many_stuck_cases_can_be_followed_and_cancelled,
    exports_of_statistics_need_the_permission_and_are_recorded,
);

/// Ten cases that were moved on after one hour to ten, and one that waits since.
fn worked(office: &Office) -> Desk {
    let mona = office.manager();
    for n in 1..=10 {
        import(&mona, "Support", n * DAY, &[(n * HOUR, stage("Closed"))]);
    }
    import(&mona, "Support", 20 * DAY, &[]);
    mona
}

fn told(
    write: impl FnOnce(CsvForm, &mut Vec<u8>) -> Result<u64, casekit::Error>,
    form: CsvForm,
) -> (u64, Vec<String>) {
    let mut out = Vec::new();
    let rows = write(form, &mut out).unwrap();
    (rows, String::from_utf8(out).unwrap().lines().map(str::to_owned).collect())
}

/// The sheet, and its name.
fn sheet(workbook: Vec<u8>) -> (String, String) {
    let mut zip = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let cells = part("xl/worksheets/sheet1.xml");
    let book = part("xl/workbook.xml");
    let name = book.split("<sheet name=\"").nth(1).unwrap().split('"').next().unwrap();
    (cells, name.to_owned())
}

fn statistics_leave_as_csv_for_people_and_for_programs(office: &Office) {
    let mona = worked(office);
    let all = StatisticsQuery::default();
    let support = mona.statistics(&all).unwrap()[0].case_type_id;
    let csv = |desk: &Desk, form| told(|form, out| statistics_csv(desk, &all, form, out), form);
    let (rows, programs) = csv(&mona, CsvForm::for_programs());
    assert_eq!((rows, programs.len()), (3, 4));
    assert_eq!(
        programs[0],
        "measure,type_id,type,stage_id,stage,month,count,total_seconds,mean_seconds,median_seconds,p90_seconds"
    );
    assert_eq!(
        programs[1],
        format!("time_in_stage,{support},Support,open,Open,,10,198000,19800,18000,32400")
    );
    assert!(programs[3].starts_with(&format!("time_to_resolve,{support},Support,,,,10,")), "{programs:?}");

    let (_, people) = csv(&mona, CsvForm::for_people());
    assert_eq!(people[0], "measure,type,stage,month (UTC),count,total time,mean,median,nine of ten within");
    assert_eq!(people[1], "time in stage,Support,Open,,10,55:00:00,5:30:00,5:00:00,9:00:00");
    let german = mona.in_language(casekit::language::Language::shipped("de").unwrap());
    let (_, german) = csv(&german, CsvForm::for_people());
    assert!(german[0].starts_with("Messgröße,Typ,Phase,Monat (UTC),Anzahl,"), "{german:?}");
    assert!(german[1].starts_with("Zeit in der Phase,"), "{german:?}");

    let months =
        StatisticsQuery { by_month: true, from_month: Some("2026-01".into()), ..StatisticsQuery::default() };
    let (rows, by_month) =
        told(|form, out| statistics_csv(&mona, &months, form, out), CsvForm::for_programs());
    assert_eq!(rows as usize, mona.statistics(&months).unwrap().len());
    assert!(by_month[1].contains(",2026-0"), "{by_month:?}");
    let wrong = StatisticsQuery { to_month: Some("soon".into()), ..StatisticsQuery::default() };
    let refused = rejection(statistics_csv(&mona, &wrong, CsvForm::for_people(), &mut Vec::new()));
    assert!(matches!(refused, Rejection::Invalid { .. }), "{refused:?}");
}

fn statistics_leave_as_a_workbook(office: &Office) {
    let mona = worked(office);
    let (all, mut out) = (StatisticsQuery::default(), Vec::new());
    assert_eq!(statistics_xlsx(&mona, &all, &mut out).unwrap(), 3);
    let (cells, name) = sheet(out);
    assert_eq!(name, "How long things take");
    // 55 hours are a number of days, which a formula can add.
    assert!(cells.contains("<v>2.291666") && cells.contains("<autoFilter ref=\"A1:I4\"/>"), "{cells}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("statistics.xlsx");
    assert_eq!(statistics_xlsx_to(&mona, &all, ExportFile::at(&path)).unwrap(), 3);
    assert_eq!(sheet(std::fs::read(&path).unwrap()).1, name);
    let path = folder.path().join("statistics.csv");
    assert_eq!(statistics_csv_to(&mona, &all, CsvForm::for_people(), ExportFile::at(&path)).unwrap(), 3);
    assert!(std::fs::read_to_string(&path).unwrap().contains("55:00:00"));
    // Of nothing there is a table with headings.
    let none = StatisticsQuery { to_month: Some("1990-01".into()), ..all };
    let (rows, lines) = told(|form, out| statistics_csv(&mona, &none, form, out), CsvForm::for_people());
    assert_eq!((rows, lines.len()), (0, 1));
}

fn stuck_cases_leave_with_how_long_they_wait(office: &Office) {
    let mona = worked(office);
    let (all, by) = (CasesQuery::default(), StuckBy::InStage);
    let found = &mona.stuck_cases(by, &all, PageRequest::first()).unwrap().rows[0];
    let csv = |form| told(|form, out| stuck_cases_csv(&mona, by, &all, form, out), form);
    let (rows, programs) = csv(CsvForm::for_programs());
    assert_eq!((rows, programs.len()), (1, 2));
    assert!(
        programs[0].starts_with("number,title,type,status,created,")
            && programs[0].ends_with(",tags,updated,stage_since,seconds_in_stage,usual_seconds"),
        "{programs:?}"
    );
    let since = past(20 * DAY).to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let cells: Vec<&str> = programs[1].rsplitn(5, ',').collect();
    assert_eq!((cells[0], cells[2], cells[3]), ("32400", since.as_str(), since.as_str()));
    assert!(cells[1].parse::<u64>().unwrap() >= found.seconds_in_stage, "{programs:?}");
    let (_, people) = csv(CsvForm::for_people());
    assert!(
        people[0].ends_with(",in its stage since (UTC),time in its stage,usual there (nine of ten)"),
        "{people:?}"
    );
    assert!(people[1].ends_with(",9:00:00"), "{people:?}");

    let mut out = Vec::new();
    assert_eq!(stuck_cases_xlsx(&mona, by, &all, &mut out).unwrap(), 1);
    let (cells, name) = sheet(out);
    assert_eq!(name, "Stuck cases");
    assert!(cells.contains("<v>0.375</v>") && cells.contains("<autoFilter ref=\"A1:R2\"/>"), "{cells}");
    // The conditions of the list hold, and whatever its order is.
    let none = CasesQuery { case_types: vec!["Enquiries".into()], sort: casekit::Sort::Updated, ..all };
    let quiet = StuckBy::Quiet { days: 1 };
    assert_eq!(stuck_cases_csv(&mona, quiet, &none, CsvForm::for_people(), &mut Vec::new()).unwrap(), 0);
}

fn a_list_of_many_stuck_cases_can_be_followed_and_cancelled(office: &Office) {
    let mona = office.manager();
    for n in 0..501 {
        import(&mona, "Support", n, &[]);
    }
    let (all, by, form) = (CasesQuery::default(), StuckBy::Quiet { days: 1 }, CsvForm::for_programs());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stuck.csv");
    let mut seen = Vec::new();
    let rows = stuck_cases_csv_to_with(&mona, by, &all, form, ExportFile::at(&path), |so_far| {
        seen.push((so_far.rows, so_far.of));
        ControlFlow::Continue(())
    });
    assert_eq!((rows.unwrap(), seen[0], seen[seen.len() - 1]), (501, (0, 501), (501, 501)));
    assert!(seen.len() >= 3 && seen.is_sorted(), "{seen:?}");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().skip(1).collect::<std::collections::BTreeSet<_>>().len(), 501, "each once");
    let workbook = folder.path().join("stuck.xlsx");
    let end = |_| ControlFlow::Break(());
    let ended = stuck_cases_xlsx_to_with(&mona, by, &all, ExportFile::at(&workbook), end).unwrap_err();
    assert_eq!((ended.code(), workbook.exists()), ("cancelled", false));
    assert_eq!(stuck_cases_xlsx_to(&mona, by, &all, ExportFile::at(&workbook)).unwrap(), 501);
    assert_eq!(stuck_cases_csv_to(&mona, by, &all, form, ExportFile::at(&path)).unwrap(), 501);
}

fn exports_of_statistics_need_the_permission_and_are_recorded(office: &Office) {
    let amara = office.agent();
    let (all, cases, by) = (StatisticsQuery::default(), CasesQuery::default(), StuckBy::InStage);
    let form = CsvForm::for_people();
    for refused in [
        statistics_csv(&amara, &all, form, &mut Vec::new()),
        statistics_xlsx(&amara, &all, &mut Vec::new()),
        stuck_cases_csv(&amara, by, &cases, form, &mut Vec::new()),
        stuck_cases_xlsx(&amara, by, &cases, &mut Vec::new()),
    ] {
        let refused = rejection(refused);
        assert!(
            matches!(refused, Rejection::Forbidden { permission: Permission::Export, .. }),
            "{refused:?}"
        );
    }
    let own = Scope { cases: ScopeCases::Own, ..Scope::all() };
    let narrow = office.narrowed_by(Scoped(own)).desk(actor("mona", Role::Manager));
    let not_here = |action: &str| Rejection::NotAllowedHere { action: action.to_owned() };
    assert_eq!(rejection(statistics_csv(&narrow, &all, form, &mut Vec::new())), not_here("read_statistics"));
    let refused = stuck_cases_csv(&narrow, by, &cases, form, &mut Vec::new());
    assert_eq!(rejection(refused), not_here("list_stuck_cases"));

    let mona = office.manager();
    statistics_csv(&mona, &all, form, &mut Vec::new()).unwrap();
    stuck_cases_xlsx(&mona, by, &cases, &mut Vec::new()).unwrap();
    let ledger = office.auditor().history(StreamId::Ledger, PageRequest::first()).unwrap().rows;
    let said: Vec<_> =
        ledger.iter().map(|entry| entry.text.as_str()).filter(|text| text.contains("export")).collect();
    let [begun, ended, begun_list, ended_list] = said[..] else { panic!("{said:?}") };
    assert!(begun.starts_with("began to export the statistics of times as csv;"), "{begun}");
    assert!(ended.starts_with("exported the statistics of times as csv, 0 rows;"), "{ended}");
    assert!(begun_list.starts_with("began to export the stuck cases as xlsx;"), "{begun_list}");
    assert!(ended_list.starts_with("exported the stuck cases as xlsx, 0 rows;"), "{ended_list}");
}
