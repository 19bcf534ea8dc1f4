// What waits for people: the tasks at the left, the chosen one with its form at the right.

import { SegmentedControl, Text, UnstyledButton } from "@mantine/core";
import { IconInbox, IconMailbox } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { UserTask } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { useNameOf } from "../process/translated.ts";
import { RecordFacts } from "../record/value/RecordFacts.tsx";
import { useMe } from "../session/session.ts";
import { Instant } from "../ui/Instant.tsx";
import { useNow } from "../ui/now.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Nothing, QueryView } from "../ui/states.tsx";
import { TaskPane } from "./TaskPane.tsx";
import classes from "./task.module.css";
import { candidatesOf, type Show, tasksQuery } from "./tasks.ts";

const route = getRouteApi("/shell/inbox");

const SHOWS: readonly Show[] = ["mine", "open", "completed"];

export function InboxPage() {
  const { t } = useWords();
  const navigate = useNavigate();
  const search = route.useSearch();
  const show = SHOWS.find((one) => one === search.show) ?? "mine";
  const tasks = useQuery(tasksQuery(show));
  // On a wide window the first task is open by itself; on a narrow one the list comes first.
  const wide = matchMedia("(min-width: 48em)").matches;
  const chosen = search.task ?? (wide ? tasks.data?.items[0]?.key : undefined);
  const go = (next: { show?: Show; task?: string }) =>
    void navigate({ to: "/inbox", search: next, replace: next.task === undefined });

  return (
    <div className={classes.page} data-task={search.task !== undefined}>
      <section className={classes.list} aria-label={t("inbox.title")}>
        <PageHeader title={t("inbox.title")} icon={<IconInbox size={22} stroke={1.6} />} />
        <div className={classes.filter}>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={t("inbox.show")}
            value={show}
            onChange={(next) => go({ show: next as Show })}
            data={SHOWS.map((one) => ({ value: one, label: t(`inbox.show_${one}`) }))}
          />
        </div>
        <QueryView query={tasks}>
          {({ items }) =>
            items.length === 0 ? (
              <Nothing
                icon={<IconInbox size={28} stroke={1.5} />}
                title={t(show === "completed" ? "inbox.none_completed" : "inbox.empty")}
                description={show === "completed" ? undefined : t("inbox.empty_hint")}
              />
            ) : (
              <ul className={classes.tasks}>
                {items.map((task) => (
                  <li key={task.key}>
                    <TaskItem
                      task={task}
                      chosen={task.key === chosen}
                      onChoose={() => go({ show, task: task.key })}
                    />
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </section>
      <section className={classes.pane} aria-label={t("inbox.task")}>
        {chosen === undefined ? (
          tasks.data !== undefined && tasks.data.items.length > 0 ? (
            <Nothing title={t("inbox.choose")} />
          ) : (
            <Nothing
              icon={<IconMailbox size={28} stroke={1.5} />}
              title={t("inbox.opens_here")}
              description={t("inbox.opens_here_hint")}
            />
          )
        ) : (
          <TaskPane
            key={chosen}
            taskKey={chosen}
            onBack={() => go({ show })}
            onDone={() =>
              void navigate({ to: "/inbox", search: { show }, replace: true, ignoreBlocker: true })
            }
            // Begun, it stays the chosen one, even where another task comes before it.
            onTyped={() =>
              void navigate({ to: "/inbox", search: { show, task: chosen }, replace: true })
            }
          />
        )}
      </section>
    </div>
  );
}

function TaskItem({
  task,
  chosen,
  onChoose,
}: {
  task: UserTask;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { t, find, format } = useWords();
  const nameOf = useNameOf();
  const me = useMe();
  const now = useNow();
  const overdue = task.state === "created" && task.due_at != null && Date.parse(task.due_at) < now;
  return (
    <UnstyledButton className={classes.task ?? ""} aria-current={chosen} onClick={onChoose}>
      <span className={classes.taskHead}>
        <Text span size="sm" fw={580} truncate="end">
          {nameOf(task)}
        </Text>
        <Instant at={task.created_at} size="xs" c="dimmed" />
      </span>
      <span className={classes.about}>
        <strong>{task.record?.title ?? nameOf(task.process)}</strong>
        {task.record ? (
          <span className={classes.facts}>
            <RecordFacts record={task.record} />
          </span>
        ) : null}
      </span>
      <span className={classes.taskHead}>
        <Text span size="xs" c="dimmed" truncate="end">
          {task.completed_by
            ? t("inbox.completed_by", { name: task.completed_by.title })
            : task.assignee === me.login
              ? t("inbox.yours")
              : (task.assignee ?? (format.list(candidatesOf(task, find)) || t("inbox.unassigned")))}
        </Text>
        {task.ended_at ? (
          <Text span size="xs" c="dimmed">
            {t("inbox.ended")} <Instant at={task.ended_at} />
          </Text>
        ) : task.due_at ? (
          <Text span size="xs" c={overdue ? "var(--rondo-red)" : "dimmed"}>
            {t(overdue ? "inbox.overdue" : "inbox.due")} <Instant at={task.due_at} />
          </Text>
        ) : null}
      </span>
    </UnstyledButton>
  );
}
