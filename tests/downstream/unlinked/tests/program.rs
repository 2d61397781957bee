//! What a program is told that forgot to link a crate.

use std::process::Command;

#[test]
fn the_start_up_error_has_the_line_to_add() {
    let output = Command::new(env!("CARGO_BIN_EXE_unlinked"))
        .args(["ops", "list"])
        .output()
        .expect("the program runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(text.contains("arsenal::link!(stock);"), "{text}");
}
