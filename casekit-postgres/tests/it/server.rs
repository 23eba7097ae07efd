//! A PostgreSQL server of the tests' own, on a free port of this machine. It has no data that should outlive a test, and ends
//! with the process.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use casekit_core::store::Store;
use casekit_postgres::{PostgresOptions, PostgresStore};

/// A schema that nobody else has, for one test.
#[derive(Clone, Debug)]
pub(crate) struct Schema(String);

impl Schema {
    pub(crate) fn fresh() -> Self {
        static TAKEN: AtomicU32 = AtomicU32::new(0);
        Self(format!("office_{}", TAKEN.fetch_add(1, Ordering::Relaxed)))
    }

    /// The schema of this name.
    pub(crate) fn named(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub(crate) fn open(&self) -> PostgresStore {
        PostgresStore::connect(&address(), &self.options()).unwrap()
    }

    pub(crate) fn options(&self) -> PostgresOptions {
        PostgresOptions { schema: self.0.clone(), ..PostgresOptions::default() }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    /// Carries out SQL past the library, in which `org` stands for the schema. Returns what it selects, a line a row.
    pub(crate) fn meddle(&self, sql: &str) -> String {
        psql(&address(), &[], &sql.replace("org.", &format!("\"{}\".", self.0.replace('"', "\"\""))))
    }
}

/// What carries out the SQL that it is given.
pub(crate) fn open_psql(address: &str, arguments: &[&str]) -> Child {
    let mut psql = Command::new(server().programs.join("psql"));
    psql.args([
        "--no-psqlrc",
        "--quiet",
        "--no-align",
        "--tuples-only",
        "--set",
        "ON_ERROR_STOP=1",
        "--dbname",
    ]);
    psql.arg(address).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    psql.spawn().unwrap()
}

/// Carries out SQL on a server, each statement in a transaction of its own. Returns what it selects, a line a row.
pub(crate) fn psql(address: &str, arguments: &[&str], sql: &str) -> String {
    let mut running = open_psql(address, arguments);
    running.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let done = running.wait_with_output().unwrap();
    assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// The address of the server's database.
pub(crate) fn address() -> String {
    server().address.clone()
}

/// The address of a database for a user.
pub(crate) fn address_of(user: &str, database: &str) -> String {
    format!("postgres://{user}@127.0.0.1:{}/{database}", port())
}

/// The port of the server on this machine.
pub(crate) fn port() -> u16 {
    let address = address();
    let port = address.rsplit(':').next().and_then(|rest| rest.split('/').next());
    port.unwrap().parse().unwrap()
}

/// A server, which ends with this.
pub(crate) struct Server {
    programs: PathBuf,
    pub(crate) address: String,
    /// It stops the server when its input ends, which is that of this process.
    script: Child,
    said: Lines<BufReader<ChildStdout>>,
}

/// How a server is to be.
#[derive(Clone, Copy, Default)]
pub(crate) struct Setup<'a> {
    /// The server of which it is a replica.
    pub(crate) primary: Option<&'a Server>,
    /// A folder with its certificate.
    pub(crate) tls: Option<&'a Path>,
    /// The megabytes of a disk of its own.
    pub(crate) disk: Option<u32>,
    /// Settings besides, such as `work_mem=64kB`.
    pub(crate) settings: &'a [&'a str],
}

impl Setup<'_> {
    /// Starts it. `None` if this machine cannot, which the script says past the capture of the tests.
    pub(crate) fn start(&self) -> Option<Server> {
        const NOT_HERE: i32 = 3;
        let mut script = Command::new(script());
        script.envs(self.primary.map(|primary| ("PG_PRIMARY", &primary.address)));
        script.envs(self.tls.map(|folder| ("PG_TLS", folder)));
        script.envs(self.disk.map(|megabytes| ("PG_DISK", megabytes.to_string())));
        script.args(self.settings.iter().flat_map(|setting| ["-c", setting]));
        let mut script = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(script.stdout.take().unwrap()).lines();
        let Some(address) = said.next().map(Result::unwrap) else {
            let code = script.wait().unwrap().code();
            assert_eq!(code, Some(NOT_HERE), "the script says above why the server does not start");
            return None;
        };
        let programs = PathBuf::from(said.next().unwrap().unwrap());
        Some(Server { programs, address, script, said })
    }
}

impl Server {
    /// What keeps what was committed when the server is killed. It is not what the tests start otherwise, which is faster.
    pub(crate) const DURABLE: [&'static str; 2] = ["synchronous_commit=on", "full_page_writes=on"];

    /// Starts a server, or a replica of another one.
    pub(crate) fn start(primary: Option<&Self>) -> Option<Self> {
        Setup { primary, ..Setup::default() }.start()
    }

    /// Kills every process of the server at once.
    pub(crate) fn kill(&mut self) {
        self.carry_out("kill");
    }

    /// Starts the server again where it was, if it does not run.
    pub(crate) fn start_again(&mut self) {
        self.carry_out("start");
    }

    /// Leaves no room on its disk.
    pub(crate) fn fill_the_disk(&mut self) {
        self.carry_out("fill");
    }

    /// Makes room again.
    pub(crate) fn free_the_disk(&mut self) {
        self.carry_out("free");
    }

    fn carry_out(&mut self, command: &str) {
        writeln!(self.script.stdin.as_mut().unwrap(), "{command}").unwrap();
        assert_eq!(
            self.said.next().map(Result::unwrap).as_deref(),
            Some(command),
            "the script says above why"
        );
    }
}

/// The script that starts a server. The tests of the whole library have this module too.
fn script() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [own.to_owned(), own.join("casekit-postgres")];
    folders.iter().map(|folder| folder.join("scripts/server")).find(|script| script.is_file()).unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        self.script.wait().unwrap();
    }
}

/// A store in a schema of its own; `None` where no server can run.
pub(crate) fn fresh_store() -> Option<Arc<dyn Store>> {
    is_here().then(|| Arc::new(Schema::fresh().open()) as Arc<dyn Store>)
}

/// Whether tests on a server can run; if not, that is said once.
pub(crate) fn is_here() -> bool {
    found().is_some()
}

fn server() -> &'static Server {
    found().unwrap()
}

fn found() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(None)).as_ref()
}
