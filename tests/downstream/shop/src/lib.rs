//! A shop's operations: annotated structs, and nothing else that Arsenal asks for.

use arsenal::{Choice, Context, Execute, Failure, Operation, Params};

/// Places an order.
#[derive(Debug, Operation)]
#[operation(category = "order", method = POST, path = "/orders", role = operator, effect = write,
            status = 201, timeout = "2s", output = Order, error = OrderError)]
pub struct PlaceOrder {
    /// What is ordered.
    #[param(min_len = 1, max_len = 20)]
    pub lines: Vec<Line>,
    /// How it is sent.
    #[param(default = "standard")]
    pub shipping: Shipping,
}

/// One line of an order.
#[derive(Debug, Params)]
pub struct Line {
    /// The article's number.
    #[param(pattern = "^[A-Z]{2}-[0-9]{4}$")]
    pub article: String,
    /// How many.
    #[param(min = 1, max = 99, default = 1)]
    pub count: u32,
}

/// How an order is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Shipping {
    /// By post.
    Standard,
    /// By courier.
    Express,
}

/// An order that was placed.
#[arsenal::output]
#[derive(Debug)]
pub struct Order {
    /// How many articles it has.
    pub articles: u32,
    /// How it is sent.
    pub shipping: Shipping,
}

/// Why an order was not placed.
#[derive(Debug, Failure)]
pub enum OrderError {
    /// The article is not sold any more.
    #[failure(class = conflict)]
    SoldOut,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an article of this order is sold out")
    }
}

impl std::error::Error for OrderError {}

impl Execute for PlaceOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Order, OrderError> {
        if self.lines.iter().any(|line| line.article == "XX-0000") {
            return Err(OrderError::SoldOut);
        }
        let articles = self.lines.iter().map(|line| line.count).sum();
        Ok(Order { articles, shipping: self.shipping })
    }
}
