//! A case in any class of state is said to have been what it was, whatever happened since.

use casekit::{CaseEdit, CaseTypeEdit, CustomerEdit, Role, SettingsEdit, WebformTarget};

use super::states::STATES;
use crate::at::Seen;

#[test]
fn every_class_of_state_is_shown_as_it_was() {
    for state in STATES {
        let scene = (state.build)();
        let (root, case) = (scene.bureau.desk("root", Role::Administrator), scene.case);
        let store = scene.bureau.engine.store().as_ref();
        let mut seen = Seen::default();
        seen.look(&root, store);
        let view = root.case(case).unwrap();
        root.edit_case(case, CaseEdit::new().title("Another title").description("another text")).unwrap();
        root.add_note(case, "another note").unwrap();
        root.edit_case_type(view.case_type_id, CaseTypeEdit::new().name("Another name")).unwrap();
        if let Some(customer) = view.customer {
            let name = Some("Another person".to_owned());
            root.update_customer(customer, CustomerEdit { name, ..CustomerEdit::default() }).unwrap();
        }
        let webform = Some(WebformTarget::Host { name: "another".into() });
        root.change_settings(SettingsEdit { webform, ..SettingsEdit::default() }).unwrap();
        for workflow in root.workflows().unwrap() {
            root.edit_workflow(
                workflow.id,
                casekit::WorkflowEdit::new().name(format!("Other {}", workflow.name)),
            )
            .unwrap();
        }
        seen.look(&root, store);
        assert!(seen.count() >= 2, "{}", state.name);
        seen.is_said_later(&root, store);
    }
}
