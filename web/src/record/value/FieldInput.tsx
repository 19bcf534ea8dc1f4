// A field's value, being written: the right input for each type of field.

import { Checkbox, Select, Textarea, TextInput } from "@mantine/core";
import {
  type FocusEventHandler,
  type KeyboardEventHandler,
  lazy,
  type ReactNode,
  Suspense,
} from "react";
import type { Choice, FieldDef, FieldValue, RecordRef, RecordRow } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { StatusDot, toneOf } from "../../ui/StatusDot.tsx";
import { DecimalInput } from "./DecimalInput.tsx";
import { isMoney, openOptions } from "./FieldText.tsx";
import { MoneyInput } from "./MoneyInput.tsx";
import { ReferencePicker } from "./ReferencePicker.tsx";

/** Calendars are large and seldom wanted. */
const DateField = lazy(async () => ({ default: (await import("./DateField.tsx")).DateField }));

/** What every input has around it, whatever its type. */
export interface InputChrome {
  label?: ReactNode;
  description?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  "aria-label"?: string;
  autoFocus?: boolean;
  onBlur?: FocusEventHandler;
  onKeyDown?: KeyboardEventHandler;
}

interface FieldInputProps extends InputChrome {
  field: FieldDef;
  value: FieldValue | undefined;
  reference?: RecordRef | undefined;
  /** `chosen` is the record that a reference now points to. */
  onChange: (value: FieldValue, chosen?: RecordRow) => void;
}

export function FieldInput({
  field,
  value = null,
  reference,
  onChange,
  ...chrome
}: FieldInputProps) {
  const { label } = useWords();
  const text = value === null || isMoney(value) ? "" : String(value);
  const textOrNull = (typed: string) => onChange(typed === "" ? null : typed);

  switch (field.type) {
    case "text":
    case "auto_number":
      return (
        <TextInput
          {...chrome}
          value={text}
          {...(field.max === undefined ? {} : { maxLength: Number(field.max) })}
          onChange={(event) => textOrNull(event.currentTarget.value)}
        />
      );
    case "email":
    case "phone":
    case "url":
      return (
        <TextInput
          {...chrome}
          type={KEYBOARD[field.type]}
          inputMode={KEYBOARD[field.type]}
          {...(field.type === "url" ? { placeholder: "https://" } : {})}
          value={text}
          onChange={(event) => textOrNull(event.currentTarget.value)}
        />
      );
    case "long_text":
      return (
        <Textarea
          {...chrome}
          autosize
          minRows={2}
          maxRows={12}
          value={text}
          onChange={(event) => textOrNull(event.currentTarget.value)}
        />
      );
    case "number":
    case "percent":
      return (
        <DecimalInput
          {...chrome}
          bounds={field}
          value={text}
          onChange={(typed) => onChange(typed === "" ? null : numberOrText(typed))}
          {...(field.type === "percent" ? { rightSection: "%" } : {})}
        />
      );
    case "money":
      return (
        <MoneyInput
          {...chrome}
          field={field}
          value={isMoney(value) ? value : null}
          onChange={onChange}
        />
      );
    case "date":
    case "date_time":
      return (
        <Suspense fallback={<TextInput label={chrome.label} disabled />}>
          <DateField {...chrome} type={field.type} value={text} onChange={onChange} />
        </Suspense>
      );
    case "boolean":
      return (
        <Checkbox
          {...chrome}
          py={6}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <Select
          {...chrome}
          clearable={!chrome.required}
          allowDeselect={!chrome.required}
          data={choosable(field, text).map((one) => ({
            value: one.value,
            label: label(one.label),
          }))}
          renderOption={({ option }) => {
            const color = field.options?.find((one) => one.value === option.value)?.color;
            return color ? (
              <StatusDot tone={toneOf(color)}>{option.label}</StatusDot>
            ) : (
              option.label
            );
          }}
          value={text === "" ? null : text}
          onChange={(chosen) => onChange(chosen)}
        />
      );
    case "reference":
      return (
        <ReferencePicker
          {...chrome}
          object={field.object ?? ""}
          value={text === "" ? null : text}
          reference={reference}
          onChange={(row) => (row === null ? onChange(null) : onChange(row.key, row))}
        />
      );
  }
}

/** What may be chosen, and what is chosen although only a process could have. */
function choosable(field: FieldDef, current: string): Choice[] {
  const open = openOptions(field);
  return (field.options ?? []).filter((one) => open.includes(one) || one.value === current);
}

const KEYBOARD = { email: "email", phone: "tel", url: "url" } as const;

/** A JSON number where a double holds it exactly, else its text. */
function numberOrText(decimal: string): number | string {
  const number = Number(decimal);
  return Number.isFinite(number) &&
    Math.abs(number) <= Number.MAX_SAFE_INTEGER &&
    decimal.length <= 15
    ? number
    : decimal;
}
