//! Sentences for case types.

use super::{Said, change, text};
use crate::event::CaseTypeFact;
use crate::model::StageLabels;

pub(super) fn words(fact: &CaseTypeFact) -> Said {
    match fact {
        CaseTypeFact::CaseTypeCreated { name, .. } => (format!("created the case type {name}"), Vec::new()),
        CaseTypeFact::CaseTypeRenamed { from, to } => (
            format!("renamed it from {from} to {to}"),
            vec![change("name", Some(from.to_string()), Some(to.to_string()))],
        ),
        CaseTypeFact::CaseTypeDescribed { from, to } => (
            "changed the description".into(),
            vec![change("description", text(from.as_ref()), text(to.as_ref()))],
        ),
        CaseTypeFact::StagesLabelled { from, to } => (
            "changed what stages are called".into(),
            vec![change("stages", Some(labels(from)), Some(labels(to)))],
        ),
        CaseTypeFact::CaseTypeVersioned { version } => {
            (format!("made version {}", version.version), Vec::new())
        }
        CaseTypeFact::CaseTypeActivated => ("took it into use".into(), Vec::new()),
        CaseTypeFact::CaseTypeDeactivated => ("took it out of use".into(), Vec::new()),
    }
}

fn labels(all: &[StageLabels]) -> String {
    all.iter().map(|labels| labels.label.as_str()).collect::<Vec<_>>().join(", ")
}
