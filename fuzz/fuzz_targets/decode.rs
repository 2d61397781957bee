//! Bytes are read or refused with a reason; what is read can be written and read again.

#![no_main]

extern crate arsenal_core as arsenal;

#[path = "../../tests/oracle/declarations.rs"]
mod declarations;

use arsenal::Class;
use arsenal::params::{Params, read, read_bytes, write};
use declarations as d;
use libfuzzer_sys::fuzz_target;

macro_rules! by_number {
    ($number:expr, $check:ident($bytes:expr): $($Declaration:ident)*) => {{
        let checks = [$($check::<d::$Declaration> as fn(&[u8])),*];
        checks[usize::from($number) % checks.len()]($bytes);
    }};
}

fuzz_target!(|bytes: &[u8]| {
    let Some((number, bytes)) = bytes.split_first() else { return };
    d::with_declarations!(by_number!(*number, check(bytes):));
});

fn check<T: Params>(bytes: &[u8]) {
    match read_bytes::<T>(bytes) {
        Ok(value) => {
            let text = write(&value).expect("what was read can be written");
            assert!(read::<T>(&text).is_ok(), "what was written can be read: {text}");
        }
        Err(error) => match error.class() {
            Class::Malformed => assert!(error.faults().is_empty()),
            class => {
                assert_eq!(class, Class::Validation);
                assert!(!error.faults().is_empty(), "refused for no reason");
            }
        },
    }
}
