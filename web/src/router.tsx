// Which address shows which page. The address holds the whole state of a page, so that it can be
// shared; every search value is text, because keys are longer than a JavaScript number.

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { objectsQuery } from "./object/objects.ts";
import { SetUpPage } from "./session/SetUpPage.tsx";
import { SignInPage } from "./session/SignInPage.tsx";
import { sessionQuery } from "./session/session.ts";
import { PageFailed } from "./shell/PageFailed.tsx";
import { Shell } from "./shell/Shell.tsx";
import { Loading, Missing } from "./ui/states.tsx";

type Search = Record<string, unknown>;

/** Keeps the named search values that are texts; an absent one stays absent. */
function texts<const Name extends string>(...names: Name[]) {
  return (search: Search): { [name in Name]?: string } => {
    const kept: { [name in Name]?: string } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === "string" && value !== "") kept[name] = value;
    }
    return kept;
  };
}

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: texts("next"),
  component: SignInPage,
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: texts("token"),
  component: SetUpPage,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ context: { queries }, location }) => {
    const me = await queries.ensureQueryData(sessionQuery);
    if (me !== null) return;
    throw redirect({ to: "/sign-in", search: { next: location.href } });
  },
  loader: ({ context: { queries } }) => queries.ensureQueryData(objectsQuery),
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("./today/TodayPage.tsx"), "TodayPage"),
});

const records = createRoute({
  getParentRoute: () => shell,
  path: "/records/$object",
  validateSearch: texts("filter", "search", "sort", "columns"),
  component: lazyRouteComponent(() => import("./record/list/ListPage.tsx"), "ListPage"),
});

const newRecord = createRoute({
  getParentRoute: () => shell,
  path: "/records/$object/new",
  // Any search value fills the field of its name.
  validateSearch: (search: Search): Record<string, string> =>
    Object.fromEntries(
      Object.entries(search).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string",
      ),
    ),
  component: lazyRouteComponent(() => import("./record/new/NewRecordPage.tsx"), "NewRecordPage"),
});

const importRecords = createRoute({
  getParentRoute: () => shell,
  path: "/records/$object/import",
  component: lazyRouteComponent(() => import("./import/ImportPage.tsx"), "ImportPage"),
});

const record = createRoute({
  getParentRoute: () => shell,
  path: "/records/$object/$key",
  validateSearch: texts("decision"),
  component: lazyRouteComponent(() => import("./record/page/RecordPage.tsx"), "RecordPage"),
});

const processes = createRoute({
  getParentRoute: () => shell,
  path: "/processes",
  component: lazyRouteComponent(() => import("./process/ProcessesPage.tsx"), "ProcessesPage"),
});

const process = createRoute({
  getParentRoute: () => shell,
  path: "/processes/$id",
  validateSearch: texts("version", "state"),
  component: lazyRouteComponent(() => import("./process/ProcessPage.tsx"), "ProcessPage"),
});

const decisions = createRoute({
  getParentRoute: () => shell,
  path: "/decisions",
  component: lazyRouteComponent(() => import("./decision/DecisionsPage.tsx"), "DecisionsPage"),
});

const decision = createRoute({
  getParentRoute: () => shell,
  path: "/decisions/$id",
  validateSearch: texts("version"),
  component: lazyRouteComponent(() => import("./decision/DecisionPage.tsx"), "DecisionPage"),
});

const instance = createRoute({
  getParentRoute: () => shell,
  path: "/instances/$key",
  validateSearch: texts("tab", "element"),
  component: lazyRouteComponent(() => import("./instance/InstancePage.tsx"), "InstancePage"),
});

const inbox = createRoute({
  getParentRoute: () => shell,
  path: "/inbox",
  validateSearch: texts("show", "task"),
  component: lazyRouteComponent(() => import("./task/InboxPage.tsx"), "InboxPage"),
});

const outbox = createRoute({
  getParentRoute: () => shell,
  path: "/outbox",
  validateSearch: texts("state", "entry"),
  component: lazyRouteComponent(() => import("./outbox/OutboxPage.tsx"), "OutboxPage"),
});

const notifications = createRoute({
  getParentRoute: () => shell,
  path: "/notifications",
  validateSearch: texts("show"),
  component: lazyRouteComponent(
    () => import("./notification/NotificationsPage.tsx"),
    "NotificationsPage",
  ),
});

const users = createRoute({
  getParentRoute: () => shell,
  path: "/users",
  component: lazyRouteComponent(() => import("./user/UsersPage.tsx"), "UsersPage"),
});

const tokens = createRoute({
  getParentRoute: () => shell,
  path: "/tokens",
  component: lazyRouteComponent(() => import("./token/TokensPage.tsx"), "TokensPage"),
});

const nowhere = createRoute({
  getParentRoute: () => shell,
  path: "$",
  component: Missing,
});

const routeTree = root.addChildren([
  signIn,
  setUp,
  shell.addChildren([
    home,
    records,
    newRecord,
    importRecords,
    record,
    processes,
    process,
    decisions,
    decision,
    instance,
    inbox,
    outbox,
    notifications,
    users,
    tokens,
    nowhere,
  ]),
]);

export function routerFor(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 200,
    defaultPendingComponent: Loading,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: Missing,
    scrollRestoration: true,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const kept = Object.entries(search).filter((entry) => typeof entry[1] === "string");
      const parameters = new URLSearchParams(kept as [string, string][]);
      return parameters.size === 0 ? "" : `?${parameters}`;
    },
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof routerFor>;
  }
}
