// What happened to a record, newest first: changes by people, steps of processes, decisions, mails.

import { Anchor, Button, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsSplit2,
  IconMail,
  IconPencil,
  IconPlayerPlay,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type {
  FieldChange,
  FieldValue,
  ObjectDef,
  TimelineEntry,
  TimelineKind,
} from "../../api/wire.ts";
import { useWords, type Words } from "../../i18n/language.tsx";
import { fieldOf } from "../../object/objects.ts";
import { OutboxStateDot } from "../../outbox/OutboxStateDot.tsx";
import { elementIcon } from "../../process/elementIcon.tsx";
import { Instant } from "../../ui/Instant.tsx";
import { TextLink } from "../../ui/links.tsx";
import { QueryView, QuietLine } from "../../ui/states.tsx";
import { timelineQuery } from "../records.ts";
import { FieldText } from "../value/FieldText.tsx";
import { ReferenceTitle } from "../value/ReferenceTitle.tsx";
import { Panel } from "./Panel.tsx";
import classes from "./page.module.css";

interface TimelineProps {
  object: ObjectDef;
  recordKey: string;
  /** Asks for the explanation of a decision. */
  onDecision: (key: string) => void;
}

export function Timeline({ object, recordKey, onDecision }: TimelineProps) {
  const { t } = useWords();
  const timeline = useInfiniteQuery(timelineQuery(object.name, recordKey));
  return (
    <Panel title={t("timeline.title")}>
      <QueryView query={timeline} rows={5}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.items).filter(isTelling);
          if (entries.length === 0) return <QuietLine>{t("timeline.empty")}</QuietLine>;
          return (
            <>
              <ol className={classes.timeline}>
                {entries.map((entry, index) => (
                  <Entry
                    key={`${entry.kind}-${entry.key}`}
                    object={object}
                    entry={entry}
                    timed={!sameMinute(entry, entries[index - 1])}
                    onDecision={onDecision}
                  />
                ))}
              </ol>
              {timeline.hasNextPage ? (
                <Button
                  variant="subtle"
                  fullWidth
                  loading={timeline.isFetchingNextPage}
                  onClick={() => void timeline.fetchNextPage()}
                >
                  {t("timeline.more")}
                </Button>
              ) : null}
            </>
          );
        }}
      </QueryView>
    </Panel>
  );
}

/** Gateways only pass the token on; the instance's own page shows them. */
function isTelling(entry: TimelineEntry): boolean {
  return entry.step?.state !== "completed" || !/gateway/i.test(entry.step.element_type);
}

/** What happened within one minute shows its time once. */
function sameMinute(entry: TimelineEntry, before: TimelineEntry | undefined): boolean {
  return before !== undefined && entry.at.slice(0, 16) === before.at.slice(0, 16);
}

interface EntryProps {
  object: ObjectDef;
  entry: TimelineEntry;
  timed: boolean;
  onDecision: (key: string) => void;
}

function Entry({ object, entry, timed, onDecision }: EntryProps) {
  return (
    <li className={classes.entry} data-kind={entry.kind} data-state={entry.step?.state ?? ""}>
      <span className={classes.entryIcon}>{iconOf(entry)}</span>
      <div className={classes.entryBody}>
        <div className={classes.entryHead}>
          <Text size="sm" component="div" className={classes.entryTitle ?? ""}>
            <Headline entry={entry} onDecision={onDecision} />
          </Text>
          {timed ? <Instant at={entry.at} size="xs" c="dimmed" /> : null}
        </div>
        {entry.changes === undefined || entry.changes.length === 0 ? null : (
          <ul className={classes.changes}>
            {entry.changes.map((change) => (
              <Change
                key={change.field}
                object={object}
                change={change}
                created={entry.kind === "created"}
              />
            ))}
          </ul>
        )}
        {entry.incident === undefined ? null : (
          <Text size="sm" c="var(--rondo-red)">
            {entry.incident.message}
          </Text>
        )}
        <Cause entry={entry} />
      </div>
    </li>
  );
}

function Headline({
  entry,
  onDecision,
}: {
  entry: TimelineEntry;
  onDecision: (key: string) => void;
}) {
  const words = useWords();
  const { t } = words;
  const { step, decision, mail, incident } = entry;
  if (decision !== undefined) {
    return (
      <>
        {t("timeline.decided")}{" "}
        <Anchor component="button" type="button" inherit onClick={() => onDecision(decision.key)}>
          {decision.name ?? decision.decision_id}
        </Anchor>
      </>
    );
  }
  if (mail !== undefined) {
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
  if (incident !== undefined) {
    return (
      <>
        {t("timeline.incident")}{" "}
        <Text span inherit c="dimmed">
          {incident.element_name || incident.element_id}
        </Text>
      </>
    );
  }
  if (step !== undefined) {
    return (
      <>
        <TextLink
          to="/instances/$key"
          params={{ key: step.instance }}
          search={{ element: step.element_id }}
          inherit
          c="inherit"
        >
          {step.element_name || elementTypeName(words, step.element_type)}
        </TextLink>{" "}
        <Text span size="xs" c="dimmed">
          {step.state === "completed"
            ? durationWorthTelling(words, step)
            : t(`instance_state.${step.state}`)}
        </Text>
      </>
    );
  }
  return (
    <>
      {verb(words, entry.kind)}
      {entry.by ? (
        <Text span inherit c="dimmed">
          {" "}
          {t("timeline.by", { name: entry.by.title })}
        </Text>
      ) : null}
    </>
  );
}

/** Steps that a machine did at once need no duration. */
function durationWorthTelling({ format }: Words, step: NonNullable<TimelineEntry["step"]>): string {
  const { started_at: from, ended_at: to } = step;
  if (!to || Date.parse(to) - Date.parse(from) < 1000) return "";
  return format.duration(from, to);
}

function Cause({ entry }: { entry: TimelineEntry }) {
  const { t } = useWords();
  const { cause } = entry;
  if (!cause || entry.step !== undefined) return null;
  return (
    <Text size="xs" c="dimmed">
      {t("timeline.because")}{" "}
      <TextLink
        to="/instances/$key"
        params={{ key: cause.instance }}
        search={{ element: cause.element_id }}
        inherit
      >
        {cause.element_name || cause.element_id}
      </TextLink>
    </Text>
  );
}

function Change({
  object,
  change,
  created,
}: {
  object: ObjectDef;
  change: FieldChange;
  created: boolean;
}) {
  const { label, t } = useWords();
  const field = fieldOf(object, change.field);
  if (created && change.new === null) return null;
  const show = (value: FieldValue, title: string | undefined): ReactNode => {
    if (value === null || value === "")
      return <span className={classes.none}>{t("value.none")}</span>;
    if (field === undefined) return String(value);
    if (field.type === "reference" && title === undefined) {
      return <ReferenceTitle object={field.object ?? ""} recordKey={String(value)} />;
    }
    const reference =
      title === undefined ? undefined : { object: field.object ?? "", key: String(value), title };
    return <FieldText field={field} value={value} reference={reference} place="list" />;
  };
  return (
    <li>
      <span className={classes.changeName}>
        {field === undefined ? change.field : label(field.label)}
      </span>
      {created ? null : (
        <>
          <s className={classes.old}>{show(change.old, change.old_title)}</s>
          <span aria-hidden="true">→</span>
        </>
      )}
      <span>{show(change.new, change.new_title)}</span>
    </li>
  );
}

function iconOf(entry: TimelineEntry): ReactNode {
  if (entry.step !== undefined) return elementIcon(entry.step.element_type, 15);
  const Icon = ICONS[entry.kind];
  return <Icon size={15} stroke={1.7} aria-hidden="true" />;
}

const ICONS: Record<TimelineKind, typeof IconPlus> = {
  created: IconPlus,
  updated: IconPencil,
  deleted: IconTrash,
  step: IconPlayerPlay,
  decision: IconArrowsSplit2,
  mail: IconMail,
  incident: IconAlertTriangle,
};

function verb({ t }: Words, kind: TimelineKind): string {
  switch (kind) {
    case "created":
      return t("timeline.created");
    case "deleted":
      return t("timeline.deleted");
    case "incident":
      return t("timeline.incident");
    case "updated":
    case "step":
    case "decision":
    case "mail":
      return t("timeline.updated");
  }
}

/** "exclusive_gateway" or "exclusiveGateway" in words. */
function elementTypeName({ find }: Words, type: string): string {
  const name = type.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  return find(`element.${name}`) ?? name.replaceAll("_", " ");
}
