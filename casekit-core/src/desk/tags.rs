//! Tags: give them to cases, list, rename and merge them.

use std::collections::BTreeMap;

use super::{Changed, Desk, TagView};
use crate::command::TagsEdit;
use crate::decide::{MergeTags, RenameTag, TagCase};
use crate::error::Error;
use crate::model::{CaseId, Permission, TagId};
use crate::store::{CountBy, CountQuery, Defined};
use crate::text::fold_name;

impl Desk {
    /// Gives a case tags, and takes tags off it.
    ///
    /// A tag that there is not yet is made along with it: whoever writes a name first decides how it is shown. A tag that the
    /// case has already stays, and one that it has not is not missed: if nothing is left to change, nothing is written. Needs
    /// [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `edit`: the tags to give and to take off, each by its name or id. In names, letter case, character width and outer
    ///   spaces do not matter. The name of a tag that was merged means the one into which it was merged.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a name is not valid, or no tag that is to be taken off is called so; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event, and one more for each tag that is made: the same at
    /// a thousand cases and at a million. After a tag is made, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    ///
    /// A case has up to 20 tags: `Invalid` with `too_many` beyond. A file has up to 1,000, with those that were merged:
    /// `Blocked` with `limit_reached` beyond. A name has 1 to 200 characters: `Invalid` with `too_long` beyond.
    pub fn tag_case(&self, case: CaseId, edit: TagsEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &TagCase { case, edit })?.changed())
    }

    /// Gives a tag another name, on every case that has it.
    ///
    /// The name of a tag that was merged into this one can be taken: the two change names. Needs
    /// [`ConfigureCaseTypes`](Permission::ConfigureCaseTypes).
    ///
    /// # Arguments
    ///
    /// - `name`: the new name, one line.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the name is not valid or is that of another tag, which can be merged instead; or if the tag was merged.
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event, two if the name was that of a merged tag. No case is read or written. After it,
    /// every kit on the file reads all definitions again, which grows with their number and with the versions of each.
    ///
    /// A name has 1 to 200 characters: `Invalid` with `too_long` beyond.
    pub fn rename_tag(&self, tag: TagId, name: String) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &RenameTag { tag, name })?.changed())
    }

    /// Merges a tag into another one: every case that has it has the other one from then on.
    ///
    /// A case that has both has one. The merged tag is not offered any more, and its name leads to the other one; histories go
    /// on saying what was given at the time. It cannot be undone. Needs [`ConfigureCaseTypes`](Permission::ConfigureCaseTypes).
    ///
    /// # Arguments
    ///
    /// - `tag`: the tag that is merged.
    /// - `into`: the tag that stays.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if both are the same, or one of them was merged already.
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event, and moves an entry of an index and of another for each case that has the merged
    /// tag: a second for some 200,000 of them, in which nobody else writes. No case changes. After it, every kit on the file
    /// reads all definitions again, which grows with their number and with the versions of each.
    pub fn merge_tags(&self, tag: TagId, into: TagId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &MergeTags { tag, into })?.changed())
    }

    /// Lists every tag in use, by name, with the number of cases that have it; none for an actor who sees one customer's cases
    /// only.
    ///
    /// The numbers are exact and of the cases that the actor sees. Tags of which they see no case are among them: they can be
    /// given to one. Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Cost
    ///
    /// Reads totals that every change keeps, and no cases: it grows with the number of tags, types, stages and teams. For an
    /// actor who sees only their own cases, it reads each of these. All tags are answered at once.
    ///
    /// A file has up to 1,000 tags, with those that were merged.
    pub fn tags(&self) -> Result<Vec<TagView>, Error> {
        let look = self.look(Permission::ReadCases, "read_tags")?;
        if look.is_for_customer() {
            return Ok(Vec::new());
        }
        let query = CountQuery { by: CountBy::Tag, filter: look.caller.filter() };
        let Defined { answer, catalog } = self.engine.store.count_cases(&query)?;
        let counts: BTreeMap<TagId, u64> =
            answer.into_iter().filter_map(|one| Some((one.tag?, one.count))).collect();
        let in_use = catalog.tags.values().filter(|tag| tag.merged_into.is_none());
        let mut tags: Vec<TagView> = in_use
            .map(|tag| TagView {
                id: tag.id,
                revision: tag.revision,
                name: tag.name.to_string(),
                count: counts.get(&tag.id).copied().unwrap_or(0),
            })
            .collect();
        tags.sort_by_cached_key(|tag| fold_name(&tag.name));
        Ok(tags)
    }
}
