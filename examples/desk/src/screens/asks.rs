//! Actions that need no more than a reason, or little else: one panel and a line in each table here.

use chrono::NaiveDate;

use super::deadlines;
use super::prelude::*;

const DEADLINES: &str = "?open=deadlines#panel";

/// An action: what to know before, the fields of its form as the library calls them, and where it shows afterwards.
type Ask = (Action, &'static str, &'static [&'static str], &'static str);

static ASKS: [Ask; 13] = [
    (Action::ApproveStep, "approve_more", &["reason"], STEPS),
    (Action::Revoke, "revoke_before", &["reason"], STEPS),
    (Action::PrepareSource, "", &[], "?open=data#panel"),
    (Action::LeaveOutSource, "leave_out_before", &["reason"], "?open=data#panel"),
    (Action::SendAgain, "send_again_before", &["reason"], "#answer"),
    (Action::ConfirmTarget, "confirm_before", &[], "#answer"),
    (Action::AnswerAnew, "anew_before", &["reason"], STEPS),
    (Action::Withdraw, "withdraw_before", &["reason"], STEPS),
    (Action::SendMessage, "message_before", &["text", "wants_answer"], "#thread"),
    (Action::PauseDeadlines, "pause_before", &["reason", "remark"], DEADLINES),
    (Action::ResumeDeadlines, "", &["remark"], DEADLINES),
    (Action::ExtendDeadline, "extend_before", &["deadline", "reason"], DEADLINES),
    (Action::FollowUp, "follow_up_before", &["at", "remark"], DEADLINES),
];

fn carry_out(action: Action, desk: &Desk, id: CaseId, form: &Form) -> Result<(), Error> {
    let (step, source) = (form.get("step"), form.get("source"));
    let (reason, remark) = (&form.line("reason"), &form.line("remark"));
    let some_reason = Some(reason.as_str());
    match action {
        Action::ApproveStep => desk.approve_step(id, step, some_reason).map(drop),
        Action::Revoke => desk.revoke(id, step, some_reason).map(drop),
        Action::PrepareSource => desk.prepare_source(id, source).map(drop),
        Action::LeaveOutSource => desk.leave_out_source(id, source, reason).map(drop),
        Action::SendAgain => desk.send_again(id, reason).map(drop),
        Action::ConfirmTarget => desk.confirm_target(id, form.get("place")).map(drop),
        Action::AnswerAnew => desk.answer_anew(id, reason).map(drop),
        Action::SendMessage if form.some("wants_answer").is_some() => {
            desk.send_message(id, NewMessage::question(form.get("text"))).map(drop)
        }
        Action::SendMessage => desk.send_message(id, NewMessage::notice(form.get("text"))).map(drop),
        Action::PauseDeadlines => desk.pause_deadlines(id, NewPause::new(reason).remark(remark)).map(drop),
        Action::ResumeDeadlines => desk.resume_deadlines(id, NewResumption::new().remark(remark)).map(drop),
        Action::ExtendDeadline => {
            desk.extend_deadline(id, NewExtension::because(reason).of(form.get("deadline"))).map(drop)
        }
        Action::FollowUp => desk.follow_up(id, day(form)?, Some(remark)).map(drop),
        _ => desk.withdraw(id, some_reason).map(drop),
    }
}

pub(crate) fn named(code: &str) -> Option<Action> {
    ASKS.iter().map(|ask| ask.0).find(|action| action.code() == code)
}

pub(crate) fn routes() -> Router<App> {
    ASKS.iter().fold(Router::new(), |router, (action, _, _, after)| {
        let deed = |desk: &Desk, id, form: &Form| carry_out(*action, desk, id, form).map(|()| *after);
        router.route(&format!("/{}", action.code()), form_for(action.code(), deed))
    })
}

pub(crate) fn panel(case: &CaseScreen<'_>, action: Action) -> Result<Markup> {
    let Some((_, before, fields, _)) = ASKS.iter().find(|ask| ask.0 == action) else { return Ok(html! {}) };
    let (here, title, offered) = (case.here, said(case, action), case.offered(action));
    let target = offered.and_then(|one| one.target.as_deref());
    let release = case.summary.release.as_ref().filter(|_| action == Action::ConfirmTarget);
    let place = release.and_then(|one| one.place_now.as_deref());
    let source = Some(case.given("source")).filter(|source| !source.is_empty());
    let about = [source, place, offered.and_then(|one| one.label.as_deref())].into_iter().flatten().next();
    let f = Fields::new(here, case.draft, None);
    let body = f.below_problem(html! {
        @if let Some(about) = about { p { strong { bdi { (about) } } } }
        @if !before.is_empty() { p.before { (here.say(before)) } }
        @for (name, value) in [("step", target), ("source", source), ("place", place)] {
            @if let Some(value) = value { input type="hidden" name=(name) value=(value); } }
        @for name in *fields { (control(case, &f, action, name)?) }
        @if action == Action::FollowUp && case.summary.case.follow_up_at.is_some() {
            (f.tick("never", "1", false, here.say("no_follow_up"))) }
    })?;
    let class = if action == Action::Withdraw { "danger" } else { "primary" };
    Ok(sheet(&title, form(case, action.code(), (class, &title), body)))
}

fn control(case: &CaseScreen<'_>, f: &Fields<'_>, action: Action, name: &'static str) -> Result<Markup> {
    let here = case.here;
    let leaves = matches!(action, Action::LeaveOutSource | Action::SendMessage);
    let who_reads = here.say(if leaves { "requester_reads" } else { "stays_inside" });
    let of = Field::new(name, "");
    Ok(f.draw(&match (action, name) {
        (_, "wants_answer") => return Ok(f.tick(name, "1", true, here.say("wants_answer"))),
        (Action::PauseDeadlines, "reason") => Field::new(name, "clarification"),
        // The composer of notes has a text too.
        (_, "text") => of.lines().of_id("message").hint(who_reads),
        (_, "reason" | "remark") => of.lines().hint(who_reads),
        (_, "deadline") => of.among(deadlines::extendable(case)?),
        _ => of.of_type("date"),
    }))
}

/// The day of a reminder, as an instant; `None` for none any more.
fn day(form: &Form) -> Result<Option<Timestamp>, Error> {
    if form.some("never").is_some() {
        return Ok(None);
    }
    let at = form.parsed::<NaiveDate>("at").and_then(|day| day.and_hms_opt(0, 0, 0));
    at.map(|at| Some(at.and_utc())).ok_or_else(|| Rejection::field("at", FieldRule::Required).into())
}
