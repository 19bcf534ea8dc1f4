//! A tree to a table: one rule for every way from the root to a result, as a DMN file.

use std::fmt::Write as _;

use super::{
    NotComparable, Tree, Walk, WalkStep,
    grid::Grid,
    side::{MAX_DEPTH, Side},
};
use crate::table::Bits;

/// How many rules a table may get.
const MAX_RULES: usize = 10_000;

impl Tree {
    /// The decision as a DMN file whose table says the same: a column for each question, a rule for each
    /// way to a result.
    ///
    /// # Errors
    /// Where the tree is no FEEL or has tests that only an evaluation can answer, or too many ways.
    pub fn to_table(&self) -> Result<String, NotComparable> {
        let not_feel = |_| NotComparable::Form { decision: self.id.to_string() };
        let model = self.compile().map_err(not_feel)?;
        let side = model.side(&self.id)?;
        let Side::Tree(walk) = side else {
            return Err(NotComparable::Form { decision: self.id.to_string() });
        };
        let grid = Grid::new(&side.tables())?;
        let mut rules = Vec::new();
        ways(walk, &grid, (0, 0), &mut grid.all(), &mut rules)?;
        Ok(self.xml(&grid, &rules))
    }

    fn xml(&self, grid: &Grid, rules: &[(Vec<Bits>, String)]) -> String {
        let (id, name) = (escaped(&self.id), escaped(&self.name));
        let camunda = match self.dialect {
            feel::Dialect::Standard => "",
            feel::Dialect::Camunda => {
                " xmlns:modeler=\"http://camunda.org/schema/modeler/1.0\" \
                 modeler:executionPlatform=\"Camunda Cloud\""
            }
        };
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions \
             xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"{camunda} id=\"{id}_model\" \
             name=\"{name}\" namespace=\"{id}\">\n"
        );
        let inputs = self.free_names();
        // Writing to a string does not fail.
        for (at, input) in inputs.iter().enumerate() {
            let _ =
                writeln!(xml, "  <inputData id=\"{id}_input{at}\" name=\"{}\"/>", escaped(input));
        }
        let _ = writeln!(xml, "  <decision id=\"{id}\" name=\"{name}\">");
        for at in 0..inputs.len() {
            let _ = writeln!(
                xml,
                "    <informationRequirement><requiredInput \
                 href=\"#{id}_input{at}\"/></informationRequirement>"
            );
        }
        xml += "    <decisionTable hitPolicy=\"UNIQUE\">\n";
        for axis in &grid.axes {
            let _ = writeln!(
                xml,
                "      <input><inputExpression><text>{}</text></inputExpression></input>",
                escaped(&axis.expression)
            );
        }
        xml += "      <output/>\n";
        for (cell, result) in rules {
            xml += "      <rule>\n";
            for (axis, set) in grid.axes.iter().zip(cell) {
                let text = escaped(&axis.pieces.text(set));
                let _ = writeln!(xml, "        <inputEntry><text>{text}</text></inputEntry>");
            }
            let result = escaped(result);
            let _ = writeln!(xml, "        <outputEntry><text>{result}</text></outputEntry>");
            xml += "      </rule>\n";
        }
        xml + "    </decisionTable>\n  </decision>\n</definitions>\n"
    }
}

/// Adds a rule for every way from the node to a result.
fn ways(
    walk: &Walk,
    grid: &Grid,
    (at, depth): (usize, usize),
    within: &mut Vec<Bits>,
    rules: &mut Vec<(Vec<Bits>, String)>,
) -> Result<(), NotComparable> {
    let node = walk.nodes.get(at).filter(|_| depth <= MAX_DEPTH);
    let Some(node) = node else { return Err(NotComparable::TooLarge) };
    let (table, targets) = match &node.step {
        WalkStep::Result(conclusion) => {
            rules.push((within.clone(), conclusion.outcome().text()));
            return if rules.len() > MAX_RULES { Err(NotComparable::TooLarge) } else { Ok(()) };
        }
        WalkStep::Ask { table, targets } => (table, targets),
    };
    for question in table.questions() {
        let Some(axis) = grid.position(question.expression) else { continue };
        for (condition, target) in question.conditions.iter().zip(targets) {
            let (Ok(condition), Some(known)) = (condition, grid.axes.get(axis)) else { continue };
            let Some(set) = within.get_mut(axis) else { continue };
            let before = set.clone();
            set.intersect(&known.pieces.set(condition));
            // A branch that no answer takes, after what was asked before, makes no rule.
            let flow = if set.is_empty() {
                Ok(())
            } else {
                ways(walk, grid, (*target, depth + 1), within, rules)
            };
            if let Some(set) = within.get_mut(axis) {
                *set = before;
            }
            flow?;
        }
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
