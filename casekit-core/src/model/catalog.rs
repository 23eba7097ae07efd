//! The definitions of a file, as one value.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::wording::folds_to;
use super::{
    CaseType, CaseTypeId, DefaultRedaction, FieldDefinition, FieldId, FieldOwner, Name, Progress, Settings,
    StageId, Tag, TagId, Team, TeamId, Wording, Workflow, WorkflowId, WorkflowVersion,
};
use crate::language::Language;
use crate::text::fold_name;

/// The settings, case types, workflows, teams and tags of a file. They are small and nearly every call reads them, so a store keeps
/// them in a cache.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Catalog {
    /// The settings; `None` only in a file that was never set up.
    pub settings: Option<Arc<Settings>>,
    /// Every case type, active or not, by its id.
    pub case_types: BTreeMap<CaseTypeId, Arc<CaseType>>,
    /// Every workflow, active or not, by its id.
    pub workflows: BTreeMap<WorkflowId, Arc<Workflow>>,
    /// Every team, active or not, by its id.
    pub teams: BTreeMap<TeamId, Arc<Team>>,
    /// Every tag, also those that were merged, by its id.
    pub tags: BTreeMap<TagId, Arc<Tag>>,
}

impl Catalog {
    /// Whether the organisation wants customers to be told the names of staff.
    pub(crate) fn names_staff(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| settings.name_staff)
    }

    /// What a field is, as the newest version says that has it; `None` if no version has.
    pub(crate) fn field(&self, owner: FieldOwner, id: &FieldId) -> Option<&FieldDefinition> {
        match owner {
            FieldOwner::CaseType(case_type) => self.case_types.get(&case_type)?.field(id),
            FieldOwner::Customers => self.settings.as_ref()?.customer_field(id),
        }
    }

    /// Whether cases of any type, or in any workflow, have something that depends on time.
    pub(crate) fn counts_time(&self) -> bool {
        let timed = |one: &Arc<CaseType>| !one.deadlines.is_empty() || !one.timed_moves.is_empty();
        self.case_types.values().any(timed) || self.workflows.values().any(|one| !one.deadlines.is_empty())
    }

    /// The case type that a caller means by a text: its id; else a name that somebody gave; else its shipped name,
    /// first in the caller's language and then in English; else the id under which it ships. Names are compared as
    /// names are everywhere, without case, width and outer space.
    #[must_use]
    pub fn find_case_type(&self, text: &str, language: &Language) -> Option<&Arc<CaseType>> {
        if let Ok(id) = text.parse::<CaseTypeId>() {
            return self.case_types.get(&id);
        }
        meant(self.case_types.values(), |case_type| &case_type.name, text, language)
    }

    /// The workflow that a caller means by a text, looked up in the same order as a case type.
    #[must_use]
    pub fn find_workflow(&self, text: &str, language: &Language) -> Option<&Arc<Workflow>> {
        if let Ok(id) = text.parse::<WorkflowId>() {
            return self.workflows.get(&id);
        }
        meant(self.workflows.values(), |workflow| &workflow.name, text, language)
    }

    /// The columns that the version of a workflow under which a case runs hides by default.
    pub(crate) fn default_redactions(&self, progress: &Progress) -> &[DefaultRedaction] {
        self.version_of(progress).map_or(&[], |version| version.redactions.as_slice())
    }

    /// The version of a workflow under which a case runs; `None` if the file does not have it.
    pub(crate) fn version_of(&self, progress: &Progress) -> Option<&WorkflowVersion> {
        let workflow = self.workflows.get(&progress.workflow)?;
        workflow.versions.iter().find(|version| version.version == progress.version)
    }

    /// The team that a caller means by a text: its id, or its name, compared as names are everywhere.
    #[must_use]
    pub fn find_team(&self, text: &str) -> Option<&Arc<Team>> {
        if let Ok(id) = text.parse::<TeamId>() {
            return self.teams.get(&id);
        }
        let wanted = fold_name(text);
        self.teams.values().find(|team| folds_to(team.name.as_str(), &wanted))
    }

    /// The names of the teams that pass a test, in their order.
    pub(crate) fn team_names(&self, shown: impl Fn(&Team) -> bool) -> Vec<String> {
        in_order(self.teams.values().filter(|one| shown(one)).map(|one| one.name.to_string()).collect())
    }

    /// The name of a team; its id if the file has no such team.
    #[must_use]
    pub fn team_name(&self, id: TeamId) -> String {
        self.teams.get(&id).map_or_else(|| id.to_string(), |team| team.name.to_string())
    }

    /// The tag that a caller means by a text: its id, or its name, compared as names are everywhere. It may be one that was
    /// merged: see [`tag_in_use`](Self::tag_in_use).
    #[must_use]
    pub fn find_tag(&self, text: &str) -> Option<&Arc<Tag>> {
        if let Ok(id) = text.parse::<TagId>() {
            return self.tags.get(&id);
        }
        self.find_named_tag(text)
    }

    /// The tag with this name, compared as names are everywhere.
    pub(crate) fn find_named_tag(&self, name: &str) -> Option<&Arc<Tag>> {
        let wanted = fold_name(name);
        self.tags.values().find(|tag| folds_to(tag.name.as_str(), &wanted))
    }

    /// The names of all tags in use, in their order.
    pub(crate) fn offered_tags(&self) -> Vec<String> {
        let in_use = self.tags.values().filter(|tag| tag.merged_into.is_none());
        in_order(in_use.map(|tag| tag.name.to_string()).collect())
    }

    /// The tag for which an id stands: the last of those into which it was merged, or itself. The id as it is if the file has
    /// no such tag.
    #[must_use]
    pub fn tag_in_use(&self, id: TagId) -> TagId {
        let mut last = id;
        // As often as there are tags: none is merged into itself by way of others, and a forged file must not hang.
        for _ in 0..self.tags.len() {
            match self.tags.get(&last).and_then(|tag| tag.merged_into) {
                Some(into) => last = into,
                None => break,
            }
        }
        last
    }

    /// The tags for which ids stand, each once.
    #[must_use]
    pub fn tags_in_use<'a>(&self, ids: impl IntoIterator<Item = &'a TagId>) -> BTreeSet<TagId> {
        ids.into_iter().map(|id| self.tag_in_use(*id)).collect()
    }

    /// The names of the tags in use for which ids stand, in their order.
    #[must_use]
    pub fn tag_names<'a>(&self, ids: impl IntoIterator<Item = &'a TagId>) -> Vec<String> {
        in_order(self.tags_in_use(ids).into_iter().map(|id| self.tag_name(id)).collect())
    }

    /// The names of tags, also of those that were merged, in their order.
    pub(crate) fn tag_names_as_given(&self, ids: &[TagId]) -> Vec<String> {
        in_order(ids.iter().map(|id| self.tag_name(*id)).collect())
    }

    /// The name of a tag, also of one that was merged; its id if the file has no such tag.
    #[must_use]
    pub fn tag_name(&self, id: TagId) -> String {
        self.tags.get(&id).map_or_else(|| id.to_string(), |tag| tag.name.to_string())
    }

    /// The names of the case types that pass a test, as staff see them and in their order.
    pub(crate) fn type_names(&self, language: &Language, shown: impl Fn(&CaseType) -> bool) -> Vec<String> {
        let shown = self.case_types.values().filter(|one| shown(one));
        in_order(shown.map(|one| one.name.said(language).into_owned()).collect())
    }

    /// The names of the workflows that pass a test, as staff see them and in their order.
    pub(crate) fn workflow_names(
        &self,
        language: &Language,
        shown: impl Fn(&Workflow) -> bool,
    ) -> Vec<String> {
        let shown = self.workflows.values().filter(|one| shown(one));
        in_order(shown.map(|one| one.name.said(language).into_owned()).collect())
    }

    /// The name of a case type as staff see it; its id if the file has no such type.
    #[must_use]
    pub fn type_name(&self, id: CaseTypeId, language: &Language) -> String {
        let found = self.case_types.get(&id);
        found.map_or_else(|| id.to_string(), |case_type| case_type.name.said(language).into_owned())
    }

    /// The same for a customer: stages and resolutions are called what they are called for customers, in whatever is said of
    /// them, and there are no teams and no tags, which are how staff divide their work.
    #[must_use]
    pub fn for_customers(&self) -> Cow<'_, Self> {
        let has_own = |case_type: &CaseType| {
            let mut resolutions = case_type.versions.iter().flat_map(|version| &version.resolutions);
            case_type.labels.iter().any(|one| one.customer_label.is_some())
                || resolutions.any(|one| one.customer_label.is_some())
        };
        if self.teams.is_empty()
            && self.tags.is_empty()
            && !self.case_types.values().any(|case_type| has_own(case_type))
        {
            return Cow::Borrowed(self);
        }
        let mut own = Self { teams: BTreeMap::new(), tags: BTreeMap::new(), ..Self::clone(self) };
        for case_type in own.case_types.values_mut().filter(|case_type| has_own(case_type)) {
            let case_type = Arc::make_mut(case_type);
            for one in &mut case_type.labels {
                if let Some(label) = &one.customer_label {
                    one.label = Wording::Given(label.clone());
                }
            }
            for one in case_type.versions.iter_mut().flat_map(|version| &mut version.resolutions) {
                if let Some(label) = &one.customer_label {
                    one.label = Wording::Given(label.clone());
                }
            }
        }
        Cow::Owned(own)
    }

    /// The same, where no field of a case needs a value.
    #[must_use]
    pub(crate) fn with_nothing_required(self: &Arc<Self>) -> Arc<Self> {
        let is_needed = |field: &FieldDefinition| field.required || !field.required_at.is_empty();
        let needs = |one: &CaseType| one.versions.iter().flat_map(|version| &version.fields).any(is_needed);
        if !self.case_types.values().any(|one| needs(one)) {
            return Arc::clone(self);
        }
        let mut own = Self::clone(self);
        for case_type in own.case_types.values_mut().filter(|one| needs(one)) {
            let versions = Arc::make_mut(case_type).versions.iter_mut();
            for field in versions.flat_map(|version| &mut version.fields) {
                (field.required, field.required_at) = (false, Vec::new());
            }
        }
        Arc::new(own)
    }

    /// The label of a stage of a type as staff see it; the stage's id if the file has no such type.
    #[must_use]
    pub fn stage_label(&self, id: CaseTypeId, stage: &StageId, language: &Language) -> String {
        let found = self.case_types.get(&id);
        found.map_or_else(|| stage.to_string(), |case_type| case_type.label(stage, language).into_owned())
    }
}

fn in_order(mut names: Vec<String>) -> Vec<String> {
    names.sort_by_cached_key(|name| fold_name(name));
    names
}

/// Finds a definition by its name. A name that somebody gave is preferred to a shipped one: otherwise loading another
/// language could take away a name that works.
fn meant<'a, T>(
    all: impl Iterator<Item = &'a Arc<T>> + Clone,
    name: impl Fn(&T) -> &Wording<Name>,
    text: &str,
    language: &Language,
) -> Option<&'a Arc<T>> {
    let wanted = fold_name(text);
    let given = |one: &&Arc<T>| name(one).given().is_some_and(|given| folds_to(given.as_str(), &wanted));
    let said = |language: &Language| all.clone().find(|one| name(one).is_said(&wanted, language));
    all.clone()
        .find(given)
        .or_else(|| said(language))
        .or_else(|| said(Language::english()))
        .or_else(|| all.clone().find(|one| name(one).shipped_id() == Some(wanted.as_str())))
}
