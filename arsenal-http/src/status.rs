//! The one table from a failure's class to a status.

use arsenal_core::Class;

/// The status of a class. There is no wildcard: a new class must be given its status here.
#[must_use]
pub const fn status(class: Class) -> u16 {
    match class {
        Class::Malformed => 400,
        Class::Validation => 422,
        Class::Unauthenticated => 401,
        Class::Forbidden => 403,
        Class::NotFound => 404,
        Class::Conflict => 409,
        Class::Precondition => 412,
        Class::RateLimited => 429,
        Class::Timeout => 504,
        // The caller is gone; nobody but logs and metrics see it.
        Class::Cancelled => 499,
        Class::Unavailable => 503,
        Class::Execution | Class::System => 500,
    }
}
