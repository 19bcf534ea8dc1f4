// What objects there are: their fields, labels and columns. Everything the page knows about an order
// or a lead it knows from here.

import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { http, path, RequestError } from "../api/client.ts";
import type { FieldDef, ObjectDef, Objects } from "../api/wire.ts";

export const objectsQuery = queryOptions({
  queryKey: ["objects"],
  queryFn: ({ signal }) => http.get<Objects>(path("objects"), { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export function useObjects(): readonly ObjectDef[] {
  return useSuspenseQuery(objectsQuery).data.objects;
}

export function useObject(name: string): ObjectDef {
  const object = useObjects().find((one) => one.name === name);
  if (object === undefined) throw new RequestError(404, { code: "unknown_object" });
  return object;
}

export function fieldOf(object: ObjectDef, name: string): FieldDef | undefined {
  return object.fields.find((field) => field.name === name);
}

/** The objects whose rows are shown as parts of this one, by collection. */
export function partsOf(objects: readonly ObjectDef[], object: ObjectDef): Part[] {
  return objects.flatMap((child) => {
    const of = child.part_of;
    if (of === null || of === undefined) return [];
    const parent = fieldOf(child, of.field);
    if (parent?.object !== object.name) return [];
    return [{ collection: of.collection, object: child, parentField: of.field }];
  });
}

export interface Part {
  collection: string;
  object: ObjectDef;
  parentField: string;
}

/** Fields of other objects that point at this one, parts left out. */
export function relationsTo(objects: readonly ObjectDef[], object: ObjectDef): Relation[] {
  return objects.flatMap((other) =>
    other.fields
      .filter((field) => field.type === "reference" && field.object === object.name)
      .filter((field) => field.name !== other.part_of?.field)
      .map((field) => ({ object: other, field })),
  );
}

export interface Relation {
  object: ObjectDef;
  field: FieldDef;
}

/** Objects whose records may be about a record of any object (tasks), which they name by two texts. */
export function attachable(objects: readonly ObjectDef[]): ObjectDef[] {
  return objects.filter(
    (object) =>
      fieldOf(object, RELATED_OBJECT) !== undefined && fieldOf(object, RELATED_KEY) !== undefined,
  );
}

export const RELATED_OBJECT = "related_object";
export const RELATED_KEY = "related_key";

/** How many fields of the list stand for a summary that the metadata does not give; the server's number. */
const SUMMARY_FIELDS = 3;

/** The fields that tell a record from others, beside its title. */
export function summaryOf(object: ObjectDef): FieldDef[] {
  const given = object.summary ?? [];
  const listed = object.list.filter((name) => name !== object.title).slice(0, SUMMARY_FIELDS);
  return (given.length > 0 ? given : listed).flatMap((name) => fieldOf(object, name) ?? []);
}

/** The columns of an object's list; the title comes first. */
export function columnsOf(object: ObjectDef, chosen: readonly string[] | undefined): FieldDef[] {
  const names = chosen !== undefined && chosen.length > 0 ? chosen : object.list;
  const listed = names.length > 0 ? names : object.fields.slice(0, 6).map((field) => field.name);
  return listed.flatMap((name) => fieldOf(object, name) ?? []);
}
