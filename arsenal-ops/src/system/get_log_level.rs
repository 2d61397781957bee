//! `get_log_level`.

use arsenal::{Context, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use super::{LogControl, LogLevelError};

/// Tells what is logged: the filter's directives.
#[derive(Debug, Operation)]
#[operation(category = "system", method = GET, path = "/system/log-level", role = viewer,
            effect = read, idempotent, timeout = "5s", output = LogLevelView,
            error = LogLevelError, example(name = "now", params = "{}"))]
pub struct GetLogLevel {}

/// What is logged.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LogLevelView {
    /// The filter's directives, such as `info,my_crate::orders=debug`.
    pub directives: String,
}

impl Execute for GetLogLevel {
    type State = LogControl;

    async fn execute(self, cx: &Context<LogControl>) -> Result<LogLevelView, LogLevelError> {
        Ok(LogLevelView { directives: cx.state().directives()? })
    }
}
