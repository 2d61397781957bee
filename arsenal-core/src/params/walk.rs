//! To come.
use super::StructSpec;
use crate::error::Error;
use crate::fault::Fault;
pub(crate) struct Found {
    pub(crate) faults: Vec<Fault>,
}
impl Found {
    pub(crate) fn into_error(self) -> Error {
        Error::invalid(self.faults)
    }
}
pub(crate) fn faults(_text: &str, _table: &'static StructSpec) -> Result<Found, serde_json::Error> {
    Ok(Found { faults: Vec::new() })
}
pub(crate) fn holds_secret(_table: &'static StructSpec) -> bool {
    true
}
