//! The derives: programs that are refused, and programs that look as if they might be.

/// Every refused program has its text, and every other one compiles and runs.
///
/// One runner for all, since each starts with the whole dependency tree.
#[test]
fn refused_programs_have_their_text_and_the_others_run() {
    let programs = trybuild::TestCases::new();
    programs.compile_fail("ui/*.rs");
    programs.pass("ui/pass/*.rs");
}
