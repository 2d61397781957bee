//! A look-up in the registry, against a bare hash map of the same size.

use arsenal::{Builder, DynamicOperation, Error, Role};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use crate::dispatch::Nothing;
use crate::measure::{Bound, nanos, row};

const OPERATIONS: usize = 1000;

pub(crate) fn run() {
    let arsenal = Builder::empty().operation::<Nothing>().build().expect("the program is sound");
    let mut bare: FxHashMap<String, std::sync::Arc<u32>> = FxHashMap::default();
    for n in 0..OPERATIONS {
        let name = format!("operation_{n}");
        let echo = |params: Value| async move { Ok::<_, Error>(params) };
        let operation =
            DynamicOperation::new(name.clone(), Role::Viewer, json!({"type": "object"}), echo);
        arsenal.registry().register(operation).expect("the name is free");
        bare.insert(name, std::sync::Arc::new(0));
    }
    let names: Vec<String> =
        (0..OPERATIONS).map(|n| format!("operation_{}", n * 7 % OPERATIONS)).collect();
    let (mut at, mut bare_at) = (0, 0);
    let snapshot = arsenal.operations();
    let mut map = || {
        bare_at = (bare_at + 1) % OPERATIONS;
        std::hint::black_box(bare.get(&names[bare_at]).cloned());
    };
    let mut registry = || {
        at = (at + 1) % OPERATIONS;
        std::hint::black_box(snapshot.get(&names[at]).cloned());
    };
    let [map, registry] = nanos([&mut map, &mut registry]);
    row("look-up among 1,000, over a bare map's", registry / map, "x", Bound::Most(2.0));
}
