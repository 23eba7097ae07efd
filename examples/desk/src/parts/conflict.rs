//! What stands above an edit form that was refused.

use casekit::{Error, PageRequest, Rejection, StreamId};
use maud::{Markup, html};

use super::{called, icon, moment, summary_of};
use crate::acts::{Draft, Problem};
use crate::kit::Here;

/// What is wrong, above a form that edits: if others were faster, who they were, when, and what they did.
pub(crate) fn refusal(
    here: &Here,
    stream: StreamId,
    draft: Draft<'_>,
    fields: &[(&str, &str)],
) -> Result<Markup, Problem> {
    let Some(Rejection::Conflict { seen, .. }) = draft.error.and_then(Error::rejection) else {
        return Ok(summary_of(here, draft, fields));
    };
    let (mut since, mut next) = (Vec::new(), Some(PageRequest::first().of(500)));
    while let Some(at) = next {
        // Who may edit need not be allowed to read the history.
        let read = here.desk.history(stream, at).map(Some);
        let Some(page) = here.or_none(read)? else { break };
        next = page.next_request();
        since.extend(page.rows.into_iter().filter(|one| one.revision > *seen));
    }
    Ok(html! {
        div.problem role="alert" tabindex="-1" { (icon("alert"))
            div { h2 { (here.say("changed_meanwhile")) }
                ul { @for one in since { li { strong { (called(&one.actor, one.actor_name.as_deref())) } " " (moment(here, one.at)) ": " (one.text) } } }
                p { (here.say("changed_meanwhile_more")) }
            }
        }
    })
}
