//! Commands as small numbers: they choose among what is there, so that random ones mean something.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option::{of, weighted};
use proptest::prelude::*;

/// Who works here; the last assigns and takes over.
pub(crate) const WORKERS: [&str; 3] = ["amara", "ben", "mona"];
pub(crate) const TYPES: [&str; 3] = ["Support", "Enquiries", "Refunds"];
pub(crate) const STAGES: [&str; 4] = ["open", "in_progress", "resolved", "closed"];
/// The last needs a reason.
pub(crate) const ENDS: [&str; 3] = ["done", "withdrawn", "cancelled"];
/// The first is no text at all.
pub(crate) const TEXTS: [&str; 6] = [
    " ",
    "Cannot log in",
    "Where is my refund?",
    "Straße gesperrt",
    "返金について",
    "Login\nagain: refund C-000001",
];
pub(crate) const TITLES: [&str; 5] = ["", "Cannot log in", "Refund of order 4711", "Straße", "返金について"];
pub(crate) const NAMES: [&str; 5] = ["Ada Obi", "ada obi", "Bo Li", "Çiğdem Straßer", "渡辺"];
/// The first is no name at all.
pub(crate) const TAGS: [&str; 9] =
    [" ", "Roof", " rOOF ", "ＲＯＯＦ", "Cellar", "CELLAR", "Straße", "STRASSE", "Dach"];
/// How many fields of one's own there are, and the value of each that none of them can have; 0 is none.
const FIELDS: usize = 6;
pub(crate) const WRONG: usize = 4;

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Instruction {
    Raise(Raise),
    Edit { by: usize, case: usize, edit: Edit },
    Take { by: usize, case: usize },
    Return { by: usize, case: usize },
    Assign { case: usize, to: usize },
    TakeOver { case: usize },
    Note { by: usize, case: usize, text: usize, shown: bool },
    Reply { by: usize, note: usize, text: usize },
    EditNote { by: usize, note: usize, text: usize },
    Retract { by: usize, note: usize },
    Show { by: usize, note: usize, shown: bool },
    Tag { by: usize, case: usize, add: Vec<usize>, remove: Vec<usize> },
    RenameTag { tag: usize, name: usize },
    MergeTags { tag: usize, into: usize },
    Customer { name: usize, given: Vec<(usize, usize)> },
    UpdateCustomer { customer: usize, name: Option<usize>, given: Vec<(usize, usize)> },
    Activate { kind: usize, active: bool },
    Import { kind: usize, title: usize, second: i64, tags: Vec<usize>, given: Vec<(usize, usize)> },
    Head,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Raise {
    pub(crate) by: usize,
    pub(crate) kind: usize,
    pub(crate) stage: Option<usize>,
    pub(crate) title: usize,
    pub(crate) text: usize,
    pub(crate) customer: Option<usize>,
    pub(crate) tags: Vec<usize>,
    /// Values of fields, each once unless a command is to be wrong.
    pub(crate) given: Vec<(usize, usize)>,
    pub(crate) request: Option<u8>,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Edit {
    pub(crate) kind: Option<usize>,
    pub(crate) stage: Option<usize>,
    pub(crate) title: Option<usize>,
    pub(crate) text: Option<usize>,
    /// `Some(None)` takes the customer away.
    pub(crate) customer: Option<Option<usize>>,
    pub(crate) priority: Option<usize>,
    pub(crate) end: Option<usize>,
    pub(crate) given: Vec<(usize, usize)>,
    pub(crate) reason: bool,
    pub(crate) seen: Seen,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Seen {
    Nothing,
    Now,
    Before,
}

pub(crate) fn instruction() -> impl Strategy<Value = Instruction> {
    let any = || 0..1_000_usize;
    let (by, kind, text, title) = (|| 0..2_usize, || 0..3_usize, || 0..6_usize, || 0..5_usize);
    let name = || 0..5_usize;
    let tag = || 0..TAGS.len() + 4;
    let tags = |most: usize| vec(tag(), 0..=most);
    prop_oneof![
        5 => raise().prop_map(Instruction::Raise),
        8 => (by(), any(), edit()).prop_map(|(by, case, edit)| Instruction::Edit { by, case, edit }),
        3 => (by(), any()).prop_map(|(by, case)| Instruction::Take { by, case }),
        2 => (by(), any()).prop_map(|(by, case)| Instruction::Return { by, case }),
        1 => (any(), 0..3_usize).prop_map(|(case, to)| Instruction::Assign { case, to }),
        1 => any().prop_map(|case| Instruction::TakeOver { case }),
        3 => (by(), any(), text(), proptest::bool::ANY).prop_map(|(by, case, text, shown)| Instruction::Note { by, case, text, shown }),
        3 => (by(), any(), text()).prop_map(|(by, note, text)| Instruction::Reply { by, note, text }),
        2 => (by(), any(), text()).prop_map(|(by, note, text)| Instruction::EditNote { by, note, text }),
        1 => (by(), any()).prop_map(|(by, note)| Instruction::Retract { by, note }),
        1 => (by(), any(), proptest::bool::ANY).prop_map(|(by, note, shown)| Instruction::Show { by, note, shown }),
        4 => (by(), any(), tags(3), tags(1)).prop_map(|(by, case, add, remove)| Instruction::Tag { by, case, add, remove }),
        2 => (any(), 0..TAGS.len()).prop_map(|(tag, name)| Instruction::RenameTag { tag, name }),
        1 => (any(), any()).prop_map(|(tag, into)| Instruction::MergeTags { tag, into }),
        2 => (name(), values()).prop_map(|(name, given)| Instruction::Customer { name, given }),
        2 => (any(), of(name()), values()).prop_map(|(customer, name, given)| Instruction::UpdateCustomer { customer, name, given }),
        1 => (kind(), prop::bool::weighted(0.7)).prop_map(|(kind, active)| Instruction::Activate { kind, active }),
        1 => (kind(), title(), 0..4_i64, new_tags(), values()).prop_map(|(kind, title, second, tags, given)| {
            let given = likely(kind, given);
            Instruction::Import { kind, title, second, tags, given }
        }),
        1 => Just(Instruction::Head),
    ]
}

fn raise() -> impl Strategy<Value = Raise> {
    let (by, kind, stage, title, text) = (0..2_usize, 0..3_usize, of(0..4_usize), 0..5_usize, 0..6_usize);
    let customer = of(0..1_000_usize);
    let whole = (by, kind, stage, title, text, customer, new_tags(), values(), weighted(0.2, 0..3_u8));
    whole.prop_map(|(by, kind, stage, title, text, customer, tags, given, request)| {
        let given = likely(kind, given);
        Raise { by, kind, stage, title, text, customer, tags, given, request }
    })
}

/// Tags by their names: what has an id is not the same in every request.
fn new_tags() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![2 => Just(Vec::new()), 1 => vec(0..TAGS.len(), 1..3)]
}

/// Values for fields; now and then one of them twice.
fn values() -> impl Strategy<Value = Vec<(usize, usize)>> {
    let value = prop_oneof![12 => 0..WRONG, 1 => Just(WRONG)];
    let some = prop_oneof![2 => Just(BTreeMap::new()), 3 => btree_map(0..FIELDS, value, 1..4)];
    (some, prop::bool::weighted(0.03)).prop_map(|(values, again)| {
        let mut given: Vec<(usize, usize)> = values.into_iter().collect();
        given.extend(given.first().copied().filter(|_| again));
        given
    })
}

/// Values without those that most often are wrong: a support case has no fields, and a refund must have its order.
fn likely(kind: usize, mut given: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    match kind {
        0 => given.retain(|(_, value)| *value == WRONG),
        1 => given.retain(|(field, value)| ![1, 3].contains(field) || *value == WRONG),
        _ if given.first().is_none_or(|(field, _)| *field > 0) => given.insert(0, (0, 1)),
        _ => {}
    }
    given
}

fn edit() -> impl Strategy<Value = Edit> {
    let seen = prop_oneof![4 => Just(Seen::Nothing), 2 => Just(Seen::Now), 1 => Just(Seen::Before)];
    let (kind, stage) = (weighted(0.2, 0..3_usize), of(0..4_usize));
    let (title, text) = (weighted(0.3, 0..5_usize), weighted(0.3, 0..6_usize));
    let customer = weighted(0.3, of(0..1_000_usize));
    let (priority, end) = (weighted(0.3, 0..4_usize), weighted(0.2, 0..3_usize));
    (kind, stage, title, text, customer, (priority, end), values(), any::<bool>(), seen).prop_map(
        |(kind, stage, title, text, customer, (priority, end), given, reason, seen)| Edit {
            kind,
            stage,
            title,
            text,
            customer,
            priority,
            end,
            given,
            reason,
            seen,
        },
    )
}
