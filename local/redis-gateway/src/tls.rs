//! Whom to trust at the other end of a TLS connection to Redis, and as whom to appear there.
//!
//! Trusted are the authorities of the system, or instead of them what a file holds: authorities, or
//! the server's own certificate. There is no way to trust everyone, because a certificate that
//! nobody signed, or that has another name, can be named itself.
//!
//! `ring` does the cryptography: it is small, and needs no more than a C compiler to become part of
//! a static binary. The system's authorities are read rather than compiled in, because a binary may
//! live longer than they do.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

/// The files with certificates, all in PEM.
#[derive(Default, PartialEq)]
pub struct Trust {
    /// Who may have signed the server's certificate, or that certificate itself.
    pub ca: Option<PathBuf>,
    /// Our own certificate and its key, for a server that asks for one.
    pub identity: Option<(PathBuf, PathBuf)>,
}

impl Trust {
    /// How to talk to the servers that are trusted.
    pub fn client(&self) -> Result<ClientConfig, String> {
        let provider = Arc::new(ring::default_provider());
        let (known, roots) = match &self.ca {
            Some(file) => {
                let certificates = certificates(file)?;
                let mut roots = RootCertStore::empty();
                for certificate in &certificates {
                    roots
                        .add(certificate.clone())
                        .map_err(|error| unusable(file, error))?;
                }
                (certificates, roots)
            }
            None => (Vec::new(), system()?),
        };
        let authorities =
            WebPkiServerVerifier::builder_with_provider(roots.into(), Arc::clone(&provider))
                .build()
                .map_err(|error| format!("can not check certificates: {error}"))?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("can not use TLS: {error}"))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Verifier { known, authorities }));
        match &self.identity {
            None => Ok(config.with_no_client_auth()),
            Some((certificate, key)) => config
                .with_client_auth_cert(
                    certificates(certificate)?,
                    PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, error))?,
                )
                .map_err(|error| unusable(key, error)),
        }
    }
}

/// The authorities that this machine trusts.
fn system() -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(
            "this system has no certificates of authorities: install ca-certificates, or name a \
             file with --redis-ca"
                .to_owned(),
        );
    }
    Ok(roots)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates: Vec<_> = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect)
        .map_err(|error| unusable(file, error))?;
    if certificates.is_empty() {
        return Err(unusable(file, "it has no certificate in PEM"));
    }
    Ok(certificates)
}

fn unusable(file: &Path, problem: impl std::fmt::Display) -> String {
    format!("can not use {}: {problem}", file.display())
}

/// Trusts what the authorities signed, and what it knows byte by byte. The latter needs no name and
/// no authority: self-made certificates often have neither that this could check.
#[derive(Debug)]
struct Verifier {
    known: Vec<CertificateDer<'static>>,
    authorities: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.known.iter().any(|known| known == certificate) {
            return Ok(ServerCertVerified::assertion());
        }
        self.authorities
            .verify_server_cert(certificate, intermediates, name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}
