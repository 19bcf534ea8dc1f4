// All processes, each with what its instances are at.

import { Table, Text } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ProcessVersion } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { useObjects } from "../object/objects.ts";
import { may, useMe } from "../session/session.ts";
import { Instant } from "../ui/Instant.tsx";
import { TextLink } from "../ui/links.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import { StatusDot } from "../ui/StatusDot.tsx";
import { Nothing, QueryView } from "../ui/states.tsx";
import table from "../ui/table.module.css";
import { DeployButton } from "./DeployButton.tsx";
import { byModel, processesQuery, tagOf } from "./processes.ts";
import { useNameOf } from "./translated.ts";

export function ProcessesPage() {
  const { t } = useWords();
  const me = useMe();
  const processes = useQuery(processesQuery);
  return (
    <>
      <PageHeader title={t("processes.title")} icon={<IconRoute size={22} stroke={1.6} />}>
        {may(me, "deploy") ? <DeployButton /> : null}
      </PageHeader>
      <QueryView query={processes}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing
              icon={<IconRoute size={28} stroke={1.5} />}
              title={t("processes.empty")}
              description={t("processes.empty_hint")}
            />
          ) : (
            <ProcessTable processes={byModel(items)} />
          )
        }
      </QueryView>
    </>
  );
}

function ProcessTable({ processes }: { processes: ProcessVersion[][] }) {
  const { t } = useWords();
  return (
    <Scroll className={table.scroll}>
      <Table className={table.table ?? ""} data-lines="one" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("process.name")}</Table.Th>
            <Table.Th>{t("process.latest")}</Table.Th>
            <Table.Th>{t("process.record")}</Table.Th>
            <Table.Th ta="end">{t("instance_state.active")}</Table.Th>
            <Table.Th ta="end">{t("process.incidents")}</Table.Th>
            <Table.Th ta="end">{t("instance_state.completed")}</Table.Th>
            <Table.Th>{t("process.deployed")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {processes.map((versions) => (
            <ProcessRow key={versions[0]?.id} versions={versions} />
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

function ProcessRow({ versions }: { versions: ProcessVersion[] }) {
  const { t, label, format } = useWords();
  const nameOf = useNameOf();
  const objects = useObjects();
  const newest = versions[0];
  if (newest === undefined) return null;
  const sum = (of: (version: ProcessVersion) => number) =>
    versions.reduce((total, version) => total + of(version), 0);
  const incidents = sum((version) => version.incidents);
  const object = objects.find((one) => one.name === newest.record_object);
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink to="/processes/$id" params={{ id: newest.id }} inherit fw={540} c="inherit">
          {nameOf(newest)}
        </TextLink>
      </Table.Td>
      <Table.Td>
        {t("process.version", { version: newest.version })}{" "}
        {tagOf(newest) ? (
          <Text span inherit c="dimmed">
            {tagOf(newest)}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        {object === undefined ? (newest.record_object ?? "") : label(object.label)}
      </Table.Td>
      <Table.Td ta="end">{format.number(sum((version) => version.active))}</Table.Td>
      <Table.Td ta="end">
        {incidents === 0 ? "0" : <StatusDot tone="red">{format.number(incidents)}</StatusDot>}
      </Table.Td>
      <Table.Td ta="end">{format.number(sum((version) => version.completed))}</Table.Td>
      <Table.Td>
        <Instant at={newest.deployed_at} c="dimmed" />
      </Table.Td>
    </Table.Tr>
  );
}
