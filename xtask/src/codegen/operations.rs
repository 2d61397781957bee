//! `docs/operations.md`: the catalogue, as the program itself describes it.
//!
//! The program is asked and not its sources, so that the page shows what a caller meets.

use std::path::Path;

use serde_json::{Value, json};

use super::{CodegenError, Generated};
use crate::workspace::Workspace;

mod page;
mod schema;

/// The page, once there is a program to ask.
pub(super) fn page(root: &Path) -> Result<Vec<Generated>, CodegenError> {
    let program = Program { workspace: Workspace { root: root.to_owned() } };
    let listed = program.call("list_operations", &json!({ "page_size": 1000 }))?;
    let described = program.call("execute_batch", &descriptions(&listed))?;
    Ok(vec![Generated { path: PAGE.into(), text: page::render(&parts(&described)?) }])
}

/// One call that asks for every operation that is listed: starting the program costs more than
/// all of its answers.
fn descriptions(listed: &Value) -> Value {
    let names = array(&listed["items"]).map(|item| &item["name"]);
    let calls = names
        .map(|name| json!({ "operation": "describe_operation", "params": { "name": name } }))
        .collect::<Vec<_>>();
    json!({ "calls": calls })
}

/// The answers of a batch, or the first part that has none.
fn parts(batch: &Value) -> Result<Vec<Value>, CodegenError> {
    let answer = |part: &Value| match part["status"] == "ok" {
        true => Ok(part["data"].clone()),
        false => Err(CodegenError::Ask {
            operation: "describe_operation".to_owned(),
            said: part.to_string(),
        }),
    };
    array(&batch["items"]).map(answer).collect()
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_batch_asks_for_all_and_every_part_must_answer() {
        let listed = json!({ "items": [{ "name": "a" }, { "name": "b" }] });
        let asked = descriptions(&listed);
        assert_eq!(asked["calls"].as_array().map(Vec::len), Some(2));
        assert_eq!(asked["calls"][1]["params"], json!({ "name": "b" }));
        let ok = json!({ "status": "ok", "data": { "name": "a" } });
        let failed = json!({ "status": "failed", "error": { "code": "NO_OPERATION" } });
        let answers = parts(&json!({ "items": [ok] })).expect("all answered");
        assert_eq!(answers, [json!({ "name": "a" })]);
        let told = parts(&json!({ "items": [ok, failed] })).expect_err("one did not");
        assert!(told.to_string().contains("NO_OPERATION"), "{told}");
    }
}
