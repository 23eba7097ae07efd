//! Delivering answers to a web server, by HTTPS POST.

mod address;
mod answer;
mod signature;

use std::borrow::Cow;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casekit_core::language::Message;
use casekit_core::model::Sensitive;
use casekit_core::release::{Delivered, Delivery, Fault, Outgoing, OutgoingKind};
use sha2::{Digest, Sha256};
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};

use address::Address;

/// Whether an entry of the list of hosts allows any address.
pub(super) fn can_be_allowed(entry: &str) -> bool {
    Address::can_be_allowed(entry)
}

/// Sends each package to a web server, by HTTPS POST.
///
/// The body is the package. Headers carry the key by which a server recognises a repeated delivery, the digest of the
/// body (RFC 9530), when it was sent, and a signature over all of them. `docs/webform-delivery.md` describes them and the answers that
/// are understood. Redirects are not followed.
#[derive(Clone, Debug)]
pub struct HttpDelivery {
    address: Address,
    signing: Signing,
    agent: Agent,
}

/// Whether deliveries are signed, and with which secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signing {
    /// Deliveries carry no signature.
    Unsigned,
    /// Deliveries are signed by HMAC-SHA-256 with this secret.
    Secret(Sensitive),
}

/// Time-outs and certificates for web servers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpOptions {
    /// The time-out for connecting, including the TLS handshake.
    pub connect_timeout: Duration,
    /// The time-out for a whole delivery.
    pub timeout: Duration,
    /// The certificate authorities to trust, as PEM, for servers within an organisation; `None` for those of Mozilla's
    /// root programme.
    pub root_certificates: Option<Vec<u8>>,
}

impl Default for HttpOptions {
    /// 10 seconds to connect, two minutes in all.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(120),
            root_certificates: None,
        }
    }
}

impl HttpDelivery {
    /// A delivery to this address, if the list of hosts allows it (see
    /// [`allow_host`](super::HostAdapters::allow_host)).
    ///
    /// # Errors
    /// `url_invalid`, `not_allowed`, `certificates_invalid`.
    ///
    /// # Cost
    /// Reads and sends nothing.
    pub fn new(
        url: &str,
        allowed: &[String],
        signing: Signing,
        options: &HttpOptions,
    ) -> Result<Self, Fault> {
        let address = Address::parse(url, allowed)?;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .https_only(!address.is_plain())
            .timeout_connect(Some(options.connect_timeout))
            .timeout_global(Some(options.timeout))
            .max_response_header_size(16 * 1024)
            .accept("application/json")
            .user_agent(concat!("casekit/", env!("CARGO_PKG_VERSION")));
        if address.is_plain() {
            // Plain HTTP is only for this machine, and a proxy does not lead there.
            config = config.proxy(None);
        }
        if let Some(pem) = &options.root_certificates {
            config = config.tls_config(TlsConfig::builder().root_certs(roots(pem)?).build());
        }
        Ok(Self { address, signing, agent: config.build().into() })
    }

    /// Checks that the server answers, without sending anything about a case.
    ///
    /// # Errors
    /// As [`deliver`](Delivery::deliver).
    ///
    /// # Cost
    /// Sends one request without a body.
    ///
    /// It has ten seconds to connect and two minutes in all, unless [`HttpOptions`] say otherwise: `delivery_timeout`
    /// beyond.
    pub fn reach(&self) -> Result<(), Fault> {
        let asked = self.agent.head(self.address.as_str()).call();
        answer::to_a_visit(asked.map_err(|error| answer::fault_of(&error))?.status().as_u16())
    }
}

impl Delivery for HttpDelivery {
    /// Accepts packages and messages.
    ///
    /// Faults: `kind_not_supported`, `delivery_unreachable`, `delivery_timeout`, `delivery_interrupted`, `delivery_unavailable`,
    /// `delivery_tls`, `delivery_redirected`, `delivery_unauthorised`, `delivery_address_unknown`,
    /// `delivery_too_large`, `delivery_rejected`, `delivery_answer_invalid`, `delivery_failed`.
    ///
    /// # Cost
    /// Sends it, from memory, in one request, and reads up to 64 KiB of the answer.
    ///
    /// It has ten seconds to connect and two minutes in all, unless [`HttpOptions`] say otherwise: `delivery_timeout`
    /// beyond.
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        let (outcome, media_type, bytes) = match &outgoing.kind {
            OutgoingKind::Package { outcome, bytes, .. } => {
                (outcome.as_str(), "application/zip", Cow::Borrowed(bytes.as_slice()))
            }
            OutgoingKind::Message { .. } => {
                let message =
                    super::message::of(outgoing).ok_or_else(|| Fault::cannot_carry(outgoing.kind.code()))?;
                ("", "application/json", Cow::Owned(message))
            }
            _ => return Err(Fault::cannot_carry(outgoing.kind.code())),
        };
        let digest = Sha256::digest(&bytes);
        let content_digest = format!("sha-256=:{}:", STANDARD.encode(digest));
        let mut signed = vec![
            ("X-Casekit-Timestamp", outgoing.sent_at.timestamp().to_string()),
            ("Idempotency-Key", encoded(&outgoing.key)),
            ("Content-Digest", content_digest),
            ("X-Casekit-Case", encoded(&outgoing.case_number)),
            ("X-Casekit-Outcome", encoded(outcome)),
            ("X-Casekit-Request", encoded(&outgoing.request_ref)),
            ("X-Casekit-Reference-Number", number(outgoing.reference_number)),
            ("X-Casekit-Reference-Shared", number(u32::from(outgoing.reference_shared))),
            ("X-Casekit-Reply-To", encoded(&outgoing.reply_to)),
            ("X-Casekit-Kind", outgoing.kind.code().to_owned()),
        ];
        if let Signing::Secret(secret) = &self.signing {
            let signature = signature::of(secret, signed.iter().map(|(_, value)| value.as_str()))?;
            signed.push(("X-Casekit-Signature", signature));
        }
        let mut request = self.agent.post(self.address.as_str()).header("Content-Type", media_type);
        for (name, value) in signed.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, value);
        }
        let sent = request.send(bytes.as_ref());
        answer::to_a_delivery(sent.map_err(|error| answer::fault_of(&error))?, &outgoing.key)
    }
}

/// A number in the form of a header, which is left out for 0.
fn number(value: u32) -> String {
    if value == 0 { String::new() } else { value.to_string() }
}

/// A value in the form of a header: UTF-8, with everything but letters, digits and `-._~@:/?=&+,` percent-encoded (RFC
/// 3986).
fn encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@:/?=&+,".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn roots(pem: &[u8]) -> Result<RootCerts, Fault> {
    let invalid = || {
        let hint = Message::new("hint.certificates_invalid");
        Fault::configuration("certificates_invalid", "webform", hint)
    };
    let mut found: Vec<Certificate<'static>> = Vec::new();
    for item in ureq::tls::parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| invalid())? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err(invalid()) } else { Ok(RootCerts::new_with_certs(&found)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_carries_any_text() {
        assert_eq!(encoded("C-000123"), "C-000123");
        assert_eq!(encoded("ada@example.org"), "ada@example.org");
        assert_eq!(encoded("a b\r\nX: ł%"), "a%20b%0D%0AX:%20%C5%82%25");
    }

    #[test]
    fn certificates_must_be_such() {
        let empty = "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n";
        for pem in ["", "not a certificate", empty] {
            assert_eq!(roots(pem.as_bytes()).unwrap_err().code, "certificates_invalid");
        }
    }
}
