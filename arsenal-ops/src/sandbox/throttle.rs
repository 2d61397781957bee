//! How many messages a second a process may handle: what goes over is paid back by waiting.
//!
//! Messages are counted after they were handled, a few times a second. A process may so run over
//! for a moment; it is then suspended until its mean is right again.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use arsenal_process::{Authority, Kind, Pid, Runtime};

pub(crate) struct Throttle {
    per_second: f64,
    accounts: HashMap<Pid, Account>,
}

struct Account {
    handled: u64,
    /// How many messages it may handle now; below zero it owes.
    left: f64,
    suspended: bool,
}

impl Throttle {
    pub(crate) fn new(per_second: u32) -> Self {
        Self { per_second: f64::from(per_second), accounts: HashMap::new() }
    }

    /// Counts what was handled in the last while, and suspends and resumes by it; gives those
    /// that are suspended.
    pub(crate) fn turn(&mut self, inside: &Runtime, passed: Duration) -> BTreeSet<Pid> {
        let mut before = std::mem::take(&mut self.accounts);
        for info in inside.infos() {
            // A supervisor that waits restarts nobody.
            let Some(handled) = info.messages_handled.known() else { continue };
            if info.kind == Kind::Supervisor {
                continue;
            }
            let new = || Account { handled: 0, left: self.per_second, suspended: false };
            let mut account = before.remove(&info.pid).unwrap_or_else(new);
            account.take(handled, self.per_second, passed);
            account.apply(inside, info.pid);
            self.accounts.insert(info.pid, account);
        }
        let suspended = self.accounts.iter().filter(|(_, account)| account.suspended);
        suspended.map(|(pid, _)| *pid).collect()
    }
}

impl Account {
    fn take(&mut self, handled: u64, per_second: f64, passed: Duration) {
        let earned = per_second * passed.as_secs_f64();
        self.left = (self.left + earned).min(per_second) - (handled - self.handled) as f64;
        self.handled = handled;
    }

    /// Leaves alone what somebody else has suspended.
    fn apply(&mut self, inside: &Runtime, pid: Pid) {
        if !self.suspended && self.left < 0.0 {
            let gated = inside.suspend(pid, Authority::Forced);
            self.suspended = gated.is_ok_and(|gated| gated.changed);
        } else if self.suspended && 0.0 <= self.left {
            // One that has ended in between needs no resuming.
            _ = inside.resume(pid);
            self.suspended = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_handles_too_much_owes_until_the_mean_is_right_again() {
        let mut account = Account { handled: 0, left: 10.0, suspended: false };
        let steps = [(5, 5.0), (25, -14.0), (25, -13.0), (25, -12.0)];
        for (handled, left) in steps {
            account.take(handled, 10.0, Duration::from_millis(100));
            assert!((account.left - left).abs() < 1e-9, "{handled}: {}", account.left);
        }
        account.take(25, 10.0, Duration::from_secs(60));
        assert_eq!(account.left, 10.0, "what is not used up is not saved for long");
    }
}
