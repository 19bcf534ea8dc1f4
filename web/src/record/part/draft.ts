// A part (a line of an order, say) while it is written: what choosing a record suggests for it, and
// what all of them come to. Only the shape of the metadata counts, never a field's name.

import type { FieldDef, Fields, Money, ObjectDef, RecordRef, RecordRow } from "../../api/wire.ts";
import type { Part } from "../../object/objects.ts";
import { add, currencyDigits, multiply, round } from "../value/decimal.ts";
import { isMoney, isWritable } from "../value/FieldText.tsx";

export interface PartDraft {
  /** Tells rows apart while they have no key. */
  id: number;
  fields: Fields;
  references: Record<string, RecordRef>;
}

let lastId = 0;

export function newDraft(
  fields: Fields = {},
  references: Record<string, RecordRef> = {},
): PartDraft {
  lastId += 1;
  return { id: lastId, fields, references };
}

/** The fields that a person fills in; the one that points to the parent is filled by itself. */
export function fieldsOfPart(part: Part): FieldDef[] {
  return part.object.fields.filter((field) => field.name !== part.parentField && isWritable(field));
}

/** The columns of the parts' table: those of their list, and what a person fills in. */
export function columnsOfPart(part: Part): FieldDef[] {
  const writable = fieldsOfPart(part);
  return part.object.fields.filter(
    (field) =>
      field.name !== part.parentField &&
      (part.object.list.includes(field.name) || writable.includes(field)),
  );
}

export function isEmpty(draft: PartDraft): boolean {
  return Object.values(draft.fields).every((value) => value === null || value === "");
}

/**
 * Fills empty fields from a record that was just chosen: those of the same name and type, and an only
 * amount of money from the chosen record's only amount (a line's unit price from the product's price).
 */
export function suggest(
  part: Part,
  draft: PartDraft,
  chosen: { object: ObjectDef; row: RecordRow },
): PartDraft {
  const fields: Fields = { ...draft.fields };
  for (const field of fieldsOfPart(part)) {
    if (field.type === "reference" || (fields[field.name] ?? null) !== null) continue;
    const source = sourceFor(part, field, chosen.object);
    const value = source === undefined ? undefined : chosen.row.fields[source.name];
    if (value !== undefined && value !== null) fields[field.name] = value;
  }
  return { ...draft, fields };
}

function sourceFor(part: Part, field: FieldDef, from: ObjectDef): FieldDef | undefined {
  const same = from.fields.find((one) => one.name === field.name && one.type === field.type);
  if (same !== undefined) return same;
  if (field.type !== "money" || only(part.object, "money") !== field) return undefined;
  return only(from, "money");
}

/** The only field of a type, if there is exactly one. */
function only(object: ObjectDef, type: FieldDef["type"]): FieldDef | undefined {
  const all = object.fields.filter((field) => field.type === type);
  return all.length === 1 ? all[0] : undefined;
}

/** What one row comes to: its only amount of money, times its only number where it has one. */
export function amountOf(part: Part, fields: Fields): Money | undefined {
  const moneyField = only(part.object, "money");
  if (moneyField === undefined) return undefined;
  const money = fields[moneyField.name];
  if (!isMoney(money) || !isDecimal(money.amount)) return undefined;
  const numberField = only(part.object, "number");
  if (numberField === undefined) return money;
  const number = String(fields[numberField.name] ?? "");
  if (!isDecimal(number)) return undefined;
  const digits = currencyDigits(money.currency);
  return { amount: round(multiply(number, money.amount), digits), currency: money.currency };
}

/** What all rows come to, one sum for each currency. */
export function totalsOf(part: Part, rows: readonly { fields: Fields }[]): Money[] {
  const sums = new Map<string, string>();
  for (const row of rows) {
    const amount = amountOf(part, row.fields);
    if (amount === undefined) continue;
    sums.set(amount.currency, add(sums.get(amount.currency) ?? "0", amount.amount));
  }
  return [...sums].map(([currency, amount]) => ({ amount, currency }));
}

function isDecimal(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text);
}
