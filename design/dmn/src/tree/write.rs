//! A tree as text: JSON, YAML and Mermaid.

use std::fmt::Write as _;

use feel::Dialect;
use serde_json::{Value as Json, json};

use super::{Step, Tree};

impl Tree {
    /// The tree as JSON, as [`Tree::read`] reads it.
    pub fn to_json(&self) -> Json {
        let nodes = self.nodes.iter().map(|node| match &node.step {
            Step::Result(text) => json!({ "node": node.number, "result": &**text }),
            Step::Ask { question, branches } => {
                let branches = branches
                    .iter()
                    .map(|branch| json!({ "when": &*branch.when, "then": branch.then }));
                json!({
                    "node": node.number,
                    "decide": &**question,
                    "branches": branches.collect::<Vec<_>>(),
                })
            }
        });
        let inputs: Vec<&str> = self.inputs.iter().map(|name| &**name).collect();
        json!({
            "id": &*self.id,
            "name": &*self.name,
            "dialect": self.dialect_name(),
            "inputs": inputs,
            "nodes": nodes.collect::<Vec<_>>(),
        })
    }

    /// The tree as YAML, as [`Tree::read`] reads it.
    pub fn to_yaml(&self) -> String {
        // A JSON string is a YAML string, too.
        let quoted = |text: &str| Json::from(text).to_string();
        let inputs: Vec<String> = self.inputs.iter().map(|name| quoted(name)).collect();
        let mut text = format!(
            "id: {}\nname: {}\ndialect: {}\ninputs: [{}]\nnodes:\n",
            quoted(&self.id),
            quoted(&self.name),
            self.dialect_name(),
            inputs.join(", ")
        );
        // Writing to a string does not fail.
        for node in &self.nodes {
            let _ = writeln!(text, "  - node: {}", node.number);
            match &node.step {
                Step::Result(result) => {
                    let _ = writeln!(text, "    result: {}", quoted(result));
                }
                Step::Ask { question, branches } => {
                    let _ = writeln!(text, "    decide: {}\n    branches:", quoted(question));
                    for branch in branches {
                        let when = quoted(&branch.when);
                        let _ = writeln!(text, "      - {{ when: {when}, then: {} }}", branch.then);
                    }
                }
            }
        }
        text
    }

    /// The tree as a Mermaid flow chart.
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("flowchart TD\n");
        for node in &self.nodes {
            let number = node.number;
            match &node.step {
                Step::Result(result) => {
                    let _ = writeln!(text, "    n{number}([\"{}\"])", escaped(result));
                }
                Step::Ask { question, branches } => {
                    let _ = writeln!(text, "    n{number}{{\"{}\"}}", escaped(question));
                    for branch in branches {
                        let when = escaped(&branch.when);
                        let _ = writeln!(text, "    n{number} -->|\"{when}\"| n{}", branch.then);
                    }
                }
            }
        }
        text
    }

    fn dialect_name(&self) -> &'static str {
        match self.dialect {
            Dialect::Standard => "standard",
            Dialect::Camunda => "camunda",
        }
    }
}

/// Text within quotation marks of Mermaid: everything but letters, digits and blanks by its code.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' ' | '.' | ',' | '-' | '_' => escaped.push(character),
            _ if character.is_alphanumeric() => escaped.push(character),
            _ if character.is_whitespace() => escaped.push(' '),
            _ => {
                let _ = write!(escaped, "#{};", u32::from(character));
            }
        }
    }
    escaped
}
