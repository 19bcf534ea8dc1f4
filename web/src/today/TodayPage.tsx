// The first screen: what needs one today. Tasks that wait, what processes had to say, one's own records,
// and how many records stand at which stage; for whoever repairs, what is stuck.

import { Text } from "@mantine/core";
import { IconAlertTriangle, IconSunHigh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Choice, FieldDef, ObjectDef, UserTask } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { NotificationRow } from "../notification/NotificationRow.tsx";
import { newestQuery } from "../notification/notifications.ts";
import { attachable, columnsOf, fieldOf, useObjects } from "../object/objects.ts";
import { processesQuery } from "../process/processes.ts";
import { useNameOf } from "../process/translated.ts";
import { toFeel } from "../record/list/filter.ts";
import { Panel } from "../record/page/Panel.tsx";
import { fewRecordsQuery } from "../record/records.ts";
import { FieldText } from "../record/value/FieldText.tsx";
import { RecordFacts } from "../record/value/RecordFacts.tsx";
import { may, useMe } from "../session/session.ts";
import { tasksQuery } from "../task/tasks.ts";
import { Instant } from "../ui/Instant.tsx";
import { TextLink } from "../ui/links.tsx";
import { useNow } from "../ui/now.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { StatusDot, toneOf } from "../ui/StatusDot.tsx";
import { QueryView, QuietLine } from "../ui/states.tsx";
import classes from "./today.module.css";

const SHOWN = 6;

export function TodayPage() {
  const { t, format } = useWords();
  const me = useMe();
  const now = useNow();
  const objects = useObjects().filter((object) => object.navigation);
  const staged = objects.filter((object) => object.stages);
  return (
    <div className={classes.page}>
      <PageHeader
        title={t("home.title")}
        icon={<IconSunHigh size={22} stroke={1.6} />}
        aside={
          <Text size="sm" c="dimmed">
            {format.today(now)}
          </Text>
        }
      />
      <div className={classes.columns}>
        <div className={classes.column}>
          <WaitingTasks />
          {[...objects].sort(byUrgency).map((object) => {
            const owner = ownerField(object);
            return owner === undefined ? null : (
              <OwnRecords key={object.name} object={object} owner={owner} />
            );
          })}
        </div>
        <div className={classes.column}>
          {may(me, "manage_instances") ? <Stuck /> : null}
          <News />
          {staged.map((object) => (
            <ByStage key={object.name} object={object} />
          ))}
        </div>
      </div>
    </div>
  );
}

/** What is to be done comes first, then what moves through stages, then the rest. */
function byUrgency(a: ObjectDef, b: ObjectDef): number {
  const rank = (object: ObjectDef) =>
    attachable([object]).length > 0 ? 0 : object.stages != null ? 1 : 2;
  return rank(a) - rank(b);
}

/** The field that says whose a record is. */
function ownerField(object: ObjectDef): FieldDef | undefined {
  const field = fieldOf(object, "owner");
  return field?.type === "reference" && field.object === "user" ? field : undefined;
}

function AllLink({ children, ...to }: { to: "/inbox" | "/notifications"; children: ReactNode }) {
  return (
    <TextLink {...to} size="sm">
      {children}
    </TextLink>
  );
}

function WaitingTasks() {
  const { t } = useWords();
  const tasks = useQuery(tasksQuery("mine"));
  return (
    <Panel title={t("home.tasks")} aside={<AllLink to="/inbox">{t("inbox.title")}</AllLink>}>
      <QueryView query={tasks} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <QuietLine>{t("inbox.empty")}</QuietLine>
          ) : (
            <ul className={classes.list}>
              {items.slice(0, SHOWN).map((task) => (
                <TaskLine key={task.key} task={task} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}

function TaskLine({ task }: { task: UserTask }) {
  const { t } = useWords();
  const now = useNow();
  const nameOf = useNameOf();
  const overdue = task.due_at != null && Date.parse(task.due_at) < now;
  return (
    <li className={classes.line}>
      <div className={classes.task}>
        <TextLink to="/inbox" search={{ task: task.key }} inherit c="inherit" fw={540}>
          {nameOf(task)}
        </TextLink>
        <Text size="sm" c="dimmed" truncate="end">
          {task.record?.title ?? nameOf(task.process)}
          {task.record ? (
            <span className={classes.facts}>
              <RecordFacts record={task.record} />
            </span>
          ) : null}
        </Text>
      </div>
      <Text span size="xs" c={overdue ? "var(--rondo-red)" : "dimmed"} flex="none">
        {task.due_at ? `${t(overdue ? "inbox.overdue" : "inbox.due")} ` : null}
        <Instant at={task.due_at ?? task.created_at} />
      </Text>
    </li>
  );
}

/** The records that are the signed-in user's, the last changed first. */
function OwnRecords({ object, owner }: { object: ObjectDef; owner: FieldDef }) {
  const { t, label } = useWords();
  const me = useMe();
  const filter = toFeel(object, [{ field: owner.name, operator: "=", value: me.user }]);
  const own = useQuery(fewRecordsQuery(object.name, { filter, sort: "-updated_at" }, 5));
  const shown = columnsOf(object, undefined)
    .filter((field) => field.name !== object.title && field.name !== owner.name)
    .slice(0, 2);
  // What one has none of is no news.
  if (own.data?.items.length === 0) return null;
  return (
    <Panel
      title={t("home.own", { objects: label(object.plural) })}
      aside={
        <TextLink
          to="/records/$object"
          params={{ object: object.name }}
          search={{ filter }}
          size="sm"
        >
          {t("related.all")}
        </TextLink>
      }
    >
      <QueryView query={own} rows={3}>
        {({ items }) => (
          <ul className={classes.list}>
            {items.map((record) => (
              <li key={record.key} className={`${classes.line} ${classes.record}`}>
                <TextLink
                  to="/records/$object/$key"
                  params={{ object: object.name, key: record.key }}
                  inherit
                  c="inherit"
                  fw={540}
                  className={classes.name ?? ""}
                >
                  {record.title}
                </TextLink>
                {shown.map((field) => (
                  <Text key={field.name} span size="sm" c="dimmed" className={classes.fact ?? ""}>
                    <FieldText
                      field={field}
                      value={record.fields[field.name]}
                      reference={record.references?.[field.name]}
                      place="list"
                    />
                  </Text>
                ))}
                <Text span size="xs" c="dimmed" className={classes.when ?? ""}>
                  <Instant at={record.updated_at} />
                </Text>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  );
}

function News() {
  const { t } = useWords();
  const newest = useQuery(newestQuery);
  return (
    <Panel
      title={t("notification.title")}
      aside={<AllLink to="/notifications">{t("related.all")}</AllLink>}
    >
      <QueryView query={newest} rows={3}>
        {({ items }) => {
          const unread = items.filter((one) => !one.read_at).slice(0, 5);
          if (unread.length === 0) return <QuietLine>{t("notification.none_unread")}</QuietLine>;
          return (
            <ul className={classes.list}>
              {unread.map((one) => (
                <li key={one.key}>
                  <NotificationRow notification={one} />
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
    </Panel>
  );
}

/** How many records stand at each stage. */
function ByStage({ object }: { object: ObjectDef }) {
  const { t, label } = useWords();
  const stage = fieldOf(object, object.stages?.field ?? "");
  if (stage?.options === undefined) return null;
  return (
    <Panel title={t("home.by_stage", { objects: label(object.plural), field: label(stage.label) })}>
      <ul className={classes.list}>
        {stage.options.map((option) => (
          <StageLine key={option.value} object={object} stage={stage} option={option} />
        ))}
      </ul>
    </Panel>
  );
}

interface StageLineProps {
  object: ObjectDef;
  stage: FieldDef;
  option: Choice;
}

function StageLine({ object, stage, option }: StageLineProps) {
  const { label, format } = useWords();
  const filter = toFeel(object, [{ field: stage.name, operator: "=", value: option.value }]);
  const found = useQuery(fewRecordsQuery(object.name, { filter }, 1));
  const count = found.data?.count;
  return (
    <li className={classes.line}>
      <TextLink
        to="/records/$object"
        params={{ object: object.name }}
        search={{ filter }}
        inherit
        c="inherit"
        flex={1}
      >
        <StatusDot tone={toneOf(option.color)}>{label(option.label)}</StatusDot>
      </TextLink>
      <Text span size="sm" className={classes.count ?? ""} c={count?.value === 0 ? "dimmed" : ""}>
        {count === undefined ? "" : `${format.number(count.value)}${count.capped ? "+" : ""}`}
      </Text>
    </li>
  );
}

/** Processes with instances that wait for a repair. */
function Stuck() {
  const { t, counted } = useWords();
  const nameOf = useNameOf();
  const processes = useQuery(processesQuery);
  const stuck = processes.data?.items.filter((one) => one.incidents > 0) ?? [];
  if (stuck.length === 0) return null;
  return (
    <Panel title={t("home.stuck")}>
      <ul className={classes.list}>
        {stuck.map((process) => (
          <li key={process.key} className={classes.line}>
            <IconAlertTriangle size={16} className={classes.alert} aria-hidden="true" />
            <TextLink
              to="/processes/$id"
              params={{ id: process.id }}
              search={{ version: String(process.version), state: "incident" }}
              inherit
              c="inherit"
              flex={1}
            >
              {nameOf(process)} · {t("process.version", { version: process.version })}
            </TextLink>
            <Text span size="sm" className={classes.count ?? ""}>
              {counted("home.incidents", process.incidents)}
            </Text>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
