//! The address of a database: where its server is, and how the way there is protected. `sslmode` and
//! `sslrootcert` mean what they mean to PostgreSQL's own clients; what those know and this program does not
//! is refused rather than passed over, for nobody notices a protection that is not there.

use std::fmt;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use postgres::config::{SslMode, TargetSessionAttrs};
use postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::{self, Trust};

/// Why an address cannot be used. A password in it is never repeated.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It makes no sense.
    #[error(
        "the address of the database cannot be read; write `postgres://user:password@host:5432/name`"
    )]
    Unreadable(#[source] postgres::Error),
    /// It asks for what this program cannot do.
    #[error("{what} in the address of the database {reason}")]
    Unsupported {
        /// The part of the address.
        what: String,
        /// Why not, and what to do.
        reason: &'static str,
    },
    /// The certificates that it names cannot be used.
    #[error("the certificates `{from}` cannot be used: {reason}")]
    Certificates {
        /// The file, or `system`.
        from: String,
        /// Why not.
        reason: String,
    },
}

/// Where a database is, and how to get there.
#[derive(Clone)]
pub(super) struct Address {
    config: Config,
    /// `None` where it is never encrypted.
    tls: Option<MakeRustlsConnect>,
}

/// The address may hold a password, which has no business in a log.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("name", &self.config.get_dbname()).finish_non_exhaustive()
    }
}

impl Address {
    /// Reads `postgres://user:password@host:5432/name?sslmode=verify-full&sslrootcert=FILE`.
    pub(super) fn read(url: &str) -> Result<Self, AddressError> {
        let (url, asked) = Asked::take_from(url)?;
        let mut config: Config = url.parse().map_err(AddressError::Unreadable)?;
        let (mode, trust) = asked.means(config.get_ssl_mode())?;
        config.ssl_mode(mode);
        settle(&mut config);
        let tls = trust.map(|trust| tls::connector(&trust)).transpose()?;
        Ok(Self { config, tls })
    }

    /// Connects to the server that takes writes.
    pub(super) fn connect(&self) -> Result<Client, postgres::Error> {
        match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        }
    }
}

/// The settings of a connection that do not travel as SQL.
fn settle(config: &mut Config) {
    if config.get_application_name().is_none() {
        config.application_name("rondo");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    // A network that swallows packets must look like a lost connection, not like a slow answer.
    config.keepalives_idle(Duration::from_secs(15));
    config.keepalives_interval(Duration::from_secs(5));
    config.keepalives_retries(3);
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(30));
    }
    // After a failover, the old primary may come back as a standby.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
}

/// What an address says of encryption that the driver does not understand.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    mode: Option<String>,
    roots: Option<String>,
}

/// What PostgreSQL's own clients know besides.
const UNSUPPORTED: &[&str] = &[
    "sslcert",
    "sslkey",
    "sslpassword",
    "sslcertmode",
    "sslcrl",
    "sslcrldir",
    "sslsni",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "requiressl",
    "gssencmode",
];

impl Asked {
    /// Takes it out of the address. An address that is no URL has only what the driver understands.
    fn take_from(url: &str) -> Result<(String, Self), AddressError> {
        let mut asked = Self::default();
        let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
        let Some((place, options)) = url.split_once('?').filter(|_| is_url) else {
            return Ok((url.to_owned(), asked));
        };
        let mut others = Vec::new();
        for option in options.split('&') {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let value = || percent_decode_str(value).decode_utf8_lossy().into_owned();
            match name {
                "" => {}
                "sslmode" => asked.mode = Some(value()),
                "sslrootcert" => asked.roots = Some(value()),
                name if UNSUPPORTED.contains(&name) => {
                    let reason = "is not supported; leave it out, users are told by their password";
                    return Err(unsupported(name, reason));
                }
                _ => others.push(option),
            }
        }
        let others = others.join("&");
        let rest = if others.is_empty() { place.to_owned() } else { format!("{place}?{others}") };
        Ok((rest, asked))
    }

    /// What the driver is to do, and whom to believe; `default` is what it would do by itself.
    fn means(self, default: SslMode) -> Result<(SslMode, Option<Trust>), AddressError> {
        let anybody = || Some(Trust::Anybody);
        let certified = |from: String| Some(Trust::Certified { from });
        Ok(match (self.mode.as_deref(), self.roots) {
            (None, None) if default == SslMode::Disable => (SslMode::Disable, None),
            (None, None) => (default, anybody()),
            (Some("verify-full"), roots) => {
                let from = roots.unwrap_or_else(|| tls::SYSTEM.to_owned());
                (SslMode::Require, Some(Trust::Named { from }))
            }
            (None, Some(roots)) if roots == tls::SYSTEM => {
                (SslMode::Require, Some(Trust::Named { from: roots }))
            }
            (Some(mode), Some(roots)) if roots == tls::SYSTEM && mode != "disable" => {
                let reason = "goes with `sslmode=verify-full` only: everybody gets a certificate \
                              of a public authority for a name of their own";
                return Err(unsupported("sslrootcert=system", reason));
            }
            (Some("verify-ca"), None) => {
                let reason = "needs the certificate of the authority; add `sslrootcert=FILE`";
                return Err(unsupported("sslmode=verify-ca", reason));
            }
            (Some("verify-ca"), Some(from)) => (SslMode::Require, certified(from)),
            (Some("disable"), _) => (SslMode::Disable, None),
            // Who names an authority wants it to be asked.
            (Some("require"), Some(from)) => (SslMode::Require, certified(from)),
            (Some("require"), None) => (SslMode::Require, anybody()),
            (Some("prefer"), Some(from)) => (SslMode::Prefer, certified(from)),
            (None, Some(from)) => (SslMode::Prefer, certified(from)),
            (Some("prefer"), None) => (SslMode::Prefer, anybody()),
            (Some(other), _) => {
                let what = format!("sslmode={other}");
                let reason = "is not supported; write `disable`, `prefer`, `require`, `verify-ca` \
                              or `verify-full`";
                return Err(unsupported(&what, reason));
            }
        })
    }
}

fn unsupported(what: &str, reason: &'static str) -> AddressError {
    AddressError::Unsupported { what: format!("`{what}`"), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the options of an address come to, or why they are refused.
    fn check(options: &str, expected: &str) {
        let url = format!("postgres://rondo@host/name?application_name=a&{options}");
        let meaning = Asked::take_from(&url).and_then(|(rest, asked)| {
            let config: Config = rest.parse().map_err(AddressError::Unreadable)?;
            assert_eq!(config.get_application_name(), Some("a"), "{options}");
            asked.means(config.get_ssl_mode())
        });
        let told = match meaning {
            Ok((mode, trust)) => format!("{mode:?}, {trust:?}"),
            Err(error) => error.to_string(),
        };
        assert!(told.contains(expected), "{options}: {told}");
    }

    #[test]
    fn encryption_is_what_postgresql_clients_take_it_to_be() {
        for (options, expected) in [
            ("", "Prefer, Some(Anybody)"),
            ("sslmode=disable", "Disable, None"),
            ("sslmode=disable&sslrootcert=a.pem", "Disable, None"),
            ("sslmode=prefer", "Prefer, Some(Anybody)"),
            ("sslmode=require", "Require, Some(Anybody)"),
            (
                "sslmode=require&sslrootcert=a%20b.pem",
                r#"Require, Some(Certified { from: "a b.pem" })"#,
            ),
            ("sslmode=verify-ca&sslrootcert=a", r#"Require, Some(Certified { from: "a" })"#),
            ("sslmode=verify-full&sslrootcert=a", r#"Require, Some(Named { from: "a" })"#),
            ("sslmode=verify-full", r#"Require, Some(Named { from: "system" })"#),
            ("sslrootcert=system", r#"Require, Some(Named { from: "system" })"#),
            ("sslmode=require&sslrootcert=system", "`sslrootcert=system` in the address"),
            ("sslmode=verify-ca", "add `sslrootcert=FILE`"),
            ("sslmode=allow", "`sslmode=allow` in the address of the database is not supported"),
            ("sslmode=VERIFY-FULL", "write `disable`, `prefer`"),
            ("sslcert=me.pem", "`sslcert` in the address of the database is not supported"),
        ] {
            check(options, expected);
        }
    }

    #[test]
    fn an_address_that_is_no_url_has_what_the_driver_understands() {
        for (address, readable) in [
            ("host=a user=b sslmode=require", true),
            ("host=a user=b sslmode=verify-full", false),
            ("nonsense", false),
        ] {
            assert_eq!(Address::read(address).is_ok(), readable, "{address}");
        }
    }
}
