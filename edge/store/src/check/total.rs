//! Declared totals: what a field says it adds up, added up again. The field is kept by processes as they go,
//! so that one row is enough to decide; here every row that counts is read.

use std::collections::BTreeMap;

use base::Currency;
use feel::Path;
use feel::predicate::Predicate;
use records::{FieldDef, FieldKind, ObjectDef, TotalOf};
use runtime::port::StoreError;

use super::{Inspect, Report};
use crate::archive::Cell;
use crate::column::{NoColumn, Operand, currency_column, field_column, operand, table};
use crate::predicate::condition_by;
use crate::sql::{Param, Sql, quoted};

/// Records that are compared at once.
const PAGE: i64 = 500;
/// Whole numbers are added up in two halves, so that no database runs over whatever stands in the rows.
const HALF: i128 = 1_000_000_000;

/// A total and what it is made of.
struct Total<'a> {
    owner: &'a ObjectDef,
    field: &'a FieldDef,
    of: &'a TotalOf,
    counted: &'a ObjectDef,
    condition: Predicate,
    objects: &'a [ObjectDef],
}

/// A stored amount, or a sum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Amount {
    value: i128,
    /// Of money: every currency that is in it.
    currencies: Vec<String>,
}

/// Adds up every declared total of the object, and compares.
pub(super) fn check(
    read: &dyn Inspect,
    owner: &ObjectDef,
    objects: &[ObjectDef],
    report: &mut Report,
) -> Result<(), StoreError> {
    for field in &owner.fields {
        let Some(of) = &field.total_of else { continue };
        let counted = objects.iter().find(|object| object.name == of.object);
        match counted.map(|counted| (counted, of.condition())) {
            Some((counted, Ok(condition))) => {
                report.totals += 1;
                Total { owner, field, of, counted, condition, objects }.check(read, report)?;
            }
            Some((_, Err(rest))) => {
                report.add("object", format!("object `{}`", owner.name), told(field, &rest));
            }
            None => {
                let rest = format!("adds up `{}`, which is not there", of.object);
                report.add("object", format!("object `{}`", owner.name), told(field, &rest));
            }
        }
    }
    Ok(())
}

fn told(field: &FieldDef, rest: &str) -> String {
    format!("`{}` {rest}", field.name)
}

impl Total<'_> {
    fn check(&self, read: &dyn Inspect, report: &mut Report) -> Result<(), StoreError> {
        let mut after = i64::MIN;
        loop {
            let stored = self.stored(read, after)?;
            let (Some((&first, _)), Some((&last, _))) =
                (stored.first_key_value(), stored.last_key_value())
            else {
                return Ok(());
            };
            let mut sums = self.sums(read, first, last)?;
            for (key, stored) in stored {
                let expected = sums.remove(&key).unwrap_or_default();
                if let Some(what) = self.difference(&stored, &expected) {
                    report.add("total", format!("{} {key}", self.owner.name), what);
                }
            }
            after = last;
        }
    }

    /// What a page of records says, by key.
    fn stored(&self, read: &dyn Inspect, after: i64) -> Result<BTreeMap<i64, Amount>, StoreError> {
        let (from, value) = (table(&self.owner.name), field_column(&self.field.name));
        let currency =
            if self.is_money() { currency_column(&self.field.name) } else { "NULL".to_owned() };
        let rows = read.ask(&format!(
            "SELECT key, {value}, CAST({currency} AS TEXT) FROM {from} WHERE key > {after}
             ORDER BY key LIMIT {PAGE}"
        ))?;
        let amounts = rows.iter().filter_map(|row| {
            let [Cell::Integer(key), value, currency] = row.as_slice() else { return None };
            let currencies = text(currency).into_iter().collect();
            Some((*key, Amount { value: number(value), currencies }))
        });
        Ok(amounts.collect())
    }

    /// What the records that count add up to, for the records with keys from `first` to `last`.
    fn sums(
        &self,
        read: &dyn Inspect,
        first: i64,
        last: i64,
    ) -> Result<BTreeMap<i64, Amount>, StoreError> {
        let (parent, value) = (field_column(&self.of.reference), field_column(&self.of.field));
        let currency = if self.is_money() {
            format!("counted.{}", currency_column(&self.of.field))
        } else {
            "CAST(NULL AS TEXT)".to_owned()
        };
        let mut sql = Sql::of(
            read.dialect(),
            format!(
                "SELECT counted.{parent}, CAST(sum(counted.{value} / {HALF}) AS BIGINT),
                 CAST(sum(counted.{value} % {HALF}) AS BIGINT), min({currency}), max({currency})
                 FROM {} AS counted{}
                 WHERE counted.{value} IS NOT NULL AND counted.{parent} BETWEEN ",
                table(&self.counted.name),
                self.joins()
            ),
        );
        sql.bind(Param::Integer(first)).push(" AND ").bind(Param::Integer(last)).push(" AND ");
        condition_by(&|path| self.operand(path), &self.condition, &mut sql)
            .map_err(|error| StoreError::Broken(error.to_string()))?;
        sql.push(&format!(" GROUP BY counted.{parent}"));
        let rows = read.ask_sql(&sql)?;
        let sums = rows.iter().filter_map(|row| {
            let [Cell::Integer(parent), high, low, least, most] = row.as_slice() else {
                return None;
            };
            let value = number(high) * HALF + number(low);
            let mut currencies: Vec<String> = text(least).into_iter().chain(text(most)).collect();
            currencies.dedup();
            Some((*parent, Amount { value, currencies }))
        });
        Ok(sums.collect())
    }

    /// The records that the counted ones refer to, each by the name of the reference.
    fn joins(&self) -> String {
        let joins = self.counted.references().filter_map(|(_, field, target)| {
            let target = self.objects.iter().find(|object| object.name == *target)?;
            let (to, column) = (table(&target.name), field_column(&field.name));
            let alias = alias(&field.name);
            Some(format!(" LEFT JOIN {to} AS {alias} ON {alias}.key = counted.{column}"))
        });
        joins.collect()
    }

    /// What a path of the condition reads: a field of the counted record, or of one that it refers to.
    fn operand(&self, path: &Path) -> Result<Operand, NoColumn> {
        let own = operand(self.counted, path);
        if own.is_ok() {
            return own.map(|it| it.in_table("counted"));
        }
        let referred = match &**path {
            [reference, rest @ ..] => self
                .counted
                .field(reference)
                .and_then(|field| field.kind.referenced_object())
                .and_then(|target| self.objects.iter().find(|object| object.name == *target))
                .map(|target| (reference, operand(target, rest))),
            [] => None,
        };
        match referred {
            Some((reference, Ok(found))) => Ok(found.in_table(&alias(reference))),
            Some((_, Err(_))) | None => own,
        }
    }

    fn is_money(&self) -> bool {
        matches!(self.field.kind, FieldKind::Money { .. })
    }

    /// What is wrong, where something is. A currency beside nothing stands for nothing.
    fn difference(&self, stored: &Amount, expected: &Amount) -> Option<String> {
        let mut currencies = expected.currencies.clone();
        currencies.extend(stored.currencies.iter().cloned());
        currencies.sort();
        currencies.dedup();
        let is_mixed = currencies.len() > 1 && !expected.currencies.is_empty();
        (stored.value != expected.value || is_mixed).then(|| {
            format!(
                "`{}` is {}, and `{}` of what counts of `{}` adds up to {}",
                self.field.name,
                self.shown(stored),
                self.of.field,
                self.of.object,
                self.shown(expected)
            )
        })
    }

    fn shown(&self, amount: &Amount) -> String {
        let codes = amount.currencies.join(" and ");
        let digits = match (&self.field.kind, amount.currencies.as_slice()) {
            (FieldKind::Money { currency }, []) => currency.map_or(2, Currency::digits),
            (FieldKind::Money { .. }, [code, ..]) => {
                code.parse().map_or(2, |currency: Currency| currency.digits())
            }
            (kind, _) => kind.scale().map_or(0, u32::from),
        };
        let number = decimal(amount.value, digits);
        if codes.is_empty() { number } else { format!("{number} {codes}") }
    }
}

/// The name by which a record that is referred to is joined.
fn alias(reference: &str) -> String {
    quoted(&format!("by_{reference}"))
}

fn number(cell: &Cell) -> i128 {
    match cell {
        Cell::Integer(number) => i128::from(*number),
        Cell::Text(_) | Cell::Bytes(_) | Cell::Null => 0,
    }
}

fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.clone()),
        Cell::Integer(_) | Cell::Bytes(_) | Cell::Null => None,
    }
}

/// `1250` with two digits is `12.50`.
fn decimal(value: i128, digits: u32) -> String {
    let one = 10_u128.pow(digits.min(9));
    let (whole, rest) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
    let sign = if value < 0 { "-" } else { "" };
    match digits {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest:0width$}", width = digits as usize),
    }
}
