// A part of a record while it is written. Where somebody else has changed the same part meanwhile, both
// values of each field stand side by side and the writer chooses; where it was deleted, what was typed
// can still be saved as a new one.

import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { RequestError } from "../../api/client.ts";
import type { FieldDef, Fields, RecordRow, RecordWithParts } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import type { Part } from "../../object/objects.ts";
import { Refusal } from "../../ui/states.tsx";
import { useDiscard, useUnsaved } from "../../ui/unsaved.tsx";
import { columnsOfPart, fieldsOfPart, type PartDraft } from "../part/draft.ts";
import { PartInputs } from "../part/PartInputs.tsx";
import partClasses from "../part/part.module.css";
import { useCreatePart, useUpdatePart } from "../records.ts";
import { FieldText, sameValue } from "../value/FieldText.tsx";
import { isConflict } from "./EditableField.tsx";
import classes from "./page.module.css";
import { useTyped } from "./typed.ts";

interface EditedPartProps {
  part: Part;
  record: RecordWithParts;
  /** The part as it is stored now; undefined for a new one, and for one that is no longer there. */
  row: RecordRow | undefined;
  /** The part as it was when the writing began; undefined for a new one. */
  base: RecordRow | undefined;
  draft: PartDraft;
  onChange: (draft: PartDraft) => void;
  onClose: () => void;
}

type Side = "mine" | "theirs";

export function EditedPart(props: EditedPartProps) {
  const { part, record, row, base, draft, onChange, onClose } = props;
  const { t } = useWords();
  const create = useCreatePart(part.object.name, record);
  const update = useUpdatePart(part.object.name, record);
  const [sides, setSides] = useState<Record<string, Side>>({});
  const [tried, setTried] = useState<number>();
  const error = create.error ?? update.error;
  const problems = error instanceof RequestError ? error.problems : [];
  const conflict = isConflict(error);
  const columns = columnsOfPart(part);
  const changed = fieldsOfPart(part).filter(
    ({ name }) => !sameValue(draft.fields[name], base?.fields[name]),
  );
  useUnsaved(changed.length > 0);
  useTyped(
    changed.map((field) => ({
      field,
      value: draft.fields[field.name] ?? null,
      reference: draft.references[field.name],
    })),
  );
  const discard = useDiscard();
  const cancel = () => discard(onClose);
  const clashing =
    row === undefined
      ? []
      : changed.filter(
          ({ name }) =>
            !sameValue(row.fields[name], base?.fields[name]) &&
            !sameValue(row.fields[name], draft.fields[name]),
        );

  const save = (version: number | undefined) => {
    if (row === undefined || version === undefined) {
      const fields: Fields = { [part.parentField]: record.key };
      for (const { name } of fieldsOfPart(part)) fields[name] = draft.fields[name] ?? null;
      create.mutate(fields, { onSuccess: onClose });
      return;
    }
    const kept = changed.filter(({ name }) => sides[name] !== "theirs");
    if (kept.length === 0) return onClose();
    const fields: Fields = {};
    for (const { name } of kept) fields[name] = draft.fields[name] ?? null;
    setTried(version);
    update.mutate({ key: row.key, version, fields }, { onSuccess: onClose });
  };
  // Asked once, the writer has decided; before that only the version that was seen may be overwritten.
  const saveNow = () => save(conflict ? row?.version : base?.version);

  const canRetry = conflict && row !== undefined && clashing.length === 0 && row.version !== tried;
  // biome-ignore lint/correctness/useExhaustiveDependencies: tried once for each newer version.
  useEffect(() => {
    // Somebody changed other fields: nothing has to be decided.
    if (canRetry) save(row?.version);
  }, [canRetry, row?.version]);

  return (
    <>
      <tr
        onKeyDown={(event) => {
          if (event.key === "Escape") cancel();
          const inField = event.target instanceof HTMLInputElement;
          if (event.key === "Enter" && inField && !event.defaultPrevented) saveNow();
        }}
      >
        <PartInputs
          part={part}
          columns={columns}
          draft={draft}
          problems={problems}
          autoFocus
          onChange={onChange}
        />
        <td className={partClasses.actions}>
          <Group gap={4} wrap="nowrap" justify="flex-end">
            <Button onClick={saveNow} loading={create.isPending || update.isPending}>
              {t("action.save")}
            </Button>
            <Button variant="default" onClick={cancel}>
              {t("action.cancel")}
            </Button>
          </Group>
        </td>
      </tr>
      {base !== undefined && row === undefined ? (
        <Notice columns={columns.length}>{t("parts.deleted_meanwhile")}</Notice>
      ) : null}
      {conflict && row !== undefined && clashing.length > 0 ? (
        <Notice columns={columns.length}>
          {t("parts.changed_meanwhile")}
          {clashing.map((field) => (
            <Choice
              key={field.name}
              field={field}
              mine={draft}
              theirs={row}
              side={sides[field.name] ?? "mine"}
              onChoose={(side) => setSides((before) => ({ ...before, [field.name]: side }))}
            />
          ))}
        </Notice>
      ) : null}
      {error !== null && !conflict && problems.length === 0 ? (
        <tr>
          <td colSpan={columns.length + 1}>
            <Refusal error={error} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

function Notice({ columns, children }: { columns: number; children: React.ReactNode }) {
  return (
    <tr>
      <td colSpan={columns + 1}>
        <div className={classes.conflict} role="alert">
          {children}
        </div>
      </td>
    </tr>
  );
}

interface ChoiceProps {
  field: FieldDef;
  mine: PartDraft;
  theirs: RecordRow;
  side: Side;
  onChoose: (side: Side) => void;
}

function Choice({ field, mine, theirs, side, onChoose }: ChoiceProps) {
  const { t, label } = useWords();
  const { name } = field;
  const value = (of: Side) => (
    <FieldText
      field={field}
      value={of === "mine" ? mine.fields[name] : theirs.fields[name]}
      reference={of === "mine" ? mine.references[name] : theirs.references?.[name]}
      place="list"
    />
  );
  return (
    <Group gap="sm" mt={6}>
      <Text size="sm" fw={560} miw={90}>
        {label(field.label)}
      </Text>
      <SegmentedControl
        size="xs"
        aria-label={label(field.label)}
        value={side}
        onChange={(next) => onChoose(next === "theirs" ? "theirs" : "mine")}
        data={[
          {
            value: "mine",
            label: (
              <>
                {t("parts.mine")} {value("mine")}
              </>
            ),
          },
          {
            value: "theirs",
            label: (
              <>
                {t("parts.theirs")} {value("theirs")}
              </>
            ),
          },
        ]}
      />
    </Group>
  );
}
