// The title of a record of which only the key is known.

import { useQuery } from "@tanstack/react-query";
import { recordQuery } from "../records.ts";

export function ReferenceTitle({ object, recordKey }: { object: string; recordKey: string }) {
  const { data } = useQuery(recordQuery(object, recordKey));
  return <>{data?.title ?? recordKey}</>;
}
