//! The reference models of the BPMN Model Interchange Working Group.

use bpmn::Model;

use crate::{bpmn_files, kept};

pub(crate) const REFERENCE: &str = "../../../shared/data/bpmn-miwg/reference";

#[test]
fn every_reference_model_round_trips() {
    let files = bpmn_files(REFERENCE);
    assert_eq!(files.len(), 21, "the reference models are incomplete");
    for (name, xml) in files {
        kept::check(&name, &xml);
    }
}

#[test]
fn a_reference_model_is_deployed_or_refused_with_reasons() {
    for (name, xml) in bpmn_files(REFERENCE) {
        let Err(problems) = Model::parse(&xml) else { continue };
        assert!(problems.iter().any(bpmn::Problem::is_error), "{name}");
        for problem in problems {
            assert!(problem.element.is_some(), "{name}: {problem}");
            assert!(problem.line > 0 && problem.column > 0, "{name}: {problem}");
            let shown = problem.to_string();
            assert!(!shown.ends_with('.') && shown.len() < 1000, "{name}: {shown}");
        }
    }
}
