//! Read, check, write, and fall back: one function for each derive.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::DeriveInput;

use crate::attr;
use crate::check::{self, Refused};
use crate::faults::Faults;
use crate::model::RawOutput;
use crate::{expand, fallback};

/// `#[derive(Operation)]`.
pub(crate) fn operation(input: TokenStream) -> TokenStream {
    derive(input, check::operation, expand::operation, fallback::operation)
}

/// `#[derive(EntryPoint)]`.
pub(crate) fn entry_point(input: TokenStream) -> TokenStream {
    derive(input, check::entry_point, expand::entry_point, fallback::entry_point)
}

/// `#[derive(Params)]`.
pub(crate) fn params(input: TokenStream) -> TokenStream {
    derive(input, check::params, expand::params, fallback::params)
}

/// `#[derive(Choice)]`.
pub(crate) fn choice(input: TokenStream) -> TokenStream {
    derive(input, check::choice, expand::choice, fallback::choice)
}

/// `#[derive(Failure)]`.
pub(crate) fn failure(input: TokenStream) -> TokenStream {
    derive(input, check::failure, expand::failure, fallback::failure)
}

fn derive<T>(
    input: TokenStream,
    check: fn(&DeriveInput) -> Result<T, Box<Refused>>,
    expand: fn(&T) -> TokenStream,
    fall_back: fn(&Refused) -> TokenStream,
) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    match check(&input) {
        Ok(checked) => expand(&checked),
        Err(refused) => {
            let stub = fall_back(&refused);
            let mut tokens = refused.faults.into_tokens();
            stub.to_tokens(&mut tokens);
            tokens
        }
    }
}

/// `#[output]`.
pub(crate) fn output(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut faults = Faults::default();
    let raw: RawOutput = attr::read_args(args, &mut faults);
    let mut tokens = expand::output(&check::facade(&raw.krate), item);
    faults.into_tokens().to_tokens(&mut tokens);
    tokens
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::{File, Item};

    use super::*;

    /// The sentences of an expansion, in order.
    fn faults(expansion: TokenStream) -> Vec<String> {
        let file: File = syn::parse2(expansion).expect("an expansion is items");
        file.items
            .iter()
            .filter_map(|item| match item {
                Item::Macro(call) => call.mac.parse_body::<syn::LitStr>().ok(),
                _ => None,
            })
            .map(|sentence| sentence.value())
            .collect()
    }

    /// What the derive says of an operation with these keys and fields.
    fn operation_faults(keys: &str, fields: &str) -> Vec<String> {
        let source = format!(
            "/// Orders.\n#[operation(category = \"orders\", role = viewer, {keys})]\n\
             struct Order {{ {fields} }}"
        );
        faults(operation(source.parse().expect(keys)))
    }

    fn field(keys: &str, ty: &str) -> String {
        format!("/// One.\n#[param({keys})]\none: {ty},")
    }

    #[test]
    fn each_mistake_in_an_operation_is_told_once() {
        let cases = [
            ("nam = 1", "unknown operation key `nam`; did you mean `name`?"),
            ("verb = GET", "unknown operation key `verb`; Arsenal calls it `method`"),
            ("frobnicate(1, 2)", "unknown operation key `frobnicate`; the keys are `name`"),
            ("tags = [\"a\"], tags = []", "`tags` is given twice"),
            ("1 = 2", "expected a key of `operation`, such as `name`"),
            ("name 1", "`name` needs a value"),
            ("idempotent 1", "expected `,`"),
            ("name = \"Make It\"", "operation name `Make It` may hold only"),
            ("aliases = [\"x y\"]", "operation name `x y` may hold only"),
            ("aliases = [\"a\", \"a\"]", "`a` is a name of this operation already"),
            ("tags = [\"\"]", "a tag must not be empty"),
            ("scope = \" \"", "`scope` must not be empty"),
            ("version = 0", "`version` must be at least 1"),
            ("method = get", "`method` cannot be `get`; did you mean `GET`?"),
            ("method = \"GET\"", "expected a word without quotes: `method = GET`"),
            ("method = a::b", "expected a word: `method = POST`"),
            ("output = 5", "expected a type: `output = Order`"),
            ("mcp = 5", "expected `true` or `false`: `mcp = true`"),
            ("tags = 5", "expected strings: `tags = [\"billing\"]`"),
            ("status = \"x\"", "expected a whole number: `status = 201`"),
            ("status = 404", "the status of a success is from 200 to 299"),
            ("status = 204, output = u8", "204 has no content, and `output` is declared"),
            ("timeout = \"soon\"", "expected a duration such as `\"5s\"`"),
            ("timeout = \"0s\"", "`timeout` must be more than nothing"),
            ("rate_limit = \"x\"", "expected a rate such as"),
            ("body_max = \"x\"", "expected a size such as"),
            ("retry = 1, idempotent", "the attempts, with the first, are from 2 to 10"),
            ("retry(delay = \"1s\"), idempotent", "`retry` needs the attempts"),
            ("retry(attempt = 3), idempotent", "unknown retry key `attempt`"),
            ("retry = 3", "a retry could do it twice"),
            ("deprecated(instead = \"x\")", "`deprecated` needs the day"),
            ("deprecated = \"soon\"", "expected a day such as"),
            (
                "deprecated(since = \"2027-02-01\", sunset = \"2027-01-01\")",
                "`sunset` is before `since` (\"2027-02-01\")",
            ),
            ("example(name = \"x\")", "an example needs both"),
            ("example(name = \"x\", params = \"[]\")", "the parameters of an example are"),
            ("path = \"x\"", "must begin with `/`"),
            ("path = \"/{x}\"", "the path names `{x}`, and there is no parameter `x`"),
            ("method = GET, effect = write", "a GET must be `effect = read`"),
            ("method = PUT, effect = read", "a PUT does not only read"),
            ("effect = read, idempotency_key = taken", "needs no idempotency key"),
            ("cache = \"5s\"", "only what reads can be kept"),
            ("effect = read, if_match", "`if_match` guards a change"),
            ("visibility = internal, mcp", "an internal operation is offered to nobody"),
            ("generic", "`generic` is for a struct with type parameters"),
            ("crate = \"not a path\"", "expected the path of a crate or module"),
        ];
        for (keys, expected) in cases {
            let told = operation_faults(keys, "");
            assert!(told[0].contains(expected), "{keys}: {told:?}");
            let notes = told.iter().skip(1).filter(|note| *note != "first given here").count();
            assert_eq!(notes, 0, "{keys}: {told:?}");
        }
    }

    #[test]
    fn each_mistake_in_a_parameter_is_told_once() {
        let cases = [
            ("minimum = 1", "u8", "unknown param key `minimum`; Arsenal calls it `min`"),
            ("rename = \"a b\"", "u8", "parameter name `a b` may hold only"),
            ("alias = \"\"", "u8", "a parameter's name must not be empty"),
            ("alias = \"one\"", "u8", "`one` is a name of this parameter already"),
            ("rename = \"dry_run\"", "u8", "`dry_run` is reserved"),
            ("alias = \"dry_run\"", "u8", "`dry_run` is reserved"),
            ("min = true", "u8", "`min` takes a number, a constant, or a text"),
            ("min = 3, max = 1", "u8", "`max` (1) is below `min` (3)"),
            ("min = 3, exclusive_max = 3", "u8", "`exclusive_max` (3) leaves nothing above"),
            ("min = 3, exclusive_min = 3", "u8", "`min` and `exclusive_min` are both given"),
            ("multiple_of = 0", "u8", "`multiple_of` must be more than 0"),
            ("min_len = -1", "String", "`min_len` is a whole number of at least 0"),
            ("min_len = 3, max_len = 1", "String", "`max_len` (1) is below `min_len` (3)"),
            ("pattern = \"[\"", "String", "`pattern` is not a valid regular expression"),
            ("one_of = []", "u8", "`one_of` is empty"),
            ("one_of = 5", "u8", "expected a list: `one_of = [\"a\", \"b\"]`"),
            ("one_of = [A]", "u8", "`one_of` is a list of literals"),
            ("one_of = [1, 1]", "u8", "1 is in `one_of` already"),
            ("default = 5, one_of = [1]", "u8", "the default 5 breaks the field's own `one_of`"),
            ("default = -1, min = 0", "i8", "the default -1 breaks the field's own `min = 0`"),
            ("default = 5, exclusive_max = 5", "u8", "own `exclusive_max = 5`"),
            ("default = 5, multiple_of = 2", "u8", "own `multiple_of = 2`"),
            ("default = \"ab\", max_len = 1", "String", "own `max_len = 1`"),
            ("default = [1], min_len = 2", "Vec<u8>", "own `min_len = 2`"),
            ("example = 5, max = 1", "u8", "the example 5 breaks the field's own `max = 1`"),
            ("example = A", "u8", "an example is a literal"),
            ("secret, default = \"x\"", "String", "a secret would be published"),
            ("required", "u8", "a parameter is required unless"),
            ("required", "Option<u8>", "`required` contradicts `Option<u8>`"),
            ("required, default", "u8", "`required` contradicts `default`"),
            ("flatten, rename = \"x\"", "Page", "the fields of a flattened struct say this"),
            ("foreign, min = 1", "u8", "`min` would not be checked on a `foreign` type"),
            ("foreign, with = X", "u8", "`foreign` and `with` both say how"),
            ("sort, page_size", "u8", "a parameter is `sort` or `page_size`, not both"),
            ("style = commas", "Vec<u8>", "`style` cannot be `commas`; did you mean `comma`?"),
            ("", "&'static str", "an operation must own its parameters: use `String`"),
            ("", "&'static u8", "use the type itself, not `&u8`"),
        ];
        for (keys, ty, expected) in cases {
            let told = operation_faults("", &field(keys, ty));
            assert_eq!(told.len(), 1, "{keys}: {told:?}");
            assert!(told[0].contains(expected), "{keys}: {told:?}");
        }
    }

    #[test]
    fn parameters_are_told_apart() {
        let cases = [
            (
                "/// A.\na: u8, /// B.\n#[param(alias = \"a\")] b: u8",
                "two parameters are named `a`",
            ),
            (
                "/// A.\n#[param(sort)] a: u8, /// B.\n#[param(sort)] b: u8",
                "only one parameter can be the `sort`",
            ),
            ("a: u8", "parameter `a` needs a doc comment"),
            ("/// A.\n#[param] a: u8", "expected `#[param(…)]`"),
            ("/// A.\n#[operation(x)] a: u8", "belongs on the struct"),
            ("/// A.\n#[serde(alias = \"x\")] a: u8", "use `#[param(alias = …)]`"),
            ("/// A.\n#[serde(with = \"x\")] a: u8", "use `#[param(with = Type)]`"),
        ];
        for (fields, expected) in cases {
            let told = operation_faults("", fields);
            assert!(told[0].contains(expected), "{fields}: {told:?}");
        }
    }

    #[test]
    fn what_is_no_operation_is_refused_by_its_kind() {
        let cases = [
            ("/// A.\n#[operation(category = \"a\")] enum A {}", "for structs only; put the enum"),
            (
                "/// A.\n#[operation(category = \"a\")] union A {}",
                "for structs only; put the union",
            ),
            ("/// A.\n#[operation(role = viewer, category = \"a\")] struct A(u8);", "need names"),
            (
                "/// A.\n#[operation(role = viewer, category = \"a\")] struct A<T> {}",
                "use `register!(A<Type>)`",
            ),
            (
                "/// A.\n#[operation(role = viewer, category = \"a\")] struct A<'a> {}",
                "use types without lifetimes",
            ),
            ("/// A.\n#[operation] struct A;", "expected `#[operation(…)]`"),
            ("#[operation(role = viewer, category = \"a\")] struct A;", "needs a doc comment"),
            ("/// A.\n#[operation(role = viewer)] struct A;", "an operation needs a category"),
            ("/// A.\n#[operation(category = \"a\")] struct A;", "an operation needs a role"),
            (
                "/// A.\n#[operation(role = viewer, category = \"a\")] #[param(x)] struct A;",
                "`#[param(…)]` belongs on a field",
            ),
            (
                "/// A.\n#[operation(role = viewer, category = \"a\")] #[params(x)] struct A;",
                "`#[params(…)]` is not for `Operation`",
            ),
            (
                "/// A.\n#[operation(role = viewer, category = \"a\")] #[serde(x)] struct A;",
                "`Operation` decodes from `#[param]`: remove this",
            ),
        ];
        for (source, expected) in cases {
            let told = faults(operation(source.parse().expect(source)));
            assert_eq!(told.len(), 1, "{source}: {told:?}");
            assert!(told[0].contains(expected), "{source}: {told:?}");
        }
    }

    #[test]
    fn the_other_derives_tell_theirs() {
        type Derived = fn(TokenStream) -> TokenStream;
        let cases: [(Derived, &str, &str); 13] = [
            (params, "enum A {}", "`Params` can be derived for structs only"),
            (params, "#[params(x)] struct A;", "unknown params key `x`"),
            (params, "#[operation(x)] struct A;", "`#[operation(…)]` is not for `Params`"),
            (params, "struct A<'a> { /// A.\n a: &'a str }", "a struct of parameters must own"),
            (choice, "struct A;", "`Choice` can be derived for enums only"),
            (choice, "enum A {}", "a `Choice` needs a variant"),
            (choice, "enum A<T> { B(T) }", "a `Choice` has no parameters"),
            (choice, "enum A { B(u8) }", "a variant of a `Choice` is a word"),
            (choice, "enum A { #[choice(rename = \"\")] B }", "a word must not be empty"),
            (choice, "enum A { B, #[choice(alias = \"b\")] C }", "two words are `b`"),
            (failure, "struct A;", "`Failure` can be derived for enums only"),
            (failure, "enum A { B }", "failure `B` needs a class"),
            (
                failure,
                "enum A { #[failure(class = conflict, code = \"b\")] B }",
                "code `b` may hold only `A-Z`, `0-9` and `_`; try `B`",
            ),
        ];
        for (derive, source, expected) in cases {
            let told = faults(derive(source.parse().expect(source)));
            assert!(told[0].contains(expected), "{source}: {told:?}");
        }
        let two = quote! {
            enum A {
                #[failure(class = conflict, code = "X")] B,
                #[failure(class = not_found, code = "X")] C,
            }
        };
        assert!(faults(failure(two))[0].contains("code `X` is given two classes"));
        assert_eq!(
            faults(output(
                quote!(x),
                &quote!(
                    struct A;
                )
            ))[0],
            "unknown output key `x`; the keys are `crate`"
        );
        assert!(
            !faults(operation(quote!(
                fn x() {}
            )))
            .is_empty()
        );
    }

    /// Every form of a declaration in one: what it becomes is kept as text.
    const WHOLE: &str = include_str!("../../tests/snapshots/declaration.txt");

    #[test]
    fn a_whole_expansion_is_kept_as_text() {
        let file: File = syn::parse_str(WHOLE).expect("the declaration parses");
        let mut expanded = TokenStream::new();
        for item in file.items {
            let item = item.to_token_stream();
            let derive = match item.to_string() {
                text if text.contains("# [operation") => operation,
                text if text.contains("# [failure") => failure,
                text if text.contains("# [choice") => choice,
                _ => params,
            };
            expanded.extend(derive(item));
        }
        let answer = quote!(
            struct Killed {
                pid: u64,
            }
        );
        expanded.extend(output(TokenStream::new(), &answer));
        assert_eq!(faults(expanded.clone()), Vec::<String>::new());
        let text = prettyplease::unparse(&syn::parse2(expanded).expect("items"));
        let place = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/snapshots/expansion.txt");
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(place, &text).expect("the snapshot can be written");
        }
        let kept = std::fs::read_to_string(place).unwrap_or_default();
        assert!(
            kept == text,
            "the expansion changed: look at it with UPDATE_SNAPSHOTS=1, git diff"
        );
    }
}
