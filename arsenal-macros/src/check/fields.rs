//! The parameters: their names, docs and ways.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Field as SynField, Fields, LitStr, Type};

use super::{Derive, constraints, word};
use crate::attr;
use crate::case;
use crate::faults::Faults;
use crate::literal::shown;
use crate::model::{Absence, Field, FieldRole, Given, Literal, RawParam, Slot, Way};

/// The fields of a struct with named fields; nothing of any other.
pub(super) fn of(input: &DeriveInput) -> impl Iterator<Item = &SynField> {
    let named = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Some(&fields.named),
            _ => None,
        },
        _ => None,
    };
    named.into_iter().flatten()
}

/// Checks every field by itself, and their names together.
pub(super) fn check(input: &DeriveInput, derive: Derive, faults: &mut Faults) -> Vec<Field> {
    let fields: Vec<Field> = of(input).filter_map(|field| one(field, derive, faults)).collect();
    distinct_names(&fields, faults);
    distinct_roles(&fields, faults);
    fields
}

fn one(field: &SynField, derive: Derive, faults: &mut Faults) -> Option<Field> {
    let ident = field.ident.as_ref()?;
    let (raw, _) = attr::read::<RawParam>(&field.attrs, faults);
    let wire = wire_name(ident, &raw, faults);
    let aliases = aliases(&raw, faults);
    if derive == Derive::Operation {
        reserved(ident, &raw, (&wire, &aliases), faults);
    }
    together(&raw, &field.ty, faults);
    let constraints = constraints::check(&raw, faults);
    constraints::values(&raw, &constraints, faults);
    Some(Field {
        doc: doc(field, ident, &raw, faults),
        way: way(&raw),
        absence: absence(&raw),
        constraints,
        example: example(&raw, faults),
        deprecated: raw.deprecated.as_ref().map(|given| {
            given.value.as_ref().map_or_else(|| "deprecated".to_owned(), LitStr::value)
        }),
        flatten: raw.flatten.is_some(),
        secret: raw.secret.is_some(),
        comma: word::of(&raw.style, word::STYLES, faults)
            .filter(|style| style == "Comma")
            .and_then(|_| raw.style.as_ref().map(|given| given.key.clone())),
        role: role(&raw),
        validate: raw.validate.as_ref().map(|given| given.value.clone()),
        in_path: false,
        ident: ident.clone(),
        ty: field.ty.clone(),
        wire,
        aliases,
    })
}

fn doc(field: &SynField, ident: &Ident, raw: &RawParam, faults: &mut Faults) -> TokenStream {
    let doc = crate::doc::read(&field.attrs);
    if doc.is_none() && raw.flatten.is_none() {
        let name = case::plain(ident);
        let sentence = format!(
            "parameter `{name}` needs a doc comment: it is the description that callers see"
        );
        faults.at(ident, sentence);
    }
    doc.unwrap_or_else(|| quote!(""))
}

fn wire_name(ident: &Ident, raw: &RawParam, faults: &mut Faults) -> String {
    let Some(given) = &raw.rename else { return case::plain(ident) };
    checked_name(&given.value, faults)
}

fn aliases(raw: &RawParam, faults: &mut Faults) -> Vec<String> {
    let texts = raw.alias.as_ref().map(|given| given.value.as_slice()).unwrap_or_default();
    texts.iter().map(|text| checked_name(text, faults)).collect()
}

fn checked_name(text: &LitStr, faults: &mut Faults) -> String {
    let name = text.value();
    let allowed = |c: char| c.is_alphanumeric() || "_-.$@".contains(c);
    if name.is_empty() {
        faults.at(text, "a parameter's name must not be empty");
    } else if !name.chars().all(allowed) {
        let sentence = format!(
            "parameter name `{name}` may hold only letters, digits, `_`, `-`, `.`, `$`, `@`"
        );
        faults.at(text, sentence);
    }
    name
}

fn reserved(
    ident: &Ident,
    raw: &RawParam,
    (wire, aliases): (&String, &[String]),
    faults: &mut Faults,
) {
    let sentence = "`dry_run` is reserved: every operation has it, and `plan` answers it";
    if wire == "dry_run" {
        match &raw.rename {
            Some(given) => faults.at(&given.value, sentence),
            None => faults.at(ident, sentence),
        }
    } else if let (Some(given), true) = (&raw.alias, aliases.iter().any(|a| a == "dry_run")) {
        faults.at(&given.key, sentence);
    }
}

fn way(raw: &RawParam) -> Way {
    match (&raw.with, &raw.foreign) {
        (Some(given), _) => Way::With(Box::new(given.value.clone())),
        (None, Some(_)) => Way::Foreign,
        (None, None) => Way::Own,
    }
}

fn absence(raw: &RawParam) -> Absence {
    match &raw.default {
        None => Absence::ByType,
        Some(Given { value: None, .. }) => Absence::Std,
        Some(Given { value: Some(expr), .. }) => {
            let expr = attr::ungroup(expr.clone());
            match Literal::of(&expr) {
                Some(literal) => Absence::Literal(literal, syn::spanned::Spanned::span(&expr)),
                None => Absence::Expr(expr),
            }
        }
    }
}

fn example(raw: &RawParam, faults: &mut Faults) -> Option<String> {
    let given = raw.example.as_ref()?;
    let literal = Literal::of(&given.value);
    if literal.is_none() {
        faults.at(&given.value, "an example is a literal, or a list of literals");
    }
    literal.map(|literal| literal.json())
}

fn role(raw: &RawParam) -> FieldRole {
    if raw.sort.is_some() {
        FieldRole::Sort
    } else if raw.page_size.is_some() {
        FieldRole::PageSize
    } else if raw.page_token.is_some() {
        FieldRole::PageToken
    } else {
        FieldRole::Plain
    }
}

/// Keys of one field that contradict one another.
fn together(raw: &RawParam, ty: &Type, faults: &mut Faults) {
    secrets(raw, faults);
    required(raw, ty, faults);
    flattened(raw, faults);
    ways(raw, faults);
    let roles = [&raw.sort, &raw.page_size, &raw.page_token];
    let given: Vec<&Ident> = roles.into_iter().flatten().map(|given| &given.key).collect();
    if let [first, second, ..] = given.as_slice() {
        faults.at(second, format!("a parameter is `{first}` or `{second}`, not both"));
    }
}

fn secrets(raw: &RawParam, faults: &mut Faults) {
    if raw.secret.is_none() {
        return;
    }
    let keys = [raw.example.as_ref().map(|g| &g.key), raw.default.as_ref().map(|g| &g.key)];
    for key in keys.into_iter().flatten() {
        faults.at(key, format!("a secret would be published in the schema: remove `{key}`"));
    }
}

fn required(raw: &RawParam, ty: &Type, faults: &mut Faults) {
    let Some(Given { key, .. }) = &raw.required else { return };
    let sentence = if raw.default.is_some() {
        "`required` contradicts `default`: remove one of them".to_owned()
    } else if looks_optional(ty) {
        let ty = shown(ty);
        format!("`required` contradicts `{ty}`: remove it, or the `Option`")
    } else {
        "a parameter is required unless its type is an `Option` or it has a `default`: remove \
         `required`"
            .to_owned()
    };
    faults.at(key, sentence);
}

/// Only for the wording of a fault: what a type is, the compiler decides.
fn looks_optional(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => looks_optional(&group.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Option"),
        _ => false,
    }
}

fn flattened(raw: &RawParam, faults: &mut Faults) {
    if raw.flatten.is_none() {
        return;
    }
    for key in constraints::keys(raw).into_iter().chain(other_keys(raw)) {
        let sentence =
            format!("the fields of a flattened struct say this themselves: remove `{key}`");
        faults.at(key, sentence);
    }
}

fn other_keys(raw: &RawParam) -> impl Iterator<Item = &Ident> {
    fn key<T>(slot: &Slot<T>) -> Option<&Ident> {
        slot.as_ref().map(|given| &given.key)
    }
    [
        key(&raw.rename),
        key(&raw.alias),
        key(&raw.default),
        key(&raw.example),
        key(&raw.secret),
        key(&raw.deprecated),
        key(&raw.validate),
        key(&raw.foreign),
        key(&raw.with),
        key(&raw.style),
        key(&raw.sort),
        key(&raw.page_size),
        key(&raw.page_token),
    ]
    .into_iter()
    .flatten()
}

fn ways(raw: &RawParam, faults: &mut Faults) {
    let Some(foreign) = &raw.foreign else { return };
    if let Some(with) = &raw.with {
        faults.at(&with.key, "`foreign` and `with` both say how the type is read: keep one");
    }
    for key in constraints::keys(raw) {
        let sentence = format!(
            "`{key}` would not be checked on a `{}` type: use `validate`, or a type of your own",
            foreign.key
        );
        faults.at(key, sentence);
    }
}

/// Every name stands for one parameter.
fn distinct_names(fields: &[Field], faults: &mut Faults) {
    let mut seen: Vec<(&str, &Ident)> = Vec::new();
    for field in fields.iter().filter(|field| !field.flatten) {
        let names = std::iter::once(&field.wire).chain(&field.aliases);
        for name in names {
            match seen.iter().find(|(known, _)| known == name) {
                Some((_, first)) if **first == field.ident => {
                    faults
                        .at(&field.ident, format!("`{name}` is a name of this parameter already"));
                }
                Some((_, first)) => faults.with_note(
                    (&field.ident, format!("two parameters are named `{name}`")),
                    (first, "the first one is here"),
                ),
                None => seen.push((name, &field.ident)),
            }
        }
    }
}

fn distinct_roles(fields: &[Field], faults: &mut Faults) {
    let named = [
        (FieldRole::Sort, "sort"),
        (FieldRole::PageSize, "page_size"),
        (FieldRole::PageToken, "page_token"),
    ];
    for (role, name) in named {
        for second in fields.iter().filter(|field| field.role == role).skip(1) {
            faults.at(&second.ident, format!("only one parameter can be the `{name}`"));
        }
    }
}
