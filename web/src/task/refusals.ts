// What the form library says of an input that it does not take, in the language of the page. The library
// speaks English only; a sentence that is not known here, such as one that the form brings itself, stays.

import type { Words } from "../i18n/language.tsx";

/** A field, where its value stands in the data. */
interface FieldInstance {
  valuePath: readonly (string | number)[];
}

/** The part of the library that checks inputs. */
export interface Refusals {
  validateFieldInstance: (field: FieldInstance, value: unknown) => string[];
}

/** What the server did not take, by the path of the field: why, and the value that it was. */
export type Refused = ReadonlyMap<string, { text: string; value: unknown }>;

/** Makes it speak, and say what the server has said of a value until that is another one. */
export function translateRefusals(
  validator: Refusals,
  words: Words,
  refused: { readonly current: Refused },
): void {
  const check = validator.validateFieldInstance.bind(validator);
  validator.validateFieldInstance = (field, value) => {
    const found = check(field, value).map((message) => translated(message, words));
    const told = refused.current.get(pathOf(field.valuePath));
    return found.length === 0 && told !== undefined && same(told.value, value)
      ? [told.text]
      : found;
  };
}

/** The path of a field as the server writes it: `lines[0].sku`. */
function pathOf(steps: readonly (string | number)[]): string {
  return steps.reduce<string>(
    (path, step) =>
      typeof step === "number" ? `${path}[${step}]` : path === "" ? step : `${path}.${step}`,
    "",
  );
}

/** The value behind such a path. */
export function valueAt(data: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null
        ? (value as Record<string, unknown>)[step]
        : undefined,
    data,
  );
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

function translated(message: string, { t }: Words): string {
  if (message === "Field is required.") return t("problem.required");
  if (message === "Value is not a number.") return t("value.not_a_number");
  if (message === "Field must be a valid email.") return t("problem.email");
  if (message.startsWith("Field must be a valid  international phone")) return t("problem.phone");
  const [, kind, bound = ""] =
    /^Field must have (minimum value|maximum value|minimum length|maximum length) of (.+)\.$/.exec(
      message,
    ) ?? [];
  switch (kind) {
    case "minimum value":
      return t("problem.at_least", { bound });
    case "maximum value":
      return t("problem.at_most", { bound });
    case "minimum length":
      return t("problem.min_length", { bound });
    case "maximum length":
      return t("problem.max_length", { bound });
    default:
      return message;
  }
}
