//! `rondo deploy FILE..`: objects and models, all of them or none. Both at once are one command: the models are held
//! against the objects to come, and what is deployed already against both.

use std::path::Path;

use access::Actor;
use anyhow::{Context, Result, bail};
use records::ObjectDef;
use runtime::{Answer, Command, CommandError, Envelope, Release, Resource, ResourceProblem};

use crate::cli::Deploy;
use crate::say;
use crate::workspace::Workspace;

pub(crate) fn deploy(options: &Deploy) -> Result<()> {
    let (mut objects, mut resources) = (Vec::new(), Vec::new());
    for file in &options.files {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("`{}` cannot be read", file.display()))?;
        let name = file_name(file);
        let is_json = file.extension().is_some_and(|end| end == "json");
        if is_json && !name.ends_with(".tree.json") {
            let object = ObjectDef::from_json(&text)
                .with_context(|| format!("`{}` is not an object's definition", file.display()))?;
            objects.push(object);
        } else {
            resources.push(Resource { name: name.into(), text: text.into() });
        }
    }
    super::backup::expect_database(&options.data).context("nothing is deployed")?;
    let workspace = Workspace::open(&options.data)?;
    workspace.run(async |runtime| {
        if resources.is_empty() {
            submit(runtime, Command::DefineObjects(objects)).await?;
        } else {
            let release = Release { objects, resources: resources.clone() };
            let answer = submit(runtime, Command::Release(release)).await?;
            let Answer::Deployed(deployed) = answer else { bail!("a deployment answered nothing") };
            for remark in runtime::remarks(&resources, &deployed, &runtime.catalogue()) {
                say::line(format!("warning: {}", placed(&remark)));
            }
            for model in deployed.models {
                say::line(format!(
                    "{} `{}` version {} ({})",
                    model.kind, model.id, model.version, model.key
                ));
            }
        }
        Ok(())
    })
}

async fn submit(runtime: &runtime::Runtime, command: Command) -> Result<Answer> {
    accepted(runtime.submit(Envelope::new(Actor::system(), command)).await)
}

/// What was answered, or every problem on a line of its own.
fn accepted<T>(answer: Result<T, CommandError>) -> Result<T> {
    match answer {
        Ok(answer) => Ok(answer),
        Err(CommandError::Invalid(problems)) => {
            for problem in &problems {
                say::line(placed(problem));
            }
            bail!("nothing is deployed")
        }
        Err(error) => Err(error.into()),
    }
}

/// A problem with its place, as far as that is known: `order.bpmn:41:7: `check` has ..`.
fn placed(problem: &ResourceProblem) -> String {
    let ResourceProblem { resource, element, line, column, message } = problem;
    let place =
        if *line > 0 { format!("{resource}:{line}:{column}") } else { resource.to_string() };
    let element = element.as_deref().map(|id| format!("`{id}` ")).unwrap_or_default();
    format!("{place}: {element}{message}")
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
