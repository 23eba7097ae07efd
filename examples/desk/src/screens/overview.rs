//! The overview: all cases in tabs with exact counts, filters, and what is filtered as a file.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casekit::export::pdf::Fonts;
use casekit::reports::Report;
use casekit::{
    CaseSummary, CasesQuery, CountBy, CsvForm, Direction, DueIn, Error, HeldBy, Page, PageRequest,
    Permission, Priority, Sort, StageCategory, Timestamp,
};
use chrono::{Days, NaiveDate};
use maud::{Markup, html};

use crate::acts::{Parameters, Problem};
use crate::kit::{App, Here};
use crate::parts::{
    Screen, called, due, empty, escaped, icon, moment, number, page, pager, pill, priorities, problem,
    sentence, status, tab, told,
};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/cases", get(overview))
        .route("/cases.pdf", get(|app, session, asked| file(app, session, asked, "pdf")))
        .route("/cases.csv", get(|app, session, asked| file(app, session, asked, "csv")))
        .route("/cases.xlsx", get(|app, session, asked| file(app, session, asked, "xlsx")))
}

/// What stands in the address of the list, in this order. The first three have a place in the row, the rest below it.
const FILTERS: [&str; 10] = ["q", "type", "holder", "priority", "tag", "due", "from", "to", "sort", "of"];

/// The list that an address asks for.
struct Filter<'a>(&'a HashMap<String, String>);

impl Filter<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn is(&self, key: &str, value: &str) -> bool {
        self.get(key).unwrap_or_default() == value
    }

    fn is_filtered(&self) -> bool {
        FILTERS.iter().any(|key| *key != "sort" && *key != "of" && self.get(key).is_some())
    }

    /// The address of this list, with one thing in it that is different.
    fn at(&self, path: &str, key: &str, value: &str) -> String {
        let keep = FILTERS.iter().filter(|one| **one != key).filter_map(|one| Some((*one, self.get(one)?)));
        let pairs = keep.chain([(key, value)].into_iter().filter(|(_, value)| !value.is_empty()));
        let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={}", escaped(value))).collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    fn one(&self, key: &str) -> Vec<String> {
        self.get(key).map(str::to_owned).into_iter().collect()
    }

    /// Midnight at the beginning of a day, or of the one after it.
    fn day(&self, key: &str, later: u64) -> Option<Timestamp> {
        let day = self.get(key)?.parse::<NaiveDate>().ok()?.checked_add_days(Days::new(later))?;
        Some(day.and_hms_opt(0, 0, 0)?.and_utc())
    }

    /// The query of every tab together.
    fn query(&self) -> CasesQuery {
        let (sort, direction) = match self.get("sort") {
            Some("oldest") => (Sort::Raised, Direction::Ascending),
            Some("changed") => (Sort::Updated, Direction::Descending),
            Some("due") => (Sort::Due, Direction::Ascending),
            _ => (Sort::Number, Direction::Descending),
        };
        let mut query = CasesQuery { sort, direction, ..CasesQuery::default() };
        query.text = self.get("q").map(str::to_owned);
        (query.case_types, query.tags) = (self.one("type"), self.one("tag"));
        query.holder = self.get("holder").map(|holder| match holder {
            "me" => HeldBy::Me,
            "nobody" => HeldBy::Nobody,
            id => HeldBy::Actor { id: id.to_owned() },
        });
        query.priorities = Priority::ALL.into_iter().filter(|one| self.is("priority", one.code())).collect();
        (query.raised_from, query.raised_before) = (self.day("from", 0), self.day("to", 1));
        query.due = match self.get("due") {
            Some("overdue") => Some(DueIn::Overdue),
            Some("soon") => Some(DueIn::Soon),
            // A list in the order of deadlines has only cases with one, and the tabs count what it has.
            _ => (sort == Sort::Due).then_some(DueIn::Any),
        };
        query
    }

    /// The query of the tab that is open.
    fn in_tab(&self) -> CasesQuery {
        let open = StageCategory::ALL.into_iter().filter(|one| self.is("of", one.code()));
        CasesQuery { categories: open.collect(), ..self.query() }
    }
}

async fn overview(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    app.read(session, move |here| {
        let wanted = Filter(&asked);
        match list(here, &wanted) {
            Ok(list) => Ok(draw(here, &wanted, list)?.into_response()),
            // Another word or another day would help: the filters stay, and say what was asked for.
            Err(error) if error.code() == "invalid" => {
                let said = problem(here, &told(here, &error));
                Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(here, &wanted, said)?).into_response())
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// What is filtered, as a file to keep. The library writes into the ledger who took it.
async fn file(
    State(app): State<App>,
    session: Session,
    Query(asked): Parameters,
    form: &'static str,
) -> Response {
    app.read(session, move |here| {
        let (query, mut bytes) = (Filter(&asked).in_tab(), Vec::new());
        let report = match form {
            "pdf" => Report::OverviewPdf { query, paper: Fonts::bundled().into() },
            "csv" => Report::OverviewCsv { query, form: CsvForm::for_people() },
            _ => Report::OverviewWorkbook { query },
        };
        report.write(&here.desk, &mut bytes)?;
        let name = format!("attachment; filename=\"cases-{}.{form}\"", chrono::Utc::now().format("%Y-%m-%d"));
        let head =
            [(header::CONTENT_TYPE, report.media_type().to_owned()), (header::CONTENT_DISPOSITION, name)];
        Ok::<_, Problem>((head, bytes))
    })
    .await
}

fn draw(here: &Here, wanted: &Filter<'_>, list: Markup) -> Result<Markup, Problem> {
    let may = |permission| here.desk.actor().may(permission);
    let address = wanted.at("/cases", "after", wanted.get("after").unwrap_or_default());
    let download = |form: &str| {
        html! { a.button.quiet href=(wanted.at(&format!("/cases.{form}"), "", "")) download { (icon("down")) (form.to_uppercase())
        span.sr { " " (here.say("as_filtered")) } } }
    };
    let main = html! {
        header.head.wide { h1 { (here.say("overview")) } span.grow {}
            a.button.quiet href="/statistics" { (icon("clock")) (here.say("statistics")) }
            @if may(Permission::Print) || may(Permission::Export) { (download("pdf")) }
            @if may(Permission::Export) { (download("csv")) (download("xlsx")) }
        }
        (filters(here, wanted)?)
        section #cases data-region tabindex="-1" { (list) }
    };
    page(here, &Screen::new(here.say("overview")).under("overview").live(&address), main)
}

fn list(here: &Here, wanted: &Filter<'_>) -> Result<Markup, Error> {
    let at = wanted.get("after").map_or_else(PageRequest::first, PageRequest::after);
    let page = here.desk.cases(&wanted.in_tab(), at)?;
    let counts = here.desk.counts(CountBy::Category, &wanted.query())?;
    let all = counts.iter().map(|row| row.count).sum();
    let word = |one: StageCategory| sentence(&here.desk.language().word_of("category", one.code()));
    let next = page.next.as_deref().map(|next| wanted.at("/cases", "after", next));
    let first = wanted.at("/cases", "after", "");
    Ok(html! {
        nav.tabs aria-label=(here.say("stages")) {
            (tab(&wanted.at("/cases", "of", ""), here.say("all"), Some(all), wanted.get("of").is_none()))
            @for one in StageCategory::ALL {
                @let count = counts.iter().filter(|row| row.category == Some(one)).map(|row| row.count).sum();
                (tab(&wanted.at("/cases", "of", one.code()), &word(one), Some(count), wanted.is("of", one.code())))
            }
        }
        @if page.rows.is_empty() { (nothing(here, wanted, page.next.is_some())) } @else { (table(here, &page)) }
        (pager(here, wanted.get("after").map(|_| first.as_str()), next.as_deref()))
    })
}

fn nothing(here: &Here, wanted: &Filter<'_>, more: bool) -> Markup {
    let (heading, text) = match (more, wanted.is_filtered()) {
        // So far nothing fitted; the next page goes on looking.
        (true, _) => ("nothing_yet", "nothing_yet_more"),
        (_, true) => ("nothing_fits", "nothing_fits_more"),
        _ => ("nothing_in_tab", "nothing_in_tab_more"),
    };
    let clear = wanted.is_filtered().then(|| ("/cases", here.say("clear")));
    empty("search", here.say(heading), here.say(text), clear)
}

fn table(here: &Here, list: &Page<CaseSummary>) -> Markup {
    html! {
        div.list { table aria-label=(here.say("overview")) {
            (head(here))
            tbody { @for row in &list.rows { (self::row(here, row)) } }
        } }
    }
}

pub(crate) fn head(here: &Here) -> Markup {
    let columns = ["number", "title_and_customer", "type", "status", "held_by", "created", "due"];
    html! { thead { tr { @for key in columns { th scope="col" { (here.say(key)) } } } } }
}

pub(crate) fn row(here: &Here, row: &CaseSummary) -> Markup {
    let who = row.customer.as_deref().or(row.requester.as_deref());
    let priority = row.priority_code.as_deref().filter(|code| *code != Priority::Normal.code());
    html! {
        tr.row id={ "row-" (row.number) } {
            td { bdi.number { (row.number) } }
            th scope="row" {
                a.title href={ "/cases/" (row.number) } { bdi { (row.title) } }
                p { @if let Some(who) = who { bdi { (who) } }
                    @if let Some(code) = priority { " " (pill(if matches!(code, "high" | "urgent") { "bad" } else { "quiet" }, &sentence(&here.desk.language().word_of("priority", code)))) }
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

fn filters(here: &Here, wanted: &Filter<'_>) -> Result<Markup, Problem> {
    let types: Vec<_> =
        here.desk.case_types()?.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    let held = here.desk.counts(CountBy::Holder, &CasesQuery::default())?;
    let held = held.into_iter().filter_map(|row| {
        let id = row.holder.filter(|id| *id != here.desk.actor().id)?;
        Some((id.clone(), row.holder_name.unwrap_or(id)))
    });
    let fixed = [("me", here.say("me")), ("nobody", here.say("held_by_nobody"))];
    let holders =
        fixed.map(|(code, label)| (code.to_owned(), label.to_owned())).into_iter().chain(held).collect();
    let priorities = priorities(here).map(|(code, said)| (code.to_owned(), said));
    let tags: Vec<_> = here.desk.tags()?.into_iter().map(|one| (one.name.clone(), one.name)).collect();
    let said = |all: &[(&str, &'static str)]| {
        all.iter().map(|(code, key)| ((*code).to_owned(), here.say(key).to_owned())).collect::<Vec<_>>()
    };
    let select = |name: &str, key: &'static str, any: &'static str, all: Vec<(String, String)>| {
        html! { label { span { (here.say(key)) } select name=(name) {
            option value="" { (here.say(any)) }
            @for (value, label) in all { option value=(value) selected[wanted.is(name, &value)] { (label) } }
        } } }
    };
    let day = |name: &str, key: &'static str| {
        html! { label { span { (here.say(key)) } input type="date" name=(name) value=[wanted.get(name)]; } }
    };
    let more = ["priority", "tag", "due", "from", "to", "sort"]
        .iter()
        .filter(|key| wanted.get(key).is_some())
        .count();
    Ok(html! {
        form.filters role="search" aria-label=(here.say("filter")) action="/cases" {
            @if let Some(of) = wanted.get("of") { input type="hidden" name="of" value=(of); }
            label { span { (here.say("words")) } input type="search" name="q" value=[wanted.get("q")] dir="auto" autocomplete="off"; }
            (select("type", "type", "any_type", types))
            (select("holder", "held_by", "anybody", holders))
            button.button { (here.say("filter")) }
            @if wanted.is_filtered() { a.button.quiet href="/cases" { (here.say("clear")) } }
            details open[more > 0] { summary.button.quiet { (here.say("more_filters")) @if more > 0 { span.count { (number(more as u64)) } } }
                div.filters {
                    (select("sort", "order", "newest", said(&[("oldest", "oldest"), ("changed", "last_changed"), ("due", "due_first")])))
                    (select("due", "due", "any_time", said(&[("overdue", "is_overdue"), ("soon", "is_due_soon")])))
                    (select("priority", "priority", "any_priority", priorities.into()))
                    @if !tags.is_empty() { (select("tag", "tag", "any_tag", tags)) }
                    (day("from", "created_from")) (day("to", "created_to"))
                } }
        }
    })
}
