//! How much an answer says of what is wrong: an input must not fill the memory with its faults.

use std::borrow::Cow;

use super::Fault;

/// An answer with more faults helps nobody.
const FAULTS_MAX: usize = 256;

/// What the pointers and sentences of all faults may take together.
const BYTES_MAX: usize = 128 * 1024;

/// What one pointer, or one sentence with a part of the input in it, may take.
const TEXT_BYTES_MAX: usize = 1024;

/// What has been told so far, and how many faults were left out.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    n_told: usize,
    bytes: usize,
    n_omitted: usize,
}

impl Budget {
    /// Whether there is no room for one more, and so no use in looking for a good sentence.
    pub(crate) fn is_full(&self) -> bool {
        self.n_told >= FAULTS_MAX || self.bytes >= BYTES_MAX
    }

    /// Takes a fault, cut to size, into the answer; where there is no room, it is only counted,
    /// and not even made.
    pub(crate) fn admit(&mut self, make: impl FnOnce() -> Fault) -> Option<Fault> {
        if self.is_full() {
            self.n_omitted += 1;
            return None;
        }
        let mut fault = make();
        shorten(&mut fault);
        self.n_told += 1;
        self.bytes += fault.pointer.len() + fault.detail.len();
        Some(fault)
    }

    /// How many faults were left out.
    pub(crate) fn n_omitted(&self) -> usize {
        self.n_omitted
    }

    /// How many faults there were, told or left out.
    pub(crate) fn count(&self) -> usize {
        self.n_told + self.n_omitted
    }
}

fn shorten(fault: &mut Fault) {
    if fault.pointer.len() > TEXT_BYTES_MAX {
        fault.pointer = cut(&fault.pointer).into_owned();
    }
    if fault.detail.len() > TEXT_BYTES_MAX && fault.constraint.is_none() {
        fault.detail = Cow::Owned(cut(&fault.detail).into_owned());
    }
}

/// As much of a text of the input as an answer repeats; what is cut off is shown by an ellipsis.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= TEXT_BYTES_MAX {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::BrokenConstraint;

    #[test]
    fn a_long_sentence_is_cut_unless_it_says_a_constraint() {
        let long = "ä".repeat(TEXT_BYTES_MAX);
        let told = |constraint| {
            let fault = Fault::new(format!("/{long}"), "rule", long.clone());
            let told = Budget::default().admit(|| Fault { constraint, ..fault });
            told.map(|fault| (fault.pointer.len(), fault.detail.len()))
        };
        // A character of two bytes is not cut in two; the ellipsis takes three.
        assert_eq!(told(None), Some((1023 + 3, 1024 + 3)));
        let pattern = BrokenConstraint { name: "pattern", value: "^a$".into() };
        assert_eq!(told(Some(pattern)), Some((1023 + 3, 2 * TEXT_BYTES_MAX)));
    }

    #[test]
    fn what_there_is_no_room_for_is_counted_and_not_made() {
        let mut budget = Budget::default();
        for _ in 0..FAULTS_MAX {
            assert!(budget.admit(|| Fault::new("", "rule", "")).is_some());
        }
        assert!(budget.admit(|| unreachable!("nobody would see it")).is_none());
        assert_eq!((budget.count(), budget.n_omitted()), (FAULTS_MAX + 1, 1));
    }
}
