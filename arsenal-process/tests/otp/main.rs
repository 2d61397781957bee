//! The same scripts, through our processes and through real Erlang/OTP: the logs agree.

mod script;

mod steps;

mod scenarios;

mod random;

mod term;

mod peer;

mod views;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

#[test]
fn otp_agrees_with_itself() {
    let mut peer = peer::Peer::start("self").unwrap();
    let mut n = 0;
    let show = std::env::var("SHOW").ok();
    for (name, script) in scenarios::all() {
        let a = peer.run(&script);
        let b = peer.run(&script);
        if show.as_deref().is_some_and(|s| name.contains(s)) {
            println!("{name}\n{}\n{}", term::line(&script), a.join("\n"));
        }
        if let Some(d) = views::difference(&a, &b) {
            n += 1;
            println!("{name}\n{}\n{d}", term::line(&script));
        }
    }
    let mut runner = TestRunner::default();
    let count: usize = std::env::var("N").map_or(500, |n| n.parse().unwrap());
    let mut lines = 0;
    for _ in 0..count {
        let script = random::script().new_tree(&mut runner).unwrap().current();
        let a = peer.run(&script);
        lines += a.len();
        let b = peer.run(&script);
        if let Some(d) = views::difference(&a, &b) {
            n += 1;
            println!("{}\n{d}\n{}", term::line(&script), a.join("\n"));
        }
    }
    println!("lines {lines}");
    assert_eq!(n, 0);
}
