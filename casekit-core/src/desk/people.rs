//! The directory of people: what actors are called.

use super::person_view::{person_summary, person_view};
use super::{Changed, Desk, Page, PageRequest, PersonSummary, PersonView, admission};
use crate::command::PersonName;
use crate::decide::NamePeople;
use crate::error::Error;
use crate::model::ActorId;
use crate::rejection::Rejection;
use crate::store::{LoadPlan, PeopleQuery};

impl Desk {
    /// Says what people are called: enters them in the directory, or corrects their names.
    ///
    /// People who act are named by their actor's `name` without this. With it a host fills the directory ahead, names people
    /// who never act here, such as those of an import, and corrects names. Whoever is called so already is left as they
    /// are. Needs [`EditPeople`](crate::model::Permission::EditPeople).
    ///
    /// # Arguments
    ///
    /// - `people`: who is called what, each actor id once.
    ///
    /// # Returns
    ///
    /// How many names the command recorded; 0 if everybody was called so already.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if an id or a name is not valid, or an id is given twice; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Looks each person up by an index and writes one transaction with an event for each name that is new. It does not
    /// grow with the number of people in the directory.
    ///
    /// A command names 1 to 500 people: `Invalid` with `too_many` beyond. An id and a name have 1 to 200 characters:
    /// `Invalid` with `too_long` beyond.
    pub fn name_people(&self, people: Vec<PersonName>) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &NamePeople(people))?.changed())
    }

    /// Lists the people in the directory who have a name, by their actor ids.
    ///
    /// In the scope of one customer there is only the actor in it. Needs [`ReadPeople`](crate::model::Permission::ReadPeople).
    ///
    /// # Cost
    ///
    /// Reads one page by an index, at any depth: the same at a hundred people and at a million.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn people(&self, page: PageRequest) -> Result<Page<PersonSummary>, Error> {
        let look = self.enter(&admission::PEOPLE, "read_people")?;
        let (after, limit) = (page.person()?, page.limit()?);
        let mut rows = match look.is_for_customer() {
            true => {
                let mut own = self.engine.store.people(&PeopleQuery::Those(vec![look.caller.by.clone()]))?;
                own.retain(|row| after.as_ref().is_none_or(|after| row.actor > *after));
                own
            }
            false => self.engine.store.people(&PeopleQuery::All { after, limit: limit + 1 })?,
        };
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().filter(|_| more).map(|row| PageRequest::behind_person(&row.actor));
        Ok(Page::sized(limit, rows.into_iter().map(person_summary).collect(), last))
    }

    /// Returns the entry of a person in the directory.
    ///
    /// Needs [`ReadPeople`](crate::model::Permission::ReadPeople).
    ///
    /// # Arguments
    ///
    /// - `id`: the actor id by which the host knows them, compared character by character.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if nobody in the directory has that id.
    ///
    /// # Cost
    ///
    /// Reads the entry by an index: the same at a hundred people and at a million.
    ///
    /// An id has 1 to 200 characters: `Invalid` with `too_long` beyond.
    pub fn person(&self, id: &str) -> Result<PersonView, Error> {
        let look = self.enter(&admission::PEOPLE, "read_people")?;
        let plan = LoadPlan { people: vec![ActorId::parse("id", id)?], ..LoadPlan::default() };
        let found = self.engine.store.load(&plan)?.people.pop();
        let found = found.filter(|person| !look.is_for_customer() || person.actor == look.caller.by);
        Ok(person_view(found.ok_or_else(|| Rejection::not_found("person", ""))?))
    }
}
