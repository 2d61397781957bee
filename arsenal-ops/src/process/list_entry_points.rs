//! `list_entry_points`.

use arsenal::{Context, Error, Execute, Operation};
use arsenal_process::Kind;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::catalogue::Catalogue;
use crate::entry_point::Known;
use crate::paging::{Page, Paging};

/// Lists what can be started by name, with the schema of the arguments of each.
#[derive(Debug, Operation)]
#[operation(category = "process", method = GET, path = "/entry-points", role = viewer,
            effect = read, idempotent, timeout = "5s", output = Page<EntryPointView>,
            columns = ["name", "kind", "summary"], example(name = "all", params = "{}"))]
pub struct ListEntryPoints {
    /// Only entry points that start this.
    pub kind: Option<Kind>,
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

/// What can be started by name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryPointView {
    /// The name.
    pub name: String,
    /// What it starts.
    pub kind: Kind,
    /// What that does, in a sentence.
    pub summary: String,
    /// The crate that declares it.
    pub package: String,
    /// The JSON Schema of its arguments.
    pub args_schema: Value,
}

impl Execute for ListEntryPoints {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<Page<EntryPointView>, Error> {
        let known = cx.state().entry_points.all();
        let items = known
            .filter(|known| self.kind.is_none_or(|kind| kind == known.spec().kind))
            .map(|known| (known.spec().name, EntryPointView::of(known)));
        self.page.page(cx, &format!("list_entry_points {:?}", self.kind), items)
    }
}

impl EntryPointView {
    fn of(known: &Known) -> Self {
        let spec = known.spec();
        Self {
            name: spec.name.to_owned(),
            kind: spec.kind,
            summary: spec.summary(),
            package: spec.place.package.to_string(),
            args_schema: known.schema(),
        }
    }
}
