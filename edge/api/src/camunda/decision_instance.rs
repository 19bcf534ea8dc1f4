//! Decisions that instances had made. One evaluation is several decision instances where the decision
//! requires others: they share its key and are numbered from 1 in the order of evaluation.

use access::Permission;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use base::Key;
use runtime::port::{DecisionRow, InstanceRow};
use serde_json::{Value, json};
use turn::Catalogue;

use super::body::Given;
use super::decision_definition::Requirements;
use super::search::{Found, List, Request, Row};
use super::{TENANT, of_instance, root_of};
use crate::actor::Caller;
use crate::app::App;
use crate::decision::traces;
use crate::problem::Problem;
use crate::record::parse_key;

static LIST: List = List {
    key: "decisionEvaluationInstanceKey",
    filters: &[
        "decisionEvaluationInstanceKey",
        "decisionEvaluationKey",
        "decisionDefinitionKey",
        "decisionDefinitionId",
        "decisionDefinitionName",
        "decisionDefinitionVersion",
        "decisionDefinitionType",
        "decisionRequirementsKey",
        "rootDecisionDefinitionKey",
        "processInstanceKey",
        "processDefinitionKey",
        "elementInstanceKey",
        "evaluationDate",
        "state",
        "tenantId",
    ],
    sorts: &[
        "decisionEvaluationInstanceKey",
        "decisionEvaluationKey",
        "decisionDefinitionKey",
        "decisionDefinitionId",
        "decisionDefinitionName",
        "decisionDefinitionVersion",
        "decisionDefinitionType",
        "rootDecisionDefinitionKey",
        "processInstanceKey",
        "processDefinitionKey",
        "elementInstanceKey",
        "evaluationDate",
        "state",
        "tenantId",
    ],
    stored: None,
    advice: "narrow it by `processInstanceKey` or `processDefinitionKey`",
};

/// One decision of a trace, with the version it is of.
#[derive(Debug)]
pub(super) struct Traced<'t> {
    evaluation: Key,
    /// From 1.
    number: usize,
    definition: Key,
    version: i32,
    trace: &'t Value,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/decision-instances/search", post(search))
        .route("/decision-instances/{key}", get(get_one))
}

/// A value as the JSON text in which Camunda answers values of decisions.
pub(super) fn text(value: &Value) -> String {
    value.to_string()
}

fn member<'t>(value: &'t Value, name: &str) -> &'t str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn members<'t>(value: &'t Value, name: &str) -> impl Iterator<Item = &'t Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

impl<'t> Traced<'t> {
    /// The decisions of a trace, the called one being the version with the key `root`.
    pub(super) fn of(
        catalogue: &Catalogue,
        root: Key,
        evaluation: Key,
        trace: &'t Value,
    ) -> Vec<Self> {
        let file = catalogue.decision(root).map(|decision| decision.version.resource);
        let numbered = members(trace, "decisions").zip(1..);
        let traced = numbered.map(|(trace, number)| {
            let id = member(trace, "decision_id");
            let mut versions = catalogue.decisions().map(|decision| &decision.version);
            let version =
                versions.find(|version| Some(version.resource) == file && *version.id == *id);
            Self {
                evaluation,
                number,
                definition: version.map_or(root, |version| version.key),
                version: version.map_or(0, |version| version.version),
                trace,
            }
        });
        traced.collect()
    }

    fn key(&self) -> String {
        format!("{}-{}", self.evaluation, self.number)
    }

    fn kind(&self) -> &'static str {
        match member(self.trace, "kind") {
            "DECISION_TABLE" => "DECISION_TABLE",
            "LITERAL_EXPRESSION" => "LITERAL_EXPRESSION",
            _ => "UNKNOWN",
        }
    }

    fn output(&self) -> String {
        self.trace.get("output").map(text).unwrap_or_default()
    }

    fn inputs(&self) -> Vec<Value> {
        let inputs = members(self.trace, "inputs").map(|input| {
            json!({
                "inputId": member(input, "id"),
                "inputName": member(input, "name"),
                "inputValue": input.get("value").map(text).unwrap_or_default(),
            })
        });
        inputs.collect()
    }

    fn matched_rules(&self) -> Vec<Value> {
        let rules = members(self.trace, "matched").map(|rule| {
            let (id, index) = (member(rule, "id"), rule.get("index").cloned().unwrap_or_default());
            let outputs = members(rule, "outputs").map(|output| {
                json!({
                    "outputId": member(output, "id"),
                    "outputName": member(output, "name"),
                    "outputValue": output.get("value").map(text).unwrap_or_default(),
                    "ruleId": id,
                    "ruleIndex": index,
                })
            });
            let outputs: Vec<Value> = outputs.collect();
            json!({"ruleId": id, "ruleIndex": index, "evaluatedOutputs": outputs})
        });
        rules.collect()
    }

    /// As the answer to an evaluation on request has it.
    pub(super) fn evaluated(&self) -> Value {
        json!({
            "decisionDefinitionKey": self.definition.to_string(),
            "decisionDefinitionId": member(self.trace, "decision_id"),
            "decisionDefinitionName": member(self.trace, "name"),
            "decisionDefinitionVersion": self.version,
            "decisionDefinitionType": self.kind(),
            "decisionEvaluationInstanceKey": self.key(),
            "output": self.output(),
            "evaluatedInputs": self.inputs(),
            "matchedRules": self.matched_rules(),
            "tenantId": TENANT,
        })
    }

    /// As decision instances are listed.
    fn item(&self, row: &DecisionRow, process: Option<Key>) -> Value {
        json!({
            "decisionEvaluationInstanceKey": self.key(),
            "decisionEvaluationKey": self.evaluation.to_string(),
            "decisionDefinitionKey": self.definition.to_string(),
            "decisionDefinitionId": member(self.trace, "decision_id"),
            "decisionDefinitionName": member(self.trace, "name"),
            "decisionDefinitionVersion": self.version,
            "decisionDefinitionType": self.kind(),
            "rootDecisionDefinitionKey": row.definition.to_string(),
            "processDefinitionKey": process.map(|key| key.to_string()),
            "processInstanceKey": row.instance.to_string(),
            "rootProcessInstanceKey": root_of(row.instance),
            "elementInstanceKey": row.element_instance.to_string(),
            "evaluationDate": row.at.to_string(),
            "evaluationFailure": null,
            "result": self.output(),
            "state": "EVALUATED",
            "tenantId": TENANT,
        })
    }
}

fn rows(
    catalogue: &Catalogue,
    row: &DecisionRow,
    trace: &Value,
    instance: &InstanceRow,
) -> Vec<Row> {
    let requirements = Requirements::of(catalogue, row.definition).key.to_string();
    let traced = Traced::of(catalogue, row.definition, row.key, trace);
    let rows = traced.iter().map(|traced| {
        Row::new(traced.item(row, Some(instance.definition)))
            .with("decisionRequirementsKey", requirements.as_str())
    });
    rows.collect()
}

async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let (search, catalogue) = (request.of(&LIST)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        of_instance::found(read, &catalogue, search, &LIST, false, |instance| {
            let decisions = read.decisions(instance.key)?;
            let traces = traces(read, &decisions)?;
            let explained = decisions.iter().zip(&traces);
            Ok(explained.flat_map(|(row, trace)| rows(&catalogue, row, trace, instance)).collect())
        })
    });
    Ok(Json(found.await?))
}

async fn get_one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Json<Value>, Problem> {
    let catalogue = app.catalogue();
    let unknown = format!("there is no decision instance `{key}`");
    let (evaluation, number) =
        key.split_once('-').ok_or_else(|| Problem::not_found(unknown.as_str()))?;
    let (evaluation, number) = (parse_key(evaluation)?, number.parse::<usize>().ok());
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        let Some(row) = read.decision(evaluation)? else {
            return Err(Problem::not_found(unknown));
        };
        let process = read.instance(row.instance)?.map(|instance| instance.definition);
        let explained = traces(read, std::slice::from_ref(&row))?;
        let all = explained.iter();
        let all = all.flat_map(|it| Traced::of(&catalogue, row.definition, row.key, it));
        let traced: Vec<Traced<'_>> = all.collect();
        let one = traced.iter().find(|traced| Some(traced.number) == number);
        let one = one.ok_or_else(|| Problem::not_found(unknown))?;
        let mut item = one.item(&row, process);
        if let Some(members) = item.as_object_mut() {
            members.insert("evaluatedInputs".to_owned(), one.inputs().into());
            members.insert("matchedRules".to_owned(), one.matched_rules().into());
        }
        Ok(item)
    });
    Ok(Json(found.await?))
}
