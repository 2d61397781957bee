//! `gen-operation`: writes a new operation into the workspace that the program is called in.

use arsenal_gen::{Request, gen_operation};
use clap::ArgMatches;

use super::exit::ExitStatus;
use super::screen::Screen;
use crate::{Arsenal, Chain};

/// Writes it, and tells what is left to do; or changes nothing and says why.
pub(super) fn write(arsenal: Option<&Arsenal>, screen: &Screen, given: &ArgMatches) -> ExitStatus {
    let dir = match std::env::current_dir() {
        Ok(dir) => dir,
        Err(error) => {
            screen.complain(&format!("there is no current folder: {error}"));
            return ExitStatus::Failed;
        }
    };
    let mut request = Request::read(dir, given);
    // Two operations of one name would only be found at the next start.
    let operations = arsenal.map(Arsenal::operations);
    let all = operations.iter().flat_map(|snapshot| snapshot.all());
    request.taken = all.map(|operation| operation.spec().name.to_string()).collect();
    match gen_operation(&request) {
        Ok(created) => {
            screen.print(created.to_string().trim_end());
            ExitStatus::Ok
        }
        Err(error) => {
            screen.complain(&Chain(&error).to_string());
            if error.is_failure() { ExitStatus::Failed } else { ExitStatus::Usage }
        }
    }
}
