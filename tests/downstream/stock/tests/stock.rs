//! A declaration in an older edition is read as in ours.

use std::time::Duration;

use arsenal::params::read;
use stock::{CountStock, Place};

#[test]
fn what_is_given_is_read_and_what_is_not_has_its_default() {
    let text = r#"{"type": "shoes", "where": "back", "low": 1, "articles": {"7": {"sizes": ["s"]}}}"#;
    let count = read::<CountStock>(text).expect("it keeps every limit");
    assert_eq!((count.r#type.as_str(), count.r#where), ("shoes", Place::StoreRoom));
    assert_eq!((count.age, count.prices.low), (Duration::from_secs(3_600), Some(1.0)));
    let articles = count.articles.expect("they are given");
    assert_eq!(articles[&7].sizes, ["s"]);
}

#[test]
fn every_fault_is_told() {
    let text = r#"{"type": "Shoes", "where": "bak", "age": "2d", "articles": {"7": {"sizes": ["x"]}}}"#;
    let error = read::<CountStock>(text).expect_err("four faults");
    let told: Vec<_> = error.faults().iter().map(|f| (f.pointer.as_str(), f.code.as_ref())).collect();
    let expected = [
        ("/type", "pattern"),
        ("/where", "one_of"),
        ("/age", "rule"),
        ("/articles/7/sizes/0", "one_of"),
    ];
    assert_eq!(told, expected);
    let error = read::<CountStock>(r#"{"type": "a", "low": 2, "high": 1}"#).expect_err("a rule");
    assert_eq!(error.faults()[0].detail, "`low` must not be above `high`");
}
