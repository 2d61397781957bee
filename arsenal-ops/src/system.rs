//! Category `system`: the machine and the runtime, from real sources.

mod detect_anomalies;
mod get_historical_data;
mod get_log_level;
mod get_memory_info;
mod get_performance_metrics;
mod get_runtime_metrics;
mod get_system_info;
mod log_control;
mod set_log_level;
mod system_health;

pub use detect_anomalies::{AnomalyReport, DetectAnomalies, FoundAnomaly};
pub use get_historical_data::{
    GetHistoricalData, HistoricalData, HistoricalPoint, HistoricalSeries,
};
pub use get_log_level::{GetLogLevel, LogLevelView};
pub use get_memory_info::{
    CgroupMemory, GetMemoryInfo, MemoryError, MemoryInfo, ProcessMemory, SystemMemory,
};
pub use get_performance_metrics::{GetPerformanceMetrics, MetricReading, PerformanceMetrics};
pub use get_runtime_metrics::{
    BusyProcess, GetRuntimeMetrics, MetricsError, ProcessMetrics, RuntimeMetrics, WorkerMetrics,
};
pub use get_system_info::{GetSystemInfo, LoadAverage, SystemInfo};
pub use log_control::{LogControl, LogLevelError};
pub use set_log_level::{LogLevel, LogLevelChange, SetLogLevel};
pub use system_health::{HealthFinding, HealthReport, SystemHealth};
