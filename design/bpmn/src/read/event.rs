//! Start, end and boundary events with what triggers them or what they bring about.

use crate::{
    event::{BoundaryTrigger, EndResult, Message, StartTrigger, Timer},
    graph::{ElementIndex, ElementKind},
    read::{
        BPMN, Reading,
        extension::zeebe,
        iso8601::{cycle_fault, date_time_fault, duration_fault},
        process::NOWHERE,
        record,
        scan::{Found, Scan},
        words::{SUPPORTED, words},
    },
    text::Text,
    xml::Node,
};

/// The trigger of a start event; `None` where it is refused.
pub(crate) fn start(reading: &mut Reading<'_>, found: Found<'_>) -> Option<StartTrigger> {
    let definition = definition(reading, found)?;
    if let Some(trigger) = record::trigger(reading, found) {
        if definition.is_some() || found.parent.is_some() {
            let message = "has both `rondo.object` and another trigger; a record trigger stands on \
                           a none start event of the process itself";
            reading.error(found.id, found.node, message);
        }
        return trigger.map(StartTrigger::Record);
    }
    let Some(definition) = definition else { return Some(StartTrigger::None) };
    if found.parent.is_some() {
        let message = "starts a sub-process, so it must be a none start event; remove its trigger";
        reading.error(found.id, definition, message);
        return None;
    }
    match &*definition.name.local {
        "messageEventDefinition" => message(reading, found, definition).map(StartTrigger::Message),
        "timerEventDefinition" => timer(reading, found, definition).map(StartTrigger::Timer),
        _ => refuse(reading, found, definition),
    }
}

/// What an end event brings about; `None` where it is refused.
pub(crate) fn end(reading: &mut Reading<'_>, found: Found<'_>) -> Option<EndResult> {
    let Some(definition) = definition(reading, found)? else { return Some(EndResult::None) };
    match &*definition.name.local {
        "terminateEventDefinition" => Some(EndResult::Terminate),
        "errorEventDefinition" => {
            let Some(error) = referenced_error(reading, found, definition)? else {
                let message = "ends with an error but names none; choose an error with a code";
                reading.error(found.id, definition, message);
                return None;
            };
            let code = code_of(reading, found, error)?;
            Some(EndResult::Error { code })
        }
        _ => refuse(reading, found, definition),
    }
}

/// A boundary event; `None` where it is refused.
pub(crate) fn boundary(
    reading: &mut Reading<'_>,
    scan: &Scan<'_>,
    found: Found<'_>,
) -> Option<ElementKind> {
    let interrupting =
        !matches!(found.node.attribute("cancelActivity").map(str::trim), Some("false" | "0"));
    let attached_to = attached_to(reading, scan, found);
    let Some(definition) = definition(reading, found)? else {
        let message = "is a boundary event without a trigger; make it a timer or an error";
        reading.error(found.id, found.node, message);
        return None;
    };
    let trigger = match &*definition.name.local {
        "timerEventDefinition" => {
            let timer = timer(reading, found, definition)?;
            if interrupting && matches!(timer, Timer::Cycle(_)) {
                let message = "is interrupting, so it cannot repeat; use a duration or a date, or \
                               make it non-interrupting";
                reading.error(found.id, definition, message);
            }
            BoundaryTrigger::Timer(timer)
        }
        "errorEventDefinition" => {
            if !interrupting {
                let message = "catches an error, so it must be interrupting";
                reading.error(found.id, definition, message);
            }
            error_trigger(reading, found, definition)?
        }
        _ => return refuse(reading, found, definition),
    };
    Some(ElementKind::BoundaryEvent { attached_to, interrupting, trigger })
}

fn attached_to(reading: &mut Reading<'_>, scan: &Scan<'_>, found: Found<'_>) -> ElementIndex {
    let reference = found.node.attribute("attachedToRef").unwrap_or_default().trim();
    scan.elements_by_id.get(reference).copied().unwrap_or_else(|| {
        let message = format!(
            "is attached to `{reference}`, which is no activity of this process; attach it again"
        );
        reading.error(found.id, found.node, message);
        NOWHERE
    })
}

fn error_trigger(
    reading: &mut Reading<'_>,
    found: Found<'_>,
    definition: &Node,
) -> Option<BoundaryTrigger> {
    let Some(error) = referenced_error(reading, found, definition)? else {
        return Some(BoundaryTrigger::Error { code: None });
    };
    match code_of(reading, found, error)? {
        Text::Static(code) => Some(BoundaryTrigger::Error { code: Some(code) }),
        Text::Expression(_) => {
            let message = "catches an error whose code is an expression; a code to catch is fixed";
            reading.error(found.id, error, message);
            None
        }
    }
}

/// The one event definition: `Some(None)` for a none event, `None` where it is refused.
#[expect(clippy::option_option, reason = "refused, none and some are three answers")]
fn definition<'d>(reading: &mut Reading<'_>, found: Found<'d>) -> Option<Option<&'d Node>> {
    let mut definitions = found.node.elements().filter(|child| {
        &*child.name.namespace == BPMN
            && (child.name.local.ends_with("EventDefinition")
                || &*child.name.local == "eventDefinitionRef")
    });
    let definition = definitions.next();
    if let Some(second) = definitions.next() {
        let message = "has several event definitions; draw one event for each";
        reading.error(found.id, second, message);
        return None;
    }
    Some(definition)
}

fn refuse<T>(reading: &mut Reading<'_>, found: Found<'_>, definition: &Node) -> Option<T> {
    let trigger = words(&definition.name.local);
    let trigger = trigger.strip_suffix(" event definition").unwrap_or(&trigger);
    let article = if trigger.starts_with(['e', 'i']) { "an" } else { "a" };
    let message = format!(
        "is {article} {trigger} {}, which cannot be executed yet; {SUPPORTED}",
        words(&found.node.name.local)
    );
    reading.error(found.id, definition, message);
    None
}

fn timer(reading: &mut Reading<'_>, found: Found<'_>, definition: &Node) -> Option<Timer> {
    let mut times = definition.elements().filter(|child| {
        &*child.name.namespace == BPMN
            && matches!(&*child.name.local, "timeDate" | "timeDuration" | "timeCycle")
    });
    let (Some(time), None) = (times.next(), times.next()) else {
        let message = "needs exactly one of date, duration and cycle for its timer";
        reading.error(found.id, definition, message);
        return None;
    };
    let source = time.text();
    if source.is_empty() {
        reading.error(found.id, time, "has a timer without a value; enter one");
        return None;
    }
    let value = reading.text_of(found.id, time, "the timer", &source)?;
    let kind = &*time.name.local;
    let fault = value.as_static().and_then(|text| match kind {
        "timeDate" => date_time_fault(text),
        "timeDuration" => duration_fault(text),
        _ => cycle_fault(text),
    });
    if let Some(fault) = fault {
        let message = format!("has the timer value `{source}`; it {fault}, or FEEL after `=`");
        reading.error(found.id, time, message);
        return None;
    }
    Some(match kind {
        "timeDate" => Timer::Date(value),
        "timeDuration" => Timer::Duration(value),
        _ => Timer::Cycle(value),
    })
}

fn message(reading: &mut Reading<'_>, found: Found<'_>, definition: &Node) -> Option<Message> {
    let reference = definition.attribute("messageRef").map(local_part).unwrap_or_default();
    let Some(&message) = reading.messages.get(reference) else {
        let message = match reference {
            "" => "waits for a message but names none; choose one".to_owned(),
            _ => format!("refers to the message `{reference}`, which the file does not define"),
        };
        reading.error(found.id, definition, message);
        return None;
    };
    if message.attribute("name").unwrap_or_default().trim().is_empty() {
        reading.error(found.id, message, "waits for a message without a name; give it one");
    }
    let name = reading.text(found.id, message, "name")?;
    let correlation_key = zeebe(message, "subscription")
        .and_then(|subscription| Some((subscription, subscription.attribute("correlationKey")?)))
        .filter(|(_, source)| !source.trim().is_empty())
        .and_then(|(at, source)| reading.expression(found.id, at, "the correlation key", source));
    Some(Message { name, correlation_key })
}

/// The error that a definition refers to: `Some(None)` for none, `None` where there is no such error.
#[expect(clippy::option_option, reason = "unresolved, none and some are three answers")]
fn referenced_error<'d>(
    reading: &mut Reading<'d>,
    found: Found<'_>,
    definition: &Node,
) -> Option<Option<&'d Node>> {
    let reference = definition.attribute("errorRef").map(local_part).unwrap_or_default();
    if reference.is_empty() {
        return Some(None);
    }
    let error = reading.errors.get(reference).copied();
    if error.is_none() {
        let message = format!("refers to the error `{reference}`, which the file does not define");
        reading.error(found.id, definition, message);
    }
    error.map(Some)
}

fn code_of(reading: &mut Reading<'_>, found: Found<'_>, error: &Node) -> Option<Text> {
    if error.attribute("errorCode").unwrap_or_default().trim().is_empty() {
        let message = "refers to an error without a code; give the error one";
        reading.error(found.id, error, message);
    }
    reading.text(found.id, error, "errorCode")
}

/// References are `xsd:QName`s, though most tools write plain ids.
fn local_part(reference: &str) -> &str {
    let reference = reference.trim();
    reference.rsplit_once(':').map_or(reference, |(_, local)| local)
}
