//! Patterns that are read from left to right without a choice: `^ord_[a-z0-9]{8}$`.
//!
//! Most patterns of parameters are such a chain, and need no engine: no caches, no state, one
//! look at each byte. What is not is left to the engine.

use regex_syntax::Parser;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// A chain of sets of ASCII characters, from the start of a text to its end.
#[derive(Debug)]
pub(super) struct Steps(Vec<Step>);

/// So many characters of a set.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// One bit for each ASCII character.
    set: u128,
    min: u32,
    max: u32,
}

impl Steps {
    /// The chain of a pattern; none where it is no chain, or leaves a choice.
    pub(super) fn of(source: &str) -> Option<Self> {
        let hir = Parser::new().parse(source).ok()?;
        let HirKind::Concat(parts) = hir.kind() else { return None };
        let [first, middle @ .., last] = parts.as_slice() else { return None };
        let is_look =
            |hir: &Hir, look| matches!(hir.kind(), HirKind::Look(found) if *found == look);
        if !is_look(first, Look::Start) || !is_look(last, Look::End) {
            return None;
        }
        let mut steps = Vec::new();
        for part in middle {
            push(part, &mut steps)?;
        }
        leaves_no_choice(&steps).then_some(Self(steps))
    }

    /// Whether the whole text is such a chain.
    #[inline]
    pub(super) fn is_match(&self, text: &str) -> bool {
        let mut bytes = text.as_bytes();
        for step in &self.0 {
            let most = bytes.len().min(step.max as usize);
            let taken = bytes[..most].iter().take_while(|byte| step.has(**byte)).count();
            if taken < step.min as usize {
                return false;
            }
            bytes = &bytes[taken..];
        }
        bytes.is_empty()
    }
}

impl Step {
    #[inline]
    fn has(self, byte: u8) -> bool {
        byte < 128 && self.set >> byte & 1 == 1
    }
}

fn push(part: &Hir, steps: &mut Vec<Step>) -> Option<()> {
    match part.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => {
            for byte in &literal.0 {
                let set = 1_u128.checked_shl(u32::from(*byte))?;
                steps.push(Step { set, min: 1, max: 1 });
            }
        }
        HirKind::Class(class) => steps.push(Step { set: set(class)?, min: 1, max: 1 }),
        HirKind::Repetition(repetition) if repetition.greedy => {
            let mut inner = Vec::new();
            push(&repetition.sub, &mut inner)?;
            let [Step { set, min: 1, max: 1 }] = *inner.as_slice() else { return None };
            let max = repetition.max.unwrap_or(u32::MAX);
            steps.push(Step { set, min: repetition.min, max });
        }
        _ => return None,
    }
    Some(())
}

/// The class as bits, if all of it is ASCII.
fn set(class: &Class) -> Option<u128> {
    let Class::Unicode(class) = class else { return None };
    let mut set = 0;
    for range in class.ranges() {
        for character in range.start()..=range.end() {
            set |= 1_u128.checked_shl(u32::from(character))?;
        }
    }
    Some(set)
}

/// Whether a step that may take fewer or more never takes what a later one needs.
fn leaves_no_choice(steps: &[Step]) -> bool {
    steps.iter().enumerate().all(|(at, step)| {
        if step.min == step.max {
            return true;
        }
        for later in &steps[at + 1..] {
            if step.set & later.set != 0 {
                return false;
            }
            if later.min > 0 {
                break;
            }
        }
        true
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::Steps;

    const CHAINS: [&str; 9] = [
        "^[a-z]+$",
        "^ord_[a-z0-9]{8}$",
        "^[0-9]{5}$",
        "^[a-w]*[0-9]?-?x$",
        "^$",
        "^a{2,3}b$",
        "^[A-Za-z_][A-Za-z0-9_]*$",
        "^[a-c]+\\.[a-c]{2,}$",
        "^[0-9]+(?:)[a-c]$",
    ];

    #[test]
    fn a_pattern_with_a_choice_is_left_to_the_engine() {
        let others =
            ["[a-z]", "^a", "a$", "^(?:ab|b)c$", "^[a-z]+z$", "^a?a$", "^.*$", "^é$", "^[^a]$"];
        for source in others {
            assert!(Steps::of(source).is_none(), "{source}");
        }
    }

    proptest! {
        #[test]
        fn a_chain_says_what_the_engine_says(text in "(ord_)?[a-cx0-9.\n-]{0,9}é?") {
            for source in CHAINS {
                let engine = Regex::new(source).expect("a pattern").is_match(&text);
                let steps = Steps::of(source);
                if source != CHAINS[4] {
                    prop_assert!(steps.is_some(), "{}", source);
                }
                if let Some(steps) = steps {
                    prop_assert_eq!(steps.is_match(&text), engine, "{} {:?}", source, text);
                }
            }
        }
    }
}
