//! How a requester was identified.

use super::Said;
use crate::command::NewIdentification;
use crate::event::{Identified, Personal};
use crate::model::{Case, IdentificationMethod, ShortText, Step, limits};
use crate::rejection::{FieldRule, Fields};
use crate::text::fold_name;

pub(super) fn said(fields: &mut Fields, new: &NewIdentification, case: &Case, step: &Step) -> Option<Said> {
    let method = fields.take(ShortText::parse("method", &new.method));
    let listed = listed(fields, step, method.as_ref());
    let assurance = new.assurance.or(listed.and_then(|one| one.assurance));
    if let Some(says) = listed.and_then(|one| one.assurance)
        && new.assurance.is_some_and(|given| given != says)
    {
        fields.add("assurance", FieldRule::DoesNotFit { why: "assurance_of_method".into() });
    }
    let checked = checked(fields, &new.checked);
    let credentials = ticked(fields, &new.credentials, case);
    let note = fields.take(ShortText::parse_optional("note", new.note.as_deref())).flatten();
    let identified = Identified { method: listed.map(|one| one.code.clone()), assurance, credentials };
    let personal = Personal {
        method: listed.map(|one| one.label.clone()).or(method),
        checked,
        ..Personal::because(note)
    };
    let says_nothing = identified == Identified::default();
    Some((None, (!says_nothing).then_some(identified), personal))
}

/// The method of the step's list that a caller named by its code or label; `None` if the step has no list.
fn listed<'a>(
    fields: &mut Fields,
    step: &'a Step,
    method: Option<&ShortText>,
) -> Option<&'a IdentificationMethod> {
    let method = method.filter(|_| !step.methods.is_empty())?;
    let wanted = fold_name(method.as_str());
    let is_it =
        |one: &&IdentificationMethod| one.code == method.as_str() || fold_name(one.label.as_str()) == wanted;
    let found = step.methods.iter().find(is_it);
    if found.is_none() {
        let labels = step.methods.iter().map(|one| one.label.as_str());
        fields.add("method", FieldRule::unknown(method.as_str(), labels));
    }
    found
}

fn checked(fields: &mut Fields, given: &[String]) -> Vec<ShortText> {
    if given.len() > limits::PARTS {
        fields.add("checked", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return Vec::new();
    }
    let parse =
        |(place, text): (usize, &String)| fields.take(ShortText::parse(&format!("checked[{place}]"), text));
    given.iter().enumerate().filter_map(parse).collect()
}

/// The places of the credentials that were found to be right, in order.
fn ticked(fields: &mut Fields, given: &[u32], case: &Case) -> Vec<u32> {
    let there = case.request.as_ref().map_or(0, |request| request.credentials.len());
    let mut ticked = Vec::new();
    for (place, one) in given.iter().enumerate() {
        let field = || format!("credentials[{place}]");
        if there == 0 {
            fields.add(field(), FieldRule::DoesNotFit { why: "no_credentials".into() });
        } else if *one as usize >= there {
            fields.add(field(), FieldRule::OutOfRange { least: 0, most: there as i64 - 1 });
        } else if ticked.contains(one) {
            fields.add(field(), FieldRule::Duplicate);
        } else {
            ticked.push(*one);
        }
    }
    ticked.sort_unstable();
    ticked
}
