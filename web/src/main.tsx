// Starts the page.

import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RequestError } from "./api/client.ts";
import { LanguageProvider } from "./i18n/language.tsx";
import { routerFor } from "./router.tsx";
import { pageIsKept } from "./session/ended.ts";
import { sessionQuery } from "./session/session.ts";
import { cssVariables, theme } from "./theme.ts";
// In a layer of their own, so that our styles win in whatever order the files arrive.
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "@mantine/spotlight/styles.layer.css";
import "./styles/global.css";

/**
 * A session that ended elsewhere shows on any request; the page then asks to sign in again: over the page where
 * something is not saved, else instead of it.
 */
function onError(error: unknown): void {
  if (!(error instanceof RequestError) || error.status !== 401) return;
  if (!queries.getQueryData(sessionQuery.queryKey) || pageIsKept()) return;
  queries.setQueryData(sessionQuery.queryKey, null);
  void router.invalidate();
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // The stream of changes says when something is old.
      staleTime: 30_000,
      retry: (failures, error) =>
        failures < 2 && !(error instanceof RequestError && error.definite),
    },
    mutations: { retry: false },
  },
});
const router = routerFor(queries);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <LanguageProvider>
          <ModalsProvider>
            <Notifications position="bottom-right" />
            <RouterProvider router={router} />
          </ModalsProvider>
        </LanguageProvider>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
