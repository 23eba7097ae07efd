//! What a new file starts with.

use super::{
    CaseTypeVersion, LongText, Name, Permission, ShortText, Stage, StageCategory, StageId, StageLabels, Step,
    StepDoer, StepId, StepKind, WorkflowId, WorkflowVersion,
};
use crate::rejection::FieldError;

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

/// A case type that ships: its name, what it is for, its labels and its first version.
pub struct ShippedCaseType {
    /// Its name.
    pub name: Name,
    /// What it is for.
    pub description: LongText,
    /// What its stages are called.
    pub labels: Vec<StageLabels>,
    /// Its stages, and its workflow if it has one.
    pub version: CaseTypeVersion,
}

/// The seven case types of DESIGN.md section 1; `data_request` is the workflow of the last.
pub fn shipped_case_types(data_request: WorkflowId) -> Result<Vec<ShippedCaseType>, FieldError> {
    let types = [
        ("Process update", "A change to how something is done, or news about it", None),
        ("Bug report", "Something that does not work as it should", None),
        ("Enquiries", "A question", None),
        ("Feature requests", "A wish for something new", None),
        ("Support", "Help with something that exists", None),
        ("Follow up", "Something to come back to", None),
        ("Data request", "A person asks for the data held about them", Some(data_request)),
    ];
    types
        .into_iter()
        .map(|(name, description, workflow)| shipped_case_type(name, description, workflow))
        .collect()
}

fn shipped_case_type(
    name: &str,
    description: &str,
    workflow: Option<WorkflowId>,
) -> Result<ShippedCaseType, FieldError> {
    let stages = [
        ("Open", StageCategory::Open),
        ("In Progress", StageCategory::Active),
        ("Resolved", StageCategory::Resolved),
        ("Closed", StageCategory::Closed),
    ];
    let label = |(label, _): &(&str, StageCategory)| {
        Ok(StageLabels {
            stage: StageId::suggested(label),
            label: ShortText::parse("label", label)?,
            customer_label: None,
        })
    };
    let stage = |(label, category): &(&str, StageCategory)| Stage {
        id: StageId::suggested(label),
        category: *category,
        enabled: true,
    };
    Ok(ShippedCaseType {
        name: Name::parse("name", name)?,
        description: LongText::parse("description", description)?,
        labels: stages.iter().map(label).collect::<Result<_, _>>()?,
        version: CaseTypeVersion {
            version: 1,
            stages: stages.iter().map(stage).collect(),
            moves: None,
            workflow,
        },
    })
}

/// The shipped workflows: "Data request", and its four-eyes variant in which who approved the data does not release.
pub fn shipped_workflows() -> Result<Vec<(Name, WorkflowVersion)>, FieldError> {
    let one =
        WorkflowVersion { version: 1, steps: data_request_steps(StepDoer::Holder, &[])?, sources: None };
    let four_eyes = WorkflowVersion {
        version: 1,
        steps: data_request_steps(StepDoer::Anyone, &["identification", "data_approval"])?,
        sources: None,
    };
    Ok(vec![
        (Name::parse("name", "Data request")?, one),
        (Name::parse("name", "Data request, four eyes")?, four_eyes),
    ])
}

fn data_request_steps(release_by: StepDoer, not_by_doers_of: &[&str]) -> Result<Vec<Step>, FieldError> {
    let id = |text: &str| StepId(text.to_owned());
    let step = |name: &str, label: &str, kind, requires: &[&str], permission| {
        Ok(Step {
            id: id(name),
            label: ShortText::parse("label", label)?,
            kind,
            requires: requires.iter().map(|text| id(text)).collect(),
            permission,
            doer: StepDoer::Holder,
            quorum: 1,
            excludes_raiser: false,
            excludes_doers_of: Vec::new(),
            denial_codes: DENIAL_CODES.map(str::to_owned).to_vec(),
        })
    };
    let release =
        step("release", "Release", StepKind::Release, &["data_approval"], Permission::ReleaseCases)?;
    Ok(vec![
        step("identification", "Identification", StepKind::Identification, &[], Permission::DecideSteps)?,
        step(
            "data_approval",
            "Data approval",
            StepKind::DataApproval,
            &["identification"],
            Permission::DecideSteps,
        )?,
        Step {
            doer: release_by,
            excludes_doers_of: not_by_doers_of.iter().map(|text| id(text)).collect(),
            denial_codes: Vec::new(),
            ..release
        },
    ])
}
