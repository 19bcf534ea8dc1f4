// The parts of a record (the lines of an order, say): shown as a table, each row edited on demand.

import { ActionIcon, Button, Group, VisuallyHidden } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { RequestError } from "../../api/client.ts";
import type { RecordRow, RecordWithParts } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import type { Part } from "../../object/objects.ts";
import { QuietLine, Refusal } from "../../ui/states.tsx";
import { columnsOfPart, newDraft, type PartDraft } from "../part/draft.ts";
import { PartHeadings, PartInputs } from "../part/PartInputs.tsx";
import partClasses from "../part/part.module.css";
import { Totals } from "../part/Totals.tsx";
import { useCreatePart, useDeletePart, useUpdatePart } from "../records.ts";
import { FieldText } from "../value/FieldText.tsx";
import { Panel } from "./Panel.tsx";

/** The row being written: a new one, or the one with this key. */
type Editing = { key: string | null; draft: PartDraft } | null;

export function PartsPanel({ part, record }: { part: Part; record: RecordWithParts }) {
  const { t, label } = useWords();
  const rows = record.parts?.[part.collection] ?? [];
  const [editing, setEditing] = useState<Editing>(null);
  const remove = useDeletePart(part.object.name, record);
  const writable = part.object.access.write;

  return (
    <Panel
      title={label(part.object.plural)}
      aside={
        writable && editing === null ? (
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconPlus size={14} />}
            onClick={() => setEditing({ key: null, draft: newDraft() })}
          >
            {t("parts.add")}
          </Button>
        ) : null
      }
    >
      {rows.length === 0 && editing === null ? (
        <QuietLine>{t("parts.none")}</QuietLine>
      ) : (
        <div className={partClasses.scroll}>
          <table className={partClasses.table}>
            <thead>
              <tr>
                <PartHeadings part={part} columns={columnsOfPart(part)} />
                <th>
                  <VisuallyHidden>{t("parts.actions")}</VisuallyHidden>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) =>
                editing?.key === row.key ? (
                  <EditedRow
                    key={row.key}
                    part={part}
                    record={record}
                    row={row}
                    editing={editing}
                    onChange={setEditing}
                  />
                ) : (
                  <ShownRow
                    key={row.key}
                    part={part}
                    row={row}
                    writable={writable && editing === null}
                    onEdit={() =>
                      setEditing({ key: row.key, draft: newDraft(row.fields, row.references) })
                    }
                    onDelete={() => remove.mutate({ key: row.key, version: row.version })}
                  />
                ),
              )}
              {editing !== null && editing.key === null ? (
                <EditedRow
                  part={part}
                  record={record}
                  row={undefined}
                  editing={editing}
                  onChange={setEditing}
                />
              ) : null}
            </tbody>
          </table>
        </div>
      )}
      <Refusal error={remove.error} onClose={remove.reset} />
      <Totals part={part} rows={rows} />
    </Panel>
  );
}

interface ShownRowProps {
  part: Part;
  row: RecordRow;
  writable: boolean;
  onEdit: () => void;
  onDelete: () => void;
}

function ShownRow({ part, row, writable, onEdit, onDelete }: ShownRowProps) {
  const { t } = useWords();
  return (
    <tr>
      {columnsOfPart(part).map((field) => (
        <td key={field.name} className={partClasses.shown} data-type={field.type}>
          <FieldText
            field={field}
            value={row.fields[field.name]}
            reference={row.references?.[field.name]}
          />
        </td>
      ))}
      <td className={partClasses.actions}>
        {writable ? (
          <Group gap={2} wrap="nowrap" justify="flex-end">
            <ActionIcon
              size="sm"
              aria-label={t("parts.edit", { title: row.title })}
              onClick={onEdit}
            >
              <IconPencil size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={t("parts.delete", { title: row.title })}
              onClick={onDelete}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        ) : null}
      </td>
    </tr>
  );
}

interface EditedRowProps {
  part: Part;
  record: RecordWithParts;
  /** The stored row, or undefined for a new one. */
  row: RecordRow | undefined;
  editing: NonNullable<Editing>;
  onChange: (editing: Editing) => void;
}

function EditedRow({ part, record, row, editing, onChange }: EditedRowProps) {
  const { t } = useWords();
  const create = useCreatePart(part.object.name, record);
  const update = useUpdatePart(part.object.name, record);
  const error = create.error ?? update.error;
  const problems = error instanceof RequestError ? error.problems : [];
  const done = { onSuccess: () => onChange(null) };
  const save = () => {
    const { fields } = editing.draft;
    if (row === undefined) {
      create.mutate({ ...fields, [part.parentField]: record.key }, done);
    } else {
      const changed = Object.entries(fields).filter(([name, value]) => row.fields[name] !== value);
      update.mutate(
        { key: row.key, version: row.version, fields: Object.fromEntries(changed) },
        done,
      );
    }
  };
  const columns = columnsOfPart(part);

  return (
    <>
      <tr
        onKeyDown={(event) => {
          if (event.key === "Escape") onChange(null);
          if (
            event.key === "Enter" &&
            event.target instanceof HTMLInputElement &&
            !event.defaultPrevented
          )
            save();
        }}
      >
        <PartInputs
          part={part}
          columns={columns}
          draft={editing.draft}
          problems={problems}
          autoFocus
          onChange={(draft) => onChange({ ...editing, draft })}
        />
        <td className={partClasses.actions}>
          <Group gap={4} wrap="nowrap" justify="flex-end">
            <Button onClick={save} loading={create.isPending || update.isPending}>
              {t("action.save")}
            </Button>
            <Button variant="default" onClick={() => onChange(null)}>
              {t("action.cancel")}
            </Button>
          </Group>
        </td>
      </tr>
      {error !== null && problems.length === 0 ? (
        <tr>
          <td colSpan={columns.length + 1}>
            <Refusal error={error} />
          </td>
        </tr>
      ) : null}
    </>
  );
}
