//! The panics that are none of the demonstration's own.

use std::panic;
use std::sync::{Arc, Mutex};

/// Where the demonstration panics on purpose.
const ON_PURPOSE: &str = "payments.rs";

/// What has panicked, and where.
#[derive(Clone, Default)]
pub(super) struct Panics(Arc<Mutex<Vec<String>>>);

impl Panics {
    pub(super) fn seen(&self) -> Vec<String> {
        self.0.lock().expect("no hook panics with it").clone()
    }
}

/// Counts from here on; a panic on purpose is not even printed.
pub(super) fn counted() -> Panics {
    let panics = Panics::default();
    let (seen, print) = (panics.clone(), panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        let on_purpose = |at: &panic::Location<'_>| at.file().ends_with(ON_PURPOSE);
        if !info.location().is_some_and(on_purpose) {
            seen.0.lock().expect("no hook panics with it").push(info.to_string());
            print(info);
        }
    }));
    panics
}
