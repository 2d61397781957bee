//! `serve`: the HTTP server until somebody interrupts it.

use std::time::Duration;

use arsenal_http::{Identity, Server, Settings, Tokens};
use clap::ArgMatches;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::exit::ExitStatus;
use super::interrupts::Interrupts;
use super::screen::Screen;
use super::tell;
use crate::{Arsenal, Chain, Program, Role};

/// Serves. A first interrupt ends it in order, a second one at once; without its processes it ends
/// in order too, and with an error.
pub(super) async fn serve(program: &Program, screen: &Screen, given: &ArgMatches) -> ExitStatus {
    let arsenal = &program.arsenal;
    let mut interrupts = Interrupts::listen();
    let listen = given.get_one::<String>("listen").map_or("127.0.0.1:4000", String::as_str);
    let listener = match TcpListener::bind(listen).await {
        Ok(listener) => listener,
        Err(error) => {
            let instead = "choose another address with --listen, as --listen 127.0.0.1:0";
            let why = format!("cannot listen on {listen}: {error}; {instead}");
            return tell::not_started(screen, &why);
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
    let stop = CancellationToken::new();
    let mut serving = std::pin::pin!(server.serve(listener, stop.clone().cancelled_owned()));
    let (ended, lost) = tokio::select! {
        ended = serving.as_mut() => (Some(ended), None),
        () = interrupts.next() => (None, None),
        reason = processes_ended(program) => (None, Some(reason)),
    };
    stop.cancel();
    // One grace for all that is to end: what the calls have used of it the processes have not.
    let until = Instant::now() + grace;
    let rest = async {
        let ended = match ended {
            Some(ended) => ended,
            None => serving.await,
        };
        end_processes(program, screen, until).await;
        ended
    };
    let ended = tokio::select! {
        ended = rest => ended,
        () = interrupts.next() => return ExitStatus::Interrupted,
    };
    let why = match (lost, ended) {
        (Some(reason), _) => format!("the root supervisor ended, and all processes: {reason}"),
        (None, Err(error)) => Chain(&error).to_string(),
        (None, Ok(())) => return ExitStatus::Ok,
    };
    screen.complain(&why);
    ExitStatus::Failed
}

/// Waits until the root supervisor has ended, which the program does not live without, and gives
/// the reason; it waits for ever where the program has no processes of its own.
async fn processes_ended(program: &Program) -> String {
    #[cfg(feature = "ops")]
    if let Some(runtime) = &program.runtime {
        return match runtime.root() {
            Ok(root) => root.ended().await.to_string(),
            Err(gone) => gone.to_string(),
        };
    }
    #[cfg(not(feature = "ops"))]
    let _ = program;
    std::future::pending().await
}

/// So long the processes may take to end where the calls have used up the grace.
#[cfg(feature = "ops")]
const PROCESSES_WAIT_MIN: Duration = Duration::from_millis(250);

/// The processes end after the calls that use them, and what does not end is named.
async fn end_processes(program: &Program, screen: &Screen, until: Instant) {
    #[cfg(feature = "ops")]
    if let Some(runtime) = &program.runtime {
        let left = until.saturating_duration_since(Instant::now()).max(PROCESSES_WAIT_MIN);
        match runtime.shutdown(left).await {
            Ok(report) => {
                for left in report.still_running {
                    screen.note(&format!("warning: a process did not end: {left:?}"));
                }
            }
            Err(refused) => screen.note(&format!("warning: the processes run on: {refused}")),
        }
    }
    #[cfg(not(feature = "ops"))]
    let _ = (program, screen, until);
}

/// A token with fewer characters is warned of.
const TOKEN_SHORT: usize = 16;

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
    if token.made {
        screen.note("whoever has this token is an admin; it is shown this once:");
        screen.note(&format!("  export ARSENAL_TOKEN={}", token.secret));
    } else if token.secret.chars().count() < TOKEN_SHORT {
        screen.note("warning: ARSENAL_TOKEN is short: good to try it out, and soon guessed");
    }
    let show = ["get_memory_info", "list_operations"];
    let path = show.into_iter().find_map(|name| operations.get(name)?.spec().http.path.clone());
    let path = path.unwrap_or("/operations".into());
    screen.note("try:");
    let header = "\"Authorization: Bearer $ARSENAL_TOKEN\"";
    screen.note(&format!("  curl -H {header} {url}/api/v1{path}"));
    if address.is_ok_and(|at| !at.ip().is_loopback()) {
        screen.note("warning: others can reach this address, and plain HTTP shows them the token");
    }
}

#[cfg(all(test, feature = "ops"))]
mod tests {
    use arsenal_process::{ChildSpec, Shutdown};
    use clap::{Arg, Command};
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_calls_and_the_processes_have_one_grace_between_them() {
        let words = Command::new("serve").args(["output", "color"].map(Arg::new));
        let screen = Screen::new(&words.get_matches_from(["serve"]));
        for (calls, processes) in [(0, 10_000), (7_000, 3_000), (10_000, 250)] {
            let program = crate::assemble(crate::builder()).await.unwrap();
            let runtime = program.runtime.clone().unwrap();
            let stubborn = ChildSpec::task_with("stubborn", |starter| {
                starter.task().trap_exits().spawn(std::future::pending::<()>())
            });
            let root = runtime.root().unwrap();
            root.start_child(stubborn.shutdown(Shutdown::Infinity)).await.unwrap();
            let until = Instant::now() + Duration::from_secs(10);
            advance(Duration::from_millis(calls)).await;
            let began = Instant::now();
            end_processes(&program, &screen, until).await;
            let took = began.elapsed().as_millis();
            assert!((processes..processes + 10).contains(&took), "{calls} ms, then {took} ms");
            assert_eq!(runtime.n_processes(), 0);
        }
    }
}
