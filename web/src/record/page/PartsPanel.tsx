// The parts of a record (the lines of an order, say): shown as a table, each row edited on demand.

import { ActionIcon, Button, Group, VisuallyHidden } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { RecordRow, RecordWithParts } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import type { Part } from "../../object/objects.ts";
import { Scroll } from "../../ui/Scroll.tsx";
import { QuietLine, Refusal } from "../../ui/states.tsx";
import { columnsOfPart, newDraft, type PartDraft } from "../part/draft.ts";
import { PartHeadings } from "../part/PartInputs.tsx";
import partClasses from "../part/part.module.css";
import { Totals } from "../part/Totals.tsx";
import { useDeletePart } from "../records.ts";
import { FieldText } from "../value/FieldText.tsx";
import { EditedPart } from "./EditedPart.tsx";
import { Panel } from "./Panel.tsx";

/** The row being written: a new one, or a stored one with what it held when the writing began. */
type Editing = { draft: PartDraft; base: RecordRow | undefined } | null;

export function PartsPanel({ part, record }: { part: Part; record: RecordWithParts }) {
  const { t, label } = useWords();
  const rows = record.parts?.[part.collection] ?? [];
  const [editing, setEditing] = useState<Editing>(null);
  const remove = useDeletePart(part.object.name, record);
  const writable = part.object.access.write && !record.locked;
  const change = (draft: PartDraft) =>
    setEditing((before) => (before === null ? null : { ...before, draft }));
  /** Whether the row being written is still one of the record's; somebody may have deleted it. */
  const isShown = ({ base }: NonNullable<Editing>) =>
    base !== undefined && rows.some((row) => row.key === base.key);

  return (
    <Panel
      title={label(part.object.plural)}
      aside={
        writable && editing === null ? (
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconPlus size={14} />}
            onClick={() => setEditing({ draft: newDraft(), base: undefined })}
          >
            {t("parts.add")}
          </Button>
        ) : null
      }
    >
      {rows.length === 0 && editing === null ? (
        <QuietLine>{t("parts.none")}</QuietLine>
      ) : (
        <Scroll>
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
                editing?.base?.key === row.key ? (
                  <EditedPart
                    key={row.key}
                    part={part}
                    record={record}
                    row={row}
                    base={editing.base}
                    draft={editing.draft}
                    onChange={change}
                    onClose={() => setEditing(null)}
                  />
                ) : (
                  <ShownRow
                    key={row.key}
                    part={part}
                    row={row}
                    writable={writable && editing === null}
                    onEdit={() =>
                      setEditing({ draft: newDraft(row.fields, row.references), base: row })
                    }
                    onDelete={() => remove.mutate({ key: row.key, version: row.version })}
                  />
                ),
              )}
              {editing !== null && !isShown(editing) ? (
                <EditedPart
                  part={part}
                  record={record}
                  row={undefined}
                  base={editing.base}
                  draft={editing.draft}
                  onChange={change}
                  onClose={() => setEditing(null)}
                />
              ) : null}
            </tbody>
          </table>
        </Scroll>
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
