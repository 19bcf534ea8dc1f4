// Importing records from CSV: what files an object takes, and how the beginning of one is understood.
// Only the beginning of a file is ever read here; the file itself goes to the server as it is.

import { queryOptions } from "@tanstack/react-query";
import { http, path, RequestError } from "../api/client.ts";
import type { components } from "../api/openapi.d.ts";

type Schemas = components["schemas"];

export type ImportAnswer = Schemas["ImportAnswer"];
export type ImportProgress = Schemas["ImportProgress"];
export type ImportPreview = Schemas["ImportPreview"];
export type ImportColumn = Schemas["ImportColumn"];
export type ImportPath = Schemas["ImportPath"];
export type ImportFormat = Schemas["ImportFormat"];

/** What a mapping says of a column that is left out. */
export const LEFT_OUT = "-";

/** How much of a file is looked at before it is imported. */
const BEGINNING = 256 * 1024;

/** What columns mean, and what is the same for every record. */
export interface Mapping {
  columns: Record<string, string>;
  constants: Record<string, string>;
}

export const formatQuery = (object: string) =>
  queryOptions({
    queryKey: ["import-format", object],
    queryFn: ({ signal }) => http.get<ImportFormat>(path("imports", object), { signal }),
    staleTime: 60_000,
  });

/** How a file is understood: by the names of its columns, or as the mapping says. */
export const previewQuery = (object: string, file: File, columns: Mapping["columns"] | undefined) =>
  queryOptions({
    queryKey: ["import-preview", object, file.name, file.size, file.lastModified, columns ?? null],
    queryFn: ({ signal }) => preview(object, file, columns, signal),
    retry: false,
    gcTime: 60_000,
  });

async function preview(
  object: string,
  file: File,
  columns: Mapping["columns"] | undefined,
  signal: AbortSignal,
): Promise<ImportPreview> {
  const beginning = file.slice(0, BEGINNING, "text/csv");
  const start = new Uint8Array(await beginning.slice(0, 4).arrayBuffer());
  if (isSpreadsheet(start)) throw new RequestError(400, { code: "spreadsheet" });
  return http.post<ImportPreview>(path("imports", object, "preview"), beginning, {
    signal,
    query: {
      mapping: columns === undefined ? undefined : JSON.stringify({ columns }),
      whole: file.size <= BEGINNING,
    },
  });
}

/** A workbook is a zip archive, or (the old kind) a compound file; neither is text. */
function isSpreadsheet(bytes: Uint8Array): boolean {
  const begins = (...expected: number[]) => expected.every((byte, at) => bytes[at] === byte);
  return begins(0x50, 0x4b, 0x03, 0x04) || begins(0xd0, 0xcf, 0x11, 0xe0);
}

/** What is sent: only what the column's own name does not say. */
export function toMapping(
  columns: readonly ImportColumn[],
  chosen: Record<string, string>,
  constants: Record<string, string>,
): Mapping {
  const pairs = columns.flatMap(({ name, path: suggested }) => {
    const wanted = chosen[name] ?? suggested ?? "";
    return wanted === "" || wanted === name ? [] : [[name, wanted] as const];
  });
  return { columns: Object.fromEntries(pairs), constants };
}
