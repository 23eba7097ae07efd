//! Connections that are encrypted, to whoever proves to be the host.

use std::error::Error;
use std::sync::Arc;

use casekit_core::store::{StoreError, StoreErrorKind};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::Result;

/// What encrypts connections, and trusts the authorities in `roots`, or those of the system.
///
/// # Errors
/// `Missing` if there are no certificates.
pub(crate) fn connector(roots: Option<&[u8]>) -> Result<MakeRustlsConnect> {
    let mut trusted = RootCertStore::empty();
    match roots {
        Some(pem) => {
            let given = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
            trusted.add_parsable_certificates(given.unwrap_or_default());
        }
        None => {
            trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if trusted.is_empty() {
        let message = match roots {
            Some(_) => {
                "`root_certificates` has no certificate; give those of the authority that signed the server's, as PEM"
            }
            None => {
                "the system has no certificates of authorities; install them, or give `root_certificates`"
            }
        };
        return Err(StoreError::new(StoreErrorKind::Missing, message));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let versions = versions.map_err(|_| {
        StoreError::new(StoreErrorKind::Unsupported, "this build encrypts nothing; report it")
    })?;
    Ok(MakeRustlsConnect::new(versions.with_root_certificates(trusted).with_no_client_auth()))
}

/// The fault, if a connection was not made since it could not be encrypted.
pub(crate) fn refused(error: &tokio_postgres::Error) -> Option<StoreError> {
    let mut source = error.source();
    while let Some(cause) = source {
        let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(refused) = inner.or_else(|| cause.downcast_ref()) {
            return Some(fault(refused));
        }
        source = cause.source();
    }
    let is_in_the_clear = error.to_string().contains("does not support TLS")
        || error.source().is_some_and(|cause| cause.to_string().contains("does not support TLS"));
    is_in_the_clear.then(|| {
        let message = "the server does not encrypt connections; let it (`ssl = on`), or say `sslmode=disable` if the network between \
            is private";
        StoreError::new(StoreErrorKind::Unsupported, message)
    })
}

fn fault(refused: &rustls::Error) -> StoreError {
    use CertificateError as Wrong;
    let rustls::Error::InvalidCertificate(wrong) = refused else {
        let message = "the server does not encrypt as this library does; let it use TLS 1.2 or 1.3";
        return StoreError::new(StoreErrorKind::Unsupported, message);
    };
    let message = match wrong {
        Wrong::Expired | Wrong::ExpiredContext { .. } => {
            "the server's certificate has expired; give the server a new one, or see whether the clock of this machine is right"
        }
        Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet; see whether the clock of this machine is right"
        }
        Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => {
            "the server's certificate is for another host; name the host in the address as it stands in the certificate"
        }
        _ => {
            "the server's certificate is not signed by an authority that is trusted; give the certificate of the authority that \
                signed it as `root_certificates`"
        }
    };
    StoreError::new(StoreErrorKind::Denied, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_read_before_anybody_is_asked() {
        let error = connector(Some(b"no certificate")).err().unwrap();
        assert_eq!(error.kind(), StoreErrorKind::Missing);
        assert!(error.to_string().contains("`root_certificates`"), "{error}");
    }
}
