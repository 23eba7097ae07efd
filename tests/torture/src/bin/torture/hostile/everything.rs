//! What happens in a good file after the golden one, so that every column of every table holds something.

use casekit::{
    Actor, BlobId, CaseEdit, CaseId, CaseKit, Desk, Error, NewCase, NewNote, NewRequest, Role, Store,
    Timestamp,
};
use casekit_torture::office::SHUT_OUT;
use casekit_torture::screens::REFUSED;
use casekit_torture::{Office, Outcome, desk};
use serde::Serialize;

/// The file in which everything happened once, but for what [`happens`] adds.
pub(super) const GOLDEN: &[u8] = include_bytes!("../../../../../golden/casekit.db");

/// Commands with request ids, people who act for others or may not act, data in several chunks, a case that fails, and bytes that no
/// commit refers to.
pub(super) fn happens(office: &Office) -> Outcome {
    let kit = &office.kit;
    repeats(kit);
    let for_mona = kit.desk(Actor::new("amara", "amara").with_role(Role::Agent).on_behalf_of("mona"));
    let case = for_mona.raise_case(NewCase::new("Support", "Title for mona"))?.id;
    for_mona.add_note(case, NewNote::for_customer("note for mona"))?;
    // Whoever raised it cannot approve it.
    for_mona.raise_case(NewCase::new("Grant", "Title of a choir"))?;
    let petra = desk(kit, "petra", Role::Approver);
    let found = asks(&petra, "LONG-1", "Ada Obi")?;
    petra.prepare_data(found)?;
    let failing = asks(&petra, "FAIL-1", SHUT_OUT)?;
    petra.prepare_data(failing)?;
    let bytes = office.store.blob_bytes();
    bytes.append(BlobId::from(failing.0), 0, Timestamp::UNIX_EPOCH, b"of no commit")?;
    Ok(())
}

fn asks(petra: &Desk, reference: &str, requester: &str) -> Outcome<CaseId> {
    let request = NewRequest::new(reference, requester).about_customer("CRM-1").reply_to("ada@example.org");
    let received = petra.receive_request(request.with_credential("born", "1990"))?;
    let case = received.id.ok_or("whoever hands a request in may see it")?;
    petra.take_case(case)?;
    petra.approve_identification(case, "video call", &["passport"])?;
    Ok(case)
}

/// How a line ends for a command that was carried out once more, since nothing said that it had been.
pub(super) const ONCE_MORE: &str = "\"replayed\":false}";
/// And for one that changed nothing, at some revision.
pub(super) const NOTHING: &str = "\"events\":0,\"replayed\":true}";

/// Gives commands with request ids, the same each time, and says what each answers, a line each. After the first time
/// they answer what was done then.
pub(super) fn repeats(kit: &CaseKit) -> String {
    let (amara, petra) = (desk(kit, "amara", Role::Agent), desk(kit, "petra", Role::Approver));
    let mut said = String::new();
    let raised = amara.request("raise 1").raise_case(NewCase::new("Support", "Title of a request"));
    line(&mut said, &raised);
    line(
        &mut said,
        &petra
            .request("receive 1")
            .receive_request(NewRequest::new("WEB-R", "Bo Li").reply_to("bo@example.org")),
    );
    if let Ok(raised) = raised {
        let edit = || CaseEdit::new().stage("In Progress");
        line(&mut said, &amara.request("note 1").add_note(raised.id, "note of a request"));
        line(&mut said, &amara.request("edit 1").edit_case(raised.id, edit()));
        // Which changes nothing.
        line(&mut said, &amara.request("edit 2").edit_case(raised.id, edit()));
    }
    said
}

fn line(said: &mut String, answer: &Result<impl Serialize, Error>) {
    let line = match answer {
        Ok(answer) => serde_json::to_string(answer).unwrap_or_else(|error| error.to_string()),
        Err(error) => format!("{REFUSED} {}", error.code()),
    };
    said.push_str(&line);
    said.push('\n');
}
