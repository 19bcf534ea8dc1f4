// What processes have to say to the one who is signed in.

import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { http, path } from "../api/client.ts";
import type { components } from "../api/openapi.d.ts";

export type Notification = components["schemas"]["NotificationBody"];
type Notifications = components["schemas"]["Notifications"];

/** The newest few, and how many are not read. */
export const newestQuery = queryOptions({
  queryKey: ["notifications", "newest"],
  queryFn: ({ signal }) =>
    http.get<Notifications>(path("notifications"), { signal, query: { limit: 8 } }),
});

export const notificationsQuery = (unread: boolean) =>
  infiniteQueryOptions({
    queryKey: ["notifications", unread ? "unread" : "all"],
    queryFn: ({ signal, pageParam }) =>
      http.get<Notifications>(path("notifications"), {
        signal,
        query: { unread: unread ? true : undefined, limit: 60, after: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** Notes that one is read, or all of them. */
export function useMarkRead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: string | "all") =>
      http.post(key === "all" ? path("notifications", "read") : path("notifications", key, "read")),
    onSettled: () => queries.invalidateQueries({ queryKey: ["notifications"] }),
  });
}
