// The first step of an import: a file to choose or to drop, and what such a file looks like.

import { Button, Code, Table, Text } from "@mantine/core";
import { IconDownload, IconFileSpreadsheet } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ObjectDef } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { useObjects } from "../object/objects.ts";
import { Panel } from "../record/page/Panel.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import { QueryView, Refusal } from "../ui/states.tsx";
import table from "../ui/table.module.css";
import classes from "./import.module.css";
import { formatQuery, type ImportPath } from "./imports.ts";
import { download, fieldOfPath, sampleColumns, sampleFile } from "./sample.ts";

interface ChooseFileProps {
  object: ObjectDef;
  onChoose: (file: File) => void;
}

export function ChooseFile({ object, onChoose }: ChooseFileProps) {
  const { t } = useWords();
  const format = useQuery(formatQuery(object.name));
  return (
    <>
      <DropZone onChoose={onChoose} />
      <QueryView query={format}>
        {({ paths }) => (
          <Panel title={t("import.format")} aside={<SampleButton object={object} paths={paths} />}>
            <Text size="sm" c="dimmed" px="md" pb="sm">
              {t("import.format_hint")}
            </Text>
            <Format object={object} paths={paths} />
          </Panel>
        )}
      </QueryView>
    </>
  );
}

function DropZone({ onChoose }: { onChoose: (file: File) => void }) {
  const { t } = useWords();
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) onChoose(file);
  };
  return (
    <label
      className={classes.drop}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <IconFileSpreadsheet size={30} stroke={1.4} aria-hidden="true" />
      <strong>{t("import.choose")}</strong>
      <span>{t("import.choose_hint")}</span>
      <input
        className={classes.input}
        type="file"
        accept=".csv,text/csv"
        aria-label={t("import.choose")}
        onChange={(event) => {
          take(event.currentTarget.files);
          // The same file may be chosen again once it is repaired.
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

function SampleButton({ object, paths }: { object: ObjectDef; paths: readonly ImportPath[] }) {
  const { t } = useWords();
  const objects = useObjects();
  const queries = useQueryClient();
  const sample = useMutation({
    mutationFn: async () =>
      download(`${object.name}.csv`, await sampleFile(queries, objects, object, paths)),
  });
  return (
    <>
      <Refusal error={sample.error} />
      <Button
        variant="default"
        leftSection={<IconDownload size={15} />}
        loading={sample.isPending}
        onClick={() => sample.mutate()}
      >
        {t("import.sample")}
      </Button>
    </>
  );
}

function Format({ object, paths }: { object: ObjectDef; paths: readonly ImportPath[] }) {
  const { t, label } = useWords();
  const objects = useObjects();
  return (
    <Scroll label={t("import.format")}>
      <Table className={table.table ?? ""}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("import.column")}</Table.Th>
            <Table.Th>{t("import.field")}</Table.Th>
            <Table.Th>{t("import.rule")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sampleColumns(paths).map((path) => {
            const field = fieldOfPath(objects, object, path);
            const rules = [
              field?.required === true && field.default == null ? t("import.required") : undefined,
              !path.collection && field?.unique === true ? t("import.tells_apart") : undefined,
              field?.type === "choice"
                ? (field.options ?? [])
                    .filter((one) => one.read_only !== true)
                    .map((one) => one.value)
                    .join(", ")
                : undefined,
            ].filter((rule) => rule !== undefined);
            return (
              <Table.Tr key={path.path}>
                <Table.Td>
                  <Code>{path.path}</Code>
                </Table.Td>
                <Table.Td>{label(path.label)}</Table.Td>
                <Table.Td c="dimmed">{rules.join(" · ")}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}
