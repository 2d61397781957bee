//! Category `registry`: the operations about operations.

mod batch;
mod describe_operation;
mod execute_batch;
mod list_categories;
mod list_operations;
mod lookup;
mod operation_stats;
mod search_operations;
mod validate_params;
mod view;

pub use batch::{Batch, PartError, PartOutcome, PartStatus};
pub use describe_operation::DescribeOperation;
pub use execute_batch::{BatchCall, ExecuteBatch, PartFault};
pub use list_categories::{Categories, Category, ListCategories};
pub use list_operations::ListOperations;
pub use lookup::OperationLookup;
pub use operation_stats::{ClassCount, OperationCounts, OperationStats};
pub use search_operations::{Found, SearchOperations};
pub use validate_params::{ParamFault, ValidateParams, Verdict};
pub use view::{Description, ErrorCode, Example, Limits, Summary};
