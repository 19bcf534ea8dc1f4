// Records of another object that point at this one.

import { Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ObjectDef, RecordRow } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { columnsOf, RELATED_KEY, RELATED_OBJECT, type Relation } from "../../object/objects.ts";
import { ButtonLink, TextLink } from "../../ui/links.tsx";
import { Scroll } from "../../ui/Scroll.tsx";
import { QueryView, QuietLine } from "../../ui/states.tsx";
import { type Condition, toFeel } from "../list/filter.ts";
import { fewRecordsQuery } from "../records.ts";
import { FieldText, isNumeric } from "../value/FieldText.tsx";
import { Panel } from "./Panel.tsx";
import classes from "./page.module.css";

const SHOWN = 5;

export function RelatedPanel({ relation, record }: { relation: Relation; record: RecordRow }) {
  const { label } = useWords();
  const { object, field } = relation;
  // Where the field is not simply named after the record's object, its label tells relations apart.
  const title =
    field.name === record.object
      ? label(object.plural)
      : `${label(object.plural)} · ${label(field.label)}`;
  return (
    <RelatedRecords
      object={object}
      title={title}
      filter={toFeel(object, [{ field: field.name, operator: "=", value: record.key }])}
      given={{ [field.name]: record.key }}
      known={[field.name]}
    />
  );
}

/** Records that are about this one without a reference field of their own for its object. */
export function AttachedPanel({ object, record }: { object: ObjectDef; record: RecordRow }) {
  const { label } = useWords();
  const about = { [RELATED_OBJECT]: record.object, [RELATED_KEY]: record.key };
  const conditions = Object.entries(about).map(
    ([field, value]): Condition => ({ field, operator: "=", value }),
  );
  return (
    <RelatedRecords
      object={object}
      title={label(object.plural)}
      filter={toFeel(object, conditions)}
      given={about}
      known={[RELATED_OBJECT, RELATED_KEY]}
    />
  );
}

interface RelatedRecordsProps {
  object: ObjectDef;
  title: string;
  filter: string;
  /** What a new one starts with. */
  given: Record<string, string>;
  /** Fields that say the same in every row. */
  known: readonly string[];
}

function RelatedRecords({ object, title, filter, given, known }: RelatedRecordsProps) {
  const { t, label, format } = useWords();
  const rows = useQuery(fewRecordsQuery(object.name, { filter, sort: "-created_at" }, SHOWN));
  const columns = columnsOf(object, undefined)
    .filter((column) => !known.includes(column.name) && column.type !== "long_text")
    .slice(0, 4);
  const count = rows.data?.count;

  return (
    <Panel
      title={title}
      aside={
        object.access.write && object.navigation ? (
          <ButtonLink
            to="/records/$object/new"
            params={{ object: object.name }}
            search={given}
            variant="subtle"
            size="compact-xs"
            leftSection={<IconPlus size={14} />}
          >
            {t("record.new", { object: label(object.label) })}
          </ButtonLink>
        ) : null
      }
    >
      <QueryView query={rows} rows={2}>
        {({ items, next }) =>
          items.length === 0 ? (
            <QuietLine>{t("related.none")}</QuietLine>
          ) : (
            <Scroll>
              <Table className={classes.compact ?? ""}>
                <Table.Thead>
                  <Table.Tr>
                    {columns.map((column) => (
                      <Table.Th key={column.name} ta={isNumeric(column) ? "end" : "start"}>
                        {label(column.label)}
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((row) => (
                    <Table.Tr key={row.key}>
                      {columns.map((column, index) => (
                        <Table.Td
                          key={column.name}
                          data-type={column.type}
                          ta={isNumeric(column) ? "end" : "start"}
                        >
                          {index === 0 ? (
                            <TextLink
                              to="/records/$object/$key"
                              params={{ object: object.name, key: row.key }}
                              inherit
                            >
                              {column.name === object.title ? (
                                row.title
                              ) : (
                                <FieldText
                                  field={column}
                                  value={row.fields[column.name] ?? row.title}
                                  reference={row.references?.[column.name]}
                                  place="list"
                                />
                              )}
                            </TextLink>
                          ) : (
                            <FieldText
                              field={column}
                              value={row.fields[column.name]}
                              reference={row.references?.[column.name]}
                              place="list"
                            />
                          )}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
              {next ? (
                <Text size="sm" px="md" py={8}>
                  <TextLink
                    to="/records/$object"
                    params={{ object: object.name }}
                    search={{ filter }}
                    inherit
                  >
                    {count === undefined
                      ? t("related.all")
                      : t("related.all_count", {
                          count: `${format.number(count.value)}${count.capped ? "+" : ""}`,
                        })}
                  </TextLink>
                </Text>
              ) : null}
            </Scroll>
          )
        }
      </QueryView>
    </Panel>
  );
}
