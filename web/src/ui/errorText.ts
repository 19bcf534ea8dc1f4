// Errors in the reader's language: translated by code, and with what the server said where that says
// more than a general translation can.

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { RequestError } from "../api/client.ts";
import type { FieldDef, ProblemItem } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { fieldOf, objectsQuery } from "../object/objects.ts";

/** Codes whose translation says everything. */
const SELF_EXPLANATORY = new Set([
  "network",
  "fault",
  "unknown_outcome",
  "unauthorized",
  "wrong_password",
  "database_away",
  "storage_full",
  "many_sign_ins",
  "overloaded",
  "redefined",
  "stopped",
  "version",
  "unknown_object",
  "busy",
  "import_broken_off",
  "spreadsheet",
  "not_a_candidate",
  "task_ended",
]);

export function useErrorText(): (error: unknown) => string {
  const { find, t, language } = useWords();
  const named = useNamed();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof RequestError)) return t("error.fault");
      const { code, parameters } = error;
      const translated = find(`error.${code}`, named(parameters));
      const saysEverything = SELF_EXPLANATORY.has(code) || parameters !== undefined;
      if (translated !== undefined && saysEverything) return translated;
      const said = sentence(error.message);
      if (language === "en" || translated === undefined)
        return said || translated || t("error.fault");
      return said === "" ? translated : `${translated}（${said}）`;
    },
    [find, t, language, named],
  );
}

/** What is wrong with a field and what to do, translated by its code and by what the field takes. */
export function useProblemText(): (problem: ProblemItem, field?: FieldDef) => string {
  const { find, t, format, language } = useWords();
  return useCallback(
    ({ message, ...problem }: ProblemItem, field?: FieldDef) => {
      const code = problem.code ?? "";
      const { min, max, scale, type } = field ?? {};
      if (code === "below_min" && min !== undefined)
        return t("problem.at_least", { bound: format.number(min) });
      if (code === "above_max" && max !== undefined)
        return t("problem.at_most", { bound: format.number(max) });
      if (code === "too_long" && max !== undefined)
        return t("problem.max_length", { bound: format.number(max) });
      if (code === "scale" && scale !== undefined && scale > 0)
        return t("problem.digits", { bound: format.number(scale) });
      if (code === "type" && (type === "number" || type === "money" || type === "percent"))
        return t("value.not_a_number");
      const translated = find(`problem.${code}`);
      if (translated !== undefined && !TELLING_LITTLE.has(code)) return translated;
      const said = sentence(message.replace(/^`[^`]*` /, ""));
      if (language === "en" || translated === undefined) return said;
      return `${translated}（${said}）`;
    },
    [find, t, format, language],
  );
}

/** Codes that say less than the server's own words. */
const TELLING_LITTLE = new Set(["type", "range", "characters", "currency", "scale"]);

/** Why a row of a file was not taken, translated by its code. */
export function useRowProblemText(): (problem: ProblemItem) => string {
  const { find, language } = useWords();
  const named = useNamed();
  return useCallback(
    ({ code, message, parameters }: ProblemItem) => {
      const exact = find(`row_problem.${code ?? ""}`, named(parameters));
      if (exact !== undefined) return exact;
      // Of a value that a field does not take the English text says more.
      if (language === "en") return sentence(message);
      return find(`problem.${code ?? ""}`) ?? find(`error.${code ?? ""}`) ?? sentence(message);
    },
    [find, language, named],
  );
}

type Parameters = Readonly<Record<string, string>> | undefined;

/** The parameters of a message, with objects and fields by the labels that the reader knows. */
function useNamed(): (parameters: Parameters) => Record<string, string> {
  const { label, format } = useWords();
  const queries = useQueryClient();
  return useCallback(
    (parameters: Parameters) => {
      const { object: name, field: fieldName, title, key, at } = parameters ?? {};
      const known = queries.getQueryData(objectsQuery.queryKey)?.objects;
      const object = known?.find((one) => one.name === name);
      const field = object && fieldOf(object, fieldName ?? "");
      return {
        ...parameters,
        ...(object === undefined ? {} : { object: label(object.label) }),
        ...(field === undefined ? {} : { field: label(field.label) }),
        ...(at === undefined ? {} : { at: format.dateTime(at) }),
        ...(title === "" && key !== undefined ? { title: key } : {}),
      };
    },
    [label, format, queries],
  );
}

/** The server writes lower case without a full stop; a reader gets a sentence. */
export function sentence(text: string): string {
  return text === "" ? "" : text.charAt(0).toUpperCase() + text.slice(1);
}
