// What happened to a record, newest first: changes by people, steps of processes, decisions, mails.

import { Button, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsSplit2,
  IconMail,
  IconPencil,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ObjectDef, TimelineEntry } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { elementIcon } from "../../process/elementIcon.tsx";
import { Instant } from "../../ui/Instant.tsx";
import { QueryView, QuietLine } from "../../ui/states.tsx";
import { timelineQuery } from "../records.ts";
import { Panel } from "./Panel.tsx";
import classes from "./page.module.css";
import { TimelineChanges } from "./TimelineChanges.tsx";
import { TimelineHeadline } from "./TimelineHeadline.tsx";

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
  if (entry.kind !== "step") return true;
  return entry.step.state !== "completed" || !/gateway/i.test(entry.step.element_type);
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
  const state = entry.kind === "step" ? entry.step.state : "";
  return (
    <li className={classes.entry} data-kind={entry.kind} data-state={state}>
      <span className={classes.entryIcon}>{iconOf(entry)}</span>
      <div className={classes.entryBody}>
        <div className={classes.entryHead}>
          <Text size="sm" component="div" className={classes.entryTitle ?? ""}>
            <TimelineHeadline entry={entry} onDecision={onDecision} />
          </Text>
          {timed ? <Instant at={entry.at} size="xs" c="dimmed" /> : null}
        </div>
        {"changes" in entry ? <TimelineChanges object={object} entry={entry} /> : null}
        {entry.kind === "incident" ? (
          <Text size="sm" c="var(--rondo-red)">
            {entry.incident.message}
          </Text>
        ) : null}
      </div>
    </li>
  );
}

function iconOf(entry: TimelineEntry): ReactNode {
  if (entry.kind === "step") return elementIcon(entry.step.element_type, 15);
  const Icon = ICONS[entry.kind];
  return <Icon size={15} stroke={1.7} aria-hidden="true" />;
}

const ICONS: Record<Exclude<TimelineEntry["kind"], "step">, typeof IconPlus> = {
  created: IconPlus,
  updated: IconPencil,
  deleted: IconTrash,
  decision: IconArrowsSplit2,
  mail: IconMail,
  incident: IconAlertTriangle,
};
