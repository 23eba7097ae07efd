//! Addresses of webforms, and which of them the host allows.

use std::fmt;

use casekit_core::language::Message;
use casekit_core::release::Fault;
use ureq::http::Uri;

/// An address that the host allows.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    url: String,
    plain: bool,
}

/// Shows nothing of the address: it may contain a token.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").finish_non_exhaustive()
    }
}

impl Address {
    /// Parses an address, if the list of hosts allows it.
    pub(super) fn parse(url: &str, allowed: &[String]) -> Result<Self, Fault> {
        let place = Place::of(url).ok_or_else(|| {
            let hint = Message::new("hint.url_invalid");
            Fault::configuration("url_invalid", "webform", hint)
        })?;
        let is_allowed =
            allowed.iter().filter_map(|entry| Place::of_entry(entry)).any(|entry| entry == place);
        if !is_allowed || (place.plain && !place.is_this_machine()) {
            let hint = Message::new("hint.host_not_allowed");
            return Err(Fault::configuration("not_allowed", "webform", hint));
        }
        Ok(Self { url: url.trim().to_owned(), plain: place.plain })
    }

    /// Whether an entry of the list allows any address.
    pub(super) fn can_be_allowed(entry: &str) -> bool {
        let is_bare = |url: &str| url.parse::<Uri>().is_ok_and(|uri| matches!(uri.path(), "" | "/"));
        let url =
            if entry.contains("://") { entry.trim().to_owned() } else { format!("https://{}", entry.trim()) };
        Place::of(&url).is_some() && is_bare(&url)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.url
    }

    /// Whether the connection has no TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }
}

/// A server, in the form of an entry of the list.
#[derive(PartialEq, Eq)]
struct Place {
    plain: bool,
    host: String,
    port: u16,
}

impl Place {
    fn of(url: &str) -> Option<Self> {
        let uri: Uri = url.trim().parse().ok()?;
        let plain = match uri.scheme_str()? {
            "https" => false,
            "http" => true,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return None;
        }
        // Anything after the host must be a port. If it is not a legal one, the default port must not be used instead.
        let port = match authority.as_str().get(authority.host().len()..)? {
            "" if plain => 80,
            "" => 443,
            rest => port(rest.strip_prefix(':')?)?,
        };
        Some(Self { plain, host: authority.host().to_ascii_lowercase(), port })
    }

    fn of_entry(entry: &str) -> Option<Self> {
        if entry.contains("://") { Self::of(entry) } else { Self::of(&format!("https://{}", entry.trim())) }
    }

    fn is_this_machine(&self) -> bool {
        let number: Option<std::net::IpAddr> = self.host.trim_matches(['[', ']']).parse().ok();
        self.host == "localhost" || number.is_some_and(|number| number.is_loopback())
    }
}

/// A port as RFC 3986 writes it: digits alone. `parse` takes a sign too, and a number is one port however many zeros are
/// before it, so that what was allowed and what is asked could be told apart by their texts.
fn port(text: &str) -> Option<u16> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(url: &str, allowed: &[&str]) -> Result<bool, String> {
        let allowed: Vec<String> = allowed.iter().map(|entry| (*entry).to_owned()).collect();
        let parsed = Address::parse(url, &allowed);
        parsed.map(|address| address.is_plain()).map_err(|fault| {
            assert_eq!(fault.setting.as_deref(), Some("webform"));
            fault.code
        })
    }

    #[test]
    fn only_hosts_of_the_list_are_allowed() {
        let list = ["forms.example.org", "other.example.org:8443", "https://third.example.org"];
        for url in [
            "https://forms.example.org/answers?a=b",
            "https://FORMS.example.org:443/",
            "https://other.example.org:8443/x",
            "https://third.example.org",
        ] {
            assert_eq!(code(url, &list), Ok(false), "{url}");
        }
        for url in [
            "https://example.org/",
            "https://forms.example.org:8443/",
            "https://other.example.org/",
            "https://forms.example.org.evil.org/",
            "https://evil.org/forms.example.org",
            "https://forms.example.org./",
            "http://forms.example.org/",
            "http://forms.example.org:443/",
        ] {
            assert_eq!(code(url, &list), Err("not_allowed".into()), "{url}");
        }
        assert_eq!(code("https://forms.example.org/", &[]), Err("not_allowed".into()));
    }

    #[test]
    fn plain_http_is_for_this_machine_when_it_was_allowed() {
        for host in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"] {
            let url = format!("http://{host}/answers");
            assert_eq!(code(&url, &[&format!("http://{host}")]), Ok(true), "{url}");
            assert_eq!(code(&url, &[host]), Err("not_allowed".into()), "{url}");
        }
        let outside = "http://forms.example.org";
        assert_eq!(code(outside, &[outside]), Err("not_allowed".into()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in [
            "",
            "forms.example.org",
            "/answers",
            "ftp://forms.example.org/",
            "file:///etc/passwd",
            "https://",
            "https://user:secret@forms.example.org/",
            "https://forms.example.org/a b",
            "https://forms.example.org:99999/",
            "https://forms.example.org:+443/",
            "https://forms.example.org:-443/",
            "https://forms.example.org: 443/",
            "https://forms.example.org:443 /",
            "https://forms.example.org:/",
            "https://forms.example.org:0/",
            "https://forms.example.org:0443/",
            "https://forms.example.org:00443/",
            "https://forms.example.org:65536/",
            "https://forms.example.org:4_43/",
            "https://forms.example.org:４４３/",
            "https://forms.example.org:0x1bb/",
            "https://forms.example.org:443:443/",
            "https://forms.example.org:https/",
            "https://forms.example.org::443/",
            "https://:443/",
            "https://[::1/",
            "https://::1/",
            "https:///answers",
            "https:/forms.example.org/",
            "https:forms.example.org/",
            "//forms.example.org/",
            "https://@forms.example.org/",
            "https://forms.example.org@evil.org/",
            "https://evil.org\\@forms.example.org/",
            "https://forms.example.org\\.evil.org/",
            "https://forms.example.org\t/",
            "https://forms.example.org/\r\nX: y",
            "https://forms.example.org/\0",
            "https://for ms.example.org/",
            "https://ｆorms.example.org/",
        ] {
            assert_eq!(code(url, &["forms.example.org"]), Err("url_invalid".into()), "{url}");
            // Nor does an entry of the list that is written so allow anything.
            if url.contains("://") {
                assert_eq!(code("https://forms.example.org/", &[url]), Err("not_allowed".into()), "{url}");
            }
        }
    }

    #[test]
    fn a_host_that_only_looks_like_an_allowed_one_is_not_allowed() {
        for url in [
            "https://forms.example.org%2eevil.org/",
            "https://forms%2eexample.org/",
            "https://forms.example.org,evil.org/",
            "https://forms.example.org;evil.org/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://[::ffff:127.0.0.1]/",
        ] {
            let said = code(url, &["forms.example.org"]).unwrap_err();
            assert!(said == "not_allowed" || said == "url_invalid", "{url}: {said}");
        }
    }
}
