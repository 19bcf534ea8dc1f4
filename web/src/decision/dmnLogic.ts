// Reads the logic of a decision out of a DMN file, whatever its form, as far as a page shows it.

import { child, children, type DmnTable, findDecision, tableOf, textOf } from "./dmnTable.ts";

/** An expression: FEEL, a table, or parts with their names. */
export type DmnLogic =
  | { form: "text"; text: string }
  | { form: "table"; table: DmnTable }
  | { form: "parts"; parts: DmnPart[] };

export interface DmnPart {
  /** Of the entry, the parameter or the role; empty for the result of a context, a number in a list. */
  name: string;
  logic: DmnLogic;
}

/** The logic of a decision, or undefined where it has none or the file cannot be read. */
export function readLogic(xml: string, decisionId: string): DmnLogic | undefined {
  const decision = findDecision(xml, decisionId);
  return decision === undefined ? undefined : inside(decision);
}

const FORMS = new Set([
  "literalExpression",
  "decisionTable",
  "context",
  "invocation",
  "list",
  "relation",
  "functionDefinition",
  "conditional",
  "filter",
  "for",
  "every",
  "some",
]);

/** The expression that stands in an element. */
function inside(parent: Element | undefined): DmnLogic | undefined {
  const found = expressionsIn(parent)[0];
  return found === undefined ? undefined : logicOf(found);
}

function expressionsIn(parent: Element | undefined): Element[] {
  return [...(parent?.children ?? [])].filter((one) => FORMS.has(one.localName));
}

function logicOf(expression: Element): DmnLogic {
  switch (expression.localName) {
    case "literalExpression":
      return { form: "text", text: textOf(expression) };
    case "decisionTable":
      return { form: "table", table: tableOf(expression) };
    case "context":
      return parts(
        children(expression, "contextEntry").map((entry) => [named(entry, "variable"), entry]),
      );
    case "invocation": {
      const called = expressionsIn(expression).map(logicOf);
      const bound = parts(
        children(expression, "binding").map((binding) => [named(binding, "parameter"), binding]),
      );
      return {
        form: "parts",
        parts: [...called.map((logic) => ({ name: "call", logic })), ...bound.parts],
      };
    }
    case "functionDefinition": {
      const names = children(expression, "formalParameter").map((one) => one.getAttribute("name"));
      return parts([[`function(${names.join(", ")})`, expression]]);
    }
    case "list":
      return {
        form: "parts",
        parts: expressionsIn(expression).map((item, index) => ({
          name: String(index + 1),
          logic: logicOf(item),
        })),
      };
    case "relation":
      return relation(expression);
    default: {
      // if, then, else; in, match; in, return; in, satisfies.
      const iterator = expression.getAttribute("iteratorVariable");
      const roles = [...expression.children].filter((one) => expressionsIn(one).length > 0);
      return parts(
        roles.map((role) => [
          iterator && role.localName === "in"
            ? `${expression.localName} ${iterator} in`
            : role.localName,
          role,
        ]),
      );
    }
  }
}

function relation(expression: Element): DmnLogic {
  const columns = children(expression, "column").map((one) => one.getAttribute("name") ?? "");
  const rows = children(expression, "row").map((row, index) => {
    const cells = expressionsIn(row).map((cell, column) => ({
      name: columns[column] ?? "",
      logic: logicOf(cell),
    }));
    return { name: String(index + 1), logic: { form: "parts" as const, parts: cells } };
  });
  return { form: "parts", parts: rows };
}

function parts(named: [name: string, holder: Element][]): { form: "parts"; parts: DmnPart[] } {
  return {
    form: "parts",
    parts: named.map(([name, holder]) => ({
      name,
      logic: inside(holder) ?? { form: "text", text: "" },
    })),
  };
}

function named(element: Element, inner: string): string {
  return child(element, inner)?.getAttribute("name") ?? "";
}
