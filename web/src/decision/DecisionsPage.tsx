// All deployed decisions.

import { Table } from "@mantine/core";
import { IconTable } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { DecisionModel } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { DeployButton } from "../process/DeployButton.tsx";
import { byModel } from "../process/processes.ts";
import { may, useMe } from "../session/session.ts";
import { Instant } from "../ui/Instant.tsx";
import { TextLink } from "../ui/links.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import { Nothing, QueryView } from "../ui/states.tsx";
import table from "../ui/table.module.css";
import { DecisionName } from "./DecisionName.tsx";
import { decisionModelsQuery } from "./decisions.ts";

export function DecisionsPage() {
  const { t } = useWords();
  const me = useMe();
  const models = useQuery(decisionModelsQuery);
  return (
    <>
      <PageHeader title={t("decisions.title")} icon={<IconTable size={22} stroke={1.6} />}>
        {may(me, "deploy") ? <DeployButton /> : null}
      </PageHeader>
      <QueryView query={models}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing
              icon={<IconTable size={28} stroke={1.5} />}
              title={t("decisions.empty")}
              description={t("decisions.empty_hint")}
            />
          ) : (
            <DecisionList decisions={byModel(items)} />
          )
        }
      </QueryView>
    </>
  );
}

function DecisionList({ decisions }: { decisions: DecisionModel[][] }) {
  const { t, find } = useWords();
  return (
    <Scroll className={table.scroll}>
      <Table className={table.table ?? ""} data-lines="one" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("decision.title")}</Table.Th>
            <Table.Th>{t("decision.kind")}</Table.Th>
            <Table.Th>{t("process.latest")}</Table.Th>
            <Table.Th>{t("process.deployed")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {decisions.map(([newest]) =>
            newest === undefined ? null : (
              <Table.Tr key={newest.id}>
                <Table.Td>
                  <TextLink
                    to="/decisions/$id"
                    params={{ id: newest.id }}
                    inherit
                    fw={540}
                    c="inherit"
                  >
                    <DecisionName
                      definition={newest.key}
                      decision_id={newest.id}
                      name={newest.name}
                    />
                  </TextLink>
                </Table.Td>
                <Table.Td>
                  {newest.kind
                    ? (find(`decision_kind.${newest.kind.toLowerCase()}`) ?? newest.kind)
                    : ""}
                </Table.Td>
                <Table.Td>{t("process.version", { version: newest.version })}</Table.Td>
                <Table.Td>
                  <Instant at={newest.deployed_at} c="dimmed" />
                </Table.Td>
              </Table.Tr>
            ),
          )}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}
