//! Entry points as declarations.

use arsenal_ops::entry_point::{
    EntryPoint, EntryPointFault, EntryPoints, Start, StartContext, Startable,
};

use super::house::{Greeting, Idle, StartCounter};

/// Counts too.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "counter", kind = task, crate = "arsenal_ops")]
struct SecondCounter {}

impl Start for SecondCounter {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        Startable::task(cx.task(), |_own| async {})
    }
}

#[test]
fn what_is_wrong_with_entry_points_is_told_at_once() {
    let built = EntryPoints::none()
        .entry_point::<StartCounter>()
        .entry_point::<SecondCounter>()
        .entry_point::<Idle>()
        .build();
    let error = built.expect_err("one is doubled, one lacks its state");
    let text = error.to_string();
    assert!(matches!(
        error.faults.as_slice(),
        [
            EntryPointFault::DuplicateName { name: "counter", .. },
            EntryPointFault::MissingState { name: "idle", .. },
        ]
    ));
    assert!(text.contains("entry_points.rs:") && text.contains("house.rs:"), "{text}");
}

#[test]
fn entry_points_are_found_at_link_time() {
    let linked = EntryPoints::linked().state(Greeting("hello")).build();
    let error = linked.expect_err("this file doubles a name on purpose");
    assert!(matches!(error.faults.as_slice(), [EntryPointFault::DuplicateName { .. }]), "{error}");
}
