//! The limits of a file: the constants of core's module `limits`.

use anyhow::{Context, Result, bail};
use syn::{BinOp, Expr, Item, ItemConst, Lit};

use crate::core_source::docs::lines_of;
use crate::core_source::modules::Crate;
use crate::core_source::{Sources, names::Project};

/// The module that has them.
const MODULE: &str = "casekit_core::model::limits";

/// The words that follow the unit in a documentation: `Characters in a name`.
const AFTER_UNIT: [&str; 7] = ["in", "of", "on", "for", "to", "about", "that"];

/// One limit.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Bound {
    pub(super) name: String,
    pub(super) value: u64,
    pub(super) unit: String,
    /// What it bounds: the rest of the sentence after the unit.
    pub(super) of: String,
}

/// Every limit, in the order of the source.
///
/// # Errors
///
/// A constant whose number or whose documentation has another form.
pub(super) fn of(sources: &Sources) -> Result<Vec<Bound>> {
    let [_, core, _] = Project::FOLDERS;
    let core = Crate::read(sources, "casekit_core", core)?;
    let module = core.module(MODULE).with_context(|| format!("there is no module `{MODULE}`"))?;
    let constants = module.items.iter().filter_map(|item| match item {
        Item::Const(one) => Some(one),
        _ => None,
    });
    constants.map(|one| bound(one).with_context(|| format!("the limit `{}`", one.ident))).collect()
}

fn bound(one: &ItemConst) -> Result<Bound> {
    let said = lines_of(&one.attrs).join(" ");
    let words: Vec<&str> = said.trim().trim_end_matches('.').split_whitespace().collect();
    let unit = words.iter().position(|word| AFTER_UNIT.contains(word)).filter(|at| (1..=5).contains(at));
    let Some((unit, of)) = unit.and_then(|at| words.split_at_checked(at)) else {
        bail!("its documentation has to begin with the unit: `Characters in a name.`")
    };
    Ok(Bound {
        name: one.ident.to_string(),
        value: value(&one.expr)?,
        unit: unit.join(" ").to_lowercase(),
        of: of.join(" ").replace('|', "\\|"),
    })
}

/// The number that an expression gives: a literal, or a product of some.
fn value(expression: &Expr) -> Result<u64> {
    match expression {
        Expr::Lit(one) => match &one.lit {
            Lit::Int(number) => Ok(number.base10_parse()?),
            _ => bail!("it is not a whole number"),
        },
        Expr::Binary(one) if matches!(one.op, BinOp::Mul(_)) => {
            value(&one.left)?.checked_mul(value(&one.right)?).context("its number is too great")
        }
        _ => bail!("its number has to be a literal, or a product of literals"),
    }
}

impl Bound {
    /// The number in mebi, if it is whole.
    pub(super) fn mebi(&self) -> Option<u64> {
        const MEBI: u64 = 1024 * 1024;
        (self.value >= MEBI && self.value.is_multiple_of(MEBI)).then_some(self.value / MEBI)
    }

    /// The number as people write it: `10,000`.
    pub(super) fn number(&self) -> String {
        written(self.value)
    }
}

fn written(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn bound_of(text: &str) -> Result<Bound> {
        bound(&syn::parse_str(text).unwrap())
    }

    #[test]
    fn a_limit_is_its_unit_and_what_it_bounds() {
        let bound = bound_of("/// Case types in one file,\n/// and also workflows.\nconst A: usize = 1_000;")
            .unwrap();
        let of = "in one file, and also workflows".into();
        assert_eq!(bound, Bound { name: "A".into(), value: 1_000, unit: "case types".into(), of });
    }

    #[test]
    fn a_limit_whose_documentation_has_no_unit_is_refused() {
        let why = bound_of("/// How long it is.\nconst A: u32 = 1;").unwrap_err().to_string();
        assert_eq!(why, "its documentation has to begin with the unit: `Characters in a name.`");
    }

    #[test]
    fn numbers_are_written_for_people() {
        let of = |text| written(value(&syn::parse_str(text).unwrap()).unwrap());
        assert_eq!(of("50"), "50");
        assert_eq!(of("100_000"), "100,000");
        assert_eq!(of("256 * 1024 * 1024"), "268,435,456");
        assert_eq!(of("999_999_999_999"), "999,999,999,999");
        assert!(value(&syn::parse_str("OTHER").unwrap()).is_err());
    }
}
