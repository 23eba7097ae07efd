//! Tags of cases: giving them, taking them off, renaming and merging them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Command, Context, Decision, Subject, id_within};
use crate::command::TagsEdit;
use crate::commit::{Claim, ClaimKind};
use crate::event::{CaseFact, Fact, Personal, TagFact};
use crate::model::{CaseId, Name, Permission, State, StreamId, Tag, TagId, limits};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};
use crate::store::LoadPlan;
use crate::text::fold_name;

/// Gives a case tags, and takes tags off it, in one commit. A tag that there is not yet is made by it.
#[derive(Serialize)]
pub(crate) struct TagCase {
    pub(crate) case: CaseId,
    pub(crate) edit: TagsEdit,
}

impl Command for TagCase {
    fn action(&self) -> &'static str {
        "tag_case"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCases, self.action())?;
        let case = context.case(self.case)?;
        context.beyond_one_customer(self.action())?;
        let mut fields = Fields::default();
        let given = GivenTags::parse(&mut fields, "add", &self.edit.add, context);
        let taken = taken_off(&mut fields, &self.edit.remove, context);
        if given.known.iter().any(|tag| taken.contains(tag)) {
            fields.add("remove", FieldRule::DoesNotFit { why: "given_and_taken_away".into() });
        }
        let catalog = &context.loaded.catalog;
        let has = catalog.tags_in_use(&case.tags);
        let kept = has.union(&given.known).filter(|tag| !taken.contains(tag)).count();
        if kept + given.new.len() > limits::TAGS {
            fields.add("add", FieldRule::TooMany { limit: limits::TAGS as u64 });
        }
        fields.finish(Some(()))?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        // What the case has may be merged meanwhile, and then other tags would have to go or stay.
        for tag in has.union(&given.known).filter_map(|id| catalog.tags.get(id)) {
            decision.relies_on(StreamId::Tag(tag.id), tag.revision);
        }
        let gone = |tag: &&TagId| taken.contains(&catalog.tag_in_use(**tag));
        let removed: Vec<TagId> = case.tags.iter().filter(gone).copied().collect();
        let given = GivenTags { known: given.known.difference(&has).copied().collect(), ..given };
        let made = given.made(context, self.action())?;
        let added = given.ids(&made);
        if !added.is_empty() || !removed.is_empty() {
            let fact = CaseFact::TagsChanged { added, removed };
            decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
        }
        make(&mut decision, context, made);
        Ok(decision)
    }
}

/// Tags that a case is to get: those that there are, each one in use, and the names of those that there are not.
#[derive(Clone, Debug, Default)]
pub(super) struct GivenTags {
    known: BTreeSet<TagId>,
    new: Vec<Name>,
}

/// A tag that a decision makes.
type Made = (TagId, Name);

impl GivenTags {
    /// Finds the tags that a caller named, by name or id. A name that no tag has is that of a new one.
    pub(super) fn parse(fields: &mut Fields, list: &str, texts: &[String], context: &Context<'_>) -> Self {
        let mut given = Self::default();
        if texts.len() > limits::TAGS {
            fields.add(list, FieldRule::TooMany { limit: limits::TAGS as u64 });
            return given;
        }
        let (catalog, mut seen) = (&context.loaded.catalog, BTreeSet::new());
        for (place, text) in texts.iter().enumerate() {
            let field = format!("{list}[{place}]");
            if let Some(tag) = catalog.find_tag(text) {
                given.known.insert(catalog.tag_in_use(tag.id));
            } else if text.parse::<TagId>().is_ok() {
                fields.add(field, FieldRule::unknown_id());
            } else if let Some(name) = fields.take(Name::parse(&field, text))
                && seen.insert(fold_name(name.as_str()))
            {
                given.new.push(name);
            }
        }
        given
    }

    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty() && self.new.is_empty()
    }

    /// The new tags, with the ids that they get. Refused if the file would have too many.
    fn made(&self, context: &Context<'_>, action: &str) -> Result<Vec<Made>, Rejection> {
        /// Where the numbers of new tags begin: far above those of what else is made together with a case.
        const FIRST: u128 = 1 << 20;
        if !self.new.is_empty() && context.loaded.catalog.tags.len() + self.new.len() > limits::DEFINITIONS {
            let limit = limits::DEFINITIONS as u64;
            return Err(Rejection::blocked(action, Blocker::LimitReached { limit }));
        }
        let ids = (FIRST..).map(|number| TagId(id_within(context.fresh, number)));
        Ok(ids.zip(self.new.iter().cloned()).collect())
    }

    fn ids(&self, made: &[Made]) -> Vec<TagId> {
        self.known.iter().copied().chain(made.iter().map(|(id, _)| *id)).collect()
    }

    /// What a case that is raised gets. Adds what the decision relies on and the new tags, whose drafts have to come after that
    /// of the case; `None` if it gets none.
    pub(super) fn of_new(
        &self,
        decision: &mut Decision,
        context: &Context<'_>,
        action: &str,
    ) -> Result<Option<CaseFact>, Rejection> {
        if self.is_empty() {
            return Ok(None);
        }
        for tag in self.known.iter().filter_map(|id| context.loaded.catalog.tags.get(id)) {
            decision.relies_on(StreamId::Tag(tag.id), tag.revision);
        }
        let made = self.made(context, action)?;
        let added = self.ids(&made);
        make(decision, context, made);
        Ok(Some(CaseFact::TagsChanged { added, removed: Vec::new() }))
    }
}

/// Makes new tags. If somebody else makes one with the same name first, the commit is stale and is decided again: then there
/// is one.
fn make(decision: &mut Decision, context: &Context<'_>, made: Vec<Made>) {
    for (id, name) in made {
        decision.makes(StreamId::Tag(id));
        decision.claims(name_claim(&name));
        let fact = Fact::Tag(id, TagFact::TagCreated { name });
        decision.drafts.push(context.draft(fact, Personal::default()));
    }
}

/// The tags in use that a caller wants off a case.
fn taken_off(fields: &mut Fields, texts: &[String], context: &Context<'_>) -> BTreeSet<TagId> {
    if texts.len() > limits::TAGS {
        fields.add("remove", FieldRule::TooMany { limit: limits::TAGS as u64 });
        return BTreeSet::new();
    }
    let catalog = &context.loaded.catalog;
    let mut taken = BTreeSet::new();
    for (place, text) in texts.iter().enumerate() {
        match catalog.find_tag(text) {
            Some(tag) => _ = taken.insert(catalog.tag_in_use(tag.id)),
            None => fields.add(format!("remove[{place}]"), FieldRule::unknown(text, catalog.offered_tags())),
        }
    }
    taken
}

/// Gives a tag another name, on every case that has it.
#[derive(Serialize)]
pub(crate) struct RenameTag {
    pub(crate) tag: TagId,
    pub(crate) name: String,
}

impl Command for RenameTag {
    fn action(&self) -> &'static str {
        "rename_tag"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.configures_tags(self.action())?;
        let catalog = &context.loaded.catalog;
        let tag = context.tag(self.tag)?;
        let mut fields = Fields::default();
        in_use(&mut fields, "tag", tag);
        let name = fields.take(Name::parse("name", &self.name));
        let other = catalog.find_named_tag(&self.name).filter(|other| other.id != tag.id);
        if other.is_some_and(|other| catalog.tag_in_use(other.id) != tag.id) {
            fields.add("name", FieldRule::DoesNotFit { why: "name_of_another_tag".into() });
        }
        let name = fields.finish(name)?;
        let mut decision = Decision::default();
        decision.builds_on(State::Tag(tag.clone()));
        if name == tag.name {
            return Ok(decision);
        }
        let renamed = |id: TagId, from: &Name, to: &Name| {
            let fact = TagFact::TagRenamed { from: from.clone(), to: to.clone() };
            context.draft(Fact::Tag(id, fact), Personal::default())
        };
        decision.drafts.push(renamed(tag.id, &tag.name, &name));
        match other {
            // It is the name of one that was merged into this. The two change names, so that both go on leading here.
            Some(other) => {
                decision.builds_on(State::Tag(other.as_ref().clone()));
                decision.drafts.push(renamed(other.id, &other.name, &tag.name));
            }
            // Written in another letter case, it is still the tag's own.
            None if name_claim(&name) != name_claim(&tag.name) => decision.claims(name_claim(&name)),
            None => {}
        }
        Ok(decision)
    }
}

/// Merges a tag into another one: whatever case has it has the other one from then on.
#[derive(Serialize)]
pub(crate) struct MergeTags {
    pub(crate) from: TagId,
    pub(crate) into: TagId,
}

impl Command for MergeTags {
    fn action(&self) -> &'static str {
        "merge_tags"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.configures_tags(self.action())?;
        let (from, into) = (context.tag(self.from)?, context.tag(self.into)?);
        let mut fields = Fields::default();
        in_use(&mut fields, "from", from);
        if from.id == into.id {
            fields.add("into", FieldRule::DoesNotFit { why: "same_tag".into() });
        } else {
            in_use(&mut fields, "into", into);
        }
        fields.finish(Some(()))?;
        let mut decision = Decision::default();
        decision.builds_on(State::Tag(from.clone()));
        // Both are in use, so that no circle can come of it; and of two who merge them at once, one comes too late.
        decision.relies_on(StreamId::Tag(into.id), into.revision);
        let fact = Fact::Tag(from.id, TagFact::TagMerged { into: into.id });
        decision.drafts.push(context.draft(fact, Personal::default()));
        Ok(decision)
    }
}

/// Refuses a tag that was merged into another one.
fn in_use(fields: &mut Fields, field: &str, tag: &Tag) {
    if tag.merged_into.is_some() {
        fields.add(field, FieldRule::DoesNotFit { why: "merged_tag".into() });
    }
}

impl<'a> Context<'a> {
    fn configures_tags(&self, action: &str) -> Result<(), Rejection> {
        self.require(Permission::ConfigureCaseTypes, action)?;
        self.beyond_one_customer(action)
    }

    /// A tag of the file. `NotFound` if there is none.
    fn tag(&self, id: TagId) -> Result<&'a Tag, Rejection> {
        let found = self.loaded.catalog.tags.get(&id);
        found.map(AsRef::as_ref).ok_or_else(|| Rejection::not_found("tag", id))
    }
}

fn name_claim(name: &Name) -> Claim {
    Claim::new(ClaimKind::TagName, name.as_str())
}
