//! The place of a webform: what people compare when they ask where an answer goes.

use super::WebformTarget;

impl WebformTarget {
    /// The place that answers go to: the path of a folder, the scheme, host and port of a web server such as
    /// `https://forms.example.org`, or the name of the host's own code.
    ///
    /// A path below a web server's host and the name of a secret are no part of it, and a token in an address never is.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Directory { path } => {
                let short = path.trim_end_matches('/');
                if short.is_empty() { path.clone() } else { short.to_owned() }
            }
            Self::Http { url, secret: _ } => origin(url),
            Self::Host { name } => name.clone(),
        }
    }

    /// Whether two targets are the same place, so that what was released to one may be sent to the other.
    #[must_use]
    pub fn is_same_place(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other) && self.place() == other.place()
    }

    /// The target as history shows it: the place, and for a web server also the path. What may be a token is not shown.
    #[must_use]
    pub(crate) fn shown(&self) -> String {
        let Self::Http { url, secret: _ } = self else { return self.place() };
        let (_, rest) = split(url);
        let below = rest.find(['/', '?', '#']).and_then(|at| rest.get(at..)).unwrap_or_default();
        let path = below.split(['?', '#']).next().unwrap_or_default();
        let more = if path.len() < below.len() { "?…" } else { "" };
        format!("{}{path}{more}", origin(url))
    }
}

/// The scheme, host and port of a URL, in the form in which two that mean the same are equal.
fn origin(url: &str) -> String {
    let (scheme, rest) = split(url);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    // Whoever is named before the `@` is not the host.
    let host = authority.rsplit('@').next().unwrap_or_default().to_lowercase();
    let usual = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = host.strip_suffix(usual).unwrap_or(&host);
    format!("{scheme}://{host}")
}

fn split(url: &str) -> (String, &str) {
    let (scheme, rest) = url.trim().split_once("://").unwrap_or(("", url));
    (scheme.to_lowercase(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(url: &str) -> WebformTarget {
        WebformTarget::Http { url: url.into(), secret: None }
    }

    fn folder(path: &str) -> WebformTarget {
        WebformTarget::Directory { path: path.into() }
    }

    #[test]
    fn a_web_server_is_the_same_place_whatever_the_path_the_secret_and_the_case_of_its_name() {
        let here = web("https://forms.example.org/answers?token=abc");
        assert_eq!(here.place(), "https://forms.example.org");
        for same in [
            web("https://forms.example.org/elsewhere"),
            web("HTTPS://Forms.Example.org:443/answers"),
            WebformTarget::Http { url: "https://forms.example.org".into(), secret: Some("key".into()) },
        ] {
            assert!(here.is_same_place(&same), "{}", same.place());
        }
        for other in [
            web("https://evil.example/forms.example.org"),
            web("https://forms.example.org@evil.example/answers"),
            web("https://evil.example\\@forms.example.org/answers"),
            web("https://forms.example.org.evil.example"),
            web("https://forms.example.org:8443/answers"),
            web("http://forms.example.org/answers"),
            folder("https://forms.example.org"),
            WebformTarget::Host { name: "https://forms.example.org".into() },
        ] {
            assert!(!here.is_same_place(&other), "{}", other.place());
        }
    }

    #[test]
    fn a_folder_is_its_path_and_one_below_it_is_another() {
        assert!(folder("/srv/answers").is_same_place(&folder("/srv/answers/")));
        assert!(!folder("/srv/answers").is_same_place(&folder("/srv/answers/new")));
        assert!(!folder("/").is_same_place(&folder("")));
    }

    #[test]
    fn history_shows_the_path_and_no_token() {
        let shown = |url| web(url).shown();
        assert_eq!(
            shown("https://user:pass@forms.example.org/in?token=abc"),
            "https://forms.example.org/in?…"
        );
        assert_eq!(shown("https://forms.example.org/in"), "https://forms.example.org/in");
        assert_eq!(shown("https://forms.example.org"), "https://forms.example.org");
    }
}
