//! Declarations that a macro writes, with every kind of fragment in every place.

extern crate arsenal_core as arsenal;

pub struct Level(pub u8);

const LOW: u8 = 2;

macro_rules! declare {
    (
        $(#[$doc:meta])* $name:ident, $category:literal, $timeout:expr, $role:ident, $output:ty,
        { $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr, $low:expr;)* }
    ) => {
        $(#[$doc])*
        #[derive(Debug, arsenal::Operation)]
        #[operation(category = $category, timeout = $timeout, role = $role, output = $output)]
        pub struct $name {
            $($(#[$field_doc])* #[param(default = $default, min = $low)] pub $field: $type,)*
            #[doc = concat!("Made by ", stringify!($name), ".")]
            pub local: $crate::Local,
            #[param(flatten)]
            pub page: $crate::Page,
        }

        impl arsenal::Execute for $name {
            type State = ();

            async fn execute(self, _cx: &arsenal::Context<()>) -> Result<$output, arsenal::Error> {
                Ok(<$output>::default())
            }
        }
    };
}

/// A page.
#[derive(Debug, arsenal::Params)]
pub struct Page {
    /// How many.
    pub limit: u32,
}

/// Here.
#[derive(Debug, arsenal::Choice)]
pub enum Local {
    /// Yes.
    Yes,
}

declare! {
    /// Orders.
    Order, "orders", "5s", viewer, Vec<String>,
    {
        /// How many.
        count: u32 = 7, 1;
        /// How few.
        few: Option<i64> = -7, -10;
        /// How high.
        level: u8 = LOW, LOW;
        /// How long.
        wait: std::time::Duration = "5s", "1s";
    }
}

fn main() {
    let table = <Order as arsenal::params::Params>::table();
    assert_eq!(table.fields[4].doc, "Made by Order.");
}
