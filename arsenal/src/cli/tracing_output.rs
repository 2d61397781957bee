//! Where logs go: to standard error, as much as `ARSENAL_LOG` asks for.

use tracing_subscriber::EnvFilter;

use super::screen::Screen;

/// Begins to log. A program that has its own subscriber keeps it.
pub(super) fn start(verb: &str, screen: &Screen) {
    let default = if verb == "serve" { "info" } else { "error" };
    let filter = EnvFilter::try_from_env("ARSENAL_LOG").unwrap_or_else(|_| default.into());
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(screen.color_err)
        .with_writer(std::io::stderr)
        .try_init();
}
