// Process instances: what they did, what they know, what holds them up.

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http, path } from "../api/client.ts";
import type {
  Decision,
  ElementInstance,
  EventBatch,
  FlowCount,
  Incident,
  Instance,
  Page,
  Variable,
} from "../api/wire.ts";

export const instanceQuery = (key: string) =>
  queryOptions({
    queryKey: ["instance", key],
    queryFn: ({ signal }) => http.get<Instance>(path("instances", key), { signal }),
  });

const part =
  <T>(name: "elements" | "flows" | "variables" | "decisions" | "incidents" | "events") =>
  (key: string) =>
    queryOptions({
      queryKey: ["instance", key, name],
      queryFn: ({ signal }) => http.get<Page<T>>(path("instances", key, name), { signal }),
    });

export const elementsQuery = part<ElementInstance>("elements");
export const flowsQuery = part<FlowCount>("flows");
export const variablesQuery = part<Variable>("variables");
export const decisionsQuery = part<Decision>("decisions");
export const incidentsQuery = part<Incident>("incidents");
export const eventsQuery = part<EventBatch>("events");

export function useCancelInstance(key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => http.post(path("instances", key, "cancel")),
    onSettled: () => queries.invalidateQueries(),
  });
}

export function useResolveIncident(instance: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (incident: string) => http.post(path("incidents", incident, "resolve")),
    onSettled: () => queries.invalidateQueries({ queryKey: ["instance", instance] }),
  });
}
