//! Deployed decisions: their versions, and the logic of each as a page shows it.

use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::extract::{Path, State};
use dmn::tree::{self, Step};
use dmn::{DecisionInfo, DecisionKind, Tree};
use feel::Dialect;
use runtime::port::{ModelKind, ModelRow, Read};
use serde::Serialize;
use turn::Catalogue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::problem::{ApiResult, Problem};
use crate::record::parse_key;

/// Every version of every decision.
#[derive(Debug, Serialize, ToSchema)]
struct DecisionModels {
    /// By id, the latest version first.
    items: Vec<DecisionModel>,
}

/// One version of a decision.
#[derive(Debug, Serialize, ToSchema)]
struct DecisionModel {
    /// The key of this version.
    key: String,
    /// The DMN id of the decision.
    id: String,
    /// Its name.
    name: String,
    /// 1, 2, 3 .. per id.
    version: i32,
    /// When it was deployed.
    deployed_at: String,
    /// The form of its logic; absent where the model can no longer be compiled.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<LogicKind>,
    /// The names of the input data that it and all it requires read.
    inputs: Vec<String>,
    /// The ids of the decisions that it requires directly.
    requires: Vec<String>,
    /// The DMN XML; in lists and of a decision tree absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    xml: Option<String>,
    /// The decision tree; in lists and of anything else absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    tree: Option<TreeBody>,
}

/// The form of a decision's logic.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum LogicKind {
    /// A decision table.
    DecisionTable,
    /// A single FEEL expression.
    LiteralExpression,
    /// A boxed context.
    Context,
    /// A boxed invocation of a function.
    Invocation,
    /// A boxed list, relation, conditional, filter, iterator or function.
    Boxed,
    /// A decision service.
    DecisionService,
    /// No logic.
    Undefined,
    /// A decision tree.
    DecisionTree,
}

impl From<DecisionKind> for LogicKind {
    fn from(kind: DecisionKind) -> Self {
        match kind {
            DecisionKind::DecisionTable => Self::DecisionTable,
            DecisionKind::LiteralExpression => Self::LiteralExpression,
            DecisionKind::Context => Self::Context,
            DecisionKind::Invocation => Self::Invocation,
            DecisionKind::Boxed => Self::Boxed,
            DecisionKind::DecisionService => Self::DecisionService,
            DecisionKind::Undefined => Self::Undefined,
            DecisionKind::DecisionTree => Self::DecisionTree,
        }
    }
}

/// A decision tree. Its first node is the root; several branches may lead to one node, none back.
#[derive(Debug, Serialize, ToSchema)]
struct TreeBody {
    /// Which FEEL its texts are: `standard` or `camunda`.
    dialect: &'static str,
    /// The nodes.
    nodes: Vec<TreeNode>,
}

/// A node of a decision tree: it asks, or it is a result.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum TreeNode {
    /// A node that asks, and goes on along the branch that takes the answer.
    Question(TreeQuestion),
    /// A node that ends the way.
    Result(TreeResult),
}

/// A node that asks.
#[derive(Debug, Serialize, ToSchema)]
struct TreeQuestion {
    /// Its number.
    node: u32,
    /// The question: a FEEL expression.
    decide: String,
    /// Where each answer leads to.
    branches: Vec<TreeBranch>,
}

/// A branch of a node.
#[derive(Debug, Serialize, ToSchema)]
struct TreeBranch {
    /// The answers that it takes: FEEL unary tests.
    when: String,
    /// The number of the node that it leads to.
    then: u32,
}

/// A node that is a result.
#[derive(Debug, Serialize, ToSchema)]
struct TreeResult {
    /// Its number.
    node: u32,
    /// The result: a FEEL expression.
    result: String,
}

impl From<&Tree> for TreeBody {
    fn from(tree: &Tree) -> Self {
        let dialect = match tree.dialect {
            Dialect::Standard => "standard",
            Dialect::Camunda => "camunda",
        };
        Self { dialect, nodes: tree.nodes().iter().map(TreeNode::from).collect() }
    }
}

impl From<&tree::Node> for TreeNode {
    fn from(node: &tree::Node) -> Self {
        let number = node.number;
        match &node.step {
            Step::Result(result) => {
                Self::Result(TreeResult { node: number, result: result.to_string() })
            }
            Step::Ask { question, branches } => {
                let branches = branches
                    .iter()
                    .map(|branch| TreeBranch { when: branch.when.to_string(), then: branch.then });
                Self::Question(TreeQuestion {
                    node: number,
                    decide: question.to_string(),
                    branches: branches.collect(),
                })
            }
        }
    }
}

impl DecisionModel {
    /// A version without its logic.
    fn listed(catalogue: &Catalogue, row: &ModelRow) -> Self {
        let info = info(catalogue, row);
        Self {
            key: row.key.to_string(),
            id: row.id.to_string(),
            name: row.name.to_string(),
            version: row.version,
            deployed_at: row.deployed_at.to_string(),
            kind: info.map(|info| info.kind.into()),
            inputs: info.map(|info| listed(&info.inputs, |name| name)).unwrap_or_default(),
            requires: info.map(|info| listed(&info.requires, plain_id)).unwrap_or_default(),
            xml: None,
            tree: None,
        }
    }

    /// A version with its logic.
    fn whole(catalogue: &Catalogue, row: &ModelRow, read: &dyn Read) -> Result<Self, Problem> {
        let mut body = Self::listed(catalogue, row);
        let Some(resource) = read.resource(row.resource)? else { return Ok(body) };
        match Tree::is_file_name(&resource.name).then(|| Tree::read(&resource.text)) {
            None => body.xml = Some(resource.text.to_string()),
            Some(tree) => body.tree = tree.ok().as_ref().map(TreeBody::from),
        }
        Ok(body)
    }
}

fn listed(texts: &[Arc<str>], shown: fn(&str) -> &str) -> Vec<String> {
    texts.iter().map(|text| shown(text).to_owned()).collect()
}

/// The id under which a decision is deployed; an imported one is known as `namespace#id`.
fn plain_id(id: &str) -> &str {
    id.rsplit_once('#').map_or(id, |(_, plain)| plain)
}

fn info<'a>(catalogue: &'a Catalogue, row: &ModelRow) -> Option<&'a DecisionInfo> {
    catalogue.decision(row.key)?.model.decision(&row.id)
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// Every version of every decision.
#[utoipa::path(get, path = "/api/decision-models", tag = "decisions",
    responses((status = 200, body = DecisionModels)))]
async fn list(State(app): State<App>, Caller(actor): Caller) -> ApiResult<DecisionModels> {
    let catalogue = app.catalogue();
    let items = app.read(&actor, Permission::ReadProcesses, move |read| {
        let rows = read.models(ModelKind::Decision)?;
        Ok(rows.iter().map(|row| DecisionModel::listed(&catalogue, row)).collect())
    });
    Ok(Json(DecisionModels { items: items.await? }))
}

/// One version of a decision with its logic: a decision tree as such, anything else as the DMN XML of its
/// file.
#[utoipa::path(get, path = "/api/decision-models/{key}", tag = "decisions",
    params(("key" = String, Path)),
    responses((status = 200, body = DecisionModel), (status = 404, body = Problem)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<DecisionModel> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        let row = read.model(key)?.filter(|row| row.kind == ModelKind::Decision);
        let row = row.ok_or_else(|| Problem::not_found(format!("there is no decision {key}")))?;
        DecisionModel::whole(&catalogue, &row, read)
    });
    Ok(Json(answer.await?))
}
