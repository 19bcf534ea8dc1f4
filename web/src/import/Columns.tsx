// The second step of an import: what each column of the file means, with the first rows beside it.

import { Button, NativeSelect, Table } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../i18n/language.tsx";
import { Panel } from "../record/page/Panel.tsx";
import { sentence } from "../ui/errorText.ts";
import { Scroll } from "../ui/Scroll.tsx";
import table from "../ui/table.module.css";
import classes from "./import.module.css";
import { type ImportPath, type ImportPreview, LEFT_OUT } from "./imports.ts";

/** Rows of the file that stand beside each column. */
const SHOWN_ROWS = 3;
/** Columns shown at first: a file may have a thousand. */
const SHOWN_COLUMNS = 40;

interface ColumnsProps {
  preview: ImportPreview;
  paths: readonly ImportPath[];
  chosen: Record<string, string>;
  onChoose: (column: string, path: string) => void;
}

export function Columns({ preview, paths, chosen, onChoose }: ColumnsProps) {
  const { t, counted, format } = useWords();
  const [shown, setShown] = useState(SHOWN_COLUMNS);
  const rows = preview.rows.slice(0, SHOWN_ROWS);
  const hidden = preview.columns.length - shown;
  return (
    <Panel title={t("import.columns")}>
      <Scroll label={t("import.columns")}>
        <Table className={`${table.table} ${classes.columns}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="24%">{t("import.column")}</Table.Th>
              {rows.map((_, row) => (
                <Table.Th
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name.
                  key={row}
                  data-more={row > 0}
                >
                  {t("import.row", { row: format.number(row + 1) })}
                </Table.Th>
              ))}
              <Table.Th className={classes.meaning ?? ""}>{t("import.field")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {preview.columns.slice(0, shown).map(({ name, path: known }, column) => {
              const path = chosen[name] ?? known ?? "";
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same name.
                <Table.Tr key={column} data-left-out={path === LEFT_OUT}>
                  <Table.Td className={classes.code ?? ""} title={name}>
                    {name}
                  </Table.Td>
                  {rows.map((cells, row) => (
                    <Table.Td
                      // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name.
                      key={row}
                      data-sample="true"
                      data-more={row > 0}
                      title={cells[column]}
                    >
                      {cells[column]}
                    </Table.Td>
                  ))}
                  <Table.Td>
                    <PathSelect
                      column={name}
                      path={path}
                      paths={paths}
                      problems={preview.problems
                        .filter((problem) => problem.field === name)
                        .map((problem) => problem.message)}
                      onChoose={(next) => onChoose(name, next)}
                    />
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Scroll>
      {hidden > 0 ? (
        <Button variant="subtle" m="sm" onClick={() => setShown(shown + 4 * SHOWN_COLUMNS)}>
          {counted("import.more_columns", hidden)}
        </Button>
      ) : null}
    </Panel>
  );
}

interface PathSelectProps {
  column: string;
  path: string;
  paths: readonly ImportPath[];
  problems: readonly string[];
  onChoose: (path: string) => void;
}

function PathSelect({ column, path, paths, problems, onChoose }: PathSelectProps) {
  const { t, label } = useWords();
  const open = path === "";
  const problem = open ? t("import.choose_field") : problems[0] && sentence(problems[0]);
  return (
    <NativeSelect
      size="xs"
      aria-label={t("import.field_of", { column })}
      value={path}
      error={problem ?? null}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      {open ? <option value="">{t("import.choose_one")}</option> : null}
      {paths.map((one) => (
        <option key={one.path} value={one.path}>
          {label(one.label)}
        </option>
      ))}
      <option value={LEFT_OUT}>{t("import.leave_out")}</option>
    </NativeSelect>
  );
}
