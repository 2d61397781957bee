//! Durations and sizes have one grammar: what the macros read in a declaration is what the types
//! read in a call, and the same value.

use std::time::Duration;

use arsenal::params::{AsText, ByteSize};
use proptest::prelude::*;

// A crate of macros exports nothing else, so its reader is compiled here once more.
#[path = "../arsenal-macros/src/quantity.rs"]
mod declared;

proptest! {
    #[test]
    fn a_duration_is_read_the_same_in_a_declaration_and_in_a_call(
        text in "([0-9]{0,13}([.][0-9]{0,10})?([smhdwnuµ ]{0,2}|min|sec|hours|days)){0,4}",
    ) {
        prop_assert_eq!(declared::duration(&text), Duration::parse(&text), "{}", text);
    }

    #[test]
    fn a_size_is_read_the_same_in_a_declaration_and_in_a_call(
        text in "[0-9]{0,20}([.][0-9]{0,10})? ?[kKMGTB]{0,1}i?B?",
    ) {
        let size = ByteSize::parse(&text).map(ByteSize::as_u64);
        prop_assert_eq!(declared::bytes(&text), size, "{}", text);
    }
}
