//! What the answers of servers mean. Of an answer, only its receipt is passed on.

use std::io::ErrorKind;

use casekit_core::language::Message;
use casekit_core::model::{FailureClass, Responsible};
use casekit_core::release::{Delivered, Fault};
use ureq::http::Response;
use ureq::{Body, Error};

/// How many bytes of an answer are read at most. An answer only needs to carry a receipt.
const LONGEST: u64 = 64 * 1024;

/// The result of a delivery, from the server's answer.
pub(super) fn to_a_delivery(answer: Response<Body>, key: &str) -> Result<Delivered, Fault> {
    let status = answer.status().as_u16();
    match status {
        200..=299 => Said::read(answer).map(Said::delivered),
        409 => match Said::read(answer) {
            Ok(said) if said.is_about(key) => Ok(said.delivered()),
            Ok(_) | Err(_) => {
                let hint = Message::new("hint.delivery_taking");
                Err(transient("delivery_unavailable", hint))
            }
        },
        status => Err(refused(status)),
    }
}

/// The result of a mere visit. Any answer shows that the server is there, except one that says that it is not.
pub(super) fn to_a_visit(status: u16) -> Result<(), Fault> {
    match status {
        300..=399 | 404 | 408 | 410 | 425 | 429 | 500 | 502..=599 => Err(refused(status)),
        _ => Ok(()),
    }
}

/// The fault when there was no answer.
pub(super) fn fault_of(error: &Error) -> Fault {
    match error {
        Error::Timeout(_) => timeout(),
        Error::HostNotFound | Error::ConnectionFailed => unreachable(),
        Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => timeout(),
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => interrupted(),
            // The TLS library reports rejected certificates and data this way.
            ErrorKind::InvalidData => tls(),
            _ => unreachable(),
        },
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => tls(),
        Error::InvalidProxyUrl | Error::ConnectProxyFailed(_) => {
            configuration("delivery_unreachable", Message::new("hint.delivery_proxy"))
        }
        Error::Protocol(_) | Error::Http(_) | Error::LargeResponseHeader(..) | Error::BodyStalled => {
            configuration("delivery_answer_invalid", Message::new("hint.delivery_no_web_server"))
        }
        // The enum belongs to ureq, and its other variants cannot occur in the way that it is used here.
        _ => transient("delivery_failed", Message::new("hint.delivery_failed")),
    }
}

fn refused(status: u16) -> Fault {
    match status {
        300..=399 => configuration("delivery_redirected", Message::new("hint.delivery_redirected")),
        401 | 403 | 407 => configuration("delivery_unauthorised", Message::new("hint.delivery_unauthorised")),
        404 | 410 => configuration("delivery_address_unknown", Message::new("hint.delivery_address_unknown")),
        405 | 501 => {
            configuration("delivery_address_unknown", Message::new("hint.delivery_address_takes_none"))
        }
        413 => configuration("delivery_too_large", Message::new("hint.delivery_too_large")),
        408 | 425 | 429 | 500 | 502..=599 => transient(
            "delivery_unavailable",
            Message::new("hint.delivery_unavailable").with("status", u64::from(status)),
        ),
        _ => {
            let hint = Message::new("hint.delivery_rejected").with("status", u64::from(status));
            Fault::new("delivery_rejected", FailureClass::Permanent, Responsible::Support, hint)
                .because_of("webform")
        }
    }
}

fn unreachable() -> Fault {
    transient("delivery_unreachable", Message::new("hint.delivery_unreachable"))
}

fn timeout() -> Fault {
    transient("delivery_timeout", Message::new("hint.delivery_timeout"))
}

fn interrupted() -> Fault {
    transient("delivery_interrupted", Message::new("hint.delivery_interrupted"))
}

fn tls() -> Fault {
    configuration("delivery_tls", Message::new("hint.delivery_tls"))
}

fn configuration(code: &str, hint: Message) -> Fault {
    Fault::configuration(code, "webform", hint)
}

fn transient(code: &str, hint: Message) -> Fault {
    Fault::transient(code, hint).because_of("webform")
}

/// The fields of an answer that are read.
struct Said {
    receipt: Option<String>,
    key: Option<String>,
}

impl Said {
    fn read(mut answer: Response<Body>) -> Result<Self, Fault> {
        let header =
            |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (receipt, key) = (header("X-Receipt"), header("Idempotency-Key"));
        let body = match answer.body_mut().with_config().limit(LONGEST).read_to_vec() {
            Ok(body) => body,
            // The server has accepted the package. A receipt in such a long answer is not looked for.
            Err(Error::BodyExceedsLimit(_)) => Vec::new(),
            Err(error) => return Err(fault_of(&error)),
        };
        let body: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
        let field = |name: &str| body.as_ref()?.get(name)?.as_str().map(str::to_owned);
        Ok(Self { receipt: receipt.or_else(|| field("receipt")), key: key.or_else(|| field("key")) })
    }

    fn is_about(&self, key: &str) -> bool {
        self.key.as_deref().is_some_and(|said| said.trim().trim_matches('"') == key)
    }

    fn delivered(self) -> Delivered {
        Delivered { receipt: self.receipt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_class() {
        use FailureClass::{Configuration, Permanent, Transient};
        let cases = [
            (300, "delivery_redirected", Configuration),
            (304, "delivery_redirected", Configuration),
            (400, "delivery_rejected", Permanent),
            (401, "delivery_unauthorised", Configuration),
            (402, "delivery_rejected", Permanent),
            (403, "delivery_unauthorised", Configuration),
            (404, "delivery_address_unknown", Configuration),
            (405, "delivery_address_unknown", Configuration),
            (408, "delivery_unavailable", Transient),
            (410, "delivery_address_unknown", Configuration),
            (413, "delivery_too_large", Configuration),
            (415, "delivery_rejected", Permanent),
            (422, "delivery_rejected", Permanent),
            (425, "delivery_unavailable", Transient),
            (429, "delivery_unavailable", Transient),
            (500, "delivery_unavailable", Transient),
            (501, "delivery_address_unknown", Configuration),
            (503, "delivery_unavailable", Transient),
            (599, "delivery_unavailable", Transient),
            (999, "delivery_rejected", Permanent),
        ];
        for (status, code, class) in cases {
            let fault = refused(status);
            assert_eq!((fault.code.as_str(), fault.class), (code, class), "{status}");
            assert_eq!(fault.setting.as_deref(), Some("webform"));
        }
    }
}
