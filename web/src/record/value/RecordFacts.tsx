// What tells a record from others at a glance: the fields of its object's summary, in one run of text. A
// number or a day says nothing without its name; a name, an amount and a state speak for themselves.

import type { FieldDef, Fields, FieldValue, RecordRef } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { summaryOf, useObjects } from "../../object/objects.ts";
import { FieldText } from "./FieldText.tsx";
import classes from "./RecordFacts.module.css";

interface RecordFactsProps {
  record: {
    object: string;
    fields: Fields;
    references?: Record<string, RecordRef> | undefined;
  };
}

export function RecordFacts({ record }: RecordFactsProps) {
  const { label } = useWords();
  const object = useObjects().find((one) => one.name === record.object);
  if (object === undefined) return null;
  const shown = summaryOf(object).filter((field) => !isBlank(record.fields[field.name]));
  return shown.map((field) => (
    <span key={field.name} className={classes.fact}>
      {isBare(field) ? `${label(field.label)} ` : null}
      <FieldText
        field={field}
        value={record.fields[field.name]}
        reference={record.references?.[field.name]}
        place="list"
      />
    </span>
  ));
}

function isBlank(value: FieldValue | undefined): boolean {
  return value === undefined || value === null || value === "";
}

const BARE: ReadonlySet<FieldDef["type"]> = new Set([
  "number",
  "percent",
  "boolean",
  "date",
  "date_time",
]);

function isBare(field: FieldDef): boolean {
  return BARE.has(field.type);
}
