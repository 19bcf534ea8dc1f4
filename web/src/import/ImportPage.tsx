// Importing records from a CSV file: choose it, see what its columns mean, start, watch, read what became
// of it. An import goes on while one looks at other pages.

import { Alert, Button, CloseButton, Group, SegmentedControl, Text } from "@mantine/core";
import { IconFileSpreadsheet } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { RequestError } from "../api/client.ts";
import type { ObjectDef } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { ObjectIcon } from "../object/ObjectIcon.tsx";
import { useObject } from "../object/objects.ts";
import { stageField, type Way, waysToSave } from "../record/new/entry.ts";
import { useErrorText } from "../ui/errorText.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Failed, Loading, QueryView } from "../ui/states.tsx";
import { useDiscard, useUnsaved } from "../ui/unsaved.tsx";
import { ChooseFile } from "./ChooseFile.tsx";
import { Columns } from "./Columns.tsx";
import { ImportOutcome } from "./ImportOutcome.tsx";
import classes from "./import.module.css";
import {
  formatQuery,
  type ImportFormat,
  type ImportPreview,
  type Mapping,
  previewQuery,
  toMapping,
} from "./imports.ts";
import { forgetImport, startImport, useImportRun } from "./running.ts";

const route = getRouteApi("/shell/records/$object/import");

export function ImportPage() {
  const { object: name } = route.useParams();
  return <Import key={name} object={useObject(name)} />;
}

function Import({ object }: { object: ObjectDef }) {
  const { t, label } = useWords();
  const discard = useDiscard();
  const [file, setFile] = useState<File | null>(null);
  const run = useImportRun(object.name);
  return (
    <div className={classes.page}>
      <PageHeader
        title={t("import.title", { objects: label(object.plural) })}
        icon={<ObjectIcon name={object.icon} size={22} />}
        parent={{
          label: label(object.plural),
          link: { to: "/records/$object", params: { object: object.name } },
        }}
      />
      {!object.access.write ? (
        <Failed error={new RequestError(403, { code: "denied" })} />
      ) : run !== undefined ? (
        <div className={classes.body}>
          <ImportOutcome
            object={object}
            run={run}
            onAnother={() => {
              setFile(null);
              forgetImport(object.name);
            }}
          />
        </div>
      ) : file === null ? (
        <div className={classes.body}>
          <ChooseFile object={object} onChoose={setFile} />
        </div>
      ) : (
        <ChosenFile object={object} file={file} onOther={() => discard(() => setFile(null))} />
      )}
    </div>
  );
}

interface ChosenFileProps {
  object: ObjectDef;
  file: File;
  onOther: () => void;
}

function ChosenFile({ object, file, onOther }: ChosenFileProps) {
  const { t } = useWords();
  const errorText = useErrorText();
  const format = useQuery(formatQuery(object.name));
  const suggested = useQuery(previewQuery(object.name, file, undefined));
  const tooLong = format.data !== undefined && file.size > format.data.file_max;
  return (
    <>
      <div className={classes.body}>
        <FileLine file={file} onOther={onOther} />
        {suggested.isError ? (
          <Alert role="alert" color="red" variant="light" title={t("import.unreadable")}>
            {errorText(suggested.error)}
          </Alert>
        ) : null}
      </div>
      {suggested.isError ? null : (
        <QueryView query={format}>
          {(known) =>
            tooLong ? (
              <div className={classes.body}>
                <TooLong file={file} format={known} />
              </div>
            ) : suggested.data === undefined ? (
              <Loading />
            ) : (
              <Understood
                object={object}
                file={file}
                format={known}
                suggested={suggested.data}
                onCancel={onOther}
              />
            )
          }
        </QueryView>
      )}
    </>
  );
}

function FileLine({ file, onOther }: { file: File; onOther: () => void }) {
  const { t, format } = useWords();
  return (
    <div className={classes.file}>
      <IconFileSpreadsheet size={20} stroke={1.6} aria-hidden="true" />
      <span className={classes.name} title={file.name}>
        {file.name}
      </span>
      <span className={classes.size}>{format.bytes(file.size)}</span>
      <CloseButton aria-label={t("import.other_file")} onClick={onOther} />
    </div>
  );
}

function TooLong({ file, format: { file_max } }: { file: File; format: ImportFormat }) {
  const { t, format } = useWords();
  return (
    <Alert role="alert" color="red" variant="light" title={t("import.too_long")}>
      {t("import.too_long_hint", {
        size: format.bytes(file.size),
        most: format.bytes(file_max),
      })}
    </Alert>
  );
}

interface UnderstoodProps {
  object: ObjectDef;
  file: File;
  format: ImportFormat;
  suggested: ImportPreview;
  onCancel: () => void;
}

function Understood({ object, file, format, suggested, onCancel }: UnderstoodProps) {
  const { t, label } = useWords();
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const stage = stageField(object);
  const ways = waysToSave(stage);
  const [way, setWay] = useState<Way | undefined>(ways.at(-1));
  const changed = Object.keys(chosen).length > 0;
  useUnsaved(changed);
  const { columns } = toMapping(suggested.columns, chosen, {});
  const asked = useQuery({
    ...previewQuery(object.name, file, columns),
    enabled: changed,
    placeholderData: keepPreviousData,
  });
  const preview = (changed ? asked.data : undefined) ?? suggested;
  const mapped = suggested.columns.map(({ name, path }) => chosen[name] ?? path);
  // Where the file says it itself, nothing is the same for all.
  const staged = stage !== undefined && ways.length > 1 && !mapped.includes(stage.name);
  const ready = preview.problems.length === 0 && !(changed && asked.isFetching);
  const mapping: Mapping = {
    columns,
    constants: staged && way?.stage ? { [stage.name]: way.stage.value } : {},
  };
  return (
    <>
      <div className={classes.body}>
        <FileProblems preview={preview} />
        <Columns
          preview={{ ...preview, columns: suggested.columns }}
          paths={format.paths}
          chosen={chosen}
          onChoose={(column, path) => setChosen((before) => ({ ...before, [column]: path }))}
        />
        {staged ? (
          <Group gap="sm">
            <Text size="sm" fw={560}>
              {t("import.stage", { field: label(stage.label) })}
            </Text>
            <SegmentedControl
              size="xs"
              aria-label={t("import.stage", { field: label(stage.label) })}
              value={way?.stage?.value ?? ""}
              onChange={(value) => setWay(ways.find((one) => one.stage?.value === value))}
              data={ways.flatMap(({ stage: one }) =>
                one === undefined ? [] : [{ value: one.value, label: label(one.label) }],
              )}
            />
          </Group>
        ) : null}
        <KeyLine object={object} preview={preview} />
      </div>
      <footer className={classes.footer}>
        <Button variant="default" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
        <Button disabled={!ready} onClick={() => startImport(object.name, file, mapping)}>
          {t("import.start")}
        </Button>
      </footer>
    </>
  );
}

/** What is wrong with the file as a whole; what is wrong with a column stands beside it. */
function FileProblems({ preview }: { preview: ImportPreview }) {
  const { t } = useWords();
  const errorText = useErrorText();
  const names = new Set(preview.columns.map((column) => column.name));
  const problems = preview.problems.filter(
    ({ field }) => field === undefined || field === null || !names.has(field),
  );
  if (problems.length === 0) return null;
  return (
    <Alert role="alert" color="red" variant="light" title={t("import.unreadable")}>
      {problems.map(({ message }) => (
        <Text key={message} size="sm">
          {errorText(new RequestError(400, { code: "header", detail: message }))}
        </Text>
      ))}
    </Alert>
  );
}

/** Whether importing twice is safe. */
function KeyLine({ object, preview }: { object: ObjectDef; preview: ImportPreview }) {
  const { t, label } = useWords();
  const field = object.fields.find((one) => one.name === preview.key);
  if (preview.problems.length > 0) return null;
  return (
    <Text size="sm" c="dimmed" maw={720}>
      {field === undefined ? t("import.no_key") : t("import.key", { field: label(field.label) })}
    </Text>
  );
}
