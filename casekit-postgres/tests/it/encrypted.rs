//! Connections that are encrypted, to a server that has to prove who it is.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use casekit_core::conformance::build::Clerk;
use casekit_core::store::{Store, StoreErrorKind as Kind};
use casekit_postgres::{PostgresOptions, PostgresStore};
use tempfile::TempDir;

use crate::server::{Schema, Server, Setup, address, is_here, open_psql, psql};

const LONG: Duration = Duration::from_secs(60);

/// What an authority says of a server.
struct Claim<'a> {
    /// The names that it proves.
    names: &'a str,
    /// For how many days from now.
    days: i32,
}

const RIGHT: Claim<'_> = Claim { names: "DNS:localhost,IP:127.0.0.1", days: 2 };

/// An authority that signs certificates, and the key of a server, in a folder.
struct Authority(TempDir);

impl Authority {
    fn new() -> Self {
        const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        let this = Self(tempfile::tempdir().unwrap());
        this.openssl(&format!("req -x509 {KEY} -keyout ca.key -out ca.crt -days 2 -subj /CN=Authority"));
        this.openssl("ecparam -genkey -name prime256v1 -noout -out server.key");
        // The server, which is another user, reads a certificate that it is told of later.
        fs::set_permissions(this.0.path(), Permissions::from_mode(0o755)).unwrap();
        this
    }

    /// Its own certificate, by which those that it signed are trusted.
    fn pem(&self) -> Vec<u8> {
        fs::read(self.0.path().join("ca.crt")).unwrap()
    }

    /// Signs a certificate for the server, and returns where it is.
    fn sign(&self, claim: &Claim<'_>, file: &str) -> PathBuf {
        let Claim { names, days } = claim;
        let asks =
            format!("req -new -key server.key -out csr -subj /CN=server -addext subjectAltName={names}");
        self.openssl(&asks);
        let by = "-CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy";
        self.openssl(&format!("x509 -req -in csr {by} -days {days} -out {file}"));
        self.0.path().join(file)
    }

    /// A certificate that the server signed itself, as a server without an authority has it.
    fn own_of_server(&self) -> PathBuf {
        let names = RIGHT.names;
        self.openssl(&format!(
            "req -x509 -key server.key -out own.crt -days 2 -subj /CN=server -addext subjectAltName={names}"
        ));
        self.0.path().join("own.crt")
    }

    fn openssl(&self, arguments: &str) {
        let mut openssl = Command::new("openssl");
        let done = openssl.args(arguments.split(' ')).current_dir(self.0.path()).output().unwrap();
        assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

/// A server, and the authority that signed its certificate.
struct Encrypted {
    server: Server,
    authority: Authority,
}

impl Encrypted {
    /// `None` where there is no PostgreSQL, or nobody to make certificates, which is said elsewhere.
    fn start(claim: &Claim<'_>) -> Option<Self> {
        if !is_here() || Command::new("openssl").arg("version").output().is_err() {
            return None;
        }
        let authority = Authority::new();
        authority.sign(claim, "server.crt");
        let server = Setup { tls: Some(authority.0.path()), ..Setup::default() }.start().unwrap();
        let login = "CREATE ROLE encrypted LOGIN; GRANT CREATE ON DATABASE postgres TO encrypted";
        psql(&server.address, &[], login);
        Some(Self { server, authority })
    }

    /// The address of the user who has to encrypt, by a name of this machine.
    fn url(&self, host: &str, mode: &str) -> String {
        let url = self.server.address.replace("casekit@127.0.0.1", &format!("encrypted@{host}"));
        format!("{url}?sslmode={mode}")
    }

    fn options(&self, schema: &Schema) -> PostgresOptions {
        PostgresOptions { root_certificates: Some(self.authority.pem()), ..schema.options() }
    }

    /// Has the server show another certificate from now on.
    fn show(&self, certificate: &Path) {
        let path = certificate.display();
        let address = &self.server.address;
        let sql = format!("ALTER SYSTEM SET ssl_cert_file = '{path}'; SELECT pg_reload_conf()");
        psql(address, &[], &sql);
        let began = Instant::now();
        while psql(address, &[], "SHOW ssl_cert_file").trim() != path.to_string() {
            assert!(began.elapsed() < LONG, "the server does not take its certificate");
        }
    }
}

/// The server that most tests use.
fn encrypted() -> Option<&'static Encrypted> {
    static SERVER: OnceLock<Option<Encrypted>> = OnceLock::new();
    SERVER.get_or_init(|| Encrypted::start(&RIGHT)).as_ref()
}

/// Why a store cannot be connected to, and what the message says.
fn refused(url: &str, options: &PostgresOptions) -> (Kind, String) {
    let error = PostgresStore::connect(url, options).expect_err("it cannot be connected to");
    (error.kind(), error.to_string())
}

#[test]
fn everything_of_a_host_is_encrypted_if_the_address_says_so() {
    let Some(encrypted) = encrypted() else { return };
    let schema = Schema::fresh();
    let options = encrypted.options(&schema);
    for (seed, host, mode) in
        [(1, "127.0.0.1", "require"), (3, "localhost", "verify-full"), (5, "localhost", "verify-ca")]
    {
        let url = format!("{}&application_name={mode}", encrypted.url(host, mode));
        let [here, there] = [(); 2].map(|()| PostgresStore::connect(&url, &options).unwrap());
        // It writes, reads, hears and tells.
        let hints = here.hints().unwrap();
        let told = hints.wait(0, LONG);
        Clerk::seeded(&there, seed).team(mode);
        assert_ne!(hints.wait(told, LONG), told);
        assert!(!here.catalog().unwrap().teams.is_empty());
        let kinds = format!(
            "SELECT count(*) >= 4, bool_and(s.ssl), min(s.version) >= 'TLSv1.2' FROM pg_stat_activity a
            JOIN pg_stat_ssl s USING (pid) WHERE a.application_name = '{mode}'"
        );
        assert_eq!(psql(&encrypted.server.address, &[], &kinds), "t|t|t\n", "{mode}");
    }
}

#[test]
fn a_call_is_interrupted_over_an_encrypted_connection_too() {
    let Some(encrypted) = encrypted() else { return };
    let schema = Schema::fresh();
    let url = format!("{}&application_name=interrupted", encrypted.url("localhost", "require"));
    let options = PostgresOptions { busy_timeout: LONG, ..encrypted.options(&schema) };
    let store = PostgresStore::connect(&url, &options).unwrap();
    let mut stranger = open_psql(&encrypted.server.address, &[]);
    let lock = format!("BEGIN; LOCK TABLE {}.file IN ACCESS EXCLUSIVE MODE;\n", schema.name());
    stranger.stdin.as_mut().unwrap().write_all(lock.as_bytes()).unwrap();
    let locked = format!(
        "SELECT count(*) FROM pg_locks WHERE relation = '{}.file'::regclass AND mode = 'AccessExclusiveLock' AND granted",
        schema.name()
    );
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'interrupted' AND wait_event_type = 'Lock'";
    let until = |sql: &str| {
        let began = Instant::now();
        while psql(&encrypted.server.address, &[], sql) != "1\n" {
            assert!(began.elapsed() < LONG, "never: {sql}");
        }
    };
    until(&locked);
    thread::scope(|scope| {
        let read = scope.spawn(|| store.catalog().map(|_| ()));
        until(waits);
        let began = Instant::now();
        store.suspend(Duration::ZERO).unwrap();
        assert!(began.elapsed() < LONG / 4, "{:?}", began.elapsed());
        assert_eq!(read.join().unwrap().unwrap_err().kind(), Kind::Interrupted);
    });
    drop(stranger.stdin.take());
    stranger.wait().unwrap();
    store.resume().unwrap();
    store.catalog().unwrap();
}

#[test]
fn a_server_that_does_not_prove_who_it_is_is_refused_and_the_message_says_why() {
    let elsewhere = Claim { names: "DNS:db.example.org", ..RIGHT };
    let Some(encrypted) = Encrypted::start(&elsewhere) else { return };
    let schema = Schema::fresh();
    let options = encrypted.options(&schema);
    let is_refused = |options: &PostgresOptions, words: &str| {
        for host in ["localhost", "127.0.0.1"] {
            let (kind, message) = refused(&encrypted.url(host, "require"), options);
            assert_eq!(kind, Kind::Denied, "{message}");
            assert!(message.contains(words), "{message}");
        }
    };
    is_refused(&options, "is for another host");
    encrypted.show(&encrypted.authority.sign(&Claim { days: -1, ..RIGHT }, "expired.crt"));
    is_refused(&options, "has expired");
    let own = encrypted.authority.own_of_server();
    encrypted.show(&own);
    let of_itself = PostgresOptions { root_certificates: Some(fs::read(own).unwrap()), ..options.clone() };
    is_refused(&of_itself, "is not signed by an authority that is trusted");
    encrypted.show(&encrypted.authority.sign(&RIGHT, "right.crt"));
    let stranger = Authority::new();
    let trusting = |pem: Vec<u8>| PostgresOptions { root_certificates: Some(pem), ..options.clone() };
    is_refused(&trusting(stranger.pem()), "is not signed by an authority that is trusted");
    // Both may be given, as while one takes the place of the other.
    let both = trusting([stranger.pem(), encrypted.authority.pem()].concat());
    for options in [&both, &options] {
        PostgresStore::connect(&encrypted.url("localhost", "require"), options).unwrap().close().unwrap();
    }
    let (kind, message) = refused(&encrypted.url("localhost", "require"), &schema.options());
    assert_eq!(kind, Kind::Denied, "the system's authorities did not sign it");
    assert!(message.contains("root_certificates"), "{message}");
}

#[test]
fn who_encrypts_and_who_does_not_hear_of_each_other() {
    let Some(encrypted) = encrypted() else { return };
    let schema = Schema::fresh();
    let options = encrypted.options(&schema);
    let (kind, message) = refused(&encrypted.url("localhost", "disable"), &options);
    assert_eq!(kind, Kind::Denied);
    assert!(message.contains("`sslmode=require` if the database demands encryption"), "{message}");
    // On this machine nothing is encrypted unless the address says so.
    let (kind, _) = refused(encrypted.url("localhost", "disable").split('?').next().unwrap(), &options);
    assert_eq!(kind, Kind::Denied);
    let (kind, message) = refused(&format!("{}?sslmode=require", address()), &options);
    assert_eq!(kind, Kind::Unsupported);
    assert!(message.contains("does not encrypt connections"), "{message}");
}
