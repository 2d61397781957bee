//! Which definition stands for which struct: one name each, the same in every build.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::params::{ForeignSpec, Shape, StructSpec};

/// The structs below a root, by name, and the definitions of foreign types.
pub(super) struct Names {
    structs: Vec<Named>,
    generator: SchemaGenerator,
}

struct Named {
    table: &'static StructSpec,
    name: String,
    is_used: bool,
}

impl Names {
    /// Looks at everything below the root, and names it.
    ///
    /// Foreign types come first, since schemars names those and looks at no name of ours.
    pub(super) fn of(root: &'static StructSpec) -> Self {
        let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
        let mut names = Self { structs: Vec::new(), generator };
        names.structs.push(Named { table: root, name: String::new(), is_used: false });
        names.visit_fields(root);
        for at in 0..names.structs.len() {
            names.structs[at].name = names.free_name(names.structs[at].table.name);
        }
        names
    }

    /// A reference to the struct's definition.
    pub(super) fn reference(&mut self, table: &'static StructSpec) -> Map<String, Value> {
        let mut reference = Map::new();
        if let Some(named) = self.structs.iter_mut().find(|named| named.table.is_same(table)) {
            named.is_used = true;
            reference.insert("$ref".to_owned(), format!("#/$defs/{}", named.name).into());
        }
        reference
    }

    /// The schema of a foreign type, or a reference to it.
    pub(super) fn foreign(&mut self, spec: &ForeignSpec) -> Schema {
        (spec.schema)(&mut self.generator)
    }

    /// Every definition that is referred to.
    pub(super) fn into_definitions(mut self) -> Map<String, Value> {
        let mut definitions = Map::new();
        // Writing a definition may refer to another one, before it or after.
        while let Some(named) = self
            .structs
            .iter()
            .find(|named| named.is_used && !definitions.contains_key(&named.name))
        {
            let (name, table) = (named.name.clone(), named.table);
            definitions.insert(name, Value::Object(self.object(table)));
        }
        definitions.append(self.generator.definitions_mut());
        definitions.sort_keys();
        definitions
    }

    fn visit_fields(&mut self, table: &'static StructSpec) {
        for field in table.fields {
            self.visit(field.shape);
        }
    }

    fn visit(&mut self, shape: &'static Shape) {
        match shape.inner() {
            Shape::List { item, .. } => self.visit(item),
            Shape::Map { value, .. } => self.visit(value),
            Shape::Foreign(spec) => drop(self.foreign(spec)),
            Shape::Struct(table) => {
                let table = table();
                if self.structs.iter().any(|named| named.table.is_same(table)) {
                    return;
                }
                // A flattened struct is looked through all the same: it may be used twice.
                self.structs.push(Named { table, name: String::new(), is_used: false });
                self.visit_fields(table);
            }
            _ => {}
        }
    }

    fn free_name(&self, wanted: &str) -> String {
        let is_free = |name: &str| {
            !self.generator.definitions().contains_key(name)
                && self.structs.iter().all(|named| named.name != name)
        };
        let mut name = wanted.to_owned();
        let mut number = 2;
        while !is_free(&name) {
            name = format!("{wanted}{number}");
            number += 1;
        }
        name
    }
}
