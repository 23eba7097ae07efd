//! Commands as small numbers: they choose among what is there, so that random ones mean something.

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

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Instruction {
    Raise {
        by: usize,
        kind: usize,
        stage: Option<usize>,
        title: usize,
        text: usize,
        customer: Option<usize>,
        request: Option<u8>,
    },
    Edit {
        by: usize,
        case: usize,
        edit: Edit,
    },
    Take {
        by: usize,
        case: usize,
    },
    Return {
        by: usize,
        case: usize,
    },
    Assign {
        case: usize,
        to: usize,
    },
    TakeOver {
        case: usize,
    },
    Note {
        by: usize,
        case: usize,
        text: usize,
        shown: bool,
    },
    Reply {
        by: usize,
        note: usize,
        text: usize,
    },
    EditNote {
        by: usize,
        note: usize,
        text: usize,
    },
    Retract {
        by: usize,
        note: usize,
    },
    Show {
        by: usize,
        note: usize,
        shown: bool,
    },
    Customer {
        name: usize,
    },
    Rename {
        customer: usize,
        name: usize,
    },
    Activate {
        kind: usize,
        active: bool,
    },
    Import {
        kind: usize,
        title: usize,
        second: i64,
    },
    Head,
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
    let (by, kind, stage, text, title) =
        (|| 0..2_usize, || 0..3_usize, || 0..4_usize, || 0..6_usize, || 0..5_usize);
    let name = || 0..5_usize;
    let raise = (by(), kind(), of(stage()), title(), text(), of(any()), weighted(0.2, 0..3_u8));
    prop_oneof![
        5 => raise.prop_map(|(by, kind, stage, title, text, customer, request)| Instruction::Raise {
            by, kind, stage, title, text, customer, request
        }),
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
        2 => name().prop_map(|name| Instruction::Customer { name }),
        1 => (any(), name()).prop_map(|(customer, name)| Instruction::Rename { customer, name }),
        1 => (kind(), prop::bool::weighted(0.7)).prop_map(|(kind, active)| Instruction::Activate { kind, active }),
        1 => (kind(), title(), 0..4_i64).prop_map(|(kind, title, second)| Instruction::Import { kind, title, second }),
        1 => Just(Instruction::Head),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let seen = prop_oneof![4 => Just(Seen::Nothing), 2 => Just(Seen::Now), 1 => Just(Seen::Before)];
    let (kind, stage) = (weighted(0.2, 0..3_usize), of(0..4_usize));
    let (title, text) = (weighted(0.3, 0..5_usize), weighted(0.3, 0..6_usize));
    let customer = weighted(0.3, of(0..1_000_usize));
    let (priority, end) = (weighted(0.3, 0..4_usize), weighted(0.2, 0..3_usize));
    (kind, stage, title, text, customer, (priority, end), any::<bool>(), seen).prop_map(
        |(kind, stage, title, text, customer, (priority, end), reason, seen)| Edit {
            kind,
            stage,
            title,
            text,
            customer,
            priority,
            end,
            reason,
            seen,
        },
    )
}
