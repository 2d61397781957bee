//! `set_log_level`.

use arsenal::{Choice, Context, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use super::{LogControl, LogLevelError};

/// How many directives a filter may come to have: each is held against whatever is logged.
const DIRECTIVES_MAX: usize = 100;

/// Changes what is logged: everywhere, or for one module and what lies below it.
///
/// Everywhere means that levels of single modules are forgotten. The change holds until the
/// next one, or until the program ends.
#[derive(Debug, Operation)]
#[operation(category = "system", method = PUT, path = "/system/log-level", role = admin,
            effect = write, idempotent, timeout = "5s", rate_limit = "30/min",
            output = LogLevelChange, error = LogLevelError,
            example(name = "one module", params = r#"{"level": "debug", "target": "my_crate"}"#))]
pub struct SetLogLevel {
    /// The least important that is still logged.
    pub level: LogLevel,
    /// The module; everywhere if there is none.
    #[param(min_len = 1, max_len = 200, pattern = "^[A-Za-z_][A-Za-z0-9_]*(::[A-Za-z0-9_]+)*$")]
    pub target: Option<String>,
}

/// How important something is that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LogLevel {
    /// Nothing is logged.
    Off,
    /// What failed.
    Error,
    /// What may fail.
    Warn,
    /// What happens.
    Info,
    /// What those who look for a fault want to know.
    Debug,
    /// Everything.
    Trace,
}

/// What was logged, and what is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LogLevelChange {
    /// The filter's directives before.
    pub before: String,
    /// The filter's directives now.
    pub now: String,
}

impl Execute for SetLogLevel {
    type State = LogControl;

    async fn execute(self, cx: &Context<LogControl>) -> Result<LogLevelChange, LogLevelError> {
        let (before, now) = cx.state().change(|before| self.filter(before))?;
        Ok(LogLevelChange { before, now })
    }
}

impl SetLogLevel {
    /// The filter in the place of the one that has these directives.
    fn filter(&self, before: &str) -> Result<EnvFilter, LogLevelError> {
        let Some(target) = &self.target else {
            return Ok(EnvFilter::new(self.level.to_string()));
        };
        let directive = format!("{target}={}", self.level).parse();
        let directive =
            directive.map_err(|_fault| LogLevelError::BadTarget { target: target.clone() })?;
        let filter = EnvFilter::new(before).add_directive(directive);
        let directives = n_directives(before);
        let is_more = directives < n_directives(&filter.to_string());
        if is_more && DIRECTIVES_MAX <= directives {
            return Err(LogLevelError::TooManyTargets { directives });
        }
        Ok(filter)
    }
}

fn n_directives(filter: &str) -> usize {
    filter.split(',').count()
}
