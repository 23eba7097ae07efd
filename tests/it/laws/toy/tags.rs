//! Tags as the toy has them: a case has a set of tags in use, and merging puts one in the place of another.

use std::collections::BTreeSet;

use casekit::{Desk, Role, TagId, TagsEdit};

use super::{MONA, Outcome, Toy};
use crate::build::Office;
use crate::laws::ask_each;
use crate::laws::instruction::{TAGS, WORKERS};

/// Which name each text is, in the order in which names are shown; the first is none.
const NAMES: [usize; TAGS.len()] = [0, 3, 3, 3, 1, 1, 4, 4, 2];

pub(super) struct Tag {
    id: TagId,
    revision: u64,
    /// The text by which it is shown.
    text: usize,
    /// The tag into which it was merged.
    into: Option<usize>,
}

/// What a command calls a tag.
#[derive(Clone, Copy)]
enum Called {
    Text(usize),
    Id(usize),
}

/// Tags that a case is to get: those that there are, and texts that none is called.
#[derive(Default)]
struct Given {
    known: BTreeSet<usize>,
    new: Vec<usize>,
}

impl Toy {
    /// Numbers behind those of the texts mean tags by their ids, as far as there are any.
    fn called(&self, number: usize) -> Called {
        match number.checked_sub(TAGS.len()) {
            None => Called::Text(number),
            Some(_) if self.tags.is_empty() => Called::Text(1),
            Some(number) => Called::Id(number % self.tags.len()),
        }
    }

    fn texts(&self, numbers: &[usize]) -> Vec<String> {
        let text = |number: &usize| match self.called(*number) {
            Called::Text(text) => TAGS[text].to_owned(),
            Called::Id(tag) => self.tags[tag].id.to_string(),
        };
        numbers.iter().map(text).collect()
    }

    /// The tag in use that is meant; `None` if none is called so.
    fn meant(&self, called: Called) -> Option<usize> {
        let mut found = match called {
            Called::Text(text) => self.tags.iter().position(|tag| NAMES[tag.text] == NAMES[text])?,
            Called::Id(tag) => tag,
        };
        while let Some(into) = self.tags[found].into {
            found = into;
        }
        Some(found)
    }

    fn given(&self, numbers: &[usize]) -> Result<Given, &'static str> {
        let mut given = Given::default();
        for number in numbers {
            let called = self.called(*number);
            match (called, self.meant(called)) {
                (_, Some(tag)) => _ = given.known.insert(tag),
                (Called::Text(text), None) if text > 0 => {
                    if given.new.iter().all(|other| NAMES[*other] != NAMES[text]) {
                        given.new.push(text);
                    }
                }
                (_, None) => return Err("invalid"),
            }
        }
        Ok(given)
    }

    /// Tags that were just made. What their ids are is the kit's to say.
    fn made(&mut self, offices: &[Office], texts: &[usize]) -> Vec<usize> {
        let shown = if texts.is_empty() { Vec::new() } else { ask_each(offices, MONA, Desk::tags).unwrap() };
        let make = |text: &usize| {
            let made = shown.iter().find(|tag| tag.name == TAGS[*text].trim()).expect("a tag was made");
            self.tags.push(Tag { id: made.id, revision: 1, text: *text, into: None });
            self.tags.len() - 1
        };
        texts.iter().map(make).collect()
    }

    /// Whether tags can be given to a new case.
    pub(super) fn can_be_given(&self, numbers: &[usize]) -> bool {
        self.given(numbers).is_ok()
    }

    /// The tags of a new case, and how many of them there were not.
    pub(super) fn of_new(&mut self, offices: &[Office], numbers: &[usize]) -> (BTreeSet<usize>, u64) {
        let Given { mut known, new } = self.given(numbers).unwrap();
        known.extend(self.made(offices, &new));
        (known, new.len() as u64)
    }

    pub(super) fn tag(
        &mut self,
        offices: &[Office],
        (worker, place): (usize, usize),
        (add, remove): (&[usize], &[usize]),
    ) -> (Outcome, Result<u64, String>) {
        let id = self.cases[place].id;
        let edit = TagsEdit { add: self.texts(add), remove: self.texts(remove) };
        let answer =
            ask_each(offices, (WORKERS[worker], Role::Agent), |desk| desk.tag_case(id, edit.clone()));
        (self.tagged(offices, place, add, remove), answer.map(|changed| changed.events))
    }

    fn tagged(&mut self, offices: &[Office], place: usize, add: &[usize], remove: &[usize]) -> Outcome {
        let given = self.given(add)?;
        let lost = remove.iter().map(|number| self.meant(self.called(*number)).ok_or("invalid"));
        let lost = lost.collect::<Result<BTreeSet<usize>, _>>()?;
        if !given.known.is_disjoint(&lost) {
            return Err("invalid");
        }
        let made = self.made(offices, &given.new);
        let case = &mut self.cases[place];
        let before = case.tags.clone();
        case.tags.extend(given.known.iter().chain(&made));
        case.tags.retain(|tag| !lost.contains(tag));
        let changed = u64::from(case.tags != before);
        case.revision += changed;
        Ok(changed + made.len() as u64)
    }

    pub(super) fn rename_tag(
        &mut self,
        offices: &[Office],
        tag: usize,
        text: usize,
    ) -> Option<(Outcome, Result<u64, String>)> {
        let tag = tag.checked_rem(self.tags.len())?;
        let id = self.tags[tag].id;
        let answer = ask_each(offices, MONA, |desk| desk.rename_tag(id, TAGS[text].to_owned()));
        Some((self.renamed(tag, text), answer.map(|changed| changed.events)))
    }

    /// A tag takes the name of one that was merged into it, which then has the name that it had.
    fn renamed(&mut self, tag: usize, text: usize) -> Outcome {
        let same = |other: &Tag| NAMES[other.text] == NAMES[text];
        let named = self.tags.iter().position(same).filter(|other| *other != tag);
        let is_of_another = named.is_some() && self.meant(Called::Text(text)) != Some(tag);
        if text == 0 || is_of_another || self.tags[tag].into.is_some() {
            return Err("invalid");
        }
        let before = self.tags[tag].text;
        if before == text {
            return Ok(0);
        }
        let renamed = [Some((tag, text)), named.map(|other| (other, before))].into_iter().flatten();
        Ok(renamed
            .map(|(tag, text)| {
                (self.tags[tag].text, self.tags[tag].revision) = (text, self.tags[tag].revision + 1);
            })
            .count() as u64)
    }

    pub(super) fn merge_tags(
        &mut self,
        offices: &[Office],
        tag: usize,
        into: usize,
    ) -> Option<(Outcome, Result<u64, String>)> {
        let (tag, into) = (tag.checked_rem(self.tags.len())?, into.checked_rem(self.tags.len())?);
        let [from, to] = [tag, into].map(|tag| self.tags[tag].id);
        let answer = ask_each(offices, MONA, |desk| desk.merge_tags(from, to));
        Some((self.merged(tag, into), answer.map(|changed| changed.events)))
    }

    fn merged(&mut self, tag: usize, into: usize) -> Outcome {
        if tag == into || [tag, into].into_iter().any(|tag| self.tags[tag].into.is_some()) {
            return Err("invalid");
        }
        self.tags[tag].into = Some(into);
        self.tags[tag].revision += 1;
        for case in &mut self.cases {
            if case.tags.remove(&tag) {
                case.tags.insert(into);
            }
        }
        Ok(1)
    }

    /// Tags as they are shown, by name.
    pub(super) fn tag_names(&self, tags: impl IntoIterator<Item = usize>) -> Vec<String> {
        let mut texts: Vec<usize> = tags.into_iter().map(|tag| self.tags[tag].text).collect();
        texts.sort_by_key(|text| NAMES[*text]);
        texts.into_iter().map(|text| TAGS[text].trim().to_owned()).collect()
    }

    pub(super) fn tags_in_use(&self) -> impl Iterator<Item = usize> {
        (0..self.tags.len()).filter(|tag| self.tags[*tag].into.is_none())
    }

    /// Every way to call a tag, with the one in use that is meant.
    pub(super) fn ways_to_call(&self) -> Vec<(String, usize)> {
        let ids = TAGS.len()..TAGS.len() + self.tags.len();
        let meant = |number| {
            let tag = self.meant(self.called(number))?;
            Some((self.texts(&[number]).remove(0), tag))
        };
        (1..TAGS.len()).chain(ids).filter_map(meant).collect()
    }

    /// Every tag in use is listed with as many cases as have it, of those that the actor sees.
    pub(super) fn are_the_tags(&self, desk: &Desk, sees: impl Fn(&super::Case) -> bool) {
        let listed = desk.tags().unwrap();
        let names: Vec<&String> = listed.iter().map(|tag| &tag.name).collect();
        assert_eq!(names, self.tag_names(self.tags_in_use()).iter().collect::<Vec<_>>());
        for tag in listed {
            let place = self.tags.iter().position(|one| one.id == tag.id).unwrap();
            let count = self.cases.iter().filter(|case| sees(case) && case.tags.contains(&place)).count();
            assert_eq!((tag.revision, tag.count), (self.tags[place].revision, count as u64), "{}", tag.name);
        }
    }
}
