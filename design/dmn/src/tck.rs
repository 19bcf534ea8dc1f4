//! Test cases in the layout of the DMN technology compatibility kit: a file names a model, the inputs of
//! each case, and the results that are expected.
//!
//! [`read`] reads such a file; [`Case::check`] evaluates a case and compares. Numbers may differ by
//! 1e-8, as the kit writes expected values as doubles.

mod element;

use feel::{Context, Decimal, Dialect, Options, Run, Timestamp, Value};

use self::element::Element;
use crate::{Model, TraceMode};

/// A file of cases.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The file name of the model, in the same folder.
    pub model: String,
    /// The cases in the order of the file.
    pub cases: Vec<Case>,
}

/// A case: inputs and what is expected of one or more decisions.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its id within the file.
    pub id: String,
    /// The name of the decision service that is called; otherwise the decisions themselves are.
    invocable: Option<String>,
    inputs: Context,
    results: Vec<Expected>,
}

#[derive(Debug, Clone)]
struct Expected {
    name: String,
    value: Value,
}

/// Why a file of cases cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableSuite(String);

/// Reads a file of cases.
///
/// # Errors
/// It is no XML of that form, or holds a value of a type that is not known.
pub fn read(xml: &str) -> Result<Suite, UnreadableSuite> {
    let root = Element::read(xml).map_err(UnreadableSuite)?;
    let model = root.all("modelName").next().map(|name| name.text.trim().to_owned());
    let model = model.ok_or_else(|| UnreadableSuite("there is no `modelName`".to_owned()))?;
    let cases = root.all("testCase").map(case).collect::<Result<_, _>>();
    Ok(Suite { model, cases: cases.map_err(UnreadableSuite)? })
}

impl Case {
    /// Whether any result is to be more than null.
    pub fn wants_value(&self) -> bool {
        self.results.iter().any(|result| !result.value.is_null())
    }

    /// Evaluates the case and compares all its results.
    ///
    /// # Errors
    /// The first difference, as a sentence.
    pub fn check(&self, model: &Model, now: Timestamp) -> Result<(), String> {
        for result in &self.results {
            let name = self.invocable.as_ref().unwrap_or(&result.name);
            let id = model.id_of(name).ok_or_else(|| format!("there is no decision `{name}`"))?;
            let mut run = Run::new(now);
            let evaluation = model
                .evaluate(id, &self.inputs, &mut run, TraceMode::Off)
                .map_err(|error| error.to_string())?;
            let mut value = evaluation.value;
            if self.invocable.is_some()
                && self.results.len() > 1
                && let Some(own) = value.get(&result.name).cloned()
            {
                value = own;
            }
            if !is_same(&value, &result.value) {
                let warning =
                    run.warnings().first().map(|warning| format!(" ({})", warning.message));
                let (found, wanted) = (short(&value), short(&result.value));
                let warning = warning.unwrap_or_default();
                return Err(format!("`{}` is {found} instead of {wanted}{warning}", result.name));
            }
        }
        Ok(())
    }
}

fn case(case: &Element) -> Result<Case, String> {
    let name = |element: &Element| element.attribute("name").unwrap_or_default().to_owned();
    let inputs = case.all("inputNode").map(|input| Ok((name(input), value(input)?)));
    let results = case.all("resultNode").map(|result| {
        let expected = result.all("expected").next().map(value).transpose()?;
        Ok(Expected { name: name(result), value: expected.unwrap_or_default() })
    });
    Ok(Case {
        id: case.attribute("id").unwrap_or_default().to_owned(),
        invocable: case.attribute("invocableName").map(str::to_owned),
        inputs: inputs.collect::<Result<_, String>>()?,
        results: results.collect::<Result<_, String>>()?,
    })
}

/// The value that an element holds as a plain value, a list or components.
fn value(holder: &Element) -> Result<Value, String> {
    if let Some(list) = holder.all("list").next() {
        return Ok(Value::list(list.all("item").map(value).collect::<Result<_, _>>()?));
    }
    if let Some(plain) = holder.all("value").next() {
        return plain_value(plain);
    }
    let components = holder.all("component").map(|component| {
        let name = component.attribute("name").unwrap_or_default().to_owned();
        Ok((name, value(component)?))
    });
    let components: Context = components.collect::<Result<_, String>>()?;
    Ok(if components.is_empty() { Value::Null } else { components.into() })
}

fn plain_value(element: &Element) -> Result<Value, String> {
    if element.attribute("xsi:nil") == Some("true") {
        return Ok(Value::Null);
    }
    let text = element.text.as_str();
    let kind = element.attribute("xsi:type").unwrap_or_default();
    Ok(match kind.strip_prefix("xsd:").unwrap_or(kind) {
        "decimal" | "double" | "integer" => {
            let number: Option<Decimal> = text.trim().parse().ok();
            Value::Number(number.ok_or_else(|| format!("`{text}` is no number"))?)
        }
        "boolean" => Value::Boolean(text.trim() == "true"),
        "date" => temporal("date", text),
        "time" => temporal("time", text),
        "dateTime" => temporal("date and time", text),
        "duration" => temporal("duration", text),
        "string" | "" => Value::string(text),
        other => return Err(format!("there is no value of type `{other}`")),
    })
}

fn temporal(function: &str, text: &str) -> Value {
    let source = format!("{function}(\"{}\")", text.trim());
    let options = Options { dialect: Dialect::Standard, names: &[] };
    feel::compile(&source, &options).map_or(Value::string(text), |expression| {
        match expression.evaluate(&[], &mut Run::new(Timestamp(0))) {
            // Must not look like an expected null.
            Value::Null => Value::string(source),
            value => value,
        }
    })
}

fn short(value: &Value) -> String {
    feel::json::to_json(value).to_string().chars().take(120).collect()
}

fn is_same(value: &Value, expected: &Value) -> bool {
    match (value, expected) {
        (Value::Number(left), Value::Number(right)) => is_close(*left, *right),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len()
                && left.iter().zip(right.iter()).all(|(left, right)| is_same(left, right))
        }
        (Value::Context(left), Value::Context(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| {
                    right.get(name).is_some_and(|expected| is_same(value, expected))
                })
        }
        _ => value == expected || value.feel_equals(expected) == Some(true),
    }
}

fn is_close(left: Decimal, right: Decimal) -> bool {
    let tolerance = Decimal::from_scaled(1, 8);
    left == right || left.checked_sub(right).is_some_and(|difference| difference.abs() <= tolerance)
}
