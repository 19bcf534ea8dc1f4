// Errors in the reader's language: translated by code, and with what the server said where that says
// more than a general translation can.

import { useCallback } from "react";
import { RequestError } from "../api/client.ts";
import type { ProblemItem } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";

/** Codes whose translation says everything. */
const SELF_EXPLANATORY = new Set([
  "network",
  "fault",
  "unknown_outcome",
  "unauthorized",
  "wrong_password",
  "overloaded",
  "stopped",
  "version",
  "unknown_object",
  "busy",
  "import_broken_off",
  "spreadsheet",
]);

export function useErrorText(): (error: unknown) => string {
  const { find, t, language } = useWords();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof RequestError)) return t("error.fault");
      const translated = find(`error.${error.code}`);
      if (translated !== undefined && SELF_EXPLANATORY.has(error.code)) return translated;
      const said = sentence(error.message);
      if (language === "en" || translated === undefined)
        return said || translated || t("error.fault");
      return said === "" ? translated : `${translated}（${said}）`;
    },
    [find, t, language],
  );
}

/** What is wrong with a field, translated by its code. */
export function useProblemText(): (problem: ProblemItem) => string {
  const { find } = useWords();
  return useCallback(
    (problem: ProblemItem) => {
      const translated = find(`problem.${problem.code ?? ""}`);
      return translated ?? sentence(problem.message);
    },
    [find],
  );
}

/** The server writes lower case without a full stop; a reader gets a sentence. */
export function sentence(text: string): string {
  return text === "" ? "" : text.charAt(0).toUpperCase() + text.slice(1);
}
