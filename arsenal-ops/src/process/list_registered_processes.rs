//! `list_registered_processes`.

use arsenal::{Context, Error, Execute, Operation};
use arsenal_process::{Pid, ProcessName};
use schemars::JsonSchema;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::paging::{Page, Paging};

/// Lists the registered names and the process behind each, by name.
#[derive(Debug, Operation)]
#[operation(category = "process", method = GET, path = "/names", role = viewer, effect = read,
            idempotent, timeout = "5s", output = Page<RegisteredName>, columns = ["name", "pid"],
            example(name = "the catalogue's own", params = r#"{"prefix": "arsenal"}"#))]
pub struct ListRegisteredProcesses {
    /// Only names that begin so.
    #[param(min_len = 1, max_len = 255)]
    pub prefix: Option<String>,
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

/// A registered name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegisteredName {
    /// The name.
    pub name: ProcessName,
    /// The process behind it.
    pub pid: Pid,
}

impl Execute for ListRegisteredProcesses {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<Page<RegisteredName>, Error> {
        let names = cx.state().runtime.names().into_iter();
        let fits = |name: &str| self.prefix.as_deref().is_none_or(|start| name.starts_with(start));
        let items = names
            .filter(|(name, _)| fits(name.as_str()))
            .map(|(name, pid)| (name.clone(), RegisteredName { name, pid }));
        let query = format!("list_registered_processes {:?}", self.prefix);
        self.page.page(cx, &query, items)
    }
}
