//! The shortest program for a data request, with the application's own source and delivery:
//! `cargo run --release --example data_request`.

use casekit::{
    Actor, ColumnKind, DataColumn, DataSource, DataTable, DataValue, Delivered, Delivery, Fault,
    NewRedaction, NewRequest, OpenOptions, Outgoing, OutgoingKind, ReleaseReport, Role, SettingsEdit,
    SourceQuestion, WebformTarget,
};

/// Finds a person's orders. A real source would ask a database or a service.
struct Shop;

impl DataSource for Shop {
    fn collect(&self, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        let column = |name: &str| DataColumn { name: name.into(), kind: ColumnKind::Text };
        let row = ["4711", "Reading lamp", "asks a lot"].map(|cell| DataValue::Text(cell.into()));
        println!("the shop is asked about {}", question.requester);
        Ok(vec![DataTable {
            name: "orders".into(),
            columns: vec![column("number"), column("article"), column("remark")],
            rows: vec![row.to_vec()],
        }])
    }
}

/// Receives answers. A real delivery would send them, and see by the key whether it has sent one before.
struct Mailbox;

impl Delivery for Mailbox {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        let OutgoingKind::Package { file_name, bytes, .. } = &outgoing.kind else {
            return Err(Fault::cannot_carry(outgoing.kind.code()));
        };
        let (to, size, key) = (&outgoing.reply_to, bytes.len(), &outgoing.key);
        println!("{file_name} for {to}: {size} bytes, key {key}");
        Ok(Delivered { receipt: Some("in the mailbox".into()) })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let kit = OpenOptions::new()
        .source("shop", Shop)
        .delivery("mailbox", Mailbox)
        .open(folder.path().join("cases.db"))?;
    let ivo = kit.desk(Actor::new("ivo", "Ivo Marek").with_role(Role::ItAdministrator));
    ivo.change_settings(SettingsEdit::new().webform(WebformTarget::Host { name: "mailbox".into() }))?;

    let petra = kit.desk(Actor::new("petra", "Petra Lind").with_role(Role::Approver));
    let request = NewRequest::new("WEB-1", "Ada Obi").reply_to("ada@example.org");
    // Only a repeated request whose case the actor may not see has no id.
    let case = petra.receive_request(request)?.id.ok_or("the request arrived before")?;
    let number = petra.case(case)?.number;
    println!("{number} arrived; {} pending", petra.my_pending_count()?);

    petra.take_case(case)?;
    petra.approve_identification(case, "video call", &["passport"])?;
    let snapshot = petra.prepare_data(case)?.id.ok_or("a source failed")?;
    let hide = NewRedaction::new("shop", "orders", "remark", "opinions of our staff");
    petra.approve_data(case, snapshot, vec![hide])?;
    if let ReleaseReport::Delivered { receipt } = petra.release(case)? {
        println!("delivered: {}", receipt.unwrap_or_default());
    }
    println!("{number}: {}", petra.case(case)?.stage);
    Ok(())
}
