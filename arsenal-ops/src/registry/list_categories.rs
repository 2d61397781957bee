//! `list_categories`.

use arsenal::{Context, Error, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;

/// Lists the categories and how many operations each has.
#[derive(Debug, Operation)]
#[operation(category = "registry", method = GET, path = "/categories", role = viewer,
            effect = read, idempotent, timeout = "5s", output = Categories,
            example(name = "all", params = "{}"))]
pub struct ListCategories {}

/// The categories, by name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Categories {
    /// Each category.
    pub items: Vec<Category>,
}

/// One category.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// How many operations it has.
    pub operations: usize,
}

impl Execute for ListCategories {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Categories, Error> {
        let operations = cx.operations();
        let items = operations
            .categories()
            .into_iter()
            .map(|(name, operations)| Category { name: name.to_owned(), operations })
            .collect();
        Ok(Categories { items })
    }
}
