//! Times, rates, sizes and statuses.

use std::time::Duration;

use syn::{LitInt, LitStr};

use crate::faults::Faults;
use crate::model::{RawRetry, Retry, Slot};
use crate::quantity;

/// The wait before a second attempt that says nothing.
const DELAY: Duration = Duration::from_millis(100);

/// The greatest number of attempts.
const ATTEMPTS_MAX: u32 = 10;

pub(super) fn duration(given: &Slot<LitStr>, faults: &mut Faults) -> Option<Duration> {
    let given = given.as_ref()?;
    match quantity::duration(&given.value.value()) {
        Some(span) if span > Duration::ZERO => Some(span),
        Some(_) => {
            faults.at(&given.value, format!("`{}` must be more than nothing", given.key));
            None
        }
        None => {
            faults.at(&given.value, "expected a duration such as `\"5s\"`");
            None
        }
    }
}

pub(super) fn rate(given: &Slot<LitStr>, faults: &mut Faults) -> Option<(u32, Duration)> {
    let given = given.as_ref()?;
    let rate = quantity::rate(&given.value.value());
    if rate.is_none() {
        faults.at(&given.value, "expected a rate such as `\"60/min\"` or `\"5/10s\"`");
    }
    rate
}

pub(super) fn bytes(given: &Slot<LitStr>, faults: &mut Faults) -> Option<u64> {
    let given = given.as_ref()?;
    let bytes = quantity::bytes(&given.value.value());
    if bytes.is_none() {
        faults.at(&given.value, "expected a size such as `\"64KiB\"` or `\"1MiB\"`");
    }
    bytes
}

pub(super) fn status(given: &Slot<LitInt>, faults: &mut Faults) -> u16 {
    let Some(given) = given else { return 200 };
    match given.value.base10_parse::<u16>() {
        Ok(status @ 200..=299) => status,
        _ => {
            faults.at(&given.value, "the status of a success is from 200 to 299, such as `201`");
            200
        }
    }
}

pub(super) fn retry(given: &Slot<RawRetry>, faults: &mut Faults) -> Option<Retry> {
    let given = given.as_ref()?;
    let Some(attempts) = &given.value.attempts else {
        faults
            .at(&given.key, "`retry` needs the attempts: `retry(attempts = 3, delay = \"100ms\")`");
        return None;
    };
    let delay = duration(&given.value.delay, faults).unwrap_or(DELAY);
    match attempts.value.base10_parse::<u32>() {
        Ok(count @ 2..=ATTEMPTS_MAX) => {
            Some(Retry { key: given.key.clone(), attempts: count, delay })
        }
        _ => {
            let sentence =
                format!("the attempts, with the first, are from 2 to {ATTEMPTS_MAX}: `retry = 3`");
            faults.at(&attempts.value, sentence);
            None
        }
    }
}
