//! Deliveries to a real server on this machine, which misbehaves in every way that servers have.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use casekit::casekit_core::model::ShortText;
use casekit::{
    Adapters, Delivered, FailureClass, Fault, HostAdapters, HttpOptions, Outgoing, OutgoingKind, Reach,
    Responsible, Secrets, Sensitive, Timestamp, WebformTarget,
};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// What a server got: the first line, the headers in lower case, the body.
#[derive(Clone, Debug, Default)]
struct Got {
    line: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

type Received = Mutex<Vec<Got>>;

/// A server that lets `answer` do what it likes with each connection, in turn.
struct Server {
    port: u16,
    got: Arc<Received>,
}

impl Server {
    fn new(mut answer: impl FnMut(usize, &mut TcpStream, &Received) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let got = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&got);
        std::thread::spawn(move || {
            for (count, stream) in listener.incoming().enumerate() {
                let Ok(mut stream) = stream else { return };
                answer(count, &mut stream, &kept);
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        Self { port, got }
    }

    /// One that reads each request and answers with these bytes.
    fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::new(move |_, stream, kept| {
            hear(stream, kept);
            let _ = stream.write_all(&answer);
        })
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/answers", self.port)
    }

    fn adapters(&self) -> HostAdapters {
        HostAdapters::new()
            .allow_host(format!("http://127.0.0.1:{}", self.port))
            .with_http_options(HttpOptions { timeout: Duration::from_millis(600), ..HttpOptions::default() })
            .with_secrets(OneSecret)
    }

    fn target(&self) -> WebformTarget {
        WebformTarget::Http { url: self.url(), secret: Some("webform-key".into()) }
    }

    fn deliver(&self) -> Result<Delivered, Fault> {
        self.adapters().delivery(&self.target())?.deliver(&a_package())
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// The fault of a delivery, which says nothing about the case or of what the server said.
    fn fault(&self) -> (String, FailureClass) {
        let fault = self.deliver().unwrap_err();
        assert_eq!(fault.setting.as_deref(), Some("webform"));
        for hidden in ["SECRET", "ada", "correct horse", KEY, "127.0.0.1"] {
            assert!(!format!("{fault:?}").contains(hidden), "{fault:?}");
        }
        (fault.code, fault.class)
    }
}

struct OneSecret;

impl Secrets for OneSecret {
    fn secret(&self, name: &str) -> Option<Sensitive> {
        (name == "webform-key").then(|| Sensitive::new(ShortText::parse("secret", "correct horse").unwrap()))
    }
}

fn bytes() -> Vec<u8> {
    (0..200_000_u32).flat_map(u32::to_le_bytes).collect()
}

fn a_package() -> Outgoing {
    outgoing(OutgoingKind::Package {
        file_name: format!("package-C-000123-{KEY}.zip"),
        outcome: "data_released".into(),
        sha256: String::new(),
        bytes: bytes(),
    })
}

fn outgoing(kind: OutgoingKind) -> Outgoing {
    let mut outgoing = Outgoing::new(KEY, "C-000123", kind);
    outgoing.sent_at = Timestamp::from_timestamp(1_760_000_000, 0).unwrap();
    outgoing.request_ref = "web 77".into();
    (outgoing.reference_number, outgoing.reference_shared) = (2, true);
    outgoing.reply_to = "ada@example.org".into();
    outgoing
}

/// Reads a request and keeps it, if it came whole.
fn hear(stream: &mut TcpStream, kept: &Received) {
    let got = read(stream);
    kept.lock().unwrap().extend(got);
}

fn read(stream: &mut TcpStream) -> Option<Got> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut got = Got::default();
    reader.read_line(&mut got.line).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        got.headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = got.headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    got.body = vec![0; length];
    reader.read_exact(&mut got.body).ok()?;
    Some(got)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn receipt(receipt: &str) -> Delivered {
    Delivered { receipt: Some(receipt.into()) }
}

#[test]
fn a_package_arrives_with_what_a_webform_needs() {
    let server = Server::saying(answer("201 Created", "X-Receipt: R-1\r\n", ""));
    assert_eq!(server.deliver(), Ok(receipt("R-1")));
    let got = server.got().remove(0);
    assert_eq!(got.line.trim_end(), "POST /answers HTTP/1.1");
    assert!(got.body == bytes());
    let expected = [
        ("content-type", "application/zip"),
        ("x-casekit-timestamp", "1760000000"),
        ("idempotency-key", KEY),
        // Both computed by other programs.
        ("content-digest", "sha-256=:L63rA7bXl9r00qP9/b5WYtUOqjQ/wVOySYlKM2vw67o=:"),
        ("x-casekit-case", "C-000123"),
        ("x-casekit-outcome", "data_released"),
        ("x-casekit-request", "web%2077"),
        ("x-casekit-reference-number", "2"),
        ("x-casekit-reference-shared", "1"),
        ("x-casekit-reply-to", "ada@example.org"),
        ("x-casekit-kind", "package"),
        ("x-casekit-signature", "v1=58c9463a802e1e05115ad6b62beeff6773ae93dd23bf16b783f6cb370c114361"),
        ("accept", "application/json"),
    ];
    for (name, value) in expected {
        assert_eq!(got.headers.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!got.headers.values().any(|value| value.contains("correct horse")));
}

/// With `python3`, which may not be there.
#[test]
fn a_receiver_who_follows_the_page_takes_what_we_send_and_nothing_that_was_copied_or_altered() {
    let server = Server::saying(answer("201 Created", "", ""));
    server.deliver().unwrap();
    let got = server.got().remove(0);
    let page = include_str!("../docs/webform-delivery.md");
    let program = page.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let headers: String = got.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    std::fs::write(folder.path().join("headers"), headers).unwrap();
    std::fs::write(folder.path().join("body"), &got.body).unwrap();
    let mut python = Command::new("python3");
    python.arg("-c").arg(format!("{program}\n{RECEIVE}")).current_dir(folder.path());
    let Ok(done) = python.output() else {
        eprintln!("skipped: python3 is needed");
        return;
    };
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let expected = "as sent True\nfive minutes later True\nlater False\nmuch too early False\nanother time False\n\
        another key False\nanother body False\nanother secret False\nno signature False\n";
    assert_eq!(said, expected, "{}", String::from_utf8_lossy(&done.stderr));
}

const RECEIVE: &str = r#"
class Headers(dict):
    def get(self, name, default=None):
        return super().get(name.lower(), default)

sent = Headers(line.rstrip("\n").split(": ", 1) for line in open("headers"))
body, secret, at = open("body", "rb").read(), "correct horse", 1760000000

def told(what, headers=sent, body=body, secret=secret, now=at + 1):
    print(what, is_from_casekit(headers, body, secret, now))

def but(name, value):
    return Headers({**sent, name: value})

told("as sent")
told("five minutes later", now=at + 300)
told("later", now=at + 301)
told("much too early", now=at - 301)
told("another time", but("x-casekit-timestamp", str(at + 3600)), now=at + 3601)
told("another key", but("idempotency-key", "0" * 32))
told("another body", body=body + b"x")
told("another secret", secret="correct horses")
told("no signature", but("x-casekit-signature", ""))
"#;

#[test]
fn a_second_delivery_sends_the_same_and_a_webform_that_knows_the_key_says_so() {
    let known = format!("{{\"key\": \"{KEY}\", \"receipt\": \"R-1\"}}");
    let answers = [answer("200 OK", "", "{\"receipt\": \"R-1\"}"), answer("409 Conflict", "", &known)];
    let server = Server::new(move |count, stream, kept| {
        hear(stream, kept);
        let _ = stream.write_all(answers[count].as_bytes());
    });
    assert_eq!(server.deliver(), Ok(receipt("R-1")));
    assert_eq!(server.deliver(), Ok(receipt("R-1")));
    let [first, second] = <[Got; 2]>::try_from(server.got()).unwrap_or_default();
    assert_eq!(first.headers, second.headers);
    assert!(first.body == second.body);
}

#[test]
fn a_conflict_about_anything_else_is_not_an_arrival() {
    for said in [answer("409 Conflict", "", ""), answer("409 Conflict", "Idempotency-Key: other\r\n", "{}")] {
        let busy = ("delivery_unavailable".to_owned(), FailureClass::Transient);
        assert_eq!(Server::saying(said).fault(), busy);
    }
    let known = answer("409 Conflict", &format!("Idempotency-Key: \"{KEY}\"\r\n"), "");
    assert_eq!(Server::saying(known).deliver(), Ok(Delivered { receipt: None }));
}

#[test]
fn an_arrival_without_a_usable_receipt_is_still_one() {
    let long = "x".repeat(100_000);
    for body in ["", "garbage \u{1}", "{\"receipt\": 5}", "[1]", &long] {
        let server = Server::saying(answer("200 OK", "", body));
        assert_eq!(server.deliver(), Ok(Delivered { receipt: None }), "{} bytes", body.len());
    }
}

#[test]
fn what_a_server_refuses_says_who_must_act() {
    use FailureClass::{Configuration, Permanent, Transient};
    let cases = [
        ("500 SECRET", "delivery_unavailable", Transient),
        ("503 Busy", "delivery_unavailable", Transient),
        ("429 Slow", "delivery_unavailable", Transient),
        ("401 No", "delivery_unauthorised", Configuration),
        ("404 No", "delivery_address_unknown", Configuration),
        ("413 Large", "delivery_too_large", Configuration),
        ("422 No", "delivery_rejected", Permanent),
    ];
    for (status, code, class) in cases {
        let server = Server::saying(answer(status, "X-Receipt: R-1\r\n", "SECRET of ada"));
        assert_eq!(server.fault(), (code.into(), class), "{status}");
    }
    let server = Server::saying(answer("401 No", "", ""));
    assert_eq!(server.deliver().unwrap_err().responsible, Responsible::ItAdministrator);
}

#[test]
fn a_redirect_is_not_followed() {
    let other = Server::saying(answer("200 OK", "", ""));
    for status in ["301 Moved", "302 Found", "307 Elsewhere", "308 Elsewhere"] {
        let server = Server::saying(answer(status, &format!("Location: {}\r\n", other.url()), ""));
        assert_eq!(server.fault(), ("delivery_redirected".into(), FailureClass::Configuration));
    }
    assert_eq!(other.got().len(), 0);
}

#[test]
fn a_server_that_hangs_is_left_in_time() {
    let hang = |stream: &mut TcpStream| {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    };
    let before = Server::new(move |_, stream, kept| {
        hear(stream, kept);
        hang(stream);
    });
    let within = Server::new(move |_, stream, kept| {
        hear(stream, kept);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        hang(stream);
    });
    let dripping = Server::new(|_, stream, kept| {
        hear(stream, kept);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            std::thread::park_timeout(Duration::from_millis(10));
        }
    });
    for server in [before, within, dripping] {
        let started = Instant::now();
        assert_eq!(server.fault(), ("delivery_timeout".into(), FailureClass::Transient));
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn a_server_that_does_not_read_is_left_in_time() {
    let server = Server::new(|_, stream, _| {
        while stream.peek(&mut [0]).is_ok_and(|read| read > 0) {
            std::thread::park_timeout(Duration::from_millis(20));
        }
    });
    let large = outgoing(OutgoingKind::Package {
        file_name: "large.zip".into(),
        outcome: "data_released".into(),
        sha256: String::new(),
        bytes: vec![7; 64 * 1024 * 1024],
    });
    let delivery = server.adapters().delivery(&server.target()).unwrap();
    let fault = delivery.deliver(&large).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("delivery_timeout", FailureClass::Transient));
}

#[test]
fn a_message_is_posted_as_json() {
    let server = Server::saying(answer("200 OK", "", ""));
    let message = OutgoingKind::Message { text: "Which \"year\"?\n".into(), answer_ref: "A-1".into() };
    let delivery = server.adapters().delivery(&server.target()).unwrap();
    delivery.deliver(&outgoing(message)).unwrap();
    let got = server.got().remove(0);
    let body: serde_json::Value = serde_json::from_slice(&got.body).unwrap();
    assert_eq!(
        (&body["kind"], &body["text"], &body["answer_ref"]),
        (&"message".into(), &"Which \"year\"?\n".into(), &"A-1".into())
    );
    assert_eq!(got.headers["content-type"], "application/json");
    assert_eq!(got.headers["x-casekit-kind"], "message");
    assert!(!got.headers.contains_key("x-casekit-outcome") && got.headers.contains_key("content-digest"));
}

#[test]
fn what_is_neither_package_nor_message_is_not_sent() {
    let server = Server::saying(answer("200 OK", "", ""));
    let code = OutgoingKind::Code { code: "123456".into(), valid_until: casekit::Timestamp::UNIX_EPOCH };
    let delivery = server.adapters().delivery(&server.target()).unwrap();
    let fault = delivery.deliver(&outgoing(code)).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("kind_not_supported", FailureClass::Configuration));
    assert!(server.got().is_empty());
}

#[test]
fn a_connection_that_breaks_is_tried_again_later() {
    let at_once = Server::new(|_, _, _| {});
    let in_the_request = Server::new(|_, stream, _| {
        let _ = stream.read_exact(&mut [0; 100]);
    });
    let before_the_answer = Server::new(|_, stream, kept| hear(stream, kept));
    let in_the_head = Server::saying("HTTP/1.1 200 OK\r\nContent-Le");
    let in_the_body = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"receipt\"");
    for server in [at_once, in_the_request, before_the_answer, in_the_head, in_the_body] {
        assert_eq!(server.fault(), ("delivery_interrupted".into(), FailureClass::Transient));
    }
}

#[test]
fn what_is_no_web_server_is_a_wrong_setting() {
    let long = format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "x".repeat(100_000));
    for said in ["220 mail.example.org ESMTP\r\n\r\n", "\0\u{1}\u{2}garbage\r\n\r\n", &long] {
        let invalid = ("delivery_answer_invalid".to_owned(), FailureClass::Configuration);
        assert_eq!(Server::saying(said).fault(), invalid, "{:?}", &said[..10]);
    }
}

#[test]
fn nobody_there_is_tried_again_later() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{gone}/");
    let adapters = HostAdapters::new().allow_host(&url);
    let delivery = adapters.delivery(&WebformTarget::Http { url, secret: None }).unwrap();
    let fault = delivery.deliver(&a_package()).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("delivery_unreachable", FailureClass::Transient));
}

#[test]
fn a_server_without_tls_is_no_safe_connection() {
    let server = Server::saying(answer("200 OK", "", ""));
    let url = format!("https://127.0.0.1:{}/", server.port);
    let adapters = HostAdapters::new().allow_host(&url);
    let delivery = adapters.delivery(&WebformTarget::Http { url, secret: None }).unwrap();
    let fault = delivery.deliver(&a_package()).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("delivery_tls", FailureClass::Configuration));
    assert!(!server.got().iter().any(|got| !got.body.is_empty()));
}

/// With programs that may not be there: `openssl` makes certificates, `python3` serves with them.
#[test]
fn a_certificate_must_come_from_an_authority_that_is_trusted_and_fit_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let Some(office) = SafeServer::start(folder.path()) else {
        eprintln!("skipped: openssl and python3 are needed");
        return;
    };
    let port = office.port;
    let deliver = |host: &str, authority: Option<&str>| {
        let url = format!("https://{host}:{port}/answers");
        let root_certificates = authority.map(|name| std::fs::read(folder.path().join(name)).unwrap());
        let options = HttpOptions { root_certificates, ..HttpOptions::default() };
        let adapters = HostAdapters::new().allow_host(&url).with_http_options(options);
        let delivery = adapters.delivery(&WebformTarget::Http { url, secret: None }).unwrap();
        delivery.deliver(&a_package()).map_err(|fault| (fault.code, fault.class))
    };
    let unsafe_ = Err(("delivery_tls".to_owned(), FailureClass::Configuration));
    assert_eq!(deliver("localhost", Some("ours.pem")), Ok(receipt("800000")));
    assert_eq!(deliver("127.0.0.1", Some("ours.pem")), unsafe_);
    assert_eq!(deliver("localhost", Some("theirs.pem")), unsafe_);
    assert_eq!(deliver("localhost", None), unsafe_);
}

/// A server with TLS; its receipt is the length of what it was sent.
struct SafeServer {
    child: std::process::Child,
    port: u16,
}

impl SafeServer {
    fn start(folder: &std::path::Path) -> Option<Self> {
        let openssl = |arguments: &str| {
            let output =
                Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().ok()?;
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(())
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        for authority in ["ours", "theirs"] {
            let files = format!("-keyout {authority}.key -out {authority}.pem");
            openssl(&format!("req -x509 {key} {files} -subj /CN={authority} -days 2"))?;
        }
        let name = "-subj /CN=localhost -addext subjectAltName=DNS:localhost";
        openssl(&format!("req {key} -keyout server.key -out server.csr {name}"))?;
        let sign = "x509 -req -in server.csr -CA ours.pem -CAkey ours.key -out server.pem -days 2";
        openssl(&format!("{sign} -copy_extensions copy"))?;
        let mut python = Command::new("python3");
        python.args(["-c", SERVE]).current_dir(folder);
        let mut child = python.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take()?).read_line(&mut line).unwrap();
        Some(Self { child, port: line.trim().parse().unwrap() })
    }
}

impl Drop for SafeServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const SERVE: &str = "
import http.server, ssl
class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(200)
        self.send_header('X-Receipt', str(len(body)))
        self.send_header('Content-Length', '0')
        self.end_headers()
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Answer)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('server.pem', 'server.key')
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
";

#[test]
fn a_missing_secret_is_said_before_anything_is_sent() {
    let server = Server::saying(answer("200 OK", "", ""));
    let target = WebformTarget::Http { url: server.url(), secret: Some("other".into()) };
    let fault = server.adapters().delivery(&target).err().unwrap();
    assert_eq!((fault.code.as_str(), fault.class), ("secret_missing", FailureClass::Configuration));
    assert_eq!(server.adapters().try_delivery(&target, Reach::Here), Err(fault));
    assert_eq!(server.got().len(), 0);
}

#[test]
fn a_server_that_is_not_allowed_is_not_asked() {
    let server = Server::saying(answer("200 OK", "", ""));
    let adapters =
        HostAdapters::new().allow_host(format!("127.0.0.1:{}", server.port)).with_secrets(OneSecret);
    for reach in [Reach::Here, Reach::There] {
        assert_eq!(adapters.try_delivery(&server.target(), reach).unwrap_err().code, "not_allowed");
    }
    assert_eq!(adapters.delivery(&server.target()).err().unwrap().code, "not_allowed");
    assert_eq!(server.got().len(), 0);
}

#[test]
fn a_server_can_be_asked_whether_it_is_there() {
    let server = Server::saying(answer("405 Method Not Allowed", "", ""));
    assert_eq!(server.adapters().try_delivery(&server.target(), Reach::Here), Ok(()));
    assert_eq!(server.got().len(), 0);
    assert_eq!(server.adapters().try_delivery(&server.target(), Reach::There), Ok(()));
    let got = server.got().remove(0);
    assert_eq!(got.line.trim_end(), "HEAD /answers HTTP/1.1");
    assert!(!got.headers.keys().any(|name| name.starts_with("x-casekit")), "{got:?}");
    for (status, code) in [("404 No", "delivery_address_unknown"), ("302 No", "delivery_redirected")] {
        let server = Server::saying(answer(status, "", ""));
        let fault = server.adapters().try_delivery(&server.target(), Reach::There).unwrap_err();
        assert_eq!(fault.code, code);
    }
}
