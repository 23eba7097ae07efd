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
    pub(crate) tag: TagId,
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
        let (from, into) = (context.tag(self.tag)?, context.tag(self.into)?);
        let mut fields = Fields::default();
        in_use(&mut fields, "tag", from);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::commit::Expect;
    use crate::decide::testing::{Given, agent, case, case_facts, manager};
    use crate::model::{Case, CustomerId};
    use crate::rejection::FieldError;

    fn id(number: u128) -> TagId {
        TagId(Uuid::from_u128(number))
    }

    fn tag(number: u128, name: &str, merged_into: Option<u128>) -> Tag {
        let name = Name::parse("name", name).unwrap();
        Tag { id: id(number), revision: number as u64, name, merged_into: merged_into.map(id) }
    }

    /// `Roof` (1), `Cellar` (2), `roofing` (3), which was merged into `Roof`, and `Dach` (4), which was merged into `roofing`.
    fn given(has: &[u128]) -> (Given, Case) {
        let tagged = Case { tags: has.iter().copied().map(id).collect(), ..case() };
        let mut given = Given::new().with_case(tagged.clone()).by(agent());
        let all = [
            tag(1, "Roof", None),
            tag(2, "Cellar", None),
            tag(3, "roofing", Some(1)),
            tag(4, "Dach", Some(3)),
        ];
        given.catalog.tags = all.into_iter().map(|tag| (tag.id, Arc::new(tag))).collect();
        (given, tagged)
    }

    fn tagging(has: &[u128], edit: TagsEdit) -> Result<Decision, Rejection> {
        let (given, case) = given(has);
        given.when(&TagCase { case: case.id, edit })
    }

    fn changed(decision: &Decision) -> Vec<(Vec<TagId>, Vec<TagId>)> {
        let tags = |fact| match fact {
            CaseFact::TagsChanged { added, removed } => (added, removed),
            other => panic!("{other:?}"),
        };
        case_facts(decision).into_iter().map(tags).collect()
    }

    #[test]
    fn names_are_compared_without_case_width_and_space_and_lead_to_the_tag_in_use() {
        for named in ["Roof", " rOOF ", "ＲＯＯＦ", "Roofing", "dach", &id(1).to_string(), &id(4).to_string()]
        {
            let decision = tagging(&[], TagsEdit::new().with(named)).unwrap();
            assert_eq!(changed(&decision), [(vec![id(1)], vec![])], "{named}");
            assert_eq!(decision.drafts.len(), 1, "{named} makes no tag");
            assert!(decision.expect.contains(&Expect::Revision(StreamId::Tag(id(1)), 1)), "{named}");
        }
    }

    #[test]
    fn a_tag_that_there_is_not_yet_is_made_after_the_case_and_claims_its_name() {
        let edit = TagsEdit::new().with("Attic").with("ATTIC").with("Garden");
        let decision = tagging(&[], edit).unwrap();
        let made: Vec<(StreamId, Option<Fact>)> =
            decision.drafts.iter().map(|draft| (draft.stream(), Some(draft.fact.clone()))).collect();
        let [(StreamId::Case(_), _), (StreamId::Tag(attic), Some(first)), (StreamId::Tag(garden), _)] =
            made.as_slice()
        else {
            panic!("{made:?}")
        };
        let name = Name::parse("name", "Attic").unwrap();
        assert_eq!(
            *first,
            Fact::Tag(*attic, TagFact::TagCreated { name: name.clone() }),
            "as it was first written"
        );
        assert_eq!(changed(&decision), [(vec![*attic, *garden], vec![])]);
        assert!(decision.expect.contains(&Expect::Unclaimed(name_claim(&name))));
        assert!(decision.expect.contains(&Expect::Absent(StreamId::Tag(*attic))));
    }

    #[test]
    fn what_is_there_is_not_given_and_what_is_not_there_is_not_taken() {
        for (has, edit) in [
            (&[1][..], TagsEdit::new().with("Roof")),
            (&[3], TagsEdit::new().with("Roof")),
            (&[4], TagsEdit::new().with("roofing")),
            (&[1], TagsEdit::new().without("Cellar")),
            (&[], TagsEdit::new()),
        ] {
            let decision = tagging(has, edit.clone()).unwrap();
            assert_eq!(decision.drafts, [], "{has:?} {edit:?}");
            assert_eq!(decision.read_set.len(), 1, "says where things stand");
        }
    }

    #[test]
    fn taking_a_tag_off_takes_all_that_were_merged_into_it() {
        let decision = tagging(&[1, 2, 4], TagsEdit::new().without("roofing").with("Attic")).unwrap();
        let [(added, removed)] = &changed(&decision)[..] else { panic!() };
        assert_eq!((added.len(), removed), (1, &vec![id(1), id(4)]));
    }

    #[test]
    fn every_wrong_name_is_told_at_once() {
        let long = "x".repeat(201);
        let edit = TagsEdit::new()
            .with(" ")
            .with(&long)
            .with(id(9).to_string())
            .with("Roof")
            .without("Atic")
            .without("roof");
        let wrong = tagging(&[], edit).unwrap_err();
        assert_eq!(
            wrong,
            Rejection::Invalid {
                fields: vec![
                    FieldError::new("add[0]", FieldRule::Required),
                    FieldError::new("add[1]", FieldRule::TooLong { limit: 200 }),
                    FieldError::new("add[2]", FieldRule::unknown_id()),
                    FieldError::new("remove[0]", FieldRule::unknown("Atic", ["Cellar", "Roof"])),
                    FieldError::new("remove", FieldRule::DoesNotFit { why: "given_and_taken_away".into() }),
                ]
            }
        );
    }

    #[test]
    fn a_case_has_so_many_tags_and_a_file_too() {
        let add =
            |count: usize| (0..count).fold(TagsEdit::new(), |edit, place| edit.with(format!("t{place}")));
        let too_many = Err(Rejection::field("add", FieldRule::TooMany { limit: 20 }));
        assert_eq!(tagging(&[1], add(19)).map(|decision| decision.drafts.len()), Ok(20));
        assert_eq!(tagging(&[1], add(20)).map(|_| ()), too_many);
        assert_eq!(tagging(&[1], add(20).without("Roof")).map(|decision| decision.drafts.len()), Ok(21));
        assert_eq!(tagging(&[], add(21)).map(|_| ()), too_many);

        let (mut full, case) = given(&[]);
        full.catalog.tags.extend((10..1006).map(|number| (id(number), Arc::new(tag(number, "x", Some(1))))));
        let edit = TagsEdit::new().with("One more");
        let blocked = Rejection::blocked("tag_case", Blocker::LimitReached { limit: 1_000 });
        assert_eq!(full.when(&TagCase { case: case.id, edit }).map(|_| ()), Err(blocked));
        let edit = TagsEdit::new().with("Roof");
        assert!(full.when(&TagCase { case: case.id, edit }).is_ok());
    }

    #[test]
    fn who_sees_one_customer_gives_no_tags() {
        let (mut given, case) = given(&[]);
        given.scope.customer = Some(CustomerId(Uuid::from_u128(10)));
        let edit = TagsEdit::new().with("Roof");
        let refused = given.when(&TagCase { case: case.id, edit }).map(|_| ());
        assert_eq!(refused, Err(Rejection::NotAllowedHere { action: "tag_case".into() }));
    }

    fn renaming(number: u128, name: &str) -> Result<Decision, Rejection> {
        given(&[]).0.by(manager()).when(&RenameTag { tag: id(number), name: name.into() })
    }

    #[test]
    fn a_tag_is_renamed_but_not_onto_another() {
        let facts =
            |decision: Decision| decision.drafts.into_iter().map(|draft| draft.fact).collect::<Vec<_>>();
        let renamed = |number, from: &str, to: &str| {
            let name = |text| Name::parse("name", text).unwrap();
            Fact::Tag(id(number), TagFact::TagRenamed { from: name(from), to: name(to) })
        };
        assert_eq!(renaming(1, "Roofs").map(facts), Ok(vec![renamed(1, "Roof", "Roofs")]));
        assert_eq!(renaming(1, "ROOF").map(facts), Ok(vec![renamed(1, "Roof", "ROOF")]), "its own");
        assert_eq!(renaming(1, "Roof").map(facts), Ok(vec![]));
        let swapped = vec![renamed(1, "Roof", "Roofing"), renamed(3, "roofing", "Roof")];
        assert_eq!(renaming(1, "Roofing").map(facts), Ok(swapped), "what was merged into it gives its name");
        let wrong = |field: &str, why: &str| {
            Err(Rejection::field(field, FieldRule::DoesNotFit { why: why.to_owned() }))
        };
        assert_eq!(renaming(1, "cellar").map(facts), wrong("name", "name_of_another_tag"));
        assert_eq!(
            renaming(2, "dach").map(facts),
            wrong("name", "name_of_another_tag"),
            "it leads to another"
        );
        assert_eq!(renaming(3, "Tiles").map(facts), wrong("tag", "merged_tag"));
        assert_eq!(renaming(9, "Tiles").map(facts), Err(Rejection::not_found("tag", id(9))));
        assert_eq!(renaming(1, "").map(facts), Err(Rejection::field("name", FieldRule::Required)));
    }

    #[test]
    fn two_tags_in_use_are_merged_and_no_others() {
        let merging = |from, into| {
            let decision = given(&[]).0.by(manager()).when(&MergeTags { tag: id(from), into: id(into) })?;
            Ok(decision.drafts.into_iter().map(|draft| draft.fact).collect::<Vec<_>>())
        };
        assert_eq!(merging(2, 1), Ok(vec![Fact::Tag(id(2), TagFact::TagMerged { into: id(1) })]));
        assert_eq!(merging(1, 2), Ok(vec![Fact::Tag(id(1), TagFact::TagMerged { into: id(2) })]));
        let wrong = |field: &str, why: &str| {
            Err(Rejection::field(field, FieldRule::DoesNotFit { why: why.to_owned() }))
        };
        assert_eq!(merging(1, 1), wrong("into", "same_tag"));
        assert_eq!(merging(1, 3), wrong("into", "merged_tag"), "that would be a circle");
        assert_eq!(merging(3, 2), wrong("tag", "merged_tag"));
        assert_eq!(merging(9, 1), Err(Rejection::not_found("tag", id(9))));
        let forbidden = given(&[]).0.when(&MergeTags { tag: id(2), into: id(1) }).map(|_| ());
        let permission = Permission::ConfigureCaseTypes;
        assert_eq!(forbidden, Err(Rejection::Forbidden { action: "merge_tags".into(), permission }));
    }
}
