// A sample file of an object: every column that an import takes, two rows, and where records are referred
// to those that are there, so that it can be imported as it is.

import type { QueryClient } from "@tanstack/react-query";
import type { FieldDef, FieldValue, ObjectDef } from "../api/wire.ts";
import { fieldOf } from "../object/objects.ts";
import { fewRecordsQuery } from "../record/records.ts";
import { isLess } from "../record/value/decimal.ts";
import type { ImportPath } from "./imports.ts";

const ROWS = 2;

/** The columns of a sample: one for each field, a record by its unique field where it has one. */
export function sampleColumns(paths: readonly ImportPath[]): ImportPath[] {
  const columns = new Map<string, ImportPath>();
  for (const path of paths) {
    const field = `${path.collection ?? ""}.${path.field}`;
    if (!columns.has(field)) columns.set(field, path);
  }
  return [...columns.values()];
}

/** The field that a path writes. */
export function fieldOfPath(
  objects: readonly ObjectDef[],
  object: ObjectDef,
  path: ImportPath,
): FieldDef | undefined {
  const holder = !path.collection
    ? object
    : objects.find((one) => {
        const of = one.part_of;
        if (!of || of.collection !== path.collection) return false;
        return fieldOf(one, of.field)?.object === object.name;
      });
  return holder === undefined ? undefined : fieldOf(holder, path.field);
}

export async function sampleFile(
  queries: QueryClient,
  objects: readonly ObjectDef[],
  object: ObjectDef,
  paths: readonly ImportPath[],
): Promise<string> {
  const columns: string[][] = [];
  for (const path of sampleColumns(paths)) {
    const field = fieldOfPath(objects, object, path);
    if (field === undefined) continue;
    const cells = await cellsOf(queries, path, field);
    // A reference to records that have no unique field, or of which there are none: nothing to show.
    if (cells !== undefined) columns.push([path.path, ...cells]);
  }
  const rows = Array.from({ length: ROWS + 1 }, (_, row) =>
    columns.map((column) => quoted(column[row] ?? "")).join(","),
  );
  return `${rows.join("\r\n")}\r\n`;
}

async function cellsOf(
  queries: QueryClient,
  path: ImportPath,
  field: FieldDef,
): Promise<string[] | undefined> {
  if (field.type !== "reference") {
    return Array.from({ length: ROWS }, (_, row) => example(field, row + 1));
  }
  const { via_object: object, via_field: unique } = path;
  if (!object || !unique) return undefined;
  const found = await queries.fetchQuery(fewRecordsQuery(object, {}, 20));
  const known = found.items.map((one) => text(one.fields[unique])).filter((one) => one !== "");
  const first = known[0];
  if (first === undefined) return undefined;
  return Array.from({ length: ROWS }, (_, row) => known[row] ?? first);
}

function text(value: FieldValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function example(field: FieldDef, row: number): string {
  switch (field.type) {
    case "text":
    case "long_text":
      return field.unique === true ? `EXAMPLE-${row}` : `${field.label.en} ${row}`;
    case "auto_number":
    case "reference":
      return "";
    case "number":
    case "percent":
      return within(field, String(row));
    case "money":
      return within(field, `${row * 10}.00`);
    case "date":
      return `2026-12-0${row}`;
    case "date_time":
      return `2026-12-0${row}T09:00:00Z`;
    case "boolean":
      return "true";
    case "choice":
      return (field.options ?? []).filter((one) => one.read_only !== true).at(-1)?.value ?? "";
    case "email":
      return `example${row}@example.com`;
    case "phone":
      return `+49 30 1234${row}`;
    case "url":
      return `https://example${row}.example.com`;
  }
}

/** The number, or the bound that it is beyond. */
function within({ min, max }: FieldDef, decimal: string): string {
  if (min !== undefined && isLess(decimal, String(min))) return String(min);
  if (max !== undefined && isLess(String(max), decimal)) return String(max);
  return decimal;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Gives the browser a file to keep. */
export function download(name: string, content: string): void {
  // The mark tells spreadsheets that it is UTF-8.
  const url = URL.createObjectURL(new Blob(["\uFEFF", content], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
