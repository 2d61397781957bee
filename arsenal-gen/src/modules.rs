//! A module's file and the `mod` lines in it: found, inserted in order, taken out.
//!
//! Only lines that start in the first column count: what is indented lies in another module.
//! Lines keep their ends, so that a file changes by its new line and by nothing else.

/// A module's file, read for its `mod` lines.
#[derive(Debug, Clone)]
pub struct ModuleFile {
    /// Each with its end.
    lines: Vec<String>,
    entries: Vec<Entry>,
}

/// Why a `mod` line was not inserted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ModuleFileError {
    /// The file has items, but no `mod` line that shows where one belongs.
    #[error(
        "it has no `mod` line to put another beside: write `pub mod {name};` where modules belong \
         and run this again"
    )]
    NoAnchor { name: String },
    /// The module's body or its file is somewhere else.
    #[error("module `{name}` has no file of its own name: move its body there, or choose another")]
    Elsewhere { name: String },
}

/// One `mod` line with the attributes and comments that belong to it.
#[derive(Debug, Clone)]
struct Entry {
    name: String,
    public: bool,
    /// Whether it is a `mod name;` line, and not a body written inline.
    line: bool,
    /// Whether its file has its name.
    filed: bool,
    /// The first of its lines, and the one after the last.
    start: usize,
    end: usize,
}

impl ModuleFile {
    /// Reads the file's text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let mut entries = Vec::new();
        let mut start = None;
        for (at, line) in text.lines().enumerate() {
            if let Some(found) = mod_line(line) {
                let start = start.take().unwrap_or(at);
                let elsewhere = lines[start..at].iter().any(|line| line.starts_with("#[path"));
                entries.push(Entry {
                    name: found.name.to_owned(),
                    public: found.public,
                    line: found.line,
                    filed: found.line && !elsewhere,
                    start,
                    end: at + 1,
                });
            } else if line.starts_with("#[") || is_comment(line) {
                start = start.or(Some(at));
            } else {
                start = None;
            }
        }
        Self { lines, entries }
    }

    /// The modules that it declares, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The modules that it declares by a line and not by a body, in their order.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(|entry| entry.filed).map(|entry| entry.name.as_str())
    }

    /// Whether it declares the module.
    #[must_use]
    pub fn declares(&self, name: &str) -> bool {
        self.names().any(|declared| declared == name)
    }

    /// The text with `pub mod name;` in its place; unchanged if the module is declared already.
    ///
    /// The place is in the first run of public `mod` lines, or of any, in rustfmt's order.
    ///
    /// # Errors
    ///
    /// [`ModuleFileError::NoAnchor`] if nothing shows where it belongs,
    /// [`ModuleFileError::Elsewhere`] if the module is there and written inline.
    pub fn insert(&self, name: &str) -> Result<String, ModuleFileError> {
        if let Some(entry) = self.entries.iter().find(|entry| entry.name == name) {
            return match entry.filed {
                true => Ok(self.lines.concat()),
                false => Err(ModuleFileError::Elsewhere { name: name.to_owned() }),
            };
        }
        let mut lines = self.lines.clone();
        let end = if lines.first().is_some_and(|l| l.ends_with("\r\n")) { "\r\n" } else { "\n" };
        let line = format!("pub mod {name};{end}");
        let place = self.place_in_run(name);
        if place.is_none_or(|at| at == lines.len()) {
            let open = lines.last_mut().filter(|last| !last.ends_with('\n'));
            open.into_iter().for_each(|last| last.push_str(end));
        }
        if let Some(at) = place {
            lines.insert(at, line);
        } else if lines.iter().all(|line| is_preamble(line.trim_end())) {
            if lines.last().is_some_and(|last| last != end) {
                lines.push(end.to_owned());
            }
            lines.push(line);
        } else {
            return Err(ModuleFileError::NoAnchor { name: name.to_owned() });
        }
        Ok(lines.concat())
    }

    /// The text without the module's line.
    #[must_use]
    pub fn remove(&self, name: &str) -> String {
        let mut lines = self.lines.clone();
        if let Some(entry) = self.entries.iter().find(|entry| entry.name == name) {
            lines.drain(entry.start..entry.end);
        }
        lines.concat()
    }

    /// The line before which the module's own belongs.
    fn place_in_run(&self, name: &str) -> Option<usize> {
        let lines: Vec<&Entry> = self.entries.iter().filter(|entry| entry.line).collect();
        let public = lines.iter().position(|entry| entry.public);
        let anchor = public.or((!lines.is_empty()).then_some(0))?;
        let touching = |a: usize| lines[a].end == lines[a + 1].start;
        let first = (0..anchor).rev().take_while(|a| touching(*a)).last().unwrap_or(anchor);
        let last = (anchor..lines.len() - 1).take_while(|a| touching(*a)).last();
        let last = last.map_or(anchor, |a| a + 1);
        let run = &lines[first..=last];
        let follower = run.iter().find(|entry| name < entry.name.as_str());
        Some(follower.map_or(run[run.len() - 1].end, |entry| entry.start))
    }
}

struct ModLine<'a> {
    name: &'a str,
    public: bool,
    line: bool,
}

fn mod_line(line: &str) -> Option<ModLine<'_>> {
    let (public, rest) = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => (false, rest.split_once(')')?.1.trim_start()),
        Some(rest) => (true, rest.trim_start()),
        None => (false, line),
    };
    let rest = rest.strip_prefix("mod ")?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '#')?;
    let (name, rest) = rest.split_at(end);
    let line = match rest.trim_start().chars().next()? {
        ';' => true,
        '{' => false,
        _ => return None,
    };
    Some(ModLine { name: name.strip_prefix("r#").unwrap_or(name), public, line })
}

fn is_comment(line: &str) -> bool {
    line.starts_with("//") && !line.starts_with("//!")
}

/// What may stand above the first `mod` line.
fn is_preamble(line: &str) -> bool {
    line.is_empty()
        || line.starts_with("//")
        || line.starts_with("#![")
        || line.starts_with("extern crate ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_inserted_in_order() {
        let cases = [
            ("//! Docs.\n", "//! Docs.\n\npub mod m;\n"),
            ("", "pub mod m;\n"),
            ("//! D.\n\nextern crate x as y;\n", "//! D.\n\nextern crate x as y;\n\npub mod m;\n"),
            ("pub mod a;\npub mod z;\n", "pub mod a;\npub mod m;\npub mod z;\n"),
            ("pub mod a;\n\nfn f() {}\n", "pub mod a;\npub mod m;\n\nfn f() {}\n"),
            ("pub mod z;\n", "pub mod m;\npub mod z;\n"),
            (
                "mod b;\n\npub mod a;\n#[cfg(x)]\npub mod z;\n",
                "mod b;\n\npub mod a;\npub mod m;\n#[cfg(x)]\npub mod z;\n",
            ),
            ("mod a;\npub mod k;\n\nmod c;\n", "mod a;\npub mod k;\npub mod m;\n\nmod c;\n"),
            ("mod n;\nuse n::N;\n", "pub mod m;\nmod n;\nuse n::N;\n"),
            ("//! D.\r\n\r\npub mod a;\r\n", "//! D.\r\n\r\npub mod a;\r\npub mod m;\r\n"),
            ("//! D.\r\n", "//! D.\r\n\r\npub mod m;\r\n"),
            ("pub mod a;", "pub mod a;\npub mod m;\n"),
            ("//! D.", "//! D.\n\npub mod m;\n"),
        ];
        for (before, after) in cases {
            assert_eq!(ModuleFile::parse(before).insert("m").as_deref(), Ok(after), "{before}");
        }
    }

    #[test]
    fn a_declared_module_changes_nothing() {
        for text in ["pub mod m;\n", "pub mod m;", "//! D.\r\npub mod m;\r\n", "pub mod m; // x"] {
            assert_eq!(ModuleFile::parse(text).insert("m").as_deref(), Ok(text));
            assert_eq!(ModuleFile::parse(text).remove("z"), text);
        }
    }

    #[test]
    fn a_file_without_a_place_for_it_is_refused() {
        let name = || "m".to_owned();
        let cases = [
            ("fn f() {}\n", ModuleFileError::NoAnchor { name: name() }),
            ("mod tests {\n    mod m;\n}\n", ModuleFileError::NoAnchor { name: name() }),
            ("pub mod m {\n}\n", ModuleFileError::Elsewhere { name: name() }),
            ("#[path = \"n.rs\"]\nmod m;\n", ModuleFileError::Elsewhere { name: name() }),
        ];
        for (before, expected) in cases {
            assert_eq!(ModuleFile::parse(before).insert("m"), Err(expected), "{before}");
        }
    }

    #[test]
    fn a_module_is_taken_out_with_its_attributes() {
        let file = ModuleFile::parse("pub mod a;\n// Why.\n#[cfg(x)]\npub mod m;\npub mod z;\n");
        assert_eq!(file.remove("m"), "pub mod a;\npub mod z;\n");
        assert_eq!(file.names().collect::<Vec<_>>(), ["a", "m", "z"]);
    }
}
