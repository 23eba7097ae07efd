//! Who sits at this browser. A host puts its own sign-in here: everything else asks [`Session`] alone.

use std::io::Write;
use std::path::Path;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::Failed;
use crate::prelude::*;
use crate::words::{LANGUAGES, Language};

/// Somebody of the demo's office.
pub(crate) struct Person {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: Role,
}

pub(crate) const PEOPLE: [Person; 6] = [
    Person { id: "petra", name: "Petra Lind", role: Role::Approver },
    Person { id: "quin", name: "Quin Okoro", role: Role::Approver },
    Person { id: "amara", name: "Amara Okafor", role: Role::Agent },
    Person { id: "mara", name: "Mara Stein", role: Role::Manager },
    Person { id: "ivo", name: "Ivo Marek", role: Role::ItAdministrator },
    Person { id: "ines", name: "Inês Prata", role: Role::Auditor },
];

impl Person {
    pub(crate) fn with_id(id: &str) -> Option<&'static Self> {
        PEOPLE.iter().find(|one| one.id == id)
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor::new(self.id, self.name).with_role(self.role)
    }
}

/// What the browser was told about itself, under a signature.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) person: &'static Person,
    pub(crate) language: Language,
    pub(crate) theme: &'static str,
    /// Proves that a form was drawn for this browser: only the browser itself and its pages have it.
    pub(crate) token: String,
}

/// Light or dark, or as the system has it: each by its code, which is also the key of its word.
pub(crate) const THEMES: [&str; 3] = ["system", "light", "dark"];

fn theme_of(code: &str) -> Option<&'static str> {
    THEMES.into_iter().find(|one| *one == code)
}

impl Session {
    /// Whom the kit is told to trust. A host returns here whoever its own sign-in proved.
    pub(crate) fn actor(&self) -> Actor {
        self.person.actor()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// What cookies and forms are signed with.
#[derive(Clone)]
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn fresh() -> Self {
        Self(random())
    }

    /// The key beside the file, so that nobody is thrown out when the desk starts anew.
    pub(crate) fn kept_in(path: &Path) -> Result<Self, Failed> {
        if let Ok(kept) = std::fs::read(path) {
            let told = format!("{} is no key: remove it, and a new one is made", path.display());
            return Ok(Self(kept.try_into().map_err(|_| told)?));
        }
        let key = Self::fresh();
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)?.write_all(&key.0)?;
        Ok(key)
    }

    fn mac(&self, what: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(what.as_bytes());
        Some(mac)
    }

    fn sign(&self, what: &str) -> String {
        self.mac(what).map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())).unwrap_or_default()
    }

    fn proves(&self, what: &str, mark: &str) -> bool {
        let mark = URL_SAFE_NO_PAD.decode(mark).unwrap_or_default();
        self.mac(what).is_some_and(|mac| mac.verify_slice(&mark).is_ok())
    }

    /// The cookie that says this session.
    pub(crate) fn cookie(&self, session: &Session) -> String {
        let Session { person, language, theme, token } = session;
        let value = format!("{}.{}.{theme}.{token}", person.id, language.code);
        format!("desk={value}.{}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000", self.sign(&value))
    }

    /// The session that the cookie proves; `None` for a forged one, or without one.
    pub(crate) fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|one| one.to_str().ok());
        let sent = cookies.flat_map(|one| one.split("; ")).find_map(|one| one.strip_prefix("desk="))?;
        let (value, mark) = sent.rsplit_once('.')?;
        let mut parts = self.proves(value, mark).then(|| value.split('.'))?;
        let (person, language) = (Person::with_id(parts.next()?)?, Language::of(parts.next()?)?);
        let (theme, token) = (theme_of(parts.next()?)?, parts.next()?.to_owned());
        Some(Session { person, language, theme, token })
    }

    /// A session for a browser that has none: the first of the demo's people, in the language that it prefers.
    pub(crate) fn new_session(&self, headers: &HeaderMap) -> Session {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|one| one.to_str().ok());
        let mut wanted = wanted.unwrap_or_default().split(',');
        let language = wanted.find_map(|one| Language::of(one.trim().get(..2)?));
        let ([person, ..], [english, ..], [theme, ..]) = (&PEOPLE, LANGUAGES, THEMES);
        let token = URL_SAFE_NO_PAD.encode(random::<16>());
        Session { person, language: language.unwrap_or(english), theme, token }
    }
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    casekit::Env::fill(&casekit::SystemEnv, &mut bytes);
    bytes
}

/// Another person, another language, another theme; and back to the page where that was chosen.
pub(crate) async fn choose(
    State(app): State<App>,
    session: Session,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let person = Person::with_id(form.get("actor")).unwrap_or(session.person);
    let language = Language::of(form.get("language")).unwrap_or(session.language);
    let theme = theme_of(form.get("theme")).unwrap_or(session.theme);
    let from = headers.get(header::REFERER).and_then(|one| one.to_str().ok());
    // Behind the third slash is the path: back to this server, whatever the header says before it.
    let path = from.and_then(|one| one.splitn(4, '/').nth(3)).unwrap_or_default();
    let back = format!("/{}", path.trim_start_matches(['/', '\\']));
    let chosen = Session { person, language, theme, ..session };
    ([(header::SET_COOKIE, app.key.cookie(&chosen))], Redirect::to(&back)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_cookie(cookie: &str) -> HeaderMap {
        let sent = cookie.split(';').next().unwrap_or_default();
        HeaderMap::from_iter([(header::COOKIE, sent.parse().unwrap())])
    }

    #[test]
    fn a_cookie_comes_back_as_it_was_given() {
        let key = Key::fresh();
        let first = key.new_session(&HeaderMap::new());
        let given = Session { person: &PEOPLE[4], theme: "dark", language: LANGUAGES[2], ..first };
        let back = key.session(&with_cookie(&key.cookie(&given))).unwrap();
        assert_eq!((back.person.id, back.theme, back.language.code), ("ivo", "dark", "ar"));
        assert_eq!(back.token, given.token);
    }

    #[test]
    fn a_forged_cookie_proves_nobody() {
        let key = Key::fresh();
        let cookie = key.cookie(&key.new_session(&HeaderMap::new()));
        assert!(key.session(&with_cookie(&cookie)).is_some());
        assert!(key.session(&with_cookie(&cookie.replace("petra", "mara"))).is_none());
        assert!(Key::fresh().session(&with_cookie(&cookie)).is_none());
        assert!(key.session(&with_cookie("desk=mara.en.dark.x.")).is_none());
        assert!(key.session(&with_cookie("desk=")).is_none());
    }

    #[test]
    fn a_key_is_kept_and_a_strange_file_is_not_taken_for_one() {
        let path = std::env::temp_dir().join(format!("desk-key-{}", std::process::id()));
        let first = Key::kept_in(&path).unwrap();
        assert_eq!(Key::kept_in(&path).unwrap().0, first.0);
        std::fs::write(&path, "short").unwrap();
        assert!(Key::kept_in(&path).is_err());
        std::fs::remove_file(&path).unwrap();
    }
}
