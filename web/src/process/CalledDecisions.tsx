// The decisions that the business rule tasks of a process call.

import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { DecisionName } from "../decision/DecisionName.tsx";
import { decisionModelsQuery } from "../decision/decisions.ts";
import { useWords } from "../i18n/language.tsx";
import { TextLink } from "../ui/links.tsx";
import { byModel, processQuery } from "./processes.ts";

export function CalledDecisions({ process }: { process: { key: string; id: string } }) {
  const { t } = useWords();
  const xml = useQuery(processQuery(process.key)).data?.xml;
  const called = useMemo(() => (xml ? calledIn(xml, process.id) : []), [xml, process.id]);
  const models = useQuery({ ...decisionModelsQuery, enabled: called.length > 0 });
  if (called.length === 0) return null;
  const versions = byModel(models.data?.items ?? []);
  return (
    <Group gap="6px 14px" px="md" pb="sm" fz="sm">
      <Text inherit c="dimmed">
        {t("process.decides_by")}
      </Text>
      {called.map((id) => {
        const newest = versions.find((group) => group[0]?.id === id)?.[0];
        return newest === undefined ? (
          <span key={id}>{id}</span>
        ) : (
          <TextLink key={id} to="/decisions/$id" params={{ id }} inherit>
            <DecisionName definition={newest.key} decision_id={id} name={newest.name} />
          </TextLink>
        );
      })}
    </Group>
  );
}

/** The ids of these decisions, each once, in the order of the file. */
function calledIn(xml: string, processId: string): string[] {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  const process = [...document.getElementsByTagNameNS("*", "process")].find(
    (one) => one.getAttribute("id") === processId,
  );
  const calls = [...(process?.getElementsByTagNameNS("*", "calledDecision") ?? [])];
  return [...new Set(calls.flatMap((call) => call.getAttribute("decisionId") || []))];
}
