//! Commands about the bank accounts of a customer.

use serde::{Deserialize, Serialize};

/// A bank account of a customer.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewBankAccount {
    /// The name of the bank, up to 1,000 characters.
    pub bank: Option<String>,
    /// The name of the account's owner, up to 200 characters.
    pub account_name: Option<String>,
    /// The account number or IBAN, up to 1,000 characters; sensitive. What looks like an IBAN must be a sound one; spaces
    /// and small letters do not matter.
    pub number: String,
}

impl NewBankAccount {
    /// An account with a number or IBAN and nothing else.
    #[must_use]
    pub fn numbered(number: impl Into<String>) -> Self {
        Self { number: number.into(), ..Self::default() }
    }

    /// The same account, with the name of the bank.
    #[must_use]
    pub fn at_bank(mut self, bank: impl Into<String>) -> Self {
        self.bank = Some(bank.into());
        self
    }

    /// The same account, with the name of its owner.
    #[must_use]
    pub fn with_account_name(mut self, account_name: impl Into<String>) -> Self {
        self.account_name = Some(account_name.into());
        self
    }
}

impl std::fmt::Debug for NewBankAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewBankAccount")
            .field("bank", &self.bank)
            .field("account_name", &self.account_name)
            .finish_non_exhaustive()
    }
}

/// Changes to a bank account of a customer. Fields that are `None` stay as they are; blank text removes an optional text.
///
/// So somebody who may not see account numbers changes the rest of an account without knowing its number.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct BankAccountEdit {
    /// The new name of the bank, up to 1,000 characters; blank removes it.
    pub bank: Option<String>,
    /// The new name of the account's owner, up to 200 characters; blank removes it.
    pub account_name: Option<String>,
    /// The new account number or IBAN, up to 1,000 characters; sensitive. `None` keeps the number. The hint of a number is
    /// refused.
    pub number: Option<String>,
    /// The revision of the customer that the caller saw. If the customer has another one by now, the edit is refused with
    /// `Conflict`. `None` skips the check.
    pub seen: Option<u64>,
}

impl BankAccountEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives another name of the bank.
    #[must_use]
    pub fn bank(mut self, bank: impl Into<String>) -> Self {
        self.bank = Some(bank.into());
        self
    }

    /// Gives another name of the account's owner.
    #[must_use]
    pub fn account_name(mut self, account_name: impl Into<String>) -> Self {
        self.account_name = Some(account_name.into());
        self
    }

    /// Gives the account another number.
    #[must_use]
    pub fn number(mut self, number: impl Into<String>) -> Self {
        self.number = Some(number.into());
        self
    }

    /// Changes the account only if the customer still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}

impl std::fmt::Debug for BankAccountEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BankAccountEdit")
            .field("bank", &self.bank)
            .field("account_name", &self.account_name)
            .finish_non_exhaustive()
    }
}
