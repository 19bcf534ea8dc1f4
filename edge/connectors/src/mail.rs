//! Mail by SMTP. A [`Mailer`] is one server and one sender; opened, it keeps a few connections for as
//! long as there is something to send.

mod message;

use std::error::Error as _;
use std::fmt;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use runtime::port::OutboxRow;
use url::{Host, Url};

use crate::outcome::Outcome;

/// How long the server may take to answer a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a whole try may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How long a connection is kept without anything to send.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// The most connections at once, which is also how many mails leave at once.
pub(crate) const CONNECTIONS: u32 = 4;

/// Why a mail server cannot be used as it was given. The address itself is left out: it may hold a
/// password.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The address cannot be read.
    #[error(
        "the address of the mail server cannot be read: {0}; write smtp://user:password@host:port"
    )]
    Url(String),
    /// The address is not one of a mail server.
    #[error("`{0}` is no scheme of a mail server; write smtp:// or smtps://")]
    Scheme(String),
    /// There is no such way to encrypt.
    #[error("`tls={0}` is unknown; write required, opportunistic or none")]
    Tls(String),
    /// The sender is no mail address.
    #[error("`{0}` is not a sender; write name@example.com, or Name <name@example.com>")]
    From(String),
}

/// One server, and the one sender in whose name mails leave.
#[derive(Clone)]
pub struct Mailer {
    builder: AsyncSmtpTransportBuilder,
    from: Mailbox,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mailer {
    /// A mailer for `smtp://user:password@host:port` (STARTTLS) or `smtps://..` (TLS from the start).
    /// Without `?tls=required`, `opportunistic` or `none`, `smtp` asks for TLS where a password is sent,
    /// takes it where it is offered otherwise, and does without on this very machine.
    ///
    /// # Errors
    /// Where the address or the sender is malformed. No connection is made yet.
    pub fn new(url: &str, from: &str) -> Result<Self, MailerError> {
        let from = from.parse().map_err(|_malformed| MailerError::From(from.to_owned()))?;
        let url = with_tls(url)?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .map_err(|error| MailerError::Url(error.to_string()))?;
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE_TIMEOUT);
        let builder = builder.timeout(Some(CONNECT_TIMEOUT)).pool_config(pool);
        Ok(Self { builder, from })
    }

    /// Gets ready to send. Called within an async runtime, which tends the connections.
    pub(crate) fn open(self) -> OpenMailer {
        OpenMailer { transport: self.builder.build(), from: self.from }
    }
}

/// A mailer with its connections.
pub(crate) struct OpenMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl OpenMailer {
    /// Tries to send the mail of an entry.
    pub(crate) async fn send(&self, entry: &OutboxRow) -> Outcome {
        let message = match message::compose(entry, &self.from) {
            Ok(message) => message,
            Err(error) => return Outcome::Refused(error.to_string()),
        };
        match tokio::time::timeout(TIMEOUT, self.transport.send(message)).await {
            Ok(Ok(_accepted)) => Outcome::Sent,
            Ok(Err(error)) => outcome_of(&error),
            Err(_elapsed) => {
                let seconds = TIMEOUT.as_secs();
                Outcome::Unknown(format!("the mail server did not answer within {seconds} s"))
            }
        }
    }
}

/// The address with its way to encrypt spelt out, as the library wants it.
fn with_tls(text: &str) -> Result<Url, MailerError> {
    let mut url = Url::parse(text).map_err(|error| MailerError::Url(error.to_string()))?;
    if url.host().is_none() {
        return Err(MailerError::Url("it names no host".to_owned()));
    }
    let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, tls)| tls.into_owned());
    url.set_query(None);
    let tls = match (url.scheme(), asked.as_deref()) {
        ("smtps", _) | ("smtp", Some("none")) => return Ok(url),
        ("smtp", Some(tls @ ("required" | "opportunistic"))) => tls,
        ("smtp", None) if is_this_machine(&url) => return Ok(url),
        ("smtp", None) if url.password().is_some() => "required",
        ("smtp", None) => "opportunistic",
        ("smtp", Some(other)) => return Err(MailerError::Tls(other.to_owned())),
        (scheme, _) => return Err(MailerError::Scheme(scheme.to_owned())),
    };
    url.query_pairs_mut().append_pair("tls", tls);
    Ok(url)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        // The host of an address whose scheme browsers do not know is kept as it was written.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|it: IpAddr| it.is_loopback())
        }
        None => false,
    }
}

/// What a failure says about the mail. A refused sign-in (53x) is temporary: it is the configuration
/// that is wrong, and once that is put right the mail can leave.
fn outcome_of(error: &Error) -> Outcome {
    let words = error.source().map(ToString::to_string);
    let reason = match (error.status(), words) {
        (Some(code), Some(words)) => format!("the mail server says {code} {words}"),
        (Some(code), None) => format!("the mail server says {code}"),
        (None, _) => error.to_string(),
    };
    let is_sign_in = error.status().is_some_and(|code| code.to_string().starts_with("53"));
    if error.is_permanent() && !is_sign_in {
        Outcome::Refused(reason)
    } else if broke_off(error) {
        Outcome::Unknown(reason)
    } else {
        Outcome::NotSent(reason)
    }
}

/// Whether the connection stood and broke before the server had answered.
fn broke_off(error: &Error) -> bool {
    let breaks = [
        ErrorKind::BrokenPipe,
        ErrorKind::ConnectionAborted,
        ErrorKind::ConnectionReset,
        ErrorKind::UnexpectedEof,
    ];
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let mut causes = causes.filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    error.is_response() || causes.any(|cause| breaks.contains(&cause.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expect: &str) {
        let found = with_tls(url).map_or_else(|error| error.to_string(), |url| url.to_string());
        assert!(found.contains(expect), "{url}: {found}");
        assert!(!found.contains("secret") || with_tls(url).is_ok(), "{found} tells the password");
    }

    #[test]
    fn a_password_is_encrypted_unless_it_stays_on_this_machine() {
        check("smtp://u:secret@mail.example:587", "587?tls=required");
        check("smtp://u:secret@mail.example:587?tls=none", "mail.example:587");
        check("smtp://mail.example", "?tls=opportunistic");
        for this_machine in ["localhost", "127.0.0.1", "[::1]"] {
            let url = format!("smtp://u:secret@{this_machine}:2525");
            assert_eq!(with_tls(&url).expect("it reads").as_str(), url);
        }
        check("smtps://u:secret@mail.example", "smtps://u:secret@mail.example");
    }

    #[test]
    fn an_address_that_is_none_is_refused_without_telling_the_password() {
        check("http://u:secret@mail.example", "`http` is no scheme");
        check("smtp://u:secret@mail.example?tls=maybe", "`tls=maybe` is unknown");
        check("smtp://u:secret@mail.example:port", "invalid port");
        check("mail.example", "cannot be read");
        check("smtp:", "names no host");
        for from in ["", "nobody", "a@b@c", "a@example.com\r\nBcc: x@example.com"] {
            let refused = Mailer::new("smtp://localhost", from).expect_err("it is no sender");
            assert!(refused.to_string().contains("not a sender"), "{from}: {refused}");
        }
        for from in ["rondo@example.com", "Rondo <rondo@example.com>", "订单 <rondo@example.com>"]
        {
            Mailer::new("smtps://u:secret@mail.example", from).expect("it is a sender");
        }
    }
}
