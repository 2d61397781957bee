//! `list_operations`.

use arsenal::{Choice, Context, Error, Execute, Operation};

use super::Summary;
use crate::paging::{Page, Paging};

/// Lists the operations of this program, by name.
#[derive(Debug, Operation)]
#[operation(category = "registry", method = GET, path = "/operations", role = viewer,
            effect = read, idempotent, timeout = "5s", output = Page<Summary>,
            columns = ["name", "category", "role", "effect", "summary"],
            example(name = "of one category", params = r#"{"category": "registry"}"#))]
pub struct ListOperations {
    /// Only operations of this category.
    pub category: Option<String>,
    /// Only operations with this effect.
    pub effect: Option<EffectFilter>,
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

/// What an operation does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum EffectFilter {
    /// Nothing.
    Read,
    /// Changes that can be undone.
    Write,
    /// Changes that cannot.
    Destructive,
}

impl Execute for ListOperations {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Page<Summary>, Error> {
        let effect = self.effect.map(|effect| effect.to_string());
        let operations = cx.operations();
        let items = operations
            .listed()
            .filter(|op| self.category.as_deref().is_none_or(|only| op.spec().category == only))
            .filter(|op| effect.as_deref().is_none_or(|only| op.spec().effect.as_str() == only))
            .map(|op| (op.spec().name.clone(), Summary::of(op)));
        let query = format!("list_operations {:?} {effect:?}", self.category);
        self.page.page(cx, &query, items)
    }
}
