//! Who may answer for a server on an encrypted connection. The encryption itself is the library's.

use std::path::Path;
use std::sync::Arc;

use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::address::AddressError;

/// The authorities that this machine believes, instead of those in a file.
pub(super) const SYSTEM: &str = "system";

/// Who is believed to be the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trust {
    /// Whoever answers: nobody can listen, but somebody in between could answer.
    Anybody,
    /// Who has a certificate of these authorities, whatever its name.
    Certified { from: String },
    /// Who has one for the name in the address.
    Named { from: String },
}

/// What makes connections encrypted.
pub(super) fn connector(trust: &Trust) -> Result<MakeRustlsConnect, AddressError> {
    let provider = Arc::new(ring::default_provider());
    let refused = |reason: &dyn ToString| AddressError::Certificates {
        from: trust.from().to_owned(),
        reason: reason.to_string(),
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?;
    let authorities = || -> Result<Arc<WebPkiServerVerifier>, AddressError> {
        let roots = Arc::new(roots(trust.from())?);
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider));
        verifier.build().map_err(|error| refused(&error))
    };
    let verifier: Arc<dyn ServerCertVerifier> = match trust {
        Trust::Anybody => Arc::new(AnyName { authorities: None, provider: Arc::clone(&provider) }),
        Trust::Certified { .. } => {
            Arc::new(AnyName { authorities: Some(authorities()?), provider: Arc::clone(&provider) })
        }
        Trust::Named { .. } => authorities()?,
    };
    let mut config =
        builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

impl Trust {
    fn from(&self) -> &str {
        match self {
            Self::Anybody => "",
            Self::Certified { from } | Self::Named { from } => from,
        }
    }
}

fn roots(from: &str) -> Result<RootCertStore, AddressError> {
    let refused = |reason: String| AddressError::Certificates { from: from.to_owned(), reason };
    let certificates: Vec<CertificateDer<'static>> = if from == SYSTEM {
        // One that cannot be read is one authority less; none at all is told below.
        rustls_native_certs::load_native_certs().certs
    } else {
        let read = CertificateDer::pem_file_iter(Path::new(from)).and_then(Iterator::collect);
        read.map_err(|error| refused(error.to_string()))?
    };
    let mut roots = RootCertStore::empty();
    let (taken, _left) = roots.add_parsable_certificates(certificates);
    if taken == 0 {
        return Err(refused("there is no certificate in PEM".to_owned()));
    }
    Ok(roots)
}

/// Asks the authorities, where there are any, and not for the name.
#[derive(Debug)]
struct AnyName {
    authorities: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authorities) = &self.authorities else {
            return Ok(ServerCertVerified::assertion());
        };
        // The name is looked at last, so one that differs is all that is wrong.
        match authorities.verify_server_cert(certificate, intermediates, name, ocsp_response, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
