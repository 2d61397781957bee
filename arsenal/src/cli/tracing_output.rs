//! Where logs go: to standard error, as much as `ARSENAL_LOG` asks for.

use std::sync::OnceLock;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, reload};

use super::screen::Screen;

/// What changes the filter later. There is one subscriber a process, so there is one of these.
static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Begins to log. A program that has its own subscriber keeps it.
pub(super) fn start(verb: &str, screen: &Screen) {
    let default = if verb == "serve" { "info" } else { "error" };
    let filter = EnvFilter::try_from_env("ARSENAL_LOG").unwrap_or_else(|_| default.into());
    let (filter, handle) = reload::Layer::new(filter);
    let format =
        tracing_subscriber::fmt::layer().with_ansi(screen.color_err).with_writer(std::io::stderr);
    if tracing_subscriber::registry().with(filter).with(format).try_init().is_ok() {
        let _ = FILTER.set(handle);
    }
}

/// What `set_log_level` changes: the filter of [`start`], if that is the one in force.
#[cfg(feature = "ops")]
pub(crate) fn log_control() -> arsenal_ops::system::LogControl {
    use arsenal_ops::system::LogControl;

    FILTER.get().map_or_else(LogControl::absent, |handle| LogControl::new(handle.clone()))
}
