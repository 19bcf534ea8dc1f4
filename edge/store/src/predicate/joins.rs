//! The records that a condition reads through references, as tables beside the object's own. Each is joined by its
//! primary key to the one row that refers to it, so that no row comes twice, and where there is none its columns are
//! null, as the path is in FEEL. Their columns have names of their own: the rest of a statement need not know of them.

use std::collections::BTreeMap;

use feel::Path;
use records::{ObjectDef, Selection};

use crate::column::{NoColumn, Operand, Reading, field_column, operand, table};
use crate::sql::Sql;

/// What stands beside the object's own table.
pub(super) struct Joins<'a> {
    object: &'a ObjectDef,
    selection: &'a Selection,
    tables: Vec<Join>,
    // INVARIANT: by the references that lead there, the index in `tables`.
    places: BTreeMap<Path, usize>,
    operands: BTreeMap<Path, Operand>,
}

/// A table that is joined by its key.
struct Join {
    table: String,
    /// The column that refers to it, by its name in the statement.
    from: String,
    /// The columns that are read, and their names in the statement.
    columns: BTreeMap<String, String>,
}

impl<'a> Joins<'a> {
    /// What the selection's predicate reads.
    pub(super) fn new(object: &'a ObjectDef, selection: &'a Selection) -> Result<Self, NoColumn> {
        let (places, operands) = (BTreeMap::new(), BTreeMap::new());
        let mut joins = Self { object, selection, tables: Vec::new(), places, operands };
        for path in selection.predicate().paths() {
            if operand(object, path).is_err() && !joins.operands.contains_key(path) {
                let operand = joins.referred(path)?;
                joins.operands.insert(path.clone(), operand);
            }
        }
        Ok(joins)
    }

    /// Adds the tables.
    pub(super) fn write(&self, sql: &mut Sql) {
        for (index, Join { table, from, columns }) in self.tables.iter().enumerate() {
            sql.push(&format!(" LEFT JOIN (SELECT key AS r{index}_key"));
            for (column, name) in columns {
                sql.push(&format!(", {column} AS {name}"));
            }
            sql.push(&format!(" FROM {table}) AS r{index} ON r{index}_key = {from}"));
        }
    }

    /// What a path of the predicate reads.
    pub(super) fn operand(&self, path: &Path) -> Result<Operand, NoColumn> {
        self.operands.get(path).map_or_else(|| operand(self.object, path), |it| Ok(it.clone()))
    }

    fn referred(&mut self, path: &Path) -> Result<Operand, NoColumn> {
        // The key of a reference stands in the row that has the reference.
        let end = match &**path {
            [before @ .., _, key] if &**key == "key" => before.len(),
            all => all.len().saturating_sub(1),
        };
        let missing = || NoColumn { path: path.to_string(), object: self.object.name.to_string() };
        let (Some(references), Some(rest)) = (path.get(..end), path.get(end..)) else {
            return Err(missing());
        };
        let target = self.selection.objects().get(references).ok_or_else(missing)?;
        let found = operand(target, rest)?;
        let place = self.place(path, end).ok_or_else(missing)?;
        let column = self.column(place, found.column);
        let reading = match found.reading {
            Reading::Money { currency } => {
                Reading::Money { currency: self.column(place, currency) }
            }
            other => other,
        };
        Ok(Operand { column, reading })
    }

    /// The table to which the first `depth` references of a path lead.
    fn place(&mut self, path: &Path, depth: usize) -> Option<usize> {
        let references = path.get(..depth)?;
        if let Some(place) = self.places.get(references) {
            return Some(*place);
        }
        let (name, before) = references.split_last()?;
        let column = field_column(name);
        let from = match before {
            [] => column,
            before => {
                let place = self.place(path, before.len())?;
                self.column(place, column)
            }
        };
        let table = table(&self.selection.objects().get(references)?.name);
        self.tables.push(Join { table, from, columns: BTreeMap::new() });
        let place = self.tables.len() - 1;
        self.places.insert(Path::new(references.iter().cloned()), place);
        Some(place)
    }

    /// The name in the statement of a column of a joined table.
    fn column(&mut self, place: usize, column: String) -> String {
        match self.tables.get_mut(place) {
            None => column,
            Some(join) => {
                let name = format!("r{place}_{}", join.columns.len());
                join.columns.entry(column).or_insert(name).clone()
            }
        }
    }
}
