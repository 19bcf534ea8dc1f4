//! The JSON shape of a definition: flat fields, where `type` says which attributes belong.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::read::{decimal, read};
use crate::{
    Bounds, Choice, FieldDef, FieldDefault, FieldKind, FieldValue, Label, ObjectDef, PartOf,
    SchemaProblem, Stages, TotalOf, USER_OBJECT, view,
};

/// The longest text where a definition does not say.
const TEXT_MAX: u32 = 255;
/// The default that is whoever creates the row.
const ME: &str = "me";
/// Digits of an auto number where a definition does not say.
const AUTO_DIGITS: u8 = 6;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectJson {
    name: Arc<str>,
    label: Label,
    plural: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    icon: Option<Arc<str>>,
    title: Arc<str>,
    #[serde(default)]
    list: Vec<Arc<str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    summary: Vec<Arc<str>>,
    #[serde(default)]
    navigation: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part_of: Option<PartOf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stages: Option<Stages>,
    fields: Vec<FieldJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldJson {
    name: Arc<str>,
    label: Label,
    r#type: String,
    #[serde(default, skip_serializing_if = "is_false")]
    required: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    unique: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    read_only: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    help: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prefix: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digits: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    options: Option<Vec<ChoiceJson>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    object: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total_of: Option<TotalOf>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceJson {
    value: Arc<str>,
    label: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    color: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "is_false")]
    read_only: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl ObjectJson {
    pub(super) fn into_object(self) -> Result<ObjectDef, SchemaProblem> {
        let object = &self.name;
        let fields = self.fields.into_iter().map(|field| {
            let name = Arc::clone(&field.name);
            field.into_field().map_err(|message| SchemaProblem {
                object: Some(Arc::clone(object)),
                field: Some(Arc::clone(&name)),
                message: format!("`{object}.{name}` {message}"),
            })
        });
        Ok(ObjectDef {
            fields: fields.collect::<Result<_, _>>()?,
            name: self.name,
            label: self.label,
            plural: self.plural,
            icon: self.icon,
            title: self.title,
            part_of: self.part_of,
            stages: self.stages,
            list: self.list,
            summary: self.summary,
            navigation: self.navigation,
        })
    }

    pub(super) fn of(object: &ObjectDef) -> Self {
        Self {
            name: Arc::clone(&object.name),
            label: object.label.clone(),
            plural: object.plural.clone(),
            icon: object.icon.clone(),
            title: Arc::clone(&object.title),
            list: object.list.clone(),
            summary: object.summary.clone(),
            navigation: object.navigation,
            part_of: object.part_of.clone(),
            stages: object.stages.clone(),
            fields: object.fields.iter().map(FieldJson::of).collect(),
        }
    }
}

impl FieldJson {
    /// The field, or the words that follow its name.
    fn into_field(mut self) -> Result<FieldDef, String> {
        let kind = self.take_kind()?;
        let bounds = self.take_bounds(&kind)?;
        if let Some(attribute) = self.first_left() {
            return Err(format!("is a `{}`, which has no `{attribute}`; remove it", self.r#type));
        }
        let mut field = FieldDef {
            name: self.name,
            label: self.label,
            kind,
            required: self.required,
            unique: self.unique,
            read_only: self.read_only,
            default: None,
            help: self.help,
            bounds,
            total_of: self.total_of,
        };
        if let Some(json) = self.default {
            field.default = read_default(&field, &json)?;
        }
        Ok(field)
    }

    /// The kind that `type` names, with the attributes that belong to it.
    fn take_kind(&mut self) -> Result<FieldKind, String> {
        Ok(match self.r#type.as_str() {
            "text" => FieldKind::Text { max: self.take_length()? },
            "auto_number" => FieldKind::AutoNumber {
                prefix: self.prefix.take().unwrap_or_default(),
                digits: self.digits.take().unwrap_or(AUTO_DIGITS),
            },
            "long_text" => FieldKind::LongText,
            "number" => FieldKind::Number { scale: self.scale.take().unwrap_or_default() },
            "money" => FieldKind::Money {
                currency: match self.currency.take() {
                    Some(code) => Some(
                        code.parse().map_err(|error| format!("has a wrong currency: {error}"))?,
                    ),
                    None => None,
                },
            },
            "percent" => FieldKind::Percent { scale: self.scale.take().unwrap_or_default() },
            "date" => FieldKind::Date,
            "date_time" => FieldKind::DateTime,
            "boolean" => FieldKind::Boolean,
            "choice" => FieldKind::Choice {
                options: self
                    .options
                    .take()
                    .ok_or("is a `choice` without `options`; list them")?
                    .into_iter()
                    .map(ChoiceJson::into_choice)
                    .collect(),
            },
            "email" => FieldKind::Email,
            "phone" => FieldKind::Phone,
            "url" => FieldKind::Url,
            "reference" => FieldKind::Reference {
                object: self
                    .object
                    .take()
                    .ok_or("is a `reference` without `object`; name the object it refers to")?,
            },
            other => return Err(format!("has the unknown type `{other}`; use one of {TYPES}")),
        })
    }

    /// The longest text.
    fn take_length(&mut self) -> Result<u32, String> {
        let Some(max) = self.max.take() else { return Ok(TEXT_MAX) };
        let length = max.as_u64().and_then(|length| u32::try_from(length).ok());
        length.ok_or_else(|| format!("has a `max` of {max}; write how many characters it takes"))
    }

    /// The least and the greatest value, where the kind has an order of numbers.
    fn take_bounds(&mut self, kind: &FieldKind) -> Result<Bounds, String> {
        let takes = matches!(
            kind,
            FieldKind::Number { .. } | FieldKind::Percent { .. } | FieldKind::Money { .. }
        );
        if !takes {
            return Ok(Bounds::default());
        }
        let bound = |name: &str, json: Option<Value>| match json {
            Some(json) => match decimal(&json) {
                Some(bound) => Ok(Some(bound)),
                None => Err(format!("has a `{name}` of {json}; write a number such as 0")),
            },
            None => Ok(None),
        };
        Ok(Bounds { min: bound("min", self.min.take())?, max: bound("max", self.max.take())? })
    }

    /// The first attribute that the kind did not take.
    fn first_left(&self) -> Option<&'static str> {
        let left = [
            (self.min.is_some(), "min"),
            (self.max.is_some(), "max"),
            (self.scale.is_some(), "scale"),
            (self.currency.is_some(), "currency"),
            (self.prefix.is_some(), "prefix"),
            (self.digits.is_some(), "digits"),
            (self.options.is_some(), "options"),
            (self.object.is_some(), "object"),
        ];
        left.into_iter().find_map(|(is_left, name)| is_left.then_some(name))
    }

    fn of(field: &FieldDef) -> Self {
        let default = field.default.as_ref();
        let mut json = Self {
            name: Arc::clone(&field.name),
            label: field.label.clone(),
            r#type: field.kind.type_name().to_owned(),
            required: field.required,
            unique: field.unique,
            read_only: field.read_only,
            help: field.help.clone(),
            default: default.map(|default| match default {
                FieldDefault::Value(value) => view::field_to_json(&field.kind, value),
                FieldDefault::Me => ME.into(),
            }),
            min: field.bounds.min.map(view::decimal_to_json),
            max: field.bounds.max.map(view::decimal_to_json),
            scale: field.kind.scale(),
            currency: None,
            prefix: None,
            digits: None,
            options: None,
            object: field.kind.referenced_object().cloned(),
            total_of: field.total_of.clone(),
        };
        match &field.kind {
            FieldKind::Text { max } => json.max = Some((*max).into()),
            FieldKind::AutoNumber { prefix, digits } => {
                json.prefix = Some(Arc::clone(prefix));
                json.digits = Some(*digits);
            }
            FieldKind::Money { currency } => json.currency = currency.map(|code| code.to_string()),
            FieldKind::Choice { options } => {
                json.options = Some(options.iter().map(ChoiceJson::of).collect());
            }
            FieldKind::LongText
            | FieldKind::Number { .. }
            | FieldKind::Percent { .. }
            | FieldKind::Date
            | FieldKind::DateTime
            | FieldKind::Boolean
            | FieldKind::Email
            | FieldKind::Phone
            | FieldKind::Url
            | FieldKind::Reference { .. } => {}
        }
        json
    }
}

/// The default that the JSON says, or the words that follow the field's name.
fn read_default(field: &FieldDef, json: &Value) -> Result<Option<FieldDefault>, String> {
    if field.kind.referenced_object().is_some_and(|object| &**object == USER_OBJECT) && json == ME {
        return Ok(Some(FieldDefault::Me));
    }
    let value = read(field, json, &FieldValue::Null)
        .map_err(|problem| format!("has a default that it does not take: {}", problem.message))?;
    Ok(Some(value).filter(|value| !value.is_null()).map(FieldDefault::Value))
}

const TYPES: &str = "`text`, `auto_number`, `long_text`, `number`, `money`, `percent`, `date`, \
                     `date_time`, `boolean`, `choice`, `email`, `phone`, `url`, `reference`";

impl ChoiceJson {
    fn into_choice(self) -> Choice {
        Choice {
            value: self.value,
            label: self.label,
            color: self.color,
            read_only: self.read_only,
        }
    }

    fn of(choice: &Choice) -> Self {
        Self {
            value: Arc::clone(&choice.value),
            label: choice.label.clone(),
            color: choice.color.clone(),
            read_only: choice.read_only,
        }
    }
}
