// Reads the decision tables of a DMN file as far as an explanation shows them.

export interface DmnTable {
  /** As the file says it, such as `FIRST` or `COLLECT SUM`. */
  hitPolicy: string;
  inputs: { id: string; label: string; expression: string }[];
  outputs: { id: string; label: string }[];
  rules: DmnRule[];
}

export interface DmnRule {
  id: string;
  /** The row, from 1. */
  index: number;
  inputs: string[];
  outputs: string[];
  note: string;
}

/** The name of a decision, or undefined where the file cannot be read. */
export function readName(xml: string, decisionId: string): string | undefined {
  return findDecision(xml, decisionId)?.getAttribute("name") ?? undefined;
}

export function findDecision(xml: string, decisionId: string): Element | undefined {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  return [...document.getElementsByTagNameNS("*", "decision")].find(
    (one) => one.getAttribute("id") === decisionId,
  );
}

/** The table of a decision, or undefined where it has none or the file cannot be read. */
export function readTable(xml: string, decisionId: string): DmnTable | undefined {
  const decision = findDecision(xml, decisionId);
  const table = decision === undefined ? undefined : child(decision, "decisionTable");
  return table === undefined ? undefined : tableOf(table);
}

/** A `decisionTable` of a DMN file. */
export function tableOf(table: Element): DmnTable {
  const aggregation = table.getAttribute("aggregation") ?? "";
  return {
    hitPolicy: `${table.getAttribute("hitPolicy") ?? "UNIQUE"} ${aggregation}`.trim(),
    inputs: children(table, "input").map((input) => {
      const expression = textOf(child(input, "inputExpression"));
      return { id: idOf(input), label: input.getAttribute("label") ?? expression, expression };
    }),
    outputs: children(table, "output").map((output) => ({
      id: idOf(output),
      label: output.getAttribute("label") ?? output.getAttribute("name") ?? "",
    })),
    rules: children(table, "rule").map((rule, index) => ({
      id: idOf(rule),
      index: index + 1,
      inputs: children(rule, "inputEntry").map(textOf),
      outputs: children(rule, "outputEntry").map(textOf),
      note: child(rule, "description")?.textContent?.trim() ?? "",
    })),
  };
}

export function children(parent: Element, name: string): Element[] {
  return [...parent.children].filter((one) => one.localName === name);
}

export function child(parent: Element, name: string): Element | undefined {
  return children(parent, name)[0];
}

function idOf(element: Element): string {
  return element.getAttribute("id") ?? "";
}

export function textOf(element: Element | undefined): string {
  const text = element === undefined ? undefined : child(element, "text");
  return text?.textContent?.trim() ?? "";
}
