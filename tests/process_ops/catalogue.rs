//! What holds for every operation of the two categories, and for entry points as declarations.

use arsenal::{Call, Caller, Class, Effect, Method, Role};
use arsenal_ops::entry_point::{
    EntryPoint, EntryPointFault, EntryPoints, Start, StartContext, Startable,
};

use super::house::{Greeting, House, Idle, StartCounter};

#[tokio::test(start_paused = true)]
async fn every_operation_is_declared_whole() {
    let house = House::build().await;
    let operations = house.arsenal.operations();
    assert_eq!(operations.categories(), [("process", 13), ("supervisor", 14)]);
    for operation in operations.all() {
        let spec = operation.spec();
        let name = &spec.name;
        assert!(spec.summary().ends_with('.'), "{name}: its summary is a sentence");
        assert!(!spec.examples.is_empty(), "{name} has an example");
        assert!(spec.limits.timeout.is_some(), "{name} has a time-out");
        assert!(spec.http.path.is_some(), "{name} has an address of its own");
        assert_ne!(spec.role, Role::Public, "{name} is not open to all");
        let reads = spec.effect == Effect::Read;
        assert_eq!(spec.http.method == Method::Get, reads, "{name}: what reads is a GET");
        assert_eq!(spec.limits.rate.is_none(), reads, "{name}: what writes has a limit");
        assert_eq!(spec.role == Role::Viewer, reads || name.contains("monitor"), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_example_runs_and_fails_only_as_declared() {
    let house = House::build().await;
    for operation in house.arsenal.operations().all() {
        let spec = operation.spec();
        for example in spec.examples.iter() {
            let caller = Caller::new("ann", Role::Operator, "test");
            let call = Call::new(spec.name.clone(), example.params.to_string(), caller);
            let Err(error) = house.arsenal.run(call).await.outcome else { continue };
            let declared = operation.codes().iter().any(|code| code.code == error.code());
            assert!(declared, "{} {}: {} {error}", spec.name, example.name, error.code());
            assert_eq!(error.class(), Class::NotFound, "{}: an example names nobody", spec.name);
        }
    }
}

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
    assert!(text.contains("catalogue.rs:") && text.contains("house.rs:"), "{text}");
}

#[test]
fn entry_points_are_found_at_link_time() {
    let linked = EntryPoints::linked().state(Greeting("hello")).build();
    let error = linked.expect_err("this file doubles a name on purpose");
    assert!(matches!(error.faults.as_slice(), [EntryPointFault::DuplicateName { .. }]), "{error}");
}
