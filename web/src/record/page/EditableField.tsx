// One field of a record: shown, and on a press its input. Enter or leaving the input saves, Escape
// puts the old value back. When someone else has changed the record meanwhile, both values are shown
// and the writer decides.

import { Button, Group, Text, UnstyledButton } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { RequestError } from "../../api/client.ts";
import type {
  FieldDef,
  FieldValue,
  ObjectDef,
  RecordRow,
  RecordWithParts,
} from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { useErrorText, useProblemText } from "../../ui/errorText.ts";
import { useUnsaved } from "../../ui/unsaved.tsx";
import { recordQuery, useUpdateField } from "../records.ts";
import { FieldInput } from "../value/FieldInput.tsx";
import { FieldText, sameValue } from "../value/FieldText.tsx";
import classes from "./page.module.css";
import { useTyped } from "./typed.ts";

interface EditableFieldProps {
  object: ObjectDef;
  record: RecordWithParts;
  field: FieldDef;
  writable: boolean;
}

/** What is being written, while it is. */
interface Draft {
  value: FieldValue;
  chosen: RecordRow | undefined;
  /** What the field held when the writing began. */
  base: FieldValue;
  /** The record's version at that time. */
  version: number;
}

export function EditableField({ object, record, field, writable }: EditableFieldProps) {
  const { t, label } = useWords();
  const queries = useQueryClient();
  const update = useUpdateField(object.name, record.key);
  const [draft, setDraft] = useState<Draft | null>(null);
  const saving = useRef<Promise<boolean>>(undefined);
  useUnsaved(draft !== null && !sameValue(draft.value, draft.base), {
    saving: () => saving.current,
  });
  useTyped(
    useMemo(
      () =>
        draft === null || sameValue(draft.value, draft.base)
          ? []
          : [{ field, value: draft.value, reference: draft.chosen }],
      [draft, field],
    ),
  );
  // Whoever ends the writing by a key goes on from the field; a press elsewhere leads elsewhere.
  const returns = useRef(false);
  const back = (button: HTMLButtonElement | null) => {
    if (button === null || !returns.current) return;
    returns.current = false;
    button.focus();
  };
  const stored = record.fields[field.name] ?? null;
  const shown = (
    <FieldText field={field} value={stored} reference={record.references?.[field.name]} />
  );

  // What is being written stays, even where the record is locked meanwhile: the writer decides.
  if (!writable && draft === null) {
    return <div className={classes.value}>{stored === null ? <Blank /> : shown}</div>;
  }

  const close = () => {
    setDraft(null);
    update.reset();
  };
  const begin = (): Draft => ({
    value: stored,
    chosen: undefined,
    base: stored,
    version: record.version,
  });
  // Others may change other fields meanwhile; only a change of this very field is a conflict.
  const save = (
    next: Draft,
    version = sameValue(stored, next.base) ? record.version : next.version,
  ) => {
    if (sameValue(next.value, next.base)) return close();
    let resolve: (saved: boolean) => void = () => {};
    saving.current = new Promise((settled) => {
      resolve = settled;
    });
    update.mutate(
      {
        field: field.name,
        value: next.value,
        version,
        reference: next.chosen && {
          object: next.chosen.object,
          key: next.chosen.key,
          title: next.chosen.title,
        },
      },
      {
        onSuccess: () => {
          resolve(true);
          setDraft(null);
        },
        onError: async (error) => {
          resolve(false);
          if (!isConflict(error)) return;
          const newest = await queries.fetchQuery({
            ...recordQuery(object.name, record.key),
            staleTime: 0,
          });
          const unchanged = sameValue(newest.fields[field.name] ?? null, next.base);
          if (unchanged && newest.version !== version) save(next, newest.version);
        },
      },
    );
  };

  if (draft === null && field.type === "boolean") {
    return (
      <FieldInput
        field={field}
        aria-label={label(field.label)}
        value={stored}
        onChange={(value) => save({ ...begin(), value })}
      />
    );
  }
  if (draft === null || (update.isPending && !update.isError)) {
    return (
      <ShownValue
        name={label(field.label)}
        field={field}
        empty={stored === null || stored === ""}
        buttonRef={back}
        onEdit={() => setDraft(begin())}
      >
        {shown}
      </ShownValue>
    );
  }
  return (
    <FieldEditor
      object={object}
      record={record}
      field={field}
      draft={draft}
      error={update.error}
      onChange={(next) => {
        update.reset();
        setDraft(next);
        // A choice is made by choosing; there is nothing to confirm.
        if (field.type === "choice" || field.type === "reference" || field.type === "date") {
          returns.current = true;
          save(next);
        }
      }}
      onSave={(version) => save(draft, version)}
      onCancel={() => {
        returns.current = true;
        close();
      }}
      onKey={() => {
        returns.current = true;
      }}
      saveLabel={t("record.save_mine")}
    />
  );
}

interface ShownValueProps {
  name: string;
  field: FieldDef;
  empty: boolean;
  buttonRef: (button: HTMLButtonElement | null) => void;
  onEdit: () => void;
  children: React.ReactNode;
}

/** The value, with a button over it that starts editing; a link inside stays a link. */
function ShownValue({ name, field, empty, buttonRef, onEdit, children }: ShownValueProps) {
  const { t } = useWords();
  const hasLink =
    field.type === "reference" ||
    field.type === "email" ||
    field.type === "phone" ||
    field.type === "url";
  return (
    <div className={classes.value} data-editable="true">
      <UnstyledButton
        ref={buttonRef}
        className={classes.edit ?? ""}
        data-beside={hasLink && !empty}
        aria-label={t("record.edit_field", { field: name })}
        onClick={onEdit}
      >
        <IconPencil size={14} aria-hidden="true" />
      </UnstyledButton>
      {empty ? <Blank /> : children}
    </div>
  );
}

function Blank() {
  const { t } = useWords();
  return (
    <>
      <Text span inherit c="dimmed" aria-hidden="true">
        –
      </Text>
      <span className={classes.unseen}>{t("value.empty")}</span>
    </>
  );
}

interface FieldEditorProps {
  object: ObjectDef;
  record: RecordWithParts;
  field: FieldDef;
  draft: Draft;
  error: Error | null;
  onChange: (draft: Draft) => void;
  onSave: (version?: number) => void;
  onCancel: () => void;
  /** Before it is saved by a key. */
  onKey: () => void;
  saveLabel: string;
}

function FieldEditor(props: FieldEditorProps) {
  const { object, record, field, draft, error } = props;
  const { t, label } = useWords();
  const errorText = useErrorText();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const frame = useRef<HTMLFieldSetElement>(null);
  const conflict = isConflict(error);
  const own =
    error instanceof RequestError
      ? error.problems.find((one) => one.field === field.name)
      : undefined;
  const confirms = field.type !== "choice" && field.type !== "reference" && field.type !== "date";

  return (
    <fieldset
      ref={frame}
      className={classes.editor}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          props.onCancel();
        }
        const confirmed =
          event.key === "Enter" && (field.type !== "long_text" || event.ctrlKey || event.metaKey);
        if (confirmed && confirms) {
          event.preventDefault();
          props.onKey();
          props.onSave();
        }
      }}
      onBlur={(event) => {
        const next = event.relatedTarget;
        if (conflict || (next instanceof Node && frame.current?.contains(next))) return;
        if (confirms && error === null) props.onSave();
      }}
    >
      <FieldInput
        field={field}
        aria-label={label(field.label)}
        required={field.required === true}
        autoFocus
        value={draft.value}
        reference={
          draft.chosen === undefined
            ? record.references?.[field.name]
            : { object: draft.chosen.object, key: draft.chosen.key, title: draft.chosen.title }
        }
        error={
          error === null || conflict
            ? null
            : own === undefined
              ? errorText(error)
              : problemText(own, field)
        }
        onChange={(value, chosen) => props.onChange({ ...draft, value, chosen })}
      />
      {conflict ? (
        <div className={classes.conflict} role="alert">
          <Text size="sm">{t("record.changed_meanwhile")}</Text>
          <Text size="sm" c="dimmed">
            {t("record.now")}{" "}
            <FieldText
              field={field}
              value={record.fields[field.name]}
              reference={record.references?.[field.name]}
            />
          </Text>
          <Group gap="xs" mt={6}>
            <Button
              onClick={async () => {
                const newest = await queries.fetchQuery({
                  ...recordQuery(object.name, record.key),
                  staleTime: 0,
                });
                props.onSave(newest.version);
              }}
            >
              {props.saveLabel}
            </Button>
            <Button variant="default" onClick={props.onCancel}>
              {t("record.keep_theirs")}
            </Button>
          </Group>
        </div>
      ) : confirms ? null : (
        <Button variant="subtle" color="gray" mt={4} onClick={props.onCancel}>
          {t("action.cancel")}
        </Button>
      )}
    </fieldset>
  );
}

export function isConflict(error: unknown): boolean {
  return error instanceof RequestError && error.code === "version";
}
