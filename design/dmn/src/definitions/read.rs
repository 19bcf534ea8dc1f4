//! XML elements to definitions. What is missing or unknown is a problem; the rest is still read, so
//! that all problems of a file are found at once.

use std::sync::Arc;

use feel::Dialect;

use super::{
    Boxed, Cell, Closure, Definitions, Entry, File, Form, InputClause, Iteration, Logic, Node,
    OutputClause, Requirement, Rule, Service, Table, Variable, names::Names,
};
use crate::{
    problem::{Place, Problem},
    table::{Aggregation, HitPolicy},
    xml::Element,
};

/// The elements that hold an expression.
const EXPRESSIONS: [&str; 12] = [
    "literalExpression",
    "decisionTable",
    "context",
    "list",
    "relation",
    "invocation",
    "functionDefinition",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
];

/// Reads the definitions under the root element of one file; `root` is the namespace of the model
/// that is compiled, which may import this file, `file` the file's position there, and `others` what
/// the file may import.
pub(crate) fn read(
    element: &Element,
    root: &str,
    file: usize,
    others: &[Element],
    problems: &mut Vec<Problem>,
) -> Definitions {
    let mut reader = Reader {
        problems,
        names: Names::read(element, root, others),
        dialect: dialect(element),
        file,
    };
    let name: Arc<str> = element.attribute("name").unwrap_or_default().into();
    let mut definitions = Definitions {
        id: element.id().unwrap_or_else(|| Arc::clone(&name)),
        name,
        namespace: Arc::clone(&reader.names.namespace),
        dialect: reader.dialect,
        items: element.all("itemDefinition").map(|it| reader.names.definition(it)).collect(),
        nodes: Vec::new(),
        files: Vec::new(),
    };
    reader.check_imports(element);
    for child in element.children() {
        definitions.nodes.extend(reader.node(child));
    }
    let namespace = Arc::clone(&reader.names.namespace);
    definitions.files.push(File { namespace, imports: reader.names.imports });
    definitions
}

/// Files of Camunda's modeller speak Camunda's FEEL, all others the standard's.
fn dialect(root: &Element) -> Dialect {
    let platform = root.foreign_attribute("executionPlatform").unwrap_or_default();
    if platform.starts_with("Camunda") || root.attribute("xmlns:zeebe").is_some() {
        Dialect::Camunda
    } else {
        Dialect::Standard
    }
}

fn cell(element: &Element) -> Cell {
    Cell { text: element.text().unwrap_or_default().into(), place: element.place.clone() }
}

struct Reader<'a> {
    problems: &'a mut Vec<Problem>,
    names: Names,
    dialect: Dialect,
    file: usize,
}

impl Reader<'_> {
    fn problem(&mut self, place: &Place, message: impl Into<String>) {
        self.problems.push(place.problem(message));
    }

    fn node(&mut self, element: &Element) -> Option<Node> {
        let logic = match element.name.as_str() {
            "inputData" => Logic::Input,
            "decision" => Logic::Decision(self.expression_in(element)),
            "businessKnowledgeModel" => Logic::Knowledge(
                element.first("encapsulatedLogic").and_then(|logic| self.closure(logic)),
            ),
            "decisionService" => Logic::Service(self.service(element)),
            _ => return None,
        };
        let Some(name) = element.attribute("name").map(str::trim).filter(|it| !it.is_empty())
        else {
            self.problem(&element.place, format!("this `{}` needs a `name`", element.name));
            return None;
        };
        let name: Arc<str> = name.into();
        // The id is optional; only what is referred to needs one. Without a variable, Camunda knows a
        // decision by its id, as its FEEL has no names with blanks; the standard by its name.
        let id = element.id().unwrap_or_else(|| Arc::clone(&name));
        let file = self.file;
        let is_decision = matches!(logic, Logic::Decision(_));
        let default = if is_decision && self.dialect == Dialect::Camunda { &id } else { &name };
        let variable = element.first("variable").map_or_else(
            || Variable { name: Arc::clone(default), type_ref: None },
            |it| self.names.variable(it, &name),
        );
        let requires = self.requirements(element);
        let id = self.names.own(&id);
        Some(Node { file, id, name, variable, requires, logic, place: element.place.clone() })
    }

    fn requirements(&mut self, element: &Element) -> Vec<Requirement> {
        let mut requires = Vec::new();
        for (list, kinds) in [
            ("informationRequirement", &["requiredInput", "requiredDecision"][..]),
            ("knowledgeRequirement", &["requiredKnowledge"][..]),
        ] {
            for requirement in element.all(list) {
                for kind in kinds {
                    requires.extend(requirement.first(kind).and_then(|it| self.reference(it)));
                }
            }
        }
        requires
    }

    /// Imports of anything but DMN cannot be used. An empty name is one, too.
    fn check_imports(&mut self, element: &Element) {
        for import in element.all("import") {
            let kind = import.attribute("importType").unwrap_or_default();
            if !kind.contains("/DMN/") {
                let message = format!("imports of type `{kind}` are not supported; import DMN");
                self.problem(&import.place, message);
            }
            if import.attribute("name").is_none() {
                let message = "the import needs a `name`; where that is empty, what is imported is known \
                               by its plain name";
                self.problem(&import.place, message);
            }
        }
    }

    /// `#id`, alone or behind the namespace of this file or of one that it imports.
    fn reference(&mut self, element: &Element) -> Option<Requirement> {
        let href = element.attribute("href").unwrap_or_default();
        let place = element.place.clone();
        let (namespace, id) = href.split_once('#').unwrap_or((href, ""));
        if namespace.is_empty() || *namespace == *self.names.namespace {
            return Some(Requirement { id: self.names.own(id), import: None, place });
        }
        if let Some(import) = self.names.imports.iter().find(|it| *it.namespace == *namespace) {
            let id = self.names.global(namespace, id);
            let import = (!import.name.is_empty()).then(|| Arc::clone(&import.name));
            return Some(Requirement { id, import, place });
        }
        let message = format!("`{href}` refers to another model; add an `import` of it");
        self.problem(&place, message);
        None
    }

    fn service(&mut self, element: &Element) -> Service {
        let mut references =
            |name| element.all(name).filter_map(|child| self.reference(child)).collect::<Vec<_>>();
        Service {
            outputs: references("outputDecision"),
            encapsulated: references("encapsulatedDecision"),
            input_decisions: references("inputDecision"),
            input_data: references("inputData"),
        }
    }

    /// The expression among the children, if there is one.
    fn expression_in(&mut self, element: &Element) -> Option<Boxed> {
        let found = element.children().find(|it| EXPRESSIONS.contains(&it.name.as_str()))?;
        Some(self.boxed(found))
    }

    /// The expression that must be among the children.
    fn required(&mut self, element: &Element) -> Boxed {
        self.expression_in(element).unwrap_or_else(|| Boxed {
            type_ref: None,
            form: Form::Unsupported(format!("`{}` holds no expression", element.name)),
            place: element.place.clone(),
        })
    }

    /// The expression in the child of that name.
    fn required_in(&mut self, element: &Element, name: &str) -> Box<Boxed> {
        Box::new(match element.first(name) {
            Some(child) => self.required(child),
            None => Boxed {
                type_ref: None,
                form: Form::Unsupported(format!("`{}` lacks `{name}`", element.name)),
                place: element.place.clone(),
            },
        })
    }

    fn boxed(&mut self, element: &Element) -> Boxed {
        let form = match element.name.as_str() {
            "literalExpression" => literal(element),
            "decisionTable" => Form::Table(self.table(element)),
            "context" => self.context(element),
            "list" => Form::List(self.expressions(element)),
            "relation" => self.relation(element),
            "invocation" => self.invocation(element),
            "functionDefinition" => match self.closure(element) {
                Some(closure) => Form::Function(Box::new(closure)),
                None => Form::Unsupported("the function has no body".to_owned()),
            },
            "conditional" => Form::Conditional {
                condition: self.required_in(element, "if"),
                then: self.required_in(element, "then"),
                otherwise: self.required_in(element, "else"),
            },
            "filter" => Form::Filter {
                list: self.required_in(element, "in"),
                condition: self.required_in(element, "match"),
            },
            "for" => self.iterator(element, Iteration::For, "return"),
            "some" => self.iterator(element, Iteration::Some, "satisfies"),
            "every" => self.iterator(element, Iteration::Every, "satisfies"),
            other => Form::Unsupported(format!("`{other}` is not an expression")),
        };
        Boxed { type_ref: self.names.type_ref(element), form, place: element.place.clone() }
    }

    fn expressions(&mut self, element: &Element) -> Vec<Boxed> {
        let found = element.children().filter(|it| EXPRESSIONS.contains(&it.name.as_str()));
        found.map(|it| self.boxed(it)).collect()
    }

    fn iterator(&mut self, element: &Element, kind: Iteration, each: &str) -> Form {
        Form::Iterator {
            kind,
            variable: element.attribute("iteratorVariable").unwrap_or("item").trim().into(),
            over: self.required_in(element, "in"),
            each: self.required_in(element, each),
        }
    }

    fn context(&mut self, element: &Element) -> Form {
        let unnamed = Arc::from("");
        let entries = element.all("contextEntry").map(|entry| Entry {
            variable: entry
                .first("variable")
                .map(|it| self.names.variable(it, &unnamed))
                .filter(|variable| !variable.name.is_empty()),
            value: self.required(entry),
        });
        Form::Context(entries.collect())
    }

    fn relation(&mut self, element: &Element) -> Form {
        let unnamed = Arc::from("");
        let columns: Vec<Variable> =
            element.all("column").map(|column| self.names.variable(column, &unnamed)).collect();
        let mut rows = Vec::new();
        for row in element.all("row") {
            let cells = self.expressions(row);
            if cells.len() != columns.len() {
                let (cells, columns) = (cells.len(), columns.len());
                let message = format!("the row has {cells} cells for {columns} columns");
                self.problem(&row.place, message);
            }
            rows.push(cells);
        }
        Form::Relation { columns, rows }
    }

    fn invocation(&mut self, element: &Element) -> Form {
        let callee = Box::new(self.required(element));
        let mut arguments = Vec::new();
        for binding in element.all("binding") {
            let name = binding.first("parameter").and_then(|it| it.attribute("name"));
            match name {
                Some(name) => arguments.push((Arc::from(name.trim()), self.required(binding))),
                None => self.problem(&binding.place, "the binding needs a named `parameter`"),
            }
        }
        Form::Invocation { callee, arguments }
    }

    fn closure(&mut self, element: &Element) -> Option<Closure> {
        let unnamed = Arc::from("");
        let parameters = element.all("formalParameter");
        let parameters: Vec<Variable> =
            parameters.map(|it| self.names.variable(it, &unnamed)).collect();
        let mut body = self.expression_in(element)?;
        if let Some(kind) = element.attribute("kind").filter(|kind| *kind != "FEEL") {
            let call = java_call(&parameters, &body).filter(|_| kind == "Java");
            body.form = call.map_or_else(
                || {
                    let reason =
                        format!("functions of kind `{kind}` are not supported; write it in FEEL");
                    Form::Unsupported(reason)
                },
                Form::Literal,
            );
        }
        Some(Closure { parameters, body })
    }

    fn table(&mut self, element: &Element) -> Table {
        let table = Table {
            hit_policy: self.hit_policy(element),
            inputs: element.all("input").map(|it| input_clause(&self.names, it)).collect(),
            outputs: element.all("output").map(|it| output_clause(&self.names, it)).collect(),
            rules: element.all("rule").map(rule).collect(),
            place: element.place.clone(),
        };
        if table.outputs.is_empty() {
            self.problem(&element.place, "the decision table has no output column");
        }
        for rule in &table.rules {
            for (cells, columns, kind) in [
                (rule.conditions.len(), table.inputs.len(), "input"),
                (rule.conclusions.len(), table.outputs.len(), "output"),
            ] {
                if cells != columns {
                    let message =
                        format!("the rule has {cells} {kind} cells for {columns} columns");
                    self.problem(&rule.place, message);
                }
            }
        }
        table
    }

    fn hit_policy(&mut self, element: &Element) -> HitPolicy {
        let policy = element.attribute("hitPolicy").unwrap_or("UNIQUE");
        let aggregation = element.attribute("aggregation").filter(|name| !name.is_empty());
        match (policy, aggregation) {
            ("UNIQUE", None) => HitPolicy::Unique,
            ("FIRST", None) => HitPolicy::First,
            ("ANY", None) => HitPolicy::Any,
            ("PRIORITY", None) => HitPolicy::Priority,
            ("OUTPUT ORDER", None) => HitPolicy::OutputOrder,
            ("RULE ORDER", None) => HitPolicy::RuleOrder,
            ("COLLECT", None) => HitPolicy::Collect(None),
            ("COLLECT", Some("SUM")) => HitPolicy::Collect(Some(Aggregation::Sum)),
            ("COLLECT", Some("MIN")) => HitPolicy::Collect(Some(Aggregation::Min)),
            ("COLLECT", Some("MAX")) => HitPolicy::Collect(Some(Aggregation::Max)),
            ("COLLECT", Some("COUNT")) => HitPolicy::Collect(Some(Aggregation::Count)),
            (policy, aggregation) => {
                let with = aggregation.map(|name| format!(" with aggregation `{name}`"));
                let message = format!(
                    "there is no hit policy `{policy}`{}; use UNIQUE, FIRST, ANY, PRIORITY, OUTPUT \
                     ORDER, RULE ORDER, or COLLECT, alone or with SUM, MIN, MAX or COUNT",
                    with.unwrap_or_default()
                );
                self.problem(&element.place, message);
                HitPolicy::Unique
            }
        }
    }
}

fn literal(element: &Element) -> Form {
    match element.attribute("expressionLanguage") {
        Some(language) if !is_feel(language) => Form::Unsupported(format!(
            "the expression language `{language}` is not supported; write it in FEEL"
        )),
        Some(_) | None => Form::Literal(element.text().unwrap_or_default().into()),
    }
}

/// The call of a Java function, as FEEL writes it: its class and signature are a boxed context.
fn java_call(parameters: &[Variable], body: &Boxed) -> Option<Arc<str>> {
    let Form::Context(entries) = &body.form else { return None };
    let text = |wanted: &str| {
        let has_name =
            |entry: &&Entry| entry.variable.as_ref().is_some_and(|it| *it.name == *wanted);
        match &entries.iter().find(has_name)?.value.form {
            Form::Literal(text) => Some(text),
            _ => None,
        }
    };
    let (class, signature) = (text("class")?, text("method signature")?);
    let names: Vec<&str> = parameters.iter().map(|parameter| &*parameter.name).collect();
    let names = names.join(", ");
    let function = format!(
        "function({names}) external {{java: {{class: {class}, method signature: {signature}}}}}"
    );
    Some(format!("({function})({names})").into())
}

fn is_feel(language: &str) -> bool {
    language.trim_end_matches('/').to_ascii_lowercase().ends_with("feel")
}

fn input_clause(names: &Names, element: &Element) -> InputClause {
    let expression = element.first("inputExpression");
    InputClause {
        id: element.id(),
        label: element.attribute("label").map(Arc::from),
        expression: expression.map_or_else(|| cell(element), cell),
        type_ref: expression.and_then(|it| names.type_ref(it)),
        allowed_values: element.first("inputValues").and_then(allowed),
    }
}

fn output_clause(names: &Names, element: &Element) -> OutputClause {
    OutputClause {
        id: element.id(),
        name: element.attribute("name").map(str::trim).filter(|it| !it.is_empty()).map(Arc::from),
        type_ref: names.type_ref(element),
        allowed_values: element.first("outputValues").and_then(allowed),
        default: element.first("defaultOutputEntry").and_then(allowed),
    }
}

/// A cell that counts only where it has a text.
fn allowed(element: &Element) -> Option<Cell> {
    Some(cell(element)).filter(|cell| !cell.text.is_empty())
}

fn rule(element: &Element) -> Rule {
    Rule {
        id: element.id(),
        conditions: element.all("inputEntry").map(cell).collect(),
        conclusions: element.all("outputEntry").map(cell).collect(),
        place: element.place.clone(),
    }
}
