//! Names with brackets (`filter[status]`) as a tree, within bounds.

use crate::codes;
use crate::error::Error;

/// How many strings one call may have.
const STRINGS_MAX: usize = 1000;

/// How many brackets one name may have.
const DEPTH_MAX: usize = 8;

/// What stands under a name.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// Each value, in order.
    Values(Vec<&'a str>),
    /// The names in brackets, in the order of their first appearance.
    Members(Vec<(&'a str, Node<'a>)>),
}

impl Node<'_> {
    /// Whether it is one empty string.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Values(values) if values.as_slice() == [""])
    }
}

/// The tree of the strings.
///
/// # Errors
///
/// [`Class::Malformed`] for too many or too deep, and for a name with and without brackets.
pub(super) fn grow(strings: &[(String, String)]) -> Result<Vec<(&str, Node<'_>)>, Error> {
    if strings.len() > STRINGS_MAX {
        return Err(codes::TOO_MANY_PARAMETERS.error(format!(
            "a call takes at most {STRINGS_MAX} parameters in its path and query"
        )));
    }
    let mut members = Vec::new();
    for (name, value) in strings {
        let path = path(name);
        if path.len() > DEPTH_MAX {
            return Err(codes::PARAMETER_TOO_DEEP
                .error(format!("a parameter's name has at most {DEPTH_MAX} parts in brackets")));
        }
        plant(&mut members, &path, value)?;
    }
    Ok(members)
}

/// `a[b][c]` is a, b, c; a name whose brackets do not close is a name as it stands.
pub(super) fn path(name: &str) -> Vec<&str> {
    let Some((first, rest)) = name.split_once('[').filter(|(first, _)| !first.is_empty()) else {
        return vec![name];
    };
    let Some(inner) = rest.strip_suffix(']') else { return vec![name] };
    let mut parts = vec![first];
    parts.extend(inner.split("]["));
    if parts.iter().any(|part| part.is_empty() || part.contains(['[', ']'])) {
        return vec![name];
    }
    parts
}

fn plant<'a>(
    members: &mut Vec<(&'a str, Node<'a>)>,
    path: &[&'a str],
    value: &'a str,
) -> Result<(), Error> {
    let Some((name, rest)) = path.split_first() else { return Ok(()) };
    let at = members.iter().position(|(known, _)| known == name);
    let at = at.unwrap_or_else(|| {
        let empty =
            if rest.is_empty() { Node::Values(Vec::new()) } else { Node::Members(Vec::new()) };
        members.push((name, empty));
        members.len() - 1
    });
    match (&mut members[at].1, rest.is_empty()) {
        (Node::Values(values), true) => {
            values.push(value);
            Ok(())
        }
        (Node::Members(inner), false) => plant(inner, rest, value),
        _ => Err(codes::PARAMETER_TWICE
            .error(format!("the parameter `{name}` is given with brackets and without"))),
    }
}
