//! Hints between hosts: one says that it has written, and the others look sooner than they would have.
//!
//! They go over a connection of their own, once a commit was answered. Within the commit `NOTIFY` would take a lock that the
//! commits of every database of the server wait for. Whatever goes wrong here is a hint that is lost, and polling finds what was
//! written all the same.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use casekit_core::store::Hints;
use futures_util::StreamExt;
use futures_util::future::select;
use tokio::sync::{Notify, oneshot};
use tokio_postgres::{AsyncMessage, Client, Error};

use crate::runtime::Caller;
use crate::server::{Messages, Server};

/// How far apart hints are sent: those in between are merged into the next.
const APART: Duration = Duration::from_millis(100);

/// How long to wait before another connection is made, after one was lost, or was none that hints can go over.
const AGAIN: Duration = Duration::from_secs(5);

/// What a host says to the others, and hears from them.
#[derive(Default)]
pub(crate) struct Hinting {
    /// The newest position that the others are to be told of; 0 for none.
    newest: AtomicU64,
    /// Whether anybody here wants to hear from the others.
    listens: AtomicBool,
    /// Notified when one of the two changes.
    changed: Notify,
    heard: Arc<Hints>,
}

impl Hinting {
    /// Begins to send and to hear, on the runtime's thread, and ends with it.
    pub(crate) fn begin(this: &Arc<Self>, caller: &Caller, server: &Server) {
        let (this, server) = (Arc::clone(this), server.clone());
        caller.begin(async move {
            loop {
                // A host that neither writes nor listens needs no connection.
                while this.newest.load(Ordering::Acquire) == 0 && !this.listens.load(Ordering::Acquire) {
                    this.changed.notified().await;
                }
                if let Ok((client, messages)) = server.messages().await {
                    this.talk(&client, messages, &server).await;
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
    }

    /// This host wrote a commit up to a position, and was answered.
    pub(crate) fn wrote(&self, position: u64) {
        self.newest.fetch_max(position, Ordering::AcqRel);
        self.changed.notify_one();
    }

    /// Listens from now on.
    pub(crate) fn listen(&self) -> Arc<Hints> {
        self.listens.store(true, Ordering::Release);
        self.changed.notify_one();
        Arc::clone(&self.heard)
    }

    /// Sends and hears until the connection is lost.
    async fn talk(&self, client: &Client, messages: Messages, server: &Server) {
        let (is, own) = oneshot::channel();
        let (says, hears) = (pin!(self.say(client, server, is)), pin!(self.hear(messages, own)));
        select(says, hears).await;
    }

    /// Says what there is to say; `own` is told what the server calls the connection.
    async fn say(&self, client: &Client, server: &Server, own: oneshot::Sender<i32>) -> Result<(), Error> {
        own.send(client.query_one("SELECT pg_backend_pid()", &[]).await?.try_get(0)?).ok();
        let channel = server.channel();
        let mut is_listening = false;
        loop {
            if !is_listening && self.listens.load(Ordering::Acquire) {
                client.batch_execute(&format!("LISTEN {channel}")).await?;
                is_listening = true;
                // What was said before was not heard.
                self.heard.tell();
            }
            match self.newest.swap(0, Ordering::AcqRel) {
                0 => self.changed.notified().await,
                newest => {
                    client.batch_execute(&format!("NOTIFY {channel}, '{newest}'")).await?;
                    tokio::time::sleep(APART).await;
                }
            }
        }
    }

    /// Hears what others say. The connection goes on for as long as this does, so it never waits for anything else.
    async fn hear(&self, mut messages: Messages, mut own: oneshot::Receiver<i32>) {
        let mut this = None;
        while let Some(Ok(message)) = messages.next().await {
            let AsyncMessage::Notification(said) = message else { continue };
            this = this.or_else(|| own.try_recv().ok());
            // The position is for others who listen: anybody in the database can say one, so nothing here depends on it.
            if this != Some(said.process_id()) {
                self.heard.tell();
            }
        }
    }
}
