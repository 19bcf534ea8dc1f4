// The inputs of a new record's own fields.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import type { FieldDef, Fields, FieldValue, ProblemItem, RecordRef } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { useProblemText } from "../../ui/errorText.ts";
import { recordQuery } from "../records.ts";
import { FieldInput } from "../value/FieldInput.tsx";
import classes from "./new.module.css";

interface FieldsEntryProps {
  fields: readonly FieldDef[];
  values: Fields;
  references: Record<string, RecordRef>;
  problems: readonly ProblemItem[];
  onChange: (field: string, value: FieldValue, reference: RecordRef | undefined) => void;
}

export function FieldsEntry({ fields, values, references, problems, onChange }: FieldsEntryProps) {
  const { label } = useWords();
  const problemText = useProblemText();
  return (
    <div className={classes.fields}>
      {fields.map((field, index) => {
        const problem = problems.find((one) => one.field === field.name);
        const value = values[field.name];
        const reference = references[field.name];
        return (
          <div key={field.name} data-wide={field.type === "long_text"}>
            <FieldInput
              field={field}
              label={label(field.label)}
              description={field.help ? label(field.help) : undefined}
              required={field.required === true}
              autoFocus={index === 0}
              value={value}
              reference={reference}
              error={problem === undefined ? null : problemText(problem, field)}
              onChange={(next, row) =>
                onChange(
                  field.name,
                  next,
                  row && { object: row.object, key: row.key, title: row.title },
                )
              }
            />
            {field.type === "reference" && typeof value === "string" && reference === undefined ? (
              <GivenReference
                object={field.object ?? ""}
                recordKey={value}
                onKnown={(known) => onChange(field.name, value, known)}
              />
            ) : null}
          </div>
        );
      })}
    </div>
  );
}

interface GivenReferenceProps {
  object: string;
  recordKey: string;
  onKnown: (reference: RecordRef) => void;
}

/** Looks up a record that the address named, so that its input does not show a bare key. */
function GivenReference({ object, recordKey, onKnown }: GivenReferenceProps) {
  const { data } = useQuery(recordQuery(object, recordKey));
  const tell = useEffectEvent(onKnown);
  useEffect(() => {
    if (data !== undefined) tell({ object: data.object, key: data.key, title: data.title });
  }, [data]);
  return null;
}
