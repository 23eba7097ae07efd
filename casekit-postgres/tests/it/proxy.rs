//! A way to the server that can be cut.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::server::port;

/// Passes connections on to the server until it is cut.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    open: Vec<TcpStream>,
    is_shut: bool,
}

impl Proxy {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        // It ends with the process; nobody connects to it after the test.
        thread::spawn(move || {
            for client in listener.incoming() {
                pass_on(client.unwrap(), &shared);
            }
        });
        Self { port, state }
    }

    /// The address of the server's database by this way.
    pub(crate) fn address(&self) -> String {
        format!("postgres://casekit@127.0.0.1:{}/postgres", self.port)
    }

    /// Cuts the connections towards the client alone, at once: the server goes on with what it was asked. `for_good` lets no
    /// other connection through.
    pub(crate) fn cut(&self, for_good: bool) {
        let mut state = self.state.lock().unwrap();
        state.is_shut |= for_good;
        for client in state.open.drain(..) {
            client.shutdown(Shutdown::Both).ok();
        }
    }
}

fn pass_on(client: TcpStream, state: &Mutex<State>) {
    let mut state = state.lock().unwrap();
    if state.is_shut {
        return;
    }
    let server = TcpStream::connect(("127.0.0.1", port())).unwrap();
    state.open.push(client.try_clone().unwrap());
    let (mut from_client, mut to_client) = (client.try_clone().unwrap(), client);
    let (mut from_server, mut to_server) = (server.try_clone().unwrap(), server);
    thread::spawn(move || io::copy(&mut from_client, &mut to_server));
    thread::spawn(move || {
        io::copy(&mut from_server, &mut to_client).ok();
        to_client.shutdown(Shutdown::Both).ok();
    });
}
