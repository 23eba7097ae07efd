//! What only a demo has: a request that arrives, a webform that breaks, and starting over.

use axum::extract::State;

use super::office::desk;
use crate::prelude::*;

pub(crate) fn demo(here: &Here) -> Result<Markup> {
    let main = html! { header.head { h1 { (here.say("demo")) } } (section(here)) };
    page(here, &Screen::new(here.say("demo")), main)
}

/// Somebody asks what is held about them, as the webform of the organisation would tell the kit.
pub(crate) fn request(here: &Here, _: &Desk, form: &Form) -> Result<Redirect> {
    let mark: String = form.get("request").chars().rev().take(6).collect();
    let place = mark.bytes().map(usize::from).sum::<usize>();
    let who =
        ["Aaliyah Brandt", "Ben Castellano", "Chiara Novak", "دانة الخطيب", "Émile Fournier", "Freya Holm"];
    let who = who.into_iter().cycle().nth(place).unwrap_or_default();
    let new = NewRequest::new(format!("WEB-{}", mark.to_uppercase()), who)
        .reply_to("letterbox@example.org")
        .with_credential("Passport", "C01X00T478")
        .titled(format!("Data held about {who}"))
        .described("Please send me everything that you hold about me.");
    desk(&here.app.kit(), "petra").receive_request(new)?;
    Ok(back(form))
}

pub(crate) fn webform(here: &Here, _: &Desk, form: &Form) -> Result<Redirect> {
    let (webform, broken) = (here.app.webform(), form.get("broken") == "yes");
    let done = if broken == webform.is_broken() { Ok(()) } else { webform.set_broken(broken) };
    done.map_err(|_| Problem::Said(StatusCode::SERVICE_UNAVAILABLE, "demo_failed"))?;
    Ok(back(form))
}

pub(crate) async fn start_over(State(app): State<App>, session: Session, _: Form) -> Response {
    let again = app.clone();
    // Outside of a read of the kit, which would wait for itself.
    let done = tokio::task::spawn_blocking(move || again.start_over().is_ok()).await;
    if done.unwrap_or(false) {
        return Redirect::to("/").into_response();
    }
    let failed = |_: &Here| Err::<(), _>(Problem::Said(StatusCode::SERVICE_UNAVAILABLE, "demo_failed"));
    app.read(session, Address::default(), failed).await
}

fn back(form: &Form) -> Redirect {
    Redirect::to(if form.get("back") == "/errors" { "/errors" } else { "/demo#demo" })
}

/// One button of the demo.
fn one(here: &Here, to: &str, key: &'static str, sign: &str, more: Markup) -> Markup {
    let button = html! { (more) button.button id={ "demo-" (to) } { (icon(sign)) (here.say(key)) } };
    post_to(here, &format!("/demo/{to}"), button)
}

/// Fixes the webform.
pub(crate) fn fix(here: &Here, from: &str) -> Markup {
    let fields =
        html! { input type="hidden" name="broken" value="no"; input type="hidden" name="back" value=(from); };
    html! { div.notice.bad { (icon("alert")) div { p { (here.say("demo_broken")) } (one(here, "webform", "fix_webform", "gear", fields)) } } }
}

/// What can be tried out.
pub(crate) fn section(here: &Here) -> Markup {
    let broken = here.app.webform().is_broken();
    let yes = html! { input type="hidden" name="broken" value="yes"; };
    html! {
        section.card #demo tabindex="-1" { h2 { (here.say("demo")) } p.after { (here.say("demo_more")) }
            div.buttons { (one(here, "request", "request_arrives", "inbox", html! {}))
                @if !broken { (one(here, "webform", "break_webform", "cross", yes)) } }
            @if broken { (fix(here, "/demo")) }
            details { summary.more { (icon("again")) (here.say("start_over")) }
                p { (here.say("start_over_more")) } (one(here, "start_over", "start_over_now", "again", html! {})) }
        }
    }
}
