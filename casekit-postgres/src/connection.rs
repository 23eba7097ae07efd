//! A connection: statements are prepared once, and several can be under way at the same time.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{join_all, maybe_done};
use tokio_postgres::{CancelToken, Client, NoTls, Row, Statement};

use crate::error::{Result, fault, unreadable};
use crate::runtime::Caller;
use crate::tls::Tls;
use crate::value::Value;

/// How many statements are kept prepared. Lists have more forms than that, and seldom many at a time.
const PREPARED: usize = 200;

/// How long a server may take to hear that a statement is interrupted.
const INTERRUPTING: Duration = Duration::from_secs(10);

/// An open connection. One thread at a time uses it.
pub(crate) struct Connection {
    caller: Caller,
    client: Arc<Client>,
    tls: Tls,
    /// The name of the organisation's schema, quoted, with a point after it.
    schema: Arc<str>,
    /// How long to wait for an answer before the server is taken for lost.
    answer_timeout: Cell<Duration>,
    prepared: RefCell<HashMap<String, Statement>>,
    /// Greater than that of every connection of this process that was made before.
    number: u64,
}

/// A statement with its parameters, to be sent together with others.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Query {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Query {
    pub(crate) fn new(sql: impl Into<String>, values: impl Into<Vec<Value>>) -> Self {
        Self { sql: sql.into(), values: values.into() }
    }

    /// The same as a question, which may ask for any text: also for one that PostgreSQL cannot keep, and so finds nowhere.
    pub(crate) fn asks(mut self) -> Self {
        self.values.iter_mut().for_each(Value::make_askable);
        self
    }
}

/// The answer to a statement.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    /// How many rows it wrote, or returned.
    pub(crate) affected: u64,
}

impl Connection {
    pub(crate) fn new(
        caller: Caller,
        client: Client,
        tls: Tls,
        schema: Arc<str>,
        answer_timeout: Duration,
    ) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let (prepared, number) = (RefCell::default(), MADE.fetch_add(1, Ordering::Relaxed));
        let answer_timeout = Cell::new(answer_timeout);
        Self { caller, client: Arc::new(client), tls, schema, answer_timeout, prepared, number }
    }

    /// Greater than that of every connection of this process that was made before.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Works with another limit to how long an answer may take.
    pub(crate) fn within<T>(&self, limit: Duration, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let usual = self.answer_timeout.replace(limit);
        let done = work();
        self.answer_timeout.set(usual);
        done
    }

    /// The rows that a statement returns. Tables are named `org.cases`, parameters `$1`.
    pub(crate) fn query(&self, sql: &str, values: impl Into<Vec<Value>>) -> Result<Vec<Row>> {
        Ok(self.one(Query::new(sql, values).asks())?.rows)
    }

    /// The only row that a statement returns.
    pub(crate) fn row(&self, sql: &str, values: impl Into<Vec<Value>>) -> Result<Row> {
        self.query(sql, values)?.into_iter().next().ok_or_else(unreadable)
    }

    /// The first row that a statement returns, if it returns any.
    pub(crate) fn optional_row(&self, sql: &str, values: impl Into<Vec<Value>>) -> Result<Option<Row>> {
        Ok(self.query(sql, values)?.into_iter().next())
    }

    /// Carries out a statement, and returns how many rows it wrote.
    pub(crate) fn execute(&self, sql: &str, values: impl Into<Vec<Value>>) -> Result<u64> {
        Ok(self.one(Query::new(sql, values))?.affected)
    }

    fn one(&self, query: Query) -> Result<Answer> {
        self.pipeline(vec![query])?.into_iter().next().ok_or_else(unreadable)
    }

    /// Carries out statements one after another, sent without waiting for the answers in between: one way to the server and
    /// back, once they are prepared. In a transaction the first that fails fails all that follow; its fault is returned.
    pub(crate) fn pipeline(&self, queries: Vec<Query>) -> Result<Vec<Answer>> {
        let client = Arc::clone(&self.client);
        self.prepare_all(&queries)?;
        let mut work = Vec::with_capacity(queries.len());
        for query in queries {
            let statement = self.prepared.borrow().get(&query.sql).cloned();
            work.push((statement.ok_or_else(unreadable)?, query.values));
        }
        self.caller.call(self.answer_timeout.get(), async move {
            let mut sent = Vec::with_capacity(work.len());
            for (statement, values) in work {
                let mut one = Box::pin(maybe_done(carry_out(&client, statement, values)));
                // The first poll sends it. What cannot be sent ends the rest here: a `COMMIT` behind it would make what came
                // before it last.
                let is_over = poll_fn(|context| Poll::Ready(one.as_mut().poll(context).is_ready())).await;
                if is_over && let Some(Err(error)) = one.as_mut().output_mut() {
                    return Err(fault(error));
                }
                sent.push(one);
            }
            join_all(sent.iter_mut().map(Pin::as_mut)).await;
            let answers = sent.iter_mut().filter_map(|one| one.as_mut().take_output());
            answers.collect::<Result<Vec<Answer>, _>>().map_err(|error| fault(&error))
        })?
    }

    /// Prepares those statements that are not prepared yet.
    pub(crate) fn prepare_all(&self, queries: &[Query]) -> Result<()> {
        let mut wanted: Vec<String> = Vec::new();
        for query in queries {
            if !wanted.contains(&query.sql) {
                wanted.push(query.sql.clone());
            }
        }
        {
            let mut kept = self.prepared.borrow_mut();
            let missing = wanted.iter().filter(|sql| !kept.contains_key(*sql)).count();
            if kept.len() + missing > PREPARED {
                kept.clear();
            }
            wanted.retain(|sql| !kept.contains_key(sql));
        }
        if !wanted.is_empty() {
            let made = self.prepare(&wanted)?;
            self.prepared.borrow_mut().extend(wanted.into_iter().zip(made));
        }
        Ok(())
    }

    fn prepare(&self, missing: &[String]) -> Result<Vec<Statement>> {
        let client = Arc::clone(&self.client);
        let named: Vec<String> = missing.iter().map(|sql| self.named(sql)).collect();
        self.caller.call(self.answer_timeout.get(), async move {
            let prepared = join_all(named.iter().map(|sql| client.prepare(sql))).await;
            prepared.into_iter().collect::<Result<Vec<Statement>, _>>().map_err(|error| fault(&error))
        })?
    }

    /// SQL with the organisation's schema in the place of `org`. It is not to be named again: the schema's own name may contain
    /// what stands for it.
    pub(crate) fn named(&self, sql: &str) -> String {
        sql.replace("org.", &self.schema)
    }

    /// Carries out several statements without parameters, separated by semicolons, as they stand: see [`named`](Self::named).
    pub(crate) fn batch(&self, sql: String) -> Result<()> {
        let client = Arc::clone(&self.client);
        self.caller.call(self.answer_timeout.get(), async move {
            client.batch_execute(&sql).await.map_err(|error| fault(&error))
        })?
    }

    /// Sends a statement whose answer nobody waits for. What is asked of the connection afterwards comes after it; if it fails,
    /// the connection is lost, which is found out then.
    pub(crate) fn send(&self, sql: &'static str) {
        let client = Arc::clone(&self.client);
        self.caller.begin(async move { drop(client.batch_execute(sql).await) });
    }

    /// The quoted name of the organisation's schema.
    pub(crate) fn schema(&self) -> &str {
        self.schema.trim_end_matches('.')
    }

    /// Whether the connection is known to be lost.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// What interrupts the statement that is running.
    pub(crate) fn interrupt(&self) -> Interrupt {
        let (caller, tls) = (self.caller.clone(), self.tls.clone());
        Interrupt { caller, tls, token: self.client.cancel_token(), is_under_way: Arc::default() }
    }
}

async fn carry_out(
    client: &Client,
    statement: Statement,
    values: Vec<Value>,
) -> Result<Answer, tokio_postgres::Error> {
    let mut stream = Box::pin(client.query_raw(&statement, values).await?);
    let mut rows = Vec::new();
    while let Some(row) = stream.next().await {
        rows.push(row?);
    }
    Ok(Answer { rows, affected: stream.rows_affected().unwrap_or(0) })
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}

/// Interrupts the statement that runs on a connection, from another thread.
#[derive(Clone)]
pub(crate) struct Interrupt {
    caller: Caller,
    tls: Tls,
    token: CancelToken,
    /// Whether one is on its way to the server. It is a connection of its own, so there is one at a time.
    is_under_way: Arc<AtomicBool>,
}

impl Interrupt {
    pub(crate) fn interrupt(&self) {
        if self.is_under_way.swap(true, Ordering::AcqRel) {
            return;
        }
        let (token, tls, is_under_way) =
            (self.token.clone(), self.tls.clone(), Arc::clone(&self.is_under_way));
        // One that does not arrive is sent again.
        self.caller.begin(async move {
            let sent = async {
                match tls {
                    Tls::Off => drop(token.cancel_query(NoTls).await),
                    #[cfg(feature = "tls")]
                    Tls::On(tls) => drop(token.cancel_query(tls).await),
                }
            };
            // A server that is silent must not keep it for ever.
            tokio::time::timeout(INTERRUPTING, sent).await.ok();
            is_under_way.store(false, Ordering::Release);
        });
    }
}
