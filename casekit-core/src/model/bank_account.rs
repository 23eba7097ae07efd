//! A bank account of a customer, and what its number can be.

use serde::{Deserialize, Serialize};

use super::iban::{self, Fault};
use super::{BankAccountId, Name, Sensitive, ShortText};
use crate::field::{FieldError, FieldRule};
use crate::language::Argument;

/// A bank account of a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BankAccount {
    /// The id of the account in the file; it never changes.
    pub id: BankAccountId,
    /// The name of the bank; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<ShortText>,
    /// The name of the account's owner; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_name: Option<Name>,
    /// The account number or IBAN; sensitive.
    pub number: Sensitive,
}

impl BankAccount {
    /// Checks an account number that a caller gave for `field`: one line of 1 to 1,000 characters.
    ///
    /// The hint of a number is refused, because it would replace the number that it was made of. What looks like an IBAN
    /// must have the length of its country and the right check digits (ISO 13616, ISO 7064 MOD 97-10). It is kept as it
    /// was given, spaces and small letters included.
    pub fn parse_number(field: &str, text: &str) -> Result<Sensitive, FieldError> {
        let number = ShortText::parse(field, text)?;
        let why = |why: &str| Err(FieldError::new(field, FieldRule::DoesNotFit { why: why.into() }));
        if number.as_str().contains('…') {
            return why("hint_of_a_number");
        }
        match iban::fault(number.as_str()) {
            Some(Fault::Length) => why("iban_length"),
            Some(Fault::CheckDigits) => why("iban_check_digits"),
            None => Ok(Sensitive::new(number)),
        }
    }

    /// Whether the two have the same value in a field.
    #[must_use]
    pub fn agrees_with(&self, other: &Self, field: BankAccountField) -> bool {
        match field {
            BankAccountField::Bank => self.bank == other.bank,
            BankAccountField::AccountName => self.account_name == other.account_name,
            BankAccountField::Number => self.number == other.number,
        }
    }

    /// The value of one field as an argument of a message; `None` if there is none. The number is its hint.
    #[must_use]
    pub fn argument(&self, field: BankAccountField) -> Option<Argument> {
        match field {
            BankAccountField::Bank => self.bank.as_ref().map(|bank| Argument::Text(bank.to_string())),
            BankAccountField::AccountName => {
                self.account_name.as_ref().map(|name| Argument::Text(name.to_string()))
            }
            BankAccountField::Number => Some(Argument::Text(self.number.hint())),
        }
    }
}

/// A field of a bank account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankAccountField {
    /// The name of the bank.
    Bank,
    /// The name of the account's owner.
    AccountName,
    /// The account number or IBAN.
    Number,
}

impl BankAccountField {
    /// Every field, in the order of declaration.
    pub const ALL: [Self; 3] = [Self::Bank, Self::AccountName, Self::Number];

    /// The stable word for it in errors and in the history, such as `account_name`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::AccountName => "account_name",
            Self::Number => "number",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(number: &str) -> Option<String> {
        match BankAccount::parse_number("number", number).map_err(|error| error.rule) {
            Ok(_) => None,
            Err(FieldRule::DoesNotFit { why }) => Some(why),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_hint_of_a_number_is_no_number() {
        for hint in ["…3000", "…", " …3000 ", "DE89…3000"] {
            assert_eq!(refused(hint).as_deref(), Some("hint_of_a_number"), "{hint}");
        }
    }

    #[test]
    fn an_iban_has_its_length_and_its_check_digits_and_is_kept_as_it_was_given() {
        assert_eq!(refused("DE88 3704 0044 0532 0130 00").as_deref(), Some("iban_check_digits"));
        assert_eq!(refused("DE89 3704 0044 0532 0130 0").as_deref(), Some("iban_length"));
        let number = BankAccount::parse_number("number", " de89 3704 0044 0532 0130 00 ").unwrap();
        assert_eq!((number.clear(), number.hint().as_str()), ("de89 3704 0044 0532 0130 00", "…3000"));
    }

    #[test]
    fn a_number_that_does_not_look_like_an_iban_is_free() {
        for number in ["12-34-56 12345678", "0532013000", "DE12", "Depot 7", "1", "ZZ99 1234 5678 9012 34"] {
            assert_eq!(refused(number), None, "{number}");
        }
    }
}
