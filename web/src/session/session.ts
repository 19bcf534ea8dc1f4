// Who is signed in, and what they may do.

import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { http, path, RequestError } from "../api/client.ts";
import type { Me } from "../api/wire.ts";

type Permission =
  | "deploy"
  | "start_process"
  | "manage_instances"
  | "work_on_tasks"
  | "evaluate"
  | "define_objects"
  | "manage_users"
  | "read_processes"
  | "read_outbox";

/** The signed-in user, or null where nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => http.get<Me | null>(path("session"), { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** For pages within the shell, which is only shown to someone who is signed in. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new RequestError(401, { code: "unauthenticated" });
  return data;
}

export function may(me: Me, permission: Permission): boolean {
  return me.role === "admin" || me.permissions.includes(permission);
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: { login: string; password: string }) =>
      http.post<Me>(path("session"), input),
    onSuccess: (me) => queries.setQueryData(sessionQuery.queryKey, me),
  });
}

export function useSetUp() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: { token: string; login: string; name: string; password: string }) =>
      http.post<Me>(path("setup"), input),
    onSuccess: (me) => {
      queries.setQueryData(setUpQuery.queryKey, { needed: false });
      queries.setQueryData(sessionQuery.queryKey, me);
    },
  });
}

export const setUpQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => http.get<{ needed: boolean }>(path("setup"), { signal }),
});

/** Leaves the page as a whole, so that nothing that was read in the session stays in it. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => http.delete(path("session")),
    onSuccess: () => location.assign("/sign-in"),
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (input: { current: string; new: string }) =>
      http.post(path("session", "password"), input),
  });
}
