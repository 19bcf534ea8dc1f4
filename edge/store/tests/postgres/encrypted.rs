//! Connections through TLS, to a server whose certificate is made here: what each `sslmode` takes and
//! refuses, and that no connection goes another way.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use postgres::{Client, NoTls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use runtime::port::Readers as _;
use store::postgres::{Database, OpenError};
use tempfile::TempDir;

use crate::cluster;

/// A server that speaks TLS by the name `localhost`, and two authorities of which the first vouches for it.
struct Server {
    url: String,
    folder: TempDir,
}

impl Server {
    fn start() -> Self {
        let server = Self { url: cluster::start(), folder: TempDir::new().unwrap() };
        let [ours, other] = [authority(), authority()];
        for (authority, file) in [(&ours, "ours.pem"), (&other, "other.pem")] {
            std::fs::write(server.folder.path().join(file), authority.pem()).unwrap();
        }
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &ours).unwrap();
        let mut client = Client::connect(&server.url, NoTls).unwrap();
        let data: String = client.query_one("SHOW data_directory", &[]).unwrap().get(0);
        put(&data, "server.crt", &certificate.pem());
        put(&data, "server.key", &key.serialize_pem());
        client.batch_execute("ALTER SYSTEM SET ssl = on").unwrap();
        client.batch_execute("SELECT pg_reload_conf()").unwrap();
        while open(&server.url_with("sslmode=require")).is_err() {
            // The server reads its settings again when it gets to it.
            std::thread::yield_now();
        }
        server
    }

    fn url_with(&self, options: &str) -> String {
        let ours = self.folder.path().join("ours.pem");
        let other = self.folder.path().join("other.pem");
        let options = options
            .replace("OURS", ours.to_str().unwrap())
            .replace("OTHER", other.to_str().unwrap());
        format!("{}?{options}", self.url)
    }
}

fn open(url: &str) -> Result<Database, OpenError> {
    Database::open(url, |_| Ok(()))
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Writes a file of the server's own: it takes no key that others may read.
fn put(folder: &str, name: &str, text: &str) {
    let file = Path::new(folder).join(name);
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let owner = std::fs::metadata(folder).unwrap();
    chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
}

/// How the connections of a program that names itself so go: with TLS or without. A lane, a reader and the
/// one that listens are waited for.
fn ways(server: &Server, name: &str) -> Vec<bool> {
    let mut client = Client::connect(&server.url, NoTls).unwrap();
    let sql = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
               WHERE application_name = $1 ORDER BY ssl";
    loop {
        let rows = client.query(sql, &[&name]).unwrap();
        if rows.len() >= 3 {
            return rows.iter().map(|row| row.get(0)).collect();
        }
        std::thread::yield_now();
    }
}

#[test]
fn each_mode_takes_and_refuses_what_it_says() {
    let server = Server::start();
    let cases: &[(&str, &str, Result<bool, &str>)] = &[
        ("prefer", "", Ok(true)),
        ("disable", "sslmode=disable", Ok(false)),
        ("require", "sslmode=require", Ok(true)),
        ("authority", "sslmode=verify-ca&sslrootcert=OURS", Ok(true)),
        ("other", "sslmode=verify-ca&sslrootcert=OTHER", Err("invalid peer certificate")),
        ("asked", "sslmode=require&sslrootcert=OTHER", Err("invalid peer certificate")),
        ("named", "sslmode=verify-full&sslrootcert=OURS", Ok(true)),
        ("misnamed", "sslmode=verify-full&sslrootcert=OURS", Err("not valid for name")),
        ("system", "sslmode=verify-full", Err("")),
        ("missing", "sslmode=verify-ca&sslrootcert=/none.pem", Err("`/none.pem` cannot be used")),
        ("empty", "sslmode=verify-ca&sslrootcert=/dev/null", Err("no certificate in PEM")),
    ];
    for (name, options, expected) in cases {
        let mut url = server.url_with(&format!("{options}&application_name={name}"));
        if *name == "named" {
            url = url.replace("127.0.0.1", "localhost");
        }
        match (open(&url), expected) {
            (Ok(database), Ok(encrypted)) => {
                let (_lane, reader) = (database.lane().unwrap(), database.reader());
                let _listening = database.listen(|_| ()).unwrap();
                let snapshot = reader.open().unwrap();
                assert_eq!(ways(&server, name), [*encrypted; 3], "{name}");
                drop(snapshot);
            }
            (Err(error), Err(why)) => assert!(error.to_string().contains(why), "{name}: {error}"),
            (Ok(_), Err(_)) => panic!("`{name}` is to be refused"),
            (Err(error), Ok(_)) => panic!("{name}: {error}"),
        }
    }
}

#[test]
fn a_server_without_tls_is_refused_where_it_is_required() {
    let error = open(&format!("{}?sslmode=require", cluster::url())).unwrap_err().to_string();
    assert!(error.contains("does not support TLS"), "{error}");
}
