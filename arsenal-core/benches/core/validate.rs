//! Reading parameters, against serde_json alone: good input, and input with ten faults.

use arsenal::params::{read, read_bytes};
use arsenal::{Choice, Params};
use serde::Deserialize;

use crate::measure::{Bound, nanos, row};

/// An order.
#[derive(Debug, Params)]
struct Order {
    /// Its number.
    #[param(pattern = "^ord_[a-z0-9]{8}$")]
    id: String,
    /// Who orders.
    customer: Customer,
    /// Where to.
    address: Address,
    /// How many.
    #[param(min = 1, max = 1000)]
    quantity: u32,
    /// The price of one.
    #[param(exclusive_min = 0.0, max = 100_000.0)]
    price: f64,
    /// In a hurry.
    #[param(default = false)]
    express: bool,
    /// Words about it.
    #[param(default, max_len = 8)]
    tags: Vec<String>,
    /// A remark.
    #[param(alias = "comment", max_len = 200)]
    note: Option<String>,
    /// How it is sent.
    #[param(default = "standard")]
    shipping: Shipping,
    /// Percent off.
    #[param(min = 0, max = 90, default = 0)]
    discount: i32,
}

/// Who orders.
#[derive(Debug, Params)]
struct Customer {
    /// Full name.
    #[param(min_len = 1, max_len = 100)]
    name: String,
    /// Where to write to.
    #[param(pattern = "^[a-z0-9.]+@[a-z0-9.]+\\.[a-z]{2,}$")]
    email: String,
    /// Years.
    #[param(min = 18, max = 120)]
    age: u8,
}

/// Where to.
#[derive(Debug, Params)]
struct Address {
    /// Street and number.
    #[param(min_len = 1, max_len = 200)]
    street: String,
    /// Town.
    #[param(min_len = 1)]
    city: String,
    /// Postal code.
    #[param(alias = "postcode", pattern = "^[0-9]{5}$")]
    zip: String,
    /// Two letters.
    #[param(default = "DE", min_len = 2, max_len = 2)]
    country: String,
}

/// How it is sent.
#[derive(Debug, Clone, Copy, Choice)]
enum Shipping {
    /// Some day.
    Standard,
    /// Soon.
    Express,
    /// Nobody brings it.
    Pickup,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the decoding is measured")]
struct PlainOrder {
    id: String,
    customer: PlainCustomer,
    address: PlainAddress,
    quantity: u32,
    price: f64,
    express: bool,
    tags: Vec<String>,
    note: Option<String>,
    shipping: PlainShipping,
    discount: i32,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the decoding is measured")]
struct PlainCustomer {
    name: String,
    email: String,
    age: u8,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the decoding is measured")]
struct PlainAddress {
    street: String,
    city: String,
    zip: String,
    country: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlainShipping {
    Standard,
    Express,
    Pickup,
}

const GOOD: &str = r#"{"id": "ord_1a2b3c4d", "customer": {"name": "Grace Brewster Hopper", "email": "grace.hopper@navy.example.mil", "age": 85}, "address": {"street": "12 Compiler Avenue, Building 3", "city": "Arlington", "zip": "22201", "country": "US"}, "quantity": 25, "price": 1999.5, "express": true, "tags": ["urgent", "gift", "fragile"], "note": "Leave it at the desk, please; the door is always open. Thank you!", "shipping": "express", "discount": 15}"#;

const BAD: &str = r#"{"id": "order 17", "customer": {"name": "", "email": "grace.hopper", "age": 7}, "address": {"street": "12 Compiler Avenue, Building 3", "city": 5, "zip": "2220", "country": "US"}, "quantity": 0, "price": "1999.5", "express": true, "tags": ["urgent", "gift", "fragile"], "note": "Leave it at the desk, please; the door is always open.", "shiping": "express", "discount": 95}"#;

pub(crate) fn run() {
    assert!(read::<Order>(GOOD).is_ok(), "the good input is good");
    let refused = read::<Order>(BAD).expect_err("the bad input is bad");
    assert_eq!(refused.faults().len(), 10, "{refused:?}");
    println!("reading {} bytes with 10 fields, 2 nested structs, 3 patterns", GOOD.len());
    let mut plain = || {
        let order: Result<PlainOrder, _> =
            serde_json::from_slice(std::hint::black_box(GOOD).as_bytes());
        drop(std::hint::black_box(order));
    };
    let mut ours = || drop(read_bytes::<Order>(std::hint::black_box(GOOD).as_bytes()));
    let mut refuse = || drop(read_bytes::<Order>(std::hint::black_box(BAD).as_bytes()));
    let [plain, ours, refuse] = nanos([&mut plain, &mut ours, &mut refuse]);
    row("from_slice alone", plain, "ns", Bound::Told);
    // The bounds in units of time are those of a machine where it takes so long.
    row("from_slice alone, over 1,093 ns", plain / 1093.0, "x", Bound::Told);
    row("decode and validate", ours, "ns", Bound::Told);
    row("decode and validate, over from_slice alone", ours / plain, "x", Bound::MostAim(1.15, 1.0));
    row("refuse ten faults", refuse / 1000.0, "us", Bound::MostAim(5.5, 2.8));
}
