//! The data of a request: what each source found, its first rows, and the columns that are hidden from the requester.

use std::iter::zip;

use super::prelude::*;

/// The rows of a table that are shown at once.
const ROWS: u32 = 10;

pub(crate) fn panel(case: &CaseScreen<'_>) -> Result<Markup> {
    let (here, collect) = (case.here, said(case, Action::PrepareData));
    let Some(found) = &case.summary.snapshot else {
        let body = html! { p.before { (here.say("nothing_collected")) } };
        return Ok(sheet(&collect, form(case, "prepare_data", ("primary", &collect), body)));
    };
    let blocked = case.offered(Action::ApproveData).filter(|one| !one.blockers.is_empty());
    let seen = found.id.filter(|_| blocked.is_none());
    let tables = html! {
        @for (place, one) in found.tables.iter().enumerate() { (table(case, place, one, seen.is_some())?) }
        @if found.tables.is_empty() { p.before { (here.say("no_tables")) } }
    };
    let again = html! { button.button.quiet { (icon("again")) (here.say("collect_again")) } };
    let body = html! {
        (sources(case, found, true))
        div.line { (post_to(here, &case.to("prepare_data"), again)) }
        @match seen {
            Some(id) => (form(case, "approve_data", ("primary", here.say("approve")), approval(case, found, id, &tables)?)),
            None => { (tables) @if let Some(blocked) = blocked { div.reasons { (reasons(here, &blocked.blockers)) } } div.buttons { (close(case)) } },
        }
    };
    Ok(sheet(&said(case, Action::ApproveData), body))
}

/// What the form to approve has: the tables with their ticks, and the reason.
fn approval(case: &CaseScreen<'_>, found: &SnapshotView, id: BlobId, tables: &Markup) -> Result<Markup> {
    let (here, draft) = (case.here, case.draft);
    let f = Fields::new(here, draft, None);
    let ticks: Vec<_> =
        found.tables.iter().enumerate().flat_map(|(place, one)| ticks(draft, place, one)).collect();
    let hidden = ticks.iter().filter(|(_, is_hidden)| *is_hidden).count();
    let rows: u64 = found.tables.iter().map(|one| one.rows).sum();
    f.below_problem(html! {
        input type="hidden" name="snapshot" value=(id);
        @if !found.tables.is_empty() { p.before { (here.say("tick_to_hide")) } }
        (tables)
        p.tally { (here.say("rows")) ": " bdi { (number(rows)) } " · " (here.say("columns_hidden")) ": "
            bdi { output #columns-hidden { (hidden) } " / " (ticks.len()) } }
        (f.draw(&Field::new("reason", "").label(here.say("why_hidden")).lines().hint(here.say("requester_reads"))))
    })
}

/// What each source answered; with what can be done about one that failed.
fn sources(case: &CaseScreen<'_>, found: &SnapshotView, can_act: bool) -> Markup {
    html! { ul.sources { @for one in &found.sources { li class=[(one.state == SourceState::Failed).then_some("bad")] { (source(case, one, can_act)) } } } }
}

fn source(case: &CaseScreen<'_>, one: &SourceView, can_act: bool) -> Markup {
    let here = case.here;
    let possible = |action| can_act && case.offered(action).is_some_and(|one| one.blockers.is_empty());
    html! {
        p { strong { bdi { (source_name(here, &one.name)) } }
            @match one.state {
                SourceState::Found => { " · " (here.say("rows")) ": " (number(one.rows.unwrap_or_default())) },
                SourceState::NotAsked => { " · " (here.say("source_not_asked")) },
                SourceState::LeftOut => { " · " (here.say("source_left_out")) },
                _ => {},
            }
            @if let Some(at) = one.asked_at { " · " (moment(here, at)) } }
        @if let Some(reason) = &one.reason { p { bdi { (reason) } @if let Some(by) = &one.by { " · " (called(by, one.by_name.as_deref())) } } }
        @if let (SourceState::Failed, Some(failure)) = (one.state, &one.failure) {
            p { (sentence(&failure.label)) ". " (advice(&failure.hint)) } }
        @if matches!(one.state, SourceState::Failed | SourceState::LeftOut) && possible(Action::PrepareSource) {
            div.line {
                (post_to(here, &case.to("prepare_source"), html! { input type="hidden" name="source" value=(one.name);
                    button.button { (icon("again")) (here.say("ask_again")) span.sr { " " (one.name) } } }))
                @if one.state == SourceState::Failed && possible(Action::LeaveOutSource) {
                    a.button href={ "/cases/" (case.number()) "?open=leave_out_source&source=" (escaped(&one.name)) "#panel" } {
                        (said(case, Action::LeaveOutSource)) (here.say("opens")) span.sr { " " (one.name) } } } }
        }
    }
}

/// A source by its name; the built-in one as the library calls it.
pub(crate) fn source_name(here: &Here, name: &str) -> String {
    if name == "casekit" { here.word("source", name) } else { name.to_owned() }
}

/// The ticks of a table: the code of each column, and whether it is hidden.
fn ticks(draft: Draft<'_>, place: usize, one: &SnapshotTableView) -> Vec<(String, bool)> {
    let ticked = |(column, it): (usize, &SnapshotColumnView)| {
        let code = format!("{place}.{column}");
        let is_hidden = draft.has("hidden", &code, it.hidden_because.is_some());
        (code, is_hidden)
    };
    one.columns.iter().enumerate().map(ticked).collect()
}

/// A table with rows of it. Where the form was sent to look further, it is drawn from there.
fn table(case: &CaseScreen<'_>, place: usize, one: &SnapshotTableView, can_hide: bool) -> Result<Markup> {
    let (here, draft) = (case.here, case.draft);
    let from_name = format!("from-{place}");
    let turned = draft.value("page", "").split_once('.').filter(|(table, _)| *table == place.to_string());
    let from = turned.map_or_else(|| draft.value(&from_name, ""), |(_, from)| from).parse().unwrap_or(0);
    let page = here.desk.preview_data(case.summary.case.id, &one.source, &one.name, from, ROWS);
    let ticks = ticks(draft, place, one);
    let source = source_name(here, &one.source);
    Ok(html! {
        figure.preview id={ "table-" (place) } {
            figcaption { strong { bdi { (one.name) } } " · " bdi { (source) } " · " (here.say("rows")) ": " bdi { (number(one.rows)) } }
            @match page {
                Err(error) => @for one in told(here, &error) { p.why { (one) } },
                Ok(page) => {
                    div.scroll { table {
                        thead { tr { @for (column, (code, is_hidden)) in zip(&one.columns, &ticks) {
                            th scope="col" class=[is_hidden.then_some("hid")] {
                                @if !can_hide { bdi { (column.name) } } @else { label.hide { input type="checkbox" name="hidden" value=(code) checked[*is_hidden] aria-describedby=[column.hidden_because.as_ref().map(|_| format!("because-{code}"))];
                                    span.sr { (here.say("hide")) " " } bdi { (column.name) } } }
                                @if let Some(because) = &column.hidden_because { p.hint id={ "because-" (code) } { bdi { (because) } } }
                            } } } }
                        tbody { @for row in &page.rows { tr { @for (cell, (_, is_hidden)) in zip(row, &ticks) {
                            td class=[is_hidden.then_some("hid")] { bdi { (value(here, cell)) } } } } } }
                    } }
                    @if can_hide { (page_turn(case, (place, one), from, &page)) }
                    input type="hidden" name=(from_name) value=(from);
                }
            }
        }
    })
}

/// Back and on in a table. The buttons send the form, so that ticks and the reason stay, and nothing is approved by it.
fn page_turn(
    case: &CaseScreen<'_>,
    (place, one): (usize, &SnapshotTableView),
    from: u64,
    page: &DataPreview,
) -> Markup {
    let here = case.here;
    let (step, shown) = (u64::from(ROWS), page.rows.len() as u64);
    let address = format!("{}#table-{place}", case.to("approve_data"));
    let button = |key: &'static str, to: u64| {
        html! {
            button.button.quiet name="page" value={ (place) "." (to) } formaction=(address) { (here.say(key)) span.sr { " " (one.name) } }
        }
    };
    html! {
        @if page.of > step {
            p.turn { bdi { (number(from + 1)) "–" (number(from + shown)) " / " (number(page.of)) }
                @if from > 0 { (button("back", from.saturating_sub(step))) }
                @if from + shown < page.of { (button("further", from + step)) } }
        }
    }
}

fn value(here: &Here, value: &DataValue) -> String {
    match value {
        DataValue::Null => "—".to_owned(),
        DataValue::Text(text) => text.clone(),
        DataValue::Integer(number) => number.to_string(),
        DataValue::Real(number) => number.to_string(),
        DataValue::Boolean(yes) => here.desk.language().word_of("value", if *yes { "yes" } else { "no" }),
    }
}

/// What was asked and found, before no data is sent.
pub(crate) fn found(case: &CaseScreen<'_>) -> Markup {
    html! { @match &case.summary.snapshot {
        Some(found) => { p.before { (case.here.say("was_found")) } (sources(case, found, false)) },
        None => p.before { (case.here.say("nothing_collected")) },
    } }
}
