//! The generator: writes a new operation, its test and its one `mod` line.
//!
//! Every edit is computed and checked before the first byte is written, so a refusal changes
//! nothing; a write that fails half way is undone. `cargo xtask gen-operation` serves this
//! workspace, `arsenal gen-operation` a service team's own.
//!
//! ```no_run
//! let mut request = arsenal_gen::Request::new(".", "billing", "refund_invoice");
//! request.params = vec!["invoice:string".into(), "cents:u32=0".into()];
//! let created = arsenal_gen::gen_operation(&request)?;
//! println!("{created}");
//! # Ok::<(), arsenal_gen::GenError>(())
//! ```

mod generate;
mod request;

mod command;

mod name;
mod param;

mod modules;
mod place;
mod taken;

mod template;

mod edits;

pub use command::command;
pub use generate::{Created, GenError, gen_operation};
pub use modules::{ModuleFile, ModuleFileError};
pub use name::{Name, NameError};
pub use param::ParamError;
pub use place::PlaceError;
pub use request::{Effect, Request, Role};
