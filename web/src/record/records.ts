// Records of any object: reading lists and single ones, and writing them.

import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { http, path, RequestError } from "../api/client.ts";
import type {
  Decision,
  Fields,
  FieldValue,
  Instance,
  NewRecord,
  Page,
  ProcessRef,
  RecordPage,
  RecordRef,
  RecordRow,
  RecordWithParts,
  Stages,
  TimelineEntry,
} from "../api/wire.ts";
import { createOnce } from "./creating.ts";

export interface ListState {
  filter?: string;
  search?: string;
  /** Field names, comma-separated, `-` before a descending one. */
  sort?: string;
}

const PAGE = 60;

export const recordsQuery = (object: string, list: ListState) =>
  infiniteQueryOptions({
    queryKey: ["records", object, list],
    queryFn: ({ signal, pageParam }) =>
      http.get<RecordPage>(path("records", object), {
        signal,
        query: { ...list, limit: PAGE, after: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** The first few records that a filter or a search finds. */
export const fewRecordsQuery = (object: string, list: ListState, limit: number) =>
  queryOptions({
    queryKey: ["records", object, "few", list, limit],
    queryFn: ({ signal }) =>
      http.get<RecordPage>(path("records", object), { signal, query: { ...list, limit } }),
  });

export const recordQuery = (object: string, key: string) =>
  queryOptions({
    queryKey: ["record", object, key],
    queryFn: ({ signal }) => http.get<RecordWithParts>(path("records", object, key), { signal }),
  });

export const timelineQuery = (object: string, key: string) =>
  infiniteQueryOptions({
    queryKey: ["record-process", object, key, "timeline"],
    queryFn: ({ signal, pageParam }) =>
      http.get<Page<TimelineEntry>>(path("records", object, key, "timeline"), {
        signal,
        query: { limit: 50, after: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const stagesQuery = (object: string, key: string) =>
  queryOptions({
    queryKey: ["record-process", object, key, "stages"],
    queryFn: ({ signal }) => http.get<Stages>(path("records", object, key, "stages"), { signal }),
  });

export const recordInstancesQuery = (object: string, key: string) =>
  queryOptions({
    queryKey: ["record-process", object, key, "instances"],
    queryFn: ({ signal }) =>
      http.get<Page<Instance>>(path("records", object, key, "instances"), { signal }),
  });

/** The processes that one may start on the record now. */
export const recordOffersQuery = (object: string, key: string) =>
  queryOptions({
    queryKey: ["record-process", object, key, "offers"],
    queryFn: ({ signal }) =>
      http.get<{ items: ProcessRef[] }>(path("records", object, key, "processes"), { signal }),
  });

/** Starts a process on the record, as its button does. */
export function useStartOnRecord(object: string, key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (process: string) =>
      http.post<Instance>(path("records", object, key, "processes", process)),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["record", object, key] });
      void queries.invalidateQueries({ queryKey: ["record-process", object, key] });
      recordsChanged(queries, object);
    },
  });
}

export const recordDecisionsQuery = (object: string, key: string) =>
  queryOptions({
    queryKey: ["record-process", object, key, "decisions"],
    queryFn: ({ signal }) =>
      http.get<Page<Decision>>(path("records", object, key, "decisions"), { signal }),
  });

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ["search", text],
    queryFn: ({ signal }) => http.get<Page<RecordRef>>(path("search"), { signal, query: { text } }),
    staleTime: 10_000,
  });

/** Creates a record, at most once even where the answer is lost and it is tried again. */
export function useCreateRecord(object: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: NewRecord) => createOnce(object, input),
    onSuccess: () => recordsChanged(queries, object),
  });
}

/** Writes one field; the page shows the new value at once and the old one again if it is refused. */
export function useUpdateField(object: string, key: string) {
  const queries = useQueryClient();
  const { queryKey } = recordQuery(object, key);
  return useMutation({
    mutationFn: ({ field, value, version }: FieldUpdate) =>
      http.patch<RecordRow>(path("records", object, key), { version, fields: { [field]: value } }),
    onMutate: async ({ field, value, reference }) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      if (before !== undefined) {
        queries.setQueryData(queryKey, withField(before, field, value, reference));
      }
      return { before };
    },
    onError: (error, _update, context) => {
      // What is gone does not come back.
      if (error instanceof RequestError && error.status === 404) return;
      if (context?.before !== undefined) queries.setQueryData(queryKey, context.before);
    },
    onSuccess: (record) => {
      queries.setQueryData(queryKey, (before) =>
        before === undefined ? before : { ...before, ...record },
      );
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey });
      void queries.invalidateQueries({ queryKey: ["record-process", object, key] });
      recordsChanged(queries, object);
    },
  });
}

export interface FieldUpdate {
  field: string;
  value: FieldValue;
  /** The version that the writer saw; the server refuses when it is no longer the newest. */
  version: number;
  reference?: RecordRef | undefined;
}

/** Writes fields of a part; its parent's page is fetched again. */
export function useUpdatePart(object: string, parent: { object: string; key: string }) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (part: { key: string; version: number; fields: Fields }) =>
      http.patch<RecordRow>(path("records", object, part.key), {
        version: part.version,
        fields: part.fields,
      }),
    onSettled: () => parentChanged(queries, object, parent),
  });
}

export function useCreatePart(object: string, parent: { object: string; key: string }) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (fields: Fields) => http.post<RecordRow>(path("records", object), { fields }),
    onSettled: () => parentChanged(queries, object, parent),
  });
}

export function useDeletePart(object: string, parent: { object: string; key: string }) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (part: { key: string; version: number }) =>
      http.delete(path("records", object, part.key), { query: { version: part.version } }),
    onSettled: () => parentChanged(queries, object, parent),
  });
}

export function useDeleteRecord(object: string, onDeleted: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (record: { key: string; version: number }) =>
      http.delete(path("records", object, record.key), { query: { version: record.version } }),
    onSuccess: (_answer, { key }) => {
      queries.removeQueries({ queryKey: ["record", object, key] });
      recordsChanged(queries, object);
      onDeleted();
    },
  });
}

function recordsChanged(queries: QueryClient, object: string): void {
  void queries.invalidateQueries({ queryKey: ["records", object] });
}

function parentChanged(
  queries: QueryClient,
  object: string,
  parent: { object: string; key: string },
): Promise<void> {
  recordsChanged(queries, object);
  void queries.invalidateQueries({ queryKey: ["record-process", parent.object, parent.key] });
  return queries.invalidateQueries({ queryKey: ["record", parent.object, parent.key] });
}

function withField(
  record: RecordWithParts,
  field: string,
  value: FieldValue,
  reference: RecordRef | undefined,
): RecordWithParts {
  const references = { ...record.references };
  if (reference === undefined) delete references[field];
  else references[field] = reference;
  return { ...record, fields: { ...record.fields, [field]: value }, references };
}
