// One process instance, laid out as people know it from Camunda Operate: the diagram with the path
// taken above, the history at the left below it, details in tabs at the right.

import { ActionIcon, Group, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconDots, IconPlayerStop, IconRoute } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ElementInstance, FlowCount, Instance } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { type Badge, Diagram, type Mark } from "../process/Diagram.tsx";
import { processQuery } from "../process/processes.ts";
import { useNameOf } from "../process/translated.ts";
import { may, useMe } from "../session/session.ts";
import { useErrorText } from "../ui/errorText.ts";
import { Instant } from "../ui/Instant.tsx";
import { TextLink } from "../ui/links.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { QueryView } from "../ui/states.tsx";
import { InstanceHistory } from "./InstanceHistory.tsx";
import { InstanceStateDot } from "./InstanceStateDot.tsx";
import { InstanceTabs } from "./InstanceTabs.tsx";
import classes from "./instance.module.css";
import { elementsQuery, flowsQuery, instanceQuery, useCancelInstance } from "./instances.ts";

const route = getRouteApi("/shell/instances/$key");

export function InstancePage() {
  const { key } = route.useParams();
  const instance = useQuery(instanceQuery(key));
  return (
    <QueryView query={instance} rows={10}>
      {(data) => <WholeInstance key={key} instance={data} />}
    </QueryView>
  );
}

function WholeInstance({ instance }: { instance: Instance }) {
  const { t } = useWords();
  const nameOf = useNameOf();
  const navigate = useNavigate();
  const search = route.useSearch();
  const elements = useQuery(elementsQuery(instance.key));
  const select = (element: string | undefined) =>
    void navigate({
      to: "/instances/$key",
      params: { key: instance.key },
      search: ({ tab }) => ({
        ...(tab === undefined ? {} : { tab }),
        ...(element === undefined || element === search.element ? {} : { element }),
      }),
      replace: true,
    });

  return (
    <div className={classes.page}>
      <PageHeader
        title={instance.record?.title ?? nameOf(instance.process)}
        icon={<IconRoute size={22} stroke={1.6} />}
        parent={{
          label: nameOf(instance.process),
          link: {
            to: "/processes/$id",
            params: { id: instance.process.id },
            search: { version: String(instance.process.version) },
          },
        }}
        aside={
          <Text size="sm" span>
            <InstanceStateDot state={instance.state} incident={instance.incidents > 0} />
          </Text>
        }
      >
        <Facts instance={instance} />
        <InstanceMenu instance={instance} />
      </PageHeader>
      <div className={classes.diagram}>
        <PathDiagram
          instance={instance}
          elements={elements.data?.items}
          selected={search.element}
          onSelect={select}
        />
      </div>
      <div className={classes.below}>
        <section className={classes.history} aria-label={t("instance.history")}>
          <h2 className={classes.heading}>{t("instance.history")}</h2>
          <QueryView query={elements}>
            {({ items }) => (
              <InstanceHistory elements={items} selected={search.element} onSelect={select} />
            )}
          </QueryView>
        </section>
        <InstanceTabs instance={instance} tab={search.tab} />
      </div>
    </div>
  );
}

function Facts({ instance }: { instance: Instance }) {
  const { t, format } = useWords();
  const { record } = instance;
  return (
    <Group gap="md" fz="sm" c="dimmed">
      {record ? (
        <TextLink
          to="/records/$object/$key"
          params={{ object: record.object, key: record.key }}
          inherit
        >
          {t("instance.to_record", { title: record.title })}
        </TextLink>
      ) : null}
      <span>{t("process.version", { version: instance.process.version })}</span>
      <span>
        {t("instance.started")} <Instant at={instance.started_at} />
      </span>
      {instance.ended_at ? (
        <span>
          {t("instance.took", {
            duration: format.duration(instance.started_at, instance.ended_at),
          })}
        </span>
      ) : null}
    </Group>
  );
}

function InstanceMenu({ instance }: { instance: Instance }) {
  const { t } = useWords();
  const me = useMe();
  const errorText = useErrorText();
  const cancel = useCancelInstance(instance.key);
  if (instance.state !== "active" || !may(me, "manage_instances")) return null;
  const confirm = () =>
    modals.openConfirmModal({
      title: t("instance.cancel"),
      children: <Text size="sm">{t("instance.cancel_warning")}</Text>,
      labels: { confirm: t("instance.cancel"), cancel: t("action.back") },
      confirmProps: { color: "red" },
      onConfirm: () =>
        cancel.mutate(undefined, {
          onError: (error) => notifications.show({ color: "red", message: errorText(error) }),
        }),
    });
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size={30} variant="default" aria-label={t("action.more")}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item color="red" leftSection={<IconPlayerStop size={16} />} onClick={confirm}>
          {t("instance.cancel")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface PathDiagramProps {
  instance: Instance;
  elements: ElementInstance[] | undefined;
  selected: string | undefined;
  onSelect: (element: string | undefined) => void;
}

function PathDiagram({ instance, elements, selected, onSelect }: PathDiagramProps) {
  const { t } = useWords();
  const nameOf = useNameOf();
  const model = useQuery(processQuery(instance.process.key));
  const flows = useQuery(flowsQuery(instance.key));
  const marks = useMemo(
    () => marksOf(elements ?? [], flows.data?.items ?? [], selected),
    [elements, flows.data, selected],
  );
  const badges = useMemo(
    () => badgesOf(elements ?? [], t("instance_state.incident")),
    [elements, t],
  );
  return (
    <QueryView query={model} rows={5}>
      {({ xml }) => (
        <Diagram
          xml={xml}
          marks={marks}
          badges={badges}
          label={t("diagram.path_of", { name: nameOf(instance.process) })}
          focus={selected ?? standsAt(elements ?? [])}
          onSelect={onSelect}
        />
      )}
    </QueryView>
  );
}

/** Where the instance stands: what stops it, else what it waits at. Where it ended it is read from its start. */
function standsAt(elements: readonly ElementInstance[]): string | undefined {
  const active = elements.filter((one) => one.state === "active");
  return (active.find((one) => one.incident) ?? active.at(-1))?.element_id;
}

/** An element that was passed several times shows the state that matters most. */
function marksOf(
  elements: readonly ElementInstance[],
  flows: readonly FlowCount[],
  selected: string | undefined,
): Map<string, Mark[]> {
  const marks = new Map<string, Mark[]>();
  const rank: Record<string, number> = { completed: 1, active: 2, incident: 3 };
  for (const element of elements) {
    const mark = markOf(element);
    if (mark === undefined) continue;
    const before = marks.get(element.element_id)?.[0];
    if (before === undefined || (rank[mark] ?? 0) > (rank[before] ?? 0)) {
      marks.set(element.element_id, [mark]);
    }
  }
  for (const flow of flows) if (flow.count > 0) marks.set(flow.flow_id, ["taken"]);
  if (selected !== undefined) marks.set(selected, [...(marks.get(selected) ?? []), "selected"]);
  return marks;
}

function markOf(element: ElementInstance): Mark | undefined {
  if (element.state === "completed") return "completed";
  if (element.state === "terminated") return undefined;
  return element.incident ? "incident" : "active";
}

function badgesOf(elements: readonly ElementInstance[], incident: string): Badge[] {
  const failing = new Set(
    elements.filter((one) => one.incident && one.state === "active").map((one) => one.element_id),
  );
  return [...failing].map((element) => ({ element, kind: "incident", text: "!", title: incident }));
}
