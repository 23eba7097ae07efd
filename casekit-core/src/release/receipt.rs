//! The receiver's receipt, as it is kept.

use sha2::{Digest, Sha256};

use crate::commit::hex;
use crate::model::{Reference, limits};

/// What is kept of a receipt. The answer has arrived, whatever the receipt is: to refuse it would have the answer sent again.
///
/// Line breaks and other control characters are kept as spaces. A receipt over the limit of references is kept as its first 120
/// characters, `… sha256:` and the SHA-256 of all that the receiver gave, in hexadecimal: what it has can be compared with that.
pub(crate) fn kept(given: &str) -> Option<Reference> {
    let shown: String = given.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let shown = shown.trim();
    if shown.chars().count() <= limits::REFERENCE {
        return Reference::parse("receipt", shown).ok();
    }
    let begin: String = shown.chars().take(BEGIN).collect();
    let digest = hex(&Sha256::digest(given.as_bytes()));
    Reference::parse("receipt", &format!("{begin}… sha256:{digest}")).ok()
}

/// How many characters of a long receipt are kept.
const BEGIN: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    fn text(given: &str) -> Option<String> {
        kept(given).map(|receipt| receipt.to_string())
    }

    #[test]
    fn a_receipt_is_kept_whole_up_to_the_limit_and_verifiable_beyond() {
        assert_eq!(text(" R-1 "), Some("R-1".into()));
        assert_eq!(text("R-1\nby post\t"), Some("R-1 by post".into()));
        let whole = "ü".repeat(200);
        assert_eq!(text(&whole), Some(whole.clone()));
        let long = "x".repeat(201);
        let digest = hex(&Sha256::digest(long.as_bytes()));
        assert_eq!(text(&long), Some(format!("{}… sha256:{digest}", "x".repeat(120))));
        assert_ne!(text(&format!("{long}y")), text(&format!("{long}z")), "told apart by what is not shown");
        assert_eq!(text("\n "), None);
        assert_eq!(text(""), None);
    }
}
