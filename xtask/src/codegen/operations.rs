//! `docs/operations.md`: the catalogue, as the program itself describes it.
//!
//! The program is asked and not its sources, so that the page shows what a caller meets.

use std::path::Path;

use serde_json::{Value, json};

use super::{CodegenError, Generated};
use crate::workspace::Workspace;

mod page;

/// The page, once there is a program to ask.
pub(super) fn page(root: &Path) -> Result<Vec<Generated>, CodegenError> {
    let program = Program { workspace: Workspace { root: root.to_owned() } };
    let listed = program.call("list_operations", &json!({ "page_size": 1000 }))?;
    let items = listed["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut operations = Vec::with_capacity(items.len());
    for item in items {
        operations.push(program.call("describe_operation", &json!({ "name": item["name"] }))?);
    }
    Ok(vec![Generated { path: PAGE.into(), text: page::render(&operations) }])
}

const PAGE: &str = "docs/operations.md";

/// The program of this workspace, called in its own process.
struct Program {
    workspace: Workspace,
}

impl Program {
    /// The data that the operation answers.
    fn call(&self, operation: &str, params: &Value) -> Result<Value, CodegenError> {
        let run = ["run", "--quiet", "--package", "arsenal", "--", "call", operation, "--json"];
        let mut command = self.workspace.cargo(run);
        command.arg(params.to_string()).args(["-o", "json"]);
        let refused = |said: String| CodegenError::Ask { operation: operation.to_owned(), said };
        let output = command.output().map_err(|error| refused(error.to_string()))?;
        if !output.status.success() {
            return Err(refused(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        let answer: Result<Value, _> = serde_json::from_slice(&output.stdout);
        let mut answer = answer.map_err(|error| refused(error.to_string()))?;
        Ok(answer["data"].take())
    }
}
