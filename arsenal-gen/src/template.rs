//! The text of a new operation: the one place that knows what a declaration looks like.

use std::fmt::Write as _;

use crate::name::Name;
use crate::param::Param;
use crate::place::Front;
use crate::request::{Effect, Role};

/// What a new operation's file is made of.
#[derive(Debug)]
pub(crate) struct Declaration<'a> {
    pub(crate) front: Front,
    pub(crate) category: &'a Name,
    pub(crate) name: &'a Name,
    pub(crate) params: &'a [Param],
    pub(crate) role: Role,
    pub(crate) effect: Effect,
}

/// What every operation's file imports.
const FROM_ARSENAL: [&str; 4] = ["Context", "Error", "Execute", "Operation"];

/// What one that stands on core imports beside: each with its crate.
const BESIDE_CORE: [(&str, &str); 2] = [("schemars", "JsonSchema"), ("serde", "Serialize")];

/// What its test imports, beside all that the file has.
const FOR_TESTS: [&str; 5] = ["Arsenal", "Builder", "Call", "Caller", "Class"];

/// Every name that a file or its test imports: a type of the same name would hide it, or clash.
pub(crate) fn imports() -> impl Iterator<Item = &'static str> {
    let beside = BESIDE_CORE.iter().map(|(_, name)| *name);
    FROM_ARSENAL.into_iter().chain(beside).chain(FOR_TESTS)
}

/// The operation's file, almost as rustfmt leaves it.
pub(crate) fn render(declaration: &Declaration<'_>) -> String {
    let mut text = String::new();
    for part in [head, params, output, behavior, test] {
        part(declaration, &mut text).expect("a String takes any text");
    }
    text
}

type Written = Result<(), std::fmt::Error>;

fn head(op: &Declaration<'_>, text: &mut String) -> Written {
    writeln!(text, "//! The operation `{}`.\n", op.name)?;
    writeln!(text, "use arsenal::{{{}}};", FROM_ARSENAL.join(", "))?;
    if op.front == Front::Core {
        for (package, name) in BESIDE_CORE {
            writeln!(text, "use {package}::{name};")?;
        }
    }
    writeln!(text)
}

fn params(op: &Declaration<'_>, text: &mut String) -> Written {
    let mut summary = op.name.spaced();
    summary[..1].make_ascii_uppercase();
    writeln!(text, "/// {summary}.")?;
    writeln!(text, "#[derive(Debug, Operation)]")?;
    writeln!(text, "#[operation(")?;
    if !op.name.follows_from_type() {
        writeln!(text, "    name = \"{}\",", op.name)?;
    }
    writeln!(text, "    category = \"{}\",", op.category)?;
    writeln!(text, "    role = {},", op.role.word())?;
    writeln!(text, "    effect = {},", op.effect.word())?;
    writeln!(text, "    output = {}Output", op.name.pascal())?;
    writeln!(text, ")]")?;
    if op.params.is_empty() {
        return writeln!(text, "pub struct {} {{}}\n", op.name.pascal());
    }
    writeln!(text, "pub struct {} {{", op.name.pascal())?;
    for param in op.params {
        writeln!(text, "    /// The {}.", param.name.spaced())?;
        if let Some(default) = param.default_literal() {
            writeln!(text, "    #[param(default = {default})]")?;
        }
        writeln!(text, "    pub {}: {},", param.name, param.field_type())?;
    }
    writeln!(text, "}}\n")
}

fn output(op: &Declaration<'_>, text: &mut String) -> Written {
    let name = op.name.pascal();
    writeln!(text, "/// What [`{name}`] answers.")?;
    match op.front {
        Front::Facade => writeln!(text, "#[arsenal::output]\n#[derive(Debug)]")?,
        Front::Core => writeln!(text, "#[derive(Debug, Serialize, JsonSchema)]")?,
    }
    writeln!(text, "pub struct {name}Output {{")?;
    if op.params.is_empty() {
        writeln!(text, "    /// Whether it was done.\n    pub done: bool,")?;
    }
    for param in op.params {
        writeln!(text, "    /// The {}, as it was given.", param.name.spaced())?;
        writeln!(text, "    pub {}: {},", param.name, param.answer_type())?;
    }
    writeln!(text, "}}\n")
}

fn behavior(op: &Declaration<'_>, text: &mut String) -> Written {
    let name = op.name.pascal();
    writeln!(text, "impl Execute for {name} {{\n    type State = ();\n")?;
    writeln!(
        text,
        "    async fn execute(self, _cx: &Context<()>) -> Result<{name}Output, Error> {{"
    )?;
    writeln!(text, "        Ok({name}Output {{")?;
    if op.params.is_empty() {
        writeln!(text, "done: true")?;
    }
    for param in op.params {
        writeln!(text, "{}: {},", param.name, param.answer())?;
    }
    writeln!(text, "        }})\n    }}\n}}\n")
}

/// Its test calls it by Rust, and by name with a parameter that it does not have.
fn test(op: &Declaration<'_>, text: &mut String) -> Written {
    let (name, pascal) = (op.name, op.name.pascal());
    let attribute = match op.front {
        Front::Facade => "#[arsenal::tokio::test(crate = \"arsenal::tokio\")]",
        Front::Core => "#[tokio::test]",
    };
    writeln!(text, "#[cfg(test)]\nmod tests {{")?;
    writeln!(text, "use arsenal::{{{}}};\n\nuse super::*;\n", FOR_TESTS.join(", "))?;
    writeln!(text, "fn arsenal() -> Arsenal {{")?;
    writeln!(text, "let builder = Builder::empty().operation::<{pascal}>();")?;
    writeln!(text, "builder.build().expect(\"the declaration is sound\")\n}}\n")?;

    writeln!(text, "{attribute}\nasync fn {name}_answers() {{")?;
    writeln!(text, "let operation = {pascal} {{")?;
    for param in op.params {
        writeln!(text, "{}: {},", param.name, param.sample())?;
    }
    writeln!(text, "}};")?;
    writeln!(text, "let answer = arsenal().call(operation).await.expect(\"it can be done\");")?;
    if op.params.is_empty() {
        writeln!(text, "assert!(answer.done);")?;
    }
    for param in op.params {
        writeln!(text, "{}", param.assertion())?;
    }
    writeln!(text, "}}\n")?;

    writeln!(text, "{attribute}\nasync fn {name}_refuses_what_it_does_not_know() {{")?;
    writeln!(
        text,
        "let call = Call::new(\"{name}\", \"{{\\\"unheard_of\\\": 1}}\", Caller::program());"
    )?;
    writeln!(
        text,
        "let refusal = arsenal().run(call).await.outcome.expect_err(\"nobody knows it\");"
    )?;
    writeln!(text, "assert_eq!(refusal.class(), Class::Validation);\n}}\n}}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::snake;

    #[test]
    fn no_operation_has_the_name_of_something_that_its_file_imports() {
        let name = Name::operation("get_load").expect("a name");
        let category = Name::category("system").expect("a name");
        for front in [Front::Facade, Front::Core] {
            let text = render(&Declaration {
                front,
                category: &category,
                name: &name,
                params: &[],
                role: Role::Viewer,
                effect: Effect::Read,
            });
            let uses = text.lines().filter(|line| line.starts_with("use ") && !line.contains('*'));
            let words = uses.flat_map(|line| line.split(|c: char| !c.is_alphanumeric()));
            let imported: Vec<_> =
                words.filter(|word| word.starts_with(char::is_uppercase)).collect();
            assert!(imported.contains(&"Caller"), "{imported:?}");
            for import in imported {
                let refused = Name::operation(&snake(import));
                assert!(refused.is_err(), "{import}: an operation could be named so");
            }
        }
    }
}
