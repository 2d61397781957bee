//! `describe_operation`.

use arsenal::{Context, Error, Execute, Operation, Visibility};

use super::Description;

/// Shows one operation whole: its schemas, limits, errors and examples.
#[derive(Debug, Operation)]
#[operation(category = "registry", method = GET, path = "/operations/{name}", role = viewer,
            effect = read, idempotent, output = Description,
            example(name = "itself", params = r#"{"name": "describe_operation"}"#))]
pub struct DescribeOperation {
    /// The operation's name, or an alias of it.
    #[param(min_len = 1, max_len = 48)]
    pub name: String,
}

impl Execute for DescribeOperation {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Description, Error> {
        let operations = cx.operations();
        match operations.get(&self.name) {
            Some(op) if op.spec().visibility == Visibility::Listed => Ok(Description::of(op)),
            _ => Err(operations.unknown(&self.name)),
        }
    }
}
