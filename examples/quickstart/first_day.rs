//! Customer cases: configure, raise, work on, read.

use std::error::Error;

use casekit::{
    Actor, CaseEdit, CaseKit, CaseTypeId, CasesQuery, CountBy, CustomerEdit, CustomerId, Desk,
    EmploymentStatus, Gender, MaritalStatus, Moment, NewBankAccount, NewCase, NewCaseType, NewCustomer,
    NewNextOfKin, NewNote, NewStage, PageRequest, Role, StageCategory, StreamId,
};

use crate::tell::Tell;

type Told<T = ()> = Result<T, Box<dyn Error>>;

/// The people who work here. The host knows who they are; casekit checks what they may do.
struct Staff {
    amara: Desk,
    ben: Desk,
    mona: Desk,
    ines: Desk,
}

pub(crate) fn run(kit: &CaseKit, tell: &mut Tell<'_>) -> Told {
    tell.part("Sit down at a desk: every call is somebody's")?;
    let amara = call!(tell, kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent)));
    let staff = Staff {
        amara,
        ben: kit.desk(Actor::new("ben", "Ben Adler").with_role(Role::Agent)),
        mona: kit.desk(Actor::new("mona", "Mona Haddad").with_role(Role::Manager)),
        ines: kit.desk(Actor::new("ines", "Inês Prata").with_role(Role::Auditor)),
    };
    tell.back("amara and ben are agents, mona is their manager, ines audits")?;

    configure(&staff, tell)?;
    let ada = customer(&staff, tell)?;
    let case = raise(&staff, ada, tell)?;
    work(&staff, case, tell)?;
    look(&staff, ada, tell)?;
    prove(&staff, case, tell)
}

fn configure(staff: &Staff, tell: &mut Tell<'_>) -> Told<CaseTypeId> {
    let Staff { amara, mona, .. } = staff;
    tell.part("Configure what cases are about")?;
    let types = call!(tell, amara.case_types()?);
    let names: Vec<&str> = types.iter().map(|one| one.name.as_str()).collect();
    tell.back(names.join(", "))?;
    if let Ok(refunds) = mona.case_type("Refunds") {
        tell.back("Refunds is there from an earlier run")?;
        return Ok(refunds.id);
    }
    let stages = vec![
        NewStage::new("New", StageCategory::Open),
        NewStage::new("With accounting", StageCategory::Active).shown_as("In progress"),
        NewStage::new("With the bank", StageCategory::Waiting).shown_as("In progress"),
        NewStage::new("Paid", StageCategory::Resolved),
    ];
    let refunds = call!(tell, mona.create_case_type(NewCaseType::new("Refunds").with_stages(stages))?);
    tell.back("Refunds, with four stages; the customer reads In progress for two of them")?;
    if let Err(refused) = call!(tell, amara.deactivate_case_type(refunds.id)) {
        tell.back(refused)?;
    }
    Ok(refunds.id)
}

fn customer(staff: &Staff, tell: &mut Tell<'_>) -> Told<CustomerId> {
    let Staff { amara, mona, .. } = staff;
    tell.part("Enter a customer")?;
    if let Ok(ada) = amara.find_customer("CRM-77") {
        tell.back(format_args!("{} is there from an earlier run", ada.name))?;
        return Ok(ada.id);
    }
    let account = NewBankAccount::numbered("GB33BUKB20201555555555");
    let profile = NewCustomer::named("Ada Obi")
        .with_reference("CRM-77")
        .with_gender(Gender::Female)
        .with_marital_status(MaritalStatus::Married)
        .with_next_of_kin(NewNextOfKin::named("Chidi Obi").with_relationship("husband"))
        .with_bank_account(account.at_bank("First Bank").with_account_name("Ada Obi"));
    let ada = call!(tell, amara.create_customer(profile)?);
    tell.back("Ada Obi: only what was given is stored")?;
    let news = CustomerEdit::new().employment_status(EmploymentStatus::SelfEmployed).phone("+234 1 555 0100");
    call!(tell, amara.update_customer(ada.id, news)?);
    for (who, desk) in [("amara", amara), ("mona", mona)] {
        let seen = desk.customer(ada.id)?;
        let accounts = seen.bank_accounts.iter().map(|one| one.number.as_deref().unwrap_or(&one.hint));
        tell.back(format_args!("{who} sees the account {}", accounts.collect::<Vec<_>>().join(", ")))?;
    }
    Ok(ada.id)
}

fn raise(staff: &Staff, ada: CustomerId, tell: &mut Tell<'_>) -> Told<casekit::CaseId> {
    let amara = &staff.amara;
    tell.part("Raise a case")?;
    let form = NewCase::new("Enquiry", " ").in_stage("Somewhere");
    for wrong in call!(tell, amara.validate_case(&form)?) {
        tell.back(wrong)?;
    }
    tell.back("every field at once, for a form; nothing was written")?;
    let case = call!(
        tell,
        amara.raise_case(
            NewCase::new("Enquiries", "Where is my refund?")
                .for_customer(ada)
                .described("Ordered in May, returned in June.")
        )?
    );
    tell.back(format_args!("raised {}", case.number))?;
    Ok(case.id)
}

fn work(staff: &Staff, case: casekit::CaseId, tell: &mut Tell<'_>) -> Told {
    let Staff { amara, ben, .. } = staff;
    tell.part("Work on it")?;
    call!(tell, amara.take_case(case)?);
    if let Err(refused) = call!(tell, ben.take_case(case)) {
        tell.back(refused)?;
    }
    let note = call!(tell, amara.add_note(case, "Called, no answer.")?);
    call!(tell, ben.reply(note.id, "Reached her at 14:10, sending the form.")?);
    call!(tell, amara.add_note(case, NewNote::for_customer("We have sent you the form."))?);
    for note in call!(tell, amara.thread(case, PageRequest::first())?).rows {
        let indent = "   ".repeat(note.depth as usize);
        tell.back(format_args!(
            "{indent}{}: {}",
            note.author,
            note.text.as_deref().unwrap_or("(retracted)")
        ))?;
    }
    call!(tell, amara.edit_case(case, CaseEdit::new().case_type("Refunds").stage("With the bank"))?);
    call!(tell, amara.edit_case(case, CaseEdit::new().title("Refund of order 4711").stage("Paid"))?);
    if let Err(refused) = call!(tell, amara.edit_case(case, CaseEdit::new().stage("New"))) {
        tell.back(refused)?;
    }
    call!(tell, amara.edit_case(case, CaseEdit::new().stage("New").because("The bank sent it back."))?);
    let seen = call!(tell, amara.case(case)?);
    tell.back(format_args!("{} is {} again, at revision {}", seen.number, seen.stage, seen.revision))?;
    Ok(())
}

fn look(staff: &Staff, ada: CustomerId, tell: &mut Tell<'_>) -> Told {
    let amara = &staff.amara;
    tell.part("Find things again")?;
    for row in call!(tell, amara.interactions(ada, PageRequest::first())?).rows {
        tell.back(format_args!("{}  {:<8} {:<8} {}", row.number, row.case_type, row.stage, row.title))?;
    }
    let fresh = CasesQuery { stages: vec!["New".into()], ..CasesQuery::default() };
    let page = call!(tell, amara.cases(&fresh, PageRequest::first().of(20))?);
    let more = page.next_request().map_or("no more after it", |_| "its `next` leads to more");
    tell.back(format_args!("{} on this page, {more}", page.rows.len()))?;
    let refunds = CasesQuery { case_types: vec!["Refunds".into()], ..CasesQuery::default() };
    for count in call!(tell, amara.counts(CountBy::Stage, &refunds)?) {
        let name = |text: Option<String>| text.unwrap_or_default();
        tell.back(format_args!("{} {}: {}", name(count.case_type), name(count.stage), count.count))?;
    }
    let hits = call!(tell, amara.search("reached 14", PageRequest::first())?).rows;
    if let Some(hit) = hits.first() {
        let what = if hit.note.is_some() { "a note on" } else { "the case" };
        tell.back(format_args!("{}, the newest of them {what} {}", found(hits.len()), hit.case.number))?;
    }
    let case = call!(tell, amara.find_case("c-1")?);
    tell.back(format_args!("{}: {}, {}", case.number, case.title, case.stage))?;
    Ok(())
}

fn prove(staff: &Staff, case: casekit::CaseId, tell: &mut Tell<'_>) -> Told {
    let ines = &staff.ines;
    tell.part("See who did what, and prove it")?;
    for entry in call!(tell, ines.history(StreamId::Case(case), PageRequest::first())?).rows {
        tell.back(format_args!("{:>2} {} {}", entry.revision, entry.actor, entry.text))?;
    }
    let raised = call!(tell, ines.case_at(case, Moment::Revision(1))?).summary.case;
    tell.back(format_args!("as it was raised: {}, {}", raised.title, raised.stage))?;
    let head = call!(tell, ines.audit_head()?);
    tell.back(format_args!("{}: keep it elsewhere", shortened(&head.digest)))?;
    let report = call!(tell, ines.verify(Some(&head))?);
    match report.broken {
        None => tell.back(format_args!(
            "{} events in {} streams, every one as it was written",
            report.events, report.streams
        ))?,
        Some(broken) => tell.back(format_args!("event {}: {}", broken.revision, broken.why))?,
    }
    Ok(())
}

fn found(hits: usize) -> String {
    if hits == 1 { "found once".into() } else { format!("found {hits} times") }
}

fn shortened(digest: &str) -> String {
    digest.chars().take(16).chain("…".chars()).collect()
}
