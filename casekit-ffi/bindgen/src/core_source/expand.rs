//! Expands macros by example, as far as core's declarations use them: the items that `permissions! { .. }` declares are
//! read like any others.
//!
//! It supports one rule for each macro; fragments `ident`, `literal`, `meta`, `ty` and `expr`; and repetitions with
//! `*`, nested. Everything else is an error, so that nothing is misread.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};

/// The value of each name of a pattern: tokens, or such a map for each round of a repetition.
type Bindings = BTreeMap<String, Bound>;

#[derive(Clone)]
enum Bound {
    One(TokenStream),
    Many(Vec<Bindings>),
}

/// The items that a macro produces from its input.
///
/// # Errors
///
/// A macro in a form that is not supported, or an input that does not match its pattern.
pub(super) fn expand(rules: &TokenStream, input: &TokenStream) -> Result<TokenStream> {
    let rules: Vec<TokenTree> = rules.clone().into_iter().collect();
    let (pattern, body) = match rules.as_slice() {
        [TokenTree::Group(pattern), TokenTree::Punct(_), TokenTree::Punct(_), TokenTree::Group(body), ..] => {
            (parts_of(&pattern.stream())?, parts_of(&body.stream())?)
        }
        _ => bail!("is not of the form `(pattern) => {{ body }}`"),
    };
    if rules.len() > 5 {
        bail!("has several rules: only one is understood");
    }
    let tokens: Vec<TokenTree> = input.clone().into_iter().collect();
    let mut bound = Bindings::new();
    let rest = fit(&pattern, &tokens, &mut bound).context("does not fit what it is used with")?;
    if !rest.is_empty() {
        bail!("does not fit what it is used with");
    }
    write(&body, &bound)
}

/// A part of a pattern or of a macro's body.
enum Part {
    Token(TokenTree),
    Group(Delimiter, Vec<Part>),
    /// `$name`, with its fragment if it is in a pattern.
    Name(String, Option<String>),
    /// `$( .. )*`, with the separator between rounds.
    Repeated(Vec<Part>, Option<TokenTree>),
}

fn parts_of(tokens: &TokenStream) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) => {
                    let is_fragment =
                        matches!(tokens.peek(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':');
                    let mut ahead = tokens.clone();
                    ahead.next();
                    let fragment = match (is_fragment, ahead.next()) {
                        (true, Some(TokenTree::Ident(fragment))) if is_known(&fragment.to_string()) => {
                            tokens = ahead;
                            Some(fragment.to_string())
                        }
                        _ => None,
                    };
                    parts.push(Part::Name(name.to_string(), fragment));
                }
                Some(TokenTree::Group(group)) => {
                    let between = match tokens.next() {
                        Some(TokenTree::Punct(sign)) if sign.as_char() == '*' => None,
                        Some(between) => match tokens.next() {
                            Some(TokenTree::Punct(sign)) if sign.as_char() == '*' => Some(between),
                            _ => bail!("repeats with something else than `*`"),
                        },
                        None => bail!("ends within a repetition"),
                    };
                    parts.push(Part::Repeated(parts_of(&group.stream())?, between));
                }
                _ => bail!("has a `$` before something else than a name or a repetition"),
            },
            TokenTree::Group(group) => {
                parts.push(Part::Group(group.delimiter(), parts_of(&group.stream())?));
            }
            token => parts.push(Part::Token(token)),
        }
    }
    Ok(parts)
}

fn is_known(fragment: &str) -> bool {
    matches!(fragment, "ident" | "literal" | "meta" | "ty" | "expr")
}

/// Matches tokens against a pattern, and returns the tokens after the match; `None` if they do not match.
fn fit<'a>(pattern: &[Part], tokens: &'a [TokenTree], bound: &mut Bindings) -> Option<&'a [TokenTree]> {
    let mut rest = tokens;
    for part in pattern {
        match part {
            Part::Token(wanted) => {
                let (token, behind) = rest.split_first()?;
                if token.to_string() != wanted.to_string() {
                    return None;
                }
                rest = behind;
            }
            Part::Group(delimiter, inner) => {
                let (TokenTree::Group(group), behind) = rest.split_first()? else { return None };
                let within: Vec<TokenTree> = group.stream().into_iter().collect();
                if group.delimiter() != *delimiter || !fit(inner, &within, bound)?.is_empty() {
                    return None;
                }
                rest = behind;
            }
            Part::Name(name, fragment) => {
                let length = length_of(fragment.as_deref()?, rest)?;
                let (taken, behind) = rest.split_at_checked(length)?;
                bound.insert(name.clone(), Bound::One(taken.iter().cloned().collect()));
                rest = behind;
            }
            Part::Repeated(inner, between) => {
                let mut rounds = Vec::new();
                loop {
                    let mut round = Bindings::new();
                    let at = match between {
                        Some(sign) if !rounds.is_empty() => match rest.split_first() {
                            Some((token, behind)) if token.to_string() == sign.to_string() => behind,
                            _ => break,
                        },
                        _ => rest,
                    };
                    match fit(inner, at, &mut round) {
                        Some(behind) if behind.len() < rest.len() => {
                            rounds.push(round);
                            rest = behind;
                        }
                        _ => break,
                    }
                }
                for name in names_in(inner) {
                    bound.insert(name, Bound::Many(rounds.clone()));
                }
            }
        }
    }
    Some(rest)
}

/// The number of tokens that a fragment takes; `None` if it does not match.
fn length_of(fragment: &str, tokens: &[TokenTree]) -> Option<usize> {
    match (fragment, tokens.first()?) {
        ("ident", TokenTree::Ident(_)) | ("literal", TokenTree::Literal(_)) => Some(1),
        // A `meta` is alone in its brackets, so it takes everything.
        ("meta", _) => Some(tokens.len()),
        ("ty", _) => parsed::<syn::Type>(tokens),
        ("expr", _) => parsed::<syn::Expr>(tokens),
        _ => None,
    }
}

/// The number of tokens that a type or an expression takes.
fn parsed<T: Parse>(tokens: &[TokenTree]) -> Option<usize> {
    let stream: TokenStream = tokens.iter().cloned().collect();
    let behind = |input: ParseStream<'_>| {
        input.parse::<T>()?;
        input.parse::<TokenStream>()
    };
    let rest = behind.parse2(stream).ok()?;
    Some(tokens.len() - rest.into_iter().count())
}

fn names_in(parts: &[Part]) -> Vec<String> {
    let names = parts.iter().flat_map(|part| match part {
        Part::Token(_) => Vec::new(),
        Part::Name(name, _) => vec![name.clone()],
        Part::Group(_, inner) | Part::Repeated(inner, _) => names_in(inner),
    });
    names.collect()
}

fn write(body: &[Part], bound: &Bindings) -> Result<TokenStream> {
    let mut out = TokenStream::new();
    for part in body {
        match part {
            Part::Token(token) => out.extend([token.clone()]),
            Part::Group(delimiter, inner) => {
                out.extend([TokenTree::Group(Group::new(*delimiter, write(inner, bound)?))]);
            }
            Part::Name(name, _) => match bound.get(name) {
                Some(Bound::One(tokens)) => out.extend(tokens.clone()),
                Some(Bound::Many(_)) => bail!("uses `${name}` outside its repetition"),
                None => bail!("uses `${name}`, which is not in its pattern"),
            },
            Part::Repeated(inner, between) => {
                let rounds = names_in(inner).into_iter().find_map(|name| match bound.get(&name) {
                    Some(Bound::Many(rounds)) => Some(rounds),
                    Some(Bound::One(_)) | None => None,
                });
                let rounds = rounds.context("repeats something without a repeated name")?;
                for (place, round) in rounds.iter().enumerate() {
                    if place > 0 {
                        out.extend(between.clone());
                    }
                    let mut all = bound.clone();
                    all.extend(round.clone());
                    out.extend(write(inner, &all)?);
                }
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use quote::ToTokens;

    use super::*;

    /// The items that a macro produces.
    fn expanded(rules: &str, input: &str) -> Result<syn::File> {
        Ok(syn::parse2(expand(&rules.parse().unwrap(), &input.parse().unwrap())?)?)
    }

    fn items(text: &str) -> String {
        syn::parse_file(text).unwrap().to_token_stream().to_string()
    }

    #[test]
    fn a_macro_that_declares_words_is_written_out() {
        let rules = "($($(#[$doc:meta])* $name:ident = $code:literal;)*) => \
                     { enum Word { $($(#[$doc])* $name,)* } const ALL: &[Word] = &[$(Word::$name),*]; };";
        let made = expanded(rules, "/// One.\nOne = \"one\"; Two = \"two\";").unwrap();
        let wanted = "enum Word { /** One.*/ One, Two, } const ALL: &[Word] = &[Word::One, Word::Two];";
        assert_eq!(made.to_token_stream().to_string(), items(wanted));
    }

    #[test]
    fn a_repetition_within_a_repetition_is_written_out() {
        let rules = "($($name:ident { $($part:ident,)* })*) => {$( enum $name { $($part,)* Other } )*};";
        let made = expanded(rules, "A { B, C, } D { }").unwrap();
        assert_eq!(made.to_token_stream().to_string(), items("enum A { B, C, Other } enum D { Other }"));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        assert!(expanded("($a:ident) => { $a }; ($b:literal) => { $b };", "x").is_err());
        assert!(expanded("($a:ident) => { $a };", "3").is_err());
        assert!(expanded("($a:ident) => { $b };", "x").is_err());
    }
}
