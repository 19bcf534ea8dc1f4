//! Warnings in a trace. In the history they have four fields, as those that were kept before had; where one stands is
//! kept behind its message.

use std::sync::Arc;

use feel::WarningKind;
use serde::{Deserialize, Serialize};

/// Texts of sources that are longer are not kept, as a trace may have many warnings.
const MAX_TEXT: usize = 1_000;

/// No XML can hold it, so that no id of an element has it; a message loses it.
const SEPARATOR: char = '\u{1f}';

/// How the warning ends that values are not in the trace.
pub(crate) const LEFT_OUT: &str = "too large for the trace, which has null instead";

/// A warning: of FEEL, such as a missing name, or of the decision logic, such as a violated hit policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct TracedWarning {
    /// What kind of warning: FEEL's code, else `DECISION_LOGIC`.
    pub code: Arc<str>,
    /// Byte offset in the expression where the part begins that caused it; 0 where that is not known.
    pub start: u32,
    /// Byte offset behind that part.
    pub end: u32,
    /// What happened: lower case, without a full stop.
    pub message: Arc<str>,
    /// What it is about, and what the offsets count in; None where that was not kept yet.
    pub source: Option<TracedSource>,
}

/// The cell, entry, other expression or element that a warning is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedSource {
    /// Of a cell of a rule the `id` of the rule, as in [`crate::MatchedRule::id`]; else that of the element that the
    /// expression is in, or of the nearest one around it that has an id.
    pub element: Arc<str>,
    /// The text of the expression; of a very long one nothing, nor of what is none, such as a table.
    pub text: Arc<str>,
}

impl TracedWarning {
    /// A warning of FEEL.
    pub(crate) fn from_feel(warning: &feel::Warning) -> Self {
        let offset = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        Self {
            code: Arc::from(warning.kind.code()),
            start: offset(warning.span.start),
            end: offset(warning.span.end),
            message: warning.message.as_str().into(),
            source: TracedSource::of(&warning.source),
        }
    }

    /// A remark about an element.
    pub(crate) fn of_element(element: &Arc<str>, message: &str) -> Self {
        let source = TracedSource { element: Arc::clone(element), text: "".into() };
        Self {
            code: WarningKind::DecisionLogic.code().into(),
            start: 0,
            end: 0,
            message: message.into(),
            source: Some(source),
        }
    }
}

impl TracedSource {
    fn of(source: &feel::WarningSource) -> Option<Self> {
        let text = source.text.as_ref().filter(|text| text.len() <= MAX_TEXT).cloned();
        let element = source.element.clone();
        (element.is_some() || text.is_some())
            .then(|| Self { element: element.unwrap_or_default(), text: text.unwrap_or_default() })
    }
}

/// A warning as it is stored: its fields may not change.
#[derive(Serialize, Deserialize)]
struct Kept {
    code: Arc<str>,
    start: u32,
    end: u32,
    /// The message, and with a source its element and its text behind separators.
    message: Arc<str>,
}

impl From<TracedWarning> for Kept {
    fn from(warning: TracedWarning) -> Self {
        let TracedWarning { code, start, end, message, source } = warning;
        let message = message.replace(SEPARATOR, " ");
        let message = match source {
            Some(TracedSource { element, text }) => {
                format!("{message}{SEPARATOR}{element}{SEPARATOR}{text}").into()
            }
            None => message.into(),
        };
        Self { code, start, end, message }
    }
}

impl From<Kept> for TracedWarning {
    fn from(kept: Kept) -> Self {
        let Kept { code, start, end, message } = kept;
        let mut parts = message.splitn(3, SEPARATOR);
        let (said, element, text) = (parts.next(), parts.next(), parts.next());
        match (said, element.zip(text)) {
            (Some(said), Some((element, text))) => {
                let source = TracedSource { element: element.into(), text: text.into() };
                Self { code, start, end, message: said.into(), source: Some(source) }
            }
            _ => Self { code, start, end, message, source: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &str) -> TracedWarning {
        TracedWarning::of_element(&"d".into(), message)
    }

    #[test]
    fn a_warning_is_kept_with_its_source_and_read_without_one() {
        let source = TracedSource { element: "rule 1".into(), text: "a\u{1f}b".into() };
        for source in [None, Some(source)] {
            let warning = TracedWarning { source, ..said("no value") };
            let kept = serde_json::to_value(&warning).unwrap();
            assert_eq!(kept.as_object().map(serde_json::Map::len), Some(4));
            assert_eq!(serde_json::from_value::<TracedWarning>(kept).unwrap(), warning);
        }
        let odd = TracedWarning { source: None, ..said("a\u{1f}b\u{1f}c") };
        let read: TracedWarning =
            serde_json::from_value(serde_json::to_value(&odd).unwrap()).unwrap();
        assert_eq!((&*read.message, read.source), ("a b c", None));
    }
}
