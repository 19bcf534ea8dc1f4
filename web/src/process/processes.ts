// Processes: their versions, diagrams and counts, and deploying new ones.

import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { http, path } from "../api/client.ts";
import type {
  Deployment,
  Instance,
  Page,
  ProcessCounts,
  ProcessVersion,
  ProcessWithXml,
} from "../api/wire.ts";

export const processesQuery = queryOptions({
  queryKey: ["processes"],
  queryFn: ({ signal }) => http.get<Page<ProcessVersion>>(path("processes"), { signal }),
});

/** The diagram of a version never changes. */
export const processQuery = (key: string) =>
  queryOptions({
    queryKey: ["process", key],
    queryFn: ({ signal }) => http.get<ProcessWithXml>(path("processes", key), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const countsQuery = (key: string) =>
  queryOptions({
    queryKey: ["counts", key],
    queryFn: ({ signal }) => http.get<ProcessCounts>(path("processes", key, "counts"), { signal }),
  });

export const instancesQuery = (process: string, state: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["instances", process, state ?? "all"],
    queryFn: ({ signal, pageParam }) =>
      http.get<Page<Instance>>(path("instances"), {
        signal,
        query: { process, state, limit: 60, after: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

interface Version {
  id: string;
  name?: string | null;
  version: number;
}

/** The versions of each process or decision, the newest first; processes by name. */
export function byModel<Model extends Version>(versions: readonly Model[]): Model[][] {
  const groups = new Map<string, Model[]>();
  for (const version of versions) {
    const group = groups.get(version.id);
    if (group === undefined) groups.set(version.id, [version]);
    else group.push(version);
  }
  const named = [...groups.values()].map((group) => group.sort((a, b) => b.version - a.version));
  return named.sort((a, b) => nameOf(a[0]).localeCompare(nameOf(b[0])));
}

export function nameOf(process: { id: string; name?: string | null } | undefined): string {
  return process === undefined ? "" : process.name || process.id;
}

/** The modeller's own name of a version, where it says more than the number. */
export function tagOf(version: ProcessVersion): string | undefined {
  const { version_tag: tag } = version;
  return tag && tag !== String(version.version) ? tag : undefined;
}

export function useDeploy() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (files: readonly File[]) => {
      const resources = await Promise.all(
        files.map(async (file) => ({ name: file.name, content: await file.text() })),
      );
      return http.post<Deployment>(path("deployments"), { resources });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["processes"] });
      await queries.invalidateQueries({ queryKey: ["decision-models"] });
    },
  });
}
