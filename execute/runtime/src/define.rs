//! Defines objects: the whole schema has to fit together before any of it is written.

use std::sync::Arc;

use records::{ObjectDef, Schema, SchemaProblem};
use turn::Catalogue;

use crate::CommandError;
use crate::error::ResourceProblem;
use crate::port::CatalogueWrite;

/// The schema with these objects, and what is to be written for it. Objects that are defined so
/// already are left alone.
pub(crate) fn define(
    objects: &[ObjectDef],
    catalogue: &Catalogue,
) -> Result<(Schema, Vec<CatalogueWrite>), CommandError> {
    let mut all: Vec<ObjectDef> =
        catalogue.schema.objects().map(|object| object.as_ref().clone()).collect();
    for object in objects {
        all.retain(|known| known.name != object.name);
        all.push(object.clone());
    }
    let schema = Schema::new(all).map_err(|problems| {
        CommandError::Invalid(problems.into_iter().map(|it| problem(it, objects)).collect())
    })?;
    let is_new = |object: &&ObjectDef| {
        catalogue.schema.object(&object.name).map(AsRef::as_ref) != Some(*object)
    };
    let unknown: Vec<SchemaProblem> =
        objects.iter().filter(is_new).flat_map(records::unknown_currencies).collect();
    if !unknown.is_empty() {
        return Err(CommandError::Invalid(
            unknown.into_iter().map(|it| problem(it, objects)).collect(),
        ));
    }
    let changed = objects.iter().filter_map(|object| {
        let before = catalogue.schema.object(&object.name).map(Arc::clone);
        let object = Arc::clone(schema.object(&object.name)?);
        (before.as_ref() != Some(&object)).then_some(CatalogueWrite::Object { before, object })
    });
    let writes = changed.collect();
    Ok((schema, writes))
}

fn problem(problem: SchemaProblem, objects: &[ObjectDef]) -> ResourceProblem {
    let first = objects.first().map(|object| Arc::clone(&object.name));
    let resource = problem.object.or(first).unwrap_or_else(|| Arc::from("schema"));
    ResourceProblem {
        resource,
        element: problem.field,
        line: 0,
        column: 0,
        message: problem.message,
    }
}
