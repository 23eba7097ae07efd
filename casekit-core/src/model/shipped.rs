//! The case types and workflows that a new file starts with.

use super::{
    CaseTypeVersion, LongText, Name, Permission, Resolution, ResolvedBy, Stage, StageCategory, StageId,
    StageLabels, Step, StepDoer, StepId, StepKind, Wording, WorkflowId, WorkflowVersion,
};

/// The codes with which a request can be denied.
///
/// From the Data Rights Protocol 0.9.4, and GDPR articles 12(5), 15(4) and recital 63.
pub(super) const DENIAL_CODES: [&str; 11] = [
    "suspected_fraud",
    "insufficient_verification",
    "no_match",
    "claim_not_covered",
    "outside_jurisdiction",
    "too_many_requests",
    "manifestly_unfounded",
    "excessive",
    "third_party_rights",
    "legal_privilege",
    "other",
];

/// A case type that ships with the library.
#[derive(Clone, Debug)]
pub struct ShippedCaseType {
    /// The key of its name.
    pub name: Wording<Name>,
    /// The key of the text that says what it is for.
    pub description: Wording<LongText>,
    /// The labels of its stages.
    pub labels: Vec<StageLabels>,
    /// Its first version: its stages, and its workflow if it has one.
    pub version: CaseTypeVersion,
}

/// The ids of the seven case types of docs/design.md section 1. Every language has a name and a description for each.
const CASE_TYPES: [&str; 7] =
    ["process_update", "bug_report", "enquiries", "feature_requests", "support", "follow_up", "data_request"];

/// The case types that ship. `data_request` is the id of the workflow that the case type of that name starts.
#[must_use]
pub fn shipped_case_types(data_request: WorkflowId) -> Vec<ShippedCaseType> {
    CASE_TYPES.map(|id| shipped_case_type(id, (id == "data_request").then_some(data_request))).into()
}

fn shipped_case_type(id: &str, workflow: Option<WorkflowId>) -> ShippedCaseType {
    let (stages, labels) = usual_stages();
    ShippedCaseType {
        name: Wording::shipped("case_type", id),
        description: Wording::Word(format!("case_type.{id}.description").into()),
        labels,
        version: CaseTypeVersion {
            version: 1,
            stages,
            moves: None,
            workflow,
            resolutions: usual_resolutions(),
            fields: Vec::new(),
        },
    }
}

/// The stages that ship. A new type whose creator names no stages gets them too.
pub(crate) fn usual_stages() -> (Vec<Stage>, Vec<StageLabels>) {
    let stages = [
        ("open", StageCategory::Open),
        ("in_progress", StageCategory::Active),
        ("resolved", StageCategory::Resolved),
        ("closed", StageCategory::Closed),
    ];
    let stage = |(id, category)| Stage {
        id: StageId::suggested(id),
        category,
        enabled: true,
        needs_resolution: false,
    };
    let label = |(id, _)| StageLabels {
        stage: StageId::suggested(id),
        label: Wording::shipped("stage", id),
        customer_label: None,
    };
    (stages.map(stage).into(), stages.map(label).into())
}

/// The resolutions that ship. A new type whose creator names none gets them too.
pub(crate) fn usual_resolutions() -> Vec<Resolution> {
    vec![
        Resolution::shipped("done", ResolvedBy::Anyone, false),
        Resolution::shipped("withdrawn", ResolvedBy::Person, false),
        Resolution::shipped("cancelled", ResolvedBy::Staff, true),
        Resolution::shipped("duplicate", ResolvedBy::Staff, false),
        Resolution::shipped("no_answer", ResolvedBy::Staff, false),
    ]
}

/// The workflows that ship: "Data request", and its four-eyes variant, in which people who identified the requester or
/// approved the data cannot release.
#[must_use]
pub fn shipped_workflows() -> Vec<(Wording<Name>, WorkflowVersion)> {
    let one = WorkflowVersion {
        version: 1,
        steps: data_request_steps(StepDoer::Holder, &[]),
        sources: None,
        redactions: Vec::new(),
    };
    let four_eyes = WorkflowVersion {
        version: 1,
        steps: data_request_steps(StepDoer::Anyone, &["identification", "data_approval"]),
        sources: None,
        redactions: Vec::new(),
    };
    vec![
        (Wording::shipped("workflow", "data_request"), one),
        (Wording::shipped("workflow", "data_request_four_eyes"), four_eyes),
    ]
}

fn data_request_steps(release_by: StepDoer, not_by_doers_of: &[&str]) -> Vec<Step> {
    let id = |text: &str| StepId(text.to_owned());
    let step = |name: &str, kind, requires: &[&str], permission| Step {
        id: id(name),
        label: Wording::shipped("step", name),
        kind,
        requires: requires.iter().map(|text| id(text)).collect(),
        permission,
        doer: StepDoer::Holder,
        quorum: 1,
        excludes_raiser: false,
        excludes_doers_of: Vec::new(),
        denial_codes: DENIAL_CODES.map(str::to_owned).to_vec(),
        material: Vec::new(),
        methods: Vec::new(),
    };
    let release = step("release", StepKind::Release, &["data_approval"], Permission::ReleaseCases);
    vec![
        step("identification", StepKind::Identification, &[], Permission::DecideSteps),
        step("data_approval", StepKind::DataApproval, &["identification"], Permission::DecideSteps),
        Step {
            doer: release_by,
            excludes_doers_of: not_by_doers_of.iter().map(|text| id(text)).collect(),
            denial_codes: Vec::new(),
            ..release
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Argument, Language};

    #[test]
    fn what_ships_has_a_word_in_every_language() {
        let mut keys: Vec<Argument> = Vec::new();
        for one in shipped_case_types(WorkflowId(uuid::Uuid::nil())) {
            keys.extend([one.name.argument(), one.description.argument()]);
            keys.extend(one.labels.iter().map(|labels| labels.label.argument()));
            keys.extend(one.version.resolutions.iter().map(|resolution| resolution.label.argument()));
        }
        for (name, version) in shipped_workflows() {
            keys.push(name.argument());
            keys.extend(version.steps.iter().map(|step| step.label.argument()));
        }
        keys.extend(DENIAL_CODES.map(|code| Argument::word("denial", code)));
        for key in keys {
            let Argument::Word(key) = key else { panic!("{key:?} is stored as text") };
            assert!(Language::keys().iter().any(|known| *known == key), "{key}");
        }
    }
}
