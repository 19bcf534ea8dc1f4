// A new record while it is entered: what it starts with, how it may be saved, what is sent.

import type {
  Choice,
  FieldDef,
  Fields,
  FieldValue,
  Me,
  NewRecord,
  ObjectDef,
} from "../../api/wire.ts";
import { fieldOf, type Part } from "../../object/objects.ts";
import { isEmpty, newDraft, type PartDraft } from "../part/draft.ts";
import { isWritable, openOptions, sameValue } from "../value/FieldText.tsx";

/** The parts being entered, by collection. */
export type PartDrafts = Record<string, PartDraft[]>;

/** A way to save: with a stage, or plainly where the object has none to choose. */
export interface Way {
  stage: Choice | undefined;
}

const MOST_WAYS = 3;

/** One way for each stage that a person may put a record into; the others belong to the process. */
export function waysToSave(stage: FieldDef | undefined): Way[] {
  const open = stage === undefined ? [] : openOptions(stage);
  if (open.length < 2) return [{ stage: undefined }];
  return open.map((option) => ({ stage: option }));
}

/** The field whose value the buttons decide. */
export function stageField(object: ObjectDef): FieldDef | undefined {
  const field = object.stages ? fieldOf(object, object.stages.field) : undefined;
  if (field === undefined || field.type !== "choice" || !isWritable(field)) return undefined;
  // With many stages a button for each would be a crowd; then it is an ordinary choice.
  return openOptions(field).length <= MOST_WAYS ? field : undefined;
}

export function startingFields(object: ObjectDef, given: Record<string, string>, me: Me): Fields {
  const fields: Fields = {};
  for (const field of object.fields) {
    if (!isWritable(field)) continue;
    const value = given[field.name] ?? defaultOf(field, me) ?? null;
    if (value !== null) fields[field.name] = value;
  }
  return fields;
}

/** The only default that a reference has is whoever creates the record. */
function defaultOf(field: FieldDef, me: Me): FieldValue | undefined {
  return field.type === "reference" && field.default !== undefined ? me.user : field.default;
}

/** Every collection begins with one blank row. */
export function startingParts(parts: readonly Part[]): PartDrafts {
  return Object.fromEntries(parts.map((part) => [part.collection, [newDraft()]]));
}

/** Whether somebody wrote something that the entry did not start with. */
export function isFilledIn(
  object: ObjectDef,
  given: Record<string, string>,
  me: Me,
  entered: { fields: Fields; parts: PartDrafts },
): boolean {
  const start = startingFields(object, given, me);
  const names = new Set([...Object.keys(start), ...Object.keys(entered.fields)]);
  return (
    [...names].some((name) => !sameValue(entered.fields[name], start[name])) ||
    Object.values(entered.parts).some((rows) => !rows.every(isEmpty))
  );
}

/** What is sent: blank values and blank rows left out. */
export function toNewRecord(
  object: ObjectDef,
  fields: Fields,
  parts: readonly Part[],
  drafts: PartDrafts,
): NewRecord {
  const own = { ...withoutBlanks(fields), ...cleared(object, fields) };
  if (parts.length === 0) return { fields: own };
  const rows = (part: Part) =>
    (drafts[part.collection] ?? [])
      .filter((draft) => !isEmpty(draft))
      .map((draft) => ({ fields: withoutBlanks(draft.fields) }));
  return {
    fields: own,
    parts: Object.fromEntries(parts.map((part) => [part.collection, rows(part)])),
  };
}

/** What a person emptied although it has a default; left out, the server would fill it again. */
function cleared(object: ObjectDef, fields: Fields): Fields {
  const emptied = object.fields.filter(
    (field) => field.default !== undefined && isBlank(fields[field.name]),
  );
  return Object.fromEntries(emptied.map((field) => [field.name, null]));
}

function withoutBlanks(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isBlank(value)));
}

function isBlank(value: FieldValue | undefined): boolean {
  return value === null || value === "";
}
