// The details of an instance: variables, decisions, incidents, and its raw events.

import { Button, Code, Group, Table, Tabs, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Incident, Instance, Json } from "../api/wire.ts";
import { DecisionExplanation } from "../decision/DecisionExplanation.tsx";
import { DecisionName } from "../decision/DecisionName.tsx";
import { useWords } from "../i18n/language.tsx";
import { useStepName } from "../process/translated.ts";
import { may, useMe } from "../session/session.ts";
import { useErrorText } from "../ui/errorText.ts";
import { Instant } from "../ui/Instant.tsx";
import { JsonValue } from "../ui/JsonValue.tsx";
import { StatusDot } from "../ui/StatusDot.tsx";
import { QueryView, QuietLine } from "../ui/states.tsx";
import classes from "./instance.module.css";
import {
  decisionsQuery,
  elementsQuery,
  eventsQuery,
  incidentsQuery,
  useResolveIncident,
  variablesQuery,
} from "./instances.ts";

const TABS = ["variables", "decisions", "incidents", "events"] as const;
type Tab = (typeof TABS)[number];

export function InstanceTabs({ instance, tab }: { instance: Instance; tab: string | undefined }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const shown: Tab =
    TABS.find((one) => one === tab) ?? (instance.incidents > 0 ? "incidents" : "variables");
  return (
    <Tabs
      value={shown}
      className={classes.tabs ?? ""}
      keepMounted={false}
      onChange={(next) =>
        void navigate({
          to: "/instances/$key",
          params: { key: instance.key },
          search: (before) => ({ ...before, ...(next === null ? {} : { tab: next }) }),
          replace: true,
        })
      }
    >
      <Tabs.List className={classes.tabList ?? ""}>
        {TABS.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {t(`instance.tab_${one}`)}
            {one === "incidents" && instance.incidents > 0 ? ` (${instance.incidents})` : ""}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="variables" className={classes.panel ?? ""} tabIndex={0}>
        <Variables instance={instance} />
      </Tabs.Panel>
      <Tabs.Panel value="decisions" className={classes.panel ?? ""} tabIndex={0}>
        <Decisions instance={instance} />
      </Tabs.Panel>
      <Tabs.Panel value="incidents" className={classes.panel ?? ""} tabIndex={0}>
        <Incidents instance={instance} />
      </Tabs.Panel>
      <Tabs.Panel value="events" className={classes.panel ?? ""} tabIndex={0}>
        <Events instance={instance} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Variables({ instance }: { instance: Instance }) {
  const { t } = useWords();
  const variables = useQuery(variablesQuery(instance.key));
  const elements = useQuery(elementsQuery(instance.key));
  const stepName = useStepName();
  const scopeName = (scope: string) => {
    const element = elements.data?.items.find((one) => one.key === scope);
    return element === undefined ? "" : stepName(element);
  };
  return (
    <QueryView query={variables}>
      {({ items }) =>
        items.length === 0 ? (
          <QuietLine>{t("instance.no_variables")}</QuietLine>
        ) : (
          <Table fz="sm" className={classes.table ?? ""}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("variable.name")}</Table.Th>
                <Table.Th>{t("variable.value")}</Table.Th>
                <Table.Th>{t("variable.scope")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((variable) => (
                <Table.Tr key={variable.key}>
                  <Table.Td>
                    <Code>{variable.name}</Code>
                  </Table.Td>
                  <Table.Td>
                    <JsonValue value={variable.value} />
                  </Table.Td>
                  <Table.Td c="dimmed" className={classes.scope ?? ""}>
                    {scopeName(variable.scope)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )
      }
    </QueryView>
  );
}

function Decisions({ instance }: { instance: Instance }) {
  const { t } = useWords();
  const decisions = useQuery(decisionsQuery(instance.key));
  return (
    <QueryView query={decisions}>
      {({ items }) =>
        items.length === 0 ? (
          <QuietLine>{t("instance.no_decisions")}</QuietLine>
        ) : (
          <div className={classes.decisions}>
            {items.map((decision) => (
              <section key={decision.key}>
                <Group justify="space-between" mb={6}>
                  <Text component="h3" m={0} fw={620} size="sm">
                    <DecisionName {...decision} />
                  </Text>
                  <Instant at={decision.at} size="xs" c="dimmed" />
                </Group>
                <DecisionExplanation decision={decision} />
              </section>
            ))}
          </div>
        )
      }
    </QueryView>
  );
}

function Incidents({ instance }: { instance: Instance }) {
  const { t } = useWords();
  const incidents = useQuery(incidentsQuery(instance.key));
  return (
    <QueryView query={incidents}>
      {({ items }) =>
        items.length === 0 ? (
          <QuietLine>{t("instance.no_incidents")}</QuietLine>
        ) : (
          <ul className={classes.incidents}>
            {items.map((incident) => (
              <IncidentItem key={incident.key} instance={instance} incident={incident} />
            ))}
          </ul>
        )
      }
    </QueryView>
  );
}

function IncidentItem({ instance, incident }: { instance: Instance; incident: Incident }) {
  const { t, find } = useWords();
  const me = useMe();
  const errorText = useErrorText();
  const resolve = useResolveIncident(instance.key);
  const open = incident.state === "open";
  const kind = find(`incident_kind.${incident.kind.toLowerCase()}`) ?? incident.kind;
  return (
    <li>
      <Group justify="space-between" gap="xs">
        <Text size="sm" component="div">
          <StatusDot tone={open ? "red" : "gray"}>{kind}</StatusDot>
        </Text>
        <Text size="xs" c="dimmed">
          <Code>{incident.element_id}</Code> <Instant at={incident.created_at} />
        </Text>
      </Group>
      <Text size="sm" mt={4}>
        {incident.message}
      </Text>
      {open && may(me, "manage_instances") ? (
        <Button
          mt={6}
          variant="default"
          loading={resolve.isPending}
          onClick={() =>
            resolve.mutate(incident.key, {
              onError: (error) => notifications.show({ color: "red", message: errorText(error) }),
            })
          }
        >
          {t("incident.try_again")}
        </Button>
      ) : open ? null : (
        <Text size="xs" c="dimmed">
          {t("incident.resolved")}
        </Text>
      )}
    </li>
  );
}

function Events({ instance }: { instance: Instance }) {
  const { t, format } = useWords();
  const events = useQuery(eventsQuery(instance.key));
  return (
    <QueryView query={events}>
      {({ items }) =>
        items.length === 0 ? (
          <QuietLine>{t("instance.no_events")}</QuietLine>
        ) : (
          <Table fz="xs" className={classes.table ?? ""}>
            <Table.Tbody>
              {items.flatMap((batch) =>
                batch.events.map((event, index) => {
                  const { name, carried } = split(event);
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: an event's place in its batch is its identity.
                    <Table.Tr key={`${batch.version}-${index}`}>
                      <Table.Td c="dimmed" className={classes.when ?? ""}>
                        {index === 0 ? `${batch.version} · ${format.time(batch.at)}` : ""}
                      </Table.Td>
                      <Table.Td>{name}</Table.Td>
                      <Table.Td className={classes.carried ?? ""}>
                        {carried === undefined ? null : JSON.stringify(carried)}
                      </Table.Td>
                    </Table.Tr>
                  );
                }),
              )}
            </Table.Tbody>
          </Table>
        )
      }
    </QueryView>
  );
}

/** An event is its name alone, or an object with its name as the only key. */
function split(event: Json): { name: string; carried: Json | undefined } {
  if (typeof event === "string") return { name: event, carried: undefined };
  if (typeof event === "object" && event !== null && !Array.isArray(event)) {
    const [only, ...others] = Object.entries(event);
    if (only !== undefined && others.length === 0) return { name: only[0], carried: only[1] };
    const { type, ...carried } = event;
    if (typeof type === "string") return { name: type, carried };
  }
  return { name: "", carried: event };
}
