//! The directory of people: naming somebody, by a command or along with any other.

use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

use super::{Command, Context, Decision};
use crate::command::PersonName;
use crate::commit::{Claim, ClaimKind};
use crate::event::{Fact, OldNew, PersonFact, Personal};
use crate::model::{ActorId, Name, Permission, PersonId, State, StreamId, limits};
use crate::rejection::{FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// Names people, or corrects what they are called.
#[derive(Serialize)]
pub(crate) struct NamePeople(pub(crate) Vec<PersonName>);

impl Command for NamePeople {
    fn action(&self) -> &'static str {
        "name_people"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        // Ids that break a rule are reported when the command is decided.
        let people = self.0.iter().take(limits::NAMED).filter_map(|one| ActorId::parse("id", &one.id).ok());
        Ok(LoadPlan { people: people.collect(), ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditPeople, self.action())?;
        context.beyond_one_customer(self.action())?;
        let mut decision = Decision::default();
        // INVARIANT: the ids of new entries are the fresh id with its low bits changed, so they stay unique.
        for (place, (actor, name)) in (0..).zip(parse(&self.0)?) {
            let fresh = || PersonId(Uuid::from_u128(context.fresh.as_u128() ^ place));
            name_person(&mut decision, context, fresh, &actor, &name);
        }
        Ok(decision)
    }
}

fn parse(people: &[PersonName]) -> Result<Vec<(ActorId, Name)>, Rejection> {
    let mut fields = Fields::default();
    if people.is_empty() {
        fields.add("people", FieldRule::Required);
    }
    if people.len() > limits::NAMED {
        return Err(Rejection::field("people", FieldRule::TooMany { limit: limits::NAMED as u64 }));
    }
    let (mut parsed, mut seen) = (Vec::with_capacity(people.len()), BTreeSet::new());
    for (place, one) in people.iter().enumerate() {
        let id = fields.take(ActorId::parse_person(&format!("people[{place}].id"), &one.id));
        let name = fields.take(Name::parse(&format!("people[{place}].name"), &one.name));
        if id.as_ref().is_some_and(|id| !seen.insert(id.clone())) {
            fields.add(format!("people[{place}].id"), FieldRule::Duplicate);
        }
        parsed.extend(id.zip(name));
    }
    fields.finish(Some(parsed))
}

/// Adds the event that says what somebody is called, unless the directory calls them that already.
///
/// `context` must have the directory's entry of the actor loaded, if there is one. If somebody else names them first, the
/// commit is stale and is decided again: a name is neither lost nor entered twice.
pub(crate) fn name_person(
    decision: &mut Decision,
    context: &Context<'_>,
    fresh: impl FnOnce() -> PersonId,
    actor: &ActorId,
    name: &Name,
) {
    let known = context.loaded.people.iter().find(|person| person.actor == *actor);
    if known.is_some_and(|person| person.name.as_ref() == Some(name)) {
        return;
    }
    let names = OldNew { from: known.and_then(|person| person.name.clone()), to: Some(name.clone()) };
    let personal = Personal { name: Some(names), ..Personal::default() };
    let (id, fact) = match known {
        Some(person) => {
            decision.builds_on(State::Person(person.clone()));
            (person.id, PersonFact::PersonRenamed)
        }
        None => {
            let fresh = fresh();
            decision.makes(StreamId::Person(fresh));
            decision.claims(Claim::new(ClaimKind::PersonActor, actor.as_str()));
            (fresh, PersonFact::PersonEntered { actor: actor.clone() })
        }
    };
    decision.drafts.push(context.draft(Fact::Person(id, fact), personal));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::Expect;
    use crate::decide::testing::{Given, agent, manager};
    use crate::event::Draft;
    use crate::model::Person;

    fn id(text: &str) -> ActorId {
        ActorId::parse("id", text).unwrap()
    }

    fn name(text: &str) -> Name {
        Name::parse("name", text).unwrap()
    }

    fn called(actor: &str, text: &str) -> Person {
        Person { id: PersonId(Uuid::from_u128(5)), revision: 3, actor: id(actor), name: Some(name(text)) }
    }

    fn naming(people: &[(&str, &str)]) -> NamePeople {
        NamePeople(people.iter().map(|(id, name)| PersonName::new(*id, *name)).collect())
    }

    fn facts(decision: &Decision) -> Vec<(Fact, Option<OldNew<Name>>)> {
        let one = |draft: &Draft| (draft.fact.clone(), draft.personal.name.clone());
        decision.drafts.iter().map(one).collect()
    }

    #[test]
    fn whoever_is_not_in_the_directory_is_entered_and_nobody_else_may_be_meanwhile() {
        let decision = Given::new().by(manager()).when(&naming(&[("u-17", "Ada Obi")])).unwrap();
        let fresh = PersonId(Uuid::from_u128(77));
        let fact = PersonFact::PersonEntered { actor: id("u-17") };
        assert_eq!(facts(&decision), [(Fact::Person(fresh, fact), Some(OldNew::new(name("Ada Obi"))))]);
        let claim = Claim::new(ClaimKind::PersonActor, "u-17");
        assert_eq!(decision.expect, [Expect::Absent(StreamId::Person(fresh)), Expect::Unclaimed(claim)]);
    }

    #[test]
    fn another_name_is_an_event_and_the_same_name_is_none() {
        let given = Given::new().by(manager()).with_person(called("u-17", "Ada Obi"));
        assert_eq!(given.when(&naming(&[("u-17", "Ada Obi")])).unwrap(), Decision::default());
        let decision = given.when(&naming(&[("u-17", "Ada Lund")])).unwrap();
        let person = called("u-17", "Ada Obi");
        let names = OldNew { from: Some(name("Ada Obi")), to: Some(name("Ada Lund")) };
        assert_eq!(facts(&decision), [(Fact::Person(person.id, PersonFact::PersonRenamed), Some(names))]);
        assert_eq!(decision.expect, [Expect::Revision(StreamId::Person(person.id), 3)]);
    }

    #[test]
    fn ids_are_compared_character_by_character() {
        let given = Given::new().by(manager()).with_person(called("u-17", "Ada Obi"));
        let decision = given.when(&naming(&[("U-17", "Ada Obi")])).unwrap();
        assert_eq!(decision.drafts.len(), 1, "`U-17` is somebody else");
    }

    #[test]
    fn every_field_that_is_wrong_is_named_and_nobody_is_named_twice() {
        let people = [("", "Ada"), ("u-1", " "), ("casekit", "The library"), ("u-1", "Ben"), ("u-2", "Bea")];
        let refused = Given::new().by(manager()).when(&naming(&people)).unwrap_err();
        let Rejection::Invalid { fields } = refused else { panic!("{refused:?}") };
        let said: Vec<_> = fields.iter().map(|one| (one.field.as_str(), one.rule.code())).collect();
        let due = [
            ("people[0].id", "required"),
            ("people[1].name", "required"),
            ("people[2].id", "reserved"),
            ("people[3].id", "duplicate"),
        ];
        assert_eq!(said, due);
        let many = vec![PersonName::new("u-1", "Ada"); limits::NAMED + 1];
        let refused = Given::new().by(manager()).when(&NamePeople(many)).unwrap_err();
        assert_eq!(refused, Rejection::field("people", FieldRule::TooMany { limit: 500 }));
        let refused = Given::new().by(manager()).when(&NamePeople(Vec::new())).unwrap_err();
        assert_eq!(refused, Rejection::field("people", FieldRule::Required));
    }

    #[test]
    fn it_takes_the_permission() {
        let refused = Given::new().by(agent()).when(&naming(&[("u-17", "Ada Obi")])).unwrap_err();
        assert_eq!(refused.code(), "forbidden");
    }
}
