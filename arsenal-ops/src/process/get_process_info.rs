//! `get_process_info`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::Target;

use super::{NoSuchProcess, ProcessField, ProcessView, missing};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Shows a process: what it is, what it does, what it is tied to.
///
/// Of a process that has ended, the refusal tells when and why, and which process was started in
/// its place, for as long as that is remembered.
#[derive(Debug, Operation)]
#[operation(category = "process", method = GET, path = "/processes/{process}", role = viewer,
            effect = read, idempotent, timeout = "5s", output = ProcessView,
            error = Refusal<NoSuchProcess>,
            example(name = "two fields",
                    params = r#"{"process": "arsenal", "fields": ["status", "mailbox_length"]}"#))]
pub struct GetProcessInfo {
    /// The process: its pid or its name.
    pub process: Target,
    /// The fields to show; all of them where none is named.
    #[param(default, style = comma, max_len = 32)]
    pub fields: Vec<ProcessField>,
}

impl Execute for GetProcessInfo {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<ProcessView, Refusal<NoSuchProcess>> {
        let runtime = &cx.state().runtime;
        match runtime.info(self.process.clone()) {
            Ok(info) => Ok(ProcessView::of(&info, &self.fields)),
            Err(_gone) => Err(missing(runtime, &self.process)),
        }
    }
}
