//! What two logs must agree on: each process's own sequence, and the causal order.
//!
//! A log is in one order, but of two concurrent events neither is first. So it is taken apart into
//! views, and within a view the order means something: what one process did, and what one
//! supervisor did with its children. Views overlap, and chain the whole causal order together.

use std::collections::{BTreeMap, BTreeSet};

/// A view's lines by the view's name.
pub(crate) type Views = BTreeMap<String, Vec<String>>;

/// Takes the log apart.
pub(crate) fn views(log: &[String]) -> Views {
    let mut reader = Reader::default();
    for line in log {
        reader.read(line);
    }
    let Reader { mut views, unordered, .. } = reader;
    for (name, lines) in &mut views {
        if unordered.contains(name) {
            sort_all_but_starts(lines);
        }
    }
    views
}

#[derive(Default)]
struct Reader {
    step: String,
    /// The newest label of each path.
    newest: BTreeMap<String, String>,
    /// The supervisor's label by the child's.
    parents: BTreeMap<String, String>,
    /// The views whose lines are concurrent.
    unordered: BTreeSet<String>,
    views: Views,
}

impl Reader {
    fn read(&mut self, line: &str) {
        let mut words = line.splitn(3, ' ');
        let (verb, label) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        match verb {
            "step" => self.step = label.to_owned(),
            "stop" => self.step = "stop".to_owned(),
            "left" => {
                self.unordered.insert("left".to_owned());
                self.put("left".to_owned(), line);
            }
            // Signals of two senders have no order.
            "got" => {
                let view = format!("signals of {label} in step {}", self.step);
                self.unordered.insert(view.clone());
                self.put(view, line);
            }
            "reply" => {
                self.put(format!("process {label}"), line);
                self.put(format!("children of {label}"), line);
            }
            _ => self.lifecycle(verb, label, line),
        }
    }

    fn lifecycle(&mut self, verb: &str, label: &str, line: &str) {
        if verb == "starting" {
            self.adopt(label);
        }
        self.put(format!("process {label}"), line);
        if let Some(parent) = self.parents.get(label).cloned() {
            self.put(format!("children of {parent}"), line);
        }
        if verb == "down" {
            let children = format!("children of {label}");
            // A killed supervisor stops nobody: its children's links do, all at once.
            if line.ends_with(" killed") {
                self.unordered.insert(children.clone());
            }
            self.put(children, line);
        }
    }

    /// The newest incarnation of the path above is the supervisor.
    fn adopt(&mut self, label: &str) {
        let path = path_of(label);
        self.newest.insert(path.to_owned(), label.to_owned());
        let above = match path.rfind('/') {
            _ if path == "/" => return,
            Some(0) | None => "/",
            Some(at) => &path[..at],
        };
        let Some(parent) = self.newest.get(above) else { return };
        // Dynamic children have numbers for names, and are stopped all at once.
        if path.ends_with(|last: char| last.is_ascii_digit()) {
            self.unordered.insert(format!("children of {parent}"));
        }
        self.parents.insert(label.to_owned(), parent.clone());
    }

    fn put(&mut self, view: String, line: &str) {
        self.views.entry(view).or_default().push(format!("{}: {line}", self.step));
    }
}

/// The path of a label: what stands before its incarnation.
fn path_of(label: &str) -> &str {
    label.split('#').next().unwrap_or(label)
}

/// Children start one after the other under every supervisor; only their ends are concurrent.
fn sort_all_but_starts(lines: &mut Vec<String>) {
    let (starts, mut rest): (Vec<_>, Vec<_>) =
        lines.drain(..).partition(|line| line.contains(": start"));
    rest.sort();
    lines.extend(starts.into_iter().chain(rest));
}

/// The views that differ, in words; `None` where all agree.
pub(crate) fn difference(ours: &[String], otp: &[String]) -> Option<String> {
    let (ours, otp) = (views(ours), views(otp));
    let names: BTreeSet<&String> = ours.keys().chain(otp.keys()).collect();
    let empty = Vec::new();
    let differing = names.into_iter().filter_map(|name| {
        let (a, b) = (ours.get(name).unwrap_or(&empty), otp.get(name).unwrap_or(&empty));
        (a != b).then(|| {
            let show = |lines: &[String]| {
                lines.iter().map(|line| format!("\n    {line}")).collect::<String>()
            };
            format!("{name}\n  ours:{}\n  OTP:{}\n", show(a), show(b))
        })
    });
    let text: String = differing.collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    const STARTS: [&str; 3] = ["starting /#1", "starting /a#1", "starting /b#1"];

    fn stopped(order: [&str; 2], root: &str) -> Vec<String> {
        log(&[&STARTS[..], &order, &[root]].concat())
    }

    #[test]
    fn the_order_of_stops_matters_unless_the_supervisor_was_killed() {
        let (ab, ba) = (["down /a#1 x", "down /b#1 x"], ["down /b#1 x", "down /a#1 x"]);
        let cases = [("down /#1 shutdown", true), ("down /#1 killed", false)];
        for (root, differs) in cases {
            let (ours, otp) = (stopped(ab, root), stopped(ba, root));
            assert_eq!(difference(&ours, &otp).is_some(), differs, "{root}");
        }
    }

    #[test]
    fn a_missing_event_is_a_difference() {
        assert!(difference(&log(&STARTS), &log(&STARTS[..2])).is_some());
    }
}
