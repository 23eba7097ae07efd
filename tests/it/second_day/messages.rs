//! Asking back: a message to the requester goes out by the host's delivery, and the answer comes in by its reference.

use casekit::{
    Action, Blocker, CaseId, Desk, Fault, MessageDirection, NewMessage, NewNote, NoteId, Outgoing,
    OutgoingKind, PageRequest, ReleaseReport, Role, StreamId, ThreadNote, Visibility,
};

use super::host::{Answer, Bureau};
use super::{in_every_bureau, why_not};
use crate::build::rejection;

in_every_bureau!(
    a_question_goes_out_and_its_answer_stands_below_it,
    the_same_answer_again_changes_nothing_and_another_is_another_note,
    a_message_that_fails_is_an_error_that_a_retry_or_giving_up_ends,
    what_was_sent_or_came_in_is_not_altered,
    a_message_is_sent_once_however_many_continue_it,
    a_message_goes_only_where_it_was_to_go,
    who_may_write_and_when,
    nothing_more_is_sent_once_the_request_is_answered,
    messages_of_an_earlier_round_are_still_answered,
);

const QUESTION: &str = "Which of the two accounts do you mean?";
const REPLY: &str = "The one that ends in 13.";

fn busy() -> Fault {
    Fault::transient("webform_unavailable", "the webform does not answer: try again later")
}

/// A request that Petra holds.
fn taken(bureau: &Bureau) -> (CaseId, Desk) {
    let (case, petra) = (bureau.request("WEB-1").id, bureau.petra());
    petra.take_case(case).unwrap();
    (case, petra)
}

fn webform(bureau: &Bureau) -> Desk {
    bureau.desk("webform", Role::Agent)
}

fn thread(desk: &Desk, case: CaseId) -> Vec<ThreadNote> {
    desk.thread(case, PageRequest::first()).unwrap().rows
}

fn sent_messages(bureau: &Bureau) -> Vec<Outgoing> {
    let is_message = |one: &Outgoing| matches!(one.kind, OutgoingKind::Message { .. });
    bureau.webform.sent().into_iter().filter(is_message).collect()
}

fn a_question_goes_out_and_its_answer_stands_below_it(bureau: &Bureau) {
    let (case, petra) = taken(bureau);
    let asked = petra.send_message(case, NewMessage::question(QUESTION)).unwrap();
    assert!(matches!(asked.report, ReleaseReport::Delivered { receipt: Some(_) }), "{asked:?}");
    let answer_ref = asked.answer_ref.clone().unwrap();
    let [sent] = sent_messages(bureau).try_into().unwrap();
    assert_eq!(
        (sent.request_ref.as_str(), sent.reply_to.as_str(), sent.key.as_str()),
        ("WEB-1", "ada@example.org", answer_ref.as_str())
    );
    assert_eq!(sent.kind, OutgoingKind::Message { text: QUESTION.into(), answer_ref: answer_ref.clone() });
    let received = webform(bureau).receive_answer(&format!(" {answer_ref} "), REPLY).unwrap();
    let notes = thread(&petra, case);
    let [question, answer] = notes.as_slice() else { panic!("{notes:?}") };
    assert_eq!((question.id, answer.id, answer.parent), (asked.note, received.note, Some(asked.note)));
    assert_eq!((answer.depth, answer.text.as_deref()), (1, Some(REPLY)));
    assert!(notes.iter().all(|note| note.visibility == Visibility::Customer));
    let directions = notes.iter().map(|note| note.message.as_ref().unwrap().direction);
    assert!(directions.eq([MessageDirection::Sent, MessageDirection::Received]));
    let view = question.message.as_ref().unwrap();
    assert_eq!((view.state.as_str(), view.attempts, view.wants_answer), ("arrived", 1, true));
    assert!(view.receipt.is_some() && view.arrived_at.is_some());
    assert_eq!(petra.summary(case).unwrap().last_notes, notes);
    let history = bureau.desk("audra", Role::Auditor).history(StreamId::Case(case), PageRequest::first());
    let texts: Vec<String> = history.unwrap().rows.into_iter().map(|entry| entry.text).collect();
    for said in ["asked the requester", "the message arrived", "the requester answered"] {
        assert!(texts.iter().any(|text| text == said), "{texts:?}");
    }
}

fn the_same_answer_again_changes_nothing_and_another_is_another_note(bureau: &Bureau) {
    let (case, petra) = taken(bureau);
    let answer_ref = petra.send_message(case, NewMessage::question(QUESTION)).unwrap().answer_ref.unwrap();
    let webform = webform(bureau);
    let first = webform.receive_answer(&answer_ref, REPLY).unwrap();
    let again = webform.receive_answer(&answer_ref, REPLY).unwrap();
    assert_eq!((again.note, again.replayed, first.replayed), (first.note, true, false));
    let more = webform.receive_answer(&answer_ref, "And the other one too.").unwrap();
    assert!(more.note != first.note && !more.replayed);
    assert_eq!(thread(&petra, case).len(), 3);
    for unknown in
        ["", "x", &answer_ref[1..], &answer_ref.to_uppercase().replace(|c: char| c.is_ascii_digit(), "0")]
    {
        assert_eq!(rejection(webform.receive_answer(unknown, REPLY)).code(), "not_found", "{unknown}");
    }
    assert_eq!(rejection(webform.receive_answer(&answer_ref, " ")).fields()[0].field, "text");
    // A message that wants no answer has no reference by which one could come in.
    let notice = petra.send_message(case, NewMessage::notice("We have your letter.")).unwrap();
    assert_eq!(notice.answer_ref, None);
    let [.., sent] = sent_messages(bureau).try_into().unwrap_or_else(|all: Vec<Outgoing>| {
        let notice = all.into_iter().find(|one| one.key != answer_ref).unwrap();
        [notice]
    });
    assert!(matches!(&sent.kind, OutgoingKind::Message { answer_ref, .. } if answer_ref.is_empty()));
    assert_eq!(rejection(webform.receive_answer(&sent.key, REPLY)).code(), "not_found");
}

fn a_message_that_fails_is_an_error_that_a_retry_or_giving_up_ends(bureau: &Bureau) {
    let (case, petra) = taken(bureau);
    bureau.webform.will([Answer::Fails(busy()), Answer::Fails(busy())]);
    let asked = petra.send_message(case, NewMessage::question(QUESTION)).unwrap();
    let ReleaseReport::Failed { failure } = &asked.report else { panic!("{asked:?}") };
    assert_eq!(
        (failure.code.as_str(), failure.setting.as_deref(), failure.attempts),
        ("webform_unavailable", Some("webform"), 1)
    );
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    assert_eq!(ivo.cases_with_errors(None, None, PageRequest::first()).unwrap().rows.len(), 1);
    assert_eq!(petra.summary(case).unwrap().status_code.as_deref(), Some("failed"));
    // The work on the request is not held up by it.
    petra.approve_identification(case, "video call", &[]).unwrap();
    let ReleaseReport::Failed { failure } = petra.retry(case).unwrap() else { panic!() };
    assert_eq!(failure.attempts, 2);
    assert_eq!(ivo.retry(case).unwrap(), ReleaseReport::Recovered);
    assert_eq!((sent_messages(bureau).len(), *bureau.webform.brought.lock().unwrap()), (1, 3));
    assert_eq!(petra.failure_overview().unwrap().count, 0);
    assert_eq!(why_not(bureau, case, Action::Retry), [Blocker::NothingToRetry]);

    bureau.webform.will([Answer::Fails(busy())]);
    let second = petra.send_message(case, NewMessage::question("And which year?")).unwrap();
    petra.stop_message(second.note, Some("she rang")).unwrap();
    let notes = thread(&petra, case);
    assert_eq!(notes[1].message.as_ref().unwrap().state, "stopped");
    assert_eq!(petra.failure_overview().unwrap().count, 0);
    for over in [asked.note, second.note] {
        assert_eq!(rejection(petra.stop_message(over, None)).blockers(), [Blocker::NotSent]);
    }
}

fn what_was_sent_or_came_in_is_not_altered(bureau: &Bureau) {
    let (case, petra) = taken(bureau);
    let asked = petra.send_message(case, NewMessage::question(QUESTION)).unwrap();
    let webform = webform(bureau);
    let answer = webform.receive_answer(asked.answer_ref.as_deref().unwrap(), REPLY).unwrap();
    let refused = |desk: &Desk, note: NoteId| {
        for refused in [
            rejection(desk.edit_note(note, "x")),
            rejection(desk.retract_note(note, None)),
            rejection(desk.set_note_visibility(note, Visibility::Internal)),
        ] {
            assert_eq!(refused.blockers(), [Blocker::Correspondence]);
        }
    };
    refused(&petra, asked.note);
    refused(&webform, answer.note);
    // A note that was never sent is altered as ever.
    let note = petra.add_note(case, NewNote::for_customer("x")).unwrap().id;
    petra.edit_note(note, "y").unwrap();
    assert_eq!(rejection(petra.stop_message(note, None)).blockers(), [Blocker::NotSent]);
}

fn a_message_is_sent_once_however_many_continue_it(bureau: &Bureau) {
    let (case, petra) = taken(bureau);
    bureau.webform.will([Answer::TakesAndPanics]);
    // The sender dies once the webform has it: the next attempt has the same key.
    assert!(matches!(
        petra.send_message(case, NewMessage::question(QUESTION)).unwrap().report,
        ReleaseReport::Failed { .. }
    ));
    assert_eq!(bureau.engine.resume_deliveries().unwrap().delivered, 0, "what failed waits for a person");
    std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| bureau.petra().retry(case)));
        for one in both {
            let _ = one.join().unwrap();
        }
    });
    assert_eq!(sent_messages(bureau).len(), 1);
    assert_eq!(thread(&petra, case)[0].message.as_ref().unwrap().state, "arrived");
    // Under one request id it is one message.
    let ask = || petra.request("ask 1").send_message(case, NewMessage::question("And which year?")).unwrap();
    let (first, again) = (ask(), ask());
    assert_eq!((first.note, first.answer_ref, again.replayed), (again.note, again.answer_ref, true));
    assert_eq!(sent_messages(bureau).len(), 2);
}

fn a_message_goes_only_where_it_was_to_go(bureau: &Bureau) {
    let (case, petra) = taken(bureau);
    bureau.webform.will([Answer::Fails(busy())]);
    let asked = petra.send_message(case, NewMessage::question(QUESTION)).unwrap();
    let elsewhere = casekit::WebformTarget::Host { name: "elsewhere".into() };
    let edit = casekit::SettingsEdit::new().webform(elsewhere);
    bureau.desk("ivo", Role::ItAdministrator).change_settings(edit).unwrap();
    let ReleaseReport::Failed { failure } = petra.retry(case).unwrap() else { panic!() };
    assert_eq!(failure.code, "target_changed");
    assert_eq!(sent_messages(bureau).len(), 0);
    petra.stop_message(asked.note, None).unwrap();
    assert!(matches!(
        petra.send_message(case, NewMessage::question(QUESTION)).unwrap().report,
        ReleaseReport::Delivered { .. }
    ));
}

fn who_may_write_and_when(bureau: &Bureau) {
    let case = bureau.request("WEB-1").id;
    assert_eq!(why_not(bureau, case, Action::SendMessage), [Blocker::NotTaken]);
    let petra = bureau.petra();
    petra.take_case(case).unwrap();
    let other = bureau.desk("paul", Role::Approver);
    assert_eq!(
        rejection(other.send_message(case, NewMessage::question("x"))).blockers(),
        [Blocker::held_by("petra")]
    );
    assert_eq!(
        rejection(bureau.desk("audra", Role::Auditor).send_message(case, NewMessage::question("x"))).code(),
        "forbidden"
    );
    assert_eq!(rejection(petra.send_message(case, NewMessage::question(" "))).fields()[0].field, "text");
    let plain = petra.raise_case(casekit::NewCase::new("Support", "Lamp")).unwrap().id;
    petra.take_case(plain).unwrap();
    let refused = rejection(petra.send_message(plain, NewMessage::question("x")));
    assert_eq!(refused.blockers(), [Blocker::NoRequest, Blocker::NoWorkflow]);
    let answer_ref = petra.send_message(case, NewMessage::question(QUESTION)).unwrap().answer_ref.unwrap();
    let reader = bureau.desk("audra", Role::Auditor);
    assert_eq!(rejection(reader.receive_answer(&answer_ref, REPLY)).code(), "forbidden");
    for _ in 1..100 {
        petra.send_message(case, NewMessage::notice("x")).unwrap();
    }
    let refused = rejection(petra.send_message(case, NewMessage::question("x")));
    assert_eq!(refused.blockers(), [Blocker::LimitReached { limit: 100 }]);
}

fn nothing_more_is_sent_once_the_request_is_answered(bureau: &Bureau) {
    let (case, petra) = taken(bureau);
    bureau.webform.will([Answer::Fails(busy())]);
    let asked = petra.send_message(case, NewMessage::question(QUESTION)).unwrap();
    petra.withdraw(case, None).unwrap();
    assert_eq!(thread(&petra, case)[0].message.as_ref().unwrap().state, "stopped");
    assert_eq!(petra.failure_overview().unwrap().count, 0);
    assert_eq!(rejection(petra.send_message(case, NewMessage::question("x"))).code(), "blocked");
    // What the requester has to say is taken all the same.
    let answer = webform(bureau).receive_answer(asked.answer_ref.as_deref().unwrap(), REPLY).unwrap();
    assert_eq!(thread(&petra, case)[1].id, answer.note);
}

fn messages_of_an_earlier_round_are_still_answered(bureau: &Bureau) {
    let (case, petra) = taken(bureau);
    let answer_ref = petra.send_message(case, NewMessage::question(QUESTION)).unwrap().answer_ref.unwrap();
    petra.approve_identification(case, "video call", &[]).unwrap();
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    petra.release(case).unwrap();
    petra.answer_anew(case, "she says that there must be something").unwrap();
    webform(bureau).receive_answer(&answer_ref, REPLY).unwrap();
    assert_eq!(thread(&petra, case).len(), 2);
    assert!(bureau.engine.check().is_ok());
}
