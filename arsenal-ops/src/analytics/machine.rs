//! Where the machine's figures come from.
//!
//! Busy shares are differences of two readings by the machine's clock, also where Tokio's is
//! paused: a share over paused time would be infinite.

use std::time::{Duration, Instant};

use sysinfo::{CGroupLimits, Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System};

/// What the machine says at one moment. What it does not say is absent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// How many processors this program kept busy since the reading before.
    pub process_cpu: Option<f64>,
    /// Which share of all processors was busy since the reading before.
    pub system_cpu: Option<f64>,
    /// This program's bytes in memory.
    pub process_memory: Option<f64>,
    /// Which share of the machine's memory is in use.
    pub system_memory: Option<f64>,
    /// Which share of the control group's limit is in use; absent without a limit.
    pub cgroup_memory: Option<f64>,
    /// The load over one, five and fifteen minutes.
    pub load: Option<[f64; 3]>,
}

/// Reads the machine's figures.
pub trait Machine: Send + 'static {
    /// Reads them now. The first reading has no shares: there is nothing before it.
    fn read(&mut self) -> Figures;
}

/// The machine that the program runs on.
pub struct ThisMachine {
    /// Absent where the system is not one that can be asked.
    system: Option<(System, Pid)>,
    before: Option<(Instant, Duration)>,
    has_system_cpu: bool,
}

impl ThisMachine {
    /// The machine, with nothing read yet.
    #[must_use]
    pub fn new() -> Self {
        let system = System::new().ok().zip(sysinfo::get_current_pid().ok());
        Self { system, before: None, has_system_cpu: false }
    }
}

impl Default for ThisMachine {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for ThisMachine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ThisMachine")
    }
}

impl Machine for ThisMachine {
    fn read(&mut self) -> Figures {
        let load = System::load_average().ok().map(|load| [load.one, load.five, load.fifteen]);
        let Some((system, own)) = &mut self.system else {
            return Figures { load, ..Figures::default() };
        };
        let wanted = ProcessRefreshKind::nothing().with_cpu().with_memory().without_tasks();
        system.refresh_memory();
        system.refresh_cpu_usage();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[*own]), false, wanted);
        let had_system_cpu = std::mem::replace(&mut self.has_system_cpu, true);
        let mut figures = Figures {
            system_cpu: had_system_cpu.then(|| f64::from(system.global_cpu_usage()) / 100.0),
            system_memory: used_share(system.available_memory(), system.total_memory()),
            load,
            ..Figures::default()
        };
        if let Some(process) = system.process(*own) {
            let used = Duration::from_millis(process.accumulated_cpu_time());
            let before = self.before.replace((Instant::now(), used));
            figures.process_cpu = before.and_then(|(at, before)| busy(at.elapsed(), before, used));
            figures.process_memory = Some(process.memory() as f64);
            figures.cgroup_memory = cgroup_limits(process, system)
                .and_then(|limits| used_share(limits.free_memory, limits.total_memory));
        }
        figures
    }
}

/// The memory limits of the process's control group. Without a limit of its own, a group is as
/// large as the machine.
pub(crate) fn cgroup_limits(process: &Process, system: &System) -> Option<CGroupLimits> {
    process.cgroup_limits().filter(|limits| limits.total_memory < system.total_memory())
}

fn busy(elapsed: Duration, before: Duration, now: Duration) -> Option<f64> {
    let used = now.saturating_sub(before).as_secs_f64();
    (elapsed > Duration::ZERO).then(|| used / elapsed.as_secs_f64())
}

fn used_share(free: u64, total: u64) -> Option<f64> {
    (total != 0).then(|| 1.0 - free as f64 / total as f64)
}
