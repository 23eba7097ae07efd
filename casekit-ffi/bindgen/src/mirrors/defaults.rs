//! Which fields of a record a host may leave out: those that core's own constructor does not take.

use syn::visit::Visit;
use syn::{Attribute, Block, Expr, FnArg, ImplItem, Item, Lit, Member, Pat, ReturnType, Stmt, Visibility};

use super::form::Form;
use crate::core_source::modules::Module;

/// Fields that hosts may leave out although core's constructor takes them, with their defaults.
const BESIDES: [(&str, &str, &str); 1] = [
    // Hosts name their arguments, so they can leave this one out. In Rust a second constructor would only save writing
    // `""`.
    ("Actor", "name", "\"\""),
];

/// How core makes a record.
pub(super) enum Made<'a> {
    /// By a function that takes some of the fields.
    By { asked: Vec<String>, body: &'a syn::ExprStruct },
    /// By `Default`, without any field.
    FromNothing,
    /// Only by a struct literal.
    ByHand,
}

impl<'a> Made<'a> {
    /// The constructor is the first public function without `self` that returns the type, if it takes arguments or is
    /// the default.
    pub(super) fn of(name: &str, item: &Item, module: &'a Module) -> Self {
        for one in &module.items {
            let Item::Impl(block) = one else { continue };
            let of = super::form::text_of(&block.self_ty);
            if of != name || block.trait_.is_some() {
                continue;
            }
            for item in &block.items {
                let ImplItem::Fn(function) = item else { continue };
                let is_public = matches!(function.vis, Visibility::Public(_));
                let ReturnType::Type(_, answer) = &function.sig.output else { continue };
                let answer = super::form::text_of(answer);
                if !is_public || function.sig.receiver().is_some() || (answer != "Self" && answer != name) {
                    continue;
                }
                match last_of(&function.block) {
                    Some(Expr::Struct(body)) if !function.sig.inputs.is_empty() => {
                        let asked = function.sig.inputs.iter().filter_map(name_of_argument).collect();
                        return Self::By { asked, body };
                    }
                    Some(Expr::Call(_)) if function.sig.inputs.is_empty() => return Self::FromNothing,
                    _ => {}
                }
            }
        }
        if has_default(item) { Self::FromNothing } else { Self::ByHand }
    }

    /// The default of a field, as uniffi writes it; `None` if hosts have to give the field.
    pub(super) fn default_of(&self, record: &str, field: &str, form: &Form) -> Option<String> {
        let besides = BESIDES.iter().find(|(of, name, _)| *of == record && *name == field);
        if let Some((_, _, value)) = besides {
            return Some((*value).to_owned());
        }
        match self {
            Self::By { asked, body } => {
                let set = body
                    .fields
                    .iter()
                    .find(|one| matches!(&one.member, Member::Named(name) if name == field));
                match set {
                    Some(set) if uses(&set.expr, asked) => None,
                    Some(set) => literal(&set.expr),
                    None => of_form(form),
                }
            }
            Self::FromNothing => {
                of_form(form).filter(|_| !matches!(form, Form::Plain(name) if name != "bool"))
            }
            Self::ByHand => of_form(form).filter(|_| matches!(form, Form::Option(_))),
        }
    }
}

fn of_form(form: &Form) -> Option<String> {
    match form {
        Form::Option(_) => Some("None".to_owned()),
        Form::List(_) => Some("[]".to_owned()),
        Form::Plain(name) if name == "bool" => Some("false".to_owned()),
        Form::Plain(name) if name == "String" => Some("\"\"".to_owned()),
        Form::Plain(_) => Some("0".to_owned()),
        Form::Nothing | Form::Duration | Form::Named(_) => None,
    }
}

fn last_of(block: &Block) -> Option<&Expr> {
    match block.stmts.last()? {
        Stmt::Expr(last, None) => Some(last),
        _ => None,
    }
}

fn name_of_argument(argument: &FnArg) -> Option<String> {
    let FnArg::Typed(argument) = argument else { return None };
    let Pat::Ident(name) = &*argument.pat else { return None };
    Some(name.ident.to_string())
}

fn uses(value: &Expr, names: &[String]) -> bool {
    struct Uses<'a>(&'a [String], bool);
    impl Visit<'_> for Uses<'_> {
        fn visit_ident(&mut self, name: &syn::Ident) {
            self.1 |= self.0.iter().any(|one| name == one);
        }
    }
    let mut found = Uses(names, false);
    found.visit_expr(value);
    found.1
}

/// A value that uniffi can write as a default; `None` for any other.
fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Path(path) if path.path.is_ident("None") => Some("None".to_owned()),
        Expr::Call(call) => match super::form::text_of_expr(&call.func).as_str() {
            "Vec::new" => Some("[]".to_owned()),
            "String::new" => Some("\"\"".to_owned()),
            _ => None,
        },
        Expr::Macro(one) if one.mac.path.is_ident("vec") && one.mac.tokens.is_empty() => {
            Some("[]".to_owned())
        }
        Expr::Lit(literal) => match &literal.lit {
            Lit::Bool(value) => Some(value.value.to_string()),
            Lit::Int(value) => Some(value.base10_digits().to_owned()),
            Lit::Str(value) => Some(format!("{:?}", value.value())),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a type has a `Default`.
pub(super) fn has_default(item: &Item) -> bool {
    let derives = |attributes: &[Attribute]| {
        attributes.iter().filter(|one| one.path().is_ident("derive")).any(|one| {
            let mut found = false;
            let _ = one.parse_nested_meta(|meta| {
                found |= meta.path.is_ident("Default");
                Ok(())
            });
            found
        })
    };
    match item {
        Item::Struct(one) => derives(&one.attrs),
        Item::Enum(one) => derives(&one.attrs),
        _ => false,
    }
}
