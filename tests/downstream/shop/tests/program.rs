//! The shop's operations are in its program, whoever asks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use arsenal::{Call, Caller, Role};
use shop::{Line, PlaceOrder, Shipping};

fn shop(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shop")).args(arguments).output().expect("the program runs")
}

#[test]
fn the_program_lists_its_own_operations_and_the_catalogues() {
    let listed = shop(&["ops", "list", "-o", "json"]);
    let text = String::from_utf8_lossy(&listed.stdout);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    for name in ["\"place_order\"", "\"list_operations\"", "\"get_system_info\""] {
        assert!(text.contains(name), "{name} in {text}");
    }
}

#[test]
fn the_program_calls_an_operation_and_tells_every_fault() {
    let good = shop(&["call", "place_order", "-o", "json", "--json", r#"{"lines": [{"article": "AB-1234", "count": 3}]}"#]);
    let text = String::from_utf8_lossy(&good.stdout).replace([' ', '\n'], "");
    assert_eq!(text, r#"{"data":{"articles":3,"shipping":"standard"}}"#);
    let bad = shop(&["call", "place_order", "-o", "json", "--json", r#"{"lines": [{"article": "x", "count": 0}], "shiping": 1}"#]);
    let text = String::from_utf8_lossy(&bad.stderr);
    assert_eq!(bad.status.code(), Some(2), "{text}");
    for pointer in ["/lines/0/article", "/lines/0/count", "/shiping"] {
        assert!(text.contains(pointer), "{pointer} in {text}");
    }
    assert!(bad.stdout.is_empty(), "standard output is for data");
    let sold_out = shop(&["call", "place_order", "--json", r#"{"lines": [{"article": "XX-0000"}]}"#]);
    assert_eq!(sold_out.status.code(), Some(5), "a conflict has its own code");
}

#[test]
fn the_operations_can_be_called_with_their_own_types() {
    let runtime = arsenal::tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let program = arsenal::assemble(arsenal::builder().expect(["shop"])).await;
        let arsenal = program.expect("the shop is sound").arsenal;
        let lines = vec![Line { article: "AB-1234".into(), count: 2 }];
        let order = arsenal.call(PlaceOrder { lines, shipping: Shipping::Express }).await;
        assert_eq!(order.expect("it is placed").articles, 2);
        let stranger = Caller::new("ann", Role::Viewer, "test");
        let refused = arsenal.run(Call::new("place_order", "{}", stranger)).await;
        assert_eq!(refused.outcome.expect_err("a viewer looks").code(), "ROLE_MISSING");
    });
}

/// The shop's sources somewhere else, so that the generator may write.
fn copied() -> PathBuf {
    let shop = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop");
    fs::remove_dir_all(&root).ok();
    fs::create_dir_all(root.join("src")).expect("the folder can be made");
    let manifest = fs::read_to_string(shop.join("Cargo.toml")).expect("the manifest is text");
    let alone = manifest.replace("arsenal.workspace = true", "arsenal = \"0.1\"") + "\n[workspace]\n";
    fs::write(root.join("Cargo.toml"), alone).expect("the manifest can be written");
    fs::copy(shop.join("src/main.rs"), root.join("src/main.rs")).expect("it is copied");
    // The generator puts its `mod` line beside another.
    let library = fs::read_to_string(shop.join("src/lib.rs")).expect("the library is text");
    fs::write(root.join("src/lib.rs"), library + "\npub mod returns;\n").expect("it can be written");
    fs::write(root.join("src/returns.rs"), "//! Returns.\n").expect("it can be written");
    root
}

#[test]
fn the_teams_own_program_writes_the_next_operation() {
    let root = copied();
    let words = ["gen-operation", "order", "cancel_order", "--crate", "shop", "--param", "id:string"];
    let written = Command::new(env!("CARGO_BIN_EXE_shop"))
        .args(words)
        .current_dir(&root)
        .output()
        .expect("the program runs");
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let operation = fs::read_to_string(root.join("src/order/cancel_order.rs")).expect("it is there");
    for part in ["pub struct CancelOrder {", "pub id: String,", "impl Execute for CancelOrder {"] {
        assert!(operation.contains(part), "{part} in {operation}");
    }
    let library = fs::read_to_string(root.join("src/lib.rs")).expect("it is still there");
    assert!(library.contains("pub mod order;"), "{library}");
}
