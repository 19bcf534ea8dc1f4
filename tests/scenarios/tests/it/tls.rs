//! TLS by the server itself: with a certificate it may listen anywhere, speaks to nobody in the clear, and takes
//! a renewed certificate without a restart.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use served::raw::{RawAnswer, ask, ask_through};
use served::{Folder, Server, binary};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Puts a new certificate for this machine and its key into the folder.
fn renew(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("it is made");
    fs::write(folder.join("cert.pem"), made.cert.pem()).expect("it is written");
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).expect("it is written");
    made.cert.der().clone()
}

/// Asks for a path as a client that trusts this certificate and no other.
fn trusted(address: &str, certificate: &CertificateDer<'static>, path: &str) -> Option<RawAnswer> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).expect("it is a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("there are some")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("it is a name");
    let mut client = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = TcpStream::connect(address).expect("the server takes connections");
    client.complete_io(&mut stream).ok()?;
    Some(ask_through(StreamOwned::new(client, stream), address, "GET", path, &[]))
}

fn start(folder: &Path) -> Server {
    let file = |name: &str| folder.join(name).display().to_string();
    let (certificate, key) = (file("cert.pem"), file("key.pem"));
    Server::start(folder, &["--tls-certificate", &certificate, "--tls-key", &key])
}

#[test]
fn with_a_certificate_the_server_speaks_tls_and_nothing_else() {
    let folder = Folder::new();
    let certificate = renew(folder.path());
    let server = start(folder.path());
    let answer = trusted(server.address(), &certificate, "/health").expect("it is trusted");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    let refused = ask(server.address(), "GET", "/health", &[]);
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("use https://"), "{}", refused.text());
}

#[test]
fn a_renewed_certificate_is_taken_on_sighup() {
    let folder = Folder::new();
    let old = renew(folder.path());
    let server = start(folder.path());
    let new = renew(folder.path());
    assert!(trusted(server.address(), &old, "/health").is_some(), "nothing was said yet");
    server.signal("HUP");
    // The signal is dealt with at some moment; each try is a whole handshake.
    let tries = (0..1_000).find(|_| trusted(server.address(), &new, "/health").is_some());
    assert!(tries.is_some(), "the new certificate is never shown");
    assert!(trusted(server.address(), &old, "/health").is_none(), "the old one is gone");
    fs::write(folder.path().join("cert.pem"), "nonsense").expect("it is written");
    server.signal("HUP");
    assert!(trusted(server.address(), &new, "/health").is_some(), "a mistake changes nothing");
}

#[test]
fn what_does_not_fit_together_is_told_before_anything_is_served() {
    let folder = Folder::new();
    renew(folder.path());
    let (a, b) = (Folder::new(), folder.path());
    renew(a.path());
    let file = |folder: &Path, name: &str| folder.join(name).display().to_string();
    let (cert, key, other) = (file(b, "cert.pem"), file(b, "key.pem"), file(a.path(), "key.pem"));
    for (arguments, says) in [
        (vec!["--tls-certificate", &cert], "go together"),
        (vec!["--tls-certificate", &cert, "--tls-key", &other], "do not belong together"),
        (vec!["--tls-certificate", &key, "--tls-key", &key], "holds no certificate"),
        (vec!["--tls-certificate", "/nowhere", "--tls-key", &key], "cannot be read"),
        (vec!["--tls-certificate", &cert, "--tls-key", &cert], "cannot be read"),
        (vec!["--listen", "0.0.0.0:0"], "without encryption"),
    ] {
        let output = Command::new(binary())
            .args(["serve", "--data"])
            .arg(b)
            .args(&arguments)
            .output()
            .expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(says), "{arguments:?}: {said}");
    }
}
