// The models behind decisions.

import { queryOptions } from "@tanstack/react-query";
import { http, path } from "../api/client.ts";
import type { DecisionModel, Page } from "../api/wire.ts";

/** Every version of every decision, without their logic. */
export const decisionModelsQuery = queryOptions({
  queryKey: ["decision-models"],
  queryFn: ({ signal }) => http.get<Page<DecisionModel>>(path("decision-models"), { signal }),
});

/** One version of a decision with its logic; a version never changes. */
export const decisionModelQuery = (definition: string) =>
  queryOptions({
    queryKey: ["decision-model", definition],
    queryFn: ({ signal }) =>
      http.get<DecisionModel>(path("decision-models", definition), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
