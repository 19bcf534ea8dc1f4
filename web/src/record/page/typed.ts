// What is being typed into a record's fields and parts and is not saved, so that it can still be shown where the
// record is deleted under it.

import { createContext, useContext, useEffect, useId } from "react";
import type { FieldDef, FieldValue, RecordRef } from "../../api/wire.ts";

export interface Typed {
  field: FieldDef;
  value: FieldValue;
  reference: RecordRef | undefined;
}

/** What is being typed, by the editor that it is typed into. */
export type TypedByEditor = Map<string, readonly Typed[]>;

export const TypedContext = createContext<TypedByEditor>(new Map());

/** Tells what one editor holds now, for as long as it is there. */
export function useTyped(typed: readonly Typed[]): void {
  const all = useContext(TypedContext);
  const id = useId();
  useEffect(() => {
    all.set(id, typed);
    return () => {
      all.delete(id);
    };
  }, [all, id, typed]);
}
