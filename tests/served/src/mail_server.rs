//! A mail server for tests: speaks as much SMTP as a client needs, does with each mail what the test
//! has said beforehand, and hands it to the test.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How long a test waits for a mail before it has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the server does with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reception {
    /// Takes it.
    Accept,
    /// Answers the sender with this line.
    Refuse(&'static str),
    /// Takes it and never says so.
    Vanish,
}

/// A mail as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who the envelope says it is from.
    pub from: String,
    /// Who the envelope says it is for.
    pub to: Vec<String>,
    /// Headers and body, lines ended by a line feed.
    pub text: String,
}

impl Mail {
    /// A header, folded lines joined, encoded words (RFC 2047, base64) read.
    pub fn header(&self, name: &str) -> Option<String> {
        let (headers, _) = self.text.split_once("\n\n")?;
        let unfolded = headers.replace("\n ", " ").replace("\n\t", " ");
        let start = format!("{name}: ");
        let value = unfolded.lines().find_map(|line| line.strip_prefix(&start))?;
        Some(unencoded(value))
    }

    /// The body, read from base64 where it came so.
    pub fn body(&self) -> String {
        let body = self.text.split_once("\n\n").map(|(_, body)| body).unwrap_or_default();
        if self.header("Content-Transfer-Encoding").as_deref() == Some("base64") {
            from_base64(&body.replace('\n', "")).replace("\r\n", "\n")
        } else {
            body.to_owned()
        }
    }
}

/// A header's words, the encoded ones read. A blank between two encoded words is none.
fn unencoded(value: &str) -> String {
    let mut text = String::new();
    let mut follows_encoded = false;
    for word in value.split(' ') {
        let inner = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        let is_joined = follows_encoded && inner.is_some();
        if !text.is_empty() && !is_joined {
            text.push(' ');
        }
        text += &inner.map_or_else(|| word.to_owned(), from_base64);
        follows_encoded = inner.is_some();
    }
    text
}

fn from_base64(text: &str) -> String {
    let bytes = STANDARD.decode(text).expect("the mail's base64 can be read");
    String::from_utf8(bytes).expect("the mail is UTF-8")
}

/// The server. It listens until the test's process ends.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    mails: Mutex<Receiver<Mail>>,
}

impl MailServer {
    /// Starts a server that receives mails so, one after the other, and accepts all that follow.
    ///
    /// # Panics
    /// Where it cannot listen.
    pub fn start(receptions: &[Reception]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener knows its address");
        let script = Arc::new(Mutex::new(receptions.iter().copied().collect::<VecDeque<_>>()));
        let (sender, mails) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let session = Session { script: Arc::clone(&script), mails: sender.clone() };
                // A client that hangs up ends its session.
                std::thread::spawn(move || session.serve(&stream).ok());
            }
        });
        Self { address, mails: Mutex::new(mails) }
    }

    /// The address of a server that nobody listens at.
    ///
    /// # Panics
    /// Where no port is free.
    pub fn url_of_nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        format!("smtp://{}", listener.local_addr().expect("a listener knows its address"))
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The next mail that was taken, waited for.
    ///
    /// # Panics
    /// Where none comes.
    pub fn next(&self) -> Mail {
        let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.recv_timeout(PATIENCE).expect("a mail comes")
    }

    /// The mails that were taken and not asked for yet.
    pub fn rest(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).try_iter().collect()
    }
}

struct Session {
    script: Arc<Mutex<VecDeque<Reception>>>,
    mails: Sender<Mail>,
}

impl Session {
    fn serve(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let mut mail = Mail { from: String::new(), to: Vec::new(), text: String::new() };
        let mut reception = Reception::Accept;
        stream.write_all(b"220 test\r\n")?;
        while let Some(line) = lines.next().transpose()? {
            let (verb, rest) = line.split_once([' ', ':']).unwrap_or((&line, ""));
            let answer = match verb {
                "EHLO" => "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8",
                "MAIL" => {
                    mail = Mail { from: address(rest), to: Vec::new(), text: String::new() };
                    reception = self.next_reception();
                    match reception {
                        Reception::Refuse(answer) => answer,
                        Reception::Accept | Reception::Vanish => "250 ok",
                    }
                }
                "RCPT" => {
                    mail.to.push(address(rest));
                    "250 ok"
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n")?;
                    mail.text = read_text(&mut lines)?;
                    // A test that has ended wants no more mails.
                    let _ended = self.mails.send(mail.clone());
                    if reception == Reception::Vanish {
                        return lines.try_for_each(|line| line.map(|_unheard| ()));
                    }
                    "250 taken"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes())?;
        }
        Ok(())
    }

    fn next_reception(&self) -> Reception {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.pop_front().unwrap_or(Reception::Accept)
    }
}

/// What stands in angle brackets.
fn address(text: &str) -> String {
    let inner = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

/// The lines up to the lone dot, the dots that the client has doubled made single.
fn read_text(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> std::io::Result<String> {
    let mut text = String::new();
    for line in lines {
        let line = line?;
        if line == "." {
            break;
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push('\n');
    }
    Ok(text)
}
