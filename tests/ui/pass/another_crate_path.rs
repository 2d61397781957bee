//! The crate stands elsewhere, and nothing is called `arsenal`.

use declared::exported as there;

mod declared {
    pub mod exported {
        pub use arsenal_core::*;
        pub use arsenal_core::__private;
    }
}

/// How.
#[derive(Debug, there::Choice)]
#[choice(crate = "crate::declared::exported")]
pub enum How {
    /// Fast.
    Fast,
}

/// A page.
#[derive(Debug, there::Params)]
#[params(crate = "crate::declared::exported")]
pub struct Page {
    /// How many.
    pub limit: u32,
}

/// Why not.
#[derive(Debug, there::Failure)]
#[failure(crate = crate::declared::exported)]
pub enum Why {
    /// It is gone.
    #[failure(class = not_found)]
    Gone,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("gone")
    }
}

impl std::error::Error for Why {}

#[there::output(crate = "crate::declared::exported")]
pub struct Ordered {
    /// How.
    pub how: How,
}

/// Orders.
#[derive(Debug, there::Operation)]
#[operation(crate = "arsenal_core", category = "orders", role = viewer, output = Ordered, error = Why)]
pub struct Order {
    /// How.
    pub how: How,
    /// Which.
    pub page: Page,
}

impl there::Execute for Order {
    type State = ();

    async fn execute(self, _cx: &there::Context<()>) -> Result<Ordered, Why> {
        Ok(Ordered { how: self.how })
    }
}

fn main() {}
