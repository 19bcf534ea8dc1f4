// An import that runs, and what became of it.

import { Alert, Button, Group, Progress, Table, Text } from "@mantine/core";
import { IconDownload, IconRoute } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ObjectDef } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { processesQuery } from "../process/processes.ts";
import { Panel } from "../record/page/Panel.tsx";
import { may, useMe } from "../session/session.ts";
import { sentence, useErrorText, useRowProblemText } from "../ui/errorText.ts";
import { ButtonLink } from "../ui/links.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import table from "../ui/table.module.css";
import classes from "./import.module.css";
import type { ImportAnswer } from "./imports.ts";
import { cancelImport, type ImportRun, isUnderWay, shareOf } from "./running.ts";
import { download } from "./sample.ts";

interface ImportOutcomeProps {
  object: ObjectDef;
  run: ImportRun;
  onAnother: () => void;
}

export function ImportOutcome({ object, run, onAnother }: ImportOutcomeProps) {
  const { t, label } = useWords();
  const { state } = run;
  return (
    <>
      <Panel title={run.fileName} aside={<Elapsed run={run} />}>
        {isUnderWay(run) ? <Bar run={run} /> : null}
        <Ending run={run} />
        <Figures run={run} />
        <div className={classes.actions}>
          {isUnderWay(run) ? (
            <>
              <WatchLink object={object} />
              <Button variant="default" onClick={() => cancelImport(object.name)}>
                {t("import.cancel")}
              </Button>
            </>
          ) : (
            <>
              <WatchLink object={object} />
              <ButtonLink
                variant="default"
                to="/records/$object"
                params={{ object: object.name }}
                search={{ sort: "-created_at" }}
              >
                {t("import.show_records", { objects: label(object.plural) })}
              </ButtonLink>
              <Button variant="default" onClick={onAnother}>
                {t("import.another")}
              </Button>
            </>
          )}
        </div>
      </Panel>
      {state.kind === "done" ? <Refused run={run} answer={state.answer} /> : null}
    </>
  );
}

function Bar({ run }: { run: ImportRun }) {
  const { t } = useWords();
  const { state, progress } = run;
  const sending = state.kind === "sending";
  const text = sending ? t("import.sending") : t("import.running");
  return (
    <div className={classes.bar}>
      <Text size="sm" c="dimmed" mb={6}>
        {text}
      </Text>
      <Progress.Root size="md">
        <Progress.Section
          value={100 * shareOf(run)}
          animated={!sending && progress === undefined}
          aria-label={text}
        />
      </Progress.Root>
    </div>
  );
}

function Ending({ run: { state } }: { run: ImportRun }) {
  const { t } = useWords();
  const errorText = useErrorText();
  if (state.kind === "cancelled") {
    return (
      <Alert role="alert" color="gray" variant="light" mx="md" mb="sm" py="xs">
        {t("import.cancelled")}
      </Alert>
    );
  }
  if (state.kind !== "failed") return null;
  const { problems } = state.error;
  return (
    <Alert role="alert" color="red" variant="light" mx="md" mb="sm" title={t("import.failed")}>
      <Text size="sm">{errorText(state.error)}</Text>
      {problems.map(({ field, message }) => (
        <Text key={`${field}${message}`} size="sm">
          {field ? `${field}: ${message}` : sentence(message)}
        </Text>
      ))}
    </Alert>
  );
}

function Figures({ run: { state, progress } }: { run: ImportRun }) {
  const { t, format } = useWords();
  const counts = state.kind === "done" ? state.answer : progress;
  if (counts === undefined && state.kind === "failed") return null;
  const figure = (name: string, count: number, tone?: string) => (
    <div>
      <dt>{name}</dt>
      <dd data-tone={count === 0 ? undefined : tone}>{format.number(count)}</dd>
    </div>
  );
  return (
    <dl className={classes.figures} aria-live="polite">
      {figure(t("import.created"), counts?.created ?? 0, "green")}
      {figure(t("import.already_there"), counts?.already_there ?? 0)}
      {figure(t("import.refused"), counts?.refused ?? 0, "red")}
    </dl>
  );
}

function Elapsed({ run }: { run: ImportRun }) {
  const { format } = useWords();
  const [now, setNow] = useState(Date.now);
  const running = isUnderWay(run);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  const end = run.state.kind === "done" ? run.state.endedAt : running ? now : undefined;
  if (end === undefined) return null;
  return (
    <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
      {format.duration(
        new Date(run.startedAt).toISOString(),
        new Date(Math.max(end, run.startedAt)).toISOString(),
      )}
    </Text>
  );
}

/** The process that these records start, where there is one to look at. */
function WatchLink({ object }: { object: ObjectDef }) {
  const { t } = useWords();
  const me = useMe();
  const processes = useQuery({ ...processesQuery, enabled: may(me, "read_processes") });
  const ofObject = processes.data?.items.filter((one) => one.record_object === object.name) ?? [];
  const process = ofObject.find((one) => one.id === object.stages?.process) ?? ofObject[0];
  if (process === undefined) return null;
  return (
    <ButtonLink
      to="/processes/$id"
      params={{ id: process.id }}
      leftSection={<IconRoute size={16} />}
    >
      {t("import.watch")}
    </ButtonLink>
  );
}

function Refused({ run, answer }: { run: ImportRun; answer: ImportAnswer }) {
  const { t, counted, format } = useWords();
  const problemText = useRowProblemText();
  const { problems = [], refused_csv: csv } = answer;
  if (answer.refused === 0) return null;
  const unshown = answer.refused - new Set(problems.map(({ line }) => line)).size;
  return (
    <Panel
      title={counted("import.refused_rows", answer.refused)}
      aside={
        csv ? (
          <Button
            variant="default"
            leftSection={<IconDownload size={15} />}
            onClick={() => download(`${run.fileName.replace(/\.csv$/i, "")}.refused.csv`, csv)}
          >
            {t("import.refused_file")}
          </Button>
        ) : null
      }
    >
      <Text size="sm" c="dimmed" px="md" pb="sm">
        {t("import.refused_hint")}
      </Text>
      <Scroll label={t("import.refused")}>
        <Table className={table.table ?? ""}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("import.line")}</Table.Th>
              <Table.Th>{t("import.column")}</Table.Th>
              <Table.Th>{t("import.reason")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {problems.map((problem) => (
              <Table.Tr key={`${problem.line}${problem.field}${problem.message}`}>
                <Table.Td>{problem.line ? format.number(problem.line) : ""}</Table.Td>
                <Table.Td className={classes.code ?? ""}>{problem.field}</Table.Td>
                <Table.Td className={classes.reason ?? ""}>{problemText(problem)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
      {unshown > 0 ? (
        <Group px="md" py="sm">
          <Text size="sm" c="dimmed">
            {counted("import.more_refused", unshown)}
          </Text>
        </Group>
      ) : null}
    </Panel>
  );
}
