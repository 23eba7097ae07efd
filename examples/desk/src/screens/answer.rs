//! The answer: what is checked before it is released, denying instead, and the receipt afterwards.

use super::data::source_name;
use super::prelude::*;

/// To whom the answer goes.
pub(crate) fn receiver(case: &CaseScreen<'_>) -> Markup {
    let here = case.here;
    html! {
        @if let Some(request) = &case.summary.request {
            div { dt { (here.say("requester")) } dd { bdi { (request.requester.as_deref().unwrap_or("—")) } } }
            div { dt { (here.say("reply_to")) } dd { bdi { (request.reply_to.as_deref().unwrap_or("—")) } } }
        }
    }
}

/// *Check your answers*: everything that leaves, before it leaves.
pub(crate) fn check(case: &CaseScreen<'_>) -> Markup {
    let steps = case.summary.steps.iter().filter(|step| step.kind == StepKind::DataApproval);
    let revocable = |step: &StepView| {
        step.actions.iter().any(|one| one.action == Action::Revoke && one.blockers.is_empty())
    };
    html! {
        dl.check { (receiver(case))
            @for step in steps { @if let Some(given) = step.approvals.last() {
                (contents(case, given))
                @if revocable(step) { div { dt {} dd { a href=(case.at_step(Action::Revoke, step)) { (case.here.say("change_this")) } } } }
            } }
        }
    }
}

/// What was approved: what is sent, what is hidden or missing, and what the requester is told about it.
fn contents(case: &CaseScreen<'_>, given: &ApprovalView) -> Markup {
    let (here, found) = (case.here, case.summary.snapshot.as_ref());
    let language = here.desk.language();
    let left_out =
        found.into_iter().flat_map(|one| &one.sources).filter(|one| one.state == SourceState::LeftOut);
    let left_out: Vec<_> = left_out.collect();
    html! {
        div { dt { (here.say("what_is_sent")) } dd {
            @if let Some(finding) = given.no_data {
                p { (here.say("no_data")) " · " (language.word_of("no_data", finding.code())) }
                @if let Some(reason) = &given.reason { p { bdi { (reason) } } }
            } @else { ul { @for one in found.into_iter().flat_map(|one| &one.tables) {
                li { bdi { (one.name) } " · " bdi { (source_name(here, &one.source)) } " · " (here.say("rows")) ": " bdi { (number(one.rows)) } } } } } } }
        @for (key, parts) in [("what_is_hidden", &given.hidden), ("what_is_shown", &given.shown)] { @if !parts.is_empty() {
            div { dt { (here.say(key)) } dd { ul { @for one in parts { li { bdi { (source_name(here, &one.source)) } " · " bdi { (one.table) } @if let Some(column) = &one.column { " · " bdi { (column) } } @if let Some(row) = one.row { " · " (number(row)) } p.after { bdi { (one.reason) } } } } } } } } }
        @if given.no_data.is_none() && given.hidden.is_empty() { div { dt { (here.say("what_is_hidden")) } dd { (here.say("nothing_hidden")) } } }
        @if !left_out.is_empty() { div { dt { (here.say("source_left_out")) } dd { ul { @for one in left_out {
            li { bdi { (source_name(here, &one.name)) } p.after { bdi { (one.reason.as_deref().unwrap_or_default()) } } } } } } } }
        div { dt { (here.say("approved_by")) } dd { (called(&given.by, given.by_name.as_deref())) " · " (moment(here, given.at)) } }
    }
}

/// The package of the answer, as the person got it.
pub(crate) fn package(here: &Here) -> Result<Response> {
    let case = here.desk.find_case(here.asked.get("number"))?.id;
    download(here, &reports::Report::Package { case })
}

/// The answers of this round and of those before: to where, by whom, and the receipt.
pub(crate) fn receipt(case: &CaseScreen<'_>) -> Markup {
    let (here, summary) = (case.here, &case.summary);
    let earlier = summary
        .earlier_rounds
        .iter()
        .rev()
        .filter_map(|one| Some((one.outcome.as_deref(), one.release.as_ref()?)));
    let now = summary.release.as_ref().map(|one| (summary.outcome.as_deref(), one));
    let all: Vec<_> = now.into_iter().chain(earlier).collect();
    html! {
        section #answer.answer tabindex="-1" data-region aria-label=(here.say("answer")) {
            @if summary.package_blockers.is_empty() { p.aside {
                a.button.quiet href=(case.to("package")) download { (icon("down")) (here.say("download_package")) } } }
            @for (outcome, one) in &all { div.card { h2 { (here.say("answer")) @if let Some(outcome) = outcome { ": " (outcome) } } (sendings(case, one)) } }
        }
    }
}

fn sendings(case: &CaseScreen<'_>, one: &ReleaseView) -> Markup {
    let here = case.here;
    html! {
        @for sending in &one.sendings {
            dl.check {
                div { dt { (here.say("sent_by")) } dd { (called(&sending.by, sending.by_name.as_deref())) " · " (moment(here, sending.requested_at))
                    @if let Some(reason) = &sending.reason { p.after { bdi { (reason) } } } } }
                @if let Some(place) = &sending.place { div { dt { (here.say("sent_to")) } dd { bdi { (place) } } } }
                div { dt { (here.say("arrived")) } dd { @if let Some(at) = sending.arrived_at { (moment(here, at)) } @else { (here.say("not_yet")) } } }
                @if let Some(receipt) = &sending.receipt { div { dt { (here.say("receipt")) } dd { code { bdi { (receipt) } } } } }
            }
        }
        @if let (Some(digest), Some(size)) = (&one.package_sha256, one.package_size) {
            dl.check { div { dt { (here.say("package")) } dd { bdi { (number(size.div_ceil(1024))) " KiB" } p.after { "SHA-256 " code.digest { bdi { (digest) } } } } } }
        }
    }
}
