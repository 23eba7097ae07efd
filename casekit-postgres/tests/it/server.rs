//! A PostgreSQL server of the tests' own, on a free port of this machine. It has no data that should outlive a test, and ends
//! with the process.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use casekit_postgres::{PostgresOptions, PostgresStore};

/// A schema that nobody else has, for one test.
#[derive(Clone, Debug)]
pub(crate) struct Schema(String);

impl Schema {
    pub(crate) fn fresh() -> Self {
        static TAKEN: AtomicU32 = AtomicU32::new(0);
        Self(format!("office_{}", TAKEN.fetch_add(1, Ordering::Relaxed)))
    }

    pub(crate) fn open(&self) -> PostgresStore {
        PostgresStore::connect(&address(), &self.options()).unwrap()
    }

    pub(crate) fn options(&self) -> PostgresOptions {
        PostgresOptions { schema: self.0.clone(), ..PostgresOptions::default() }
    }

    /// Carries out SQL past the library, in which `org` stands for the schema.
    pub(crate) fn meddle(&self, sql: &str) {
        let mut psql = Command::new(server().programs.join("psql"));
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--set",
            "ON_ERROR_STOP=1",
            "--dbname",
            &address(),
            "--command",
        ]);
        let done = psql.arg(sql.replace("org.", &format!("{}.", self.0))).output().unwrap();
        assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

/// The address of the server's database.
pub(crate) fn address() -> String {
    format!("postgres://casekit@127.0.0.1:{}/postgres", server().port)
}

struct Server {
    programs: PathBuf,
    port: u16,
    /// A shell that waits for the end of its input, which is that of this process, and then stops the server.
    _keeper: Child,
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
    let started = SERVER.get_or_init(|| match programs() {
        Some(programs) => Some(start(programs)),
        None => {
            // Past the capture of the tests, once, as what is left out is told of elsewhere.
            let line = "left out: the store on PostgreSQL: install the package postgresql, or name its programs by PG_BIN\n";
            std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
            None
        }
    });
    started.as_ref()
}

/// Where the programs of PostgreSQL are: `PG_BIN`, or where Debian keeps them, or in the path.
fn programs() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("PG_BIN") {
        return Some(given.into());
    }
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = debian.map(|entry| entry.path().join("bin")).collect();
    found.retain(|folder| folder.join("initdb").exists());
    found.sort();
    let in_path =
        || std::env::split_paths(&std::env::var_os("PATH")?).find(|one| one.join("initdb").exists());
    found.pop().or_else(in_path)
}

fn start(programs: PathBuf) -> Server {
    let folder = tempfile::tempdir().unwrap().keep();
    let user = unprivileged();
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid)).unwrap();
    }
    let data = folder.join("data");
    let mut made = as_user(&programs.join("initdb"), user);
    made.args([
        "--auth=trust",
        "--username=casekit",
        "--no-sync",
        "--encoding=UTF8",
        "--locale=C",
        "--pgdata",
    ]);
    let made = made.arg(&data).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // The tests kill no machine, so nothing has to reach the disk.
    let settings = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c autovacuum=off -c jit=off";
    let script = format!(
        "'{0}/postgres' -D '{1}' -p {port} {settings} > '{2}/log' 2>&1 & cat > /dev/null; kill -INT $!; wait; rm -rf '{2}'",
        programs.display(),
        data.display(),
        folder.display(),
    );
    let mut keeper = as_user(Path::new("/bin/sh"), user);
    let keeper = keeper.args(["-c", &script]).stdin(Stdio::piped()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    let ready = || {
        let mut ready = Command::new(programs.join("pg_isready"));
        ready.args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")]).status().unwrap().success()
    };
    while !ready() {
        assert!(
            Instant::now() < until,
            "{}",
            std::fs::read_to_string(folder.join("log")).unwrap_or_default()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    Server { programs, port, _keeper: keeper }
}

fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// The user `postgres`, if the tests run as root: the server refuses to.
fn unprivileged() -> Option<(u32, u32)> {
    let me = Command::new("id").arg("-u").output().unwrap();
    if me.stdout.trim_ascii() != b"0" {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let of = |name: &str| {
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        let mut parts = line.split(':').skip(2).map(|id| id.parse().unwrap());
        Some((parts.next()?, parts.next()?))
    };
    Some(of("postgres").or_else(|| of("nobody")).expect("a user that is not root"))
}
