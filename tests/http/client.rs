//! A served program and a tiny client: the only place that knows how to speak to it.

use std::net::SocketAddr;
use std::time::Duration;

use arsenal::{Arsenal, Role};
use arsenal_http::{Identity, ServeError, Server, Settings, Tokens};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// The longest that anything here may take.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(20);

/// A program that is served until this is dropped.
pub(crate) struct Served {
    pub(crate) arsenal: Arsenal,
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: JoinSet<Result<(), ServeError>>,
}

/// A request to be sent.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// A request by somebody: `ask("ann", "GET /api/v1/x")`; `""` is nobody.
pub(crate) fn ask(who: &str, line: &str) -> Asked {
    let (method, target) = line.split_once(' ').expect("a method and a target");
    let asked = Asked {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    match who {
        "" => asked,
        who => asked.header("authorization", &format!("Bearer token-of-{who}")),
    }
}

impl Asked {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Self {
        self.header("content-type", "application/json").body(body)
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("content-length", &length)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self { method, target, headers, body } = self;
        let mut text = format!("{method} {target} HTTP/1.1\r\nhost: test\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("connection: close\r\n\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend(body);
        bytes
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All of it, but for the clock.
    pub(crate) fn whole(&self) -> String {
        let headers: Vec<_> = self.headers.iter().filter(|(name, _)| name != "date").collect();
        format!("{} {headers:?} {}", self.status, self.body)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The problem document, which keeps what every one of them must.
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        for member in ["type", "title", "detail", "code", "request_id"] {
            assert!(problem[member].is_string(), "{member}: {self:?}");
        }
        assert!(problem["retryable"].is_boolean(), "{self:?}");
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"), "{self:?}");
        problem
    }

    pub(crate) fn code(&self) -> String {
        self.problem()["code"].as_str().unwrap_or_default().to_owned()
    }

    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).expect("it answers in UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        Self {
            status: status.unwrap_or_else(|| panic!("{text:?}")),
            headers: headers.map(|(name, value)| (name.to_lowercase(), value.into())).collect(),
            body: body.to_owned(),
        }
    }
}

/// The tokens of everybody in these tests.
fn tokens() -> Tokens {
    let mut writer = Identity::new("wendy", Role::Operator);
    writer.scopes.push("widgets:write".to_owned());
    Tokens::new()
        .with("token-of-ann", Identity::new("ann", Role::Admin))
        .with("token-of-olaf", Identity::new("olaf", Role::Operator))
        .with("token-of-vera", Identity::new("vera", Role::Viewer))
        .with("token-of-wendy", writer)
}

impl Served {
    pub(crate) async fn start(arsenal: Arsenal, settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address is free");
        Self::on(listener, arsenal, settings)
    }

    /// The same at an address of one's own, by the default settings.
    pub(crate) async fn start_at(address: &str, arsenal: Arsenal) -> Self {
        let listener = TcpListener::bind(address).await.expect("the address is free");
        Self::on(listener, arsenal, Settings::default())
    }

    fn on(listener: TcpListener, arsenal: Arsenal, settings: Settings) -> Self {
        let address = listener.local_addr().expect("it has one");
        let (stop, stopped) = oneshot::channel::<()>();
        let server = Server::new(arsenal.clone(), tokens(), settings);
        let mut tasks = JoinSet::new();
        tasks.spawn(server.serve(listener, async {
            let _ = stopped.await;
        }));
        Self { arsenal, address, stop: Some(stop), server: tasks }
    }

    /// Sends, and reads to the end.
    pub(crate) async fn send(&self, asked: &Asked) -> Answer {
        send(self.address, asked).await
    }

    pub(crate) async fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        raw(self.address, bytes).await
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it listens")
    }

    /// Tells the server to end.
    pub(crate) fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// How the server ended.
    pub(crate) async fn ended(&mut self) -> Result<(), ServeError> {
        let ended = tokio::time::timeout(WAIT_MAX, self.server.join_next()).await;
        ended.expect("it ends in time").expect("there is one").expect("it does not panic")
    }
}

/// Sends, and reads to the end.
pub(crate) async fn send(address: SocketAddr, asked: &Asked) -> Answer {
    Answer::parse(&raw(address, &asked.bytes()).await)
}

async fn raw(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    // A refusal may come, and the connection be closed, before all was sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(WAIT_MAX, stream.read_to_end(&mut answer));
    if let Err(error) = read.await.expect("it answers in time") {
        assert!(!answer.is_empty(), "{error}");
    }
    answer
}

/// Waits for a state, with a bound.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(WAIT_MAX, waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
}
