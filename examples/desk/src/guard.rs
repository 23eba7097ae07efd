//! What stands before every page: a host that is ours, forms that are ours, and a browser that runs nothing else.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;

use crate::prelude::*;

/// The headers of every answer.
const HEADERS: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; \
         trusted-types desk",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Around everything, assets too.
pub(crate) async fn outer(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let mut response = match refusal(request.method(), request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages have personal data; assets say themselves how long they are kept.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let took = format!("app;dur={:.2}", began.elapsed().as_secs_f64() * 1000.0);
    headers.extend(HeaderValue::try_from(took).map(|took| (HeaderName::from_static("server-timing"), took)));
    response
}

/// Around pages: who asks. Assets set no cookie, since they are fetched beside the first page, each for a session of its own.
pub(crate) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let known = app.key.session(request.headers());
    let is_new = known.is_none();
    let session = known.unwrap_or_else(|| app.key.new_session(request.headers()));
    let cookie = HeaderValue::try_from(app.key.cookie(&session)).ok().filter(|_| is_new);
    request.extensions_mut().insert(session);
    let mut response = next.run(request).await;
    if let Some(cookie) = cookie {
        response.headers_mut().entry(header::SET_COOKIE).or_insert(cookie);
    }
    response
}

/// Why a request is not looked at any further.
fn refusal(method: &Method, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let text = |name: HeaderName| headers.get(name).and_then(|one| one.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // A name that was made to lead to this machine would otherwise make us another page's own server.
    if !["localhost", "127.0.0.1", "[::1]"].contains(&name) {
        return Some((StatusCode::MISDIRECTED_REQUEST, "unknown host: open http://localhost"));
    }
    if [Method::GET, Method::HEAD].contains(method) {
        return None;
    }
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let is_ours = text(header::ORIGIN).map(|one| one.strip_prefix("http://") == Some(host));
    let is_foreign = is_ours == Some(false) || site.is_some_and(|one| one != "same-origin");
    if is_foreign || (is_ours.is_none() && site.is_none()) {
        let told = "this form came from elsewhere: open the desk and send it from there";
        return Some((StatusCode::FORBIDDEN, told));
    }
    None
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use casekit::CaseKit;
    use tower::ServiceExt;

    use super::*;
    use crate::session::Key;

    /// Sends a request with these headers, to a desk with an empty file.
    async fn send(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let app = App::of(CaseKit::in_memory().unwrap(), Key::fresh());
        send_to(app, method, path, headers, body).await
    }

    async fn send_to(app: App, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let request = Request::builder().method(method).uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        crate::router(app).oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
    }

    const HOST: (&str, &str) = ("host", "localhost:4600");
    const ORIGIN: (&str, &str) = ("origin", "http://localhost:4600");
    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

    #[tokio::test]
    async fn every_answer_has_every_header() {
        let asset = crate::assets::address("desk.css");
        let evil = ("host", "evil.example");
        for (path, host) in [("/", HOST), ("/nowhere", HOST), (asset.as_str(), HOST), ("/", evil)] {
            let answer = send("GET", path, &[host], "").await;
            for (name, value) in HEADERS {
                assert_eq!(answer.headers().get(name).unwrap(), value, "{name} of {path}");
            }
            let kept = answer.headers().get(header::CACHE_CONTROL).unwrap().to_str().unwrap();
            assert_eq!(kept.contains("no-store"), !path.starts_with("/assets/"), "{path}");
        }
    }

    #[tokio::test]
    async fn a_host_that_is_not_this_machine_is_refused() {
        for host in ["evil.example", "localhost.evil.example:4600", "127.0.0.1.nip.io", "", "[::2]:4600"] {
            assert_eq!(send("GET", "/", &[("host", host)], "").await.status(), 421, "{host}");
        }
        assert_eq!(send("GET", "/", &[], "").await.status(), 421);
        for host in ["localhost", "127.0.0.1:4600", "[::1]:4600"] {
            assert_eq!(send("GET", "/", &[("host", host)], "").await.status(), 200, "{host}");
        }
    }

    #[tokio::test]
    async fn a_form_from_elsewhere_is_refused() {
        let site = |site| ("sec-fetch-site", site);
        let (evil, null) = (("origin", "http://evil.example"), ("origin", "null"));
        for from in [evil, null, site("cross-site"), site("same-site"), FORM] {
            let answer = send("POST", "/session", &[HOST, from, FORM], "").await;
            assert_eq!(answer.status(), 403, "{from:?}");
            let told = to_bytes(answer.into_body(), 10_000).await.unwrap();
            assert!(String::from_utf8_lossy(&told).contains("elsewhere"), "{from:?}");
        }
        // One header that is ours does not make up for another that is not.
        let answer = send("POST", "/session", &[HOST, ORIGIN, site("cross-site"), FORM], "").await;
        assert_eq!(answer.status(), 403);
    }

    #[tokio::test]
    async fn a_form_needs_the_token_of_its_own_browser() {
        let key = Key::fresh();
        let app = App::of(CaseKit::in_memory().unwrap(), key.clone());
        let session = key.new_session(&HeaderMap::new());
        let cookie = key.cookie(&session);
        let other = key.new_session(&HeaderMap::new()).token;
        let cookie = ("cookie", cookie.split(';').next().unwrap());
        for (token, status) in [(session.token.as_str(), 303), (other.as_str(), 403), ("", 403)] {
            let body = format!("token={token}&actor=mara");
            let answer = send_to(app.clone(), "POST", "/session", &[HOST, ORIGIN, FORM, cookie], &body).await;
            assert_eq!(answer.status(), status, "{token}");
        }
    }
}
