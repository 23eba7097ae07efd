//! The overview: all cases in tabs with exact counts, filters, and what is filtered as a file.

use casekit::export::pdf::Fonts;
use casekit::reports::Report;
use chrono::{Days, NaiveDate};

use super::prelude::*;

/// The filters behind *More filters*.
const MORE: [&str; 6] = ["priority", "tag", "due", "from", "to", "sort"];

fn is_filtered(here: &Here) -> bool {
    ["q", "type", "holder"].iter().chain(&MORE).any(|key| *key != "sort" && here.asked.some(key).is_some())
}

/// The list that the address asks for: of every tab together.
fn query(here: &Here) -> CasesQuery {
    let one = |key| here.asked.some(key).map(str::to_owned).into_iter().collect();
    let (sort, direction) = match here.asked.some("sort") {
        Some("oldest") => (Sort::Raised, Direction::Ascending),
        Some("changed") => (Sort::Updated, Direction::Descending),
        Some("due") => (Sort::Due, Direction::Ascending),
        _ => (Sort::Number, Direction::Descending),
    };
    CasesQuery {
        sort,
        direction,
        text: here.asked.some("q").map(str::to_owned),
        case_types: one("type"),
        tags: one("tag"),
        holder: here.asked.some("holder").map(|holder| match holder {
            "me" => HeldBy::Me,
            "nobody" => HeldBy::Nobody,
            id => HeldBy::Actor { id: id.to_owned() },
        }),
        priorities: here.asked.some("priority").and_then(coded).into_iter().collect(),
        raised_from: day(here, "from", 0),
        raised_before: day(here, "to", 1),
        due: match here.asked.some("due") {
            Some("overdue") => Some(DueIn::Overdue),
            Some("soon") => Some(DueIn::Soon),
            // A list in the order of deadlines has only cases with one, and the tabs count what it has.
            _ => (sort == Sort::Due).then_some(DueIn::Any),
        },
        ..CasesQuery::default()
    }
}

/// Midnight at the beginning of a day, or of the one after it.
fn day(here: &Here, key: &str, later: u64) -> Option<Timestamp> {
    let day = here.asked.some(key)?.parse::<NaiveDate>().ok()?.checked_add_days(Days::new(later))?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

/// The list of the tab that is open.
fn in_tab(here: &Here) -> CasesQuery {
    let open = StageCategory::ALL.into_iter().filter(|one| here.asked.some("of") == Some(one.code()));
    CasesQuery { categories: open.collect(), ..query(here) }
}

pub(crate) fn overview(here: &Here) -> Result<Response> {
    match list(here) {
        Ok(list) => Ok(draw(here, list)?.into_response()),
        // Another word or another day would help: the filters stay, and say what was asked for.
        Err(error) if error.code() == "invalid" => {
            let said = problem(here, &told(here, &error));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(here, said)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is filtered, as a file to keep. The library writes into the ledger who took it.
pub(crate) fn file(here: &Here, form: &str) -> Result<Response> {
    let query = in_tab(here);
    let report = match form {
        "pdf" => Report::OverviewPdf { query, paper: Fonts::bundled().into() },
        "csv" => Report::OverviewCsv { query, form: CsvForm::for_people() },
        _ => Report::OverviewWorkbook { query },
    };
    download(here, &report)
}

fn draw(here: &Here, list: Markup) -> Result<Markup> {
    let title = here.say("overview");
    let forms = [("pdf", DeskAction::Print), ("csv", DeskAction::Export), ("xlsx", DeskAction::Export)];
    let main = html! {
        header.head.wide { h1 { (title) } span.grow {}
            a.button.quiet href="/statistics" { (icon("clock")) (here.say("statistics")) }
            @for (form, _) in forms.into_iter().filter(|(_, action)| here.can(*action)) {
                a.button.quiet href=(here.asked.to(&format!("/cases.{form}"), "after", None)) download { (icon("down")) (form.to_uppercase())
                    span.sr { " " (here.say("as_filtered")) } } }
        }
        (filters(here)?)
        section #cases data-region tabindex="-1" { (list) }
    };
    page(here, &Screen::new(title).under("overview").live("/cases"), main)
}

fn list(here: &Here) -> Result<Markup, Error> {
    let list = here.desk.cases(&in_tab(here), here.asked.page())?;
    let counts = here.desk.counts(CountBy::Category, &query(here))?;
    let count = |of: Option<StageCategory>| {
        counts.iter().filter(|row| of.is_none() || row.category == of).map(|row| row.count).sum()
    };
    let tab = |of: Option<StageCategory>| {
        let code = of.map(StageCategory::code);
        let label = code.map_or(here.say("all").to_owned(), |code| here.word("category", code));
        tab(&here.asked.to("/cases", "of", code), &label, Some(count(of)), here.asked.some("of") == code)
    };
    Ok(html! {
        nav.tabs aria-label=(here.say("stages")) {
            (tab(None)) @for one in StageCategory::ALL { (tab(Some(one))) } }
        @if list.rows.is_empty() { (nothing(here, list.next.is_some())) }
        @else { (rows(here, here.say("overview"), list.rows.iter())) }
        (pages(here, "/cases", list.next.as_deref()))
    })
}

fn nothing(here: &Here, more: bool) -> Markup {
    let is_filtered = is_filtered(here);
    let (heading, text) = match (more, is_filtered) {
        // So far nothing fitted; the next page goes on looking.
        (true, _) => ("nothing_yet", "nothing_yet_more"),
        (_, true) => ("nothing_fits", "nothing_fits_more"),
        _ => ("nothing_in_tab", "nothing_in_tab_more"),
    };
    let clear = is_filtered.then(|| ("/cases", here.say("clear")));
    empty("search", here.say(heading), here.say(text), clear)
}

/// Cases as a table.
pub(crate) fn rows<'a>(here: &Here, name: &str, rows: impl Iterator<Item = &'a CaseSummary>) -> Markup {
    let columns = ["number", "title_and_customer", "type", "status", "held_by", "created", "due"];
    table(name, columns.map(|key| here.say(key)), html! { @for one in rows { (row(here, one)) } })
}

fn row(here: &Here, row: &CaseSummary) -> Markup {
    let who = row.customer.as_deref().or(row.requester.as_deref());
    let priority = row.priority_code.as_deref().filter(|code| *code != Priority::Normal.code());
    html! {
        tr.row id={ "row-" (row.number) } {
            td { bdi.number { (row.number) } }
            th scope="row" {
                a.title href={ "/cases/" (row.number) } { bdi { (row.title) } }
                p { @if let Some(who) = who { bdi { (who) } }
                    @if let Some(code) = priority { " " (pill(if matches!(code, "high" | "urgent") { "bad" } else { "quiet" }, &here.word("priority", code))) }
                    @if let Some(tags) = &row.tags { " " span.after { bdi { (tags) } } } }
            }
            td.after { (row.case_type) }
            td.wraps { (status(row)) }
            td { @match &row.holder { Some(id) => (called(id, row.holder_name.as_deref())), None => span.after { "—" } } }
            td.after { (moment(here, row.raised_at)) }
            td { @if let Some(at) = row.due_at { (due(here, at)) } }
        }
    }
}

fn filters(here: &Here) -> Result<Markup> {
    let me = &here.desk.actor().id;
    let held = here.desk.counts(CountBy::Holder, &CasesQuery::default())?.into_iter();
    let held = held.filter_map(|row| {
        let id = row.holder.filter(|id| id != me)?;
        Some((id.clone(), row.holder_name.unwrap_or(id)))
    });
    let types = here.desk.case_types()?.into_iter().map(|one| (one.id.to_string(), one.name));
    let tags: Vec<_> = here.desk.tags()?.into_iter().map(|one| (one.name.clone(), one.name)).collect();
    let said = |all: &[(&str, &'static str)]| {
        all.iter().map(|(code, key)| ((*code).to_owned(), here.say(key).to_owned())).collect::<Vec<_>>()
    };
    let levels = priorities(here).map(|(code, said)| (code.to_owned(), said)).into();
    let holders = said(&[("me", "me"), ("nobody", "held_by_nobody")]).into_iter().chain(held).collect();
    let select = |name: &str, key: &'static str, any: &'static str, all: Vec<(String, String)>| {
        html! { label { span { (here.say(key)) } select name=(name) {
        option value="" { (here.say(any)) }
        @for (value, label) in all { option value=(value) selected[here.asked.some(name) == Some(&value)] { (label) } } } } }
    };
    let day = |name: &str, key: &'static str| html! { label { span { (here.say(key)) } input type="date" name=(name) value=[here.asked.some(name)]; } };
    let more = MORE.iter().filter(|key| here.asked.some(key).is_some()).count() as u64;
    Ok(html! {
        form.filters role="search" aria-label=(here.say("filter")) action="/cases" {
            @if let Some(of) = here.asked.some("of") { input type="hidden" name="of" value=(of); }
            label { span { (here.say("words")) } input type="search" name="q" value=[here.asked.some("q")] dir="auto" autocomplete="off"; }
            (select("type", "type", "any_type", types.collect()))
            (select("holder", "held_by", "anybody", holders))
            button.button { (here.say("filter")) }
            @if is_filtered(here) { a.button.quiet href="/cases" { (here.say("clear")) } }
            details open[more > 0] { summary.button.quiet { (here.say("more_filters")) @if more > 0 { span.count { (number(more)) } } }
                div.filters {
                    (select("sort", "order", "newest", said(&[("oldest", "oldest"), ("changed", "last_changed"), ("due", "due_first")])))
                    (select("due", "due", "any_time", said(&[("overdue", "is_overdue"), ("soon", "is_due_soon")])))
                    (select("priority", "priority", "any_priority", levels))
                    @if !tags.is_empty() { (select("tag", "tag", "any_tag", tags)) }
                    (day("from", "created_from")) (day("to", "created_to"))
                } }
        }
    })
}
