// One process: its diagram with what is where right now, its versions, its instances.

import { Button, Group, SegmentedControl, Table, Text } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { RequestError } from "../api/client.ts";
import type { Instance, ProcessCounts, ProcessVersion } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { InstanceStateDot } from "../instance/InstanceStateDot.tsx";
import { Instant } from "../ui/Instant.tsx";
import { TextLink } from "../ui/links.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import { Failed, Nothing, QueryView } from "../ui/states.tsx";
import table from "../ui/table.module.css";
import { VersionSelect } from "../ui/VersionSelect.tsx";
import { CalledDecisions } from "./CalledDecisions.tsx";
import { type Badge, Diagram, type Mark } from "./Diagram.tsx";
import classes from "./process.module.css";
import {
  byModel,
  countsQuery,
  instancesQuery,
  processesQuery,
  processQuery,
  tagOf,
} from "./processes.ts";
import { useNameOf } from "./translated.ts";

const route = getRouteApi("/shell/processes/$id");

const STATES = ["active", "incident", "completed", "terminated"] as const;

export function ProcessPage() {
  const { id } = route.useParams();
  const { version: wanted } = route.useSearch();
  const processes = useQuery(processesQuery);
  return (
    <QueryView query={processes}>
      {({ items }) => {
        const versions = byModel(items).find((group) => group[0]?.id === id) ?? [];
        const shown = versions.find((one) => String(one.version) === wanted) ?? versions[0];
        if (shown === undefined)
          return <Failed error={new RequestError(404, { code: "not_found" })} />;
        return <ShownProcess versions={versions} shown={shown} />;
      }}
    </QueryView>
  );
}

function ShownProcess({ versions, shown }: { versions: ProcessVersion[]; shown: ProcessVersion }) {
  const { t } = useWords();
  const nameOf = useNameOf();
  const navigate = useNavigate();
  return (
    <div className={classes.page}>
      <PageHeader
        title={nameOf(shown)}
        icon={<IconRoute size={22} stroke={1.6} />}
        parent={{ label: t("processes.title"), link: { to: "/processes" } }}
      >
        <Text size="xs" c="dimmed">
          {t("process.deployed")} <Instant at={shown.deployed_at} />
        </Text>
        <VersionSelect
          versions={versions}
          shown={shown}
          tagOf={tagOf}
          onChoose={(version) =>
            void navigate({
              to: "/processes/$id",
              params: { id: shown.id },
              search: (before) => ({ ...before, version }),
              replace: true,
            })
          }
        />
      </PageHeader>
      <Totals process={shown} />
      <CalledDecisions process={shown} />
      <div className={classes.diagram}>
        {/* Another version is another diagram: what is drawn on the former one ends with it. */}
        <CountedDiagram key={shown.key} process={shown} />
      </div>
      <Instances process={shown} />
    </div>
  );
}

function Totals({ process }: { process: ProcessVersion }) {
  const { t, format } = useWords();
  const total = (count: number, name: string, tone: string) => (
    <span className={classes.total} data-tone={count === 0 ? "none" : tone}>
      <strong>{format.number(count)}</strong> {name}
    </span>
  );
  return (
    <Group gap="lg" px="md" pb="sm">
      {total(process.active, t("instance_state.active"), "active")}
      {total(process.incidents, t("instance_state.incident"), "incident")}
      {total(process.completed, t("instance_state.completed"), "completed")}
      {total(process.terminated, t("instance_state.terminated"), "none")}
    </Group>
  );
}

const NO_MARKS: ReadonlyMap<string, readonly Mark[]> = new Map();

function CountedDiagram({ process }: { process: ProcessVersion }) {
  const words = useWords();
  const nameOf = useNameOf();
  const model = useQuery(processQuery(process.key));
  const counts = useQuery(countsQuery(process.key));
  const badges = useMemo(() => badgesOf(counts.data, words), [counts.data, words]);
  return (
    <QueryView query={model} rows={5}>
      {({ xml }) => (
        <Diagram
          xml={xml}
          marks={NO_MARKS}
          badges={badges}
          label={words.t("diagram.of", { name: nameOf(process) })}
        />
      )}
    </QueryView>
  );
}

function badgesOf(
  counts: ProcessCounts | undefined,
  { t, format }: ReturnType<typeof useWords>,
): Badge[] {
  return (counts?.elements ?? []).flatMap((element) => {
    const badge = (kind: Badge["kind"], count: number, name: string): Badge[] =>
      count === 0
        ? []
        : [
            {
              element: element.element_id,
              kind,
              text: format.compact(count),
              title: `${name}: ${format.number(count)}`,
            },
          ];
    return [
      ...badge("active", element.active, t("instance_state.active")),
      ...badge("completed", element.completed, t("instance_state.completed")),
      ...badge("incident", element.incidents, t("instance_state.incident")),
    ];
  });
}

function Instances({ process }: { process: ProcessVersion }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const { state } = route.useSearch();
  const instances = useInfiniteQuery(instancesQuery(process.key, state));
  return (
    <section aria-label={t("process.instances")}>
      <Group justify="space-between" px="md" py="sm">
        <Text component="h2" fw={620} m={0}>
          {t("process.instances")}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t("process.filter_state")}
          value={state ?? "all"}
          onChange={(next) =>
            void navigate({
              to: "/processes/$id",
              params: { id: process.id },
              search: ({ version }) => ({
                ...(version === undefined ? {} : { version }),
                ...(next === "all" ? {} : { state: next }),
              }),
              replace: true,
            })
          }
          data={[
            { value: "all", label: t("process.all") },
            ...STATES.map((one) => ({ value: one, label: t(`instance_state.${one}`) })),
          ]}
        />
      </Group>
      <QueryView query={instances}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Nothing title={t("process.no_instances")} />;
          return (
            <Scroll className={table.scroll}>
              <Table className={table.table ?? ""} data-lines="one" highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("instance.key")}</Table.Th>
                    <Table.Th>{t("instance.record")}</Table.Th>
                    <Table.Th>{t("instance.state")}</Table.Th>
                    <Table.Th>{t("instance.started")}</Table.Th>
                    <Table.Th>{t("instance.duration")}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((instance) => (
                    <InstanceRow key={instance.key} instance={instance} />
                  ))}
                </Table.Tbody>
              </Table>
              {instances.hasNextPage ? (
                <Button
                  variant="subtle"
                  m="sm"
                  loading={instances.isFetchingNextPage}
                  onClick={() => void instances.fetchNextPage()}
                >
                  {t("action.show_more")}
                </Button>
              ) : null}
            </Scroll>
          );
        }}
      </QueryView>
    </section>
  );
}

function InstanceRow({ instance }: { instance: Instance }) {
  const { format } = useWords();
  const { record } = instance;
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink to="/instances/$key" params={{ key: instance.key }} inherit>
          {instance.key}
        </TextLink>
      </Table.Td>
      <Table.Td>
        {record ? (
          <TextLink
            to="/records/$object/$key"
            params={{ object: record.object, key: record.key }}
            inherit
          >
            {record.title}
          </TextLink>
        ) : null}
      </Table.Td>
      <Table.Td>
        <InstanceStateDot state={instance.state} incident={instance.incidents > 0} />
      </Table.Td>
      <Table.Td>
        <Instant at={instance.started_at} />
      </Table.Td>
      <Table.Td>
        {instance.ended_at ? format.duration(instance.started_at, instance.ended_at) : ""}
      </Table.Td>
    </Table.Tr>
  );
}
