// What becomes of the page when a request shows that the session has ended. Whoever has something to keep on the
// page takes the end upon themselves; where nobody does, the page is left to sign in.

import { useEffect, useEffectEvent } from "react";

/** Whether the end is taken care of, so that the page stays. */
type Keeper = () => boolean;

const keepers = new Set<Keeper>();

/** Takes the end of the session upon itself while it is on the page. */
export function useSessionEnd(keep: Keeper): void {
  const kept = useEffectEvent(keep);
  useEffect(() => {
    const keeper = () => kept();
    keepers.add(keeper);
    return () => {
      keepers.delete(keeper);
    };
  }, []);
}

/** Tells that the session has ended; true where the page stays nevertheless. */
export function pageIsKept(): boolean {
  return [...keepers].some((keeper) => keeper());
}
