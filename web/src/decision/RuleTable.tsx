// A decision table; of an evaluation with the values it read under its columns and the rules that matched marked.

import { Button, Code, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import type { DecisionTrace, Json } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { JsonValue } from "../ui/JsonValue.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import classes from "./decision.module.css";
import type { DmnRule, DmnTable } from "./dmnTable.ts";

/** Of a long table only the surroundings of what matched are shown, until all of it is asked for. */
const WHOLE = 24;
const AROUND = 2;

interface RuleTableProps {
  name: string;
  table: DmnTable;
  /** The evaluation that is marked. */
  trace?: DecisionTrace;
}

export function RuleTable({ name, table, trace }: RuleTableProps) {
  const { t, counted } = useWords();
  const [whole, setWhole] = useState(false);
  const matched = new Set(trace?.matched.map((rule) => rule.index));
  const shown = whole ? table.rules : rulesToShow(table.rules, matched);
  const hidden = table.rules.length - shown.length;
  return (
    <Scroll label={name}>
      <table className={classes.rules}>
        <thead>
          <tr>
            <th>
              <VisuallyHidden>{t("decision.rule")}</VisuallyHidden>
            </th>
            {table.inputs.map((input) => (
              <th key={input.id} scope="col" title={input.expression}>
                {input.label}
              </th>
            ))}
            {table.outputs.map((output) => (
              <th key={output.id} scope="col" data-output="true">
                {output.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {trace === undefined ? null : (
            <tr className={classes.read}>
              <th scope="row">{t("decision.read")}</th>
              {table.inputs.map((input, index) => (
                <td key={input.id}>
                  <JsonValue
                    value={(traced(trace, input.id) ?? trace.inputs[index])?.value ?? null}
                  />
                </td>
              ))}
              <td colSpan={table.outputs.length} data-output="true" />
            </tr>
          )}
          {shown.map((rule) => (
            <RuleRow
              key={rule.index}
              rule={rule}
              outcome={trace?.matched.find((one) => one.index === rule.index)}
            />
          ))}
        </tbody>
      </table>
      {hidden === 0 ? null : (
        <Text size="xs" c="dimmed" mt={4}>
          {counted("decision.more_rules", hidden)}{" "}
          <Button size="compact-xs" variant="subtle" onClick={() => setWhole(true)}>
            {t("decision.whole_table")}
          </Button>
        </Text>
      )}
    </Scroll>
  );
}

interface RuleRowProps {
  rule: DmnRule;
  /** What the rule said, where it matched. */
  outcome: DecisionTrace["matched"][number] | undefined;
}

function RuleRow({ rule, outcome }: RuleRowProps) {
  const { t } = useWords();
  const matched = outcome !== undefined;
  return (
    <tr data-matched={matched} title={rule.note}>
      <th scope="row">
        {rule.index}
        {matched ? <IconCheck size={14} role="img" aria-label={t("decision.matched")} /> : null}
      </th>
      {rule.inputs.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell is known by its column.
        <td key={index}>
          <Cell text={text} />
        </td>
      ))}
      {rule.outputs.map((text, index) => {
        const output = outcome?.outputs[index];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a cell is known by its column.
          <td key={index} data-output="true" title={text}>
            {output === undefined ? (
              <Cell text={text} />
            ) : (
              <div style={typeof output.value === "string" ? roomFor(output.value) : {}}>
                <Outcome value={output.value} />
              </div>
            )}
          </td>
        );
      })}
    </tr>
  );
}

/** What a rule said, in little room: what is made of parts stands under the result in full. */
function Outcome({ value }: { value: Json }) {
  const { counted } = useWords();
  if (value === null || typeof value !== "object") return <JsonValue value={value} />;
  const parts = Array.isArray(value) ? value.length : Object.keys(value).length;
  return parts === 0 ? (
    <JsonValue value={value} />
  ) : (
    <Text span inherit c="dimmed">
      {counted("decision.parts", parts)}
    </Text>
  );
}

function Cell({ text }: { text: string }) {
  if (text === "" || text === "-") return <span className={classes.any}>–</span>;
  return (
    <Code className={classes.cell ?? ""} style={roomFor(text)}>
      {text}
    </Code>
  );
}

const LINE = 22;

/** A long text gets room to wrap by words, a short one only what it needs. */
function roomFor(text: string): { minWidth: string } {
  return { minWidth: `${Math.min(text.length, LINE)}ch` };
}

function traced(trace: DecisionTrace, id: string) {
  return trace.inputs.find((input) => input.id === id);
}

function rulesToShow(rules: readonly DmnRule[], matched: ReadonlySet<number>): DmnRule[] {
  if (rules.length <= WHOLE) return [...rules];
  const near = (rule: DmnRule) =>
    [...matched].some((index) => Math.abs(index - rule.index) <= AROUND);
  const shown = rules.filter(near);
  return shown.length === 0 ? rules.slice(0, WHOLE) : shown;
}
