//! Where logs go: to standard error, as much as `ARSENAL_LOG` asks for.

use std::sync::OnceLock;

use clap::ArgMatches;
use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, reload};

use super::screen::Screen;

/// What changes the filter later. There is one subscriber a process, so there is one of these.
static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Begins to log. A program that has its own subscriber keeps it.
pub(super) fn start(verb: &str, screen: &Screen, matches: &ArgMatches) {
    let default = if verb == "serve" { "info" } else { "error" };
    let (filter, handle) = reload::Layer::new(filter(default, screen));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let format = match matches.get_one::<String>("log-format").map(String::as_str) {
        Some("json") => lines.json().boxed(),
        _ => lines.with_ansi(screen.color_err).boxed(),
    };
    if tracing_subscriber::registry().with(filter).with(format).try_init().is_ok() {
        let _ = FILTER.set(handle);
    }
}

/// What is asked for, or the default where that is nothing; what is no filter is told.
fn filter(default: &str, screen: &Screen) -> EnvFilter {
    let asked = std::env::var("ARSENAL_LOG").unwrap_or_default();
    let asked = if asked.trim().is_empty() { default } else { &asked };
    EnvFilter::try_new(asked).unwrap_or_else(|error| {
        let instead = format!("`{default}` is used, as `ARSENAL_LOG=info,my_crate=debug` could be");
        screen.note(&format!("warning: ARSENAL_LOG is no filter: {error}; {instead}"));
        default.into()
    })
}

/// What `set_log_level` changes: the filter of [`start`], if that is the one in force.
#[cfg(feature = "ops")]
pub(crate) fn log_control() -> arsenal_ops::system::LogControl {
    use arsenal_ops::system::LogControl;

    FILTER.get().map_or_else(LogControl::absent, |handle| LogControl::new(handle.clone()))
}
