// One user task: what it is about, who has it, its form.

import { ActionIcon, Button, Group, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { RequestError } from "../api/client.ts";
import type { Json, ProblemItem, UserTaskWithForm } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { useNameOf } from "../process/translated.ts";
import { RecordFacts } from "../record/value/RecordFacts.tsx";
import { may, useMe } from "../session/session.ts";
import { useErrorText } from "../ui/errorText.ts";
import { Instant } from "../ui/Instant.tsx";
import { JsonValue } from "../ui/JsonValue.tsx";
import { TextLink } from "../ui/links.tsx";
import { Loading, QueryView, Refusal } from "../ui/states.tsx";
import { useUnsaved } from "../ui/unsaved.tsx";
import classes from "./task.module.css";
import { taskQuery, useAssignTask, useCompleteTask } from "./tasks.ts";

/** The form library is large and only wanted where there is a form. */
const FormView = lazy(async () => ({ default: (await import("./FormView.tsx")).FormView }));

interface TaskPaneProps {
  taskKey: string;
  onBack: () => void;
  onDone: () => void;
  /** Somebody began to fill in the form. */
  onTyped: () => void;
}

export function TaskPane({ taskKey, ...does }: TaskPaneProps) {
  const task = useQuery(taskQuery(taskKey));
  return <QueryView query={task}>{(data) => <ShownTask task={data} {...does} />}</QueryView>;
}

interface ShownTaskProps extends Omit<TaskPaneProps, "taskKey"> {
  task: UserTaskWithForm;
}

function ShownTask({ task, onBack, onDone, onTyped }: ShownTaskProps) {
  const { t } = useWords();
  const me = useMe();
  const nameOf = useNameOf();
  const complete = useCompleteTask(task.key);
  const works = may(me, "work_on_tasks");
  const held = task.assignee != null && task.assignee !== me.login;
  const writable = works && task.state === "created" && !held;
  const [typed, setTyped] = useState(false);
  useUnsaved(typed && writable, {
    outlives: ({ search }) => "task" in search && search.task === task.key,
  });
  const submit = (variables: { [name: string]: Json }) =>
    complete.mutate(variables, {
      onSuccess: () => {
        notifications.show({
          color: "green",
          message: t("inbox.done", { task: nameOf(task) }),
        });
        onDone();
      },
    });

  return (
    <div className={classes.shown}>
      <header className={classes.head}>
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <ActionIcon className={classes.back ?? ""} aria-label={t("action.back")} onClick={onBack}>
            <IconArrowLeft size={18} />
          </ActionIcon>
          <div>
            <Title order={2} className={classes.name ?? ""}>
              {nameOf(task)}
            </Title>
            <About task={task} />
          </div>
        </Group>
        {works && task.state === "created" ? <Claim task={task} /> : null}
      </header>
      {task.state === "created" ? null : (
        <Text size="sm" c="dimmed" mb="md">
          {task.completed_by
            ? t("task_state.completed_by", { name: task.completed_by.title })
            : t(`task_state.${task.state}`)}{" "}
          {task.ended_at ? <Instant at={task.ended_at} /> : null}
        </Text>
      )}
      {held && task.state === "created" ? (
        <Text size="sm" c="dimmed" mb="md">
          {t("inbox.held", { name: task.assignee ?? "" })}
        </Text>
      ) : null}
      {task.form ? (
        <Suspense fallback={<Loading rows={4} />}>
          <FormView
            schema={task.form}
            values={task.variables ?? {}}
            writable={writable}
            submitting={complete.isPending}
            onTyped={(now) => {
              setTyped(now);
              if (now && !typed) onTyped();
            }}
            problems={problemsOf(complete.error)}
            onSubmit={submit}
          />
        </Suspense>
      ) : (
        <WithoutForm task={task} />
      )}
      <Refusal error={complete.error} onClose={complete.reset} />
      {!task.form && writable ? (
        <Button mt="md" loading={complete.isPending} onClick={() => submit({})}>
          {t("inbox.complete")}
        </Button>
      ) : null}
    </div>
  );
}

/** One list as long as nothing is wrong, so that nothing is told anew. */
const NO_PROBLEMS: readonly ProblemItem[] = [];

function problemsOf(error: unknown): readonly ProblemItem[] {
  return error instanceof RequestError ? error.problems : NO_PROBLEMS;
}

function About({ task }: { task: UserTaskWithForm }) {
  const { t } = useWords();
  const nameOf = useNameOf();
  return (
    <Group gap="5px 12px" fz="sm" c="dimmed" mt={2}>
      {task.record ? (
        <span className={classes.subject}>
          <TextLink
            to="/records/$object/$key"
            params={{ object: task.record.object, key: task.record.key }}
            inherit
          >
            {task.record.title}
          </TextLink>
          <span className={classes.facts}>
            <RecordFacts record={task.record} />
          </span>
        </span>
      ) : null}
      <TextLink
        to="/instances/$key"
        params={{ key: task.instance }}
        search={{ element: task.element_id }}
        inherit
      >
        {nameOf(task.process)}
      </TextLink>
      <span>
        {t("inbox.created")} <Instant at={task.created_at} />
      </span>
      {task.due_at ? (
        <span>
          {t("inbox.due")} <Instant at={task.due_at} />
        </span>
      ) : null}
    </Group>
  );
}

function Claim({ task }: { task: UserTaskWithForm }) {
  const { t } = useWords();
  const me = useMe();
  const errorText = useErrorText();
  const assign = useAssignTask(task.key);
  const to = (assignee: string | null) =>
    assign.mutate(assignee, {
      onError: (error) => notifications.show({ color: "red", message: errorText(error) }),
    });
  if (task.assignee === me.login) {
    return (
      <Button variant="default" loading={assign.isPending} onClick={() => to(null)}>
        {t("inbox.unclaim")}
      </Button>
    );
  }
  return (
    <Button variant="default" loading={assign.isPending} onClick={() => to(me.login)}>
      {t(task.assignee ? "inbox.take_over" : "inbox.claim")}
    </Button>
  );
}

/** A task without a form shows what it knows. */
function WithoutForm({ task }: { task: UserTaskWithForm }) {
  const { t } = useWords();
  const entries = Object.entries(task.variables ?? {});
  if (entries.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("inbox.no_form")}
      </Text>
    );
  return (
    <dl className={classes.variables}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <JsonValue value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
