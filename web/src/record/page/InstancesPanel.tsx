// The process instances that ran or run on a record.

import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useWords } from "../../i18n/language.tsx";
import { InstanceStateDot } from "../../instance/InstanceStateDot.tsx";
import { useNameOf } from "../../process/translated.ts";
import { Instant } from "../../ui/Instant.tsx";
import { TextLink } from "../../ui/links.tsx";
import { recordInstancesQuery } from "../records.ts";
import { Panel } from "./Panel.tsx";
import classes from "./page.module.css";

export function InstancesPanel({ object, recordKey }: { object: string; recordKey: string }) {
  const { t } = useWords();
  const nameOf = useNameOf();
  const { data } = useQuery(recordInstancesQuery(object, recordKey));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Panel title={t("processes.title")}>
      <ul className={classes.plainList}>
        {data.items.map((instance) => (
          <li key={instance.key}>
            <Group gap="xs" wrap="nowrap" justify="space-between">
              <TextLink
                to="/instances/$key"
                params={{ key: instance.key }}
                size="sm"
                truncate="end"
              >
                {nameOf(instance.process)}
              </TextLink>
              <Text span size="sm" style={{ flex: "none" }}>
                <InstanceStateDot state={instance.state} incident={instance.incidents > 0} />
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              {t("process.version", { version: instance.process.version })}
              {" · "}
              <Instant at={instance.ended_at ?? instance.started_at} />
            </Text>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
