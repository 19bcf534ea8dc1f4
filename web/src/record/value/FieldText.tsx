// A field's value, shown.

import { Anchor, Text } from "@mantine/core";
import { IconCheck, IconMinus } from "@tabler/icons-react";
import type { Choice, FieldDef, FieldValue, Money, RecordRef } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { DateAndTime } from "../../ui/Instant.tsx";
import { TextLink } from "../../ui/links.tsx";
import { StatusDot, toneOf } from "../../ui/StatusDot.tsx";

interface FieldTextProps {
  field: FieldDef;
  value: FieldValue | undefined;
  reference?: RecordRef | undefined;
  /** In a list's row everything is one line and nothing but the row is a link. */
  place?: "list" | "page";
}

export function FieldText({ field, value, reference, place = "page" }: FieldTextProps) {
  const { t, format, label } = useWords();
  if (value === null || value === undefined || value === "") return null;

  switch (field.type) {
    case "text":
    case "auto_number":
      return <>{String(value)}</>;
    case "long_text":
      if (place === "list") return <>{format.amounts(String(value))}</>;
      return (
        <Text span inherit style={{ whiteSpace: "pre-wrap" }}>
          {format.amounts(String(value))}
        </Text>
      );
    case "number":
      return <>{format.number(value as number | string)}</>;
    case "percent":
      return <>{format.percent(value as number | string)}</>;
    case "money":
      return isMoney(value) ? format.money(value) : String(value);
    case "date":
      return <>{format.date(String(value))}</>;
    case "date_time":
      return <DateAndTime at={String(value)} />;
    case "boolean":
      return value === true ? (
        <IconCheck size={16} role="img" aria-label={t("value.yes")} />
      ) : (
        <IconMinus size={16} role="img" aria-label={t("value.no")} opacity={0.5} />
      );
    case "choice": {
      const option = field.options?.find((one) => one.value === value);
      if (option === undefined) return <>{String(value)}</>;
      if (!hasColours(field)) return <>{label(option.label)}</>;
      return <StatusDot tone={toneOf(option.color)}>{label(option.label)}</StatusDot>;
    }
    case "email":
      return place === "list" ? (
        String(value)
      ) : (
        <Anchor href={`mailto:${value}`} inherit>
          {String(value)}
        </Anchor>
      );
    case "phone":
      return place === "list" ? (
        String(value)
      ) : (
        <Anchor href={`tel:${value}`} inherit>
          {String(value)}
        </Anchor>
      );
    case "url":
      return place === "list" ? bare(String(value)) : <WebAddress address={String(value)} />;
    case "reference": {
      const title = reference?.title ?? String(value);
      if (place === "list" || field.object === undefined) return <>{title}</>;
      return (
        <TextLink
          to="/records/$object/$key"
          params={{ object: field.object, key: String(value) }}
          inherit
        >
          {title}
        </TextLink>
      );
    }
  }
}

/** A stored address is only a link when it is one for the web. */
function WebAddress({ address }: { address: string }) {
  if (!/^https?:\/\//i.test(address)) return <>{address}</>;
  return (
    <Anchor href={address} target="_blank" rel="noreferrer noopener" inherit>
      {bare(address)}
    </Anchor>
  );
}

function bare(address: string): string {
  return address.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "");
}

function hasColours(field: FieldDef): boolean {
  return field.options?.some((option) => option.color) ?? false;
}

/** Whether two values are the same to a reader. */
export function sameValue(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (isMoney(a ?? null) && isMoney(b ?? null)) {
    const [one, other] = [a as Money, b as Money];
    return one.amount === other.amount && one.currency === other.currency;
  }
  return (a ?? null) === (b ?? null) || String(a ?? "") === String(b ?? "");
}

export function isMoney(value: unknown): value is Money {
  return typeof value === "object" && value !== null && "amount" in value && "currency" in value;
}

/** The options that a person may choose; the others are set by processes. */
export function openOptions(field: FieldDef): Choice[] {
  return (field.options ?? []).filter((option) => option.read_only !== true);
}

/** Numbers stand right in their column, so that their digits align. */
export function isNumeric(field: FieldDef): boolean {
  return field.type === "number" || field.type === "money" || field.type === "percent";
}

/** Whether a person may write the field: not what the server or a process writes. */
export function isWritable(field: FieldDef): boolean {
  return field.read_only !== true && field.type !== "auto_number";
}
