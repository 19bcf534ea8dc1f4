// The models behind decisions.

import { queryOptions } from "@tanstack/react-query";
import { http, path } from "../api/client.ts";
import type { DecisionModel } from "../api/wire.ts";

/** One version of a decision with its DMN file; a version never changes. */
export const decisionModelQuery = (definition: string) =>
  queryOptions({
    queryKey: ["decision-model", definition],
    queryFn: ({ signal }) =>
      http.get<DecisionModel>(path("decision-models", definition), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
