//! Encrypted connections. Whom a connection leads to is always proved: by a certificate for the host's name, from an authority
//! that is trusted.

#[cfg(feature = "tls")]
pub(crate) use verified::{connector, refused};

/// How connections to a server are encrypted.
#[derive(Clone)]
pub(crate) enum Tls {
    Off,
    #[cfg(feature = "tls")]
    On(tokio_postgres_rustls::MakeRustlsConnect),
}

#[cfg(feature = "tls")]
mod verified;
