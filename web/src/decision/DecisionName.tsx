// What a decision is called, in the language of the page where its model says so.

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useWords } from "../i18n/language.tsx";
import { translated } from "../process/translated.ts";
import { decisionModelQuery } from "./decisions.ts";
import { readName } from "./dmnTable.ts";

interface NamedDecision {
  definition: string;
  decision_id: string;
  name?: string | null;
}

export function DecisionName(decision: NamedDecision) {
  return <>{useDecisionName(decision)}</>;
}

export function useDecisionName({ definition, decision_id: id, name }: NamedDecision): string {
  const { language } = useWords();
  const xml = useQuery(decisionModelQuery(definition)).data?.xml;
  const own = useMemo(
    () => (xml ? readName(translated(xml, language), id) : undefined),
    [xml, language, id],
  );
  return own || name || id;
}
