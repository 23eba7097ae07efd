//! Building a package: the tables without what is hidden, and who decided what.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::broken::Broken;
use super::collect::guarded;
use super::{Engine, Lost};
use crate::commit::{Digest, hex};
use crate::decide::fields::shown;
use crate::history::Names;
use crate::language::{Language, Message};
use crate::model::{
    ActorId, BlobId, Case, Catalog, Credential, DataApproval, FieldDefinition, LeftOut, LetterBlock,
    NoDataFinding, Outcome, PackageRef, Progress, Redaction, Release, Role, Settings, StepKind, letter_for,
    limits,
};
use crate::release::delivery::outcome_of;
use crate::release::digest::data_digest;
use crate::release::still_approved::{content_changed, still_approved};
use crate::release::{
    Decided, Fault, GivenCredential, LeftOutSource, LetterPart, PackageContent, PackageTable, ShownField,
};
use crate::store::{LoadPlan, PeopleQuery};

impl Engine {
    /// Builds the package and stores its bytes. Refuses if its content is not what was approved.
    pub(super) fn build(
        &self,
        case: &Case,
        progress: &Progress,
        release: &Release,
        catalog: &Catalog,
    ) -> Result<PackageRef, Broken> {
        let Some(builder) = &self.services.builder else {
            return Err(no_package_builder().into());
        };
        still_approved(case, progress, release)?;
        let approved = progress.data_approval().filter(|_| progress.denial.is_none());
        let tables = match approved {
            Some(DataApproval::Data { snapshot, redactions, digest, .. }) => {
                let tables = self.tables(case, progress, *snapshot, redactions)?;
                // Of the very tables that are put into the package.
                if data_digest(&progress.salt, &tables) != *digest {
                    return Err(content_changed().into());
                }
                tables
            }
            Some(DataApproval::NoData { .. }) | None => Vec::new(),
        };
        let names = self.names_for_package(progress, release, catalog)?;
        let mut content = content(case, progress, release, (catalog, &names), tables, self.language());
        if is_identified(progress) {
            self.add_what_was_shown(&mut content, case, progress, catalog)?;
        }
        let bytes = guarded(|| builder.build(&content, limits::SNAPSHOT_BYTES))?;
        let digest: Digest = Sha256::digest(&bytes).into();
        // Written before the milestone that refers to it. If another build is recorded first, the sweep removes this
        // blob.
        let blob = BlobId(self.fresh_id(self.now()?));
        self.write_blob(blob, &bytes)?;
        Ok(PackageRef { blob: Some(blob), sha256: hex(&digest), size: bytes.len() as u64 })
    }

    /// Adds what only the person may have: the texts of the case, the notes that its customer can see, and which credentials
    /// were right. All of it the customer could see before, as `docs/adr/0036-what-a-package-has-besides.md` says.
    fn add_what_was_shown(
        &self,
        content: &mut PackageContent,
        case: &Case,
        progress: &Progress,
        catalog: &Catalog,
    ) -> Result<(), Broken> {
        let plan = LoadPlan { customers: case.customer.into_iter().collect(), ..LoadPlan::default() };
        let customers = self.store.load(&plan)?.customers;
        let name = customers.first().map(|one| one.profile.name.as_str());
        content.title = Some(case.title.to_string());
        content.description = case.description.as_ref().map(ToString::to_string);
        content.fields = fields_for_customer(case, catalog, self.language());
        content.notes = self.customer_notes(case, name, catalog.names_staff(), self.language())?;
        for (place, one) in (0..).zip(&mut content.credentials) {
            one.checked = progress.approvals.iter().any(|approval| approval.credentials.contains(&place));
        }
        Ok(())
    }

    /// The names of those who decided, if the organisation wants customers to be told them.
    fn names_for_package(
        &self,
        progress: &Progress,
        release: &Release,
        catalog: &Catalog,
    ) -> Result<Names, Broken> {
        if !catalog.names_staff() {
            return Ok(Names::default());
        }
        let decided = progress.approvals.iter().map(|one| &one.by);
        let denied = progress.denial.as_ref().map(|denial| &denial.by);
        let ids: Vec<ActorId> = decided.chain(denied).chain(std::iter::once(release.by())).cloned().collect();
        let rows = self.store.people(&PeopleQuery::Those(ids))?;
        Ok(rows.into_iter().map(|row| (row.actor, row.name, row.shared)).collect())
    }

    /// The tables as they are sent. Each chunk is checked against the digest that was taken when it was frozen.
    fn tables(
        &self,
        case: &Case,
        progress: &Progress,
        approved: BlobId,
        redactions: &[Redaction],
    ) -> Result<Vec<PackageTable>, Broken> {
        let missing = || {
            let hint = Message::new("hint.snapshot_missing");
            Fault::data("snapshot_missing", hint)
        };
        let found = progress.snapshot.as_ref().filter(|snapshot| snapshot.id == approved);
        let frozen = self.open_snapshot(case, found.ok_or_else(missing)?);
        frozen.and_then(|frozen| frozen.shown(redactions)).map_err(|lost| match lost {
            Lost::Gone => missing().into(),
            // Nobody who works on the case can fix it: the file was damaged, or altered past the library.
            Lost::Damaged => {
                Fault::permanent("snapshot_altered", Message::new("hint.snapshot_altered")).into()
            }
            Lost::Unread(error) => error.into(),
        })
    }
}

fn content(
    case: &Case,
    progress: &Progress,
    release: &Release,
    (catalog, names): (&Catalog, &Names),
    tables: Vec<PackageTable>,
    language: &Arc<Language>,
) -> PackageContent {
    let settings = catalog.settings.as_ref();
    let label = |id: &crate::model::StepId| {
        progress.step(id.as_str()).map_or_else(|| id.to_string(), |step| step.called(language))
    };
    // A package goes to a customer: it says in which role somebody decided, and not who it was.
    let role = |id: &crate::model::StepId| {
        let permission = progress.step(id.as_str()).map(|step| step.permission);
        permission.and_then(Role::least_with).map_or_else(String::new, |role| role.code().to_owned())
    };
    let decided = |step, by: &ActorId, at, what: &str| Decided {
        step: label(step),
        role: role(step),
        by: names.of(by.as_str()),
        at,
        what: what.to_owned(),
    };
    let approvals = progress.approvals.iter().map(|one| decided(&one.step, &one.by, one.at, "approved"));
    let denial = progress.denial.as_ref();
    let last = match denial {
        Some(denial) => decided(&denial.step, &denial.by, denial.at, "denied"),
        None => decided(&release.step, release.by(), release.requested_at(), "released"),
    };
    let workflow = catalog.workflows.get(&progress.workflow);
    PackageContent {
        key: release.key().to_owned(),
        case_number: case.number.to_string(),
        organisation: settings.and_then(|settings| settings.organisation.as_ref()).map(ToString::to_string),
        support_email: settings.and_then(|settings| settings.support_email.as_ref()).map(ToString::to_string),
        requester: case.request.as_ref().map(|request| request.requester.to_string()),
        request_ref: case.request.as_ref().map(|request| request.reference.to_string()),
        reply_to: case.request.as_ref().and_then(|one| one.reply_to.as_ref()).map(ToString::to_string),
        credentials: case.request.iter().flat_map(|request| &request.credentials).map(given).collect(),
        title: None,
        description: None,
        fields: Vec::new(),
        notes: Vec::new(),
        letter: settings.map(|one| letter(one, &outcome_of(progress), language)).unwrap_or_default(),
        received_at: case.request.as_ref().map_or(case.raised_at, |request| request.received_at),
        released_at: release.requested_at(),
        workflow: workflow.map(|workflow| workflow.name.said(language).into_owned()).unwrap_or_default(),
        workflow_version: progress.version,
        decisions: approvals.chain(std::iter::once(last)).collect(),
        outcome: outcome_of(progress),
        no_data: no_data_of(progress).map(|(finding, _)| finding),
        no_data_reason: no_data_of(progress).and_then(|(_, reason)| reason),
        denial_reason: denial.map(|denial| denial.customer_reason.to_string()),
        content_digest: release.digest.clone(),
        tables,
        left_out: match denial {
            Some(_) => Vec::new(),
            None => progress.left_out.iter().map(left_out).collect(),
        },
        language: Arc::clone(language),
    }
}

/// The values of the fields that are for customers, and not sensitive.
fn fields_for_customer(case: &Case, catalog: &Catalog, language: &Language) -> Vec<ShownField> {
    let case_type = catalog.case_types.get(&case.case_type);
    let version = case_type.and_then(|found| found.version(case.type_version));
    let fields = version.into_iter().flat_map(|version| shown(&version.fields, &case.fields));
    let one = |field: &FieldDefinition| {
        let kept = case.fields.get(&field.id).filter(|kept| field.for_customer && !kept.sensitive)?;
        Some(ShownField {
            label: field.label.said(language).to_owned(),
            value: kept.value.said(Some(field), language),
        })
    };
    fields.filter_map(one).collect()
}

fn left_out(one: &LeftOut) -> LeftOutSource {
    LeftOutSource { source: one.source.clone(), reason: one.reason.to_string() }
}

/// What the organisation says in an answer with this outcome.
fn letter(settings: &Settings, outcome: &Outcome, language: &Language) -> Vec<LetterPart> {
    let part = |block: &LetterBlock| LetterPart {
        kind: block.kind,
        heading: block.heading.clone().unwrap_or_else(|| language.word_of("letter_block", block.kind.code())),
        text: block.text.clone(),
    };
    letter_for(&settings.letter, outcome.kind(), language.tag()).into_iter().map(part).collect()
}

fn given(credential: &Credential) -> GivenCredential {
    GivenCredential { kind: credential.kind.to_string(), checked: false }
}

/// Whether whoever asked is known to be the person whom the case is about: every identification of the workflow is done.
fn is_identified(progress: &Progress) -> bool {
    let mut steps = progress.steps.iter().filter(|step| step.kind == StepKind::Identification);
    steps.all(|step| progress.is_done(step))
}

/// What an answer without data rests on, and why; `None` for any other answer.
fn no_data_of(progress: &Progress) -> Option<(NoDataFinding, Option<String>)> {
    match progress.data_approval().filter(|_| progress.denial.is_none())? {
        DataApproval::NoData { finding, reason } => {
            Some((*finding, reason.as_ref().map(ToString::to_string)))
        }
        DataApproval::Data { .. } => None,
    }
}

/// What fails where nothing can make a package.
pub(crate) fn no_package_builder() -> Fault {
    Fault::permanent("no_package_builder", Message::new("hint.no_package_builder"))
}
