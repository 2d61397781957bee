//! The same scripts, through our processes and through real Erlang/OTP: the logs agree.
//!
//! OTP is right. `ARSENAL_OTP_SCRIPTS` says how many random scripts run (2,000), and
//! `ARSENAL_OTP_SEED` which ones; a difference is shrunk, and both logs are shown.

mod script;

mod steps;

mod scenarios;

mod random;

mod term;

mod peer;

mod ours;

mod views;

use std::collections::BTreeSet;
use std::env;
use std::hash::{BuildHasher, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::peer::Peer;
use crate::script::Script;

/// One `erl` for all scripts.
static PEER: LazyLock<Result<Mutex<Peer>, String>> =
    LazyLock::new(|| Peer::start().map(Mutex::new));

#[test]
fn written_scenarios_agree_with_otp() {
    let Some(peer) = peer() else { return };
    let scenarios = scenarios::all();
    let names: BTreeSet<_> = scenarios.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), scenarios.len(), "two scenarios have one name");
    let only = env::var("ARSENAL_OTP_ONLY").unwrap_or_default();
    let chosen = scenarios.iter().filter(|(name, _)| name.contains(&only));
    let differences: Vec<String> = chosen
        .filter_map(|(name, script)| compare(peer, script).map(|text| format!("{name}\n{text}")))
        .collect();
    println!("{} scenarios, {} differences", scenarios.len(), differences.len());
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn random_scripts_agree_with_otp() {
    let Some(peer) = peer() else { return };
    let cases = number("ARSENAL_OTP_SCRIPTS", || 2000);
    let seed = number("ARSENAL_OTP_SEED", || RandomState::new().hash_one(()));
    println!("{cases} random scripts, ARSENAL_OTP_SEED={seed}");
    let config = Config {
        cases: u32::try_from(cases).expect("ARSENAL_OTP_SCRIPTS fits in 32 bits"),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let outcome = TestRunner::new_with_rng(config, rng).run(&random::script(), |script| {
        compare(peer, &script).map_or(Ok(()), |text| Err(TestCaseError::fail(text)))
    });
    if let Err(difference) = outcome {
        panic!("ARSENAL_OTP_SEED={seed}\n{difference}");
    }
}

fn peer() -> Option<&'static Mutex<Peer>> {
    match &*PEER {
        Ok(peer) => Some(peer),
        Err(reason) => {
            println!("skipped: {reason}");
            None
        }
    }
}

fn number(variable: &str, default: impl FnOnce() -> u64) -> u64 {
    let set = env::var(variable).ok();
    set.map_or_else(default, |text| text.parse().expect("the variable is a number"))
}

/// The difference in words, with the script for the peer and both logs.
///
/// OTP is asked again before a difference counts: its stuck children are waited for in real time,
/// and a machine that stands still for that long makes another log.
fn compare(peer: &Mutex<Peer>, script: &Script) -> Option<String> {
    let ours = ours::run(script);
    let mut last = None;
    for _attempt in 0..3 {
        let otp = peer.lock().unwrap_or_else(PoisonError::into_inner).run(script);
        let difference = views::difference(&ours, &otp)?;
        let (ours, otp) = (ours.join("\n  "), otp.join("\n  "));
        let line = term::line(script);
        last =
            Some(format!("{line}\n{difference}\nours, whole:\n  {ours}\nOTP, whole:\n  {otp}\n"));
    }
    last
}
