// A value of a process or a decision, as readable as its shape allows: lists of contexts as a table,
// contexts as name and value, long texts folded.

import { Code, Spoiler, Table, Text } from "@mantine/core";
import type { Json } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import classes from "./JsonValue.module.css";
import { Scroll } from "./Scroll.tsx";

type Context = { [name: string]: Json };

export function JsonValue({ value, depth = 0 }: { value: Json; depth?: number }) {
  const { t, format } = useWords();
  if (value === null)
    return (
      <Text span inherit c="dimmed">
        {t("value.null")}
      </Text>
    );
  switch (typeof value) {
    case "boolean":
      return <Code>{String(value)}</Code>;
    case "number":
      return <span className={classes.number}>{format.number(value)}</span>;
    case "string":
      return <TextValue text={value} />;
  }
  if (depth > 3) return <Code>{JSON.stringify(value)}</Code>;
  if (Array.isArray(value)) return <ListValue list={value} depth={depth} />;
  return <ContextValue context={value} depth={depth} />;
}

function TextValue({ text }: { text: string }) {
  const { t } = useWords();
  if (text === "")
    return (
      <Text span inherit c="dimmed">
        {t("value.empty_text")}
      </Text>
    );
  if (text.length < 240) return <span className={classes.text}>{text}</span>;
  return (
    <Spoiler maxHeight={66} showLabel={t("action.show_more")} hideLabel={t("action.show_less")}>
      <span className={classes.text}>{text}</span>
    </Spoiler>
  );
}

function ListValue({ list, depth }: { list: Json[]; depth: number }) {
  const { t } = useWords();
  if (list.length === 0)
    return (
      <Text span inherit c="dimmed">
        {t("value.empty_list")}
      </Text>
    );
  const rows = list.filter(isContext);
  if (rows.length < list.length) {
    return (
      <ol className={classes.list}>
        {list.slice(0, SHOWN).map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list of values has no other identity.
          <li key={index}>
            <JsonValue value={item} depth={depth + 1} />
          </li>
        ))}
        {list.length > SHOWN ? <li>…</li> : null}
      </ol>
    );
  }
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, 12);
  return (
    <Scroll label={t("value.list")}>
      <Table
        withTableBorder
        withColumnBorders
        verticalSpacing={2}
        horizontalSpacing={6}
        fz="xs"
        w="auto"
      >
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(0, SHOWN).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a list of values has no other identity.
            <Table.Tr key={index}>
              {columns.map((column) => (
                <Table.Td key={column}>
                  <JsonValue value={row[column] ?? null} depth={depth + 2} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

function ContextValue({ context, depth }: { context: Context; depth: number }) {
  const { t } = useWords();
  const entries = Object.entries(context);
  if (entries.length === 0) {
    return (
      <Text span inherit c="dimmed">
        {t("value.empty_context")}
      </Text>
    );
  }
  return (
    <dl className={classes.context}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <JsonValue value={value} depth={depth + 1} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const SHOWN = 50;

function isContext(value: Json): value is Context {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
