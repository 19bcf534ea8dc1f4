// Why a record cannot be changed at its stage, who holds it, and what may be written all the same; or that
// nothing holds it now though its stage waits for a process.

import { Text } from "@mantine/core";
import { IconLock, IconLockOpen } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { http, path } from "../../api/client.ts";
import type { Lock, ObjectDef, Page, RecordRow, UserTask } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { fieldOf } from "../../object/objects.ts";
import { useNameOf } from "../../process/translated.ts";
import { candidatesOf } from "../../task/tasks.ts";
import { TextLink } from "../../ui/links.tsx";
import { stagesQuery } from "../records.ts";
import classes from "./page.module.css";
import { StartButtons } from "./StartButtons.tsx";

/** The tasks that an instance waits for. */
const openTasksQuery = (instance: string) =>
  queryOptions({
    queryKey: ["user-tasks", "of", instance],
    queryFn: ({ signal }) =>
      http.get<Page<UserTask>>(path("user-tasks"), {
        signal,
        query: { state: "created", instance, limit: 1 },
      }),
  });

interface LockBannerProps {
  object: ObjectDef;
  record: RecordRow;
  lock: Lock;
}

export function LockBanner({ object, record, lock }: LockBannerProps) {
  const { t, label, format } = useWords();
  const stages = useQuery({
    ...stagesQuery(object.name, record.key),
    enabled: object.stages != null,
  });
  const instance = stages.data?.state === "active" ? stages.data.instance : null;
  const tasks = useQuery({ ...openTasksQuery(instance ?? ""), enabled: Boolean(instance) });
  const task = tasks.data?.items[0];
  const open = lock.open.flatMap((name) => fieldOf(object, name) ?? []);
  // Whatever its process has brought to its end is as it should be; nobody has to be warned.
  const finished = stages.data?.state === "completed";
  const failed = stages.data?.stages.some((stage) => stage.state === "failed");
  return (
    <section className={classes.lock} data-finished={finished} aria-label={t("lock.title")}>
      <IconLock size={16} stroke={1.7} aria-hidden="true" />
      <Text size="sm">
        <strong>{label(lock.label)}</strong>
        {" · "}
        {task === undefined ? (
          t(
            finished
              ? "lock.finished"
              : failed
                ? "lock.failed"
                : lock.while_running || stages.data === undefined || instance
                  ? "lock.held"
                  : "lock.closed",
          )
        ) : (
          <Holder task={task} />
        )}{" "}
        {open.length === 0
          ? null
          : t("lock.open", { fields: format.list(open.map((field) => label(field.label))) })}
      </Text>
      {task === undefined ? (
        <StartButtons object={object} recordKey={record.key} />
      ) : (
        <TextLink to="/inbox" search={{ show: "open", task: task.key }} size="sm">
          {t("lock.show_task")}
        </TextLink>
      )}
    </section>
  );
}

/** That no process runs where one should, and how to go on. */
export function ReleasedBanner({ object, record }: { object: ObjectDef; record: RecordRow }) {
  const { t, label } = useWords();
  const stages = object.stages;
  const value = stages ? record.fields[stages.field] : null;
  if (!stages?.locked_while_running?.some((lock) => lock.value === value)) return null;
  const option = fieldOf(object, stages.field)?.options?.find((one) => one.value === value);
  return (
    <section className={classes.lock} aria-label={t("lock.released_title")}>
      <IconLockOpen size={16} stroke={1.7} aria-hidden="true" />
      <Text size="sm">
        <strong>{option === undefined ? null : label(option.label)}</strong>
        {" · "}
        {t("lock.released")}
      </Text>
      <StartButtons object={object} recordKey={record.key} />
    </section>
  );
}

/** The task that holds the record, and whom it waits for. */
function Holder({ task }: { task: UserTask }) {
  const { t, find, format } = useWords();
  const name = useNameOf()(task);
  const who = task.assignee || format.list(candidatesOf(task, find));
  return (
    <>{who === "" ? t("lock.waits", { task: name }) : t("lock.waits_for", { task: name, who })}</>
  );
}
