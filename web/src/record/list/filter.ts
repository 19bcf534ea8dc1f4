// Filters as conditions that a person can build, and as the FEEL text that the server takes. The text
// is the truth (it stands in the address); what it cannot be read back from stays text.

import type { FieldDef, FieldType, ObjectDef } from "../../api/wire.ts";
import { fieldOf } from "../../object/objects.ts";

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "starts with" | "empty" | "not empty";

/** One condition; `value` is the plain value as text, without FEEL's quotes. */
export interface Condition {
  field: string;
  operator: Operator;
  value: string;
}

const COMPARISONS: readonly Operator[] = ["=", "!=", "<", "<=", ">", ">="];

/** Which operators make sense for a type of field, the likeliest first. */
export function operatorsFor(type: FieldType): readonly Operator[] {
  switch (type) {
    case "text":
    case "auto_number":
    case "long_text":
    case "email":
    case "phone":
    case "url":
      return ["starts with", "=", "!=", "empty", "not empty"];
    case "number":
    case "money":
    case "percent":
    case "date":
    case "date_time":
      return [">=", "<=", "=", "!=", ">", "<", "empty", "not empty"];
    case "boolean":
      return ["=", "empty", "not empty"];
    case "choice":
    case "reference":
      return ["=", "!=", "empty", "not empty"];
  }
}

export function needsValue(operator: Operator): boolean {
  return operator !== "empty" && operator !== "not empty";
}

/** Conditions as FEEL. */
export function toFeel(object: ObjectDef, conditions: readonly Condition[]): string {
  return conditions
    .flatMap((condition) => {
      const field = fieldOf(object, condition.field);
      return field === undefined ? [] : [conditionToFeel(field, condition)];
    })
    .join(" and ");
}

function conditionToFeel(field: FieldDef, { operator, value }: Condition): string {
  switch (operator) {
    case "empty":
      return `${field.name} = null`;
    case "not empty":
      return `${field.name} != null`;
    case "starts with":
      return `starts with(${field.name}, ${quoted(value)})`;
    default:
      return `${field.name} ${operator} ${literal(field.type, value)}`;
  }
}

function literal(type: FieldType, value: string): string {
  switch (type) {
    case "number":
    case "money":
    case "percent":
    case "boolean":
      return value;
    case "date":
      return `date(${quoted(value)})`;
    case "date_time":
      return `date and time(${quoted(value)})`;
    default:
      return quoted(value);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The conditions of a FEEL text, or undefined where it says more than conditions can. */
export function fromFeel(object: ObjectDef, text: string): Condition[] | undefined {
  const conditions: Condition[] = [];
  let rest = text.trim();
  if (rest === "") return conditions;
  for (;;) {
    const read = readCondition(object, rest);
    if (read === undefined) return undefined;
    conditions.push(read.condition);
    rest = read.rest;
    if (rest === "") return conditions;
    const joined = /^\s+and\s+/.exec(rest);
    if (joined === null) return undefined;
    rest = rest.slice(joined[0].length);
  }
}

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const STARTS_WITH = new RegExp(String.raw`^starts with\((\w+),\s*(${STRING})\)`);
const COMPARISON = new RegExp(
  String.raw`^(\w+)\s*(!=|<=|>=|=|<|>)\s*(${STRING}|(?:date|date and time)\((${STRING})\)|-?\d+(?:\.\d+)?|true|false|null)(?=\s|$)`,
);

function readCondition(
  object: ObjectDef,
  text: string,
): { condition: Condition; rest: string } | undefined {
  const prefix = STARTS_WITH.exec(text);
  if (prefix !== null) {
    const [whole, field = "", value = '""'] = prefix;
    if (fieldOf(object, field) === undefined) return undefined;
    return {
      condition: { field, operator: "starts with", value: unquoted(value) },
      rest: text.slice(whole.length),
    };
  }
  const comparison = COMPARISON.exec(text);
  if (comparison === null) return undefined;
  const [whole, field = "", sign = "=", value = "", inner] = comparison;
  if (fieldOf(object, field) === undefined) return undefined;
  const operator = COMPARISONS.find((one) => one === sign);
  if (operator === undefined) return undefined;
  const rest = text.slice(whole.length);
  if (value === "null") {
    if (operator !== "=" && operator !== "!=") return undefined;
    return {
      condition: { field, operator: operator === "=" ? "empty" : "not empty", value: "" },
      rest,
    };
  }
  return { condition: { field, operator, value: unquoted(inner ?? value) }, rest };
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}
