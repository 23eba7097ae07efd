//! Signatures by which a webform recognises the sender of an answer.

use casekit_core::language::Message;
use casekit_core::model::Sensitive;
use casekit_core::release::Fault;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The signature: `v1=` and, in hexadecimal, HMAC-SHA-256 with the secret over `casekit-v1` and the values of the
/// headers, each on a line of its own.
///
/// Among these are the time of the attempt and the key of the sending: a receiver that refuses old requests and
/// remembers keys cannot be made to take a request that somebody copied.
pub(super) fn of<'a>(secret: &Sensitive, values: impl Iterator<Item = &'a str>) -> Result<String, Fault> {
    let unusable =
        |_| Fault::configuration("secret_unusable", "webform", Message::new("hint.secret_unusable"));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.clear().as_bytes()).map_err(unusable)?;
    mac.update(b"casekit-v1");
    for value in values {
        mac.update(b"\n");
        mac.update(value.as_bytes());
    }
    let tag = mac.finalize().into_bytes();
    Ok(tag.iter().fold(String::from("v1="), |text, byte| text + &format!("{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use casekit_core::model::ShortText;

    use super::*;

    #[test]
    fn a_signature_is_what_the_documentation_computes() {
        let secret = Sensitive::new(ShortText::parse("secret", "correct horse").unwrap());
        let values = ["1760000000", "0123", "sha-256=:YQ==:", "C-1", "no_data", "", "", "", "", "package"];
        let page = include_str!("../../../docs/webform-delivery.md");
        let signature = of(&secret, values.into_iter()).unwrap();
        assert!(page.contains(&signature), "{signature}");
    }
}
