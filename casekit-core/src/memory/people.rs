//! The directory of people.

use uuid::Uuid;

use super::World;
use crate::commit::{Claim, ClaimKind};
use crate::model::{ActorId, Name, Person, PersonId, State, StreamId};
use crate::store::{PeopleQuery, PersonRow};

impl World {
    /// The entry of the person with an actor id.
    pub(super) fn person(&self, actor: &ActorId) -> Option<&Person> {
        let stream = self.claims.get(&Claim::new(ClaimKind::PersonActor, actor.as_str()))?;
        as_person(&self.streams.get(stream)?.state)
    }

    pub(super) fn people(&self, query: &PeopleQuery) -> Vec<PersonRow> {
        let all: Vec<(&ActorId, &Name)> = self
            .streams
            // People are the last kind: this passes over the cases, of which there are many more.
            .range(StreamId::Person(PersonId(Uuid::nil()))..)
            .filter_map(|(_, stream)| as_person(&stream.state))
            .filter_map(|person| Some((&person.actor, person.name.as_ref()?)))
            .collect();
        let shared =
            |actor: &ActorId, name: &Name| all.iter().any(|(id, same)| *id != actor && *same == name);
        let (limit, mut found): (usize, Vec<_>) = match query {
            PeopleQuery::Those(ids) => {
                (usize::MAX, all.iter().filter(|(id, _)| ids.contains(id)).copied().collect())
            }
            PeopleQuery::All { after, limit } => {
                let behind = |id: &ActorId| after.as_ref().is_none_or(|after| id > after);
                (*limit as usize, all.iter().filter(|(id, _)| behind(id)).copied().collect())
            }
        };
        found.sort();
        let row = |(actor, name): (&ActorId, &Name)| PersonRow {
            actor: actor.clone(),
            name: name.clone(),
            shared: shared(actor, name),
        };
        found.into_iter().take(limit).map(row).collect()
    }
}

fn as_person(state: &State) -> Option<&Person> {
    match state {
        State::Person(person) => Some(person),
        State::Settings(_)
        | State::Workflow(_)
        | State::CaseType(_)
        | State::Customer(_)
        | State::Case(_)
        | State::Ledger(_)
        | State::Team(_)
        | State::Tag(_) => None,
    }
}
