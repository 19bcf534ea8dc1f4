//! The standard objects and the order pack are legal, and every row of the pack can be entered as
//! it stands: references name earlier rows, unique values differ, a person may write them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Key, Timestamp};
use records::import::{Mapping, Plan, RowReader};
use records::{
    FieldDefault, FieldKind, FieldValue, Input, ObjectDef, Origin, Schema, create, view,
};
use serde_json::Value as Json;

const OBJECTS: [&str; 8] = [
    include_str!("../../../objects/user.json"),
    include_str!("../../../objects/team.json"),
    include_str!("../../../objects/task.json"),
    include_str!("../../../packs/orders/objects/account.json"),
    include_str!("../../../packs/orders/objects/contact.json"),
    include_str!("../../../packs/orders/objects/product.json"),
    include_str!("../../../packs/orders/objects/order.json"),
    include_str!("../../../packs/orders/objects/order_line.json"),
];
const PACK: &str = include_str!("../../../packs/orders/pack.json");
const RECORDS: &str = include_str!("../../../packs/orders/records.json");
const ORDER_IMPORT: &str = include_str!("../../../packs/orders/imports/order.json");

fn schema() -> Schema {
    let read =
        |text: &str| ObjectDef::from_json(text).unwrap_or_else(|problem| panic!("{problem}"));
    Schema::new(OBJECTS.into_iter().map(read).collect()).expect("the objects fit together")
}

/// The rows of a pack, entered one after the other.
struct Loader {
    schema: Schema,
    keys: BTreeMap<String, Key>,
    unique: BTreeSet<(String, String, String)>,
    counts: BTreeMap<String, usize>,
    next: i64,
}

impl Loader {
    fn new() -> Self {
        let (keys, unique, counts) = Default::default();
        Self { schema: schema(), keys, unique, counts, next: 0 }
    }

    /// Enters one row and its parts; `parent` is the field of the parent and its key.
    fn enter(&mut self, object: &str, row: &Json, parent: Option<(&str, Key)>) {
        let object = Arc::clone(self.schema.object(object).expect("the row names an object"));
        let mut fields = row["fields"].as_object().expect("a row has fields").clone();
        for (_, field, _) in object.references() {
            if let Some(value) = fields.get_mut(&*field.name) {
                let name = value.as_str().expect("a reference is text");
                let key = self.keys.get(name).unwrap_or_else(|| panic!("`{name}` comes later"));
                *value = key.to_string().into();
            }
        }
        if let Some((field, key)) = parent {
            fields.insert(field.to_owned(), key.to_string().into());
        }
        self.next += 1;
        let key = Key(self.next);
        let record = create(&object, key, &Input::from(fields), Origin::Person, key, Timestamp(0))
            .unwrap_or_else(|invalid| panic!("{row}: {invalid}"));
        if let Some(name) = row["ref"].as_str() {
            assert!(name.starts_with('@'), "{name}");
            assert_eq!(self.keys.insert(name.to_owned(), key), None, "{name} is taken");
        }
        for (position, field) in object.fields.iter().enumerate().filter(|(_, field)| field.unique)
        {
            let value = record.at(position);
            if !value.is_null() {
                let value = view::field_to_json(&field.kind, value).to_string();
                let place = (object.name.to_string(), field.name.to_string(), value);
                assert!(self.unique.insert(place), "{row}: `{}` is not unique", field.name);
            }
        }
        *self.counts.entry(object.name.to_string()).or_default() += 1;
        for (collection, parts) in row["parts"].as_object().into_iter().flatten() {
            let part = self.schema.collection(&object.name, collection).expect("a collection");
            let part = Arc::clone(part);
            let field = &part.part_of.as_ref().expect("a part").field;
            for part_row in parts.as_array().expect("parts are a list") {
                self.enter(&part.name, part_row, Some((field, key)));
            }
        }
    }
}

#[test]
fn every_row_of_the_order_pack_can_be_entered_by_a_person() {
    let mut loader = Loader::new();
    let rows: Json = serde_json::from_str(RECORDS).expect("the rows are JSON");
    for row in rows["records"].as_array().expect("the rows are a list") {
        loader.enter(row["object"].as_str().expect("a row names its object"), row, None);
    }
    for (object, least) in
        [("account", 8), ("contact", 12), ("product", 15), ("user", 4), ("order", 4)]
    {
        assert!(loader.counts[object] >= least, "{object}: {:?}", loader.counts);
    }
    assert!(RECORDS.contains("上海") && RECORDS.contains("Hamburg"), "both languages are there");
}

#[test]
fn a_pack_names_the_objects_and_the_models_that_it_consists_of() {
    let pack: Json = serde_json::from_str(PACK).expect("the pack is JSON");
    let steps = pack["steps"].as_array().expect("a pack has steps");
    let objects = steps.iter().find_map(|step| step["objects"].as_array()).expect("it has objects");
    let schema = schema();
    for path in objects {
        let path = path.as_str().expect("a path");
        let name = path.trim_start_matches("objects/").trim_end_matches(".json");
        assert!(schema.object(name).is_some(), "{path}");
    }
    assert_eq!(objects.len() + 3, schema.objects().len());
}

#[test]
fn plain_columns_of_orders_are_understood_by_the_mapping_of_the_pack() {
    let schema = schema();
    let order = schema.object("order").expect("the pack has orders");
    let mapping = Mapping::from_json(ORDER_IMPORT).expect("a mapping");
    let mut reader = RowReader::new();
    reader.push(b"order_ref,account_ref,sku,quantity\n");
    reader.end();
    let header = reader.next_row().expect("a header");
    let plan = Plan::new(&schema, order, &mapping, &header).expect("the columns are understood");
    assert_eq!(plan.key_field(), Some("external_id"));
}

#[test]
fn an_object_that_comes_with_the_product_survives_its_json() {
    for text in OBJECTS {
        let object = ObjectDef::from_json(text).expect("the definition is legal");
        assert_eq!(ObjectDef::from_value(object.to_json()), Ok(object.clone()));
        let file: Json = serde_json::from_str(text).expect("the definition is JSON");
        assert_eq!(file["name"].as_str(), Some(&*object.name));
    }
}

#[test]
fn a_person_submits_an_order_and_only_the_process_goes_on() {
    let schema = schema();
    let order = schema.object("order").expect("the pack has orders");
    let FieldKind::Choice { options } = &order.field("status").expect("a stage field").kind else {
        panic!("the stages are options");
    };
    let by_process: Vec<&str> =
        options.iter().filter(|option| option.read_only).map(|option| &*option.value).collect();
    assert_eq!(by_process, ["in_review", "accepted", "rejected"]);
    let account = schema.object("account").expect("the pack has accounts");
    let open = account.field("open_amount").and_then(|field| field.default.clone());
    assert!(
        matches!(open, Some(FieldDefault::Value(FieldValue::Money(money))) if money.to_string() == "0.00 EUR")
    );
}
