//! What can be an operation or a struct of parameters at all, and which attributes it may carry.

use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Fields, GenericParam, Meta, Type};

use super::Derive;
use crate::faults::Faults;
use crate::model::Given;

/// Whether it is a struct; what else it is is a fault.
pub(super) fn is_struct(input: &DeriveInput, derive: Derive, faults: &mut Faults) -> bool {
    let name = derive.name();
    match &input.data {
        Data::Struct(data) => {
            if let Fields::Unnamed(fields) = &data.fields {
                let ident = &input.ident;
                let sentence =
                    format!("parameters need names: use `struct {ident} {{ field: Type }}`");
                faults.at(fields, sentence);
            }
            true
        }
        Data::Enum(data) => {
            let sentence =
                format!("`{name}` can be derived for structs only; put the enum in a field");
            faults.at(data.enum_token, sentence);
            false
        }
        Data::Union(data) => {
            let sentence =
                format!("`{name}` can be derived for structs only; put the union in a field");
            faults.at(data.union_token, sentence);
            false
        }
    }
}

/// Attributes that belong elsewhere, or to another crate.
pub(super) fn misplaced(input: &DeriveInput, derive: Derive, faults: &mut Faults) {
    let own = match derive {
        Derive::Operation => "operation",
        Derive::Params => "params",
        Derive::EntryPoint => "entry_point",
    };
    for attribute in &input.attrs {
        let name = name_of(attribute);
        match name.as_str() {
            "param" => faults.at(
                attribute,
                format!("`#[param(…)]` belongs on a field; a struct takes `#[{own}(…)]`"),
            ),
            "operation" | "params" | "entry_point" if name != own => faults.at(
                attribute,
                format!("`#[{name}(…)]` is not for `{}`: use `#[{own}(…)]`", derive.name()),
            ),
            "serde" => serde_refused(attribute, derive.name(), faults),
            _ => {}
        }
    }
    for attribute in super::fields::of(input).flat_map(|field| &field.attrs) {
        let name = name_of(attribute);
        match name.as_str() {
            "operation" | "params" | "entry_point" => faults.at(
                attribute,
                format!("`#[{name}(…)]` belongs on the struct; a field takes `#[param(…)]`"),
            ),
            "serde" => serde_refused(attribute, derive.name(), faults),
            _ => {}
        }
    }
}

fn name_of(attribute: &Attribute) -> String {
    attribute.path().get_ident().map(ToString::to_string).unwrap_or_default()
}

/// Refuses serde's attributes on an enum of words and its variants.
pub(super) fn no_serde(input: &DeriveInput, derive: &str, faults: &mut Faults) {
    let variants = match &input.data {
        Data::Enum(data) => Some(&data.variants),
        _ => None,
    };
    let inner = variants.into_iter().flatten().flat_map(|variant| &variant.attrs);
    for attribute in input.attrs.iter().chain(inner).filter(|a| name_of(a) == "serde") {
        serde_refused(attribute, derive, faults);
    }
}

fn serde_refused(attribute: &Attribute, derive: &str, faults: &mut Faults) {
    let first = match &attribute.meta {
        Meta::List(list) => list.tokens.clone().into_iter().next(),
        _ => None,
    };
    let own = if derive == "Choice" { "choice" } else { "param" };
    let instead = match first.map(|token| token.to_string()).unwrap_or_default().as_str() {
        key @ ("rename" | "alias") => format!("use `#[{own}({key} = …)]`"),
        key @ ("default" | "flatten") => format!("use `#[{own}({key})]`"),
        "with" | "deserialize_with" | "serialize_with" => "use `#[param(with = Type)]`".to_owned(),
        "deny_unknown_fields" => "unknown fields are refused already".to_owned(),
        _ => "remove this".to_owned(),
    };
    faults.at(attribute, format!("`{derive}` decodes from `#[{own}]`: {instead}"));
}

/// Type parameters, lifetimes and references.
pub(super) fn generics(
    input: &DeriveInput,
    derive: Derive,
    generic: Option<&Given<()>>,
    faults: &mut Faults,
) {
    let borrowed: Vec<&Type> =
        super::fields::of(input).map(|field| &field.ty).filter(|ty| is_reference(ty)).collect();
    for ty in &borrowed {
        let owned = match reference_target(ty).as_str() {
            "str" => "use `String`, not `&str`".to_owned(),
            target => format!("use the type itself, not `&{target}`"),
        };
        faults.at(ty, format!("{} must own its parameters: {owned}", derive.noun()));
    }
    let mut types = 0;
    for param in &input.generics.params {
        match param {
            GenericParam::Lifetime(lifetime) if borrowed.is_empty() => {
                let sentence = "must own its parameters: use types without lifetimes";
                faults.at(lifetime, format!("{} {sentence}", derive.noun()));
            }
            GenericParam::Lifetime(_) => {}
            param => {
                types += 1;
                if derive == Derive::Operation && generic.is_none() && types == 1 {
                    let ident = &input.ident;
                    let sentence = format!(
                        "a generic struct cannot be collected at link time; use \
                         `register!({ident}<Type>)` for each type, and say so: \
                         `#[operation(generic)]`"
                    );
                    faults.at(param, sentence);
                }
            }
        }
    }
    if let Some(given) = generic.filter(|_| types == 0) {
        faults.at(&given.key, "`generic` is for a struct with type parameters: remove it");
    }
}

fn is_reference(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_reference(&group.elem),
        Type::Paren(paren) => is_reference(&paren.elem),
        ty => matches!(ty, Type::Reference(_)),
    }
}

fn reference_target(ty: &Type) -> String {
    match ty {
        Type::Group(group) => reference_target(&group.elem),
        Type::Paren(paren) => reference_target(&paren.elem),
        Type::Reference(reference) => reference.elem.to_token_stream().to_string(),
        _ => String::new(),
    }
}
