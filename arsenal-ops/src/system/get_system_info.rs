//! `get_system_info`.

use std::time::Duration;

use arsenal::{Context, Error, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use sysinfo::{ProcessesToUpdate, System};

use crate::moment::{micros, span};

/// Tells what this program runs on: the machine, its system, its load, and the program itself.
#[derive(Debug, Operation)]
#[operation(category = "system", method = GET, path = "/system", role = viewer, effect = read,
            idempotent, timeout = "5s", output = SystemInfo,
            example(name = "all", params = "{}"))]
pub struct GetSystemInfo {}

/// What a program runs on. What the system does not tell is absent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SystemInfo {
    /// The version of Arsenal.
    pub arsenal_version: String,
    /// How many operations the program offers.
    pub operations: usize,
    /// The id of the operating system's process.
    pub os_pid: u32,
    /// How long the program has run, to the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime_us: Option<u64>,
    /// The machine's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_name: Option<String>,
    /// The operating system and its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// The version of the kernel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
    /// The processor's architecture.
    pub architecture: String,
    /// How many processors the program may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processors: Option<usize>,
    /// The load, as the kernel says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_average: Option<LoadAverage>,
    /// How long the machine has run, to the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_uptime: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_uptime_us: Option<u64>,
}

/// The mean number of tasks that run or wait to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LoadAverage {
    /// Over one minute.
    pub one: f64,
    /// Over five minutes.
    pub five: f64,
    /// Over fifteen minutes.
    pub fifteen: f64,
}

impl Execute for GetSystemInfo {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<SystemInfo, Error> {
        let uptime = own_uptime().map(Duration::from_secs);
        let machine_uptime = System::uptime().ok().map(Duration::from_secs);
        Ok(SystemInfo {
            arsenal_version: env!("CARGO_PKG_VERSION").to_owned(),
            operations: cx.operations().listed().count(),
            os_pid: std::process::id(),
            uptime: uptime.map(span),
            uptime_us: uptime.map(micros),
            host_name: System::host_name().ok(),
            os: System::long_os_version().ok(),
            kernel: System::kernel_version().ok(),
            architecture: std::env::consts::ARCH.to_owned(),
            processors: std::thread::available_parallelism().ok().map(usize::from),
            load_average: System::load_average().ok().map(|load| LoadAverage {
                one: load.one,
                five: load.five,
                fifteen: load.fifteen,
            }),
            machine_uptime: machine_uptime.map(span),
            machine_uptime_us: machine_uptime.map(micros),
        })
    }
}

/// In seconds, which is all that the system tells.
fn own_uptime() -> Option<u64> {
    let own = sysinfo::get_current_pid().ok()?;
    let mut system = System::new().ok()?;
    system.refresh_processes(ProcessesToUpdate::Some(&[own]), true);
    system.process(own).map(sysinfo::Process::run_time)
}
