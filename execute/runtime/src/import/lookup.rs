//! Keys by unique fields, looked up for many rows in one read, and kept as long as they cannot change
//! by the import itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Actor, Permission};
use base::Key;
use records::import::{Keys, Wanted};

use crate::{CommandError, Runtime};

/// How many keys are kept for the rows to come.
const KEPT_MAX: usize = 100_000;

/// Object, unique field, text.
type Name = (Arc<str>, Arc<str>, Arc<str>);

/// What is known of records by unique fields.
#[derive(Debug)]
pub(super) struct Lookup {
    /// The object that is imported; its records appear during the import.
    own: Arc<str>,
    known: BTreeMap<Name, Option<Key>>,
}

impl Lookup {
    pub(super) fn new(own: Arc<str>) -> Self {
        Self { own, known: BTreeMap::new() }
    }

    /// Looks up what is not known yet.
    pub(super) async fn load(
        &mut self,
        runtime: &Runtime,
        actor: &Actor,
        wanted: Vec<Wanted>,
    ) -> Result<(), CommandError> {
        self.forget();
        let mut missing: BTreeMap<Name, Wanted> = BTreeMap::new();
        for wanted in wanted {
            let name = name_of(&wanted);
            if !self.known.contains_key(&name) {
                missing.insert(name, wanted);
            }
        }
        let mut by_object: BTreeMap<Arc<str>, Vec<(Name, Wanted)>> = BTreeMap::new();
        for (name, wanted) in missing {
            by_object.entry(Arc::clone(&wanted.object.name)).or_default().push((name, wanted));
        }
        for (object, wanted) in by_object {
            let permission = Permission::ReadRecords(object);
            let found = runtime.read(actor, &permission, move |read| {
                let find = |(name, wanted): (Name, Wanted)| {
                    let record = read.record_by(&wanted.object, &wanted.field, &wanted.value)?;
                    Ok((name, record.map(|record| record.key)))
                };
                wanted.into_iter().map(find).collect::<Result<Vec<_>, _>>()
            });
            self.known.extend(found.await?);
        }
        Ok(())
    }

    /// Forgets what the import itself may have made, and everything where it is too much.
    fn forget(&mut self) {
        if self.known.len() > KEPT_MAX {
            self.known.clear();
        }
        let own = &self.own;
        self.known.retain(|(object, ..), _| object != own);
    }

    pub(super) fn find(&self, wanted: &Wanted) -> Option<Key> {
        self.known.get(&name_of(wanted)).copied().flatten()
    }
}

impl Keys for Lookup {
    fn key(&self, object: &str, field: &str, text: &str) -> Option<Key> {
        self.known.get(&(object.into(), field.into(), text.into())).copied().flatten()
    }
}

fn name_of(wanted: &Wanted) -> Name {
    (Arc::clone(&wanted.object.name), Arc::clone(&wanted.field), Arc::clone(&wanted.text))
}
