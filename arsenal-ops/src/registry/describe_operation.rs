//! `describe_operation`.

use arsenal::{Context, Execute, Operation};

use super::lookup::find;
use super::{Description, OperationLookup};
use crate::refusal::Refusal;

/// Shows one operation whole: its schemas, limits, errors and examples.
#[derive(Debug, Operation)]
#[operation(category = "registry", method = GET, path = "/operations/{name}", role = viewer,
            effect = read, idempotent, timeout = "5s", output = Description,
            error = Refusal<OperationLookup>,
            example(name = "itself", params = r#"{"name": "describe_operation"}"#))]
pub struct DescribeOperation {
    /// The operation's name, or an alias of it.
    #[param(min_len = 1, max_len = 48)]
    pub name: String,
}

impl Execute for DescribeOperation {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Description, Refusal<OperationLookup>> {
        find(&cx.operations(), &self.name).map(|operation| Description::of(operation))
    }
}
