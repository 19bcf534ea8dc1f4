//! Trees and tables as each other. What is written was compared with what was read.

use std::path::Path;

use ::dmn::{DecisionKind, Model, Tree};
use anyhow::{Result, anyhow, bail};

use super::{compile, is_dmn, read};
use crate::cli::TreeForm;
use crate::say;

pub(super) fn tree(file: &Path, decision: Option<&str>, to: TreeForm) -> Result<()> {
    let model = compile(file)?;
    let id = chosen(&model, decision, file)?;
    let is_table = is_dmn(file);
    let tree = if is_table { Tree::of_table(&model, &id)? } else { from_file(file)? };
    let text = match to {
        TreeForm::Json => serde_json::to_string_pretty(&tree.to_json())?,
        TreeForm::Yaml => tree.to_yaml(),
        TreeForm::Mermaid => tree.to_mermaid(),
        TreeForm::Text => tree.to_text(),
        TreeForm::Table => tree.to_table()?,
    };
    if is_table {
        let problem = |problems| anyhow!("the tree cannot be compiled: {problems:?}");
        same(&model, &tree.compile().map_err(problem)?, &id)?;
    }
    if to == TreeForm::Table {
        let problem = |problems| anyhow!("the table cannot be compiled: {problems:?}");
        same(&model, &::dmn::compile(&text).map_err(problem)?, &id)?;
    }
    say::line(text.trim_end());
    Ok(())
}

pub(super) fn compare(left: &Path, right: &Path, decision: Option<&str>) -> Result<()> {
    let (ours, theirs) = (compile(left)?, compile(right)?);
    let ids = (chosen(&ours, decision, left)?, chosen(&theirs, decision, right)?);
    let Some(found) = ours.difference(&ids.0, &theirs, &ids.1)? else {
        say::line("both say the same about all inputs that are allowed");
        return Ok(());
    };
    let inputs: Vec<String> =
        found.witness.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    say::line(format!("where {}:", inputs.join(", ")));
    say::line(format!("  `{}` says {}", left.display(), found.left));
    say::line(format!("  `{}` says {}", right.display(), found.right));
    bail!("the decisions differ")
}

fn from_file(file: &Path) -> Result<Tree> {
    // The file was compiled before, so that there are no problems.
    Tree::read(&read(file)?).map_err(|problems| anyhow!("{problems:?}"))
}

fn same(left: &Model, right: &Model, id: &str) -> Result<()> {
    match left.difference(id, right, id)? {
        None => Ok(()),
        Some(found) => bail!("what would be written is not equivalent: {found:?}"),
    }
}

/// The decision that was asked for, else the only one that is a table or a tree.
fn chosen(model: &Model, decision: Option<&str>, file: &Path) -> Result<String> {
    if let Some(decision) = decision {
        return Ok(decision.to_owned());
    }
    let has_rules = |kind| matches!(kind, DecisionKind::DecisionTable | DecisionKind::DecisionTree);
    let ids: Vec<&str> =
        model.decisions().filter(|it| has_rules(it.kind)).map(|it| &*it.id).collect();
    match &*ids {
        [only] => Ok((*only).to_owned()),
        [] => bail!("`{}` has neither a table nor a tree", file.display()),
        several => bail!(
            "`{}` has several tables; name one with --decision: {}",
            file.display(),
            several.join(", ")
        ),
    }
}
