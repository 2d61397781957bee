//! `get_memory_info`.

use arsenal::{Context, Execute, Failure, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use sysinfo::{ProcessesToUpdate, System};

use crate::analytics::cgroup_limits;

/// Tells how much memory the program, the machine and the control group use. Sizes are bytes.
#[derive(Debug, Operation)]
#[operation(category = "system", method = GET, path = "/system/memory", role = viewer,
            effect = read, idempotent, timeout = "5s", output = MemoryInfo, error = MemoryError,
            example(name = "all", params = "{}"))]
pub struct GetMemoryInfo {}

/// Memory, in bytes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MemoryInfo {
    /// This program.
    pub process: ProcessMemory,
    /// The machine.
    pub system: SystemMemory,
    /// The control group; absent where it has no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cgroup: Option<CgroupMemory>,
}

/// The program's memory.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProcessMemory {
    /// What is in the machine's memory.
    pub resident_bytes: u64,
    /// What is addressed.
    pub virtual_bytes: u64,
}

/// The machine's memory.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SystemMemory {
    /// All of it.
    pub total_bytes: u64,
    /// What a new program could have without swapping.
    pub available_bytes: u64,
    /// What is in use.
    pub used_bytes: u64,
    /// All swap.
    pub swap_total_bytes: u64,
    /// Swap in use.
    pub swap_used_bytes: u64,
}

/// The control group's memory.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CgroupMemory {
    /// The most that the group may use.
    pub limit_bytes: u64,
    /// What is left of it.
    pub free_bytes: u64,
    /// What its programs have in memory.
    pub resident_bytes: u64,
}

/// Why nothing is known of memory.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum MemoryError {
    /// The platform does not show it, or forbids it.
    #[error("the system does not tell of this process")]
    #[failure(class = unavailable)]
    NoProcessInfo(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
}

impl Execute for GetMemoryInfo {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<MemoryInfo, MemoryError> {
        let own = sysinfo::get_current_pid().map_err(unknown)?;
        let mut system = System::new().map_err(unknown)?;
        system.refresh_memory();
        system.refresh_processes(ProcessesToUpdate::Some(&[own]), true);
        let process = system.process(own).ok_or(MemoryError::NoProcessInfo(None))?;
        Ok(MemoryInfo {
            process: ProcessMemory {
                resident_bytes: process.memory(),
                virtual_bytes: process.virtual_memory(),
            },
            system: SystemMemory {
                total_bytes: system.total_memory(),
                available_bytes: system.available_memory(),
                used_bytes: system.used_memory(),
                swap_total_bytes: system.total_swap(),
                swap_used_bytes: system.used_swap(),
            },
            cgroup: cgroup_limits(process, &system).map(|limits| CgroupMemory {
                limit_bytes: limits.total_memory,
                free_bytes: limits.free_memory,
                resident_bytes: limits.rss,
            }),
        })
    }
}

fn unknown(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> MemoryError {
    MemoryError::NoProcessInfo(Some(reason.into()))
}
