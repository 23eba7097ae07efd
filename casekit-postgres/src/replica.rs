//! A replica, which answers reads as long as it has everything that this process has seen.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use casekit_core::store::lifecycle::Lifecycle;
use casekit_core::store::{StoreError, StoreErrorKind};

use crate::connection::Connection;
use crate::error::Result;
use crate::options::PostgresOptions;
use crate::pool::Pool;
use crate::read::{self, Moment};
use crate::runtime::Caller;
use crate::seen::{Extent, Seen};
use crate::server::Server;

/// How long a replica may take to answer. The primary can be asked instead, so this is short.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a replica is left alone after a fault: meanwhile no read waits for it.
const REST: Duration = Duration::from_secs(10);

/// A replica of the store's server.
pub(crate) struct Replica {
    server: Server,
    /// Never waited for: the primary has connections too.
    pub(crate) pool: Pool,
    /// Until when it is left alone, after a fault that it did not answer well since.
    rests: Mutex<Option<Instant>>,
}

impl Replica {
    /// The replica that the options name, if any; `schema` is the organisation's, by name.
    ///
    /// # Errors
    /// Those of [`Server::at`]; `Unsupported` if the address names another schema.
    pub(crate) fn of(options: &PostgresOptions, schema: &str) -> Result<Option<Self>> {
        let Some(url) = &options.replica else { return Ok(None) };
        let answer_timeout = options.answer_timeout.min(PATIENCE);
        let options = PostgresOptions { schema: schema.to_owned(), answer_timeout, ..options.clone() };
        let server = Server::at(url, &options)?;
        if server.schema() != schema {
            let message = "the address of the replica names another schema than the store has; leave `schema=` out of it";
            return Err(StoreError::new(StoreErrorKind::Unsupported, message));
        }
        let pool = Pool::new(options.connections, Duration::ZERO);
        Ok(Some(Self { server, pool, rests: Mutex::default() }))
    }

    /// Reads at one moment that is not older than what was seen. `Ok(None)` if there is none yet, or the replica is not asked at
    /// present: then the primary answers. It also does after an error, which nobody else has to hear of.
    pub(crate) fn read<T>(
        &self,
        (caller, lifecycle): (&Caller, &Lifecycle),
        seen: &Seen,
        read: impl Fn(&Connection, Moment) -> Result<T>,
    ) -> Result<Option<T>> {
        if !self.is_asked() {
            return Ok(None);
        }
        // Before the moment begins: what others of this process see later, they see after this read began.
        let least: Extent = seen.now();
        let answer = self.pool.read((&self.server, caller, lifecycle), |connection| {
            read::at_one_moment(connection, |connection, moment| {
                if !least.is_within(moment) {
                    return Ok(None);
                }
                seen.moment(moment);
                read(connection, moment).map(Some)
            })
        });
        // Of other kinds it is not the replica's: every connection is in use, or the primary would say the same.
        let is_well = !answer.as_ref().is_err_and(|error| error.kind().is_worth_telling());
        self.rest(if is_well { None } else { Instant::now().checked_add(REST) });
        answer.map_err(|error| {
            let message = format!("the replica did not answer, and the primary did instead: {error}");
            StoreError::new(error.kind(), message).with_source(error)
        })
    }

    /// Whether it is asked now. After its rest one caller tries, and the others go on as if it still rested.
    fn is_asked(&self) -> bool {
        let mut rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        match *rests {
            None => true,
            Some(until) if Instant::now() < until => false,
            Some(_) => {
                *rests = Instant::now().checked_add(REST);
                true
            }
        }
    }

    fn rest(&self, until: Option<Instant>) {
        *self.rests.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}
