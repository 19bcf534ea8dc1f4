//! A client of the HTTP API: JSON in, JSON out, every status an answer rather than an error.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use ureq::Agent;
use ureq::http::{Request, Response};

/// Speaks to a server in the name of one user; or to several that share a database, to each in its turn.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    // INVARIANT: at least one.
    bases: Vec<String>,
    turns: Turns,
    /// The header that says who asks.
    who: Option<(&'static str, String)>,
}

/// Whose turn it is among several servers. Clients that share it send their n-th request, counted over all
/// of them, to server n modulo the number of servers.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<AtomicUsize>);

impl Turns {
    fn next(&self) -> usize {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// What the server answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body; null where there is none, a string where it is no JSON.
    pub body: Value,
}

impl Answer {
    /// The body of a success.
    ///
    /// # Panics
    /// Where the server refused, with what it said.
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "refused: {} {}", self.status, self.body);
        self.body
    }

    /// The text at a JSON pointer; empty where there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }
}

impl Client {
    pub(crate) fn new(address: &str, basic: Option<(&str, &str)>) -> Self {
        Self::of([address], &Turns::default(), basic)
    }

    /// A client of the servers at these addresses, which take turns.
    pub(crate) fn of<'a>(
        addresses: impl IntoIterator<Item = &'a str>,
        turns: &Turns,
        basic: Option<(&str, &str)>,
    ) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).build();
        let who = basic.map(|(login, password)| {
            let pair = STANDARD.encode(format!("{login}:{password}"));
            ("authorization", format!("Basic {pair}"))
        });
        let bases = addresses.into_iter().map(|address| format!("http://{address}")).collect();
        Self { agent: config.into(), bases, turns: turns.clone(), who }
    }

    /// A client without any credentials of the server at this address: `http://127.0.0.1:8080`.
    pub fn at(base: &str) -> Self {
        Self::new(base.trim_start_matches("http://"), None)
    }

    /// The address, with its scheme, of the server whose turn it is.
    ///
    /// # Panics
    /// Never: there is at least one.
    pub fn base(&self) -> &str {
        let turn = self.turns.next().checked_rem(self.bases.len());
        turn.and_then(|turn| self.bases.get(turn)).expect("a client has a server")
    }

    /// The same client with a bearer token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.who = Some(("authorization", format!("Bearer {token}")));
        self
    }

    /// The same client with the cookie of a session, `name=value`, and nothing else to show who asks.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &str) -> Self {
        self.who = Some(("cookie", cookie.to_owned()));
        self
    }

    /// GET.
    ///
    /// # Panics
    /// Where no answer comes.
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, None).expect("the server answers")
    }

    /// POST.
    ///
    /// # Panics
    /// Where no answer comes.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body), None).expect("the server answers")
    }

    /// POST of a text that is no JSON; `None` where no answer came.
    ///
    /// # Panics
    /// Where the path cannot be asked for.
    pub fn post_text(&self, path: &str, content_type: &str, text: &str) -> Option<Answer> {
        let mut request = Request::builder().method("POST").uri(format!("{}{path}", self.base()));
        if let Some((name, value)) = &self.who {
            request = request.header(*name, value);
        }
        let request = request.header("content-type", content_type);
        let request = request.body(text.to_owned()).expect("a request can be made");
        read(self.agent.run(request).ok()?)
    }

    /// Any method; `None` where no answer came, for example because the server was killed.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        idempotency_key: Option<&str>,
    ) -> Option<Answer> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base()));
        if let Some((name, value)) = &self.who {
            request = request.header(*name, value);
        }
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        let answer = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                self.agent.run(request.body(body.to_string()).expect("a request can be made"))
            }
            None => self.agent.run(request.body(()).expect("a request can be made")),
        };
        read(answer.ok()?)
    }
}

fn read(mut answer: Response<ureq::Body>) -> Option<Answer> {
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string().ok()?;
    let body = match text.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
    };
    Some(Answer { status, body })
}
