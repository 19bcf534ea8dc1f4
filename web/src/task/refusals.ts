// What the form library says of an input that it does not take, in the language of the page. The library
// speaks English only; a sentence that is not known here, such as one that the form brings itself, stays.

import type { Words } from "../i18n/language.tsx";

/** The part of the library that checks inputs. */
export interface Refusals {
  validateFieldInstance: (field: unknown, value: unknown) => string[];
}

/** Makes it speak. */
export function translateRefusals(validator: Refusals, words: Words): void {
  const check = validator.validateFieldInstance.bind(validator);
  validator.validateFieldInstance = (field, value) =>
    check(field, value).map((message) => translated(message, words));
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
