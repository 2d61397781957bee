//! `serve`: the HTTP server until somebody interrupts it.

use std::time::Duration;

use arsenal_http::{Identity, Server, Settings, Tokens};
use clap::ArgMatches;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::exit::ExitStatus;
use super::screen::Screen;
use crate::{Arsenal, Chain, Program, Role};

/// Serves. A first interrupt ends it in order, a second one at once.
pub(super) async fn serve(program: &Program, screen: &Screen, given: &ArgMatches) -> ExitStatus {
    let arsenal = &program.arsenal;
    let listen = given.get_one::<String>("listen").map_or("127.0.0.1:4000", String::as_str);
    let listener = match TcpListener::bind(listen).await {
        Ok(listener) => listener,
        Err(error) => {
            screen.complain(&format!("cannot listen on {listen}: {error}"));
            screen.note("  choose another address with --listen, as --listen 127.0.0.1:0");
            return ExitStatus::Failed;
        }
    };
    let token = Token::choose();
    welcome(arsenal, screen, &listener, &token);
    let grace = Duration::from_secs(given.get_one("grace").copied().unwrap_or(10));
    let settings = Settings {
        grace,
        public_url: given
            .get_one::<String>("public-url")
            .map(|url| url.trim_end_matches('/').into()),
        ..Settings::default()
    };
    let tokens = Tokens::new().with(&token.secret, Identity::new("admin", Role::Admin));
    let server = Server::new(arsenal.clone(), tokens, settings);
    let mut serving = std::pin::pin!(server.serve(listener, interrupt()));
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = twice() => return ExitStatus::Interrupted,
    };
    end_processes(program, screen, grace).await;
    match ended {
        Ok(()) => ExitStatus::Ok,
        Err(error) => {
            screen.complain(&Chain(&error).to_string());
            ExitStatus::Failed
        }
    }
}

/// The processes end after the calls that use them, and what does not end is named.
async fn end_processes(program: &Program, screen: &Screen, grace: Duration) {
    #[cfg(feature = "ops")]
    if let Some(runtime) = &program.runtime {
        match runtime.shutdown(grace).await {
            Ok(report) => {
                for left in report.still_running {
                    screen.note(&format!("warning: a process did not end: {left:?}"));
                }
            }
            Err(refused) => screen.note(&format!("warning: the processes run on: {refused}")),
        }
    }
    #[cfg(not(feature = "ops"))]
    let _ = (program, screen, grace);
}

/// The one token, and whether its owner knows it already.
struct Token {
    secret: String,
    made: bool,
}

impl Token {
    fn choose() -> Self {
        match std::env::var("ARSENAL_TOKEN") {
            Ok(secret) if !secret.trim().is_empty() => {
                Self { secret: secret.trim().to_owned(), made: false }
            }
            // Two random UUIDs are 244 bits from the system's own source.
            _ => Self {
                secret: format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
                made: true,
            },
        }
    }
}

/// The first minute: where it is, what opens it, and a line to paste.
fn welcome(arsenal: &Arsenal, screen: &Screen, listener: &TcpListener, token: &Token) {
    let address = listener.local_addr();
    let url = address.as_ref().map(|at| format!("http://{at}")).unwrap_or_default();
    let operations = arsenal.operations();
    screen.note(&format!("{} operations at {url}/api/v1", operations.listed().count()));
    let secret = if token.made {
        screen.note(&format!("token (admin): {}", token.secret));
        screen.note("  it is shown this once; set ARSENAL_TOKEN to choose your own");
        token.secret.as_str()
    } else {
        "$ARSENAL_TOKEN"
    };
    let show = ["get_memory_info", "list_operations"];
    let path = show.into_iter().find_map(|name| operations.get(name)?.spec().http.path.clone());
    let path = path.unwrap_or("/operations".into());
    screen.note("try:");
    screen.note(&format!("  curl -H \"Authorization: Bearer {secret}\" {url}/api/v1{path}"));
    if address.is_ok_and(|at| !at.ip().is_loopback()) {
        screen.note("warning: others can reach this address, and plain HTTP shows them the token");
    }
}

/// The first interrupt, or the system's request to end.
async fn interrupt() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// The second interrupt.
async fn twice() {
    let _ = tokio::signal::ctrl_c().await;
    let _ = tokio::signal::ctrl_c().await;
}
