// Why a decision came out as it did: what it answered, which rule matched, and which values it read.
// The asked decision comes first, what it required below it.

import { Alert, Code, Group, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Decision, DecisionModel, DecisionTrace, Tree } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { translated } from "../process/translated.ts";
import { JsonValue } from "../ui/JsonValue.tsx";
import { TextLink } from "../ui/links.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import { DecisionTree } from "./DecisionTree.tsx";
import classes from "./decision.module.css";
import { decisionModelQuery } from "./decisions.ts";
import { type DmnTable, readName, readTable } from "./dmnTable.ts";
import { RuleTable } from "./RuleTable.tsx";

export function DecisionExplanation({ decision }: { decision: Decision }) {
  const { language } = useWords();
  const { data: model } = useQuery(decisionModelQuery(decision.definition));
  const xml = useMemo(
    () => (model?.xml ? translated(model.xml, language) : undefined),
    [model, language],
  );
  const isAsked = (trace: DecisionTrace) => trace.decision_id === decision.decision_id;
  const traces = decision.trace.decisions;
  const ordered = [...traces.filter(isAsked), ...traces.filter((one) => !isAsked(one)).reverse()];
  return (
    <div className={classes.explanation}>
      {ordered.map((trace) => (
        <TraceView
          key={trace.decision_id}
          trace={trace}
          xml={xml}
          // The others are read out of the same file; which versions of them those are is not known.
          model={isAsked(trace) ? model : undefined}
        />
      ))}
    </div>
  );
}

interface TraceViewProps {
  trace: DecisionTrace;
  xml: string | undefined;
  model: DecisionModel | undefined;
}

function TraceView({ trace, xml, model }: TraceViewProps) {
  const { t, find } = useWords();
  const kind = find(`decision_kind.${trace.kind.replaceAll(" ", "_").toLowerCase()}`);
  const table = useMemo(
    () => (xml === undefined ? undefined : readTable(xml, trace.decision_id)),
    [xml, trace.decision_id],
  );
  const name = (xml && readName(xml, trace.decision_id)) || trace.name || trace.decision_id;
  return (
    <section className={classes.trace}>
      <header className={classes.head}>
        <Title order={3}>{name}</Title>
        <Group gap={10} fz="xs">
          <Text inherit c="dimmed">
            {kind ?? trace.kind}
          </Text>
          {model === undefined ? null : (
            <TextLink
              to="/decisions/$id"
              params={{ id: model.id }}
              search={{ version: String(model.version) }}
              inherit
            >
              {t("process.version", { version: model.version })}
            </TextLink>
          )}
        </Group>
      </header>
      <Row name={t("decision.output")}>
        <strong className={classes.output}>
          <JsonValue value={trace.output} />
        </strong>
      </Row>
      <Logic name={name} trace={trace} table={table} tree={model?.tree} />
      {trace.warnings === undefined || trace.warnings.length === 0 ? null : (
        <Warnings warnings={trace.warnings} />
      )}
    </section>
  );
}

interface LogicProps {
  name: string;
  trace: DecisionTrace;
  table: DmnTable | undefined;
  tree: Tree | null | undefined;
}

/** The logic with what was read and what matched marked in it; without it what was read and what matched. */
function Logic({ name, trace, table, tree }: LogicProps) {
  if (tree) return <DecisionTree name={name} tree={tree} trace={trace} />;
  if (table !== undefined) return <RuleTable name={name} table={table} trace={trace} />;
  return (
    <>
      <Matched trace={trace} />
      <Inputs trace={trace} />
    </>
  );
}

function Matched({ trace }: { trace: DecisionTrace }) {
  const { t } = useWords();
  if (trace.matched.length === 0) {
    if (!/table/i.test(trace.kind)) return null;
    return <Row name={t("decision.matched")}>{t("decision.no_rule")}</Row>;
  }
  const columns = trace.matched[0]?.outputs ?? [];
  return (
    <Row name={t("decision.matched")}>
      <Scroll label={t("decision.matched")}>
        <Table withTableBorder withColumnBorders fz="sm" w="auto" className={classes.matched ?? ""}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("decision.rule")}</Table.Th>
              {columns.map((column) => (
                <Table.Th key={column.id}>{column.name || column.id}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {trace.matched.map((rule) => (
              <Table.Tr key={rule.index}>
                <Table.Td>
                  <strong>{rule.index}</strong>
                </Table.Td>
                {rule.outputs.map((output) => (
                  <Table.Td key={output.id}>
                    <JsonValue value={output.value} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </Row>
  );
}

function Inputs({ trace }: { trace: DecisionTrace }) {
  const { t } = useWords();
  if (trace.inputs.length === 0) return null;
  return (
    <Row name={t("decision.read")}>
      <dl className={classes.inputs}>
        {trace.inputs.map((input) => (
          <div key={input.id}>
            <dt>
              {input.name || input.expression || input.id}
              {input.expression && input.name && input.expression !== input.name ? (
                <Code className={classes.expression ?? ""}>{input.expression}</Code>
              ) : null}
            </dt>
            <dd>
              <JsonValue value={input.value} />
            </dd>
          </div>
        ))}
      </dl>
    </Row>
  );
}

function Warnings({ warnings }: { warnings: NonNullable<DecisionTrace["warnings"]> }) {
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={16} />} mt="xs" py="xs">
      {warnings.map((warning) => (
        <Text
          size="sm"
          key={`${warning.code}${warning.start}${warning.message}${warning.source?.element}`}
        >
          {warning.message}
          {warning.source ? (
            <Text span size="xs" c="dimmed" ff="monospace">
              {` ${[warning.source.element, warning.source.text].filter(Boolean).join(": ")}`}
            </Text>
          ) : null}
        </Text>
      ))}
    </Alert>
  );
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={classes.row}>
      <Text size="xs" c="dimmed" className={classes.rowName ?? ""}>
        {name}
      </Text>
      <div className={classes.rowBody}>{children}</div>
    </div>
  );
}
