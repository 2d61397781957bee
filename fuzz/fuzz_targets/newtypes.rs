//! Types that are texts: what is read is what the pattern admits, and is written to be read.

#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use arsenal_core::__private::AsText;
use arsenal_core::params::ByteSize;
use arsenal_process::{ExitReason, Pid, ProcessName, Shutdown, Target};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    check::<Duration>(text);
    check::<ByteSize>(text);
    check::<IpAddr>(text);
    check::<Ipv4Addr>(text);
    check::<Ipv6Addr>(text);
    check::<SocketAddr>(text);
    check::<uuid::Uuid>(text);
    check::<url::Url>(text);
    check::<jiff::Timestamp>(text);
    check::<jiff::civil::Date>(text);
    check::<Pid>(text);
    check::<ProcessName>(text);
    check::<Target>(text);
    check::<ExitReason>(text);
    check::<Shutdown>(text);
});

fn check<T: AsText>(text: &str) {
    let admitted = T::SPEC.admits(text);
    let value = T::parse(text);
    if T::EXACT {
        assert_eq!(value.is_some(), admitted, "{text:?} is {}", T::SPEC.expected);
    }
    let Some(value) = value.filter(|_| admitted) else { return };
    let Some(written) = value.write() else { return };
    let again = T::parse(&written).filter(|_| T::SPEC.admits(&written));
    let again = again.unwrap_or_else(|| panic!("{text:?} is written {written:?}, and not read"));
    assert_eq!(again.write().as_deref(), Some(written.as_ref()), "{text:?}");
}
