//! Declared in private modules and inside a function.

extern crate arsenal_core as arsenal;

mod orders {
    mod inner {
        use arsenal::{Context, Error, Execute, Operation, Params};

        #[derive(Debug, Params)]
        struct Hidden {
            /// How many.
            limit: u32,
        }

        /// Orders.
        #[derive(Debug, Operation)]
        #[operation(category = "orders", role = viewer)]
        struct Order {
            /// How many.
            hidden: Hidden,
        }

        impl Execute for Order {
            type State = ();

            async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
                let _ = self.hidden.limit;
                Ok(())
            }
        }
    }
}

fn main() {
    use arsenal::{Context, Error, Execute, Operation};

    /// Orders again.
    #[derive(Debug, Operation)]
    #[operation(category = "orders", role = viewer)]
    struct Again {
        /// How many.
        count: u32,
    }

    impl Execute for Again {
        type State = ();

        async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
            let _ = self.count;
            Ok(())
        }
    }
}
