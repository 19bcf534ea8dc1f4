// The first line of an entry of the timeline: what happened, in a few words, with the way to more of it.

import { Anchor, Text } from "@mantine/core";
import type { TimelineEntry } from "../../api/wire.ts";
import { DecisionName } from "../../decision/DecisionName.tsx";
import { useWords, type Words } from "../../i18n/language.tsx";
import { OutboxStateDot } from "../../outbox/OutboxStateDot.tsx";
import { useStepName } from "../../process/translated.ts";
import { Instant } from "../../ui/Instant.tsx";
import { TextLink } from "../../ui/links.tsx";

interface TimelineHeadlineProps {
  entry: TimelineEntry;
  /** Asks for the explanation of a decision. */
  onDecision: (key: string) => void;
}

export function TimelineHeadline({ entry, onDecision }: TimelineHeadlineProps) {
  const { t } = useWords();
  const stepName = useStepName();
  switch (entry.kind) {
    case "decision": {
      const { decision } = entry;
      return (
        <>
          {t("timeline.decided")}{" "}
          <Anchor component="button" type="button" inherit onClick={() => onDecision(decision.key)}>
            <DecisionName {...decision} />
          </Anchor>
        </>
      );
    }
    case "mail":
      return <MailHeadline mail={entry.mail} />;
    case "incident":
      return (
        <>
          {t("timeline.incident")}{" "}
          <Text span inherit c="dimmed">
            {stepName(entry.incident)}
          </Text>
        </>
      );
    case "step":
      return <StepHeadline step={entry.step} by={entry.by?.title} />;
    case "created":
    case "updated":
    case "deleted":
      return (
        <>
          {t(`timeline.${entry.kind}`)}
          {entry.by ? (
            <Text span inherit c="dimmed">
              {" "}
              {t("timeline.by", { name: entry.by.title })}
            </Text>
          ) : null}
        </>
      );
  }
}

type Of<Kind extends TimelineEntry["kind"]> = Extract<TimelineEntry, { kind: Kind }>;

function MailHeadline({ mail }: { mail: Of<"mail">["mail"] }) {
  const { t } = useWords();
  return (
    <>
      <TextLink to="/outbox" search={{ entry: mail.key }} inherit>
        {mail.subject}
      </TextLink>{" "}
      {mail.to === "" ? null : (
        <Text span inherit c="dimmed">
          {t("timeline.mail_to", { to: mail.to })}
        </Text>
      )}{" "}
      <OutboxStateDot state={mail.state} />
    </>
  );
}

/** A step, and who did it where it was a person's task: then when that was, too. */
function StepHeadline({ step, by }: { step: Of<"step">["step"]; by: string | undefined }) {
  const words = useWords();
  const stepName = useStepName();
  return (
    <>
      <TextLink
        to="/instances/$key"
        params={{ key: step.instance }}
        search={{ element: step.element_id }}
        inherit
        c="inherit"
      >
        {stepName(step)}
      </TextLink>{" "}
      {by === undefined ? null : (
        <Text span inherit c="dimmed">
          {words.t("timeline.by", { name: by })}{" "}
        </Text>
      )}
      <Text span size="xs" c="dimmed">
        {by !== undefined && step.ended_at ? (
          <>
            <Instant at={step.ended_at} />
            {" · "}
          </>
        ) : null}
        {step.state === "completed"
          ? durationWorthTelling(words, step)
          : words.t(`instance_state.${step.state}`)}
      </Text>
    </>
  );
}

/** Steps that a machine did at once need no duration. */
function durationWorthTelling({ format }: Words, step: Of<"step">["step"]): string {
  const { started_at: from, ended_at: to } = step;
  if (!to || Date.parse(to) - Date.parse(from) < 1000) return "";
  return format.duration(from, to);
}
