//! Category `system`: the machine and the runtime, from real sources.

mod get_memory_info;
mod get_runtime_metrics;
mod get_system_info;

pub use get_memory_info::{CgroupMemory, GetMemoryInfo, MemoryInfo, ProcessMemory, SystemMemory};
pub use get_runtime_metrics::{GetRuntimeMetrics, RuntimeMetrics, WorkerMetrics};
pub use get_system_info::{GetSystemInfo, LoadAverage, SystemInfo};
