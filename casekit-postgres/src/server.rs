//! The server, and how connections to it are made.

mod hosts;

use std::borrow::Cow;
use std::error::Error as _;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use casekit_core::store::{StoreError, StoreErrorKind};
use futures_util::Stream;
use futures_util::stream::poll_fn;
use percent_encoding::percent_decode_str;
use tokio::time::timeout;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls, Socket};

use crate::connection::Connection;
use crate::error::{Result, fault, lost, refused_in_the_clear};
use crate::options::PostgresOptions;
use crate::runtime::Caller;
use crate::tls::Tls;

/// How long the network may take to a server before it counts as lost.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a host may do nothing while it holds the writer's lock, or one of a blob. One that froze stops its organisation for no
/// longer.
pub(crate) const IDLE_WITH_A_LOCK: Duration = Duration::from_secs(5);

/// How much longer than a host waits for an answer the server works at it: it is told to stop before, if it can be told.
const UNTOLD: Duration = Duration::from_secs(5);

/// The longest time-out that the server takes, some 24 days.
pub(crate) const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// The database of an organisation, and how to log in to it.
#[derive(Clone)]
pub(crate) struct Server {
    /// How to connect to each host of the address, in their order.
    hosts: Vec<Config>,
    spread: LoadBalanceHosts,
    tls: Tls,
    /// The name of the organisation's schema, and the same as it stands in statements.
    name: String,
    schema: Arc<str>,
    busy_timeout: Duration,
    answer_timeout: Duration,
}

/// What the server says on a connection.
pub(crate) type Messages = Pin<Box<dyn Stream<Item = Result<AsyncMessage, tokio_postgres::Error>> + Send>>;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Purpose {
    Read,
    Write,
}

impl Server {
    /// Reads an address, without connecting.
    ///
    /// # Errors
    /// `Missing` for a text that is no address, `Unsupported` for one that this build cannot connect to or the name of no
    /// schema.
    pub(crate) fn at(url: &str, options: &PostgresOptions) -> Result<Self> {
        // Every certificate is verified, so what verifies less in other clients is the same here.
        let (url, named) = without_schema(url)?;
        let url = url
            .replace("sslmode=verify-full", "sslmode=require")
            .replace("sslmode=verify-ca", "sslmode=require");
        let mut config: Config = url.parse().map_err(|_| no_address())?;
        let tls = encryption(&mut config, options)?;
        if let Some(password) = &options.password {
            config.password(password.clear());
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("casekit");
        }
        config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(options.answer_timeout.min(LONGEST));
        let name = named.unwrap_or_else(|| options.schema.clone());
        let schema = quoted(&name)?.into();
        Ok(Self {
            hosts: hosts::one_by_one(&config),
            spread: config.get_load_balance_hosts(),
            tls,
            name,
            schema,
            busy_timeout: options.busy_timeout,
            answer_timeout: options.answer_timeout,
        })
    }

    /// The name of the organisation's schema.
    pub(crate) fn schema(&self) -> &str {
        &self.name
    }

    /// Connects.
    ///
    /// # Errors
    /// `Unavailable` if nobody answers, `Denied` if the login is refused, and other faults of the server.
    pub(crate) fn connect(&self, caller: &Caller, purpose: Purpose) -> Result<Connection> {
        let (server, task) = (self.clone(), caller.clone());
        let client = caller.call(self.answer_timeout, async move {
            // The calls of the client are told of a fault of the connection as well.
            match server.tls.clone() {
                Tls::Off => {
                    let (client, connection) = server
                        .connected(NoTls, |error| {
                            refused_in_the_clear(error).unwrap_or_else(|| refused(error))
                        })
                        .await?;
                    task.begin(async move { drop(connection.await) });
                    Ok::<_, StoreError>(client)
                }
                #[cfg(feature = "tls")]
                Tls::On(tls) => {
                    let (client, connection) = server.connected(tls, refused).await?;
                    task.begin(async move { drop(connection.await) });
                    Ok(client)
                }
            }
        })??;
        let schema = Arc::clone(&self.schema);
        let connection =
            Connection::new(caller.clone(), client, self.tls.clone(), schema, self.answer_timeout);
        connection.batch(self.settings(purpose))?;
        Ok(connection)
    }

    /// Connects for what other sessions say. The connection goes on while its messages are asked for.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect).
    pub(crate) async fn messages(&self) -> Result<(Client, Messages)> {
        match self.tls.clone() {
            Tls::Off => {
                let (client, mut connection) = self.connected(NoTls, refused).await?;
                Ok((client, Box::pin(poll_fn(move |context| connection.poll_message(context)))))
            }
            #[cfg(feature = "tls")]
            Tls::On(tls) => {
                let (client, mut connection) = self.connected(tls, refused).await?;
                Ok((client, Box::pin(poll_fn(move |context| connection.poll_message(context)))))
            }
        }
    }

    /// Connects to the first host that lets it. Each has its share of the time for everything: one that takes a connection and says
    /// nothing must not hide the next.
    async fn connected<T: MakeTlsConnect<Socket> + Clone>(
        &self,
        tls: T,
        refused: impl Fn(&tokio_postgres::Error) -> StoreError,
    ) -> Result<(Client, tokio_postgres::Connection<Socket, T::Stream>)> {
        let mut hosts: Vec<&Config> = self.hosts.iter().collect();
        if self.spread == LoadBalanceHosts::Random {
            hosts.sort_by_cached_key(|_| RandomState::new().hash_one(0));
        }
        let share = self.answer_timeout / u32::try_from(hosts.len()).unwrap_or(u32::MAX).max(1);
        let mut last = lost();
        for host in hosts {
            let within = host.get_connect_timeout().map_or(share, |limit| share.min(*limit));
            match timeout(within, host.connect(tls.clone())).await {
                Ok(Ok(connected)) => return Ok(connected),
                Ok(Err(error)) => last = refused(&error),
                Err(_) => last = lost(),
            }
        }
        Err(last)
    }

    /// The channel of the organisation, as it stands in statements. Channels have names of their own, so it is called as the
    /// schema is.
    pub(crate) fn channel(&self) -> &str {
        self.schema.trim_end_matches('.')
    }

    /// What holds for the whole session. No name is looked for outside `pg_catalog`: tables are named with their schema.
    fn settings(&self, purpose: Purpose) -> String {
        let (lock, answer) = (milliseconds(self.busy_timeout), milliseconds(self.answer_timeout));
        let (idle, statement) =
            (milliseconds(IDLE_WITH_A_LOCK), milliseconds(self.answer_timeout.saturating_add(UNTOLD)));
        let always = format!(
            "SET search_path = pg_catalog; SET client_min_messages = warning; SET lock_timeout = {lock};"
        );
        match purpose {
            Purpose::Write => format!("{always} SET idle_in_transaction_session_timeout = {idle}"),
            // A plan must know its values: whether a word is common decides how it is looked for.
            Purpose::Read => format!(
                "{always} SET plan_cache_mode = force_custom_plan; SET statement_timeout = {statement};
                SET idle_in_transaction_session_timeout = {answer}"
            ),
        }
    }
}

/// A time-out as the server takes it: in milliseconds, and never none, which would mean for ever.
pub(crate) fn milliseconds(time_out: Duration) -> u128 {
    time_out.min(LONGEST).as_millis().max(1)
}

/// What sets how long the host may do nothing within the transaction that is open.
pub(crate) fn idle_no_longer_than(limit: Duration) -> String {
    format!("SET LOCAL idle_in_transaction_session_timeout = {}", milliseconds(limit))
}

/// The fault of a connection that was not made. Without a code nobody answered, or not as PostgreSQL does; a password that is
/// missing is found out by the client.
fn refused(error: &tokio_postgres::Error) -> StoreError {
    #[cfg(feature = "tls")]
    if let Some(refused) = crate::tls::refused(error) {
        return refused;
    }
    let is_about_a_password = || error.source().is_some_and(|cause| cause.to_string().contains("password"));
    if error.code().is_none() && is_about_a_password() {
        let message = "the database asks for a password; give one in the address";
        return StoreError::new(StoreErrorKind::Denied, message);
    }
    fault(error)
}

/// An address without the `schema` that it names, which is ours: the client knows no such parameter.
///
/// # Errors
/// `Missing` for a name that is no text.
fn without_schema(url: &str) -> Result<(String, Option<String>)> {
    let Some((place, parameters)) = url.split_once('?') else { return Ok((url.to_owned(), None)) };
    let (named, others): (Vec<&str>, Vec<&str>) =
        parameters.split('&').partition(|parameter| parameter.starts_with("schema="));
    let schema = named.last().and_then(|named| named.strip_prefix("schema="));
    let decoded = schema.map(|schema| percent_decode_str(schema).decode_utf8());
    let schema = decoded.transpose().map_err(|_| no_address())?.map(Cow::into_owned);
    let rest = others.join("&");
    Ok((if rest.is_empty() { place.to_owned() } else { format!("{place}?{rest}") }, schema))
}

fn no_address() -> StoreError {
    let message =
        "the address is not one of a database; write it as `postgres://user:password@host/database`";
    StoreError::new(StoreErrorKind::Missing, message)
}

/// Whether connections are encrypted: those to another machine, unless the address says `sslmode=disable`, and others if it says
/// `sslmode=require`.
#[cfg(feature = "tls")]
fn encryption(config: &mut Config, options: &PostgresOptions) -> Result<Tls> {
    match config.get_ssl_mode() {
        SslMode::Disable => return Ok(Tls::Off),
        SslMode::Prefer if is_of_this_machine(config) => return Ok(Tls::Off),
        _ => {}
    }
    // What is only preferred would be given up whenever somebody in between says so.
    config.ssl_mode(SslMode::Require);
    Ok(Tls::On(crate::tls::connector(options.root_certificates.as_deref())?))
}

#[cfg(not(feature = "tls"))]
fn encryption(config: &mut Config, _: &PostgresOptions) -> Result<Tls> {
    match config.get_ssl_mode() {
        SslMode::Disable => Ok(Tls::Off),
        SslMode::Prefer if is_of_this_machine(config) => Ok(Tls::Off),
        _ => {
            let message = "this build cannot encrypt connections (feature `tls`); reach the database through a tunnel on this machine, \
                or say `sslmode=disable` if the network between is private";
            Err(StoreError::new(StoreErrorKind::Unsupported, message))
        }
    }
}

/// Whether every host of the address is this machine.
fn is_of_this_machine(config: &Config) -> bool {
    let is_local = |host: &Host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    config.get_hosts().iter().all(is_local)
        && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

/// The name of a schema as it stands in statements, with a point after it.
fn quoted(schema: &str) -> Result<String> {
    let is_name = (1..=63).contains(&schema.len()) && !schema.contains('\0') && !schema.starts_with("pg_");
    if !is_name {
        let message = "`schema` is not the name of a schema; give 1 to 63 bytes that do not begin with `pg_`";
        return Err(StoreError::new(StoreErrorKind::Unsupported, message));
    }
    Ok(format!("\"{}\".", schema.replace('"', "\"\"")))
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the address, which names hosts and may contain a password.
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(url: &str, schema: &str) -> Result<(), StoreErrorKind> {
        let options = PostgresOptions { schema: schema.to_owned(), ..PostgresOptions::default() };
        Server::at(url, &options).map(|_| ()).map_err(|error| error.kind())
    }

    #[test]
    fn an_address_is_judged_before_anybody_is_asked() {
        assert_eq!(kind_of("postgres://ada@localhost/office", "casekit"), Ok(()));
        assert_eq!(kind_of("host=/run/postgresql dbname=office", "casekit"), Ok(()));
        assert_eq!(kind_of("postgres://ada@[::1]/office", "casekit"), Ok(()));
        assert_eq!(kind_of("mysql://localhost", "casekit"), Err(StoreErrorKind::Missing));
        let elsewhere = "postgres://ada@db.example.org/office";
        assert_eq!(kind_of(&format!("{elsewhere}?sslmode=disable"), "casekit"), Ok(()));
    }

    #[cfg(feature = "tls")]
    #[test]
    fn connections_to_another_machine_are_encrypted_unless_the_address_says_otherwise() {
        let elsewhere = "postgres://ada@db.example.org/office";
        let root = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        let tls = |url: &str, roots: Option<&str>| {
            let root_certificates = roots.map(|pem| pem.as_bytes().to_vec());
            let options = PostgresOptions { root_certificates, ..PostgresOptions::default() };
            Server::at(url, &options)
                .map(|server| matches!(server.tls, Tls::On(_)))
                .map_err(|error| error.kind())
        };
        assert_eq!(
            tls(elsewhere, Some(root)),
            Err(StoreErrorKind::Missing),
            "no certificate can be read of it"
        );
        for url in [&format!("{elsewhere}?sslmode=disable"), "postgres://ada@localhost/office"] {
            assert_eq!(tls(url, Some(root)), Ok(false), "{url}");
        }
        for mode in ["require", "verify-ca", "verify-full"] {
            let url = format!("postgres://ada@localhost/office?sslmode={mode}");
            assert_eq!(tls(&url, Some(root)), Err(StoreErrorKind::Missing), "it would be encrypted");
        }
    }

    #[test]
    fn the_schema_may_stand_in_the_address() {
        let parts = |url: &str| without_schema(url).unwrap();
        let url = "postgres://ada@localhost/office";
        assert_eq!(parts(url), (url.to_owned(), None));
        assert_eq!(parts(&format!("{url}?schema=harbour")), (url.to_owned(), Some("harbour".to_owned())));
        let others = format!("{url}?sslmode=require&schema=harbour&connect_timeout=3");
        let left = format!("{url}?sslmode=require&connect_timeout=3");
        assert_eq!(parts(&others), (left, Some("harbour".to_owned())));
        let encoded = format!("{url}?schema=o%27b%20%26%20sons%2Fm%C3%BCnchen");
        assert_eq!(parts(&encoded), (url.to_owned(), Some("o'b & sons/münchen".to_owned())));
        assert_eq!(kind_of(&format!("{url}?schema=%FF"), "casekit"), Err(StoreErrorKind::Missing));
        assert_eq!(kind_of(&format!("{url}?schema=pg_catalog"), "casekit"), Err(StoreErrorKind::Unsupported));
    }

    #[test]
    fn a_schema_is_quoted_and_no_other_name_is_taken() {
        assert_eq!(quoted("a\"b").unwrap(), "\"a\"\"b\".");
        for wrong in ["", "pg_catalog", "a\0b", &"x".repeat(64)] {
            assert!(quoted(wrong).is_err(), "{wrong}");
        }
    }
}
