// User tasks: what processes wait for people to do.

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { http, path } from "../api/client.ts";
import type { Json, Page, UserTask, UserTaskWithForm } from "../api/wire.ts";
import type { Words } from "../i18n/language.tsx";

export type Show = "open" | "mine" | "completed";

const PAGE = 100;

export const tasksQuery = (show: Show) =>
  queryOptions({
    queryKey: ["user-tasks", show],
    queryFn: ({ signal }) =>
      http.get<Page<UserTask>>(path("user-tasks"), {
        signal,
        query: {
          state: show === "completed" ? "completed" : "created",
          mine: show === "mine" ? true : undefined,
          limit: PAGE,
        },
      }),
  });

export const taskQuery = (key: string) =>
  queryOptions({
    queryKey: ["user-task", key],
    queryFn: ({ signal }) => http.get<UserTaskWithForm>(path("user-tasks", key), { signal }),
  });

/** Whom a task is offered to: roles by their names, people by their logins. */
export function candidatesOf(task: UserTask, find: Words["find"]): string[] {
  const roles = task.candidate_groups.map((group) => find(`role.${group}`) ?? group);
  return [...roles, ...task.candidate_users];
}

/** How many tasks wait for this user, as far as one page counts. */
export function useOpenTaskCount(): { value: number; shown: string } | undefined {
  const { data } = useQuery(tasksQuery("mine"));
  if (data === undefined) return undefined;
  const value = data.items.length;
  return { value, shown: data.next ? `${value}+` : String(value) };
}

export function useAssignTask(key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (assignee: string | null) =>
      http.post(path("user-tasks", key, "assign"), { assignee }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["user-tasks"] }),
        queries.invalidateQueries({ queryKey: ["user-task", key] }),
      ]),
  });
}

export function useCompleteTask(key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (variables: { [name: string]: Json }) =>
      http.post(path("user-tasks", key, "complete"), { variables }),
    onSuccess: () => queries.invalidateQueries(),
  });
}
